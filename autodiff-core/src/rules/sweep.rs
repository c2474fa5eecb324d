//! What the sweeps need besides rules: zeros without a value, ranges backwards, snapshots.
use super::{Mode, NotRead, State};
use crate::real::Real;
use crate::tangent::{Bar, Differentiable, Shaped, Tangent, Value};
use std::{cell::Cell, ops::Range};

/// The zero of a scalar whose type is known from its use.
#[inline(always)]
pub fn zero_scalar<T: Real>() -> T {
    T::zero()
}

/// The zero adjoint of a scalar whose type is known from its use.
#[inline(always)]
pub fn zero_scalar_bar<T: Real>() -> Cell<T> {
    Cell::new(T::zero())
}

/// An adjoint that nobody asks for, of a constant which is handed to a differentiable function.
#[inline(always)]
pub fn constant_bar<S: Shaped>(s: S) -> <S::Of as Differentiable>::OwnedBar {
    S::Of::zero_tangent(&s.shaped()).into_bar()
}

/// An adjoint of a constant that is handed to a function which tells that nobody reads it: see [`Differentiable::is_unread`].
#[inline(always)]
pub fn unread_bar<S: Shaped>(s: S) -> <S::Of as Differentiable>::OwnedBar {
    unread_bar_of(&s)
}

fn unread_bar_of<S: Shaped>(s: &S) -> <S::Of as Differentiable>::OwnedBar {
    if S::Of::HAS_UNREAD {
        <S::Of as Differentiable>::Gradient::placeholder().into_bar()
    } else {
        zero_tangent_of(s).into_bar()
    }
}

/// Whether an adjoint that a function is handed is one that somebody reads.
#[inline(always)]
pub fn is_read<T: Differentiable + ?Sized>(x: &T, bar: &T::Bar) -> bool {
    !x.is_unread(bar)
}

/// What is added to in the place of an adjoint that nobody reads.
#[inline]
pub fn spare<T: Differentiable + ?Sized>(x: &T, bar: &T::Bar) -> Spare<T::OwnedBar> {
    Spare(x.is_unread(bar).then(|| T::zero_tangent(&x.shape()).into_bar()))
}

/// See [`spare`].
pub struct Spare<B>(Option<B>);

impl<B> Spare<B> {
    /// The adjoint that is read, or the spare one.
    #[inline(always)]
    pub fn unless<'a, T: ?Sized>(&'a self, bar: &'a T) -> &'a T
    where
        B: std::borrow::Borrow<T>,
    {
        self.0.as_ref().map_or(bar, B::borrow)
    }
}

/// A constant reference that is handed to a differentiable function: it has an adjoint if its type has one.
///
/// Method lookup decides: `(&&Constant(&x)).constant_bar()` finds [`ViaShape`] where the type is differentiable, and
/// [`ViaNothing`] one dereference later where it is not.
pub struct Constant<T>(pub T);

/// Constants of differentiable types.
pub trait ViaShape {
    /// The type behind all references.
    type Of: Differentiable + ?Sized;
    /// An adjoint that nobody asks for.
    fn constant_bar(&self) -> <Self::Of as Differentiable>::OwnedBar;
    /// See [`unread_bar`].
    fn unread_bar(&self) -> <Self::Of as Differentiable>::OwnedBar;
    /// Whoever changes it puts it back.
    #[inline(always)]
    fn is_not_read<M: Mode>(&self, _: M) {}
    /// The zero tangent.
    fn constant_tangent(&self) -> <Self::Of as Differentiable>::Gradient;
    /// Compiles only where there is no derivative to lose.
    #[inline(always)]
    fn is_state(&self)
    where
        Self::Of: State,
    {
    }
}

impl<S: Shaped> ViaShape for &Constant<S> {
    type Of = S::Of;
    #[inline]
    fn constant_bar(&self) -> <S::Of as Differentiable>::OwnedBar {
        zero_tangent_of(&self.0).into_bar()
    }
    #[inline]
    fn unread_bar(&self) -> <S::Of as Differentiable>::OwnedBar {
        unread_bar_of(&self.0)
    }
    #[inline]
    fn constant_tangent(&self) -> <S::Of as Differentiable>::Gradient {
        zero_tangent_of(&self.0)
    }
}

fn zero_tangent_of<S: Shaped>(s: &S) -> <S::Of as Differentiable>::Gradient {
    S::Of::zero_tangent(&s.shaped())
}

/// Constants of all other types.
pub trait ViaNothing {
    /// Nothing.
    fn constant_bar(&self) {}
    /// Nothing.
    fn unread_bar(&self) {}
    /// Nobody can put it back: compiles only where nobody reads it.
    #[inline(always)]
    fn is_not_read<M: NotRead>(&self, _: M) {}
    /// Nothing.
    fn constant_tangent(&self) {}
    /// There is no derivative to lose.
    #[inline(always)]
    fn is_state(&self) {}
}

impl<T> ViaNothing for Constant<T> {}

/// The zero tangent of a constant which is handed to a differentiable function.
#[inline(always)]
pub fn constant_tangent<S: Shaped>(s: S) -> <S::Of as Differentiable>::Gradient {
    S::Of::zero_tangent(&s.shaped())
}

/// What a literal beside it is a number of: `f32` beside an `f32` or a matrix of them.
pub trait Numbers {
    /// The type of a literal.
    type Number;
}

impl Numbers for f32 {
    type Number = f32;
}
impl Numbers for f64 {
    type Number = f64;
}
impl<T: Numbers + ?Sized> Numbers for &T {
    type Number = T::Number;
}
impl<T: Numbers + ?Sized> Numbers for &mut T {
    type Number = T::Number;
}
impl<T: Numbers> Numbers for [T] {
    type Number = T::Number;
}
impl<T: Numbers> Numbers for Vec<T> {
    type Number = T::Number;
}
impl<T: Numbers> Numbers for std::collections::VecDeque<T> {
    type Number = T::Number;
}
impl<T: Numbers, E> Numbers for Result<T, E> {
    type Number = T::Number;
}
impl<T: Numbers> Numbers for Option<T> {
    type Number = T::Number;
}
impl<T: Numbers, const N: usize> Numbers for [T; N] {
    type Number = T::Number;
}
impl<A: Numbers, B> Numbers for (A, B) {
    type Number = A::Number;
}
#[cfg(feature = "nalgebra")]
impl<T: Real, R: nalgebra::Dim, C: nalgebra::Dim, S> Numbers for nalgebra::Matrix<T, R, C, S> {
    type Number = T;
}

/// Adjoints whose entries can be swapped through a shared reference.
pub trait SwapCells<I> {
    /// Swaps two entries.
    fn swap_cells(&self, i: I, j: I);
}

impl<B: Bar> SwapCells<usize> for [B] {
    #[inline]
    fn swap_cells(&self, i: usize, j: usize) {
        let (a, b) = (self[i].take(), self[j].take());
        self[i].accumulate(b);
        self[j].accumulate(a);
    }
}

impl<B: Bar> SwapCells<usize> for Vec<B> {
    #[inline]
    fn swap_cells(&self, i: usize, j: usize) {
        self[..].swap_cells(i, j);
    }
}

impl<B: Bar> SwapCells<usize> for std::collections::VecDeque<B> {
    #[inline]
    fn swap_cells(&self, i: usize, j: usize) {
        let (a, b) = (self[i].take(), self[j].take());
        self[i].accumulate(b);
        self[j].accumulate(a);
    }
}

impl<B: Bar, const N: usize> SwapCells<usize> for [B; N] {
    #[inline]
    fn swap_cells(&self, i: usize, j: usize) {
        self[..].swap_cells(i, j);
    }
}

impl<I, X: SwapCells<I> + ?Sized> SwapCells<I> for &X {
    #[inline]
    fn swap_cells(&self, i: I, j: I) {
        (**self).swap_cells(i, j);
    }
}

impl<I, X: SwapCells<I> + ?Sized> SwapCells<I> for &mut X {
    #[inline]
    fn swap_cells(&self, i: I, j: I) {
        (**self).swap_cells(i, j);
    }
}

#[cfg(feature = "nalgebra")]
impl<T, R, C, S> SwapCells<(usize, usize)> for nalgebra::Matrix<Cell<T>, R, C, S>
where
    Cell<T>: nalgebra::Scalar,
    R: nalgebra::Dim,
    C: nalgebra::Dim,
    S: nalgebra::RawStorage<Cell<T>, R, C>,
{
    #[inline]
    fn swap_cells(&self, i: (usize, usize), j: (usize, usize)) {
        self[i].swap(&self[j]);
    }
}

/// `x.swap(i, j)` of adjoints.
#[inline]
pub fn swap_cells<I, X: SwapCells<I> + ?Sized>(bars: &X, i: I, j: I) {
    bars.swap_cells(i, j);
}

/// `mem::swap` of adjoints that are reached through references.
#[inline]
pub fn swap_bars<A: Bar + ?Sized, B: Bar<Tangent = A::Tangent> + ?Sized>(a: &A, b: &B) {
    let taken = a.take();
    a.accumulate(b.take());
    b.accumulate(taken);
}

/// `m.swap_rows(i, j)` of adjoints.
#[cfg(feature = "nalgebra")]
#[inline]
pub fn swap_rows_cells<T, R, C, S>(bars: &nalgebra::Matrix<Cell<T>, R, C, S>, i: usize, j: usize)
where
    Cell<T>: nalgebra::Scalar,
    R: nalgebra::Dim,
    C: nalgebra::Dim,
    S: nalgebra::RawStorage<Cell<T>, R, C>,
{
    (0..bars.ncols()).for_each(|k| bars[(i, k)].swap(&bars[(j, k)]));
}

/// `m.swap_columns(i, j)` of adjoints.
#[cfg(feature = "nalgebra")]
#[inline]
pub fn swap_columns_cells<T, R, C, S>(bars: &nalgebra::Matrix<Cell<T>, R, C, S>, i: usize, j: usize)
where
    Cell<T>: nalgebra::Scalar,
    R: nalgebra::Dim,
    C: nalgebra::Dim,
    S: nalgebra::RawStorage<Cell<T>, R, C>,
{
    (0..bars.nrows()).for_each(|k| bars[(k, i)].swap(&bars[(k, j)]));
}

/// A literal of the original, written a second time: its type comes from the adjoint or tangent that stands beside it.
#[inline(always)]
pub fn literal<D: Numbers + ?Sized>(number: D::Number, _beside: &D) -> D::Number {
    number
}

/// The tangent of `x as T`: that of an integer is nothing, so that of the float is zero.
pub trait CastTangent<T> {
    /// Converts.
    fn cast_tangent(&self) -> T;
}

macro_rules! cast_tangent {
    ($($from:ty => $to:ty),*) => {$(
        impl CastTangent<$to> for $from {
            #[inline(always)]
            fn cast_tangent(&self) -> $to {
                *self as $to
            }
        }
    )*};
}
cast_tangent!(f32 => f32, f32 => f64, f64 => f32, f64 => f64);

impl<T: num_traits::Zero> CastTangent<T> for () {
    #[inline(always)]
    fn cast_tangent(&self) -> T {
        T::zero()
    }
}

impl<T, D: CastTangent<T>> CastTangent<T> for &D {
    #[inline(always)]
    fn cast_tangent(&self) -> T {
        (**self).cast_tangent()
    }
}

/// The tangent of `x as T`.
#[inline(always)]
pub fn cast_tangent<T, D: CastTangent<T>>(x_dot: &D) -> T {
    x_dot.cast_tangent()
}

/// Writes a tangent to what a mutable view shows.
#[cfg(feature = "nalgebra")]
#[inline]
pub fn set_view<T, R, C, S>(view: &mut nalgebra::Matrix<T, R, C, S>, value: nalgebra::OMatrix<T, R, C>)
where
    T: Real,
    R: nalgebra::Dim,
    C: nalgebra::Dim,
    S: nalgebra::RawStorageMut<T, R, C>,
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<R, C>,
{
    view.copy_from(&value);
}

/// [`Mode::restore`](Mode::restore) of what a mutable view shows.
#[cfg(feature = "nalgebra")]
#[inline]
pub fn restore_view<M, T, R, C, S>(
    mode: M,
    view: &mut nalgebra::Matrix<T, R, C, S>,
    kept: M::Kept<nalgebra::OMatrix<T, R, C>>,
) where
    M: Mode,
    T: Real,
    R: nalgebra::Dim,
    C: nalgebra::Dim,
    S: nalgebra::StorageMut<T, R, C>,
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<R, C>,
{
    let mut whole = view.clone_owned();
    mode.restore(&mut whole, kept);
    view.copy_from(&whole);
}

/// How often a loop over this runs at least; what its stack holds room for.
#[inline(always)]
pub fn trips<I: IntoIterator>(iter: I) -> usize {
    iter.into_iter().size_hint().0
}

/// A list of zeros, for a loop that gives each of them its value; `empty` brings the memory.
///
/// ```
/// let y: Vec<f64> = autodiff_core::rules::filled(Vec::with_capacity(2), 2);
/// assert_eq!(y, [0.0, 0.0]);
/// ```
#[inline]
pub fn filled<T: Real>(mut empty: Vec<T>, len: usize) -> Vec<T> {
    empty.resize(len, T::zero());
    empty
}

/// Makes room on a stack of residuals.
///
/// ```
/// let mut stack: Vec<f64> = Vec::new();
/// autodiff_core::rules::reserve(&mut stack, 1000);
/// assert!(stack.capacity() >= 1000);
/// ```
#[inline]
pub fn reserve<T>(stack: &mut Vec<T>, more: usize) {
    if more > stack.capacity() - stack.len() {
        grow(stack, more);
    }
}

#[inline(never)]
fn grow<T>(stack: &mut Vec<T>, more: usize) {
    let bytes = more.saturating_mul(size_of::<T>());
    if bytes >= LARGE {
        keep_memory_at_hand(bytes);
    }
    // a new stack is as large as it has to be: to look for a size that it can grow from takes as long as the memory itself
    if stack.capacity() == 0 { stack.reserve_exact(more) } else { stack.reserve(more) }
}

/// From here on, in bytes, residuals are worth a thought of where their memory comes from.
const LARGE: usize = 16 << 10;

/// Has the C library keep what a gradient frees for the next one, several times as much as its largest stack.
///
/// By default glibc gives all but 128 kB of free memory back to the kernel, whose pages come back one by one, each zeroed: a gradient
/// that keeps 0.6 MB in pieces took three times as long for it. What it keeps adapts to the largest block that was ever freed, up
/// to twice 32 MB (`M_MMAP_THRESHOLD` in mallopt(3)): such a block, of which no page is touched, is allocated and freed. Other
/// allocators do not mind.
#[inline]
fn keep_memory_at_hand(stack: usize) {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
        static LARGEST: AtomicUsize = AtomicUsize::new(0);
        let block = stack.saturating_mul(4).min(31 << 20);
        if LARGEST.load(Relaxed) < block && LARGEST.fetch_max(block, Relaxed) < block {
            let mut memory: Vec<u8> = Vec::new();
            // where there is no such block, nothing is lost
            if memory.try_reserve_exact(block).is_ok() {
                std::hint::black_box(&mut memory);
            }
        }
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    let _ = stack;
}

/// Those `i` of a range for which `i - behind + ahead` is an index of a container of this length.
#[inline(always)]
pub fn clipped(range: Range<usize>, behind: usize, ahead: usize, len: usize) -> Range<usize> {
    range.start.max(behind)..range.end.min((len + behind).saturating_sub(ahead))
}

/// The residuals of a loop's iterations, the last one first; those of loops around it stay on the stack.
///
/// ```
/// let mut stack = vec![1.0, 2.0, 3.0];
/// let kept: Vec<(i32, f64)> = (0..2).rev().zip(autodiff_core::rules::popped(&mut stack, 2)).collect();
/// assert_eq!((kept, stack), (vec![(1, 3.0), (0, 2.0)], vec![1.0]));
/// ```
/// # Panics
/// Where there are fewer.
#[inline(always)]
pub fn popped<T>(stack: &mut Vec<T>, count: usize) -> impl Iterator<Item = T> {
    assert!(stack.len() >= count, "one residual for each iteration");
    std::iter::from_fn(|| stack.pop())
}

/// The last residuals of a stack, in the order in which they came.
#[inline(always)]
pub fn last_of<T>(stack: &mut Vec<T>, count: usize) -> std::vec::Drain<'_, T> {
    stack.drain(stack.len() - count..)
}

/// As many items as there are residuals on the stack above `mark`, in the order in which they come.
///
/// ```
/// assert_eq!(autodiff_core::rules::first_items("abc".chars(), &[(); 3], 1), [('a',), ('b',)]);
/// ```
pub fn first_items<I: IntoIterator, T>(items: I, stack: &[T], mark: usize) -> Vec<(I::Item,)> {
    items.into_iter().take(stack.len() - mark).map(|item| (item,)).collect()
}

/// The item of a range at this place.
#[inline(always)]
pub fn entry<I: IntoIterator>(range: I, k: usize) -> I::Item {
    range.into_iter().nth(k).expect("an item for each round of the loop")
}

/// An iterator backwards, whatever it is.
#[inline]
pub fn reversed<I: IntoIterator>(iter: I) -> impl Iterator<Item = I::Item> {
    let items: Vec<I::Item> = iter.into_iter().collect();
    items.into_iter().rev()
}

/// `range.step_by(step)` backwards, for ranges that do not know their length.
#[inline]
pub fn reversed_steps<I: Iterator + Clone>(range: I, step: usize) -> impl Iterator<Item = I::Item> {
    let n = range.clone().step_by(step).count();
    (0..n).rev().map(move |k| range.clone().nth(k * step).expect("within the range"))
}

/// What a function left behind `&mut`, while its pullback puts back what was there before.
#[diagnostic::on_unimplemented(
    message = "a derivative reads this state as it was before it changes, and `{Self}` can't be copied",
    note = "derive `Clone` for it, or read what is needed of it into a variable first"
)]
pub trait Snapshot {
    /// An owned copy.
    type Kept;
    /// Copies.
    fn snapshot(&self) -> Self::Kept;
    /// Copies back.
    fn write_back(&mut self, kept: Self::Kept);
}

impl<T: Clone> Snapshot for T {
    type Kept = T;
    #[inline]
    fn snapshot(&self) -> T {
        self.clone()
    }
    #[inline]
    fn write_back(&mut self, kept: T) {
        *self = kept;
    }
}

impl<T: Clone> Snapshot for [T] {
    type Kept = Vec<T>;
    #[inline]
    fn snapshot(&self) -> Vec<T> {
        self.to_vec()
    }
    #[inline]
    fn write_back(&mut self, kept: Vec<T>) {
        self.clone_from_slice(&kept);
    }
}

/// A copy of what is behind a `&mut` parameter.
#[inline]
pub fn snapshot<T: Snapshot + ?Sized>(x: &T) -> T::Kept {
    x.snapshot()
}

/// Puts a copy back.
#[inline]
pub fn write_back<T: Snapshot + ?Sized>(x: &mut T, kept: T::Kept) {
    x.write_back(kept);
}

/// Puts a copy back, if there is one.
#[inline]
pub fn restore_behind<M: Mode, T: Snapshot + ?Sized>(mode: M, x: &mut T, kept: M::Kept<Option<T::Kept>>) {
    let mut old = None;
    mode.restore(&mut old, kept);
    if let Some(old) = old {
        x.write_back(old);
    }
}

/// What belongs to argument `k` of `new`: matrices and vectors take their entries row by row.
#[cfg(feature = "nalgebra")]
#[inline]
pub fn argument<T, R, C>(whole: &nalgebra::OMatrix<T, R, C>, k: usize) -> T
where
    T: Real,
    R: nalgebra::Dim,
    C: nalgebra::Dim,
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<R, C>,
{
    whole[(k / whole.ncols(), k % whole.ncols())]
}

/// Column `k` of an adjoint.
#[cfg(feature = "nalgebra")]
#[inline]
pub fn nth_column<T, R, C>(whole: &nalgebra::OMatrix<T, R, C>, k: usize) -> nalgebra::OVector<T, R>
where
    T: Real,
    R: nalgebra::Dim,
    C: nalgebra::Dim,
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<R, C> + nalgebra::allocator::Allocator<R>,
{
    whole.column(k).clone_owned()
}

/// Row `k` of an adjoint.
#[cfg(feature = "nalgebra")]
#[inline]
pub fn nth_row<T, R, C>(whole: &nalgebra::OMatrix<T, R, C>, k: usize) -> nalgebra::OMatrix<T, nalgebra::U1, C>
where
    T: Real,
    R: nalgebra::Dim,
    C: nalgebra::Dim,
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<R, C> + nalgebra::allocator::Allocator<nalgebra::U1, C>,
{
    whole.row(k).clone_owned()
}

/// `a * b` of scalars.
pub mod times {
    use super::*;

    /// The contribution to `a`.
    #[inline(always)]
    pub fn pull_0<B: Value<Of = T> + ?Sized, D: Value<Of = T> + ?Sized, T: Real>(b: &B, d: &D) -> T {
        *b.value() * *d.value()
    }
    pub use self::{pull_0 as pull_1, pull_0 as push_0, pull_0 as push_1};

    /// Along several directions.
    pub mod each {
        use super::*;
        use crate::rules::{Lanes, plus};
        /// The tangents by `a`.
        #[inline(always)]
        pub fn push_0<B: Value<Of = T> + ?Sized, D: Value<Of = T>, T: Real, const W: usize>(
            b: &B,
            a: &[D; W],
        ) -> [T; W] {
            Lanes.each(|lane| super::push_0(b, &a[lane]))
        }
        pub use push_0 as push_1;
        /// The tangents by both operands.
        #[inline(always)]
        pub fn both<A, B, D, E, T: Real, const W: usize>(b: &B, a_dot: &[D; W], a: &A, b_dot: &[E; W]) -> [T; W]
        where
            A: Value<Of = T> + ?Sized,
            B: Value<Of = T> + ?Sized,
            D: Value<Of = T>,
            E: Value<Of = T>,
        {
            Lanes.each(|lane| plus(super::push_0(b, &a_dot[lane]), super::push_1(a, &b_dot[lane])))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_is_bilinear() {
        assert_eq!((times::pull_0(&3.0, &2.0), times::pull_1(&5.0, &2.0)), (6.0, 10.0));
        assert_eq!((times::push_0(&&3.0f32, &2.0f32), times::push_1(&5.0f32, &2.0f32)), (6.0, 10.0));
    }

    #[test]
    fn ranges_run_backwards() {
        let forwards: Vec<u64> = (3..=12u64).step_by(4).collect();
        let backwards: Vec<u64> = reversed_steps(3..=12u64, 4).collect();
        assert_eq!(backwards, forwards.iter().rev().copied().collect::<Vec<_>>());
        assert_eq!(reversed(["a", "b"]).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(reversed_steps(5..5usize, 2).count(), 0);
    }

    #[test]
    fn snapshots_are_written_back() {
        let mut x = [1.0, 2.0];
        let kept = snapshot(&x[..]);
        x[0] = 5.0;
        write_back(&mut x[..], kept);
        assert_eq!(x, [1.0, 2.0]);
    }
}

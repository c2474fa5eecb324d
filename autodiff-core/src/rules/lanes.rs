//! Several directions in one pass of forward mode: `W` tangents beside each value, and the value computed once.
//!
//! What is one tangent in `push` is an array of them in `push_lanes`, and what is done to it is done lane by lane. Arrays of
//! numbers go through vector registers; of vectors, matrices and structs there are `W` tangents as they always are, so that
//! every rule serves both.

use super::plus;
use crate::tangent::{GradientLike, Shaped, Tangent};
use std::{
    borrow::Borrow,
    cell::RefCell,
    ops::{AddAssign, Deref, Index, IndexMut, SubAssign},
};

/// How many directions forward mode goes along at once.
///
/// ```
/// use autodiff_core::rules::Lanes;
///
/// let lanes = Lanes::<4>;
/// assert_eq!(lanes.each(|lane| 2.0 * lane as f64), [0.0, 2.0, 4.0, 6.0]);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Lanes<const W: usize>;

impl<const W: usize> Lanes<W> {
    /// The tangent that each lane gives.
    #[inline(always)]
    pub fn each<T: Tangent>(self, mut f: impl FnMut(usize) -> T) -> [T; W] {
        if W == 1 {
            return std::array::from_fn(f); // nothing stands there first
        }
        // a plain loop is what the compiler makes vector instructions of; a closure inside of `from_fn` may stay a call
        let mut all = std::array::from_fn(|_| T::placeholder());
        for (lane, one) in all.iter_mut().enumerate() {
            *one = f(lane);
        }
        all
    }
    /// What a rule that reads nothing gives in each lane. It is handed over by its name: rustc compiles a closure as a function of its
    /// own.
    #[inline(always)]
    pub fn push_1<D, T: Tangent>(self, rule: impl Fn(&D) -> T, dots: &[D; W]) -> [T; W] {
        self.each(|lane| rule(&dots[lane]))
    }
    /// The same of a rule that reads one value.
    ///
    /// ```
    /// use autodiff_core::rules::{Lanes, exp};
    ///
    /// let dots = Lanes::<2>.push_2(exp::push_0, &1.0, &[3.0, 4.0]);
    /// assert_eq!(dots, [3.0, 4.0]);
    /// ```
    #[inline(always)]
    pub fn push_2<A, D, T: Tangent>(self, rule: impl Fn(&A, &D) -> T, a: &A, dots: &[D; W]) -> [T; W] {
        self.each(|lane| rule(a, &dots[lane]))
    }
    /// The same of a rule that reads two.
    #[inline(always)]
    pub fn push_3<A, B, D, T: Tangent>(self, rule: impl Fn(&A, &B, &D) -> T, a: &A, b: &B, dots: &[D; W]) -> [T; W] {
        self.each(|lane| rule(a, b, &dots[lane]))
    }
    /// What two rules give together in each lane, which read nothing.
    #[inline(always)]
    pub fn both_1<D, E, T: Tangent>(
        self,
        lhs: impl Fn(&D) -> T,
        a_dot: &[D; W],
        rhs: impl Fn(&E) -> T,
        b_dot: &[E; W],
    ) -> [T; W] {
        self.each(|lane| plus(lhs(&a_dot[lane]), rhs(&b_dot[lane])))
    }
    /// The same of rules that read one value each.
    ///
    /// ```
    /// use autodiff_core::rules::{Lanes, times};
    ///
    /// let (a, b) = (2.0, 5.0);
    /// let dots = Lanes::<2>.both_2(times::push_0, &b, &[1.0, 0.0], times::push_1, &a, &[0.0, 1.0]);
    /// assert_eq!(dots, [5.0, 2.0]);
    /// ```
    #[inline(always)]
    pub fn both_2<A, B, D, E, T: Tangent>(
        self,
        lhs: impl Fn(&B, &D) -> T,
        b: &B,
        a_dot: &[D; W],
        rhs: impl Fn(&A, &E) -> T,
        a: &A,
        b_dot: &[E; W],
    ) -> [T; W] {
        self.each(|lane| plus(lhs(b, &a_dot[lane]), rhs(a, &b_dot[lane])))
    }
    /// The same of rules that read the same two.
    #[inline(always)]
    pub fn both_3<A, B, D, E, T: Tangent>(
        self,
        lhs: impl Fn(&A, &B, &D) -> T,
        rhs: impl Fn(&A, &B, &E) -> T,
        a: &A,
        b: &B,
        a_dot: &[D; W],
        b_dot: &[E; W],
    ) -> [T; W] {
        self.each(|lane| plus(lhs(a, b, &a_dot[lane]), rhs(a, b, &b_dot[lane])))
    }
    /// A zero tangent for each lane, of a value of the same shape.
    #[inline(always)]
    pub fn zero<S: Shaped + ?Sized>(self, s: &S) -> [GradientLike<S>; W] {
        self.each(|_| super::zero(s))
    }
    /// What each lane gives, whatever that is.
    #[inline(always)]
    pub fn all<T>(self, f: impl FnMut(usize) -> T) -> [T; W] {
        std::array::from_fn(f)
    }
    /// What each lane gives of its part of `bundle`, which is moved.
    ///
    /// ```
    /// use autodiff_core::rules::Lanes;
    ///
    /// let (a, b) = ([1, 2], [vec![3], vec![4]]);
    /// let both = Lanes::<2>.each_of((a, b), |_, (a, b)| (b, a));
    /// assert_eq!(both, [(vec![3], 1), (vec![4], 2)]);
    /// ```
    #[inline(always)]
    pub fn each_of<B: Bundle<W>, T>(self, bundle: B, mut f: impl FnMut(usize, B::Lane) -> T) -> [T; W] {
        let mut parts = bundle.lanes();
        std::array::from_fn(|lane| f(lane, parts.next().expect("a part for each lane")))
    }
    /// References of the type that is wanted: a closure behind `dyn` is told what it gives.
    ///
    /// ```
    /// use autodiff_core::rules::Lanes;
    ///
    /// fn sums(x: [&[i32]; 2]) -> [i32; 2] {
    ///     x.map(|x| x.iter().sum())
    /// }
    /// let x = [vec![1, 2], vec![3]];
    /// assert_eq!(sums(Lanes.lent(&mut |lane| &x[lane])), [3, 3]);
    /// ```
    #[inline(always)]
    pub fn lent<T>(self, f: &mut dyn FnMut(usize) -> T) -> [T; W] {
        std::array::from_fn(f)
    }
    /// [`lent`](Lanes::lent), from the parts of a bundle.
    #[inline(always)]
    pub fn lent_of<B: Bundle<W>, T>(self, bundle: B, f: &mut dyn FnMut(B::Lane) -> T) -> [T; W] {
        let mut parts = bundle.lanes();
        std::array::from_fn(|_| f(parts.next().expect("a part for each lane")))
    }
    /// There has to be one direction at least.
    #[inline(always)]
    pub fn some() -> Self {
        const { assert!(W > 0, "`jvps` goes along one direction at least") };
        Lanes
    }
    /// The value that the last of `W` passes gives, and what each gives beside it.
    #[inline(always)]
    pub fn passes<Y, D>(self, mut pass: impl FnMut(usize) -> (Y, D)) -> (Y, [D; W]) {
        let mut value = None;
        let dots = std::array::from_fn(|lane| {
            let (y, y_dot) = pass(lane);
            value = Some(y);
            y_dot
        });
        (value.expect("there is at least one direction"), dots)
    }
}

/// `x_dot[i]` in each lane.
///
/// ```
/// assert_eq!(autodiff_core::rules::entries(&[[1.0, 2.0], [3.0, 4.0]], 1), [2.0, 4.0]);
/// ```
#[inline(always)]
pub fn entries<X: Index<I, Output: Tangent + Copy>, I: Copy, const W: usize>(all: &[X; W], i: I) -> [X::Output; W] {
    Lanes.each(|lane| all[lane][i])
}

/// [`entries`] of what is behind references.
#[inline(always)]
pub fn entries_behind<X, I: Copy, const W: usize>(all: &[impl Deref<Target = X>; W], i: I) -> [X::Output; W]
where
    X: Index<I, Output: Tangent + Copy> + ?Sized,
{
    Lanes.each(|lane| all[lane][i])
}

/// `&x_dot[i]` in each lane.
///
/// ```
/// assert_eq!(autodiff_core::rules::lent_entries(&[[1.0, 2.0], [3.0, 4.0]], 1), [&2.0, &4.0]);
/// ```
#[inline(always)]
pub fn lent_entries<X: Index<I>, I: Clone, const W: usize>(all: &[X; W], i: I) -> [&X::Output; W] {
    Lanes.all(|lane| &all[lane][i.clone()])
}

/// [`lent_entries`] of what is behind references.
#[inline(always)]
pub fn lent_entries_behind<'a, X, I: Clone, const W: usize>(all: &[&'a X; W], i: I) -> [&'a X::Output; W]
where
    X: Index<I> + ?Sized,
{
    Lanes.all(|lane| &all[lane][i.clone()])
}

/// Tangents of a slice, each as long as it is: an index that is checked for the one is checked for all.
#[inline(always)]
pub fn as_long<T, const W: usize>(all: [&[T]; W], len: usize) -> [&[T]; W] {
    Lanes.all(|lane| &all[lane][..len])
}

/// [`as_long`] of tangents that are changed.
#[inline(always)]
pub fn as_long_mut<T, const W: usize>(all: [&mut [T]; W], len: usize) -> [&mut [T]; W] {
    Lanes.each_of(all, |_, one| &mut one[..len])
}

/// Gradients as tangents, seen through references.
#[inline(always)]
pub fn lent_tangents<G: Borrow<T>, T: ?Sized, const W: usize>(gradients: [&G; W]) -> [&T; W] {
    gradients.map(Borrow::borrow)
}

/// `x_dot[i] = y_dot` in each lane.
///
/// ```
/// let mut x_dot = [[1.0, 2.0], [3.0, 4.0]];
/// autodiff_core::rules::set_entries(&mut x_dot, 1, &[5.0, 6.0]);
/// assert_eq!(x_dot, [[1.0, 5.0], [3.0, 6.0]]);
/// ```
#[inline(always)]
pub fn set_entries<X, I: Copy, const W: usize>(all: &mut [X; W], i: I, values: &[X::Output; W])
where
    X: IndexMut<I, Output: Copy>,
{
    for (one, value) in all.iter_mut().zip(values) {
        one[i] = *value;
    }
}

/// [`set_entries`] of what is behind references.
#[inline(always)]
pub fn set_entries_behind<X, I: Copy, const W: usize>(all: &mut [&mut X; W], i: I, values: &[X::Output; W])
where
    X: IndexMut<I, Output: Copy> + ?Sized,
{
    for (one, value) in all.iter_mut().zip(values) {
        one[i] = *value;
    }
}

/// `x_dot += y_dot` in each lane.
///
/// ```
/// let mut x_dot = [1.0, 2.0];
/// autodiff_core::rules::add_each(&mut x_dot, &[0.5, 1.0]);
/// autodiff_core::rules::subtract_each(&mut x_dot, &[1.0, 0.0]);
/// assert_eq!(x_dot, [0.5, 3.0]);
/// ```
#[inline(always)]
pub fn add_each<T: Copy + AddAssign, const W: usize>(all: &mut [T; W], added: &[T; W]) {
    for (one, added) in all.iter_mut().zip(added) {
        *one += *added;
    }
}

/// `x_dot -= y_dot` in each lane.
#[inline(always)]
pub fn subtract_each<T: Copy + SubAssign, const W: usize>(all: &mut [T; W], subtracted: &[T; W]) {
    for (one, subtracted) in all.iter_mut().zip(subtracted) {
        *one -= *subtracted;
    }
}

/// One of several tangents, moved out of their array.
///
/// ```
/// use autodiff_core::rules::moved;
///
/// let mut dots = [vec![1.0], vec![2.0]];
/// assert_eq!(moved(&mut dots[1]), [2.0]);
/// ```
#[inline(always)]
pub fn moved<T: Tangent>(dot: &mut T) -> T {
    dot.moved()
}

/// Something with a part for each lane: an array, or a pair of such.
pub trait Bundle<const W: usize> {
    /// The part of one lane.
    type Lane;
    /// All parts.
    fn lanes(self) -> impl Iterator<Item = Self::Lane>;
}

impl<T, const W: usize> Bundle<W> for [T; W] {
    type Lane = T;
    #[inline(always)]
    fn lanes(self) -> impl Iterator<Item = T> {
        self.into_iter()
    }
}

impl<A: Bundle<W>, B: Bundle<W>, const W: usize> Bundle<W> for (A, B) {
    type Lane = (A::Lane, B::Lane);
    #[inline(always)]
    fn lanes(self) -> impl Iterator<Item = (A::Lane, B::Lane)> {
        self.0.lanes().zip(self.1.lanes())
    }
}

/// Pairs to a pair.
///
/// ```
/// assert_eq!(autodiff_core::rules::unzip([(1, 'a'), (2, 'b')]), ([1, 2], ['a', 'b']));
/// ```
#[inline(always)]
pub fn unzip<A, B, const W: usize>(pairs: [(A, B); W]) -> ([A; W], [B; W]) {
    let mut seconds = [const { None }; W];
    let mut slots = seconds.iter_mut();
    let firsts = pairs.map(|(a, b)| {
        if let Some(slot) = slots.next() {
            *slot = Some(b);
        }
        a
    });
    (firsts, seconds.map(|b| b.expect("a part for each lane")))
}

/// A function is handed a value for each of several passes: where it can be copied, copies but for the last, and else there can be
/// one pass only. A method call tells the two apart: `(&each).for_pass(..)` finds that of [`Copies`] if `T: Clone`.
///
/// ```
/// use autodiff_core::rules::{Copies as _, Each, Lanes, OneOnly as _};
///
/// let each = Each::of(vec![1.0]);
/// assert_eq!([0, 1].map(|lane| (&each).for_pass(lane, Lanes::<2>)), [[1.0], [1.0]]);
/// ```
#[derive(Debug)]
pub struct Each<T>(RefCell<Option<T>>);

impl<T> Each<T> {
    /// What is handed out.
    #[inline(always)]
    pub fn of(value: T) -> Self {
        Each(RefCell::new(Some(value)))
    }
    #[inline(always)]
    fn out(&self) -> T {
        self.0.take().expect("there is a value for each pass")
    }
}

/// What can be copied.
pub trait Copies {
    /// The value.
    type Value;
    /// Once for each pass.
    fn for_pass<const W: usize>(&self, lane: usize, lanes: Lanes<W>) -> Self::Value;
}

impl<T: Clone> Copies for Each<T> {
    type Value = T;
    #[inline(always)]
    fn for_pass<const W: usize>(&self, lane: usize, _: Lanes<W>) -> T {
        let value = self.out();
        if lane + 1 < W {
            self.0.replace(Some(value.clone()));
        }
        value
    }
}

/// What cannot be copied.
pub trait OneOnly {
    /// The value.
    type Value;
    /// For the only pass.
    fn for_pass<const W: usize>(&self, lane: usize, lanes: Lanes<W>) -> Self::Value;
}

impl<T> OneOnly for &Each<T> {
    type Value = T;
    #[inline(always)]
    fn for_pass<const W: usize>(&self, _: usize, lanes: Lanes<W>) -> T {
        lanes.one_only();
        self.out()
    }
}

impl<const W: usize> Lanes<W> {
    /// Where one pass cannot be repeated.
    #[inline(always)]
    pub fn one_only(self) {
        const {
            assert!(
                W == 1,
                "a function that goes along one direction at a time is handed something that cannot be copied, or that has no \
                 derivative and is changed: it has no further directions, only `jvp`"
            );
        }
    }
}

/// What a reference refers to before the first of several passes; found as [`Each`] is. What is behind `&` stays as it is.
///
/// ```
/// use autodiff_core::rules::{Behind, Lanes, PutBack as _, StayPut as _};
///
/// let mut x = [1.0, 2.0];
/// let before = (&Behind(&mut x[..])).before(Lanes::<2>);
/// x[0] = 3.0;
/// before.put_back(&mut x[..]);
/// assert_eq!(x, [1.0, 2.0]);
/// ```
#[derive(Debug)]
pub struct Behind<R>(pub R);

/// A copy; none where there is one pass only.
#[derive(Debug)]
pub struct Before<K>(Option<K>);

impl<K: Clone> Before<K> {
    /// For the next pass.
    #[inline(always)]
    pub fn put_back<T: super::Snapshot<Kept = K> + ?Sized>(&self, x: &mut T) {
        if let Some(kept) = &self.0 {
            x.write_back(kept.clone());
        }
    }
}

/// Nothing to put back.
#[derive(Debug)]
pub struct NoCopy;

impl NoCopy {
    /// It is as it was, or there is no next pass.
    #[inline(always)]
    pub fn put_back<R>(&self, _: R) {}
}

/// What can be copied, or does not change.
pub trait PutBack {
    /// What is kept.
    type Before;
    /// Keeps a copy, if there are further passes.
    fn before<const W: usize>(&self, lanes: Lanes<W>) -> Self::Before;
}

impl<T: ?Sized> PutBack for Behind<&T> {
    type Before = NoCopy;
    #[inline(always)]
    fn before<const W: usize>(&self, _: Lanes<W>) -> NoCopy {
        NoCopy
    }
}

impl<T: super::Snapshot<Kept: Clone> + ?Sized> PutBack for Behind<&mut T> {
    type Before = Before<T::Kept>;
    #[inline(always)]
    fn before<const W: usize>(&self, _: Lanes<W>) -> Before<T::Kept> {
        Before((W > 1).then(|| self.0.snapshot()))
    }
}

/// What cannot be copied.
pub trait StayPut {
    /// Nothing: there is one pass only.
    fn before<const W: usize>(&self, lanes: Lanes<W>) -> NoCopy;
}

impl<R> StayPut for &Behind<R> {
    #[inline(always)]
    fn before<const W: usize>(&self, lanes: Lanes<W>) -> NoCopy {
        lanes.one_only();
        NoCopy
    }
}

/// A receiver without a derivative: where it is changed, there is one pass only, for a copy of a random number generator may be the
/// same one.
pub trait ConstantReceiver {
    /// Nothing is kept.
    fn constant<const W: usize>(self, lanes: Lanes<W>) -> NoCopy;
}

impl<T: ?Sized> ConstantReceiver for &T {
    #[inline(always)]
    fn constant<const W: usize>(self, _: Lanes<W>) -> NoCopy {
        NoCopy
    }
}

impl<T: ?Sized> ConstantReceiver for &mut T {
    #[inline(always)]
    fn constant<const W: usize>(self, lanes: Lanes<W>) -> NoCopy {
        lanes.one_only();
        NoCopy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_are_taken_apart_and_put_together() {
        let nested = Lanes::<3>.each_of(([1, 2, 3], (["a", "b", "c"], [(); 3])), |lane, (a, (b, ()))| (lane, (a, b)));
        let (lanes, rest) = unzip(nested);
        assert_eq!((lanes, unzip(rest)), ([0, 1, 2], ([1, 2, 3], ["a", "b", "c"])));
    }

    #[test]
    fn passes_begin_alike() {
        let mut state = vec![1.0, 2.0];
        let before = Behind(&mut state[..]).before(Lanes::<3>);
        let (value, dots) = Lanes::<3>.passes(|lane| {
            if lane > 0 {
                before.put_back(&mut state[..]);
            }
            state[0] += 1.0;
            (state[0], lane)
        });
        assert_eq!((value, dots, state), (2.0, [0, 1, 2], vec![2.0, 2.0]));
    }

    #[test]
    fn what_cannot_be_copied_is_there_for_one_pass() {
        struct Rng(u32);
        let mut rng = Rng(0);
        let (before, each) = ((&Behind(&mut rng)).before(Lanes::<1>), Each::of(Rng(1)));
        let (value, dots) = Lanes::<1>.passes(|lane| {
            before.put_back(&mut rng);
            rng.0 += (&each).for_pass(lane, Lanes::<1>).0;
            (rng.0, lane)
        });
        assert_eq!((value, dots, rng.0), (1, [0], 1));
    }
}

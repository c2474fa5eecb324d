//! The functions around the rules: zeros, sums, and the way between tangents and cells.
use crate::coordinates::Coordinates;
use crate::tangent::{Bar, Differentiable, GradientLike, GradientOf, Lend, Own, ShapeOf, Shaped, Tangent, Value};
use std::borrow::Borrow;

/// The zero tangent of a value of the same shape.
///
/// ```
/// assert_eq!(autodiff_core::rules::zero(&[1.0, 2.0]), [0.0, 0.0]);
/// ```
#[inline(always)]
pub fn zero<S: Shaped + ?Sized>(s: &S) -> GradientLike<S> {
    S::Of::zero_tangent(&s.shaped())
}

/// The zero adjoint, made of cells, of a value of the same shape.
///
/// ```
/// assert_eq!(autodiff_core::rules::zero_bar(&1.0_f64).get(), 0.0);
/// ```
#[inline(always)]
pub fn zero_bar<S: Shaped + ?Sized>(s: &S) -> <S::Of as Differentiable>::OwnedBar {
    zero(s).into_bar()
}

/// The shape of a value, kept instead of the value.
///
/// ```
/// use autodiff_core::rules;
/// let shape = rules::shape(&vec![1.0, 2.0]);
/// assert_eq!(rules::zero(&shape), [0.0, 0.0]);
/// ```
#[inline(always)]
pub fn shape<S: Shaped + ?Sized>(s: &S) -> ShapeOf<S::Of> {
    ShapeOf(s.shaped())
}

/// Checks that a matrix has not turned into one of another shape with as many entries, where its adjoint stays where it lies: that
/// would pass for an adjoint of either.
///
/// # Panics
/// When it has; the message names both shapes.
///
/// ```should_panic
/// use autodiff_core::rules::{keeps_shape, shape};
/// use nalgebra::DMatrix;
/// let before = shape(&DMatrix::from_element(2, 3, 1.0));
/// keeps_shape(&before, &DMatrix::from_element(3, 2, 1.0)); // what is assigned here has shape [3 x 2], but what was there has shape [2 x 3]
/// ```
#[inline(always)]
#[track_caller]
pub fn keeps_shape<S: Shaped + ?Sized>(before: &ShapeOf<S::Of>, now: &S) {
    let shape = now.shaped();
    if S::Of::is_turned(&before.0, &shape) {
        let [before, now] = [&before.0, &shape].map(S::Of::zero_tangent);
        misfit("what is assigned here", &now, "what was there", &before);
    }
}

/// Adds `contribution` to a tangent.
///
/// ```
/// let mut t = 1.0;
/// autodiff_core::rules::accumulate(&mut t, 2.0);
/// assert_eq!(t, 3.0);
/// ```
#[inline(always)]
pub fn accumulate<T: Tangent>(t: &mut T, contribution: T) {
    t.accumulate(contribution)
}

/// Adds `contribution` to an adjoint made of cells.
///
/// ```
/// let bar = std::cell::Cell::new(1.0);
/// autodiff_core::rules::add_to(&bar, 2.0);
/// assert_eq!(bar.get(), 3.0);
/// ```
#[inline(always)]
pub fn add_to<B: Bar + ?Sized>(bar: &B, contribution: B::Tangent) {
    bar.accumulate(contribution)
}

/// A copy of what an adjoint holds.
///
/// ```
/// assert_eq!(autodiff_core::rules::get(&std::cell::Cell::new(1.0)), 1.0);
/// ```
#[inline(always)]
pub fn get<B: Bar + ?Sized>(bar: &B) -> B::Tangent {
    bar.get()
}

/// What an adjoint holds; leaves zeros.
///
/// ```
/// let bar = std::cell::Cell::new(1.0);
/// assert_eq!(autodiff_core::rules::take(&bar), 1.0);
/// assert_eq!(bar.get(), 0.0);
/// ```
#[inline(always)]
pub fn take<B: Bar + ?Sized>(bar: &B) -> B::Tangent {
    bar.take()
}

/// Moves a tangent out of a variable which is not read again before it is written.
///
/// ```
/// let mut t = vec![1.0];
/// assert_eq!(autodiff_core::rules::take_tangent(&mut t), [1.0]);
/// ```
#[inline(always)]
pub fn take_tangent<T: Tangent>(t: &mut T) -> T {
    std::mem::replace(t, T::placeholder())
}

/// Turns a tangent into cells; reuses its memory.
///
/// ```
/// assert_eq!(autodiff_core::rules::into_bar(2.0_f64).get(), 2.0);
/// ```
#[inline(always)]
pub fn into_bar<T: Tangent>(t: T) -> T::Bar {
    t.into_bar()
}

/// Turns cells into a tangent; reuses their memory.
///
/// ```
/// use autodiff_core::rules;
/// let t: f64 = rules::from_bar(rules::into_bar(2.0));
/// assert_eq!(t, 2.0);
/// ```
#[inline(always)]
pub fn from_bar<B: Bar>(bar: B) -> B::Tangent
where
    B::Tangent: Tangent<Bar = B>,
{
    B::Tangent::from_bar(bar)
}

/// Lends what the user handed in for an adjoint as cells.
///
/// ```
/// let mut buffer = [1.0, 2.0];
/// autodiff_core::rules::lend_bar(&mut buffer[..], |bar: &[std::cell::Cell<f64>]| bar[0].set(5.0));
/// assert_eq!(buffer, [5.0, 2.0]);
/// ```
#[inline(always)]
pub fn lend_bar<X: Lend<B> + ?Sized, B: ?Sized, R>(tangent: &mut X, f: impl FnOnce(&B) -> R) -> R {
    tangent.lend(f)
}

/// An owned copy of a tangent which is given as `T`, `&T`, a slice or a view.
///
/// ```
/// assert_eq!(autodiff_core::rules::own(&[1.0, 2.0][..]), vec![1.0, 2.0]);
/// ```
#[inline(always)]
pub fn own<V: Value<Of: Own> + ?Sized>(v: &V) -> <V::Of as Own>::Owned {
    v.value().own()
}

/// The sum of two tangents.
///
/// ```
/// assert_eq!(autodiff_core::rules::plus(1.0, 2.0), 3.0);
/// ```
#[inline(always)]
pub fn plus<T: Tangent>(mut a: T, b: T) -> T {
    a.accumulate(b);
    a
}

/// A copy of a primal value that both sweeps need.
///
/// ```
/// assert_eq!(autodiff_core::rules::copy(&vec![1.0]), [1.0]);
/// ```
#[inline(always)]
pub fn copy<T: Clone>(t: &T) -> T {
    t.clone()
}

/// Checks that a seed has the shape of the value that it belongs to.
///
/// # Panics
/// When it does not; the message names both shapes.
///
/// ```should_panic
/// autodiff_core::rules::check_seed(&vec![1.0; 3], &vec![1.0; 4]); // seed has shape 3, but the value has shape 4
/// ```
#[inline(always)]
#[track_caller]
pub fn check_seed<V: Value + ?Sized>(seed: &GradientOf<V>, value: &V) {
    let shape = value.value().shape();
    if !V::Of::fits(&shape, seed.borrow()) {
        misfit("seed", seed, "the value", &V::Of::zero_tangent(&shape));
    }
}

/// Checks that a tangent, or an adjoint that the user handed in, has the shape of the argument that it belongs to.
///
/// `what` is what the message calls it: `gradient buffer`, `tangent`.
///
/// # Panics
/// When it does not; the message names both shapes.
///
/// ```should_panic
/// use autodiff_core::rules::check_tangent;
/// check_tangent("gradient buffer", "x", &vec![1.0; 4], &vec![1.0; 3]); // gradient buffer of `x` has shape 3, but ..
/// ```
#[inline(always)]
#[track_caller]
pub fn check_tangent<S: Shaped + ?Sized>(what: &str, name: &str, x: &S, tangent: &<S::Of as Differentiable>::Tangent) {
    let shape = x.shaped();
    if !S::Of::fits(&shape, tangent) {
        misfit_of(what, name, tangent, &S::Of::zero_tangent(&shape));
    }
}

/// [`check_tangent`] of several tangents.
#[inline(always)]
#[track_caller]
pub fn check_tangents<S, D, const W: usize>(name: &str, x: &S, tangents: &[D; W])
where
    S: Shaped + ?Sized,
    D: Borrow<<S::Of as Differentiable>::Tangent>,
{
    for tangent in tangents {
        check_tangent("tangent", name, x, tangent.borrow());
    }
}

/// [`check_tangent`] of the buffer that a gradient is added to.
///
/// ```
/// autodiff_core::rules::check_bar("x", &[1.0; 3], &[0.0; 3]);
/// ```
#[inline(always)]
#[track_caller]
pub fn check_bar<S: Shaped + ?Sized>(name: &str, x: &S, bar: &<S::Of as Differentiable>::Tangent) {
    check_tangent("gradient buffer", name, x, bar)
}

/// The body of what is not there.
///
/// # Panics
/// Always; nobody gets here.
pub fn absent() -> ! {
    unreachable!("its bound is never met")
}

#[cold]
#[inline(never)]
#[track_caller]
fn misfit(what: &str, found: &impl Coordinates, of: &str, expected: &impl Coordinates) -> ! {
    panic!("{what} has shape {}, but {of} has shape {}", found.describe(), expected.describe())
}

#[cold]
#[inline(never)]
#[track_caller]
fn misfit_of(what: &str, name: &str, found: &(impl Coordinates + ?Sized), expected: &impl Coordinates) -> ! {
    panic!("{what} of `{name}` has shape {}, but `{name}` has shape {}", found.describe(), expected.describe())
}

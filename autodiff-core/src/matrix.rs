//! nalgebra's matrices and vectors as differentiable types, owned ones and views alike.
//!
//! | primal                           | `Tangent`, `Gradient` | `Bar`, `OwnedBar`        | `Shape`  |
//! |----------------------------------|-----------------------|--------------------------|----------|
//! | `Matrix<T, R, C, S>`, S any kind | `OMatrix<T, R, C>`    | `OMatrix<Cell<T>, R, C>` | `(R, C)` |
//!
//! A view of an adjoint (`m_bar.row(i)`, `v_bar.rows(0, 2)`) is itself an adjoint ([`Bar`]): its cells are those of the whole.
use std::any::Any;
use std::cell::Cell;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, RawStorage, RawStorageMut, Scalar, Storage, VecStorage};
use num_traits::Zero;

use crate::Real;
use crate::coordinates::Coordinates;
use crate::rules::owned;
use crate::tangent::{Bar, Differentiable, Lend, Own, Tangent, Value, lend_by_move, shapes_differ};

#[diagnostic::do_not_recommend]
impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> Differentiable for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Tangent = OMatrix<T, R, C>;
    type Gradient = OMatrix<T, R, C>;
    type Bar = OMatrix<Cell<T>, R, C>;
    type OwnedBar = OMatrix<Cell<T>, R, C>;
    type Shape = (R, C);
    #[inline]
    fn shape(&self) -> (R, C) {
        self.shape_generic()
    }
    #[inline]
    fn zero_tangent(&(r, c): &(R, C)) -> OMatrix<T, R, C> {
        OMatrix::zeros_generic(r, c)
    }
    #[inline]
    fn fits(shape: &(R, C), tangent: &OMatrix<T, R, C>) -> bool {
        *shape == tangent.shape_generic()
    }
    #[inline]
    fn is_turned(before: &(R, C), now: &(R, C)) -> bool {
        let scalars = |(r, c): &(R, C)| r.value() * c.value();
        before != now && scalars(before) == scalars(now)
    }
    const HAS_UNREAD: bool = true;
    #[inline]
    fn is_unread(&self, bar: &OMatrix<Cell<T>, R, C>) -> bool {
        bar.is_empty() && !self.is_empty()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> Value for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Of = Self;
    #[inline(always)]
    fn value(&self) -> &Self {
        self
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> Own for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Owned = OMatrix<T, R, C>;
    #[inline]
    fn own(&self) -> OMatrix<T, R, C> {
        owned(self)
    }
}

impl<T: Real, R: Dim, C: Dim> Tangent for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Bar = OMatrix<Cell<T>, R, C>;
    #[inline]
    fn accumulate(&mut self, contribution: Self) {
        check(self, &contribution);
        *self += contribution;
    }
    #[inline]
    fn moved(&mut self) -> Self {
        match (R::try_to_usize(), C::try_to_usize()) {
            (Some(_), Some(_)) => self.clone(),
            _ => std::mem::replace(self, Self::placeholder()),
        }
    }
    #[inline]
    fn placeholder() -> Self {
        let (r, c) = (R::try_to_usize().unwrap_or(0), C::try_to_usize().unwrap_or(0));
        OMatrix::zeros_generic(R::from_usize(r), C::from_usize(c))
    }
    #[inline]
    fn into_bar(self) -> Self::Bar {
        convert(self, Cell::new)
    }
    #[inline]
    fn from_bar(bar: Self::Bar) -> Self {
        convert(bar, Cell::into_inner)
    }
    #[inline]
    fn same_shape(&self, other: &Self) -> bool {
        self.shape_generic() == other.shape_generic()
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<Cell<T>, R, C>> Bar for Matrix<Cell<T>, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Tangent = OMatrix<T, R, C>;
    #[inline]
    fn accumulate(&self, contribution: OMatrix<T, R, C>) {
        check(self, &contribution);
        let rows = self.nrows();
        if rows == 0 {
            return;
        }
        for (j, parts) in contribution.as_slice().chunks_exact(rows).enumerate() {
            let column = self.column(j);
            for (i, part) in parts.iter().enumerate() {
                let cell = &column[i];
                cell.set(cell.get() + *part);
            }
        }
    }
    #[inline]
    fn get(&self) -> OMatrix<T, R, C> {
        self.map(Cell::into_inner)
    }
    #[inline]
    fn take(&self) -> OMatrix<T, R, C> {
        let held = Bar::get(self);
        for j in 0..self.ncols() {
            for i in 0..self.nrows() {
                self[(i, j)].set(<T as Zero>::zero());
            }
        }
        held
    }
}

impl<T: Real, R: Dim, C: Dim> Lend<OMatrix<Cell<T>, R, C>> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    /// The matrix is moved out, its memory becomes cells, and it is moved back: nothing is allocated.
    #[inline]
    fn lend<Out>(&mut self, f: impl FnOnce(&OMatrix<Cell<T>, R, C>) -> Out) -> Out {
        lend_by_move(self, f)
    }
}

impl<T: Scalar + Coordinates, R: Dim, C: Dim, S: RawStorageMut<T, R, C>> Coordinates for Matrix<T, R, C, S> {
    #[inline]
    fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
        self.iter().for_each(|t| t.for_each_scalar(f));
    }
    #[inline]
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|t| t.map_scalars(f));
    }
    fn describe(&self) -> String {
        describe(self)
    }
    #[inline]
    fn dimension(&self) -> usize {
        self.iter().map(T::dimension).sum()
    }
}

/// Converts every element; where the storage is a `Vec`, in its memory (as `Vec`'s `collect` does for equal layouts).
///
/// What `OMatrix<T, R, C>` stores its elements in is known for concrete dimensions only, so it is looked at as [`Any`]; which
/// of the two it is, rustc knows when it compiles the function for these dimensions.
fn convert<T: Scalar, U: Scalar, R: Dim, C: Dim>(m: OMatrix<T, R, C>, f: impl Fn(T) -> U) -> OMatrix<U, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (r, c) = m.shape_generic();
    let mut data = Some(m.data);
    let heap = (&mut data as &mut dyn Any).downcast_mut::<Option<VecStorage<T, R, C>>>();
    match heap.and_then(Option::take) {
        Some(storage) => OMatrix::from_iterator_generic(r, c, Vec::from(storage).into_iter().map(f)),
        None => OMatrix::from_data(data.expect("it is taken only as a `Vec`")).map(f),
    }
}

/// `3` for a column vector, `[2 x 4]` for everything else.
fn describe<T, R: Dim, C: Dim, S: RawStorage<T, R, C>>(m: &Matrix<T, R, C, S>) -> String {
    match m.shape() {
        (r, 1) => format!("{r}"),
        (r, c) => format!("[{r} x {c}]"),
    }
}

/// Refuses to add matrices of different shapes.
#[inline]
#[track_caller]
fn check<T, U, R: Dim, C: Dim, S: RawStorage<T, R, C>, P: RawStorage<U, R, C>>(
    place: &Matrix<T, R, C, S>,
    contribution: &Matrix<U, R, C, P>,
) {
    if place.shape() != contribution.shape() {
        shapes_differ("a gradient", &|| describe(contribution), &|| describe(place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{DMatrix, DVector, Matrix2x3, MatrixXx2, OVector, U2, Vector3};

    #[test]
    fn cells_are_in_the_same_memory() {
        let m = DMatrix::from_fn(200, 100, |i, j| (i + 7 * j) as f64);
        let (copy, place) = (m.clone(), m.as_ptr());
        let bar = m.into_bar();
        assert_eq!(bar.as_ptr().cast(), place);
        let m = DMatrix::from_bar(bar);
        assert_eq!((m.as_ptr(), &m), (place, &copy));
        let tall = MatrixXx2::<f32>::zeros(5);
        let place = tall.as_ptr().cast();
        assert_eq!(tall.into_bar().as_ptr(), place);
        assert_eq!(Matrix2x3::<f64>::from_bar(Matrix2x3::from_element(2.0).into_bar()), Matrix2x3::from_element(2.0));
    }

    #[test]
    fn lending_returns_the_memory() {
        let mut v = DVector::from_vec(vec![1.0, 2.0, 3.0]);
        let place = v.as_ptr();
        v.lend(|bar: &DVector<Cell<f64>>| {
            let (head, tail) = (bar.rows(0, 2), bar.rows(1, 2));
            Bar::accumulate(&head, DVector::from_element(2, 10.0));
            Bar::accumulate(&tail, DVector::from_element(2, 100.0));
        });
        assert_eq!((v.as_slice(), v.as_ptr()), (&[11.0, 112.0, 103.0][..], place));

        let lent = std::panic::AssertUnwindSafe(&mut v);
        let panicked = std::panic::catch_unwind(move || {
            let mut lent = lent;
            lent.lend(|bar: &DVector<Cell<f64>>| {
                bar[0].set(5.0);
                panic!("inside");
            })
        });
        assert!(panicked.is_err());
        assert_eq!((v.as_slice(), v.as_ptr()), (&[5.0, 112.0, 103.0][..], place));
    }

    #[test]
    fn slices_of_matrices_are_lent() {
        let mut all = vec![DVector::from_vec(vec![1.0]), DVector::from_vec(vec![2.0, 3.0])];
        Tangent::lend_slice(&mut all, |bars| bars[1][0].set(7.0));
        assert_eq!(all, [DVector::from_vec(vec![1.0]), DVector::from_vec(vec![7.0, 3.0])]);
    }

    #[test]
    fn views_of_cells_are_adjoints() {
        let bar = DMatrix::from_row_slice(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).into_bar();
        assert_eq!(Bar::take(&bar.row(1)).as_slice(), [4.0, 5.0, 6.0]);
        assert_eq!(Bar::get(&bar.column(1)).as_slice(), [2.0, 0.0]);
        Bar::accumulate(&bar.fixed_view::<2, 1>(0, 2), OVector::<f64, U2>::new(1.0, 2.0));
        Bar::accumulate(&&bar, DMatrix::from_element(2, 3, 1.0));
        assert_eq!(DMatrix::from_bar(bar), DMatrix::from_row_slice(2, 3, &[2.0, 3.0, 5.0, 1.0, 1.0, 3.0]));
    }

    #[test]
    fn tangents() {
        let m = Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        assert_eq!(Matrix2x3::<f64>::zero_tangent(&Differentiable::shape(&m)), Matrix2x3::zeros());
        let view = m.columns(1, 2);
        let mut t = view.own();
        t.accumulate(view.own());
        assert_eq!(t, view * 2.0);
        assert!(t.same_shape(&nalgebra::Matrix2xX::placeholder().resize_horizontally(2, 0.0)));
        assert_eq!((t.describe(), Vector3::<f32>::zeros().describe()), ("[2 x 2]".into(), "3".into()));
        assert_eq!((m.dimension(), m.coordinates()), (6, vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0]));
        assert_eq!(DMatrix::<f64>::placeholder().shape(), (0, 0));
    }

    #[test]
    #[should_panic(expected = "has shape 3, but it is added to one of shape 2")]
    fn shapes_must_agree() {
        DVector::<f64>::zeros(2).accumulate(DVector::zeros(3));
    }

    #[test]
    #[should_panic(expected = "has shape [1 x 3], but it is added to one of shape [2 x 3]")]
    fn shapes_of_cells_must_agree() {
        Bar::accumulate(&DMatrix::<f64>::zeros(2, 3).into_bar(), DMatrix::zeros(1, 3));
    }
}

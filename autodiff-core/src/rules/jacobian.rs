//! Jacobians: forward by columns or in reverse by rows, whichever is less work.
#[cfg(feature = "nalgebra")]
pub use with_nalgebra::*;

/// A result that has a Jacobian with respect to an argument of type `X`: both of them are vectors.
#[diagnostic::on_unimplemented(
    message = "there is no Jacobian matrix of `{Self}` with respect to `{X}`",
    note = "`jacobian` is there for scalars, arrays, slices and vectors, with the feature `nalgebra`; else use `vjp` or `jvp`"
)]
pub trait JacobianOf<X: ?Sized>: Sized {
    /// The gradient type of the argument; spelled out in bounds, for the reason that `ScalarOutput` has a parameter.
    type In;
    /// The gradient type of the result.
    type Out;
    /// The Jacobian: `SMatrix` if the lengths of argument and result are known to the type, else `DMatrix`.
    type Matrix;
    /// The Jacobian at `x` by passes along one, two, four and eight directions (tangents to the value and its tangents) and in
    /// reverse (a seed to the value and the gradient).
    fn jacobian(
        x: &X,
        one: impl FnMut([&Self::In; 1]) -> (Self, [Self::Out; 1]),
        two: impl FnMut([&Self::In; 2]) -> (Self, [Self::Out; 2]),
        four: impl FnMut([&Self::In; 4]) -> (Self, [Self::Out; 4]),
        eight: impl FnMut([&Self::In; 8]) -> (Self, [Self::Out; 8]),
        reverse: impl FnMut(Self::Out) -> (Self, Self::In),
    ) -> Self::Matrix;
}

/// A result whose Jacobian can be added to a buffer of type `B`. The buffer is a parameter of the trait: a bound that depends on
/// what a caller hands in is checked at the call, and a function without a Jacobian may go without.
#[diagnostic::on_unimplemented(
    message = "there is no Jacobian matrix of `{Self}` with respect to `{X}` to add to a `{B}`",
    note = "`jacobian_into` is there for scalars, arrays, slices and vectors, with the feature `nalgebra`; else use `vjp` or `jvp`"
)]
pub trait JacobianInto<X: ?Sized, B>: Sized {
    /// The gradient type of the argument.
    type In;
    /// The gradient type of the result.
    type Out;
    /// Adds the Jacobian at `x` to the buffer, and gives the value.
    fn jacobian_into(
        x: &X,
        one: impl FnMut([&Self::In; 1]) -> (Self, [Self::Out; 1]),
        two: impl FnMut([&Self::In; 2]) -> (Self, [Self::Out; 2]),
        four: impl FnMut([&Self::In; 4]) -> (Self, [Self::Out; 4]),
        eight: impl FnMut([&Self::In; 8]) -> (Self, [Self::Out; 8]),
        reverse: impl FnMut(Self::Out) -> (Self, Self::In),
        buffer: &mut B,
    ) -> Self;
}

#[cfg(feature = "nalgebra")]
mod with_nalgebra {
    use super::{JacobianInto, JacobianOf};
    use crate::coordinates::Coordinates;
    use crate::real::{Math, Real};
    use crate::tangent::{Differentiable, GradientOf, Value};
    use nalgebra::allocator::Allocator;
    use nalgebra::{Const, DMatrix, DefaultAllocator, Dim, Dyn, Matrix, SMatrix, Storage, StorageMut, U1};

    /// A vector: what an argument and a result must be for there to be a Jacobian matrix.
    #[diagnostic::on_unimplemented(
        message = "`jacobian` needs scalars or vectors, and `{Self}` is neither",
        note = "use `vjp` or `jvp`"
    )]
    pub trait VectorShape: Differentiable {
        /// The type of its elements.
        type Scalar: Real;
        /// Its length.
        type Dim: Dim;
        /// Its shape, if the type knows it.
        fn known_shape() -> Option<Self::Shape>;
    }

    /// What every scalar is: a vector of one element.
    pub trait ScalarShape: VectorShape<Scalar = Self, Dim = Const<1>> + Sized {}
    impl<T: VectorShape<Scalar = T, Dim = Const<1>>> ScalarShape for T {}

    macro_rules! vector_shape {
        ($([$($generics:tt)*] $t:ty, $scalar:ty, $dim:ty, $shape:expr;)*) => {$(
            impl<$($generics)*> VectorShape for $t {
                type Scalar = $scalar;
                type Dim = $dim;
                #[inline(always)]
                fn known_shape() -> Option<Self::Shape> {
                    $shape
                }
            }
        )*};
    }
    vector_shape! {
        [] f32, f32, Const<1>, Some(());
        [] f64, f64, Const<1>, Some(());
        [T: Real] [T], T, Dyn, None;
        [T: Real] Vec<T>, T, Dyn, None;
        [T: Real, const N: usize] [T; N], T, Const<N>, Some([(); N]);
    }

    impl<T: Real, R: Dim, S: Storage<T, R, U1>> VectorShape for Matrix<T, R, U1, S>
    where
        DefaultAllocator: Allocator<R, U1>,
    {
        type Scalar = T;
        type Dim = R;
        #[inline(always)]
        fn known_shape() -> Option<(R, U1)> {
            R::try_to_usize().map(|r| (R::from_usize(r), Const))
        }
    }

    /// The matrix type with `Self` rows and `C` columns.
    pub trait MatrixOf<T, C: Dim>: Dim {
        /// The matrix type.
        type Matrix: From<NewJacobian<T>>;
    }

    impl<T: Real, const M: usize, const N: usize> MatrixOf<T, Const<N>> for Const<M> {
        type Matrix = SMatrix<T, M, N>;
    }
    impl<T: Real, const M: usize, const N: usize> From<NewJacobian<T>> for SMatrix<T, M, N> {
        fn from(new: NewJacobian<T>) -> Self {
            SMatrix::from_column_slice(&new.elements)
        }
    }
    impl<T: Real> From<NewJacobian<T>> for DMatrix<T> {
        fn from(new: NewJacobian<T>) -> Self {
            DMatrix::from_vec(new.rows, new.columns, new.elements)
        }
    }

    macro_rules! dynamic {
        ($([$($generics:tt)*] $r:ty, $c:ty;)*) => {$(
            impl<T: Real, $($generics)*> MatrixOf<T, $c> for $r {
                type Matrix = DMatrix<T>;
            }
        )*};
    }
    dynamic! {
        [const M: usize] Const<M>, Dyn;
        [const N: usize] Dyn, Const<N>;
        [] Dyn, Dyn;
    }

    impl<T: Real, R: Dim, C: Dim, S: StorageMut<T, R, C>> JacobianBuffer<T> for Matrix<T, R, C, S> {
        #[track_caller]
        fn begin(&mut self, rows: usize, columns: usize) {
            let (found_rows, found_columns) = self.shape();
            assert!(
                self.shape() == (rows, columns),
                "Jacobian buffer has shape [{found_rows} x {found_columns}], but the Jacobian has shape [{rows} x {columns}]",
            );
        }
        #[inline]
        fn add_column(&mut self, column: usize, values: &impl Coordinates) {
            add_to_all(self.column_mut(column).iter_mut(), 0, values);
        }
        #[inline]
        fn add_row(&mut self, row: usize, but: usize, values: &impl Coordinates) {
            add_to_all(self.row_mut(row).iter_mut().skip(but), but, values);
        }
    }

    /// What a Jacobian is added to.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot hold a Jacobian of `{T}`s",
        note = "it is added to a matrix, or to a part of one: `&mut j` or `&mut j.rows_mut(0, m)`"
    )]
    pub trait JacobianBuffer<T> {
        /// Makes ready for this many rows and columns.
        ///
        /// # Panics
        /// When there are others; the message names both shapes.
        fn begin(&mut self, rows: usize, columns: usize);
        /// Adds to one column.
        fn add_column(&mut self, column: usize, values: &impl Coordinates);
        /// Adds to one row, but for the first so many columns.
        fn add_row(&mut self, row: usize, but: usize, values: &impl Coordinates);
    }

    /// Adds to places in their order.
    #[inline]
    fn add_to_all<'a, T: Real>(places: impl Iterator<Item = &'a mut T>, but: usize, values: &impl Coordinates) {
        let (mut places, mut left) = (places, but);
        values.for_each_scalar(&mut |v| match left {
            0 => *places.next().expect("a place for each value") += <T::Math as Math<T>>::of(v),
            _ => left -= 1,
        });
    }

    /// A matrix that is allocated when its shape is known.
    #[derive(Clone, Debug)]
    pub struct NewJacobian<T> {
        rows: usize,
        columns: usize,
        elements: Vec<T>,
    }

    impl<T> NewJacobian<T> {
        /// Nothing yet.
        pub const fn new() -> Self {
            NewJacobian { rows: 0, columns: 0, elements: Vec::new() }
        }
    }

    impl<T> Default for NewJacobian<T> {
        fn default() -> Self {
            Self::new()
        }
    }

    impl<T: Real> JacobianBuffer<T> for NewJacobian<T> {
        fn begin(&mut self, rows: usize, columns: usize) {
            *self = NewJacobian { rows, columns, elements: vec![T::zero(); rows * columns] };
        }
        #[inline]
        fn add_column(&mut self, column: usize, values: &impl Coordinates) {
            let first = column * self.rows;
            add_to_all(self.elements[first..first + self.rows].iter_mut(), 0, values);
        }
        #[inline]
        fn add_row(&mut self, row: usize, but: usize, values: &impl Coordinates) {
            let first = (but * self.rows + row).min(self.elements.len());
            add_to_all(self.elements[first..].iter_mut().step_by(self.rows), but, values);
        }
    }

    /// Whether so many columns cost more than so many rows, which are computed in reverse: measured on residuals, stencils, chains
    /// of matrices and dense layers, one of several directions takes 0.9 to 1.7 times what the function takes, a row 2.2 to 4.9 times.
    fn reverse_pays(columns: usize, rows: usize) -> bool {
        columns > 2 * rows
    }

    /// How many directions go together at most: as measured, more than four tangents that lie in memory, each on its own, are no
    /// gain, while what has its length in its type mostly does not.
    fn widest<X: VectorShape + ?Sized>() -> usize {
        if <X::Dim>::try_to_usize().is_some() { 8 } else { 4 }
    }

    /// A Jacobian on the way.
    struct Filling<'a, X: Value + ?Sized, Y: Differentiable, B> {
        x: &'a X,
        /// The columns that are there.
        done: usize,
        columns: usize,
        /// The value, once there was a pass.
        value: Option<Y>,
        /// Something like a column, once it is known.
        column: Option<Y::Gradient>,
        buffer: &'a mut B,
    }

    impl<X, Y, B> Filling<'_, X, Y, B>
    where
        X: Value<Of: VectorShape> + ?Sized,
        Y: VectorShape,
        B: JacobianBuffer<Y::Scalar>,
    {
        /// Whether the columns cost more than the rows, if it is known how many of these there are.
        fn reverse_pays(&self) -> bool {
            let Some(rows) = self.column.as_ref().map(Coordinates::dimension) else { return false };
            // without rows there is no pass in reverse to learn the value from
            reverse_pays(self.columns, rows) && (rows > 0 || self.value.is_some())
        }

        /// Columns, so many at once, as long as there are so many left or to the end of `at_most` passes.
        #[inline]
        fn forward<const W: usize>(
            &mut self,
            at_most: usize,
            mut pass: impl FnMut([&GradientOf<X>; W]) -> (Y, [Y::Gradient; W]),
        ) {
            let passes = at_most.min((self.columns - self.done) / W);
            if passes == 0 {
                return;
            }
            let mut tangents = zeros::<X, W>(self.x);
            for _ in 0..passes {
                let set = |tangents: &mut [GradientOf<X>; W], value: f64| {
                    (self.done..).zip(tangents).for_each(|(j, tangent)| tangent.set_coordinate(j, value));
                };
                set(&mut tangents, 1.0);
                let (value, columns) = pass(std::array::from_fn(|k| &tangents[k]));
                set(&mut tangents, 0.0);
                if self.value.is_none() {
                    self.buffer.begin(columns[0].dimension(), self.columns);
                }
                (self.done..).zip(&columns).for_each(|(j, column)| self.buffer.add_column(j, column));
                self.done += W;
                self.value = Some(value);
                self.column = columns.into_iter().next();
            }
        }

        /// What is missing, row by row.
        #[inline]
        fn reverse(mut self, mut pass: impl FnMut(Y::Gradient) -> (Y, GradientOf<X>)) -> Y {
            let mut seed = self.column.take().expect("a column is known");
            seed.map_scalars(&mut |_| 0.0);
            let rows = seed.dimension();
            if self.value.is_none() {
                self.buffer.begin(rows, self.columns);
            }
            for i in 0..rows {
                seed.set_coordinate(i, 1.0);
                let (y, row) = pass(seed.clone());
                self.buffer.add_row(i, self.done, &row);
                self.value = Some(y);
                seed.set_coordinate(i, 0.0);
            }
            self.value.expect("there was a pass")
        }
    }

    fn zeros<X: Value + ?Sized, const W: usize>(x: &X) -> [GradientOf<X>; W] {
        let shape = x.value().shape();
        std::array::from_fn(|_| <X::Of>::zero_tangent(&shape))
    }

    impl<X, Y> JacobianOf<X> for Y
    where
        X: Value<Of: VectorShape> + ?Sized,
        Y: VectorShape,
        Y::Dim: MatrixOf<Y::Scalar, <X::Of as VectorShape>::Dim>,
    {
        type In = GradientOf<X>;
        type Out = Y::Gradient;
        type Matrix = <Y::Dim as MatrixOf<Y::Scalar, <X::Of as VectorShape>::Dim>>::Matrix;

        fn jacobian(
            x: &X,
            one: impl FnMut([&GradientOf<X>; 1]) -> (Y, [Y::Gradient; 1]),
            two: impl FnMut([&GradientOf<X>; 2]) -> (Y, [Y::Gradient; 2]),
            four: impl FnMut([&GradientOf<X>; 4]) -> (Y, [Y::Gradient; 4]),
            eight: impl FnMut([&GradientOf<X>; 8]) -> (Y, [Y::Gradient; 8]),
            reverse: impl FnMut(Y::Gradient) -> (Y, GradientOf<X>),
        ) -> Self::Matrix {
            let mut new = NewJacobian::new();
            Y::jacobian_into(x, one, two, four, eight, reverse, &mut new);
            new.into()
        }
    }

    impl<X, Y, B> JacobianInto<X, B> for Y
    where
        X: Value<Of: VectorShape> + ?Sized,
        Y: VectorShape,
        B: JacobianBuffer<Y::Scalar>,
    {
        type In = GradientOf<X>;
        type Out = Y::Gradient;

        fn jacobian_into(
            x: &X,
            mut one: impl FnMut([&GradientOf<X>; 1]) -> (Y, [Y::Gradient; 1]),
            two: impl FnMut([&GradientOf<X>; 2]) -> (Y, [Y::Gradient; 2]),
            four: impl FnMut([&GradientOf<X>; 4]) -> (Y, [Y::Gradient; 4]),
            eight: impl FnMut([&GradientOf<X>; 8]) -> (Y, [Y::Gradient; 8]),
            reverse: impl FnMut(Y::Gradient) -> (Y, GradientOf<X>),
            buffer: &mut B,
        ) -> Y {
            let [zero] = zeros(x);
            let columns = zero.dimension();
            if columns == 0 {
                // the zero tangent tells how many rows there are
                let (value, [none]) = one([&zero]);
                buffer.begin(none.dimension(), 0);
                return value;
            }
            let column = Y::known_shape().map(|shape| Y::zero_tangent(&shape));
            let mut filling = Filling { x, done: 0, columns, value: None, column, buffer };
            if columns > 8 {
                if filling.column.is_none() {
                    // one column tells how many rows there are
                    filling.forward(1, &mut one);
                }
                if filling.reverse_pays() {
                    return filling.reverse(reverse);
                }
            }
            filling.forward(if widest::<X::Of>() == 8 { usize::MAX } else { 0 }, eight);
            filling.forward(usize::MAX, four);
            filling.forward(usize::MAX, two);
            filling.forward(usize::MAX, one);
            filling.value.expect("there is a column")
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use nalgebra::{DVector, SVector, Vector2, Vector3, dmatrix, matrix};
        use std::cell::Cell;

        /// The Jacobian of the linear function with this matrix, and the numbers of directions of all passes, 0 for those in reverse.
        fn count<
            X: Value<Of: VectorShape>,
            Y: JacobianOf<X, In = GradientOf<X>, Out: From<[f64; M]> + Coordinates> + From<[f64; M]>,
            const M: usize,
            const N: usize,
        >(
            x: X,
            m: [[f64; N]; M],
        ) -> (Y::Matrix, Vec<usize>) {
            let passes = Cell::new(Vec::new());
            let passed = |w| {
                let mut all = passes.take();
                all.push(w);
                passes.set(all);
            };
            fn forward<X: Value, Y: JacobianOf<X> + From<[f64; M]>, const W: usize, const M: usize, const N: usize>(
                m: [[f64; N]; M],
                x_dot: [&GradientOf<X>; W],
            ) -> (Y, [Y::Out; W])
            where
                Y::Out: From<[f64; M]>,
            {
                let along = |x_dot: &GradientOf<X>| {
                    let x_dot = x_dot.coordinates();
                    m.map(|row| row.iter().zip(&x_dot).map(|(a, b)| a * b).sum::<f64>()).into()
                };
                ([0.0; M].into(), x_dot.map(along))
            }
            let jacobian = Y::jacobian(
                &x,
                |x_dot| (passed(1), forward::<X, Y, 1, M, N>(m, x_dot)).1,
                |x_dot| (passed(2), forward::<X, Y, 2, M, N>(m, x_dot)).1,
                |x_dot| (passed(4), forward::<X, Y, 4, M, N>(m, x_dot)).1,
                |x_dot| (passed(8), forward::<X, Y, 8, M, N>(m, x_dot)).1,
                |seed| {
                    passed(0);
                    let seed = seed.coordinates();
                    let mut x_bar = <X::Of>::zero_tangent(&x.value().shape());
                    (0..N).for_each(|j| x_bar.set_coordinate(j, (0..M).map(|i| m[i][j] * seed[i]).sum()));
                    ([0.0; M].into(), x_bar)
                },
            );
            (jacobian, passes.take())
        }

        fn numbers<const M: usize, const N: usize>() -> [[f64; N]; M] {
            std::array::from_fn(|i| std::array::from_fn(|j| (10 * i + j) as f64))
        }

        #[test]
        fn static_dimensions_give_a_static_matrix() {
            let tall = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
            let expected: SMatrix<f64, 3, 2> = matrix![1.0, 2.0; 3.0, 4.0; 5.0, 6.0];
            assert_eq!(count::<_, Vector3<f64>, 3, 2>(Vector2::<f64>::zeros(), tall), (expected, vec![2]));
            assert_eq!(count::<_, [f64; 3], 3, 2>([0.0; 2], tall), (expected, vec![2]));
            let expected = SMatrix::from_fn(|i, j| (10 * i + j) as f64);
            assert_eq!(count::<_, [f64; 2], 2, 15>([0.0; 15], numbers()), (expected, vec![0, 0]));
            let expected = SMatrix::from_fn(|i, j| (10 * i + j) as f64);
            assert_eq!(
                count::<_, [f64; 9], 9, 15>(&SVector::<f64, 15>::zeros(), numbers()),
                (expected, vec![8, 4, 2, 1])
            );
        }

        #[test]
        fn dynamic_dimensions_give_a_dynamic_matrix() {
            let wide = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]];
            let expected = dmatrix![1.0, 2.0, 3.0, 4.0; 5.0, 6.0, 7.0, 8.0];
            assert_eq!(count::<_, Vec<f64>, 2, 4>(&DVector::<f64>::zeros(4), wide), (expected.clone(), vec![4]));
            assert_eq!(count::<_, Vec<f64>, 2, 4>(&[0.0; 4][..], wide), (expected.clone(), vec![4]));
            assert_eq!(count::<_, Vec<f64>, 2, 4>([0.0; 4], wide), (expected, vec![4]));
            let expected = DMatrix::from_fn(2, 20, |i, j| (10 * i + j) as f64);
            assert_eq!(count::<_, Vec<f64>, 2, 20>(vec![0.0; 20], numbers()), (expected, vec![1, 0, 0]));
            let expected = DMatrix::from_fn(15, 20, |i, j| (10 * i + j) as f64);
            assert_eq!(count::<_, Vec<f64>, 15, 20>(vec![0.0; 20], numbers()), (expected, vec![1, 4, 4, 4, 4, 2, 1]));
        }

        #[test]
        fn nothing_in_and_nothing_out() {
            let (none, passes) = count::<_, Vec<f64>, 2, 0>(Vec::<f64>::new(), [[], []]);
            assert_eq!((none.shape(), passes), ((2, 0), vec![1]));
            let (none, passes) = count::<_, Vec<f64>, 0, 3>(vec![0.0; 3], []);
            assert_eq!((none.shape(), passes), ((0, 3), vec![2, 1]));
        }

        #[test]
        #[should_panic(expected = "Jacobian buffer has shape [2 x 3], but the Jacobian has shape [3 x 2]")]
        fn a_buffer_of_another_shape() {
            JacobianBuffer::begin(&mut DMatrix::<f64>::zeros(2, 3), 3, 2);
        }
    }
}

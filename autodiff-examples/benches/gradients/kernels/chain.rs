//! A product of matrices, and half its squared norm.
use super::{Kernel, number::Number, number::dot, uniform};
use autodiff_core::differentiable;
use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut};

/// Rows and columns of each matrix.
const N: usize = 32;

/// Entries of each matrix.
const SIZE: usize = N * N;

pub(super) struct Chain(Vec<f64>);

impl Chain {
    /// So many matrices: a product keeps about the norm of its factors.
    pub(super) fn random(matrices: usize) -> Self {
        Self(uniform(matrices * SIZE).into_iter().map(|v| (v - 0.5) * (12.0 / N as f64).sqrt()).collect())
    }
}

#[differentiable]
fn half_squares(matrices: &[f64]) -> f64 {
    let mut product = DMatrix::<f64>::identity(N, N);
    for entries in matrices.chunks_exact(SIZE) {
        product = &product * DMatrix::from_column_slice(N, N, entries);
    }
    0.5 * product.norm_squared()
}

impl Kernel for Chain {
    fn x(&self) -> &[f64] {
        &self.0
    }

    fn primal(&self, x: &[f64]) -> f64 {
        half_squares(x)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        half_squares::grad_into(x, x_bar)
    }

    /// The partial products are kept. Transposes are made, so that all products are of the fast kind.
    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let matrix = |entries| DMatrixView::from_slice(entries, N, N);
        let mut products = vec![DMatrix::identity(N, N)];
        for (i, entries) in x.chunks_exact(SIZE).enumerate() {
            products.push(&products[i] * matrix(entries));
        }
        let end = products.last().expect("the identity at least");
        let (value, mut bar, mut next_bar) = (0.5 * end.norm_squared(), end.clone(), end.clone());
        let mut transpose = DMatrix::zeros(N, N);
        let pairs = x.chunks_exact(SIZE).zip(x_bar.chunks_exact_mut(SIZE)).zip(&products);
        for ((entries, entries_bar), before) in pairs.rev() {
            before.transpose_to(&mut transpose);
            DMatrixViewMut::from_slice(entries_bar, N, N).gemm(1.0, &transpose, &bar, 1.0);
            matrix(entries).transpose_to(&mut transpose);
            next_bar.gemm(1.0, &bar, &transpose, 0.0);
            std::mem::swap(&mut bar, &mut next_bar);
        }
        value
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let mut product: Vec<T> = DMatrix::<f64>::identity(N, N).iter().map(|&v| T::of(v)).collect();
        for entries in x.chunks_exact(SIZE) {
            product = generic_product(&product, entries, N);
        }
        T::of(0.5) * dot(&product, &product)
    }
}

/// The product of two matrices, column by column, the first with `rows`.
pub(super) fn generic_product<T: Number>(a: &[T], b: &[T], rows: usize) -> Vec<T> {
    let inner = a.len() / rows;
    let mut product = Vec::with_capacity(rows * b.len() / inner);
    for column in b.chunks_exact(inner) {
        let start = product.len();
        product.resize(start + rows, T::of(0.0));
        for (a, &b) in a.chunks_exact(rows).zip(column) {
            product[start..].iter_mut().zip(a).for_each(|(sum, &a)| *sum += a * b);
        }
    }
    product
}

//! Every type as a parameter and as a result, by value, behind `&` and behind `&mut`; gradients have the type one writes by hand.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{
    DMatrix, DVector, DVectorView, Matrix2, Matrix2x3, MatrixView2, RowDVector, RowVector3, SMatrix, SVector, Vector3,
};

macro_rules! roundtrip {
    ($($name:ident: $t:ty, $value:expr;)*) => {$(
        mod $name {
            use super::*;

            #[differentiable]
            fn by_value(x: $t) -> $t {
                x
            }
            #[differentiable]
            fn by_reference(x: &$t) -> $t {
                x.clone()
            }
            #[differentiable]
            fn by_mutable_reference(x: &mut $t) -> $t {
                let old = x.clone();
                *x = old.clone();
                old
            }
            #[differentiable]
            fn twice(x: &$t) -> ($t, $t) {
                (x.clone(), x.clone())
            }
            #[differentiable]
            fn through_a_branch(x: $t, y: $t, flag: bool) -> $t {
                if flag { x } else { y }
            }
            #[differentiable]
            fn through_a_loop(x: $t, y: $t, n: usize) -> $t {
                let mut a = x;
                let mut b = y;
                for _ in 0..n {
                    let c = a;
                    a = b;
                    b = c;
                }
                a
            }
            #[differentiable]
            fn through_a_call(x: $t) -> $t {
                by_value(by_reference(&x))
            }

            #[test]
            fn both_modes() {
                let x: $t = $value;
                check!(by_value(x.clone()));
                check!(by_reference(&x));
                check!(by_mutable_reference(&mut x));
                check!(twice(&x));
                check!(through_a_branch(x.clone(), x.clone(), const true));
                check!(through_a_branch(x.clone(), x.clone(), const false));
                check!(through_a_loop(x.clone(), x.clone(), const 3));
                check!(through_a_call(x.clone()));
            }
        }
    )*};
}

#[allow(
    clippy::clone_on_copy,
    clippy::large_types_passed_by_value,
    reason = "one text for types that are Copy and those that are not"
)]
mod roundtrips {
    use super::*;

    roundtrip! {
        double: f64, 0.7;
        single: f32, 0.7;
        array: [f64; 3], [0.7, -1.2, 0.4];
        array_of_singles: [f32; 2], [0.7, -1.2];
        array_of_arrays: [[f64; 2]; 2], [[0.7, -1.2], [0.4, 1.3]];
        vec: Vec<f64>, vec![0.7, -1.2, 0.4];
        vec_of_singles: Vec<f32>, vec![0.7, -1.2];
        vec_of_vecs: Vec<Vec<f64>>, vec![vec![0.7, -1.2], vec![], vec![0.4]];
        vec_of_arrays: Vec<[f64; 2]>, vec![[0.7, -1.2], [0.4, 1.3]];
        vec_of_tuples: Vec<(f64, f64)>, vec![(0.7, -1.2), (0.4, 1.3)];
        pair: (f64, f64), (0.7, -1.2);
        triple: (f64, f32, [f64; 2]), (0.7, -1.2, [0.4, 1.3]);
        nested_tuple: (f64, (Vec<f64>, f64)), (0.7, (vec![-1.2, 0.4], 1.3));
        with_constants: (f64, usize, bool), (0.7, 3, true);
        one_tuple: (f64,), (0.7,);
        some: Option<f64>, Some(0.7);
        some_vec: Option<Vec<f64>>, Some(vec![0.7, -1.2]);
        dynamic_vector: DVector<f64>, DVector::from_vec(vec![0.7, -1.2, 0.4]);
        dynamic_vector_of_singles: DVector<f32>, DVector::from_vec(vec![0.7, -1.2, 0.4]);
        row_vector: RowDVector<f64>, RowDVector::from_vec(vec![0.7, -1.2, 0.4]);
        dynamic_matrix: DMatrix<f64>, DMatrix::from_vec(2, 3, vec![0.7, -1.2, 0.4, 1.3, 0.5, -0.8]);
        static_vector: SVector<f64, 3>, Vector3::new(0.7, -1.2, 0.4);
        named_vector: Vector3<f32>, Vector3::new(0.7, -1.2, 0.4);
        static_row: RowVector3<f64>, RowVector3::new(0.7, -1.2, 0.4);
        static_matrix: SMatrix<f64, 2, 3>, Matrix2x3::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8);
        array_of_vectors: [SVector<f64, 3>; 2], [Vector3::new(0.7, -1.2, 0.4), Vector3::new(1.3, 0.5, -0.8)];
        vec_of_vectors: Vec<DVector<f64>>, vec![DVector::from_vec(vec![0.7, -1.2]), DVector::from_vec(vec![0.4])];
        vec_of_matrices: Vec<Matrix2<f64>>, vec![Matrix2::new(0.7, -1.2, 0.4, 1.3)];
        tuple_of_matrices: (DMatrix<f64>, Vector3<f64>), (DMatrix::from_vec(1, 2, vec![0.7, -1.2]), Vector3::new(1.3, 0.5, -0.8));
        option_of_vector: Option<DVector<f64>>, Some(DVector::from_vec(vec![0.7, -1.2]));
    }
}

#[differentiable]
fn slice(x: &[f64]) -> f64 {
    x[0] * x[1]
}

#[differentiable]
fn slice_of_arrays(x: &[[f64; 2]]) -> f64 {
    x[0][0] * x[1][1] + x[1][0]
}

#[differentiable]
fn slice_of_tuples(x: &[(f64, f64)], k: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let (a, b) = x[i];
        s += a * b * k + x[i].1;
    }
    s
}

#[differentiable]
fn slice_of_vecs(x: &[Vec<f64>]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in 0..x[i].len() {
            s += x[i][j] * x[i][j] * (i + 1) as f64;
        }
    }
    s
}

#[differentiable]
fn slice_of_slices(x: &[&[f64]]) -> f64 {
    x[0][0] * x[1][0]
}

#[differentiable]
fn reference_to_scalar(x: &f64, y: &mut f64) -> f64 {
    *y += *x * *y;
    *x * *y
}

#[differentiable]
fn mutable_value(mut x: f64, mut v: Vec<f64>) -> Vec<f64> {
    x *= 2.0;
    v[0] *= x;
    v
}

#[differentiable]
fn mixed_precision(x: f32, y: f64) -> f64 {
    let z = x * 2.0;
    z as f64 * y
}

#[differentiable]
fn constants_inside(x: (usize, f64), y: &[(f64, i32)]) -> f64 {
    let (n, v) = x;
    v.powi(n as i32) * y[0].0 * y[1].1 as f64
}

#[differentiable]
fn result_with_constants(x: f64) -> (f64, usize, bool) {
    let n = if x > 0.0 { 3 } else { 4 };
    (x * n as f64, n, x > 0.5)
}

#[differentiable]
fn vector_view(x: DVectorView<'_, f64>, k: f64) -> f64 {
    x.dot(&x) * k
}

#[differentiable]
fn reference_to_view(x: &DVectorView<'_, f64>, m: &MatrixView2<'_, f64>) -> f64 {
    x[0] * x[1] + m.trace() * m[(0, 1)]
}

#[differentiable]
fn unit(_x: f64) {}

#[differentiable]
fn no_parameters_but_constants(n: usize) -> f64 {
    n as f64
}

#[test]
fn slices() {
    check_scalar!(slice(&[0.7, -1.2][..]));
    check_scalar!(slice_of_arrays(&[[0.7, -1.2], [0.4, 1.3]][..]));
    check_scalar!(slice_of_tuples(&[(0.7, -1.2), (0.4, 1.3)][..], 1.3));
    check_scalar!(slice_of_vecs(&[vec![0.7, -1.2], vec![], vec![0.4]][..]));
}

#[test]
fn slices_of_slices() {
    let (a, b) = ([0.7, 0.1], [0.4]);
    assert_eq!(slice_of_slices::grad(&[&a, &b]), vec![vec![0.4, 0.0], vec![0.7]]);
}

#[test]
fn scalars() {
    check!(reference_to_scalar(&0.7, &mut 1.2));
    check!(mutable_value(0.7, vec![1.2, 0.4]));
    check_scalar!(mixed_precision(0.7, 1.2));
    check_scalar!(constants_inside((3, 0.7), &[(1.2, 4), (0.3, 5)][..]));
    check!(result_with_constants(0.7));
    check_unit!(unit(0.7));
}

#[test]
fn gradients_of_views() {
    let x = DVector::from_vec(vec![1.0, 2.0, 3.0]);
    let (g, k_bar): (DVector<f64>, f64) = vector_view::grad(x.rows(0, 2), 10.0);
    assert_eq!((g, k_bar), (DVector::from_vec(vec![20.0, 40.0]), 5.0));
    let m = Matrix2::new(1.0, 2.0, 3.0, 4.0);
    let (x_bar, m_bar): (DVector<f64>, Matrix2<f64>) =
        reference_to_view::grad(&x.rows(0, 2), &m.fixed_view::<2, 2>(0, 0));
    assert_eq!((x_bar, m_bar), (DVector::from_vec(vec![2.0, 1.0]), Matrix2::new(2.0, 5.0, 0.0, 2.0)));
}

#[test]
fn nothing_to_differentiate() {
    let () = no_parameters_but_constants::grad(3);
    assert_eq!(no_parameters_but_constants::jvp(3), (3.0, 0.0));
}

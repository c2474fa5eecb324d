//! Solves with a triangular matrix, of which one triangle is read.
use super::*;

const LOWER: Part = Part::LOWER;
const UPPER: Part = Part::UPPER;
const TR_LOWER: Part = LOWER.transposed();
const TR_UPPER: Part = UPPER.transposed();

solves! {
    /// `a y = b` and `aᵀ y = b`
    TriangularSolves [T, D, S] where [T: Real, D: Dim, S: Storage<T, D, D>, DefaultAllocator: Allocator<D, D>] Matrix<T, D, D, S>: D;
    solve_lower_triangular solve_lower_triangular_forward solve_lower_triangular_push solve_lower_triangular_receiver:
        Option, LOWER, |a, d| a.tr_solve_lower_triangular_unchecked(d);
    solve_upper_triangular solve_upper_triangular_forward solve_upper_triangular_push solve_upper_triangular_receiver:
        Option, UPPER, |a, d| a.tr_solve_upper_triangular_unchecked(d);
    tr_solve_lower_triangular tr_solve_lower_triangular_forward tr_solve_lower_triangular_push tr_solve_lower_triangular_receiver:
        Option, TR_LOWER, |a, d| a.solve_lower_triangular_unchecked(d);
    tr_solve_upper_triangular tr_solve_upper_triangular_forward tr_solve_upper_triangular_push tr_solve_upper_triangular_receiver:
        Option, TR_UPPER, |a, d| a.solve_upper_triangular_unchecked(d);
    ad_solve_lower_triangular ad_solve_lower_triangular_forward ad_solve_lower_triangular_push ad_solve_lower_triangular_receiver:
        Option, TR_LOWER, |a, d| a.solve_lower_triangular_unchecked(d);
    ad_solve_upper_triangular ad_solve_upper_triangular_forward ad_solve_upper_triangular_push ad_solve_upper_triangular_receiver:
        Option, TR_UPPER, |a, d| a.solve_upper_triangular_unchecked(d);
    solve_lower_triangular_unchecked solve_lower_triangular_unchecked_forward solve_lower_triangular_unchecked_push solve_lower_triangular_unchecked_receiver:
        Plain, LOWER, |a, d| a.tr_solve_lower_triangular_unchecked(d);
    solve_upper_triangular_unchecked solve_upper_triangular_unchecked_forward solve_upper_triangular_unchecked_push solve_upper_triangular_unchecked_receiver:
        Plain, UPPER, |a, d| a.tr_solve_upper_triangular_unchecked(d);
    tr_solve_lower_triangular_unchecked tr_solve_lower_triangular_unchecked_forward tr_solve_lower_triangular_unchecked_push tr_solve_lower_triangular_unchecked_receiver:
        Plain, TR_LOWER, |a, d| a.solve_lower_triangular_unchecked(d);
    tr_solve_upper_triangular_unchecked tr_solve_upper_triangular_unchecked_forward tr_solve_upper_triangular_unchecked_push tr_solve_upper_triangular_unchecked_receiver:
        Plain, TR_UPPER, |a, d| a.solve_upper_triangular_unchecked(d);
}

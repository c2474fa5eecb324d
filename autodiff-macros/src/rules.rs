//! The table of rules: which operations have derivatives, and which values each partial reads.
//!
//! The formulas live in `autodiff_core::rules`, one module a rule with the functions `pull_k` (reverse) and `push_k`
//! (forward) for operand `k`. Here stands only what the transform must know: what to keep. For operand `k`, `reads[k]`
//! names what `pull_k` and `push_k` are handed, in order, before the adjoint or the tangent:
//!
//! ```text
//! a b c    the value of operand 0, 1, 2        A B C    its shape and type only
//! y        the value of the result             -        no derivative with respect to this operand
//!
//! mul  ["Ab", "aB"]     pull_0(&a, &b, &y_bar) -> a_bar     pull_1(&a, &b, &y_bar) -> b_bar
//! exp  ["y"]            pull_0(&y, &y_bar) -> a_bar         push_0(&y, &a_dot) -> y_dot
//! add  ["", ""]         pull_0(&y_bar) -> a_bar
//! ```

/// How a rule depends on its operands; forward over reverse differentiates the partials by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A scalar function given by first and second partials.
    Scalar,
    /// Linear in each operand on its own, jointly linear: `+`, `transpose`, `sum`.
    Linear,
    /// Linear in each of two operands with the other one fixed: `*`, `dot`.
    Bilinear,
    /// Smooth, with its own formulas: `norm`, `normalize`, `/`.
    Smooth,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) reads: &'static [&'static str],
    pub(crate) kind: Kind,
    /// Cheap enough to be computed again in the reversed body rather than kept.
    pub(crate) cheap: bool,
    /// The result is a scalar whatever the operands are.
    pub(crate) scalar: bool,
}

impl Rule {
    /// Whether the method takes its receiver by value: those of options do.
    pub(crate) fn takes_receiver(&self) -> bool {
        matches!(self.name, "unwrap" | "unwrap_or" | "unwrap_or_default" | "ok" | "ok_or")
    }
}

const fn row(name: &'static str, reads: &'static [&'static str], kind: Kind, cheap: bool, scalar: bool) -> Rule {
    Rule { name, reads, kind, cheap, scalar }
}

const CHEAP: bool = true;
const DEAR: bool = false;

use Kind::{Bilinear, Linear, Scalar, Smooth};

#[rustfmt::skip]
pub(crate) static RULES: &[Rule] = &[
    // operators
    row("neg", &[""],        Linear,   CHEAP, false),
    row("add", &["", ""],    Linear,   CHEAP, false),
    row("sub", &["", ""],    Linear,   CHEAP, false),
    row("mul", &["Ab", "aB"], Bilinear, CHEAP, false),
    row("times", &["b", "a"], Bilinear, CHEAP, true), // `mul` of operands that are known to be scalars
    row("scaled", &["b", "a"], Bilinear, CHEAP, false), // `mul` of a matrix and a number that are known to be such
    row("scales", &["b", "a"], Bilinear, CHEAP, false), // `mul` of a number and a matrix
    row("div", &["b", "by"], Smooth,   CHEAP, false),
    row("rem", &["", "ab"],  Scalar,   DEAR,  true),
    // scalars, one operand
    row("abs",        &["a"], Scalar, CHEAP, false),
    row("recip",      &["y"], Scalar, CHEAP, true),
    row("sqrt",       &["y"], Scalar, CHEAP, true),
    row("cbrt",       &["y"], Scalar, DEAR,  true),
    row("exp",        &["y"], Scalar, DEAR,  true),
    row("exp2",       &["y"], Scalar, DEAR,  true),
    row("exp_m1",     &["y"], Scalar, DEAR,  true),
    row("ln",         &["a"], Scalar, DEAR,  true),
    row("log2",       &["a"], Scalar, DEAR,  true),
    row("log10",      &["a"], Scalar, DEAR,  true),
    row("ln_1p",      &["a"], Scalar, DEAR,  true),
    row("sin",        &["a"], Scalar, DEAR,  true),
    row("cos",        &["a"], Scalar, DEAR,  true),
    row("tan",        &["y"], Scalar, DEAR,  true),
    row("asin",       &["a"], Scalar, DEAR,  true),
    row("acos",       &["a"], Scalar, DEAR,  true),
    row("atan",       &["a"], Scalar, DEAR,  true),
    row("sinh",       &["a"], Scalar, DEAR,  true),
    row("cosh",       &["a"], Scalar, DEAR,  true),
    row("tanh",       &["y"], Scalar, DEAR,  true),
    row("asinh",      &["a"], Scalar, DEAR,  true),
    row("acosh",      &["a"], Scalar, DEAR,  true),
    row("atanh",      &["a"], Scalar, DEAR,  true),
    row("fract",      &[""],  Scalar, CHEAP, true),
    row("to_degrees", &[""],  Scalar, CHEAP, true),
    row("to_radians", &[""],  Scalar, CHEAP, true),
    row("sin_cos",    &["y"], Scalar, DEAR,  false),
    // scalars, two and three operands
    row("powi",       &["ab", "-"],            Scalar, DEAR,  true),
    row("powf",       &["ab", "ay"],           Scalar, DEAR,  true),
    row("log",        &["ab", "ab"],           Scalar, DEAR,  true),
    row("atan2",      &["ab", "ab"],           Scalar, DEAR,  true),
    row("hypot",      &["ay", "by"],           Scalar, DEAR,  true),
    row("max",        &["ab", "ab"],           Scalar, CHEAP, true),
    row("min",        &["ab", "ab"],           Scalar, CHEAP, true),
    row("abs_sub",    &["ab", "ab"],           Scalar, CHEAP, true),
    row("copysign",   &["ab", "-"],            Scalar, CHEAP, true),
    row("rem_euclid", &["", "ab"],             Scalar, DEAR,  true),
    row("mul_add",    &["b", "a", ""],         Scalar, CHEAP, true),
    row("clamp",      &["abc", "abc", "abc"],  Scalar, CHEAP, true),
    row("cast",       &["A"],                  Linear, CHEAP, true),
    // containers
    row("own",        &[""],  Linear, DEAR, false), // clone, to_owned, to_vec, into_owned, clone_owned
    row("boxed",      &[""],  Linear, DEAR, false), // into_boxed_slice, into_vec
    row("repeat",     &["A"], Linear, DEAR, false), // vec![a; n], [a; n], from_element
    row("unwrap", &["A"], Linear, CHEAP, false),
    row("unwrap_or_default", &["Ay"], Linear, CHEAP, false),
    row("ok_or", &["", "-"], Linear, CHEAP, false),
    row("ok", &[""], Linear, CHEAP, false),
    row("unwrap_or", &["AB", "AB"], Linear, CHEAP, false),
    // nalgebra
    row("dot",           &["Ab", "aB"], Bilinear, DEAR, true),
    row("norm",          &["ay"],       Smooth,   DEAR, true),
    row("norm_squared",  &["a"],        Smooth,   DEAR, true),
    row("normalize",     &["ay"],       Smooth,   DEAR, false),
    row("sum",           &["A"],        Linear,   DEAR, true),
    row("mean",          &["A"],        Linear,   DEAR, true),
    row("row_sum",       &["A"],        Linear,   DEAR, false),
    row("column_sum",    &["A"],        Linear,   DEAR, false),
    row("row_mean",      &["A"],        Linear,   DEAR, false),
    row("column_mean",   &["A"],        Linear,   DEAR, false),
    row("trace",         &["A"],        Linear,   DEAR, true),
    row("transpose",     &[""],         Linear,   DEAR, false),
    row("tr_mul",        &["b", "a"],   Bilinear, DEAR, false),
    row("component_mul", &["b", "a"],   Bilinear, DEAR, false),
    row("component_div", &["b", "by"],  Smooth,   DEAR, false),
    row("cross",         &["b", "a"],   Bilinear, DEAR, false),
    row("add_scalar",    &["", "A"],    Linear,   DEAR, false),
    row("max_element",   &["ay"],       Smooth,   DEAR, true),
    row("min_element",   &["ay"],       Smooth,   DEAR, true),
    row("diagonal",      &["A"],        Linear,   DEAR, false),
    row("from_diagonal", &["A"],        Linear,   DEAR, false),
    row("from_vec",      &[""],         Linear,   DEAR, false),
    row("from_slice",    &["A"],        Linear,   DEAR, false), // from_column_slice, from_slice
    row("from_row_slice", &["A"],       Linear,   DEAR, false),
    row("determinant",   &["ay"],       Smooth,   DEAR, true),
];

/// Methods that are a rule under another name, by name and number of operands (the receiver counts).
#[rustfmt::skip]
static ALIASES: &[(&str, usize, &str)] = &[
    ("magnitude", 1, "norm"), ("magnitude_squared", 1, "norm_squared"),
    ("max", 1, "max_element"), ("min", 1, "min_element"),
    ("scale", 2, "mul"), ("unscale", 2, "div"),
    ("clone", 1, "own"), ("to_owned", 1, "own"), ("to_vec", 1, "own"), ("into_boxed_slice", 1, "boxed"), ("into_vec", 1, "boxed"), ("into_owned", 1, "own"), ("clone_owned", 1, "own"),
    ("dotc", 2, "dot"), ("adjoint", 1, "transpose"), ("expect", 2, "unwrap"), ("ad_mul", 2, "tr_mul"),
    ("add", 2, "add"), ("sub", 2, "sub"), ("mul", 2, "mul"), ("div", 2, "div"), ("neg", 1, "neg"),
];

/// The row of this name.
pub(crate) fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.name == name)
}

/// The rule that a method call `x.name(..)` with so many operands (receiver included) stands for.
pub(crate) fn method(name: &str, operands: usize) -> Option<&'static Rule> {
    let name = ALIASES.iter().find(|(n, k, _)| *n == name && *k == operands).map_or(name, |a| a.2);
    rule(name).filter(|r| r.reads.len() == operands || r.name == "unwrap")
}

/// Whether a method of this name may be a rule: of the user's methods only those that leave `self` alone can be told from it.
pub(crate) fn is_rule(name: &str) -> bool {
    rule(name).is_some() || ALIASES.iter().any(|(n, ..)| *n == name)
}

/// Methods of matrices whose derivatives stand beside them in the runtime: a pullback lives on when a view is gone, so that what
/// they are handed is no view.
#[rustfmt::skip]
pub(crate) static WHOLE_METHODS: &[&str] = &[
    "lp_norm", "amax", "amin", "variance", "row_variance", "try_normalize", "metric_distance", "angle", "lerp", "kronecker",
    "select_columns", "select_rows", "insert_row", "insert_column", "remove_row", "remove_column", "cross_matrix",
    "xx", "xy", "xz", "yx", "yy", "yz", "zx", "zy", "zz", "xyz", "zyx",
    "axpy", "gemv", "gemv_tr", "gemm", "gemm_tr", "ger",
];

/// Those that change what they are called on, whatever they are handed.
pub(crate) static UPDATES: &[&str] =
    &["axpy", "gemv", "gemv_tr", "gemm", "gemm_tr", "ger", "fill_diagonal", "normalize_mut"];

/// Further functions whose derivatives stand in the runtime, beside those of the table.
#[rustfmt::skip]
pub(crate) static BUILT_IN: &[&str] = &[
    "ad_solve_lower_triangular", "ad_solve_upper_triangular", "as_ref", "as_vector", "cholesky", "conjugate", "euler_angles", "from_angle",
    "from_axis_angle", "from_euler_angles", "from_imag", "from_matrix_unchecked", "from_parts", "from", "from_quaternion", "from_rotation_matrix",
    "from_scaled_axis", "full_piv_lu", "imag", "into_inner", "inverse", "inverse_transform_point", "inverse_transform_vector", "l", "ln_determinant",
    "lu", "matrix", "new_normalize", "new", "new_unchecked", "pseudo_inverse", "q", "qr", "quaternion", "r", "rotation", "scalar", "scaled_axis",
    "singular_values", "solve_lower_triangular", "solve_lower_triangular_unchecked", "solve", "solve_upper_triangular",
    "solve_upper_triangular_unchecked", "svd", "symmetric_eigen", "symmetric_eigenvalues", "to_homogeneous", "to_rotation_matrix",
    "tr_solve_lower_triangular", "tr_solve_lower_triangular_unchecked", "tr_solve_upper_triangular", "tr_solve_upper_triangular_unchecked",
    "transform_point", "transform_vector", "translation", "try_inverse", "unpack", "unpack_r", "vector", "xxx", "xxy", "xxz", "xyx", "xyy", "xzx",
    "xzy", "xzz", "yxx", "yxy", "yxz", "yyx", "yyy", "yyz", "yzx", "yzy", "yzz", "zxx", "zxy", "zxz", "zyy", "zyz", "zzx", "zzy", "zzz",
];

/// Whether a method or an associated function of this name may be one of the runtime's.
pub(crate) fn is_built_in(name: &str) -> bool {
    is_rule(name) || BUILT_IN.contains(&name) || WHOLE_METHODS.contains(&name) || UPDATES.contains(&name)
}

/// Methods whose result has no derivative, whatever they are called on.
#[rustfmt::skip]
pub(crate) static INACTIVE_METHODS: &[&str] = &[
    "len", "is_empty", "nrows", "ncols", "shape", "is_nan", "is_finite", "is_infinite", "is_sign_negative", "is_sign_positive",
    "is_normal", "floor", "ceil", "round", "round_ties_even", "trunc", "signum", "div_euclid", "partial_cmp", "total_cmp",
    "eq", "ne", "lt", "le", "gt", "ge", "is_some", "is_none", "is_some_and", "is_none_or", "is_ok_and", "is_err_and", "is_ok", "is_err", "capacity", "classify", "imax", "imin", "iamax",
    "icamax", "contains", "is_square", "iter_len", "rank", "partition_point", "binary_search_by", "binary_search_by_key", "is_sorted",
    "is_sorted_by", "is_sorted_by_key",
];

/// Methods whose closure decides only: which one, in which order, whether. Their result is as constant as what they are called on.
#[rustfmt::skip]
pub(crate) static DECIDING_METHODS: &[&str] = &[
    "sort_by", "sort_unstable_by", "sort_by_key", "sort_by_cached_key", "min_by", "max_by", "min_by_key", "max_by_key", "retain", "position",
    "rposition", "any", "all", "find", "filter", "skip_while", "take_while", "dedup_by",
];

/// Methods without a derivative rule because their value leaves the numbers that derivatives travel through.
pub(crate) static BIT_METHODS: &[&str] =
    &["to_bits", "to_string", "to_ne_bytes", "to_le_bytes", "to_be_bytes", "parse"];

/// Methods of numbers, containers and matrices that have no rule. Any other unknown method is one of the user's own.
#[rustfmt::skip]
pub(crate) static UNRULED_METHODS: &[&str] = &[
    "gamma", "ln_gamma", "erf", "erfc", "maximum", "minimum", "midpoint", "next_up", "next_down",
    "camax", "camin", "product", "apply_norm",
    "schur", "hessenberg", "col_piv_qr", "eigenvalues", "complex_eigenvalues", "exp_map",
    "sort", "sort_unstable", "dedup", "retain", "entry", "and_modify", "for_each", "extend", "extend_from_slice", "resize", "truncate",
    "insert", "remove", "swap_remove", "pop", "append", "drain", "split_off", "first", "last", "first_mut", "last_mut", "get", "get_mut",
    "push_back", "push_front", "pop_back", "pop_front", "front", "back", "get_or_insert", "concat", "rotate_left", "rotate_right", "copy_within", "reverse",
    "make_contiguous", "get_disjoint_mut", "as_mut", "as_flattened", "as_flattened_mut",
];

/// Whether this is one of them that numbers or matrices have, not containers.
pub(crate) fn is_unruled_mathematics(name: &str) -> bool {
    UNRULED_METHODS.iter().take_while(|n| **n != "sort").any(|n| *n == name) && !name.starts_with("insert_")
}

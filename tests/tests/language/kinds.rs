//! One function for each kind of syntax that syn knows: `SYNTAX.md` lists them, `tests/syntax.rs` checks the list.
#![allow(
    clippy::needless_late_init,
    clippy::needless_lifetimes,
    clippy::double_parens,
    clippy::unnecessary_cast,
    reason = "the syntax is what is under test"
)]
use autodiff_core::{differentiable, stop_gradient};
use autodiff_tests::{check, check_scalar, check_unit};

// ---- expressions -----------------------------------------------------------------------------------------------------

#[differentiable]
fn expr_array(x: f64, y: f64) -> [f64; 3] {
    [x, x * y, 2.0]
}

#[differentiable]
fn expr_assign(x: f64, y: f64) -> f64 {
    let mut a = x;
    a = a * y;
    a * a
}

#[differentiable]
fn expr_binary(x: f64, y: f64) -> f64 {
    let mut a = x * y + x / y - x % y;
    a += x;
    a -= y * y;
    a *= x;
    a /= y;
    a
}

#[differentiable]
fn expr_block(x: f64, y: f64) -> f64 {
    let z = {
        let x = x * y;
        x * x
    };
    z + 'a: {
        if x > y {
            break 'a x;
        }
        y * y
    }
}

#[differentiable]
fn expr_break(u: &[f64]) -> f64 {
    let mut s = 1.0;
    'outer: for a in u {
        for b in u {
            if s > 3.0 {
                break 'outer;
            }
            s += a * b;
        }
    }
    s
}

#[differentiable]
fn expr_call(x: f64, y: f64) -> f64 {
    f64::max(expr_binary(x, y), f64::sin(x)) * y
}

#[differentiable]
fn expr_cast(x: f64, n: i32) -> f64 {
    (x * x) as f64 * n as f64
}

#[differentiable]
fn expr_closure(x: f64, y: f64) -> f64 {
    [x, y].map(|t| t * x)[1]
}

#[differentiable]
fn expr_const(x: f64) -> f64 {
    x * const { 2.0_f64 * 3.0 }
}

#[differentiable]
fn expr_continue(u: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in u {
        if *v < 0.0 {
            continue;
        }
        s += v * v;
    }
    s
}

#[differentiable]
fn expr_field(u: (f64, f64)) -> f64 {
    let mut w = (u.1, (u.0, 2.0));
    w.1.0 *= w.0;
    w.1.0 * w.1.1
}

#[differentiable]
fn expr_for_loop(u: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for i in 0..n {
        s *= u[i] + s;
    }
    s
}

macro_rules! with_group {
    ($e:expr) => {
        /// `$e` comes as a group without delimiters.
        #[differentiable]
        fn expr_group(x: f64, y: f64) -> f64 {
            $e * x * y
        }
    };
}
with_group!(1.0 + 2.0);

#[differentiable]
fn expr_if(x: f64, y: f64) -> f64 {
    if x > y {
        x * y
    } else if x > 0.0 {
        x * x
    } else {
        y
    }
}

#[differentiable]
fn expr_index(u: &[f64], m: &[[f64; 2]; 2]) -> f64 {
    let part = &u[1..];
    u[0] * part[0] * m[0][1]
}

#[differentiable]
fn expr_infer(x: f64, y: f64) -> f64 {
    let a;
    (a, _) = (x * y, x);
    _ = y * y;
    a * x
}

#[differentiable]
fn expr_let(u: Option<f64>, x: f64) -> f64 {
    if let Some(v) = u { v * x } else { x }
}

#[differentiable]
fn expr_lit(x: f64) -> f64 {
    let (name, letter, yes, bytes) = ("x", 'c', true, b"bytes");
    if yes && name.len() == 1 && letter == 'c' { x * 2.5e0 + bytes.len() as f64 } else { x }
}

#[differentiable]
fn expr_loop(x: f64, y: f64) -> f64 {
    let mut a = x;
    loop {
        a *= y;
        if a > 3.0 {
            break a * x;
        }
    }
}

#[differentiable]
fn expr_macro(x: f64) -> f64 {
    let v = vec![x, x * x];
    assert!(v.len() == 2, "two of them");
    v[0] * v[1]
}

#[differentiable]
fn expr_match(x: f64, kind: u8) -> f64 {
    match kind {
        0 => x,
        1 | 2 => x * x,
        _ if x > 0.0 => x.sin(),
        _ => 1.0,
    }
}

#[differentiable]
fn expr_method_call(x: f64, y: f64) -> f64 {
    x.mul_add(y, x.exp()).max(y)
}

#[differentiable]
fn expr_paren(x: f64, y: f64) -> f64 {
    (x + y) * ((x) - (y * (2.0)))
}

#[differentiable]
fn expr_path(x: f64) -> f64 {
    x * std::f64::consts::PI + <f64>::EPSILON
}

#[differentiable]
fn expr_range(u: &[f64]) -> f64 {
    let (a, b, c, d) = (&u[..2], &u[1..], &u[..=1], &u[1..=2]);
    a[0] * b[0] + c[1] * d[1]
}

#[differentiable]
fn expr_reference(x: f64, y: f64) -> f64 {
    let mut a = x;
    let r = &mut a;
    *r *= y;
    let s = &a;
    *s * x
}

#[differentiable]
fn expr_repeat(x: f64) -> [f64; 3] {
    let mut a = [x * x; 3];
    a[1] *= x;
    a
}

#[differentiable]
fn expr_return(x: f64, y: f64) -> f64 {
    if x > y {
        return x * y;
    }
    y
}

#[differentiable]
fn expr_struct(x: f64) -> f64 {
    let p = Pair { a: x, b: x * x };
    p.a * p.b
}

#[differentiable]
fn expr_try(u: Option<f64>, x: f64) -> Option<f64> {
    let v = u?;
    Some(v * x)
}

#[differentiable]
fn expr_tuple(x: f64, y: f64) -> (f64, (f64, f64)) {
    (x * y, (x, y * y))
}

#[differentiable]
fn expr_unary(x: f64, b: bool) -> f64 {
    let r = &x;
    if !b { -*r * x } else { x }
}

#[differentiable]
fn expr_while(x: f64, y: f64) -> f64 {
    let mut a = x;
    while a < 3.0 {
        a *= y;
    }
    a * x
}

// ---- statements ------------------------------------------------------------------------------------------------------

#[differentiable]
fn stmt_local(x: f64, y: f64) -> f64 {
    let a: f64 = x * y;
    let b;
    b = a * x;
    let Some(c) = Some(b * y) else { return x };
    let mut d = c;
    d += a;
    d
}

#[differentiable]
fn stmt_item(x: f64) -> f64 {
    const SCALE: f64 = 2.0;
    x * SCALE
}

#[differentiable]
fn stmt_expr(x: &mut [f64]) {
    x[0] *= x[1];
    if x[1] > 0.0 {
        x[1] = 2.0 * x[0]
    }
}

#[differentiable]
fn stmt_macro(x: f64, n: usize) -> f64 {
    assert_eq!(n, 2);
    debug_assert!(x > 0.0);
    if n > 3 {
        unreachable!("n is {n}");
    }
    x * x
}

// ---- patterns --------------------------------------------------------------------------------------------------------

#[differentiable]
fn pat_guard(u: Option<f64>, x: f64) -> f64 {
    match u {
        Some(v) if v > x => v * x,
        Some(_) if x > 0.0 => x * x,
        _ => x,
    }
}

#[differentiable]
fn pat_ident(x: f64, y: f64) -> f64 {
    let mut a = x;
    a *= y;
    match a {
        b if b > 1.0 => b * x,
        b => b,
    }
}

#[differentiable]
fn pat_lit(x: f64, n: i32) -> f64 {
    match n {
        -1 => x,
        3 => x * x,
        _ => x.sin(),
    }
}

#[differentiable]
fn pat_or(x: f64, n: i32) -> f64 {
    match n {
        1 | 3 => x * x,
        _ => x,
    }
}

#[differentiable]
#[allow(unused_parens)]
fn pat_paren(x: f64, n: i32) -> f64 {
    match n {
        (1 | 3) => x * x,
        _ => x,
    }
}

#[differentiable]
fn pat_path(u: Option<f64>, x: f64) -> f64 {
    match u {
        Option::None => x,
        Some(f64::INFINITY) => 1.0,
        Some(v) => v * x,
    }
}

#[differentiable]
fn pat_range(x: f64, n: i32) -> f64 {
    match n {
        0..3 => x * x,
        3..=5 => x,
        ..0 => 1.0,
        6.. => x.sin(),
    }
}

#[differentiable]
fn pat_reference(u: &[f64]) -> f64 {
    let mut s = 0.0;
    for &v in u {
        s += v * v;
    }
    s
}

#[differentiable]
fn pat_slice(u: [f64; 3]) -> f64 {
    let [a, b, c] = u;
    a * b + c * c
}

#[derive(Clone, Copy, autodiff_core::Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiable]
fn pat_struct(x: f64, #[nodiff] p: Pair) -> f64 {
    let Pair { a, b: power } = p;
    a * x.powf(power)
}

#[differentiable]
fn pat_tuple(u: (f64, (f64, f64))) -> f64 {
    let (a, (b, c)) = u;
    a * b + c
}

#[differentiable]
fn pat_tuple_struct(u: Option<f64>, x: f64) -> f64 {
    match u {
        Some(v) => v * x,
        None => x,
    }
}

#[differentiable]
fn pat_type(x: f64) -> f64 {
    let a: f64 = x * x;
    a
}

#[differentiable]
fn pat_wild(u: (f64, f64), n: i32) -> f64 {
    let (a, _) = u;
    match n {
        0 => a,
        _ => a * a,
    }
}

// ---- types -----------------------------------------------------------------------------------------------------------

#[differentiable]
fn type_array(u: [[f64; 2]; 2]) -> [f64; 2] {
    let row: [f64; 2] = [u[0][1] * u[1][0], u[0][0]];
    row
}

#[differentiable]
fn type_fn_ptr(x: f64, #[nodiff] f: fn(usize) -> usize) -> f64 {
    x.powi(f(2) as i32)
}

macro_rules! with_group_type {
    ($t:ty) => {
        #[differentiable]
        fn type_group(x: $t) -> $t {
            x * x
        }
    };
}
with_group_type!(f64);

#[differentiable]
fn type_impl_trait(x: f64, #[nodiff] weight: impl Fn(usize) -> f64 + Copy) -> f64 {
    x * weight(2) * x
}

#[differentiable]
fn type_infer(x: f64) -> f64 {
    let v: Vec<_> = vec![x, x * x];
    v[0] * v[1]
}

macro_rules! scalar {
    () => {
        f64
    };
}

#[differentiable]
fn type_macro(x: scalar!()) -> scalar!() {
    x * x
}

#[differentiable]
fn type_never(x: f64) -> f64 {
    fn never() -> ! {
        panic!("not called")
    }
    if x > 100.0 {
        never()
    }
    x * x
}

#[differentiable]
#[allow(unused_parens)]
fn type_paren(x: &(f64), y: (f64)) -> f64 {
    x * y
}

#[differentiable]
fn type_path(x: std::primitive::f64, u: &std::vec::Vec<f64>) -> f64 {
    x * u[0]
}

#[differentiable]
fn type_reference<'a>(u: &'a [f64], v: &mut f64) {
    *v *= u[0];
}

#[differentiable]
fn type_slice(u: &[f64]) -> f64 {
    let part: &[f64] = &u[1..];
    part[0] * u[0]
}

#[differentiable]
fn type_trait_object(x: f64) -> f64 {
    let f: &dyn Fn(f64) -> f64 = &|t| t * x;
    f(x)
}

#[differentiable]
fn type_tuple(u: (f64, (f64,))) -> (f64, ()) {
    (u.0 * u.1.0, ())
}

// ---- items in a body -------------------------------------------------------------------------------------------------

#[differentiable]
fn item_const(x: f64) -> f64 {
    const TABLE: [f64; 2] = [1.0, 3.0];
    x * TABLE[1]
}

#[differentiable]
fn item_enum(x: f64, n: usize) -> f64 {
    enum Kind {
        Square,
        Same,
    }
    let kind = if n > 1 { Kind::Square } else { Kind::Same };
    match kind {
        Kind::Square => x * x,
        Kind::Same => x,
    }
}

#[differentiable]
fn item_extern_crate(x: f64) -> f64 {
    extern crate std as standard;
    x * standard::f64::consts::PI
}

#[differentiable]
fn item_fn(x: f64) -> f64 {
    fn count(n: usize) -> usize {
        n + 1
    }
    x.powi(count(1) as i32)
}

#[differentiable]
fn item_impl(x: f64) -> f64 {
    struct Table;
    impl Table {
        fn entry(&self, i: usize) -> f64 {
            [1.0, 3.0][i]
        }
    }
    x * stop_gradient(Table.entry(1))
}

#[differentiable]
fn item_macro(x: f64) -> f64 {
    macro_rules! three {
        () => {
            3.0
        };
    }
    x * three!()
}

#[differentiable]
fn item_mod(x: f64) -> f64 {
    mod table {
        pub(super) const ENTRY: f64 = 3.0;
    }
    x * table::ENTRY
}

#[differentiable]
fn item_static(x: f64) -> f64 {
    static TABLE: [f64; 2] = [1.0, 3.0];
    x * TABLE[1]
}

#[differentiable]
fn item_struct(x: f64) -> f64 {
    struct Scale(f64);
    let scale = Scale(3.0);
    x * scale.0
}

#[differentiable]
fn item_trait(x: f64) -> f64 {
    trait Count {
        fn count(&self) -> usize;
    }
    impl Count for str {
        fn count(&self) -> usize {
            self.len()
        }
    }
    x.powi("three".count() as i32)
}

#[differentiable]
fn item_type(x: f64) -> f64 {
    type Scalar = f64;
    let y: Scalar = x * x;
    y
}

#[differentiable]
fn item_union(x: f64) -> f64 {
    #[allow(dead_code)]
    union Bits {
        float: f32,
        bits: u32,
    }
    x * std::mem::size_of::<Bits>() as f64
}

#[differentiable]
fn item_use(x: f64) -> f64 {
    use std::f64::consts::PI;
    x * PI
}

#[test]
fn expressions() {
    let u = [0.7, 1.3, -0.4];
    check!(expr_array(0.7, 1.3));
    check_scalar!(expr_assign(0.7, 1.3));
    check_scalar!(expr_binary(0.7, 1.3));
    check_scalar!(expr_block(0.7, 1.3));
    check_scalar!(expr_break(&u[..]));
    check_scalar!(expr_call(0.7, 1.3));
    check_scalar!(expr_cast(0.7, const 3));
    check_scalar!(expr_closure(0.7, 1.3));
    check_scalar!(expr_const(0.7));
    check_scalar!(expr_continue(&u[..]));
    check_scalar!(expr_field((0.7, 1.3)));
    check_scalar!(expr_for_loop(&u[..], const 3));
    check_scalar!(expr_group(0.7, 1.3));
    check_scalar!(expr_if(0.7, 1.3));
    check_scalar!(expr_index(&u[..], &[[0.7, 1.3], [0.4, 0.2]]));
    check_scalar!(expr_infer(0.7, 1.3));
    check_scalar!(expr_let(Some(0.4), 0.7));
    check_scalar!(expr_lit(0.7));
    check_scalar!(expr_loop(0.7, 1.3));
    check_scalar!(expr_macro(0.7));
    check_scalar!(expr_match(0.7, const 1));
    check_scalar!(expr_match(0.7, const 5));
    check_scalar!(expr_method_call(0.7, 1.3));
    check_scalar!(expr_paren(0.7, 1.3));
    check_scalar!(expr_path(0.7));
    check_scalar!(expr_range(&u[..]));
    check_scalar!(expr_reference(0.7, 1.3));
    check!(expr_repeat(0.7));
    check_scalar!(expr_struct(1.7));
    check_scalar!(expr_return(1.7, 1.3));
    check!(expr_try(Some(0.7), 1.3));
    check!(expr_tuple(0.7, 1.3));
    check_scalar!(expr_unary(0.7, const false));
    check_scalar!(expr_while(0.7, 1.3));
}

#[test]
fn statements() {
    check_scalar!(stmt_local(0.7, 1.3));
    check_scalar!(stmt_item(0.7));
    check_unit!(stmt_expr(&mut vec![0.7, 1.3]));
    check_scalar!(stmt_macro(0.7, const 2));
}

#[test]
fn patterns() {
    check_scalar!(pat_guard(Some(0.4), 0.3));
    check_scalar!(pat_guard(Some(0.2), 0.3));
    check_scalar!(pat_ident(0.7, 1.3));
    check_scalar!(pat_lit(0.7, const 3));
    check_scalar!(pat_or(0.7, const 3));
    check_scalar!(pat_paren(0.7, const 3));
    check_scalar!(pat_path(Some(0.4), 0.7));
    check_scalar!(pat_range(0.7, const 2));
    check_scalar!(pat_reference(&[0.7, 1.3][..]));
    check_scalar!(pat_slice([0.7, 1.3, 0.4]));
    check_scalar!(pat_struct(0.7, const Pair { a: 1.3, b: 2.5 }));
    check_scalar!(pat_tuple((0.7, (1.3, 0.4))));
    check_scalar!(pat_tuple_struct(Some(0.4), 0.7));
    check_scalar!(pat_type(0.7));
    check_scalar!(pat_wild((0.7, 1.3), const 2));
}

#[test]
fn types() {
    check!(type_array([[0.7, 1.3], [0.4, 0.2]]));
    check_scalar!(type_fn_ptr(0.7, const |n| n + 1));
    check_scalar!(type_group(0.7));
    check_scalar!(type_impl_trait(0.7, const |n| n as f64));
    check_scalar!(type_infer(0.7));
    check_scalar!(type_macro(0.7));
    check_scalar!(type_never(0.7));
    check_scalar!(type_paren(&0.7, 1.3));
    check_scalar!(type_path(0.7, &vec![1.3]));
    check_unit!(type_reference(&[0.7][..], &mut 1.3));
    check_scalar!(type_slice(&[0.7, 1.3][..]));
    check_scalar!(type_trait_object(0.7));
    check!(type_tuple((0.7, (1.3,))));
}

#[test]
fn items() {
    check_scalar!(item_const(0.7));
    check_scalar!(item_enum(0.7, const 2));
    check_scalar!(item_extern_crate(0.7));
    check_scalar!(item_fn(0.7));
    check_scalar!(item_impl(0.7));
    check_scalar!(item_macro(0.7));
    check_scalar!(item_mod(0.7));
    check_scalar!(item_static(0.7));
    check_scalar!(item_struct(0.7));
    check_scalar!(item_trait(0.7));
    check_scalar!(item_type(0.7));
    check_scalar!(item_union(0.7));
    check_scalar!(item_use(0.7));
}

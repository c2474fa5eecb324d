//! Scalar methods: `x.sin()` and `f64::sin(x)`, f32 and f64, alone and inside of an expression that reads everything.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

macro_rules! unary {
    ($($name:ident: $($x:literal),+;)*) => {
        const UNARY: &[&str] = &[$(stringify!($name)),*];
        $(mod $name {
            use super::*;

            #[differentiable]
            fn method(x: f64) -> f64 {
                x.$name()
            }
            #[differentiable]
            fn path(x: f64) -> f64 {
                f64::$name(x)
            }
            #[differentiable]
            fn single_method(x: f32) -> f32 {
                x.$name()
            }
            #[differentiable]
            fn single_path(x: f32) -> f32 {
                f32::$name(x)
            }
            #[differentiable]
            fn reference(x: &f64) -> f64 {
                let y = x.$name();
                y * x
            }
            /// The operand is overwritten afterwards, the result read again.
            #[differentiable]
            fn overwritten(x: f64) -> f64 {
                let mut t = x;
                let y = t.$name();
                t = y * t;
                t *= y;
                t + y
            }

            #[test]
            fn both_modes() {
                $(
                    check_scalar!(method($x));
                    check_scalar!(path($x));
                    check_scalar!(single_method($x));
                    check_scalar!(single_path($x));
                    check_scalar!(reference(&$x));
                    check_scalar!(overwritten($x));
                )+
            }
        })*
    };
}

unary! {
    abs: 0.7, -1.3;
    recip: 0.7, -1.3;
    sqrt: 0.7, 2.5;
    cbrt: 0.7, -1.3;
    exp: 0.7, -1.3;
    exp2: 0.7, -1.3;
    exp_m1: 0.7, -1.3, 0.001;
    ln: 0.7, 2.5;
    log2: 0.7, 2.5;
    log10: 0.7, 2.5;
    ln_1p: 0.7, -0.4, 0.001;
    sin: 0.7, -1.3;
    cos: 0.7, -1.3;
    tan: 0.7, -1.1;
    asin: 0.7, -0.3;
    acos: 0.7, -0.3;
    atan: 0.7, -1.3;
    sinh: 0.7, -1.3;
    cosh: 0.7, -1.3;
    tanh: 0.7, -1.3;
    asinh: 0.7, -1.3;
    acosh: 1.7, 2.5;
    atanh: 0.7, -0.3;
    fract: 0.7, -1.3;
    to_degrees: 0.7, -1.3;
    to_radians: 0.7, -1.3;
    floor: 0.7, -1.3;
    ceil: 0.7, -1.3;
    round: 0.7, -1.3;
    trunc: 0.7, -1.3;
    signum: 0.7, -1.3;
    round_ties_even: 0.7, -1.3;
}

macro_rules! binary {
    ($($(#[$attribute:meta])* $name:ident: $(($x:literal, $y:literal)),+;)*) => {
        const BINARY: &[&str] = &[$(stringify!($name)),*];
        $($(#[$attribute])* mod $name {
            use super::*;

            #[differentiable]
            fn method(x: f64, y: f64) -> f64 {
                x.$name(y)
            }
            #[differentiable]
            fn path(x: f64, y: f64) -> f64 {
                f64::$name(x, y)
            }
            #[differentiable]
            fn single(x: f32, y: f32) -> f32 {
                x.$name(y) + f32::$name(x, y)
            }
            #[differentiable]
            fn constant_second(x: f64, #[nodiff] y: f64) -> f64 {
                x.$name(y) * x
            }
            #[differentiable]
            fn constant_first(#[nodiff] x: f64, y: f64) -> f64 {
                x.$name(y) * y
            }
            #[differentiable]
            fn references(x: &f64, y: &f64) -> f64 {
                x.$name(*y) * f64::$name(*x, *y)
            }
            #[differentiable]
            fn overwritten(x: f64, y: f64) -> f64 {
                let mut s = x;
                let mut t = y;
                let z = s.$name(t);
                s = z * t;
                t *= s;
                s * t + z
            }

            #[test]
            fn both_modes() {
                $(
                    check_scalar!(method($x, $y));
                    check_scalar!(path($x, $y));
                    check_scalar!(single($x, $y));
                    check_scalar!(constant_second($x, const $y));
                    check_scalar!(constant_first(const $x, $y));
                    check_scalar!(references(&$x, &$y));
                    check_scalar!(overwritten($x, $y));
                )+
            }
        })*
    };
}

binary! {
    powf: (0.7, 1.6), (2.5, -0.5), (1.2, 3.0);
    log: (0.7, 2.5), (2.5, 0.4);
    atan2: (0.7, 1.6), (-0.7, 1.6), (0.7, -1.6), (-0.7, -1.6), (1.2, 0.0);
    hypot: (0.7, 1.6), (-0.7, 0.3), (0.0, 2.0);
    max: (0.7, 1.6), (1.6, 0.7), (-0.7, -1.6);
    min: (0.7, 1.6), (1.6, 0.7), (-0.7, -1.6);
    #[allow(deprecated, reason = "a row of the issue's list")]
    abs_sub: (0.7, 1.6), (1.6, 0.7);
    copysign: (0.7, 1.6), (0.7, -1.6), (-0.7, 1.6), (-0.7, -1.6);
    rem_euclid: (5.3, 1.6), (-5.3, 1.6), (5.3, -1.6), (-5.3, -1.6);
    div_euclid: (5.3, 1.6), (-5.3, 1.6);
}

#[differentiable]
fn powi(x: f64, n: i32) -> f64 {
    x.powi(n)
}

#[differentiable]
fn powi_path(x: f64, n: i32) -> f64 {
    f64::powi(x, n) * x.powi(2)
}

#[differentiable]
fn powi_single(x: f32, n: i32) -> f32 {
    x.powi(n) * f32::powi(x, 3)
}

#[differentiable]
fn sin_cos(x: f64) -> f64 {
    let (s, c) = x.sin_cos();
    s * s * c + x * c
}

#[differentiable]
fn sin_cos_path(x: f64) -> (f64, f64) {
    f64::sin_cos(x)
}

#[differentiable]
fn sin_cos_fields(x: f32) -> f32 {
    let t = x.sin_cos();
    t.0 * t.1 + x.sin_cos().1
}

#[differentiable]
fn mul_add(a: f64, b: f64, c: f64) -> f64 {
    a.mul_add(b, c)
}

#[differentiable]
fn mul_add_path(a: f64, b: f64, c: f64) -> f64 {
    f64::mul_add(a, b, c).sin() * a.mul_add(2.0, b) * b.mul_add(a, 1.0)
}

#[differentiable]
fn mul_add_single(a: f32, b: f32, c: f32) -> f32 {
    a.mul_add(b, c) * f32::mul_add(b, c, a)
}

#[differentiable]
fn horner(x: f64, c: &[f64]) -> f64 {
    let mut s = 0.0_f64;
    for i in (0..c.len()).rev() {
        s = s.mul_add(x, c[i]);
    }
    s
}

#[differentiable]
fn clamp(x: f64, lo: f64, hi: f64) -> f64 {
    x.clamp(lo, hi) * x
}

#[differentiable]
fn clamp_constant(x: f64) -> f64 {
    x.clamp(-1.0, 1.0) + f64::clamp(x * x, 0.1, 3.0)
}

#[differentiable]
fn clamp_single(x: f32, lo: f32, hi: f32) -> f32 {
    x.clamp(lo, hi) + f32::clamp(x, lo, hi)
}

#[differentiable]
fn float_casts(x: f32, y: f64) -> f64 {
    let a = x as f64;
    let b = (a * 3.0) as f64;
    let c: f32 = x * x;
    b * y + c as f64 + f64::from(x)
}

#[differentiable]
fn integer_casts(x: f64, n: usize) -> f64 {
    let whole = x as i32;
    let m = whole as f64 + n as f64;
    m * x + (x * x) as u8 as f64
}

#[differentiable]
fn constants(x: f64) -> f64 {
    let tau = 2.0 * std::f64::consts::PI;
    let far = f64::MAX;
    if x < far { x * tau + f64::EPSILON + std::f64::consts::E.powf(x) + 2.0_f64.powf(x) + 10f64.ln() * x } else { 0.0 }
}

#[differentiable]
fn long_chain(x: f64) -> f64 {
    (x.sin().exp() + x.abs().sqrt().ln_1p()).tanh().powi(3).atan2(x.cosh()).mul_add(x, 2.0).hypot(x)
}

#[differentiable]
fn integer_methods(x: f64, n: i32, m: u64) -> f64 {
    let k = n.abs().pow(2).max(3) + n.signum() + m.count_ones() as i32;
    let j = m.min(4).saturating_sub(1);
    x.powi(k) * (j as f64 + x)
}

pub(super) const TESTED: &[&str] = {
    const OTHERS: &[&str] = &["powi", "sin_cos", "mul_add", "clamp", "cast"];
    const LENGTH: usize = UNARY.len() + BINARY.len() + OTHERS.len();
    const ALL: [&str; LENGTH] = {
        let mut all = [""; LENGTH];
        let mut i = 0;
        while i < LENGTH {
            all[i] = if i < UNARY.len() {
                UNARY[i]
            } else if i < UNARY.len() + BINARY.len() {
                BINARY[i - UNARY.len()]
            } else {
                OTHERS[i - UNARY.len() - BINARY.len()]
            };
            i += 1;
        }
        all
    };
    &ALL
};

#[test]
fn integer_powers() {
    for n in [-3, -1, 0, 1, 2, 3, 7] {
        check_scalar!(powi(1.3, const n));
        check_scalar!(powi(-0.7, const n));
        check_scalar!(powi_path(1.3, const n));
        check_scalar!(powi_single(1.3, const n));
    }
}

#[test]
fn of_one_operand() {
    check_scalar!(sin_cos(0.7));
    check!(sin_cos_path(0.7));
    check_scalar!(sin_cos_fields(0.7));
}

#[test]
fn of_three_operands() {
    check_scalar!(mul_add(0.7, 1.6, -0.4));
    check_scalar!(mul_add_path(0.7, 1.6, -0.4));
    check_scalar!(mul_add_single(0.7, 1.6, -0.4));
    check_scalar!(horner(0.7, &[1.0, -0.4, 0.3, 2.0][..]));
    for x in [-1.3, 0.7, 1.8] {
        check_scalar!(clamp(x, -1.0, 1.5));
        check_scalar!(clamp_constant(x));
        check_scalar!(clamp_single(x as f32, -1.0, 1.5));
    }
}

#[test]
fn casts() {
    check_scalar!(float_casts(0.7, 1.6));
    check_scalar!(integer_casts(1.7, const 3));
}

#[test]
fn combined() {
    check_scalar!(constants(0.7));
    check_scalar!(long_chain(0.7));
    check_scalar!(integer_methods(0.7, const -2, const 5));
}

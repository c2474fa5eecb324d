#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery, missing_docs, unsafe_code, unused_qualifications)]
#![allow(
    clippy::redundant_pub_crate,
    clippy::suboptimal_flops,
    reason = "these are about what is written here, and not made of it"
)]
//! Names of all kinds, in a crate of edition 2018 that calls ours `ad`, and in those of the other editions beside it: nothing is mixed up, and there are
//! no warnings.
#[allow(unused_extern_crates, reason = "edition 2015 asks for it")]
extern crate ad;

mod ours {
    use ad::{Differentiable, differentiable};
    #[differentiable]
    pub(crate) fn named(x_bar: f64, x_dot: &[f64], out_bar: &mut Vec<f64>) -> f64 {
        let rules = x_bar * x_dot[0];
        let tape = rules.sin();
        let mut seed = tape;
        let mode = 2.0 * seed;
        let mut value = mode;
        let stack_2 = x_dot.len();
        let cell = value * 0.5;
        for (t1, _) in x_dot.iter().enumerate().take(stack_2) {
            let pullback = x_dot[t1] * seed;
            value += pullback * cell;
            seed *= value;
            let p_old = seed * seed;
            let residual = p_old.cos();
            let t2 = residual + p_old;
            let x = t2 * t2;
            let y = x.exp();
            out_bar.push(y + x);
            if value > 100.0 {
                break;
            }
        }
        let this = value;
        let from = this * 2.0;
        let copy = from;
        let accumulate = copy;
        let zero = accumulate;
        let rev = zero;
        let trips = rev;
        let keep = trips;
        let item = keep;
        let len = item;
        let k = len;
        let n = k;
        let i = n;
        let items = i;
        let broken = items;
        let running = broken;
        let done = running;
        2.0 * done
    }
    #[allow(non_snake_case, clippy::many_single_char_names)]
    #[differentiable]
    pub(crate) fn types(Cell: f64, Mode: f64, Restore: f64, Vec: f64, Real: f64) -> f64 {
        let Some_ = Cell * Mode;
        Some_ * Restore * Vec + Real
    }
    #[differentiable]
    pub(crate) fn raw(r#type: f64, r#fn: &[f64], r#match: &mut [f64]) -> f64 {
        let r#loop = r#type * r#fn[0];
        let mut r#move = r#loop;
        for r#in in 0..r#fn.len() {
            r#move *= r#fn[r#in].sin();
            r#match[r#in] *= r#move;
        }
        r#move
    }
    #[differentiable]
    pub(crate) fn r#struct(x: f64) -> f64 {
        x * x
    }
    #[differentiable]
    pub(crate) fn calls(x: f64) -> f64 {
        r#struct(x) * x
    }
    #[derive(Clone, Differentiable)]
    pub(crate) struct Raw {
        pub(crate) r#type: f64,
        pub(crate) tangent: f64,
        pub(crate) gradient: f64,
        pub(crate) self_: f64,
    }
    #[differentiable]
    impl Raw {
        pub(crate) fn r#use(&self, r#ref: f64) -> f64 {
            self.r#type * r#ref * self.tangent + self.gradient * self.self_
        }
        pub(crate) fn jvp(&self, grad: f64) -> f64 {
            self.r#type * grad
        }
    }
    #[differentiable]
    pub(crate) fn grad(x: f64) -> f64 {
        x * x
    }
    #[differentiable]
    pub(crate) fn jvp(vjp: f64) -> f64 {
        grad(vjp) * vjp
    }
}
mod made {
    use ad::differentiable;
    macro_rules! power {
        ($name:ident, $x:ident, $t:ty, $body:expr, $n:literal) => {
            #[differentiable]
            pub(crate) fn $name($x: $t, y: f64) -> f64 {
                let mut s = $body;
                for _ in 0..$n {
                    s = s * $body + y;
                }
                let x = s * y;
                x + $body
            }
        };
    }
    power!(quadratic, x, f64, x * x + 1.0, 2);
    power!(other, s, f64, s.sin(), 3);
    macro_rules! lot { ($($f:ident: $e:tt),*) => { $(#[differentiable] pub(crate) fn $f(x: f64) -> f64 { let a = x $e x; a.$f() })* } }
    lot!(sin: *, cos: +, exp: -);
    macro_rules! closure { ($n:ident, $a:ident, $b:ident, $c:expr, $p:pat, $q:block, $s:expr, $l:lifetime) => {
        #[differentiable]
        pub(crate) fn $n(v: (f64, f64)) -> f64 { let $p = v; let g = $c; let _z = $s; let mut q = $q; $l: loop { q *= $a; if q < 1.0 { break $l; } } g(q) + $a * $b } } }
    closure!(patterned, a, b, |t: f64| t * t, (a, b), { 2.0 }, 1.0 + 2.0, 'x);
    macro_rules! methods {
        ($t:ident, $f:ident) => {
            #[derive(Clone, ad::Differentiable)]
            pub(crate) struct $t {
                pub(crate) $f: f64,
            }
            #[differentiable]
            impl $t {
                pub(crate) fn energy(&self, x: f64) -> f64 {
                    self.$f * x * x
                }
            }
        };
    }
    methods!(Made, k);
}
mod shadowed {
    #![allow(dead_code, unused_macros, clippy::many_single_char_names)]
    pub(crate) struct Vec;
    pub(crate) struct Box;
    pub(crate) struct String;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Ok;
    pub(crate) enum Option {}
    pub(crate) enum Result {}
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod alloc {}
    pub(crate) mod ad {}
    pub(crate) mod nalgebra {}
    pub(crate) mod rules {}
    pub(crate) fn drop() {}
    pub(crate) fn copy() {}
    pub(crate) fn zero() {}
    pub(crate) trait Clone {}
    pub(crate) trait Iterator {}
    pub(crate) trait IntoIterator {}
    pub(crate) trait Fn {}
    pub(crate) trait FnOnce {}
    pub(crate) trait Copy {}
    pub(crate) trait Sized {}
    pub(crate) trait Default {}
    macro_rules! vec {
        () => {};
    }
    macro_rules! panic {
        () => {};
    }
    macro_rules! assert {
        () => {};
    }
    macro_rules! matches {
        () => {};
    }
    macro_rules! unreachable {
        () => {};
    }
    #[::ad::differentiable]
    pub(crate) fn hostile(x: f64, y: &[f64], out: &mut [f64]) -> f64 {
        let mut s = x;
        let mut i = 0;
        while s < 10.0 {
            s = s * y[i] + x.sin();
            i += 1;
            if i == 2 {
                break;
            }
            out[i] *= s;
        }
        let g = |t: f64| t * s;
        let a = [g(x), g(s)];
        let r = if s > 2.0 { &a[0] } else { &a[1] };
        for v in y {
            s += v * *r;
        }
        for (k, v) in y.iter().enumerate() {
            if k > 1 {
                continue;
            }
            s += v.max(0.5) * a[k];
        }
        s + y.iter().map(|v| v * v).sum::<f64>()
    }
    #[derive(::ad::Differentiable)]
    pub(crate) struct P {
        pub(crate) k: f64,
        pub(crate) v: [f64; 2],
    }
    #[derive(::ad::Differentiable)]
    pub(crate) enum E {
        A(f64),
        B { x: f64 },
        C,
    }
    #[::ad::differentiable]
    impl P {
        pub(crate) fn e(&self, x: f64) -> f64 {
            self.k * x + self.v[0]
        }
    }
    #[::ad::differentiable]
    pub(crate) fn shape(e: &E, x: f64) -> f64 {
        match e {
            E::A(r) => r * x,
            E::B { x: y } => y * x,
            E::C => x,
        }
    }
    #[::ad::differentiable]
    pub(crate) fn early(x: f64) -> f64 {
        if x > 1.0 {
            return x * x;
        }
        let mut y = x;
        loop {
            y *= 2.0;
            if y > 5.0 {
                return y;
            }
        }
    }
    #[::ad::differentiable(jvp = own_jvp, vjp = own_vjp)]
    pub(crate) fn own(x: f64) -> f64 {
        x
    }
    fn own_jvp(x: f64, d: f64) -> (f64, f64) {
        (x, d)
    }
    fn own_vjp(x: f64, d: f64) -> (f64, f64) {
        (x, d)
    }
}
#[test]
fn derivatives() {
    ad::check!(alike::f(1.1, 0.4));
    ad::check!(alike::g(0.7));
    ad::check!(alike::h((0.7, 0.5)));
    ad::check!(ours::named(0.5, &[0.1, 0.2], &mut vec![1.0]));
    ad::check!(ours::types(0.5, 0.1, 0.3, 0.2, 0.9));
    ad::check!(ours::raw(0.5, &[0.1, 0.2], &mut [0.4, 0.6]));
    ad::check!(ours::calls(0.5));
    ad::check!(ours::r#struct(0.5));
    ad::check!(ours::jvp(0.5));
    let r = ours::Raw { r#type: 1.0, tangent: 2.0, gradient: 3.0, self_: 4.0 };
    ad::check!(r.r#use(2.0));
    ad::check!(r.jvp(2.0));
    ad::check!(made::quadratic(0.5, 0.2));
    ad::check!(made::other(0.5, 0.2));
    ad::check!(made::sin(0.5));
    ad::check!(made::cos(0.5));
    ad::check!(made::exp(0.5));
    ad::check!(made::patterned((0.4, 2.0)));
    ad::check!(made::Made { k: 2.0 }.energy(0.5));
    ad::check!(shadowed::hostile(0.5, &[1.0, 0.4, 0.7], &mut [1.0, 2.0, 3.0]));
    ad::check!(shadowed::early(0.5));
    assert!(shadowed::shape::grad(&shadowed::E::A(2.0), 3.0).1 > 0.0);
}
mod alike {
    macro_rules! shifted { ($f:ident, $x:ident, $e:expr, $l:lifetime) => {
        #[ad::differentiable]
        pub(crate) fn $f($x: f64, x: f64) -> f64 {
            let y = 2.0 * $x * x;
            let x = y * 3.0;
            let mut n = 0.0;
            'a: loop {
                n += x;
                $l: loop {
                    n *= $e;
                    if n > 1e3 { break 'a; }
                    if n < 10.0 { break $l; }
                    n *= 2.0;
                }
                n += $e;
            }
            assert!(x > $x);
            x + $e + n
        }
    } }
    shifted!(f, x, x * x, 'a);
    macro_rules! let_in {
        ($f:ident, $x:ident, $body:expr) => {
            #[ad::differentiable]
            pub(crate) fn $f($x: f64) -> f64 {
                let t = $x.sin();
                let z = $body;
                t * z
            }
        };
    }
    let_in!(g, t, t * t);
    macro_rules! literal { ($f:ident, $x:ident, $($p:tt)*) => {
        #[ad::differentiable] pub(crate) fn $f($x: (f64, f64)) -> f64 { let (x, y) = $x; let $($p)* = $x; let s = [x, y]; let f = |x: f64| x * y; f(x) * s[0] * $x.0 } } }
    literal!(h, x, (_z, _y));
}

//! Functions handed on through others: nested, generic, by methods and traits, and written through.
use autodiff_core::{Differentiable, Real, differentiable};
use autodiff_tests::{check_scalar, check_unit};
use nalgebra::{DMatrix, DVector};

#[differentiable]
fn trapezoid<F: Fn(f64) -> f64>(f: F, a: f64, b: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let mut sum = 0.5 * (f(a) + f(b));
    for i in 1..n {
        sum += f(a + i as f64 * h);
    }
    sum * h
}
#[differentiable]
fn inner_product<F, G>(f: F, g: G, a: f64, b: f64) -> f64
where
    F: Fn(f64) -> f64,
    G: Fn(f64) -> f64,
{
    trapezoid(|t| f(t) * g(t), a, b, 6)
}
#[differentiable]
fn nested_in_a_functional(k: f64, b: f64) -> f64 {
    inner_product(|t| (k * t).sin(), |t| t * b, 0.0, b)
}

#[differentiable]
fn wraps(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let f = |t: f64| f(t) + t;
    f(f(x))
}
#[differentiable]
fn wrapped(a: f64, x: f64) -> f64 {
    wraps(|t| t * a, x)
}

#[differentiable]
fn vec_map(f: impl Fn(f64) -> f64, x: &DVector<f64>) -> f64 {
    x.map(|t| f(t) * t).sum() + x.map(&f).norm()
}
#[differentiable]
fn mapped_over_a_vector(a: f64, x: &DVector<f64>) -> f64 {
    vec_map(|t| t * a + 1.0, x)
}

#[differentiable]
fn maps(f: impl Fn(f64) -> f64 + Copy, x: &[f64]) -> f64 {
    let a: f64 = x.iter().copied().map(&f).sum();
    let b: Vec<f64> = x.iter().map(|v| f(*v)).collect();
    let c = x.first().copied().map(f).unwrap_or(0.0);
    let d: [f64; 3] = std::array::from_fn(|i| f(x[0] + i as f64));
    a + b[0] * c + d[2]
}
#[differentiable]
fn mapped_over_a_slice(a: f64, x: &[f64]) -> f64 {
    maps(|t| t.sin() * a, x)
}

#[differentiable]
fn gen_const<const N: usize, const M: usize, T: Real>(f: impl Fn(&[T; N]) -> [T; M], x: &[T; N]) -> T {
    let y = f(x);
    let mut s = y[0] - y[0];
    for v in y {
        s += v * v;
    }
    s
}
#[differentiable]
fn const_generic(a: f64, x: [f64; 2]) -> f64 {
    gen_const(|x: &[f64; 2]| [x[0] * a, x[1] * x[0], a], &x)
}

#[differentiable]
fn gen_param<P, F: Fn(f64, &P) -> f64>(f: F, p: &P, x: f64) -> f64 {
    f(x, p) * f(2.0 * x, p)
}
#[derive(Differentiable, Clone)]
struct Spring {
    k: f64,
    rest: f64,
}
#[differentiable]
fn generic_parameter(k: f64, x: f64) -> f64 {
    let s = Spring { k, rest: k * 0.1 };
    gen_param(|x, s: &Spring| s.k * (x - s.rest), &s, x) + gen_param(|x, p: &f64| x * p, &k, x)
}
#[differentiable]
trait Field {
    fn at(&self, x: f64) -> f64;
}
#[differentiable]
impl Field for Spring {
    fn at(&self, x: f64) -> f64 {
        self.k * x * x
    }
}
#[differentiable]
fn integrate_field<P: Field>(p: &P, b: f64) -> f64 {
    trapezoid(|t| p.at(t), 0.0, b, 5)
}
#[differentiable]
fn by_a_trait(k: f64, b: f64) -> f64 {
    let s = Spring { k, rest: 1.0 };
    integrate_field(&s, b)
}
#[differentiable]
impl Spring {
    fn potential(&self, x: f64) -> f64 {
        trapezoid(|t| self.force(t), self.rest, x, 4)
    }
    fn force(&self, x: f64) -> f64 {
        self.k * (x - self.rest).powi(3)
    }
    fn minimise(&mut self, f: impl Fn(&Spring) -> f64, x: f64) -> f64 {
        self.k += f(self) * x;
        self.k
    }
}
#[differentiable]
fn by_a_method(k: f64, x: f64) -> f64 {
    let s = Spring { k, rest: 0.3 * k };
    s.potential(x)
}
#[differentiable]
fn handed_self(k: f64, x: f64) -> f64 {
    let mut s = Spring { k, rest: 0.3 * k };
    let a = s.minimise(|s| s.k * s.rest * x, x);
    a * s.k
}

#[differentiable]
fn jac(f: impl Fn(&DVector<f64>) -> DVector<f64>, x: &DVector<f64>, h: f64) -> DMatrix<f64> {
    let n = x.len();
    let mut j = DMatrix::zeros(n, n);
    for k in 0..n {
        let mut p = x.clone();
        p[k] += h;
        let d = (f(&p) - f(x)) / h;
        j.set_column(k, &d);
    }
    j
}
#[differentiable]
fn finite_jacobian(x: &DVector<f64>, a: f64) -> f64 {
    jac(
        |x| {
            let mut y = x.component_mul(x);
            y[0] *= a;
            y
        },
        x,
        0.1,
    )
    .sum()
}

#[differentiable]
fn events(mut on_step: impl FnMut(usize, f64) -> f64, x: f64) -> f64 {
    let mut s = x;
    let mut i = 0;
    while s < 20.0 && i < 30 {
        s += on_step(i, s);
        i += 1;
    }
    s
}
#[differentiable]
fn events_of_a_loop(a: f64, x: f64) -> f64 {
    events(|i, s| if i % 2 == 0 { s * a } else { a * a + s.sqrt() }, x)
}

#[differentiable]
fn bisect(f: &impl Fn(f64) -> f64, lo: f64, hi: f64) -> f64 {
    let (mut lo, mut hi) = (lo, hi);
    for _ in 0..5 {
        let m = 0.5 * (lo + hi);
        if f(m) * f(lo) < 0.0 {
            hi = m;
        } else {
            lo = m;
        }
    }
    // one secant step
    lo - f(lo) * (hi - lo) / (f(hi) - f(lo))
}
#[differentiable]
fn bisection(a: f64) -> f64 {
    bisect(&|x| x * x - a, a * 0.1, a)
}

#[differentiable]
fn leapfrog<F>(force: F, q: &mut [f64], p: &mut [f64], h: f64, n: usize)
where
    F: Fn(&[f64], &mut [f64]),
{
    let mut g = vec![0.0; q.len()];
    for _ in 0..n {
        force(q, &mut g);
        for i in 0..q.len() {
            p[i] += 0.5 * h * g[i];
            q[i] += h * p[i];
        }
        force(q, &mut g);
        for i in 0..q.len() {
            p[i] += 0.5 * h * g[i];
        }
    }
}
#[differentiable]
fn leapfrog_by_index(q: &mut [f64], p: &mut [f64], k: f64) {
    leapfrog(
        |q, out| {
            for i in 0..q.len() {
                out[i] = -k * q[i] - q[i] * q[i] * q[i];
            }
        },
        q,
        p,
        0.1,
        3,
    );
}
#[differentiable]
fn leapfrog_by_iterator(q: &mut [f64], p: &mut [f64], k: f64) {
    let n = q.len();
    leapfrog(
        move |q: &[f64], out: &mut [f64]| {
            for (o, x) in out.iter_mut().zip(q) {
                *o = -k * x * n as f64;
            }
        },
        q,
        p,
        0.1,
        3,
    );
}
#[differentiable]
fn passes_mut(f: impl Fn(&mut f64, f64), x: f64) -> f64 {
    let mut s = x * x;
    f(&mut s, x);
    f(&mut s, 2.0);
    s
}
#[differentiable]
fn written_through(a: f64, x: f64) -> f64 {
    passes_mut(|s, t| *s = *s * t + a, x)
        + passes_mut(
            |s: &mut f64, t| {
                *s += t * a;
                *s *= a;
            },
            x,
        )
}

#[test]
fn functionals() {
    check_scalar!(nested_in_a_functional(0.7, 1.3));
    check_scalar!(wrapped(0.7, 1.3));
    check_scalar!(mapped_over_a_vector(0.7, &DVector::from_vec(vec![1.0, 0.3])));
    check_scalar!(mapped_over_a_slice(0.7, &[0.4, 0.9]));
    check_scalar!(const_generic(0.7, [0.4, 0.9]));
    check_scalar!(generic_parameter(0.7, 1.3));
    check_scalar!(by_a_trait(0.7, 1.3));
    check_scalar!(by_a_method(0.7, 1.3));
    check_scalar!(handed_self(0.7, 1.3));
    check_scalar!(finite_jacobian(&DVector::from_vec(vec![1.0, 0.3]), 0.7));
    check_scalar!(events_of_a_loop(0.3, 1.3));
    check_scalar!(bisection(2.0));
    check_unit!(leapfrog_by_index(&mut [0.1, 0.5], &mut [0.3, 0.2], 0.8));
    check_unit!(leapfrog_by_iterator(&mut [0.1, 0.5], &mut [0.3, 0.2], 0.8));
    check_scalar!(written_through(0.7, 1.3));
}

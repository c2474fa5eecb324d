//! Functions handed to functions of the user's own.
use autodiff_core::{Real, differentiable};
use autodiff_tests::{check_scalar, check_unit};
use nalgebra::{DVector, Vector2};

// ---- what takes functions ------------------------------------------------------------------------------------------

#[differentiable]
fn apply<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 {
    f(x) * 2.0
}

#[differentiable]
fn apply_impl(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x).sin() + f(x * x)
}

#[differentiable]
fn apply_where<F>(f: &F, x: f64) -> f64
where
    F: Fn(f64) -> f64,
{
    (*f)(x) - x
}

#[differentiable]
fn apply_dyn(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * f(x)
}

#[differentiable]
fn apply_pointer(f: fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

#[differentiable]
fn apply_box(f: Box<dyn Fn(f64) -> f64>, x: f64) -> f64 {
    f(x) + 1.0
}

#[differentiable]
fn apply_mut(mut f: impl FnMut(f64) -> f64, x: f64) -> f64 {
    let y = f(x);
    f(y)
}

#[differentiable]
fn apply_once(f: impl FnOnce(f64) -> f64, x: f64) -> f64 {
    f(3.0 * x)
}

#[differentiable]
fn twice<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 {
    apply(&f, apply(&f, x))
}

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
fn adaptive(f: &dyn Fn(f64) -> f64, a: f64, b: f64, depth: usize) -> f64 {
    let m = 0.5 * (a + b);
    let (fa, fm, fb) = (f(a), f(m), f(b));
    if depth == 0 || (fa - 2.0 * fm + fb).abs() < 1e-3 {
        return (b - a) / 6.0 * (fa + 4.0 * fm + fb);
    }
    adaptive(f, a, m, depth - 1) + adaptive(f, m, b, depth - 1)
}

#[differentiable]
fn adaptive_generic<F: Fn(f64) -> f64>(f: &F, a: f64, b: f64, depth: usize) -> f64 {
    let m = 0.5 * (a + b);
    if depth == 0 {
        return (b - a) * f(m);
    }
    adaptive_generic(f, a, m, depth - 1) + adaptive_generic(f, m, b, depth - 1)
}

#[differentiable]
fn newton(f: impl Fn(f64) -> f64, df: impl Fn(f64) -> f64, start: f64) -> f64 {
    let mut x = start;
    for _ in 0..20 {
        let step = f(x) / df(x);
        x -= step;
        if step.abs() < 1e-12 {
            break;
        }
    }
    x
}

#[differentiable]
fn sum_over(f: impl Fn(&[f64], usize) -> f64, x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += f(x, i);
    }
    s
}

#[differentiable]
fn rk4<F: Fn(f64, &DVector<f64>) -> DVector<f64>>(f: F, y0: &DVector<f64>, h: f64, steps: usize) -> DVector<f64> {
    let mut y = y0.clone();
    let mut t = 0.0;
    for _ in 0..steps {
        let k1 = f(t, &y);
        let k2 = f(t + 0.5 * h, &(&y + 0.5 * h * &k1));
        let k3 = f(t + 0.5 * h, &(&y + 0.5 * h * &k2));
        let k4 = f(t + h, &(&y + h * &k3));
        y += (k1 + 2.0 * k2 + 2.0 * k3 + k4) * (h / 6.0);
        t += h;
    }
    y
}

#[differentiable]
fn euler_in_place(rhs: impl Fn(f64, &[f64], &mut [f64]), y: &mut [f64], h: f64, steps: usize) {
    let mut dy = vec![0.0; y.len()];
    for k in 0..steps {
        rhs(k as f64 * h, y, &mut dy);
        for (yi, di) in y.iter_mut().zip(&dy) {
            *yi += h * di;
        }
    }
}

#[differentiable]
fn composed(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(g(x)) - g(f(x))
}

#[differentiable]
fn generic_apply<T: Real>(f: impl Fn(T) -> T, x: T) -> T {
    f(x) * f(x)
}

#[differentiable]
fn first_where(keep: impl Fn(f64) -> bool, x: &[f64]) -> f64 {
    for v in x {
        if keep(*v) {
            return v * v;
        }
    }
    0.0
}

#[differentiable]
fn fill_by(f: impl Fn(usize) -> f64, n: usize) -> Vec<f64> {
    let mut out = Vec::with_capacity(n);
    for i in 0..n {
        out.push(f(i));
    }
    out
}

#[differentiable]
fn mapped(f: impl Fn(f64) -> f64, x: &[f64]) -> f64 {
    x.iter().map(|v| f(*v)).sum()
}

#[differentiable]
fn mapped_by_name<F: Fn(f64) -> f64>(f: F, x: &[f64]) -> f64 {
    x.iter().copied().map(f).fold(0.0, |a, b| a + b * b)
}

#[differentiable]
fn pairwise(f: impl Fn(&[f64; 2], &[f64; 2]) -> f64, points: &[[f64; 2]]) -> f64 {
    let mut s = 0.0;
    for i in 0..points.len() {
        for j in 0..i {
            s += f(&points[i], &points[j]);
        }
    }
    s
}

#[differentiable]
fn fold_with(f: impl Fn((f64, f64), f64) -> (f64, f64), x: &[f64]) -> f64 {
    let mut state = (1.0, 0.0);
    for v in x {
        state = f(state, *v);
    }
    state.0 * state.1
}

#[differentiable]
fn gradient_descent(df: impl Fn(&Vector2<f64>) -> Vector2<f64>, start: Vector2<f64>, rate: f64) -> Vector2<f64> {
    let mut x = start;
    for _ in 0..10 {
        x -= df(&x) * rate;
    }
    x
}

// ---- functions that are handed on ------------------------------------------------------------------------------------

#[differentiable]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn decay(t: f64, y: &DVector<f64>) -> DVector<f64> {
    y * -(1.0 + t)
}

#[differentiable]
fn scaled(#[nodiff] n: f64, x: f64) -> f64 {
    n * x * x
}

mod elsewhere {
    #[autodiff_core::differentiable]
    pub fn cube(x: f64) -> f64 {
        x * x * x
    }
}

struct Shapes;

#[differentiable]
impl Shapes {
    fn bump(x: f64) -> f64 {
        (-x * x).exp()
    }
}

// ---- callers -----------------------------------------------------------------------------------------------------------

#[differentiable]
fn captures(a: f64, x: f64) -> f64 {
    apply(|t| t.sin() * a, x)
}

#[differentiable]
fn captures_nothing(x: f64) -> f64 {
    apply(|t| t * t, x) + apply(|_| 3.0, x) + apply(|t: f64| -> f64 { t.exp() }, x)
}

#[differentiable]
fn captures_only(a: f64) -> f64 {
    apply(|t| t * a + a * a, 2.0)
}

#[differentiable]
fn every_kind(a: f64, x: f64) -> f64 {
    let mut s = apply_impl(|t| t * a, x);
    s += apply_where(&|t: f64| t.powi(2) + a, x);
    s += apply_dyn(&|t| a / (1.0 + t * t), x);
    s += apply_mut(|t| t.cos() + a, x);
    s += apply_once(move |t| t * a, x);
    s + twice(|t| t * 0.3 + a, x)
}

#[differentiable]
fn by_name(x: f64) -> f64 {
    apply(square, x) + apply(elsewhere::cube, x) + apply(f64::sin, x) + apply(&square, x)
}

#[differentiable]
fn by_associated_name(x: f64) -> f64 {
    apply(Shapes::bump, x) + apply_pointer(Shapes::bump, x)
}

#[differentiable]
fn by_pointer(x: f64) -> f64 {
    apply_pointer(square, x) + apply_pointer(|t| t + 1.0, x)
}

#[differentiable]
fn by_local_name(a: f64, x: f64) -> f64 {
    let f = |t: f64| t * a + 1.0;
    let g = square;
    apply(f, x) * apply(&f, a) + f(x) + apply(g, x)
}

#[differentiable]
fn boxed(x: f64) -> f64 {
    apply_box(Box::new(|t| t * t), x)
}

#[differentiable]
fn integral(k: f64, b: f64) -> f64 {
    trapezoid(|t| (k * t).sin(), 0.0, b, 12)
}

#[differentiable]
fn double_integral(k: f64, b: f64) -> f64 {
    trapezoid(|u| trapezoid(|v| (k * u * v).cos() * b, 0.0, u, 4), 0.0, b, 5)
}

#[differentiable]
fn adaptive_integral(k: f64, b: f64) -> f64 {
    adaptive(&|t| (k * t).exp() / (1.0 + t), 0.0, b, 4) + adaptive_generic(&|t| (k * t).exp(), 0.0, b, 3)
}

#[differentiable]
fn root(a: f64) -> f64 {
    newton(|x| x * x * x - a, |x| 3.0 * x * x, 1.5)
}

#[differentiable]
fn reads_slices(x: &[f64], w: &[f64]) -> f64 {
    sum_over(|x, i| x[i] * x[x.len() - 1 - i] * w[i], x)
}

#[differentiable]
fn oscillator(y0: &DVector<f64>, k: f64, c: f64) -> f64 {
    let y = rk4(|_, y| DVector::from_vec(vec![y[1], -k * y[0] - c * y[1]]), y0, 0.1, 6);
    y.norm_squared() + rk4(decay, y0, 0.05, 3).sum()
}

#[differentiable]
fn lotka_volterra(y: &mut [f64], p: &[f64; 4]) {
    euler_in_place(
        |_t, y, dy| {
            dy[0] = p[0] * y[0] - p[1] * y[0] * y[1];
            dy[1] = p[2] * y[0] * y[1] - p[3] * y[1];
        },
        y,
        0.1,
        5,
    );
}

#[differentiable]
fn forced(t: f64, y: &[f64], dy: &mut [f64]) {
    for i in 0..y.len() {
        dy[i] = (t + y[i]).sin();
    }
}

#[differentiable]
fn forced_flow(y0: &[f64]) -> f64 {
    let mut y = y0.to_vec();
    euler_in_place(forced, &mut y, 0.2, 4);
    y.iter().map(|v| v * v).sum()
}

#[differentiable]
fn two_functions(a: f64, x: f64) -> f64 {
    composed(|t| t * a, |t| t.sin() + a, x)
}

#[differentiable]
fn generic_caller<T: Real>(a: T, x: T) -> T {
    generic_apply(|t| t * a + x, x * x)
}

#[differentiable]
fn predicate(x: &[f64], limit: f64) -> f64 {
    first_where(|v| v > limit, x) * limit
}

#[differentiable]
fn table(a: f64, w: &[f64]) -> f64 {
    let t = fill_by(|i| w[i] * a + (i as f64) * a * a, w.len());
    t.iter().map(|v| v.sin()).sum()
}

#[differentiable]
fn chains(a: f64, x: &[f64]) -> f64 {
    mapped(|v| v * v * a, x) + mapped_by_name(|v| v + a, x)
}

#[differentiable]
fn branches_and_loops(a: f64, x: f64) -> f64 {
    apply(
        |t| {
            if t > a {
                return t * a;
            }
            let mut s = t;
            for k in 0..3 {
                s = s * a + k as f64;
                if s > 50.0 {
                    break;
                }
            }
            s
        },
        x,
    )
}

#[differentiable]
fn in_a_loop(x: &[f64], a: f64) -> f64 {
    let mut s = a;
    for v in x {
        s = apply(|t| t * s.sin() + v, s * v);
    }
    s
}

#[differentiable]
fn in_a_branch(x: f64, a: f64) -> f64 {
    if x > 0.0 { apply(|t| t * t * a, x) } else { apply_impl(|t| t - a, x) }
}

#[differentiable]
fn takes_apart(points: &[[f64; 2]], s: f64) -> f64 {
    pairwise(
        |&[x0, y0], &[x1, y1]| {
            let (dx, dy) = (x0 - x1, y0 - y1);
            (dx * dx + dy * dy + s * s).sqrt()
        },
        points,
    )
}

#[differentiable]
fn tuples(x: &[f64], a: f64) -> f64 {
    fold_with(|(p, q), v| (p * v + a, q + p * a), x)
}

#[differentiable]
fn captures_references(x: &[f64], m: &DVector<f64>) -> f64 {
    let head = &x[..2];
    let best = if x[0] > x[1] { &x[0] } else { &x[1] };
    apply(|t| t * head[0] * head[1] + m.dot(m) * best, x[2])
}

#[differentiable]
fn captures_what_changes_later(mut x: Vec<f64>) -> f64 {
    let y = apply(|t| t * x[0], x[1]);
    x[0] = y * y;
    let z = apply(|t| t * x[0] + x[1], y);
    x[1] *= z;
    x[0] + x[1]
}

#[differentiable]
fn descends(start: Vector2<f64>, a: f64) -> f64 {
    gradient_descent(|x| Vector2::new(2.0 * a * x.x, x.y * a), start, 0.1).norm_squared()
}

#[differentiable]
fn with_constants(x: f64, n: usize) -> f64 {
    apply(|t| scaled(2.0, t) + n as f64 * t, x)
}

// ---- methods -----------------------------------------------------------------------------------------------------------

#[derive(autodiff_core::Differentiable, Clone)]
struct Solver {
    step: f64,
    #[nodiff]
    steps: usize,
}

#[differentiable]
impl Solver {
    fn integrate(&self, f: impl Fn(f64, f64) -> f64, y0: f64) -> f64 {
        let (mut t, mut y) = (0.0, y0);
        for _ in 0..self.steps {
            let k = f(t, y);
            y += self.step * f(t + 0.5 * self.step, y + 0.5 * self.step * k);
            t += self.step;
        }
        y
    }

    fn growth(&self, rate: f64) -> f64 {
        self.integrate(|_, y| y * rate * (1.0 - y) * self.step, 0.1)
    }
}

#[differentiable]
fn growth(step: f64, rate: f64) -> f64 {
    let solver = Solver { step: step * step, steps: 4 };
    solver.growth(rate)
}

#[differentiable]
fn solved(rate: f64, h: f64) -> f64 {
    let solver = Solver { step: h, steps: 5 };
    solver.integrate(|t, y| y * rate * (1.0 - y) + t, 0.1) + solver.growth(rate)
}

#[differentiable]
fn solved_by_constant(#[nodiff] solver: &Solver, rate: f64) -> f64 {
    solver.integrate(|t, y| y * rate * (1.0 - y) + t, 0.1)
}

#[differentiable]
fn weighted(f: impl Fn(&[f64], &[usize]) -> f64, x: &[f64], c: &[usize]) -> f64 {
    f(x, c) * f(x, &c[..2])
}

#[differentiable]
fn picked(w: &[f64], k: &[usize]) -> f64 {
    w[k[0]].sin() * w[k[1]]
}

#[differentiable]
fn takes_constant_slices(x: &[f64]) -> f64 {
    let c = vec![1, 0];
    let own = weighted(|w: &[f64], k: &[usize]| w[k[0]] * picked(x, &k[0..]) * x[k[1]], x, &c);
    own + weighted(picked, x, &c)
}

#[differentiable]
fn of_all_constants(f: impl Fn(f64, usize, &Vec<usize>, &str, &[[usize; 2]; 1]) -> f64, x: f64, k: usize) -> f64 {
    f(x, k, &vec![k], "ab", &[[1, 2]])
}

#[differentiable]
fn takes_constants(x: f64, k: usize) -> f64 {
    of_all_constants(
        |y: f64, k: usize, c: &Vec<usize>, s: &str, m: &[[usize; 2]; 1]| {
            y * y.sin() * (k + c[0] + s.len() + m[0][1]) as f64
        },
        x,
        k,
    )
}

#[differentiable]
fn both(a: &[f64; 2]) -> f64 {
    a[0].sin() * a[1]
}

/// What is known of `a` and `b` is that they are parts of something.
#[differentiable]
fn hands_on_what_it_captures(x: &[f64]) -> f64 {
    let [mut a, b]: [f64; 2] = [x[0], x[1] * x[1]];
    let [c, d]: [[f64; 2]; 2] = [[x[0], x[1]], [x[1], 2.0]];
    a *= apply(|t: f64| both(&[b, t]), a * b);
    a + apply(
        |t: f64| {
            let own = c;
            both(&own) * t * both(&d)
        },
        b,
    )
}

#[test]
fn closures() {
    check_scalar!(takes_constant_slices(&[0.4, 1.2]));
    check_scalar!(takes_constants(0.4, const 2));
    check_scalar!(hands_on_what_it_captures(&[0.4, 1.2]));
    check_scalar!(captures(3.0, 0.5));
    check_scalar!(captures_nothing(0.7));
    check_scalar!(captures_only(0.7));
    check_scalar!(every_kind(0.6, 0.4));
    check_scalar!(two_functions(0.6, 0.4));
    check_scalar!(boxed(0.6));
    check_scalar!(with_constants(0.6, const 3));
    check_scalar!(generic_caller(0.6, 0.4));
    check_scalar!(generic_caller(0.6_f32, 0.4));
    check_scalar!(branches_and_loops(0.6, 0.4));
    check_scalar!(branches_and_loops(0.3, 0.9));
    check_scalar!(takes_apart(&[[0.1, 0.4], [0.8, -0.2], [1.5, 0.3]], 0.2));
    check_scalar!(tuples(&[0.4, 1.2, -0.7], 0.3));
    check_scalar!(captures_references(&[0.4, 1.2, -0.7], &DVector::from_vec(vec![0.3, 0.8])));
    check_scalar!(captures_what_changes_later(vec![0.4, 1.2]));
}

#[test]
fn names() {
    check_scalar!(by_name(0.7));
    check_scalar!(by_associated_name(0.7));
    check_scalar!(by_pointer(0.7));
    check_scalar!(by_local_name(0.7, 1.3));
}

#[test]
fn algorithms() {
    check_scalar!(integral(1.3, 2.0));
    check_scalar!(double_integral(1.3, 1.1));
    check_scalar!(adaptive_integral(0.8, 1.5));
    check_scalar!(root(3.0));
    check_scalar!(reads_slices(&[0.4, 1.2, -0.7], &[0.3, 0.9, 1.1]));
    check_scalar!(oscillator(&DVector::from_vec(vec![1.0, 0.2]), 1.4, 0.3));
    check_unit!(lotka_volterra(&mut [1.0, 0.5], &[0.7, 0.9, 0.4, 0.3]));
    check_scalar!(forced_flow(&[0.1, 0.6]));
    check_scalar!(predicate(&[0.1, 0.6, 0.9], 0.5));
    check_scalar!(table(0.7, &[0.1, 0.6, 0.9]));
    check_scalar!(chains(0.7, &[0.1, 0.6, 0.9]));
    check_scalar!(in_a_loop(&[0.4, 1.2, -0.7], 0.9));
    check_scalar!(in_a_branch(0.4, 1.2));
    check_scalar!(in_a_branch(-0.4, 1.2));
    check_scalar!(descends(Vector2::new(0.4, 1.2), 0.6));
}

#[test]
fn methods() {
    check_scalar!(solved(0.9, 0.2));
    check_scalar!(solved_by_constant(const &Solver { step: 0.2, steps: 4 }, 0.9));
    check_scalar!(growth(0.2, 0.9));
}

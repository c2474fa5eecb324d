//! Methods, associated functions and traits.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check_scalar, record};

trait Scale {
    fn plain(&self) -> f64;
}
impl Scale for f64 {
    fn plain(&self) -> f64 {
        *self
    }
}

/// `f64` and `(f64, f64)` stand for types of the user's here.
#[differentiable]
trait Energy {
    fn energy(&self, x: f64) -> f64;
    fn twice(&self, x: f64) -> f64 {
        2.0 * self.energy(x)
    }
    fn scale(k: f64) -> f64 {
        3.0 * k
    }
}

#[differentiable]
impl Energy for f64 {
    fn energy(&self, x: f64) -> f64 {
        0.5 * *self * x * x
    }
}

#[differentiable]
impl Energy for (f64, f64) {
    fn energy(&self, x: f64) -> f64 {
        self.0 * x + self.1 * x.sin()
    }
    fn twice(&self, x: f64) -> f64 {
        self.energy(x) + self.energy(x * x)
    }
}

#[differentiable]
fn total<P: Energy>(p: &P, x: f64) -> f64 {
    p.energy(x) * p.twice(x)
}

#[differentiable]
fn total_impl(p: &impl Energy, x: f64) -> f64 {
    p.energy(x) * p.twice(x + 1.0)
}

#[differentiable]
fn in_a_loop(k: f64, x: f64) -> f64 {
    let mut s = 0.0;
    let p = (k, x);
    for i in 0..3 {
        s += k.energy(x * i as f64) + p.energy(s);
    }
    s
}

#[differentiable]
fn generic_static<P: Energy>(p: &P, x: f64) -> f64 {
    P::scale(x) + p.energy(x)
}

#[differentiable]
fn concrete(k: f64, x: f64) -> f64 {
    total(&k, x) + total_impl(&(k, x), 0.5) + <f64 as Energy>::scale(x)
}

#[test]
fn traits() {
    check_scalar!(in_a_loop(1.2, 0.7));
    check_scalar!(concrete(1.2, 0.7));
    check_scalar!(total(&(1.5), 0.7));
    check_scalar!(total(&(1.5, 0.3), 0.7));
    check_scalar!(total_impl(&(1.5, 0.3), 0.7));
    check_scalar!(generic_static(&(1.5, 0.3), 0.7));
    assert_eq!(1.5_f64.plain(), 1.5);
    let (p_bar, x_bar) = (2.0, 3.0).energy_grad(0.5);
    assert_eq!(p_bar.0, 0.5);
    assert!((x_bar - 2.0 - 3.0 * 0.5_f64.cos()).abs() < 1e-12);
}

// ---- structs -----------------------------------------------------------------------------------------------------------

/// A spring with a cubic term.
#[derive(Clone, Debug, Differentiable)]
pub struct Spring {
    pub stiffness: f64,
    pub cubic: f64,
    #[nodiff]
    pub name: String,
}

#[differentiable]
impl Spring {
    const HALF: f64 = 0.5;

    /// The energy at an elongation.
    #[inline]
    #[must_use]
    pub fn energy(&self, x: f64) -> f64 {
        let e = Self::HALF * self.stiffness * x * x;
        e + self.quartic(x)
    }

    fn quartic(&self, x: f64) -> f64 {
        0.25 * self.cubic * x.powi(4)
    }

    fn force(&self, x: f64) -> f64 {
        -self.stiffness * x - self.cubic * x.powi(3)
    }

    fn soften(&mut self, by: f64) {
        self.stiffness *= by;
        self.cubic += by * self.stiffness;
    }

    fn into_energy(self, x: f64) -> f64 {
        self.energy(x) * self.stiffness
    }

    fn work(&self, path: &[f64]) -> f64 {
        let mut w = 0.0;
        for i in 1..path.len() {
            w += 0.5 * (self.force(path[i - 1]) + self.force(path[i])) * (path[i] - path[i - 1]);
        }
        w
    }

    fn stiff(&self) -> bool {
        self.stiffness > 1.0
    }

    fn recursive(&self, x: f64, n: usize) -> f64 {
        if n == 0 { self.energy(x) } else { x * self.recursive(x * 0.5 + self.cubic, n - 1) }
    }

    #[nodiff]
    fn label(&self) -> &str {
        &self.name
    }

    fn at(#[nodiff] &self, x: f64) -> f64 {
        self.stiffness * x * x
    }
}

record!(Spring, SpringTangent { stiffness, cubic } const { name });

fn spring() -> Spring {
    Spring { stiffness: 1.3, cubic: 0.4, name: "spring".into() }
}

#[differentiable]
fn by_energy(s: &Spring, x: f64) -> f64 {
    s.energy(x) + 2.0 * s.force(x * 0.5)
}

#[differentiable]
fn by_softening(s: &Spring, x: f64) -> f64 {
    let mut t = s.clone();
    let before = t.energy(x);
    for _ in 0..3 {
        t.soften(x);
    }
    before * t.energy(x)
}

#[differentiable]
fn by_mutable(s: &mut Spring, x: f64) -> f64 {
    let e = s.energy(x);
    s.soften(x);
    e + s.energy(x) * s.stiffness
}

#[differentiable]
fn by_value(s: Spring, x: f64) -> f64 {
    let e = s.energy(x);
    e + s.into_energy(x)
}

#[differentiable]
fn by_path(s: &Spring, path: &[f64]) -> f64 {
    if s.stiff() { s.work(path) } else { s.work(&path[1..]) * 2.0 }
}

#[differentiable]
fn by_static(s: &Spring, x: f64) -> f64 {
    Spring::energy(s, x) * s.recursive(x, 3)
}

#[differentiable]
fn in_a_collection(springs: &[Spring], x: f64) -> f64 {
    let mut total = 0.0;
    for s in springs {
        total += s.energy(x);
    }
    for i in 0..springs.len() {
        total *= springs[i].force(x + total * 0.01);
    }
    total
}

#[differentiable]
fn mutated_in_a_collection(springs: &mut [Spring], x: f64) -> f64 {
    for s in springs.iter_mut() {
        s.soften(x);
    }
    springs[0].soften(springs[1].stiffness);
    springs[0].energy(x) * springs[1].energy(x)
}

#[test]
fn structs() {
    check_scalar!(by_energy(&spring(), 0.7));
    check_scalar!(by_softening(&spring(), 0.7));
    check_scalar!(by_mutable(&mut spring(), 0.7));
    check_scalar!(by_value(spring(), 0.7));
    check_scalar!(by_path(&spring(), &[0.1, 0.4, 0.3, 0.9]));
    check_scalar!(by_static(&spring(), 0.7));
    check_scalar!(in_a_collection(&[spring(), spring()], 0.7));
    check_scalar!(mutated_in_a_collection(&mut [spring(), spring()], 0.7));
}

#[test]
fn entry_points_of_methods() {
    let s = spring();
    assert_eq!(s.label(), "spring");
    let (bar, x_bar) = s.energy_grad(2.0);
    assert_eq!((bar.stiffness, bar.cubic), (2.0, 4.0));
    assert!((x_bar + s.force(2.0)).abs() < 1e-12);
    assert_eq!(s.at_grad(3.0), 2.0 * 1.3 * 3.0);
    assert_eq!(s.at_jvp(3.0, 1.0).1, 2.0 * 1.3 * 3.0);
    let (value, (bar, _)) = s.energy_value_and_grad(2.0);
    assert_eq!((value, bar.stiffness), (s.energy(2.0), 2.0));
    let (mut into, mut x_into) = (bar, 1.0);
    assert_eq!(s.energy_grad_into(2.0, &mut into, &mut x_into), value);
    assert_eq!(into.stiffness, 4.0);
    assert_eq!(s.energy_vjp(2.0, 3.0).1.0.stiffness, 6.0);
    assert_eq!(s.energy_jvp(2.0, &bar, 0.0).1, 4.0 + 16.0);
    assert_eq!(s.into_energy_value_and_grad(2.0).0, spring().into_energy(2.0));
}

// ---- data, and decisions -------------------------------------------------------------------------------------------------

/// Observations: a constant that methods are called on, without a derivative of its own.
pub struct Problem {
    t: Vec<f64>,
    y: Vec<f64>,
    kind: &'static str,
}

#[differentiable(nodiff)]
impl Problem {
    fn model(&self, p: &[f64], t: f64) -> f64 {
        if self.kind == "line" { p[0] + p[1] * t } else { p[0] * (-p[1] * t).exp() }
    }
    fn residuals(&self, p: &[f64]) -> Vec<f64> {
        let mut r = Vec::new();
        for i in 0..self.t.len() {
            r.push(self.model(p, self.t[i]) - self.y[i]);
        }
        r
    }
}

#[differentiable]
fn least_squares(#[nodiff] problem: &Problem, p: &[f64]) -> f64 {
    let r = problem.residuals(p);
    let mut s = 0.0;
    for v in &r {
        s += v * v;
    }
    0.5 * s
}

#[differentiable]
fn decided_by_methods(s: &Spring, x: f64) -> f64 {
    let mut t = s.clone();
    let mut steps = 0;
    while t.energy(x) < 10.0 && steps < 6 {
        t.soften(1.3);
        steps += 1;
    }
    if !(t.force(x).abs() > 100.0) { t.energy(x) } else { x }
}

fn problem(kind: &'static str) -> Problem {
    Problem { t: vec![0.0, 0.5, 1.0], y: vec![1.0, 0.6, 0.4], kind }
}

#[test]
fn constants_and_decisions() {
    let (line, decay) = (problem("line"), problem("decay"));
    let (_, bar) = least_squares::value_and_grad(&line, &[0.9, -0.5]);
    let h = 1e-6;
    for k in 0..2 {
        let (mut up, mut down) = ([0.9, -0.5], [0.9, -0.5]);
        up[k] += h;
        down[k] -= h;
        let slope = (least_squares(&line, &up) - least_squares(&line, &down)) / (2.0 * h);
        assert!((bar[k] - slope).abs() < 1e-8);
    }
    assert_eq!(decay.model_grad(&[2.0, 0.0], 1.0), (vec![1.0, -2.0], 2.0 * -0.0));
    check_scalar!(decided_by_methods(&spring(), 0.7));
}

#[derive(Differentiable, Clone)]
struct Turns {
    w: f64,
}

#[differentiable]
impl Turns {
    fn even(&self, x: f64, n: usize) -> f64 {
        if n == 0 { self.w } else { self.odd(x, n - 1) * x }
    }
    fn odd(&self, x: f64, n: usize) -> f64 {
        if n == 0 { x } else { Self::even(self, x, n - 1) + x }
    }
}

#[differentiable]
fn turns(x: &[f64], n: usize) -> f64 {
    Turns { w: x[0] }.even(x[1], n)
}

#[test]
fn methods_that_call_each_other() {
    for n in 0..5 {
        check_scalar!(turns(&[0.3, 0.5][..], const n));
    }
}

// ---- what is called on what it is handed -----------------------------------------------------------------------------------

#[derive(Clone, Differentiable)]
struct Square {
    data: Vec<f64>,
    shift: f64,
}
#[differentiable]
impl Square {
    fn times(&self, other: &Square) -> f64 {
        self.data.iter().zip(&other.data).map(|(a, b)| a * b).sum::<f64>() + self.shift
    }
    fn weighted(&mut self, by: f64) -> f64 {
        self.shift += by;
        by * self.data[0]
    }
}
/// `m` may change, but not where an argument borrows it.
#[differentiable]
fn times_itself(x: &[f64]) -> f64 {
    let mut m = Square { data: x.to_vec(), shift: 0.0 };
    m.data[0] *= x[1];
    let first = m.times(&m);
    let by = m.weighted(m.shift + x[0]);
    first * by + m.times(&m)
}

#[test]
fn called_on_what_they_are_handed() {
    check_scalar!(times_itself(&[0.3, 0.7]));
}

//! Methods, associated functions and traits.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

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

//! Functions chosen by a branch, and in arrays.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

#[differentiable]
fn boxed_closures(x: f64, a: f64, c: bool) -> f64 {
    let f: Box<dyn Fn(f64) -> f64> = if c { Box::new(|t| t * a) } else { Box::new(|t| t + a * a) };
    f(x) * f(f(a))
}

#[differentiable]
fn pointer(x: f64) -> f64 {
    let f: fn(f64) -> f64 = if x > 0.0 { f64::sin } else { f64::cos };
    f(x) * x
}

#[differentiable]
fn array_of_functions(x: f64, i: usize) -> f64 {
    let fs = [f64::sin, f64::cos];
    let mut s = 0.0;
    for f in fs {
        s += f(x) * s + x;
    }
    s * fs[i](x)
}

#[differentiable]
fn by_kind(x: f64, kind: usize) -> f64 {
    let f: fn(f64) -> f64 = match kind {
        0 => f64::tanh,
        1 => |t| t * t,
        _ => f64::exp,
    };
    f(x) * f(x * 2.0)
}

#[test]
fn in_both_modes() {
    for c in [true, false] {
        check_scalar!(boxed_closures(0.3, 0.6, const c));
    }
    for x in [0.3, -0.4] {
        check_scalar!(pointer(x));
        for i in [0, 1] {
            check_scalar!(array_of_functions(x, const i));
        }
        for kind in [0, 1, 2] {
            check_scalar!(by_kind(x, const kind));
        }
    }
}

// ---- which one it is comes before what it is handed -------------------------------------------------------------------

#[differentiable]
fn found_before_its_argument(x: &[f64]) -> f64 {
    let fs: [fn(f64) -> f64; 2] = [f64::sin, f64::exp];
    let mut i = 0;
    fs[{
        i += 1;
        i
    }](x[i])
        * fs[i - 1](x[0])
}

#[differentiable]
fn another_one_by_then(x: &[f64]) -> f64 {
    let fs: [fn(f64, f64) -> f64; 2] = [f64::max, f64::powf];
    let (mut t, mut i) = (x[0], 1);
    let r = fs[i](t, {
        i = 0;
        t *= 2.0;
        1.7
    });
    r * fs[i](t, x[1])
}

#[test]
fn in_the_order_of_evaluation() {
    check_scalar!(found_before_its_argument(&[0.3, 0.7][..]));
    check_scalar!(another_one_by_then(&[0.3, 0.7][..]));
}

// ---- lists of functions ---------------------------------------------------------------------------------------------------

#[differentiable]
fn indexed_list(x: f64, a: f64, n: usize) -> f64 {
    let acts: Vec<Box<dyn Fn(f64) -> f64>> = vec![Box::new(|v| v.tanh()), Box::new(f64::exp), Box::new(move |v| a * v)];
    let mut y = x;
    for k in 0..n {
        y = acts[k % acts.len()](y);
    }
    y
}
#[differentiable]
fn list_in_a_loop(x: f64, a: f64) -> f64 {
    let acts: Vec<Box<dyn Fn(f64) -> f64>> = vec![Box::new(|v| v.tanh()), Box::new(move |v| a * v)];
    let mut y = x;
    for f in &acts {
        y = f(y);
    }
    y
}
#[differentiable]
fn mapped_functions(x: f64, a: f64) -> f64 {
    let acts: [fn(f64) -> f64; 2] = [f64::sin, f64::exp];
    acts.iter().map(|f| f(x) * a).sum()
}
#[differentiable]
fn folded_functions(x: f64, a: f64) -> f64 {
    let acts: Vec<Box<dyn Fn(f64) -> f64>> = vec![Box::new(|v| v.tanh()), Box::new(move |v| a * v)];
    acts.iter().fold(x, |y, f| f(y))
}

#[test]
fn lists_of_functions() {
    check_scalar!(indexed_list(0.3, 0.7, const 5));
    check_scalar!(list_in_a_loop(0.3, 0.7));
    check_scalar!(mapped_functions(0.3, 0.7));
    check_scalar!(folded_functions(0.3, 0.7));
}

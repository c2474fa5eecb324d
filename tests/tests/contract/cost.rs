//! What derivatives allocate: nothing where the function does not, apart from the stacks of loops; and how their cost grows.
use allocation_counter::{AllocationInfo, measure};
use autodiff_core::differentiable;
use nalgebra::{Matrix3, Vector3};
use std::hint::black_box;

fn allocations(f: impl FnOnce()) -> AllocationInfo {
    measure(f)
}

macro_rules! allocates {
    ($n:expr, $e:expr) => {
        let info = allocations(|| {
            black_box($e);
        });
        assert_eq!(info.count_total, $n, "{} allocates {} bytes", stringify!($e), info.bytes_total);
    };
}

#[differentiable]
fn straight(x: f64, y: f64) -> f64 {
    let a = x * y;
    let b = a.sin() + y / x;
    if b > 0.0 { b * a.exp() } else { b }
}

#[differentiable]
fn calls_straight(x: f64, y: f64) -> f64 {
    straight(straight(x, y), y) * straight(x, x)
}

#[differentiable]
fn reads_in_a_loop(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[i];
    }
    s
}

#[differentiable]
fn nested_sums(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        let mut t = 0.0;
        for j in 0..n {
            t += x[i * n + j] * x[j * n + i];
        }
        s += t;
    }
    s
}

#[differentiable]
fn scaled_in_place(x: &mut [f64], k: f64) {
    for i in 0..x.len() {
        x[i] *= k;
    }
}

#[differentiable]
fn keeps_one_value_a_trip(x: f64, n: usize) -> f64 {
    let mut y = x;
    for _ in 0..n {
        y = y.sin() * x;
    }
    y
}

#[differentiable]
fn keeps_elements(x: &mut [f64], n: usize) {
    for _ in 0..n {
        for i in 1..x.len() {
            x[i] = x[i] * x[i - 1];
        }
    }
}

#[differentiable]
fn while_loop(x: f64) -> f64 {
    let mut y = x;
    while y < 1e6 {
        y = y * y + 1.0;
    }
    y
}

#[differentiable]
fn fixed_sizes(m: &Matrix3<f64>, v: Vector3<f64>) -> f64 {
    let w = m * v;
    let u = w.cross(&v).normalize();
    u.dot(&(m.transpose() * w)) + w.norm()
}

#[differentiable]
fn arrays(x: [f64; 4]) -> [f64; 4] {
    let mut y = x;
    y[0] = x[1] * x[2];
    y[3] *= y[0];
    y
}

#[differentiable]
fn calls_with_slices(x: &[f64]) -> f64 {
    reads_in_a_loop(&x[1..]) * reads_in_a_loop(x)
}

#[test]
fn straight_code_allocates_nothing() {
    let (mut x_bar, mut y_bar) = (0.0, 0.0);
    allocates!(0, straight::vjp_into(0.7, 1.2, 1.0, &mut x_bar, &mut y_bar));
    allocates!(0, straight::grad(0.7, 1.2));
    allocates!(0, straight::jvp(0.7, 1.2, 1.0, 0.0));
    allocates!(0, calls_straight::grad(0.7, 1.2));
    allocates!(0, calls_straight::jvp(0.7, 1.2, 1.0, 0.0));
    let m = Matrix3::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9, -0.3);
    let v = Vector3::new(0.7, -1.2, 0.4);
    let (mut m_bar, mut v_bar) = (Matrix3::zeros(), Vector3::zeros());
    allocates!(0, fixed_sizes::grad_into(&m, v, &mut m_bar, &mut v_bar));
    allocates!(0, fixed_sizes::jvp(&m, v, &m, v));
    let mut bar = [0.0; 4];
    allocates!(0, arrays::vjp_into([0.7, 1.2, 0.4, 0.1], [1.0; 4], &mut bar));
    allocates!(0, arrays::vjp([0.7, 1.2, 0.4, 0.1], [1.0; 4]));
}

#[test]
fn loops_that_keep_nothing_allocate_nothing() {
    let x = vec![0.7; 900];
    let mut bar = vec![0.0; 900];
    allocates!(0, reads_in_a_loop::vjp_into(&x, 1.0, &mut bar));
    allocates!(0, reads_in_a_loop::grad_into(&x, &mut bar));
    allocates!(0, reads_in_a_loop::jvp(&x, &bar));
    allocates!(0, nested_sums::vjp_into(&x, 30, 1.0, &mut bar));
    allocates!(0, calls_with_slices::vjp_into(&x, 1.0, &mut bar));
    let (mut y, mut k_bar) = (x.clone(), 0.0);
    let mut y_dot = x.clone();
    allocates!(0, scaled_in_place::jvp(&mut y, 1.5, &mut y_dot, 1.0));
    // the gradient of `k` reads the old elements: one stack, and a copy of what the function leaves in `y`
    let info = allocations(|| scaled_in_place::vjp_into(&mut y, 1.5, &mut bar, &mut k_bar));
    assert!(info.count_total <= 2 && info.bytes_total <= 2 * 8 * 900, "{info:?}");
    // forward mode never keeps
    allocates!(0, keeps_one_value_a_trip::jvp(0.7, 1000, 1.0));
}

/// One stack a loop, with room for all of its trips from the start where their number is known.
#[test]
fn loops_have_one_stack() {
    let mut x_bar = 0.0;
    let info = allocations(|| {
        black_box(keeps_one_value_a_trip::vjp_into(0.7, 1000, 1.0, &mut x_bar));
    });
    assert!(info.count_total <= 1, "{info:?}");
    assert!(info.bytes_total <= 3 * 8 * 1000, "three numbers a trip at most: {info:?}");
    let (mut x, mut bar) = (vec![0.9; 100], vec![1.0; 100]);
    let info = allocations(|| keeps_elements::vjp_into(&mut x, 20, &mut bar));
    // a stack that grows by doubling has asked for four times its length in the end
    assert!(info.bytes_total <= 4 * 8 * 100 * 20, "an element a trip, not all of them: {info:?}");
    let info = allocations(|| {
        black_box(while_loop::vjp_into(0.7, 1.0, &mut x_bar));
    });
    assert!(info.bytes_total < 1000, "{info:?}");
}

/// What a loop keeps for each trip is what its derivative reads and cannot have again: here two numbers, in one allocation.
#[test]
fn ten_million_trips_keep_two_numbers_each() {
    let n = 10_000_000;
    let mut x_bar = 0.0;
    let info = allocations(|| {
        black_box(keeps_one_value_a_trip::vjp_into(0.999, n, 1.0, &mut x_bar));
    });
    assert_eq!((info.count_total, info.bytes_max), (1, 2 * 8 * n as u64), "{info:?}");
    // and a sum over data keeps nothing, however long
    let x = vec![0.5; n];
    allocates!(0, reads_in_a_loop::jvp(&x, &x));
    let mut bar = vec![0.0; n];
    allocates!(0, reads_in_a_loop::grad_into(&x, &mut bar));
}

/// A level of a recursion takes more stack in a derivative than in the function: about a kilobyte without optimization.
#[test]
fn recursion_is_a_thousand_levels_deep_in_a_thread_of_two_megabytes() {
    #[differentiable]
    fn power(x: f64, n: usize) -> f64 {
        if n == 0 { 1.0 } else { x * power(x, n - 1) }
    }
    let deep = || (power::grad(1.0, 1000), power::jvp(1.0, 1000, 1.0));
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(deep).expect("a thread");
    assert_eq!(thread.join().expect("its stack is deep enough"), (1000.0, (1.0, 1000.0)));
}

/// The time of a gradient is a small multiple of the function's: also in the number of elements that a loop reads.
#[test]
fn no_zero_vector_for_each_element() {
    #[differentiable]
    fn gathers(x: &[f64], order: &[usize]) -> f64 {
        let mut w = vec![0.0; x.len()];
        let mut s = 0.0;
        for k in 0..order.len() {
            let i = order[k];
            w[i] += x[i] * x[k];
            s += w[i] * x[order[i]];
        }
        s
    }
    let bytes = |n: usize| {
        let x = vec![0.5; n];
        let order: Vec<usize> = (0..n).map(|i| (i * 7) % n).collect();
        let mut bar = vec![0.0; n];
        let info = allocations(|| {
            black_box(gathers::grad_into(&x, &order, &mut bar));
        });
        info.bytes_total as f64 / n as f64
    };
    let (small, large) = (bytes(100), bytes(10_000));
    assert!(large <= 1.5 * small + 8.0, "bytes an element: {small} for 100, {large} for 10000");
    assert!(large < 200.0, "bytes an element: {large}");
}

/// An element that comes or goes costs what it costs the function.
#[test]
fn sequences_grow_and_shrink_at_their_ends() {
    #[differentiable]
    fn stack(x: f64, n: usize) -> f64 {
        let mut v = vec![x];
        for k in 0..n {
            let last = v[k];
            v.push(last * x);
        }
        let mut s = 0.0;
        while let Some(e) = v.pop() {
            s = s * 0.5 + e * x;
        }
        s
    }
    let bytes = |n: usize| {
        let mut bar = 0.0;
        let info = allocations(|| {
            black_box(stack::grad_into(0.999, n, &mut bar));
        });
        info.bytes_total as f64 / n as f64
    };
    let (small, large) = (bytes(100), bytes(10_000));
    assert!(large <= 2.0 * small + 8.0, "bytes an element: {small} for 100, {large} for 10000");
    assert!(large < 300.0, "bytes an element: {large}");
}

#[differentiable]
fn of_table(x: f64, #[nodiff] table: &[f64]) -> f64 {
    let mut s = x;
    for v in table {
        s += x * v;
    }
    s
}

#[differentiable]
fn hands_its_table_on(x: f64, #[nodiff] table: &[f64]) -> f64 {
    of_table(of_table(x, table), table)
}

#[test]
fn constants_that_are_handed_on_have_no_adjoints() {
    let table = [0.5; 100];
    allocates!(0, of_table::grad(1.5, &table));
    allocates!(0, hands_its_table_on::grad(1.5, &table));
}

//! The harness finds what it is there to find: companions written by hand, right ones and wrong ones.
use autodiff_tests::check_scalar;

/// y = k x0 w, and x becomes k x; the companion is the type `$name`, with `$what` put in its place.
macro_rules! companion {
    ($name:ident, gradient: $gradient:expr, tangent: $tangent:expr, lane: $lane:expr, buffer: $buffer:tt, value: $value:expr, changes: $changes:expr) => {
        fn $name(x: &mut [f64], k: f64, n: usize, w: &f64) -> f64 {
            let y = k * x[0] * w * n as f64;
            x.iter_mut().for_each(|x| *x *= k);
            y
        }
        #[allow(non_camel_case_types, reason = "a companion has its function's name")]
        enum $name {}
        impl $name {
            fn vjp(x: &mut [f64], k: f64, n: usize, w: &f64, seed: f64, bar: &mut [f64]) -> (f64, (f64, f64)) {
                let m = n as f64;
                let k_bar = seed * x[0] * w * m + x.iter().zip(bar.iter()).map(|(x, b)| x * b).sum::<f64>();
                let w_bar = $gradient(seed * k * x[0] * m);
                bar.iter_mut().for_each(|b| *b *= k);
                bar[0] += seed * k * w * m;
                let y = $name(x, k, n, w);
                x[0] += $changes;
                (y + $value, (k_bar, w_bar))
            }
            #[allow(clippy::too_many_arguments, reason = "arguments, seed and bars of a function of four")]
            fn vjp_into(
                x: &mut [f64],
                k: f64,
                n: usize,
                w: &f64,
                seed: f64,
                bar: &mut [f64],
                k_bar: &mut f64,
                w_bar: &mut f64,
            ) -> f64 {
                let (y, g) = $name::vjp(x, k, n, w, seed, bar);
                *k_bar $buffer g.0;
                *w_bar += g.1;
                y
            }
            fn jvp(x: &mut [f64], k: f64, n: usize, w: &f64, x_dot: &mut [f64], k_dot: f64, w_dot: &f64) -> (f64, f64) {
                let y_dot = (k_dot * x[0] * w + k * x_dot[0] * w + k * x[0] * w_dot) * n as f64;
                x_dot.iter_mut().zip(x.iter()).for_each(|(d, x)| *d = *d * k + x * k_dot);
                ($name(x, k, n, w), $tangent(y_dot))
            }
            fn jvps<const W: usize>(
                x: &mut [f64],
                k: f64,
                n: usize,
                w: &f64,
                x_dot: [&mut Vec<f64>; W],
                k_dot: [f64; W],
                w_dot: [&f64; W],
            ) -> (f64, [f64; W]) {
                let before = x.to_vec();
                let mut y = 0.0;
                let mut lanes = x_dot.into_iter();
                let y_dot = std::array::from_fn(|lane| {
                    x.copy_from_slice(&before);
                    let x_dot = lanes.next().unwrap();
                    let (value, y_dot) = $name::jvp(x, k, n, w, x_dot, k_dot[lane], w_dot[lane]);
                    y = value;
                    $lane(y_dot)
                });
                (y, y_dot)
            }
            fn grad(x: &mut [f64], k: f64, n: usize, w: &f64, bar: &mut [f64]) -> (f64, f64) {
                $name::vjp(x, k, n, w, 1.0, bar).1
            }
            fn value_and_grad(x: &mut [f64], k: f64, n: usize, w: &f64, bar: &mut [f64]) -> (f64, (f64, f64)) {
                $name::vjp(x, k, n, w, 1.0, bar)
            }
            fn grad_into(x: &mut [f64], k: f64, n: usize, w: &f64, bar: &mut [f64], k_bar: &mut f64, w_bar: &mut f64) {
                $name::vjp_into(x, k, n, w, 1.0, bar, k_bar, w_bar);
            }
        }
    };
}

fn same(x: f64) -> f64 {
    x
}

companion!(right, gradient: same, tangent: same, lane: same, buffer: +=, value: 0.0, changes: 0.0);
companion!(wrong_gradient, gradient: |g: f64| g * (1.0 + 1e-8), tangent: same, lane: same, buffer: +=, value: 0.0, changes: 0.0);
companion!(wrong_tangent, gradient: same, tangent: |d: f64| d * 1.0001, lane: same, buffer: +=, value: 0.0, changes: 0.0);
companion!(wrong_lane, gradient: same, tangent: same, lane: |d: f64| d + 1e-15, buffer: +=, value: 0.0, changes: 0.0);
companion!(no_number, gradient: |_: f64| f64::NAN, tangent: same, lane: same, buffer: +=, value: 0.0, changes: 0.0);
companion!(overwrites_buffer, gradient: same, tangent: same, lane: same, buffer: =, value: 0.0, changes: 0.0);
companion!(another_value, gradient: same, tangent: same, lane: same, buffer: +=, value: 1e-15, changes: 0.0);
companion!(another_argument, gradient: same, tangent: same, lane: same, buffer: +=, value: 0.0, changes: 1e-15);

macro_rules! found {
    ($($name:ident: $message:literal;)*) => {$(
        #[test]
        #[should_panic(expected = $message)]
        fn $name() {
            check_scalar!(super::$name(&mut vec![0.3, 0.7], 1.3, const 2, &0.9));
        }
    )*};
}

mod finds {
    use autodiff_tests::check_scalar;

    found! {
        wrong_gradient: "<v, J u>";
        no_number: "<v, J u>";
        wrong_tangent: "by central differences";
        wrong_lane: "by jvp";
        overwrites_buffer: "vjp_into";
        another_value: "vjp changes the value";
        another_argument: "vjp leaves other arguments";
    }
}

#[test]
fn accepts_what_is_right() {
    check_scalar!(right(&mut vec![0.3, 0.7], 1.3, const 2, &0.9));
}

#[test]
#[should_panic(expected = "a bad test")]
fn rejects_values_without_meaning() {
    check_scalar!(right(&mut vec![f64::NAN], 1.3, const 2, &0.9));
}

type Coordinates = [Vec<f64>];

/// The derivatives of [`right`] by hand, `off` from what they are.
fn by_hand(off: f64) -> impl Fn(&Coordinates, &Coordinates) -> (Vec<f64>, Vec<f64>) {
    move |at, u| {
        let (x, k, w) = (&at[0], at[1][0], at[2][0]);
        let (x_dot, k_dot, w_dot) = (&u[0], u[1][0], u[2][0]);
        let y_dot = 2.0 * (k_dot * x[0] * w + k * x_dot[0] * w + k * x[0] * w_dot);
        let changed = |i: usize| k_dot * x[i] + k * x_dot[i];
        (vec![2.0 * k * x[0] * w, k * x[0], k * x[1]], vec![y_dot * (1.0 + off), changed(0), changed(1)])
    }
}

#[test]
fn accepts_what_an_oracle_says() {
    check_scalar!(right(&mut vec![0.3, 0.7], 1.3, const 2, &0.9) by by_hand(0.0));
}

#[test]
#[should_panic(expected = "by the oracle")]
fn an_oracle_is_exact() {
    check_scalar!(right(&mut vec![0.3, 0.7], 1.3, const 2, &0.9) by by_hand(1e-7));
}

//! Macros of one's own: what they do to constants is nowhere to be seen, so it is proven that they do nothing.
use autodiff_core::differentiable;

macro_rules! bump {
    ($k:ident) => {
        $k += 1
    };
}

macro_rules! next {
    ($k:ident) => {{
        $k += 1;
        $k
    }};
}

macro_rules! set {
    ($k:ident = $e:expr) => {
        $k = $e
    };
}

macro_rules! stop {
    ($c:expr) => {
        if $c {
            return;
        }
    };
}

#[differentiable]
fn counts_up(x: &[f64]) -> f64 {
    let mut k = 0;
    let y = x[k];
    bump!(k);
    y * x[k]
}

#[differentiable]
fn counts_in_an_index(x: &[f64]) -> f64 {
    let mut k = 0;
    let y = x[next!(k)];
    y * x[k]
}

#[differentiable]
fn counts_where_it_prints(x: &[f64]) -> f64 {
    let mut k = 0;
    let y = x[k];
    println!("{}", next!(k));
    y * x[k]
}

#[differentiable]
fn counts_where_it_writes(x: &[f64]) -> f64 {
    use std::fmt::Write;
    let (mut k, mut text) = (0, String::new());
    let y = x[k];
    let _ = write!(text, "{}", next!(k));
    writeln!(text, "{}", next!(k)).unwrap();
    y * x[k]
}

#[differentiable]
fn assigns(x: &[f64]) -> f64 {
    let mut k = 0;
    let y = x[k];
    set!(k = 2);
    y * x[k]
}

#[differentiable]
fn leaves(x: &[f64], y: &mut [f64], k: usize) {
    y[0] = x[0] * x[k];
    stop!(k > 1);
    y[0] *= x[1];
}

mod by_known_names {
    use autodiff_core::differentiable;

    macro_rules! assert {
        ($k:ident, $c:expr) => {{
            $k += 1;
            if !$c {}
        }};
    }

    #[differentiable]
    fn counts(x: &[f64]) -> f64 {
        let mut k = 0;
        let y = x[k];
        assert!(k, k > 0);
        y * x[k]
    }

    macro_rules! matches {
        ($k:expr) => {
            $k * 2.0
        };
    }

    #[differentiable]
    fn doubles(x: &[f64]) -> f64 {
        let k = matches!(x[0]);
        k * x[1]
    }
}

fn main() {}

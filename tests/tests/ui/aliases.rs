//! A name that is taken for the file's own and is another one's: rustc has the word.
use autodiff_core::differentiable;

type Duration = f64;

#[differentiable]
fn decayed(x: f64, t: Duration) -> f64 {
    x * (-t).exp()
}

mod inner {
    use autodiff_core::differentiable;
    use std::time::*;

    #[differentiable]
    pub fn held(x: f64, #[nodiff] _time: Duration) -> f64 {
        2.0 * x
    }
}

fn main() {
    decayed(1.0, 2.0);
    inner::held(1.0, std::time::Duration::ZERO);
}

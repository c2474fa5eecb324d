//! Fields marked `#[nodiff]`, by the name of their struct, which may be another's; and changes of them that are not followed.
use autodiff_core::{Differentiable, differentiable};

mod hidden {
    #[derive(super::Differentiable, Clone)]
    pub struct Row {
        pub w: Vec<f64>,
        #[nodiff]
        pub at: Vec<f64>,
    }
}

// what a macro makes the file does not show
macro_rules! other {
    ($name:ident) => {
        #[derive(Differentiable, Clone)]
        pub struct $name {
            pub w: Vec<f64>,
            pub at: Vec<f64>,
        }
    };
}
other!(Row);

#[differentiable]
fn not_marked(r: &Row) -> f64 {
    r.w[0] * r.at[0]
}

#[differentiable]
fn among_others(rows: &[Row]) -> f64 {
    let mut s = 0.0;
    for r in rows {
        let k = r.at[0];
        s += r.w[0] * k;
    }
    s
}

#[differentiable]
fn taken_apart(r: &Row, x: f64) -> f64 {
    let (Row { w, at }, y) = (r, x);
    w[0] * at[0] * y
}

#[differentiable]
fn in_arms(r: &Row, x: f64) -> f64 {
    match r {
        Row { w, at } => w[0] * at[0] * x,
    }
}

#[differentiable]
fn grown(r: &mut hidden::Row, x: f64) {
    r.at.push(2.0);
    r.w[0] *= x;
}

#[differentiable]
fn stored(r: &mut hidden::Row, x: f64) {
    r.at[0] = x;
}

fn main() {}

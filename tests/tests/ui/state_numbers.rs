//! A type without derivatives may hold numbers: what is put into them has a derivative that would be lost.
use autodiff_core::differentiable;

#[derive(Clone)]
struct Record {
    sum: f64,
    calls: usize,
}

impl Record {
    fn new() -> Self {
        Record { sum: 0.0, calls: 0 }
    }
}

#[differentiable]
fn add(x: f64, sum: &mut f64) -> f64 {
    *sum += x;
    x
}

#[differentiable]
fn count(x: f64, #[nodiff] record: &mut Record) -> f64 {
    record.calls += 1;
    x * record.calls as f64
}

#[differentiable]
fn a_part_is_lent(x: f64) -> f64 {
    let mut record = Record::new();
    let a = count(x, &mut record);
    add(a, &mut record.sum) * record.sum
}

#[differentiable]
fn a_part_is_assigned(x: f64) -> f64 {
    let mut record = Record::new();
    let a = count(x, &mut record);
    record.sum = a;
    record.sum * a
}

#[differentiable]
fn a_part_is_replaced(x: f64) -> f64 {
    let mut record = Record::new();
    let a = count(x, &mut record);
    let old = std::mem::replace(&mut record.sum, a);
    record.sum * old
}

fn main() {}

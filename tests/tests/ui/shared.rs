//! Active values in cells, locks and channels, and in other threads.
use autodiff_core::differentiable;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::{
        Mutex,
        mpsc::channel,
    },
};

#[differentiable]
fn apply<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 {
    f(x) + f(2.0 * x)
}

#[differentiable]
fn in_a_closure(x: f64) -> f64 {
    let sum = Cell::new(0.0);
    let y = apply(
        |t| {
            sum.set(sum.get() + t);
            t * t
        },
        x,
    );
    y * sum.get()
}

#[differentiable]
fn in_a_shared_pointer(x: f64) -> f64 {
    let list = Rc::new(RefCell::new(Vec::new()));
    list.borrow_mut().push(x * x);
    list.borrow().iter().sum::<f64>()
}

#[differentiable]
fn in_a_lock(x: f64) -> f64 {
    let total = Mutex::new(0.0);
    *total.lock().unwrap() += x * x;
    total.into_inner().unwrap()
}

#[differentiable]
fn through_a_channel(x: f64) -> f64 {
    let (sender, receiver) = channel();
    sender.send(x * x).unwrap();
    receiver.recv().unwrap()
}

#[differentiable]
fn in_a_thread(x: f64) -> f64 {
    std::thread::scope(|s| s.spawn(|| x * x).join().unwrap())
}

thread_local! {
    static TOTAL: Cell<f64> = const { Cell::new(0.0) };
}

#[differentiable]
fn in_a_thread_local(x: f64) -> f64 {
    TOTAL.with(|t| t.set(x * x));
    x
}

#[differentiable]
fn applied(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * x
}

// a constant in a cell that a closure counts with: reverse mode runs it again
#[differentiable]
fn counted_by_a_closure(x: f64) -> f64 {
    let k = Cell::new(1.0);
    let log = RefCell::new(vec![2.0]);
    let r = applied(|t| { k.set(k.get() + 1.0); t * k.get() }, x);
    let v = nalgebra::Vector2::new(x, r).map(|t| { log.borrow_mut().push(1.0); t * log.borrow().len() as f64 });
    let read = applied(|t| t * log.borrow()[0] * k.get(), x);
    v.norm_squared() * k.get() * read
}

fn main() {}

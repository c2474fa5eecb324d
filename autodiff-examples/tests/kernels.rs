//! The kernels of the benchmarks: the attribute's gradient is the one that is written by hand, and the function for the number
//! types of other crates is the function.
#[path = "../benches/gradients/kernels/mod.rs"]
mod kernels;

use kernels::{Entry, Kernel, LIST, Visitor};

/// The largest difference, relative to the largest number.
fn difference(actual: &[f64], expected: &[f64]) -> f64 {
    let largest = |numbers: &mut dyn Iterator<Item = f64>| numbers.map(f64::abs).fold(0.0, f64::max);
    let differences = largest(&mut actual.iter().zip(expected).map(|(a, e)| a - e));
    differences / largest(&mut expected.iter().copied())
}

/// What does not agree.
struct Compare;

impl Visitor for Compare {
    type Result = Vec<String>;

    fn visit<K: Kernel>(self, kernel: &K) -> Vec<String> {
        let x = kernel.x();
        // what is in the buffers stays there
        let (mut ours, mut by_hand) = (vec![0.25; x.len()], vec![0.25; x.len()]);
        let value = kernel.primal(x);
        let values = [
            ("the value by the attribute", kernel.by_attribute(x, &mut ours)),
            ("the value by hand", kernel.by_hand(x, &mut by_hand)),
            ("the generic value", kernel.generic(x)),
        ];
        ours.iter_mut().chain(&mut by_hand).for_each(|bar| *bar -= 0.25);
        let values = values.into_iter().map(|(what, actual)| (what, difference(&[actual], &[value])));
        let differences = values.chain([("the gradient", difference(&ours, &by_hand))]);
        let large = differences.filter(|(_, difference)| difference.is_nan() || *difference > 1e-10);
        large.map(|(what, difference)| format!("{what} differs by {difference:e}")).collect()
    }
}

#[test]
fn agreement() {
    let all = LIST.iter().flat_map(|entry: &Entry| {
        let size = if entry.smallest > 0 { entry.smallest } else { entry.size };
        let Entry { name, unit, .. } = entry;
        entry.visit(size, Compare).into_iter().map(move |difference| format!("{name}, {size} {unit}: {difference}"))
    });
    let all: Vec<String> = all.collect();
    assert!(all.is_empty(), "{all:#?}");
}

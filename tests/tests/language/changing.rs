//! Constants that change, whatever binds them: what is read of them in reverse is what was read on the way there.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;
use std::cell::Cell;

use super::counting::{self, Counter, World};

/// `fn name(x, params, n) { let mut sum; setup { .. place .. } }`
macro_rules! counted {
    ($($name:ident ($($param:tt)*) { $($setup:tt)* } $place:expr;)*) => { $(
        #[differentiable]
        fn $name(x: &[f64], $($param)* n: usize) -> f64 {
            let mut sum = 0.3;
            $($setup)*
            for _ in 0..n {
                let a = x[$place.at] * sum + x[0];
                let k = $place.min(1);
                sum += a * a * x[k] * x[$place.at];
                let l = $place.last();
                let m = $place.sum();
                sum *= a * x[l] + x[m] * x[$place.at];
            }
            sum
        }
    )* };
}

counted! {
    by_a_call() { let mut c = counting::counter(); } c;
    by_a_constant() { let mut c = counting::START; } c;
    by_a_pattern() { let (mut c, _) = counting::pair(); } c;
    by_a_nested_pattern() { let ((mut c, _), _) = (counting::pair(), 1); } c;
    by_a_part() { let pair = counting::pair(); let mut c = pair.0; } c;
    by_a_field(#[nodiff] world: &World,) { let mut c = world.counter; } c;
    by_a_pattern_of_a_struct(#[nodiff] world: World,) { let World { counter: mut c } = world; } c;
    by_a_pattern_of_an_array() { let list = [counting::START]; let [mut c] = list; } c;
    by_a_parameter(#[nodiff] mut c: Counter,) {} c;
    behind_a_parameter(#[nodiff] c: &mut Counter,) {} c;
    within_a_parameter(#[nodiff] world: &mut World,) {} world.counter;
    within_a_local() { let mut world = counting::world(); } world.counter;
    within_a_tuple() { let mut t = (counting::counter(), 1); } t.0;
    within_a_list(#[nodiff] list: &mut Vec<Counter>,) {} list[0];
    within_a_local_list() { let mut list = counting::many(); } list[1];
    by_an_option() { let mut c = counting::some().unwrap(); } c;
    by_let_else() { let Some(mut c) = counting::some() else { return 0.0 }; } c;
    by_a_branch() { let mut c = if counting::START.at == 1 { counting::counter() } else { counting::START }; } c;
    by_a_copy() { let first = counting::counter(); let mut c = first; } c;
    by_an_entry(#[nodiff] list: &[Counter],) { let mut c = list[0]; } c;
    by_a_reference(#[nodiff] first: &Counter,) { let mut c = *first; } c;
    through_a_reference() { let mut first = counting::counter(); let c = &mut first; } c;
}

#[differentiable]
fn by_a_loop(x: &[f64], #[nodiff] list: &[Counter], n: usize) -> f64 {
    let mut sum = 0.3;
    for mut c in list.iter().copied() {
        for _ in 0..n {
            let a = x[c.at] * sum;
            sum += a * x[c.min(1)] * x[c.at];
        }
    }
    sum
}

#[differentiable]
fn by_an_arm(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    match counting::some() {
        Some(mut c) => {
            for _ in 0..n {
                let a = x[c.at] * sum;
                sum += a * x[c.last()] * x[c.at];
            }
        }
        None => sum += x[0],
    }
    sum
}

fn numbers() -> (usize, Vec<usize>) {
    (1, vec![0, 2, 1])
}

#[differentiable]
fn numbers_of_patterns(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let (mut k, mut list) = numbers();
    for _ in 0..n {
        let a = x[k] * sum * x[list[0]];
        k = (k + 1) % 3;
        list.rotate_left(1);
        sum += a * a * x[k] * x[list[1]];
    }
    sum
}

#[differentiable]
fn counters_of_loops(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    for mut k in 0..n {
        let a = x[k % 3] * sum + x[0];
        k += 1;
        sum += a * a * x[k % 3];
    }
    for (i, mut k) in [0_usize, 2, 1].into_iter().enumerate() {
        let a = x[k] * sum + x[i];
        k = (k + i) % 3;
        sum += a * a * x[k];
    }
    let list = vec![0_usize, 2, 1];
    for (i, mut k) in list.iter().copied().enumerate() {
        sum += x[k] * sum;
        k += i;
        sum += x[k % 3] * x[i] * sum;
    }
    sum
}

/// What counts beside the list is nobody's business afterwards.
#[differentiable]
fn counted_beside_a_list(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let mut list = vec![0_usize, 1, 2, 0, 1, 2, 2, 1, 0];
    for _ in 0..n {
        let mut k = 0;
        list.retain(|_| {
            k += 1;
            k != 2
        });
        sum *= x[list[1]] + sum;
        let mut l = 0;
        list.retain(|_| {
            l += 1;
            l != 1
        });
        sum *= x[list[0]] + x[l % 3];
    }
    sum
}

#[differentiable]
fn in_a_cell(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let c = Cell::new(1_usize);
    for _ in 0..n {
        let a = x[c.get()] * sum + x[0];
        let k = c.get();
        c.set((k + 1) % 3);
        sum += a * a * x[c.get()] * x[k];
    }
    sum
}

#[differentiable]
fn behind_shared_references(x: &[f64], #[nodiff] dice: &counting::Dice, n: usize) -> f64 {
    let mut sum = 0.3;
    dice.reset();
    let own = counting::dice();
    for _ in 0..n {
        let a = x[dice.get()] * sum + x[own.len()];
        let k = dice.min(1);
        sum += a * a * x[dice.len()] * x[k] * x[own.min(2)];
    }
    sum
}

#[test]
fn own_constants_change_by_methods_with_names_of_others() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(by_a_call(&x[..], const 4));
    check_scalar!(by_a_constant(&x[..], const 4));
    check_scalar!(by_a_pattern(&x[..], const 4));
    check_scalar!(by_a_nested_pattern(&x[..], const 4));
    check_scalar!(by_a_part(&x[..], const 4));
    check_scalar!(by_a_field(&x[..], const &counting::world(), const 4));
    check_scalar!(by_a_pattern_of_a_struct(&x[..], const counting::world(), const 4));
    check_scalar!(by_a_pattern_of_an_array(&x[..], const 4));
    check_scalar!(by_a_parameter(&x[..], const counting::START, const 4));
    check_scalar!(behind_a_parameter(&x[..], const &mut counting::counter(), const 4));
    check_scalar!(within_a_parameter(&x[..], const &mut counting::world(), const 4));
    check_scalar!(within_a_local(&x[..], const 4));
    check_scalar!(within_a_tuple(&x[..], const 4));
    check_scalar!(within_a_list(&x[..], const &mut counting::many(), const 4));
    check_scalar!(within_a_local_list(&x[..], const 4));
    check_scalar!(by_an_option(&x[..], const 4));
    check_scalar!(by_let_else(&x[..], const 4));
    check_scalar!(by_a_branch(&x[..], const 4));
    check_scalar!(by_a_copy(&x[..], const 4));
    check_scalar!(by_an_entry(&x[..], const &counting::many()[..], const 4));
    check_scalar!(by_a_reference(&x[..], const &counting::START, const 4));
    check_scalar!(through_a_reference(&x[..], const 4));
    check_scalar!(by_a_loop(&x[..], const &counting::many()[..], const 4));
    check_scalar!(by_an_arm(&x[..], const 4));
}

#[test]
fn numbers_that_patterns_bind() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(numbers_of_patterns(&x[..], const 4));
    check_scalar!(counters_of_loops(&x[..], const 4));
    check_scalar!(counted_beside_a_list(&x[..], const 3));
}

#[test]
fn constants_change_behind_shared_references() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(in_a_cell(&x[..], const 4));
    check_scalar!(behind_shared_references(&x[..], const &counting::dice(), const 4));
}

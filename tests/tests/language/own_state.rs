//! Constants of a function's own that change: known by what they start as, lent to functions of the language, and changed by others.
use super::counting;
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

fn step(k: &mut usize) -> usize {
    *k = (*k + 2) % 5;
    *k
}
fn turn(c: &mut [usize]) {
    c.rotate_left(1);
}
fn note(c: &mut Vec<usize>, k: usize) {
    c.push(c[0]);
    c[0] = k;
}
#[derive(Clone)]
struct Dice {
    at: usize,
    seen: Vec<usize>,
}
impl Dice {
    fn new(at: usize) -> Self {
        Dice { at, seen: vec![1, 2] }
    }
    fn next(&mut self) -> usize {
        self.at = (self.at + 1) % 3;
        self.seen[self.at % 2] = self.at;
        self.at
    }
}
#[differentiable]
fn at(x: &[f64], k: &mut usize) -> f64 {
    let e = x[*k % 3].sin();
    *k += 1;
    e
}
#[differentiable]
fn all(x: &[f64], c: &mut [usize]) -> f64 {
    let e = x[c[0] % 3].sin();
    c[0] = (c[0] + 1) % 3;
    e
}
#[differentiable]
fn grown(x: &[f64], c: &mut Vec<usize>) -> f64 {
    let e = x[c[0] % 3] * x[c.len() % 3];
    c.push(1);
    e
}
#[differentiable]
fn thrown(x: &[f64], #[nodiff] dice: &mut Dice) -> f64 {
    let k = dice.next();
    x[k].sin() * x[dice.seen[0] % 3]
}
#[differentiable]
fn an_own_integer(x: &[f64]) -> f64 {
    let mut k = 1_usize;
    let e = x[k % 3] * x[0];
    let a = at(x, &mut k);
    step(&mut k);
    e * a * x[k % 3] * at(x, &mut k)
}
#[differentiable]
fn what_a_function_gives(x: &[f64]) -> f64 {
    let mut j = 0;
    let mut k = step(&mut j);
    let e = x[k % 3] * x[j % 3];
    let a = at(x, &mut k);
    step(&mut k);
    e * a * x[k % 3]
}
#[differentiable]
fn an_own_list(x: &[f64]) -> f64 {
    let mut c = vec![0_usize; 3];
    let e = x[c[0]] * x[2];
    let a = all(x, &mut c);
    turn(&mut c);
    let r = &mut c[1..];
    let b = all(x, r);
    turn(r);
    e * a * b * x[c[0]] * x[c[2]]
}
#[differentiable]
fn an_own_list_that_grows(x: &[f64]) -> f64 {
    let mut c: Vec<usize> = vec![2];
    let e = x[c[0]] * x[1];
    let a = grown(x, &mut c);
    note(&mut c, 1);
    c.push(0);
    e * a * x[c[0]] * x[c.len() - 2] * grown(x, &mut c)
}
#[differentiable]
fn own_dice(x: &[f64]) -> f64 {
    let mut dice = Dice::new(1);
    let mut p = 1.0;
    for i in 0..3 {
        let e = x[dice.at] * x[i];
        p *= thrown(x, &mut dice);
        let mut k = dice.next();
        p += e * x[dice.seen[1] % 3] * at(x, &mut k);
    }
    p
}
#[differentiable]
fn items_of_an_own_list(x: &[f64]) -> f64 {
    let mut c = [0, 1, 2, 1];
    let mut p = 1.0;
    for w in c.chunks_mut(2) {
        p *= x[w[0] % 3];
        p += all(x, w);
        turn(w);
    }
    for (i, e) in c.iter_mut().enumerate() {
        p *= x[(*e + i) % 3];
        p += at(x, e);
        step(e);
    }
    p * x[c[0] % 3] * x[c[3] % 3]
}

#[differentiable]
fn items_of_a_list(x: &[f64], c: &mut Vec<usize>) -> f64 {
    let mut p = 1.0;
    for e in c.iter_mut() {
        p *= x[*e % 3];
        p += at(x, e);
        *e = (*e + 1) % 3;
        p *= x[*e];
    }
    let (a, b) = c.split_at_mut(1);
    p *= all(x, a) * all(x, b);
    b[0] = a[0] + 1;
    p * x[b[0] % 3] * x[c[0] % 3]
}
#[differentiable]
fn recursive(x: &[f64], c: &mut [usize], n: usize) -> f64 {
    if n == 0 {
        return x[c[0] % 3];
    }
    let e = x[c[0] % 3] * x[c[1] % 3];
    c[0] += 1;
    let r = recursive(x, c, n - 1) * recursive(x, &mut c[1..], 0);
    e * r + x[c[0] % 3]
}
#[differentiable]
fn recursive_in_a_number(x: &[f64], k: &mut usize, n: usize) -> f64 {
    if n == 0 {
        return x[*k % 3];
    }
    let e = x[*k % 3].sin();
    *k += 1;
    let mut c = [n - 1, 2];
    let r = recursive_in_a_number(x, k, n - 1) + recursive_in_a_number(x, &mut c[1], n - 1);
    e * r * x[c[1] % 3]
}
#[differentiable]
fn turned_in_a_block(x: &[f64], c: &mut [usize; 4]) -> f64 {
    let e = x[c[0]] * x[c[3] % 3];
    {
        let s = &mut c[..3];
        turn(&mut s[2..]);
        turn(s);
    }
    e * x[c[0]]
}
/// What is read through it is behind a reference that could change it.
#[differentiable]
fn halves_that_are_read(x: &[f64]) -> f64 {
    let mut c: Vec<usize> = vec![0, 1, 2];
    let mut a = x[0] * grown(x, &mut c);
    {
        let (s, t) = c.split_at_mut(2);
        a *= if s.len() == t[0] { x[t[0]] * s[1] as f64 } else { x[s[0]] };
        a *= x[s[1]];
    }
    a * x[c[0]]
}

/// One entry shows what all of them are.
#[differentiable]
fn a_list_of_which_one_entry_is_known(x: &[f64]) -> f64 {
    let mut c = vec![if x[0] > 0.5 { x.len() - 1 } else { x.len() - 2 }, x.len() - 1, 1_usize];
    c.swap(0, 2);
    let a = shifted(x, &mut c);
    a * x[c[0]]
}

/// Reads by a list, and changes it.
#[differentiable]
fn shifted(x: &[f64], c: &mut [usize]) -> f64 {
    let y = x[c[0]] * x[c[1]];
    c[0] = (c[0] + 1) % x.len();
    y
}

/// What it is the function does not show.
#[differentiable]
fn a_map_that_counts(x: &[f64], n: usize) -> f64 {
    let mut c = counting::counter();
    let mut sum = 0.0;
    for _ in 0..n {
        let a = x[c.at] * sum + x[0];
        let k = c.map(|k| (k + 1) % 3);
        sum += a * a * x[k];
    }
    sum
}

/// Methods that would be a number's and an iterator's.
#[differentiable]
fn names_that_count(x: &[f64], n: usize) -> f64 {
    let mut c = counting::counter();
    let mut sum = 0.0;
    for _ in 0..n {
        let a = x[c.at] * sum + x[0];
        let k = c.min(1);
        sum += a * a * x[k] * x[c.at];
        let l = c.last();
        sum *= a * x[l];
    }
    sum
}

#[test]
fn methods_of_constants_may_change_them() {
    check_scalar!(a_map_that_counts(&[0.7, -1.2, 0.4], const 4));
    check_scalar!(names_that_count(&[0.7, -1.2, 0.4], const 4));
}

#[test]
fn locals_that_are_lent_and_changed() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(an_own_integer(&x[..]));
    check_scalar!(what_a_function_gives(&x[..]));
    check_scalar!(an_own_list(&x[..]));
    check_scalar!(an_own_list_that_grows(&x[..]));
    check_scalar!(own_dice(&x[..]));
    check_scalar!(halves_that_are_read(&x[..]));
    check_scalar!(a_list_of_which_one_entry_is_known(&x[..]));
}

#[test]
fn parts_that_are_lent_and_changed() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(items_of_an_own_list(&x[..]));
    check_scalar!(items_of_a_list(&x[..], const &mut vec![0, 1, 2]));
    check_scalar!(turned_in_a_block(&x[..], const &mut [0, 1, 2, 1]));
}

#[test]
fn functions_that_lend_to_themselves() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(recursive(&x[..], const &mut [0, 1, 2][..], const 2));
    check_scalar!(recursive_in_a_number(&x[..], const &mut 1, const 2));
}

#[derive(Clone, Debug)]
struct Gear {
    at: usize,
}

impl Gear {
    fn cycle(&mut self) -> usize {
        self.at = (self.at + 1) % 3;
        self.at
    }
}

/// A method of the user's with the name of an iterator's.
#[differentiable]
fn geared(x: &[f64], n: usize) -> f64 {
    let mut g = Gear { at: 0 };
    let mut s = 0.0;
    for i in 0..n {
        s += x[g.cycle()] * x[g.at];
        let k = g.cycle() % (i + 1);
        s *= x[k];
        g.cycle();
        s += x[g.at];
    }
    s * x[g.at]
}

#[test]
fn a_method_named_like_an_iterators() {
    check_scalar!(geared(&[0.3, 0.6, 0.9, 0.4][..], const 3));
}

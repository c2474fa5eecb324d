//! Constants that change through references into them: by patterns, by methods that give an entry, by items of loops.
use super::counting::{self, Counter};
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

#[differentiable]
fn options(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let mut o = counting::some();
    if let Some(c) = o.as_mut() {
        for _ in 0..n {
            let a = x[c.at] * sum + x[0];
            let k = c.step(1);
            sum += a * a * x[k];
        }
    }
    if let Some(c) = &mut o {
        c.step(2);
        let a = x[c.at] * sum + x[0];
        c.min(1);
        sum *= a * x[c.at];
    }
    for i in 0..n {
        match &mut o {
            Some(c) if c.at == 1 => {
                sum *= x[0];
                c.at = 2;
            }
            Some(c) => {
                c.step(1);
                sum += sum * x[c.at];
            }
            None => sum += x[2],
        }
        let Some(c) = &mut o else { break };
        sum *= x[c.last()] + x[c.at];
        if i == 2 {
            o = None;
        }
    }
    sum
}

#[differentiable]
fn an_option_that_is_lent(x: &[f64], o: &mut Option<usize>, n: usize) -> f64 {
    let mut sum = 0.3;
    if let Some(k) = o {
        for _ in 0..n {
            let a = x[*k % 3] * sum + x[0];
            *k += 1;
            sum += a * a * x[*k % 3];
        }
    }
    match o.as_mut() {
        Some(k) => {
            *k = (*k + 1) % 3;
            sum *= x[*k];
        }
        None => sum += 1.0,
    }
    sum
}

#[derive(Clone)]
enum State {
    One(usize, Vec<usize>),
    Two { k: usize },
    Three,
}

fn touch(k: &mut usize) -> usize {
    *k = (*k * 2 + 1) % 7;
    *k % 3
}

#[differentiable]
fn a_machine(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let mut s = State::One(0, vec![1, 2]);
    for _ in 0..n {
        match &mut s {
            State::One(k, list) => {
                let a = x[*k] * sum * x[list[0]];
                *k = touch(k);
                list.push(*k);
                list.swap(0, 1);
                sum += a * a * x[list[0]];
                if list.len() > 3 {
                    s = State::Two { k: 1 };
                }
            }
            State::Two { k } => {
                sum += sum * x[*k];
                *k = (*k + 1) % 3;
                sum *= x[*k];
                if *k == 0 {
                    s = State::Three;
                }
            }
            State::Three => sum *= x[1],
        }
    }
    sum
}

#[differentiable]
fn tuples(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let mut p = (1_usize, 2_usize);
    for i in 0..n {
        let (a, b) = &mut p;
        *a = (*a + *b) % 3;
        sum += sum * x[*a];
        *b = i % 3;
        sum *= x[*b] * x[*a];
        let &mut (k, l) = &mut p;
        p.0 = (p.0 + 1) % 3;
        sum *= x[k] + x[l] + x[p.0];
    }
    sum
}

#[differentiable]
fn two_at_once(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let (mut a, mut b) = (1_usize, n);
    for i in 0..n {
        let (k, l) = (&mut a, &mut b);
        *k = (*l + 1) % 3;
        sum += x[*k] * sum;
        *l = *k + i;
        sum += x[a] * sum;
    }
    sum
}

#[differentiable]
fn entries(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let mut list = vec![Some(1_usize), None, Some(2)];
    for i in 0..n {
        if let Some(k) = &mut list[i % 3] {
            let a = x[*k] * sum;
            *k = (*k + 1) % 3;
            sum += a * x[*k];
        }
        let Some(e) = list.get_mut(i % 2) else { continue };
        if let Some(k) = e {
            sum *= x[*k];
            *k = 0;
        }
        sum += x[1];
    }
    while let Some(Some(k)) = list.last_mut() {
        sum *= x[*k];
        *k += 1;
        if *k > 2 {
            list.pop();
        }
    }
    sum
}

#[differentiable]
fn own_entries(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let mut list = counting::many();
    for i in 0..n {
        let c = list.last_mut().unwrap();
        c.step(1);
        sum *= x[c.at] + sum;
        c.step(i);
        sum += x[c.at];
        if let [a, ..] = &mut list[..] {
            a.step(1);
            sum *= x[a.at];
            a.min(1);
            sum += x[a.at] * sum;
        }
        match list.as_mut_slice() {
            [a, b] => {
                a.step(1);
                sum *= x[a.at] * x[b.at];
                b.step(1);
                sum += x[b.at] * sum;
            }
            _ => sum += 1.0,
        }
    }
    sum
}

#[differentiable]
fn items(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let mut list = counting::many();
    for _ in 0..n {
        list.iter_mut().for_each(|c| {
            sum *= x[c.at];
            c.step(1);
            sum += x[c.at] * sum;
        });
        sum = list.iter_mut().fold(sum, |s, c| {
            let t = s * x[c.at];
            c.step(2);
            t + x[c.at]
        });
        sum *= list.iter_mut().map(|c| x[c.step(1)]).sum::<f64>();
        for c in list.iter_mut().rev() {
            sum *= x[c.at];
            let d = c;
            d.step(1);
            sum += x[d.at] * sum;
        }
    }
    sum
}

/// What is handed on is the same constant.
#[differentiable]
fn handed_on(x: &[f64], #[nodiff] c: &mut Counter, n: usize) -> f64 {
    let mut sum = 0.3;
    let d = c;
    for _ in 0..n {
        let a = x[d.at] * sum;
        d.step(1);
        sum += a * a * x[d.at];
    }
    sum
}

#[test]
fn constants_change_through_patterns() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(options(&x[..], const 4));
    check_scalar!(an_option_that_is_lent(&x[..], const &mut Some(1_usize), const 4));
    check_scalar!(an_option_that_is_lent(&x[..], const &mut None::<usize>, const 4));
    check_scalar!(a_machine(&x[..], const 6));
    check_scalar!(tuples(&x[..], const 4));
    check_scalar!(two_at_once(&x[..], const 4));
}

#[test]
fn constants_change_through_their_entries() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(entries(&x[..], const 4));
    check_scalar!(own_entries(&x[..], const 4));
    check_scalar!(items(&x[..], const 4));
    check_scalar!(handed_on(&x[..], const &mut counting::counter(), const 4));
}

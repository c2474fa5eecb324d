//! Mutable references to what is inside: of options, of an iterator's items, of the user's getters.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check_scalar;

#[derive(Clone, Copy, Debug, Differentiable)]
struct Point {
    a: f64,
    b: f64,
}

#[derive(Clone, Debug, Differentiable)]
struct Body {
    list: Vec<f64>,
    point: Point,
}

#[differentiable]
impl Point {
    fn first(&mut self) -> &mut f64 {
        &mut self.a
    }
    fn either(&mut self, first: bool) -> &mut f64 {
        if first { &mut self.a } else { &mut self.b }
    }
}

#[differentiable]
impl Body {
    fn point(&mut self) -> &mut Point {
        &mut self.point
    }
    fn list(&mut self) -> &mut Vec<f64> {
        &mut self.list
    }
}

const X: [f64; 3] = [0.7123, 0.4577, 0.9041];

#[differentiable]
fn inside_an_option(x: &[f64], n: usize) -> f64 {
    let mut s = Some(Point { a: x[0] * x[1], b: x[2] });
    let mut sum = 0.3;
    for i in 0..n {
        let y = x[i % 3] * sum;
        s.as_mut().unwrap().a *= y + 1.0;
        let c = &mut s.as_mut().expect("there is one").b;
        *c *= y;
        sum += *c;
        let p = s.as_mut().unwrap();
        p.b += p.a * y;
        sum *= s.map_or(0.0, |p| p.a * p.b);
    }
    sum
}

#[differentiable]
fn an_option_that_is_filled(x: &[f64], n: usize) -> f64 {
    let mut s = None;
    let mut sum = 0.3;
    for i in 0..n {
        let y = x[i % 3] * sum + 0.2;
        let c = s.get_or_insert(y * x[0]);
        *c *= y;
        *s.get_or_insert(0.0) += y * y;
        sum += s.unwrap_or(0.0);
        if i == 1 {
            s = None;
        }
    }
    sum
}

#[differentiable]
fn by_ref_mut(x: &[f64], n: usize) -> f64 {
    let mut s = Some(Point { a: x[0] * x[1], b: x[2] });
    let mut sum = 0.3;
    for i in 0..n {
        let y = x[i % 3] * sum;
        if let Some(ref mut p) = s {
            p.a *= y;
        }
        match s {
            Some(Point { ref mut a, ref mut b }) if *a > 0.01 => {
                *a *= y + *b;
                *b = *a * y;
            }
            _ => s = Some(Point { a: y, b: sum }),
        }
        let Some(ref mut p) = s else { break };
        p.b *= x[1];
        sum += p.a * p.b;
    }
    sum
}

#[differentiable]
fn the_item_of_an_iterator(x: &[f64], n: usize) -> f64 {
    let mut l = vec![x[0], x[1] * x[2], 0.65];
    let mut sum = 0.3;
    for i in 0..n {
        let y = x[i % 3] * sum + 0.4;
        if let Some(c) = l.iter_mut().find(|v| **v > 0.2137) {
            *c *= y;
        }
        *l.iter_mut().max_by(|a, b| a.total_cmp(b)).unwrap() *= y;
        let c = l.iter_mut().next().unwrap();
        *c *= y;
        let c = l.iter_mut().last().unwrap();
        *c += y * *c;
        if let Some(c) = l.iter_mut().rev().nth(1) {
            *c = c.sin() * y;
        }
        sum += l[0] * l[1] + l[2];
    }
    sum
}

#[differentiable]
fn options_in_a_list(x: &[f64], n: usize) -> f64 {
    let mut l = vec![Some(x[0]), None, Some(x[1] * x[2])];
    let mut sum = 0.3;
    for i in 0..n {
        let y = x[i % 3] * sum + 0.4;
        if let Some(c) = l[i % 3].as_mut() {
            *c *= y;
        }
        if let Some(Some(c)) = l.get_mut(i % 4) {
            *c *= y;
        } else {
            sum += y * y;
        }
        if let Some(Some(c)) = l.last_mut() {
            *c += y * *c;
        }
        sum += if let Some(Some(c)) = l.get(i) { c * y } else { y };
        for o in l.iter_mut() {
            match o {
                Some(c) if *c > 0.9137 => *c *= 0.5,
                Some(c) => *c += y,
                None => *o = Some(y * sum),
            }
        }
    }
    sum
}

#[differentiable]
fn parts_of_items(x: &[f64], n: usize) -> f64 {
    let mut l = vec![Point { a: x[0] * x[1], b: x[2] }, Point { a: 0.6, b: x[1] }];
    let mut sum = 0.3;
    for i in 0..n {
        let y = x[i % 3] * sum + 0.4;
        for Point { a, b } in l.iter_mut() {
            *b += y;
            let c = &mut *a;
            *c *= y + *b;
        }
        if let [Point { a, .. }, q] = &mut l[..] {
            q.b *= y;
            *a *= q.b;
        }
        let Point { a, b } = &mut l[i % 2];
        *b *= y;
        *a *= *b;
        sum += l[0].a * l[1].b;
    }
    sum
}

#[differentiable]
fn getters(x: &[f64], n: usize) -> f64 {
    let mut s = Body { list: vec![x[0], x[1] * x[2]], point: Point { a: x[0], b: x[2] } };
    let mut sum = 0.3;
    for i in 0..n {
        let y = x[i % 3] * sum + 0.4;
        *s.point().first() *= y;
        let c = s.point.either(i == 1);
        *c *= y;
        let d = s.point.either(i == 0);
        sum += bump(d, y);
        sum += bump(s.point().first(), sum);
        let p = s.point();
        p.a *= y + p.b;
        s.list()[0] *= y;
        let c = s.point().first();
        *c *= y;
        let c = s.list().last_mut().unwrap();
        *c += y * y;
        sum += s.point.a * s.point.b + s.list[0] * s.list[1];
    }
    sum
}

#[test]
fn options() {
    check_scalar!(inside_an_option(&X[..], const 3));
    check_scalar!(an_option_that_is_filled(&X[..], const 4));
    check_scalar!(by_ref_mut(&X[..], const 3));
    check_scalar!(options_in_a_list(&X[..], const 4));
}

#[test]
#[should_panic(expected = "there is one")]
fn an_empty_option_panics_as_it_does() {
    #[differentiable]
    fn f(x: f64, empty: bool) -> f64 {
        let mut s = if empty { None } else { Some(x * x) };
        *s.as_mut().expect("there is one") *= x;
        s.unwrap_or(0.0)
    }
    check_scalar!(f(1.3, const false));
    let _ = f::grad(1.3, true);
}

#[test]
fn items() {
    check_scalar!(the_item_of_an_iterator(&X[..], const 3));
    check_scalar!(parts_of_items(&X[..], const 3));
}

#[test]
fn what_getters_hand_out() {
    check_scalar!(getters(&X[..], const 3));
}

/// What the reference led into is there no more when the loop is left.
#[differentiable]
fn an_option_left_empty(x: &[f64], n: usize) -> f64 {
    let mut s = Some(x[0] * x[1]);
    let mut sum = 0.4;
    for i in 0..n {
        let y = x[i % 3] * sum;
        sum += (s.unwrap_or(0.3) * 1.3).sin() * y;
        while let Some(c) = &mut s {
            if *c > 0.9137 {
                s = None;
                break;
            }
            *c += y * sum;
            break;
        }
        if i == 2 {
            s = Some(y);
        }
    }
    sum
}

#[differentiable]
fn perhaps(y: f64, k: usize) -> Option<f64> {
    if k == 1 { None } else { Some(y * y) }
}

/// What an entry is given is of another shape than what was there.
#[differentiable]
fn entries_of_other_shapes(x: &[f64], n: usize) -> f64 {
    let mut s = vec![Some(x[0]), None, Some(x[1])];
    let mut rows = vec![vec![x[0], x[1]], vec![x[2]]];
    let mut sum = 0.4;
    for i in 0..n {
        let y = x[i % 3] * sum;
        let mut o = s[0].take();
        if let Some(c) = &mut o {
            *c *= y;
        }
        s[2] = o;
        sum += s[2].unwrap_or(0.2);
        s[i % 3] = perhaps(y, i);
        let k = perhaps(sum, n - i);
        s[1] = k;
        sum += s[1].unwrap_or(0.2) * s[0].unwrap_or(sum);
        let row: Vec<f64> = rows[0].iter().take(i + 1).map(|v| v * y).collect();
        rows[1] = row;
        sum *= rows[1][0] + 0.5;
    }
    sum
}

#[differentiable]
fn bump(v: &mut f64, y: f64) -> f64 {
    *v *= y;
    *v * y
}

/// A copy that is changed is not the variable.
#[differentiable]
fn made_on_the_spot(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.4;
    let mut s = x[0];
    let mut p = Point { a: x[1], b: x[2] };
    let l = vec![x[0], x[1]];
    for i in 0..n {
        let y = x[i % 3] * sum;
        let v = &mut {
            s *= y;
            s
        };
        *v *= s + 2.0;
        sum += *v * s;
        sum += bump(&mut { s }, y) + s;
        let q = &mut { p };
        q.a *= 3.0 * y;
        p.b += q.b * q.a;
        sum += q.a * p.a * p.b;
        let v = &mut if i == 1 { s } else { y };
        *v *= 1.5 * y;
        sum += *v * s * y;
        let m = &mut { l[0] };
        *m *= y;
        sum += *m * l[0];
        let m = &mut l.clone();
        m[0] *= y;
        sum += m[0] * l[0];
        for v in [s, y].iter_mut() {
            *v *= y;
            sum += *v * s;
        }
        if let Some(v) = &mut Some(s) {
            *v *= y;
            sum += *v * s;
        }
        sum = sum.sin();
    }
    sum
}

/// Values that nobody takes, and lists that are taken out.
// dropping numbers and draining all are what is tested
#[allow(dropping_copy_types, clippy::drain_collect)]
#[differentiable]
fn taken_and_dropped(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.4;
    let mut o = Some(x[0] * x[1]);
    let mut l = vec![x[0], x[1], x[2]];
    for i in 0..n {
        let y = x[i % 3] * sum;
        match i {
            1 => drop(y * y),
            _ => sum += y,
        }
        drop({
            sum *= y;
            sum
        });
        o.take().unwrap_or(y);
        match i {
            0 => {
                let _ = *o.get_or_insert(y);
            }
            1 => o = None,
            _ => sum += *o.get_or_insert(y),
        }
        let p = Point { a: *o.get_or_insert(y * sum), b: sum };
        sum += p.a * p.b;
        for v in [*o.get_or_insert(y), sum] {
            sum += v * y;
        }
        o.replace(y * sum).unwrap_or(sum);
        sum += o.unwrap_or(0.3);
        while l.len() < 4 {
            l.push(y + l.len() as f64 * sum);
        }
        sum += l.drain(..1).map(|v| v * y).sum::<f64>();
        for v in l.drain(1..) {
            sum += v * sum;
        }
        l.push(sum * y);
        l.push(y);
        for (k, v) in l.drain(..2).enumerate() {
            sum += v * k as f64;
        }
        let k: Vec<f64> = l.drain(..).collect();
        sum += k.len() as f64 * y;
        sum = sum.sin();
    }
    sum
}

// such loops are what is tested
#[allow(for_loops_over_fallibles)]
#[differentiable]
fn loops_over_options(x: &[f64], n: usize) -> f64 {
    let mut o = Some(x[1]);
    let mut l = vec![Some(x[0]), None, Some(x[1] * x[2])];
    let mut sum = 0.0;
    for i in 0..n {
        let y = x[i % 3] + sum;
        for c in &mut o {
            if *c > 3.0 {
                break;
            }
            *c *= y;
        }
        for c in &o {
            sum += c;
        }
        for c in o {
            if c > 3.0 {
                continue;
            }
            sum += c * y;
        }
        for c in l.iter_mut().flatten() {
            *c *= y;
        }
        for c in l.iter().flatten() {
            sum += c * sum;
        }
        sum = sum.sin();
    }
    sum
}

#[derive(Clone, Copy, Debug, Differentiable)]
enum Shape {
    Circle { r: f64 },
    Square(f64),
}
use Shape::{Circle, Square};

/// A variant that is named without its type is still one of several.
#[differentiable]
fn variants_by_their_own_names(x: &[f64], i: usize) -> f64 {
    let mut l = vec![Circle { r: x[0] }, Square(x[1])];
    let mut sum = 0.1;
    if let Some(Circle { r }) = l.get(i) {
        sum += r * r;
    } else {
        sum += x[2];
    }
    if let Some(Circle { r }) = l.get_mut(i) {
        *r *= x[1];
    }
    if let Some(Square(a)) = l.last() {
        sum += a * x[0];
    }
    if let Some(Circle { r }) = l.first() {
        sum += r * r;
    }
    sum
}

/// What comes first is done first, where an option is filled beside it.
#[differentiable]
fn filled_in_order(x: &[f64], empty: bool) -> f64 {
    let mut s = x[0];
    let mut o = if empty { None } else { Some(x[1]) };
    let a = {
        let r = s;
        r * *o.get_or_insert(s * x[2])
    };
    o = None;
    let b = s * bump(&mut s, x[2]) + perhaps(s, 0).unwrap_or(s) * *o.get_or_insert(0.4);
    let v = &mut (s);
    *v *= b;
    a + b * s + bump(&mut (s), a)
}

#[test]
fn what_is_left_empty() {
    check_scalar!(an_option_left_empty(&X[..], const 4));
    check_scalar!(entries_of_other_shapes(&X[..], const 3));
    for i in 0..3 {
        check_scalar!(variants_by_their_own_names(&X[..], const i));
    }
    check_scalar!(filled_in_order(&X[..], const true));
    check_scalar!(filled_in_order(&X[..], const false));
}

#[test]
fn copies_and_what_is_dropped() {
    check_scalar!(made_on_the_spot(&X[..], const 3));
    check_scalar!(taken_and_dropped(&X[..], const 3));
    check_scalar!(loops_over_options(&X[..], const 3));
}

//! What random programs found (see `tests/random`), cut down to a few lines.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{DVector, Rotation3, UnitQuaternion, Vector3};

#[differentiable]
fn doubled(x: &mut f64) -> f64 {
    *x *= 2.0;
    *x * 0.5
}

#[differentiable]
fn lent_entry_whose_index_reads_the_slice(x: &mut [f64], i: usize) -> f64 {
    let a = doubled(&mut x[i % x.len()]);
    a * x[0]
}

#[differentiable]
fn nothing_but_none(x: &[f64]) -> Option<f64> {
    let mut s = 1.0;
    for v in x {
        s *= v;
    }
    None
}

#[differentiable]
fn return_inside_a_constant_operand(x: &mut [f64], n: usize) -> f64 {
    let a = (if n > 3 {
        if n > 4 {
            return 0.5;
        }
        1.0
    } else {
        2.0
    }) - 0.3;
    x[0] *= a;
    x[0] * x[1]
}

#[differentiable]
fn return_inside_a_constant_loop(x: &mut [f64], n: usize) {
    let a = {
        let mut i = 0;
        loop {
            i += 1;
            if n > 7 {
                return;
            }
            if i > n {
                break 0.7_f64;
            }
        }
    }
    .tanh();
    x[0] *= a;
}

#[differentiable]
fn return_inside_a_constant_receiver(x: &mut [f64], n: usize) -> Option<f64> {
    let b = 1.0
        + (match n {
            0 => return Some(x[0]),
            1 => 2.0,
            _ => 3.0_f64,
        })
        .sin();
    x[0] *= b;
    Some(x[0] * x[1])
}

#[differentiable]
fn closure_that_is_never_called(x: f64, y: f64) -> f64 {
    let _f = |t: f64| t * y / (1.0 + x * x);
    x * y
}

#[differentiable]
fn constant_chain_over_a_variable_that_may_change(mut x: [f64; 4], y: f64) -> f64 {
    let mut z = y * 2.0;
    if x.iter().copied().map(|_| 0.25).sum::<f64>() > y {
        z *= x[0];
    }
    x[1] = z * z;
    let k = x.iter().filter(|_| y > 0.0).map(|&_| 0.5).sum::<f64>();
    z * x[0] * x[1] * k
}

#[differentiable]
fn replaced_by_a_chain(x: &mut f64, y: f64, n: usize) -> f64 {
    let old = std::mem::replace(x, (0..n).map(|i| (y * i as f64).sin()).sum::<f64>());
    let older = std::mem::replace(x, if n > 2 { old * y } else { y * y });
    old * *x + older
}

#[differentiable]
fn array_to_vec(x: &mut [f64; 3], rows: &[[f64; 2]; 2]) -> f64 {
    let mut v = x.to_vec();
    v[0] *= x[1];
    let r = rows.to_vec();
    let w = rows[1].to_vec();
    v[0] * v[1] * x[0] * w[1] + r[0][1]
}

#[differentiable]
fn assigned_from_an_index_that_reads_it(x: &[f64], y: f64) -> f64 {
    let mut a = y * y;
    let mut s = 0.0;
    for _ in 0..3 {
        a = x[((a * 3.3).abs() as usize % 3) % 2];
        s += a * y;
        a = (a * 7.0).floor() + s;
    }
    a * s
}

#[differentiable]
fn quotient_that_is_overwritten_at_once(mut x: f64, mut y: f64) -> f64 {
    for _ in 0..2 {
        for _ in 0..2 {
            y /= 1.5 + x * x;
            y = (1.0 + x).atan();
        }
        x = (x * y).tanh();
    }
    x * y
}

#[differentiable]
fn constant_closure_of_an_active_argument(x: &[f64], y: f64) -> f64 {
    let f = |_t: f64| 2.0;
    x[0] * y + f(x[1])
}

#[differentiable]
fn bound_that_the_loop_changes_after_an_early_return(x: &mut [f64]) -> f64 {
    if x[1] >= 3.0 {
        return x[1];
    }
    for _ in 0..((x[1] * 3.3).abs() as usize % 2) + 1 {
        x[0] = (x[1] * x[0]).tanh();
        x[1] = (1.1 * x[0]).cos();
    }
    x[0] + x[1]
}

#[test]
fn both_modes() {
    for x in [0.3, 0.41, -0.6, 0.8, 3.3] {
        check_scalar!(bound_that_the_loop_changes_after_an_early_return(&mut [0.7, x][..]));
    }
    check_scalar!(quotient_that_is_overwritten_at_once(-0.35, -0.41));
    check_scalar!(constant_closure_of_an_active_argument(&[0.3, 0.4][..], 0.7));
    check_scalar!(assigned_from_an_index_that_reads_it(&[0.3, 0.4][..], 0.7));
    check_scalar!(array_to_vec(&mut [0.3, 0.4, 0.5], &[[0.6, 0.7], [0.8, 0.9]]));
    check_scalar!(constant_chain_over_a_variable_that_may_change([0.3, 0.4, 0.5, 0.6], 0.7));
    check!(nothing_but_none(&[0.3, 0.4][..]));
    check_scalar!(closure_that_is_never_called(0.3, 0.7));
    for n in 0..9 {
        check_scalar!(lent_entry_whose_index_reads_the_slice(&mut [0.3, 0.4, 0.5][..], const n));
        check_scalar!(replaced_by_a_chain(&mut 0.3, 0.7, const n));
        check_scalar!(return_inside_a_constant_operand(&mut [0.3, 0.4][..], const n));
        check_unit!(return_inside_a_constant_loop(&mut [0.3, 0.4][..], const n));
        check!(return_inside_a_constant_receiver(&mut [0.3, 0.4][..], const n));
    }
}

#[differentiable]
#[allow(clippy::self_assignment, reason = "it is what is tested")]
fn part_copied_to_itself(x: f64) -> f64 {
    let (mut s, c) = x.sin_cos();
    s = s;
    s * x + c
}

#[test]
fn copied_to_itself() {
    check_scalar!(part_copied_to_itself(0.7));
}

#[differentiable]
fn scaled_sine(x: f64) -> f64 {
    x.sin() * 0.75
}

#[differentiable]
fn twice_applied(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x) * 0.5)
}

/// The adjoint of what is overwritten is taken, even where nobody asks for it.
#[differentiable]
fn overwritten_by_a_constant_before_a_call(mut x: f64, n: usize) -> f64 {
    x = 0.7_f64.clamp(-0.9, 0.8);
    let a = scaled_sine(twice_applied(|t: f64| if n != 1 { x } else { t }, x));
    x * 0.7 + a
}

#[test]
fn overwritten_before_a_call() {
    check_scalar!(overwritten_by_a_constant_before_a_call(0.4, const 1));
    check_scalar!(overwritten_by_a_constant_before_a_call(0.4, const 2));
}

/// The reference is read for its floor only, so that nobody asks for the adjoint of what it may lead to.
#[differentiable]
fn reference_without_derivative_in_a_block(x: &mut f64, y: &[f64; 4], mut z: f64) -> f64 {
    for i in 0..3 {
        let (mut s, c) = z.sin_cos();
        'block: {
            let r = match i {
                0 | 2 => &mut s,
                _ => &mut *x,
            };
            if y[i] < -1.0 {
                break 'block;
            }
            z = (if y[i] < 0.0 { r.floor() } else { 0.9 / (z * z + 1.0).ln().exp() }).mul_add(c, z);
        }
        z = c * 0.6 + z * z.cos();
    }
    z
}

#[test]
fn references_without_derivative() {
    check_scalar!(reference_without_derivative_in_a_block(&mut 0.7, &[-0.5, 0.4, -0.3, 0.2], 0.6));
    check_scalar!(reference_without_derivative_in_a_block(&mut 0.7, &[0.5, -1.4, 0.3, 0.2], 0.6));
}

/// Behind the `return`, `q` is changed for nobody: its adjoint began there without a type.
#[differentiable]
fn changed_for_nobody_behind_a_return(x: &[f64], z: f64) -> f64 {
    let mut w = x.to_vec();
    let (_, mut q): (f64, f64) = (z, x[0] * z);
    let p = &mut q;
    *p += z;
    for _ in 0..4 {
        w[1] += q;
    }
    if z < 0.5 {
        return w[1];
    }
    q -= 0.3;
    w[0] + w[1]
}

#[test]
fn adjoints_begin_where_somebody_asks() {
    check_scalar!(changed_for_nobody_behind_a_return(&[0.3, 0.4], 0.3));
    check_scalar!(changed_for_nobody_behind_a_return(&[0.3, 0.4], 0.7));
}

/// Two parts of a tuple, one of them by a reference, in the last statement that names the reference.
#[differentiable]
fn swapped_with_a_reference_to_another_part(x: &[f64], z: f64) -> f64 {
    let mut pair = (x[1] * z, 0.4);
    let p = &mut pair.0;
    *p += 0.5;
    std::mem::swap(&mut pair.1, p);
    pair.0 * z - pair.1
}

/// The adjoint of `low` is used behind the block in which it is split.
#[differentiable]
fn replaced_in_a_half_behind_a_return(x: &[f64], z: f64, n: usize) -> f64 {
    let mut v = [0.25; 4];
    let mut a = [z, 0.5, x[1], 0.75];
    {
        let (_, high) = a.split_at_mut(2);
        if n == 2 {
            return x[0];
        }
        for pair in v.chunks_mut(2) {
            let old = std::mem::replace(&mut high[0], 0.5 * x[0]);
            pair[0] += old;
        }
    }
    v[0] * a[0] + v[2] * a[2] + a[1]
}

/// The reference to `b` ends before the swap, and its adjoint's does not.
#[differentiable]
fn replaced_behind_a_reference(d: &[f64], mut b: f64) -> f64 {
    {
        let p = &mut b;
        *p += 0.5;
        for v in d {
            if *v > 0.9 {
                return b;
            }
        }
        *p -= *p * d[0];
    }
    let old = std::mem::replace(&mut b, 0.5);
    b += old;
    d[1] * b
}

#[test]
fn parts_that_change_places() {
    check_scalar!(replaced_behind_a_reference(&[0.3, 0.4], 0.3));
    check_scalar!(replaced_behind_a_reference(&[0.3, 0.95], 0.3));
    check_scalar!(swapped_with_a_reference_to_another_part(&[0.3, 0.4], 0.3));
    check_scalar!(replaced_in_a_half_behind_a_return(&[0.3, 0.4], 0.3, const 1));
    check_scalar!(replaced_in_a_half_behind_a_return(&[0.3, 0.4], 0.3, const 2));
}

/// What `s` held is in `pair` since the swap: adding to `s` behind it takes nothing from who reads `pair`.
#[differentiable]
fn added_to_behind_a_swap(x: &[f64], z: f64, n: usize) -> f64 {
    let mut s = 0.0;
    let mut pair = (x[1], 0.4);
    if n != 2 {
        return s;
    }
    std::mem::swap(&mut s, &mut pair.0);
    s += (pair.0 * z).sin() * (pair.0 + z).cos();
    s
}

/// The same in a loop, where what is added to `s` is in `pair` when that is read again.
#[differentiable]
fn added_to_between_swaps(x: &[f64], z: f64, n: usize) -> f64 {
    let (mut s, mut p) = (x[0], x[1]);
    for _ in 0..n {
        std::mem::swap(&mut s, &mut p);
        let t = (p * z).sin() * p;
        s += t;
    }
    s * p
}

/// Here it is read before the swap.
#[differentiable]
fn read_before_the_swap(x: &[f64], z: f64) -> f64 {
    let (mut s, mut p) = (x[0], x[1]);
    let t = p * p * z;
    std::mem::swap(&mut s, &mut p);
    s += t;
    p *= s;
    s.sin() * p
}

#[test]
fn additions_and_swaps() {
    check_scalar!(added_to_behind_a_swap(&[0.3, 0.4], 0.7, const 1));
    check_scalar!(added_to_behind_a_swap(&[0.3, 0.4], 0.7, const 2));
    check_scalar!(added_to_between_swaps(&[0.3, 0.4], 0.7, const 4));
    check_scalar!(read_before_the_swap(&[0.3, 0.4], 0.7));
}

/// A map of the vector is no change of it.
#[differentiable]
fn mapped_beside_itself(x: &[f64], z: f64) -> f64 {
    let mut d = DVector::from_vec(vec![z, x[0], x[1] * 0.6]);
    d[1] *= z;
    d.dot(&d.map(|g| g.sin())) + (&d - d.zip_map(&d, |g, h| g * h)).norm_squared()
}

#[test]
fn maps_change_nothing() {
    check_scalar!(mapped_beside_itself(&[0.3, 0.4], 0.7));
}

/// The way of the sum to the result leads back to the sum.
#[differentiable]
fn added_to_itself(x: &[f64], z: f64) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v * v * z;
    }
    let old = s;
    s += old;
    s
}

#[test]
fn sums_of_themselves() {
    check_scalar!(added_to_itself(&[0.3, 0.4], 0.7));
}

/// A number behind a reference into the list is lent again and again, and `s` is put back for it.
#[derive(Clone, Copy, Debug, autodiff_core::Differentiable)]
struct Pair {
    x: f64,
    y: f64,
}

#[differentiable]
fn pushed(a: &mut f64, b: f64) -> f64 {
    *a += b * 0.5;
    *a * b
}

#[differentiable]
fn lent_by_a_reference_in_an_inner_loop(x: &[f64], z: f64) -> f64 {
    let mut s = z;
    let mut pairs = vec![Pair { x: z, y: x[0] }, Pair { x: x[1], y: 0.6 }];
    for p in pairs.iter_mut() {
        for _ in 0..2 {
            let t = s;
            s += pushed(&mut p.x, t);
        }
        p.y += x[0];
    }
    s + pairs.iter().map(|p| p.x * p.y + p.x).sum::<f64>()
}

#[test]
fn parts_lent_in_inner_loops() {
    check_scalar!(lent_by_a_reference_in_an_inner_loop(&[0.3, 0.4], 0.7));
}

/// A rotation is turned by one that has no derivative: its tangent is no rotation.
#[differentiable]
fn turned_by_constants(x: &[f64], z: f64, #[nodiff] turn: &UnitQuaternion<f64>, n: usize) -> f64 {
    let mut q = UnitQuaternion::from_scaled_axis(Vector3::new(z, 0.6, x[1]));
    let mut r = Rotation3::from_scaled_axis(Vector3::new(z, 0.6, x[0]));
    for _ in 0..n {
        q *= UnitQuaternion::from_euler_angles(0.3, 0.4, 0.5);
        q *= *turn;
        r *= Rotation3::from_euler_angles(0.3, 0.4, 0.5);
    }
    let v = Vector3::new(z, x[1], x[0]);
    (q * v).x + (r * v).y
}

#[test]
fn turns_by_constants() {
    let turn = UnitQuaternion::from_euler_angles(0.1, 0.2, 0.3);
    check_scalar!(turned_by_constants(&[0.3, 0.4], 0.7, const &turn, const 2));
}

/// The adjoint of the sum that nobody asks for hands on nothing but itself, which says nothing of its type.
#[differentiable]
fn summed_for_nobody(x: &[f64], z: f64) -> f64 {
    let (_, mut q): (f64, f64) = (z, x[0] * z);
    let mut stack = vec![q, 0.5];
    while let Some(top) = stack.pop() {
        let sum = x.iter().zip(&x[1..]).map(|(a, b)| a * b).fold(1.1, |sum, t| sum + t);
        q += sum;
        if top < 0.0 {
            stack.push(z);
        }
    }
    stack.iter().fold(z, |sum, t| (sum * t).sin() + t)
}

#[test]
fn sums_for_nobody() {
    check_scalar!(summed_for_nobody(&[0.3, 0.4], 0.7));
}

/// Given a value twice in a row: the adjoint before both has the shape of what was there before the first.
#[differentiable]
fn emptied_and_filled(x: &[f64], z: f64, n: usize) -> f64 {
    let mut best = Some(x[1] * 0.6);
    let mut stack = vec![x[0], z * 0.6];
    for _ in 0..n {
        best = None;
        best = stack.pop();
    }
    best.unwrap_or(z)
}

/// The same of lists of other lengths.
#[differentiable]
fn replaced_twice(x: &[f64], z: f64) -> f64 {
    let mut list = x.to_vec();
    let first = list[1] * z;
    list = vec![];
    list = vec![first * z; 3];
    list[0] * list[2]
}

#[test]
fn given_values_twice() {
    for n in 0..4 {
        check_scalar!(emptied_and_filled(&[0.3, 0.4], 0.7, const n));
    }
    check_scalar!(replaced_twice(&[0.3, 0.4], 0.7));
}

#[differentiable]
fn scaled_and_counted(s: &mut f64, k: &mut [usize]) -> f64 {
    *s *= 0.5;
    k[0] += 1;
    1.1 + *s * 0.75 + k[0] as f64
}

/// Nobody asks for the result of the call, but what it is lent is put back for who reads it before.
#[differentiable]
fn lent_for_nobody(x: f64, k: &mut [usize; 2]) -> f64 {
    let a = x.sin();
    let mut n = 0;
    let mut sum = 0.0;
    loop {
        if n == 3 {
            break;
        }
        n += 1;
        sum += a * k[0] as f64;
        let mut s = a;
        let mut _t = (a + s) * scaled_and_counted(&mut s, &mut k[..1]);
        _t = x;
    }
    a * sum
}

#[test]
fn lent_in_a_loop() {
    check_scalar!(lent_for_nobody(0.7, const &mut [1, 2]));
}

/// The index is found before the other argument is lent.
#[differentiable]
fn entry_by_the_length_of_another(x: f64, n: usize) -> f64 {
    let mut list = [x, x * x, 0.5];
    let mut k: [usize; 2] = [2, n];
    let mut sum = 0.0;
    for _ in 0..2 {
        sum += list[0] * scaled_and_counted(&mut list[k.len() - 1], &mut k) * k[0] as f64;
    }
    sum + list[1]
}

#[test]
fn entries_beside_what_they_are_found_by() {
    check_scalar!(entry_by_the_length_of_another(0.7, const 3));
}

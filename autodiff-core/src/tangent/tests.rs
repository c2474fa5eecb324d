use crate::rules::*;
use crate::{Coordinates, Differentiable, Lend, Tangent};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What must hold for every type: zeros fit, adjoints add up and come back, and lending loses nothing.
fn laws<T>(x: &T)
where
    T: Value<Of = T> + Differentiable<Gradient: PartialEq + std::fmt::Debug> + ?Sized,
{
    let zero = zero(x);
    assert!(T::fits(&x.shape(), std::borrow::Borrow::borrow(&zero)));
    assert!(zero.same_shape(&crate::rules::zero(&shape(x))));
    assert_eq!(zero.coordinates(), vec![0.0; zero.dimension()]);
    let u = crate::seed::direction(x, 1);
    let v = crate::seed::direction(x, 2);
    let sum = plus(u.clone(), v.clone());
    for k in 0..u.dimension() {
        let expected = u.coordinate(k) + v.coordinate(k);
        assert!((sum.coordinate(k) - expected).abs() <= 1e-6);
    }

    let bar = zero_bar(x);
    assert_eq!(get(&bar), zero);
    add_to(&bar, u.clone());
    add_to(&&bar, v);
    assert_eq!(take(&bar), sum);
    assert_eq!(from_bar::<T::OwnedBar>(into_bar(u.clone())), u);
    assert_eq!(get(&bar), zero);

    let mut moved = u.clone();
    assert_eq!(take_tangent(&mut moved), u);
    let mut lent = vec![zero.clone(), u.clone()];
    T::Gradient::lend_slice(&mut lent, |bars| {
        add_to(&bars[0], u.clone());
        add_to(&bars[1], u.clone());
    });
    assert_eq!(lent, [u.clone(), plus(u.clone(), u)]);
}

#[test]
fn all_types() {
    laws(&1.0_f32);
    laws(&1.0_f64);
    laws(&3_usize);
    laws("text");
    laws(&String::new());
    laws(&());
    laws(&[1.0, 2.0]);
    laws::<[f64; 0]>(&[]);
    laws(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    laws(&[[1.0; 0]; 2]);
    laws(&[vec![1.0], vec![], vec![2.0, 3.0]]);
    laws(&vec![1.0, 2.0]);
    laws(&vec![[1.0_f32, 2.0]; 3]);
    laws(&vec![vec![1.0], vec![], vec![2.0, 3.0]]);
    laws(&[1.0, 2.0][..]);
    laws(&vec![1_u8, 2]);
    laws(&(1.0,));
    laws(&(1.0, vec![2.0], 3_i32, [4.0_f32; 2]));
    laws(&Some(vec![1.0]));
    laws(&None::<f64>);
    laws(&vec![Some(1.0), None]);
    laws(&Box::new((1.0, 2.0)));
    laws(&(&[1.0, 2.0][..], 3_usize));
}

#[test]
fn lending_gives_back_after_a_panic() {
    fn panics<T: Lend<B>, B: ?Sized>(mut buffer: T, write: impl FnOnce(&B)) -> T {
        let result = catch_unwind(AssertUnwindSafe(|| {
            buffer.lend(|bar| {
                write(bar);
                panic!("on purpose");
            })
        }));
        assert!(result.is_err());
        buffer
    }
    assert_eq!(panics(vec![1.0, 2.0], |b: &[Cell<f64>]| b[0].set(3.0)), [3.0, 2.0]);
    assert_eq!(panics(vec![vec![1.0], vec![2.0]], |b: &[Vec<Cell<f64>>]| b[1][0].set(3.0)), [[1.0], [3.0]]);
    assert_eq!(panics((1.0, vec![2.0]), |b: &(Cell<f64>, Vec<Cell<f64>>)| b.0.set(3.0)), (3.0, vec![2.0]));
    assert_eq!(panics(Some([1.0]), |b: &Option<[Cell<f64>; 1]>| b.as_ref().unwrap()[0].set(3.0)), Some([3.0]));
}

#[test]
fn nothing_is_allocated_for_lending_a_vector() {
    let mut buffer = vec![1.0; 4];
    let before = buffer.as_ptr();
    buffer.lend(|bar: &[Cell<f64>]| assert_eq!(bar.as_ptr().cast::<f64>(), before));
    let moved = vec![1.0_f64; 4];
    let before = moved.as_ptr();
    let bar = into_bar(moved);
    assert_eq!(bar.as_ptr().cast::<f64>(), before);
}

/// The message of the panic.
fn message(f: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it should panic");
    payload.downcast_ref::<String>().expect("a message").clone()
}

#[test]
fn different_shapes_are_named() {
    assert_eq!(message(|| check_seed(&vec![1.0; 3], &vec![1.0; 4])), "seed has shape 3, but the value has shape 4");
    assert_eq!(
        message(|| check_bar("x", &vec![vec![1.0; 2]; 3], &vec![vec![1.0; 3]; 3])),
        "gradient buffer of `x` has shape 3 of 3, but `x` has shape 3 of 2"
    );
    assert_eq!(
        message(|| check_tangent("tangent", "x", &&[1.0, 2.0][..], &[1.0][..])),
        "tangent of `x` has shape 1, but `x` has shape 2"
    );
    assert_eq!(
        message(|| check_seed(&(1.0, None), &(1.0, Some(2.0)))),
        "seed has shape (scalar, None), but the value has shape (scalar, Some(scalar))"
    );
    assert_eq!(
        message(|| accumulate(&mut vec![1.0; 3], vec![1.0; 4])),
        "a tangent has shape 4, but it is added to one of shape 3"
    );
    assert_eq!(
        message(|| add_to(&[Cell::new(1.0)][..], vec![1.0; 4])),
        "a contribution has shape 4, but it is added to one of shape 1"
    );
    assert_eq!(
        message(|| accumulate(&mut Some(1.0), None)),
        "a tangent has shape None, but it is added to one of shape Some(scalar)"
    );
    check_bar("x", &[1.0; 3], &[0.0; 3]);
}

//! `#[derive(Differentiable)]`: tangents have the same fields, and every type is `Differentiable` that consists of such.
use autodiff_core::{Bar, Coordinates, Differentiable, Lend, Own, Real, Tangent, Value};
use nalgebra::{DMatrix, Vector3, dmatrix, vector};
use std::marker::PhantomData;

#[derive(Clone, Debug, Differentiable)]
pub struct Named {
    /// Documented.
    pub x: f64,
    ys: Vec<f64>,
    pub(crate) m: DMatrix<f64>,
    v: Vector3<f64>,
    n: usize,
    #[nodiff]
    f: fn(f64) -> f64,
}

fn named() -> Named {
    Named { x: 1.0, ys: vec![2.0, 3.0], m: dmatrix![4.0, 5.0], v: vector![6.0, 7.0, 8.0], n: 9, f: f64::sin }
}

/// What every differentiable type does.
fn laws<T>(x: &T)
where
    T: Differentiable<Gradient: Differentiable + PartialEq + std::fmt::Debug + Own + Value> + Coordinates,
    T::Gradient: Lend<T::OwnedBar>,
{
    let mut zero = T::zero_tangent(&x.shape());
    assert!(T::fits(&x.shape(), std::borrow::Borrow::borrow(&zero)));
    assert_eq!(zero.dimension(), x.dimension());
    assert!(zero.coordinates().iter().all(|&c| c == 0.0));
    let mut k = 0.0;
    zero.map_scalars(&mut |_| {
        k += 1.0;
        k
    });
    let ones = zero.clone();
    zero.accumulate(ones.clone());
    assert_eq!(zero.coordinates(), ones.coordinates().iter().map(|c| 2.0 * c).collect::<Vec<_>>());
    assert!(zero.same_shape(&ones));
    zero.lend(|bar: &T::OwnedBar| {
        assert_eq!(bar.get().coordinates().len(), x.dimension());
        let all = bar.take();
        bar.accumulate(all);
        let bar: &T::Bar = std::borrow::Borrow::borrow(bar);
        let again = bar.take();
        assert!(bar.get().coordinates().iter().all(|&c| c == 0.0));
        bar.accumulate(again);
    });
    assert_eq!(T::Gradient::from_bar(ones.clone().into_bar()), ones);
    assert_eq!(zero.coordinates(), ones.coordinates().iter().map(|c| 2.0 * c).collect::<Vec<_>>());
    // a tangent may be differentiated as well, and is its own tangent
    let second = T::Gradient::zero_tangent(&ones.shape());
    assert!(T::Gradient::fits(&ones.shape(), std::borrow::Borrow::borrow(&second)));
    assert_eq!(second.dimension(), ones.dimension());
}

#[test]
fn structs_with_names() {
    laws(&named());
    let zero = Named::zero_tangent(&named().shape());
    let expected = NamedTangent { x: 0.0, ys: vec![0.0; 2], m: dmatrix![0.0, 0.0], v: Vector3::zeros(), n: (), f: () };
    assert_eq!(zero, expected);
    assert_eq!(format!("{:?}", PairTangent(1.0, ())), "PairTangent(1.0, ())");
    assert_eq!(PairTangent::default(), PairTangent(0.0, ()));
    assert_eq!(named().coordinates(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    assert_eq!(named().describe(), "Named { x: scalar, ys: 2, m: [1 x 2], v: 3, n: constant, f: constant }");
}

#[derive(Clone, Copy, Differentiable)]
struct Pair(f64, #[nodiff] &'static str);
#[derive(Differentiable)]
struct Unit;
#[derive(Differentiable)]
struct EmptyTuple();
#[derive(Differentiable)]
struct EmptyNamed {}

#[test]
fn tuples_and_units() {
    laws(&Pair(1.0, "a"));
    laws(&Unit);
    laws(&EmptyTuple());
    laws(&EmptyNamed {});
    let t = PairTangent(1.0, ());
    let (a, b) = (t, t); // `Copy` where the fields are
    assert_eq!((a, Pair(1.0, "a").describe().as_str()), (b, "Pair(scalar, constant)"));
    assert_eq!(Pair(2.0, "b").1, "b");
}

#[derive(Differentiable)]
struct Generic<T: Real, U = f64>
where
    U: Clone,
{
    t: T,
    list: Vec<T>,
    other: Option<U>,
    nested: Inner<T>,
    #[nodiff]
    opaque: Box<dyn Fn(U) -> T>,
    marker: PhantomData<U>,
}

#[derive(Differentiable)]
struct Inner<T>([T; 2], Box<T>);

#[derive(Differentiable)]
struct Constants<T, const N: usize> {
    a: [T; N],
    b: [[f64; N]; 2],
}

#[derive(Differentiable)]
struct Unused<'a, T: ?Sized> {
    #[nodiff]
    t: &'a T,
    x: f64,
}

#[derive(Differentiable)]
struct Borrowed<'a, 'b: 'a, T> {
    xs: &'a [f64],
    m: &'b DMatrix<f64>,
    ts: &'a [T],
}

#[test]
fn generics() {
    let g = Generic {
        t: 1.0_f32,
        list: vec![2.0],
        other: Some((3.0, 4.0)),
        nested: Inner([5.0, 6.0], Box::new(7.0)),
        opaque: Box::new(|_| 8.0),
        marker: PhantomData,
    };
    assert_eq!((g.opaque)((1.0, 1.0)), 8.0);
    laws(&g);
    laws(&Constants { a: [vec![1.0], vec![]], b: [[1.0; 2]; 2] });
    let unused = Unused { t: "text", x: 1.0 };
    laws(&unused);
    assert_eq!(unused.t.len(), 4);
    let m = dmatrix![1.0];
    let borrowed = Borrowed { xs: &[1.0, 2.0], m: &m, ts: &[[3.0]] };
    let zero = Borrowed::zero_tangent(&borrowed.shape());
    assert_eq!(zero, BorrowedTangent { xs: vec![0.0; 2], m: dmatrix![0.0], ts: vec![[0.0]] });
    assert_eq!((borrowed.xs.len(), borrowed.m.len(), borrowed.ts.len()), (2, 1, 1));
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape<T> {
    Nothing,
    Circle(T),
    Rectangle {
        w: T,
        h: T,
        #[nodiff]
        name: String,
    },
}

#[derive(Clone, Debug, Differentiable)]
enum Tree {
    Node { left: Box<Tree>, right: Box<Self>, weight: f64 },
    Leaf(Vec<f64>),
}

#[derive(Differentiable)]
struct List {
    value: f64,
    next: Option<Box<List>>,
}

#[derive(Differentiable)]
struct Stack<T: Real> {
    value: T,
    next: Option<Box<Stack<T>>>,
}

#[derive(Clone, Copy, PartialEq, Differentiable)]
enum Flag {
    On = 3,
    Off = 5,
}

#[test]
fn enums() {
    laws(&Shape::<f64>::Nothing);
    laws(&Shape::Circle(1.0_f32));
    let name = "r".to_string();
    laws(&Shape::Rectangle { w: 1.0, h: 2.0, name });
    assert_eq!(Shape::<f64>::zero_tangent(&Shape::Circle(2.0).shape()), ShapeTangent::Circle(0.0));
    laws(&Flag::On);
    assert!(Flag::Off as u8 == 5 && Flag::On as u8 == 3);
    assert_eq!(Shape::Circle(1.0).describe(), "Shape::Circle(scalar)");
}

#[test]
fn recursive_types() {
    let leaf = |x| Box::new(Tree::Leaf(vec![x]));
    let tree = Tree::Node { left: leaf(1.0), right: leaf(2.0), weight: 3.0 };
    laws(&tree);
    assert_eq!(tree.coordinates(), [1.0, 2.0, 3.0]);
    laws(&Stack { value: 1.0_f32, next: Some(Box::new(Stack { value: 2.0, next: None })) });
    laws(&List { value: 1.0, next: Some(Box::new(List { value: 2.0, next: None })) });
}

#[test]
#[should_panic(expected = "a tangent has shape Shape::Circle(scalar), but it is added to one of shape Shape::Nothing")]
fn tangents_of_different_variants_are_not_added() {
    ShapeTangent::<f64>::Nothing.accumulate(ShapeTangent::Circle(1.0));
}

#[test]
#[should_panic(
    expected = "a contribution has shape Shape::Nothing, but it is added to one of shape Shape::Circle(scalar)"
)]
fn adjoints_of_different_variants_are_not_added() {
    ShapeTangent::<f64>::Circle(1.0).into_bar().accumulate(ShapeTangent::Nothing);
}

#[test]
fn inside_of_a_function() {
    #[derive(Differentiable)]
    struct Local {
        x: f64,
    }
    let local = Local { x: 1.0 };
    assert_eq!(Local::zero_tangent(&local.shape()), LocalTangent { x: 0.0 * local.x });
}

mod visibility {
    use autodiff_core::Differentiable;

    mod inner {
        use autodiff_core::Differentiable;

        #[derive(Differentiable)]
        pub(super) struct Hidden(pub(super) f64);

        #[derive(Differentiable)]
        pub(in crate::derive::visibility) struct Restricted {
            pub(in crate::derive::visibility) r#type: Hidden,
        }
    }

    #[test]
    fn is_that_of_the_type() {
        let x = inner::Restricted { r#type: inner::Hidden(1.0) };
        let zero = inner::Restricted::zero_tangent(&x.shape());
        assert_eq!(zero, inner::RestrictedTangent { r#type: inner::HiddenTangent(0.0 * x.r#type.0) });
    }
}

#[warn(clippy::pedantic, clippy::nursery)]
mod pedantic {
    use autodiff_core::{Differentiable, Real};

    #[derive(Differentiable)]
    pub struct Large<'a, T: Real, const N: usize> {
        pub name: &'a [T],
        pub numbers: [[T; N]; N],
        #[nodiff]
        pub labels: Vec<&'a str>,
    }

    #[derive(Differentiable)]
    pub enum Either<T> {
        Left(T, [T; 100]),
        Right,
    }
}

#[test]
fn lints_are_silent() {
    let large = pedantic::Large { name: &[1.0], numbers: [[1.0; 2]; 2], labels: vec![] };
    let zero = pedantic::Large::zero_tangent(&large.shape());
    assert_eq!((zero.dimension(), large.name.len() + large.labels.len() + large.numbers.len()), (5, 3));
    laws(&pedantic::Either::Left(1.0, [1.0; 100]));
    laws(&pedantic::Either::<f64>::Right);
}

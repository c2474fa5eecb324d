//! Enums of one's own: variants as values, and as patterns in all positions.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check, check_scalar, check_unit, coordinates};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
enum Shape {
    Nothing,
    Circle(f64),
    Rect { w: f64, h: f64 },
    Labelled(#[nodiff] usize, f64),
}
use Shape::Circle;
coordinates!(Shape => ShapeTangent { Self::Nothing {}, Self::Circle { 0 }, Self::Rect { w, h }, Self::Labelled { 1; 0 } });

#[derive(Clone, Debug, Differentiable)]
enum Layer {
    Scale(Vec<f64>),
    Shift { by: Vec<f64>, times: f64 },
    Done,
}
coordinates!(Layer => LayerTangent { Self::Scale { 0 }, Self::Shift { by, times }, Self::Done {} });

const ALL: [Shape; 4] = [Shape::Nothing, Circle(0.7), Shape::Rect { w: 0.3, h: 1.4 }, Shape::Labelled(3, 0.8)];

mod values {
    use super::*;

    #[differentiable]
    fn circle(r: f64) -> Shape {
        Shape::Circle(r * r)
    }

    #[differentiable]
    fn imported(r: f64) -> Shape {
        Circle(r.sin())
    }

    #[differentiable]
    fn rect(w: f64, h: f64) -> Shape {
        let w = w * h;
        Shape::Rect { h, w }
    }

    #[differentiable]
    fn with_constant(r: f64, n: usize) -> Shape {
        Shape::Labelled(n + 1, r * n as f64)
    }

    #[differentiable]
    fn chosen(x: f64, y: f64) -> Shape {
        if x > y {
            Shape::Rect { w: x, h: y * x }
        } else if x > 0.0 {
            Shape::Circle(x * y)
        } else {
            Shape::Nothing
        }
    }

    #[differentiable]
    fn in_a_loop(x: f64, n: usize) -> Vec<Shape> {
        let mut shapes = Vec::new();
        for i in 0..n {
            let s = if i % 2 == 0 { Circle(x * i as f64) } else { Shape::Rect { w: x, h: x * x } };
            shapes.push(s);
        }
        shapes
    }

    #[test]
    fn both_modes() {
        check!(circle(0.3));
        check!(imported(0.3));
        check!(rect(0.3, 0.7));
        check!(with_constant(0.3, const 2));
        check!(chosen(0.7, 0.3));
        check!(chosen(0.2, 0.3));
        check!(in_a_loop(0.3, const 3));
    }

    #[test]
    fn a_variant_without_numbers() {
        assert_eq!(chosen::vjp(-1.0, 0.5, ShapeTangent::Nothing), (Shape::Nothing, (0.0, 0.0)));
        assert_eq!(chosen::jvp(-1.0, 0.5, 1.0, 1.0), (Shape::Nothing, ShapeTangent::Nothing));
    }
}

mod patterns {
    use super::*;

    #[differentiable]
    fn area(s: Shape) -> f64 {
        match s {
            Shape::Nothing => 0.0,
            Shape::Circle(r) => 3.0 * r * r,
            Shape::Rect { w, h } => w * h,
            Shape::Labelled(n, x) => x * n as f64 * x,
        }
    }

    #[differentiable]
    fn by_reference(s: &Shape, k: f64) -> f64 {
        match s {
            Circle(r) => k * r * r,
            Shape::Rect { w, h: height } if *w > 0.5 => w * height * height,
            Shape::Rect { h, .. } => k * *h,
            _ => k,
        }
    }

    #[differentiable]
    fn dereferenced(s: &Shape) -> f64 {
        match *s {
            Shape::Circle(r) => r.exp(),
            Shape::Rect { ref w, h } => *w * h,
            _ => 1.0,
        }
    }

    #[differentiable]
    fn widened(s: &mut Shape, k: f64) {
        match s {
            Shape::Circle(r) => *r *= k,
            Shape::Rect { w, h } => {
                *w *= k;
                *h += *w;
            }
            Shape::Labelled(_, x) => *x = k * k,
            Shape::Nothing => {}
        }
    }

    #[differentiable]
    fn replaced(s: &mut Shape, k: f64) -> f64 {
        let mut last = k;
        if let Shape::Circle(r) = *s {
            last *= r;
            *s = Shape::Circle(r * k);
        }
        last
    }

    #[differentiable]
    fn local(x: f64, n: usize) -> f64 {
        let mut s = Shape::Circle(x);
        let mut total = 0.0;
        for _ in 0..n {
            s = match s {
                Shape::Circle(r) => Shape::Rect { w: r, h: r * x },
                Shape::Rect { w, h } => Shape::Circle(w * h),
                other => other,
            };
            total += area(s);
        }
        total
    }

    #[differentiable]
    fn if_let(s: &Shape, x: f64) -> f64 {
        let mut y = x;
        if let Shape::Circle(r) = s {
            y *= r;
        } else if let Shape::Rect { w, .. } = s {
            y += w * x;
        }
        y * y
    }

    #[differentiable]
    fn let_else(s: &Shape, x: f64) -> f64 {
        let Shape::Rect { w, h } = s else {
            return x;
        };
        let y = w * x;
        y * h
    }

    #[differentiable]
    fn mutable_name(s: Shape) -> f64 {
        match s {
            Circle(mut r) => {
                r *= r;
                r * 2.0
            }
            Shape::Rect { mut w, h } => {
                for _ in 0..2 {
                    w *= h;
                }
                w
            }
            _ => 0.5,
        }
    }

    #[differentiable]
    fn alternatives(s: &Shape, x: f64) -> f64 {
        match s {
            Circle(r) | Shape::Labelled(_, r) if *r > 0.75 => r * r * x,
            Circle(a) | Shape::Labelled(_, a) | Shape::Rect { w: a, .. } => a * x,
            Shape::Nothing => x,
        }
    }

    #[differentiable]
    fn bound_whole(s: Shape, x: f64) -> f64 {
        match s {
            c @ Shape::Circle(r) if r > 0.1 => area(c) * x,
            Shape::Rect { w: w @ 0.0..=1.0, .. } => w * x,
            other => area(other),
        }
    }

    #[differentiable]
    fn nested(o: Option<Shape>, pair: &(Shape, Shape)) -> f64 {
        let first = match o {
            Some(Shape::Circle(r)) => r * r,
            Some(_) => 1.0,
            None => 0.5,
        };
        match pair {
            (Shape::Circle(a), Shape::Rect { w, .. }) => a * w * first,
            (Shape::Rect { h, .. }, other) => h * area(*other) * first,
            _ => first,
        }
    }

    #[differentiable]
    fn in_a_loop(shapes: &[Shape], x: f64) -> f64 {
        let mut total = 0.0;
        for s in shapes {
            match s {
                Shape::Nothing => continue,
                Shape::Circle(r) => total += x * r * r,
                Shape::Rect { w, h } => {
                    if *h > 10.0 {
                        return total;
                    }
                    total += w * h;
                }
                Shape::Labelled(n, y) => {
                    for _ in 0..*n {
                        total *= y;
                    }
                }
            }
        }
        total
    }

    #[differentiable]
    fn all_changed(shapes: &mut [Shape], x: f64) {
        for s in shapes.iter_mut() {
            if matches!(s, Shape::Rect { .. }) {
                *s = Shape::Rect { w: x, h: x * x };
            }
            if let Circle(r) = s {
                *r *= x;
            }
        }
        for i in 0..shapes.len() {
            if let Shape::Rect { w, h } = &mut shapes[i] {
                *w *= *h;
                *h = x;
            }
        }
    }

    #[test]
    fn both_modes() {
        for s in ALL {
            if s != Shape::Nothing {
                check_scalar!(area(s));
                check_scalar!(mutable_name(s));
            }
            check_scalar!(by_reference(&s, 0.4));
            check_scalar!(dereferenced(&s));
            check_unit!(widened(&mut { s }, 0.4));
            check_scalar!(replaced(&mut { s }, 0.4));
            check_scalar!(if_let(&s, 0.4));
            check_scalar!(let_else(&s, 0.4));
            check_scalar!(alternatives(&s, 0.4));
            check_scalar!(bound_whole(s, 0.4));
            for t in ALL {
                check_scalar!(nested(Some(s), &(t, s)));
            }
        }
        check_scalar!(local(0.4, const 4));
        check_scalar!(in_a_loop(&ALL[..], 0.4));
        check_unit!(all_changed(&mut ALL[..], 0.4));
    }
}

mod owning {
    use super::*;

    #[differentiable]
    fn scaled(x: &[f64], k: f64) -> Layer {
        let mut v = x.to_vec();
        for i in 0..v.len() {
            v[i] *= k;
        }
        if k > 0.0 { Layer::Scale(v) } else { Layer::Shift { by: v, times: k } }
    }

    #[differentiable]
    fn apply(layer: &Layer, x: &[f64]) -> Vec<f64> {
        let mut y = x.to_vec();
        match layer {
            Layer::Scale(by) => {
                for i in 0..y.len() {
                    y[i] *= by[i];
                }
            }
            Layer::Shift { by, times } => {
                for i in 0..y.len() {
                    y[i] += by[i] * times;
                }
            }
            Layer::Done => {}
        }
        y
    }

    #[differentiable]
    fn taken(layer: Layer, k: f64) -> f64 {
        match &layer {
            Layer::Scale(by) => by[0] * by[1] * k,
            Layer::Shift { by, times } => {
                let first = by;
                first[0] * times * k
            }
            Layer::Done => k,
        }
    }

    #[differentiable]
    fn changed(layer: &mut Layer, k: f64) {
        match layer {
            Layer::Scale(by) => {
                for b in by.iter_mut() {
                    *b *= k;
                }
            }
            Layer::Shift { by, times } => {
                by[0] *= *times;
                *times *= k;
            }
            Layer::Done => {}
        }
    }

    #[differentiable]
    fn through_all(layers: &[Layer], x: &[f64]) -> f64 {
        let mut h = x.to_vec();
        for layer in layers {
            if let Layer::Done = layer {
                break;
            }
            h = apply(layer, &h);
        }
        h[0] * h[1]
    }

    #[test]
    fn both_modes() {
        let layers = [Layer::Scale(vec![0.3, -0.4]), Layer::Shift { by: vec![0.1, 0.8], times: 0.6 }, Layer::Done];
        let x = [0.3, 0.9];
        check!(scaled(&x[..], 0.4));
        check!(scaled(&x[..], -0.4));
        for layer in &layers {
            check!(apply(&layer.clone(), &x[..]));
            check_scalar!(taken(layer.clone(), 0.4));
            check_unit!(changed(&mut layer.clone(), 0.4));
        }
        check_scalar!(through_all(&layers.to_vec()[..], &x[..]));
    }
}

mod generic {
    use autodiff_core::{Differentiable, Real, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    enum Either<T> {
        Left(T),
        Right { a: T, b: [T; 2] },
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Wrapper<T, const N: usize> {
        items: [T; N],
        best: Either<T>,
    }

    #[differentiable]
    fn merged<T: Real>(e: &Either<T>, k: T) -> T {
        match e {
            Either::Left(x) => *x * k,
            Either::Right { a, b: [c, d] } => *a * *c * *d,
        }
    }

    #[differentiable]
    fn wrapped<T: Real>(x: T, y: T) -> Wrapper<T, 2> {
        let best = if x > y { Either::Left(x * y) } else { Either::Right { a: x, b: [y, y] } };
        Wrapper { items: [x * x, y], best }
    }

    #[differentiable]
    fn reduced<T: Real>(x: T, y: T) -> T {
        let w = wrapped(x, y);
        let Wrapper { items, best } = &w;
        items[0] * items[1] + merged(best, x)
    }

    #[test]
    fn both_modes() {
        // x < y: x²·y + x·y·y
        assert_eq!(reduced::grad(2.0_f64, 3.0), (2.0 * 2.0 * 3.0 + 9.0, 4.0 + 2.0 * 2.0 * 3.0));
        // x > y: x²·y + x·y·x
        assert_eq!(reduced::grad(3.0_f32, 2.0), (6.0 * 2.0 + 12.0, 9.0 + 9.0));
        assert_eq!(reduced::jvp(3.0_f32, 2.0, 1.0, 0.0), (36.0, 24.0));
        let (value, dot) = wrapped::jvp(2.0, 3.0, 1.0, 0.0);
        assert_eq!(value.items, [4.0, 3.0]);
        assert_eq!(dot, WrapperTangent { items: [4.0, 0.0], best: EitherTangent::Right { a: 1.0, b: [0.0, 0.0] } });
    }
}

mod recursive {
    use autodiff_core::{Differentiable, differentiable};

    #[derive(Clone, Debug, Differentiable)]
    enum Tree {
        Leaf(f64),
        Node { left: Box<Tree>, right: Box<Tree>, weight: f64 },
    }

    #[differentiable]
    fn sum(t: &Tree) -> f64 {
        match t {
            Tree::Leaf(x) => x * x,
            Tree::Node { left, right, weight } => weight * (sum(left) + sum(right)),
        }
    }

    #[test]
    fn both_modes() {
        let leaf = |x| Box::new(Tree::Leaf(x));
        let tree = Tree::Node { left: leaf(2.0), right: leaf(3.0), weight: 5.0 };
        let TreeTangent::Node { left, right, weight } = sum::grad(&tree) else { panic!("a node") };
        assert_eq!((*left, *right, weight), (TreeTangent::Leaf(20.0), TreeTangent::Leaf(30.0), 13.0));
    }
}

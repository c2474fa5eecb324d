//! Structs of one's own: literals, fields, patterns; in loops, behind references, handed on.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check, check_scalar, check_unit, coordinates};
use nalgebra::{DMatrix, DVector, dmatrix, dvector};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}
coordinates!(Point => PointTangent { Self { x, y } });

#[derive(Clone, Copy, Debug, Differentiable)]
struct Pair(f64, f64);
coordinates!(Pair => PairTangent { Self { 0, 1 } });

#[derive(Clone, Debug, Differentiable)]
struct Body {
    pos: Point,
    vel: [f64; 2],
    mass: f64,
    #[nodiff]
    name: &'static str,
    id: usize,
}
coordinates!(Body => BodyTangent { Self { pos, vel, mass, id; name } });

#[derive(Clone, Debug, Differentiable)]
struct Layer {
    w: DMatrix<f64>,
    b: DVector<f64>,
}
coordinates!(Layer => LayerTangent { Self { w, b } });

#[derive(Clone, Debug, Differentiable)]
struct Net {
    layers: Vec<Layer>,
    scale: f64,
}
coordinates!(Net => NetTangent { Self { layers, scale } });

fn body() -> Body {
    Body { pos: Point { x: 0.3, y: -0.7 }, vel: [1.1, 0.4], mass: 1.7, name: "earth", id: 3 }
}

fn net() -> Net {
    let layer = |k: f64| Layer { w: dmatrix![0.3 * k, 0.7; -0.2, 0.4], b: dvector![0.1, -k] };
    Net { layers: vec![layer(1.0), layer(0.6)], scale: 1.3 }
}

mod literals {
    use super::*;

    #[differentiable]
    pub fn named(x: f64, y: f64) -> Point {
        Point { x: x * y, y: x.sin() }
    }

    #[differentiable]
    fn shorthand(x: f64, y: f64) -> Point {
        let y = y * x;
        Point { y, x }
    }

    #[differentiable]
    pub fn tuple(x: f64, y: f64) -> Pair {
        Pair(x * y, 2.0)
    }

    #[differentiable]
    fn half_constant(x: f64) -> f64 {
        let p = Point { x: x * x, y: 3.0 };
        p.x * p.y + p.x
    }

    #[differentiable]
    fn nested(x: f64, v: &[f64; 2]) -> Body {
        Body { pos: Point { x, y: v[0] }, vel: *v, mass: x * 2.0, name: "b", id: 1 }
    }

    #[differentiable]
    fn update(p: Point, x: f64) -> Point {
        Point { x: x * p.y, ..p }
    }

    #[differentiable]
    fn update_of_clone(b: &Body, m: f64) -> Body {
        Body { mass: m * b.mass, pos: Point { y: m, ..b.pos }, ..b.clone() }
    }

    #[differentiable]
    fn update_of_constant(m: f64) -> f64 {
        let b = Body { mass: m * m, ..body() };
        b.mass * b.pos.x + b.vel[1] * m
    }

    #[differentiable]
    fn moved_in(w: DMatrix<f64>, b: &DVector<f64>) -> Layer {
        Layer { w, b: b.clone() }
    }

    #[differentiable]
    fn vectors(x: f64) -> Net {
        let first = Layer { w: dmatrix![x, 1.0; 2.0, x * x], b: dvector![x, x] };
        Net { layers: vec![first.clone(), first], scale: 1.0 }
    }

    #[differentiable]
    fn in_a_loop(x: f64, n: usize) -> Point {
        let mut p = Point { x, y: 1.0 };
        for _ in 0..n {
            p = Point { x: p.x * p.y, y: p.y + p.x.cos() };
        }
        p
    }

    #[differentiable]
    fn in_branches(x: f64, y: f64) -> f64 {
        let p = if x > y { Point { x: x * y, y } } else { Point { x: 1.0, y: x * x } };
        p.x * p.y
    }

    #[test]
    fn both_modes() {
        check!(named(0.7, -0.4));
        check!(shorthand(0.7, -0.4));
        check!(tuple(0.7, -0.4));
        check_scalar!(half_constant(0.7));
        check!(nested(0.7, &[0.2, 0.4]));
        check!(update(Point { x: 0.1, y: 0.9 }, 0.7));
        check!(update_of_clone(&body(), 0.7));
        check_scalar!(update_of_constant(0.7));
        check!(moved_in(dmatrix![0.2, 0.5], &dvector![0.3]));
        check!(vectors(0.3));
        check!(in_a_loop(0.3, const 4));
        check!(in_a_loop(0.3, const 0));
        check_scalar!(in_branches(0.7, 0.2));
        check_scalar!(in_branches(0.1, 0.2));
    }
}

mod fields {
    use super::*;

    #[differentiable]
    fn read(p: &Point, b: &Body) -> f64 {
        p.x * p.y + b.pos.x * b.vel[1] / b.mass + b.id as f64
    }

    #[differentiable]
    fn by_value(p: Point) -> f64 {
        p.x.exp() * p.y
    }

    #[differentiable]
    fn written(mut p: Point, t: f64) -> Point {
        p.x *= t;
        p.y = p.x * p.y;
        p.x += p.y;
        p
    }

    #[differentiable]
    fn through_reference(b: &mut Body, t: f64) {
        b.pos.x += t * b.vel[0];
        b.pos.y += t * b.vel[1];
        b.vel[0] = -b.vel[0] * b.pos.x;
        b.mass *= b.mass;
    }

    #[differentiable]
    fn tuple_fields(p: &Pair) -> Pair {
        let mut q = *p;
        q.0 *= p.1;
        q.1 = q.0 + p.0;
        q
    }

    #[differentiable]
    fn steps(b: &mut Body, n: usize, dt: f64) -> f64 {
        let mut energy = 0.0;
        for _ in 0..n {
            let r2 = b.pos.x * b.pos.x + b.pos.y * b.pos.y;
            let pull = b.mass / (r2 * r2.sqrt());
            b.vel[0] -= dt * pull * b.pos.x;
            b.vel[1] -= dt * pull * b.pos.y;
            b.pos.x += dt * b.vel[0];
            b.pos.y += dt * b.vel[1];
            energy += b.vel[0] * b.vel[0];
        }
        energy
    }

    #[differentiable]
    fn locals_in_loops(x: f64, n: usize) -> f64 {
        let mut p = Point { x: 1.0, y: 0.0 };
        for i in 0..n {
            let q = Point { x: p.x * x, y: i as f64 };
            p.x = q.x + p.y;
            p.y += q.y * x;
        }
        p.x * p.y
    }

    #[differentiable]
    fn references(b: &Body) -> f64 {
        let p = &b.pos;
        let v = &b.vel;
        let first = &v[0];
        p.x * *first + p.y * v[1]
    }

    #[differentiable]
    fn mutable_references(b: &mut Body) {
        let p = &mut b.pos;
        p.x *= p.y;
        let v = &mut b.vel;
        v[0] *= p.x;
        b.mass += b.vel[0];
    }

    #[differentiable]
    fn whole_fields(b: &mut Body, p: Point) -> Point {
        let old = b.pos;
        b.pos = p;
        b.pos.x *= old.x;
        old
    }

    #[differentiable]
    fn matrices(n: &Net, x: &DVector<f64>) -> f64 {
        let mut h = x.clone();
        for i in 0..n.layers.len() {
            h = (&n.layers[i].w * &h + &n.layers[i].b).map(|v| v.tanh());
        }
        n.scale * h.sum()
    }

    #[differentiable]
    fn items(n: &Net, x: &DVector<f64>) -> f64 {
        let mut h = x.clone();
        for layer in &n.layers {
            h = &layer.w * &h + &layer.b;
        }
        h[0] * n.scale
    }

    #[differentiable]
    fn grown(n: &mut Net) {
        for i in 0..n.layers.len() {
            n.layers[i].w[(0, 0)] *= n.scale;
            n.layers[i].b[1] += n.layers[i].w[(0, 0)];
        }
    }

    #[test]
    fn both_modes() {
        let p = Point { x: 0.4, y: -0.9 };
        check_scalar!(read(&p, &body()));
        check_scalar!(by_value(p));
        check!(written(p, 0.3));
        check_unit!(through_reference(&mut body(), 0.3));
        check!(tuple_fields(&Pair(0.3, 0.4)));
        check_scalar!(steps(&mut body(), const 3, 0.1));
        check_scalar!(locals_in_loops(0.7, const 3));
        check_scalar!(references(&body()));
        check_unit!(mutable_references(&mut body()));
        check!(whole_fields(&mut body(), p));
        check_scalar!(matrices(&net(), &dvector![0.3, 0.4]));
        check_scalar!(items(&net(), &dvector![0.3, 0.4]));
        check_unit!(grown(&mut net()));
    }
}

mod collections {
    use super::*;

    #[differentiable]
    fn array(ps: &[Point; 2]) -> f64 {
        ps[0].x * ps[1].y - ps[1].x * ps[0].y
    }

    #[differentiable]
    fn advance(bs: &mut [Body], dt: f64) {
        for i in 0..bs.len() {
            for k in 0..2 {
                bs[i].vel[k] *= 1.0 - dt;
            }
            bs[i].pos.x += dt * bs[i].vel[0];
        }
    }

    #[differentiable]
    fn iterated(ps: &mut Vec<Point>, t: f64) -> f64 {
        let mut s = 0.0;
        for p in ps.iter_mut() {
            p.x += t * p.y;
            p.y *= p.x;
        }
        for p in ps.iter() {
            s += p.x * p.y;
        }
        s
    }

    #[differentiable]
    fn pushed(x: &[f64]) -> f64 {
        let mut ps = Vec::new();
        for i in 0..x.len() {
            ps.push(Point { x: x[i], y: x[i] * x[i] });
        }
        let mut s = 0.0;
        for i in 1..ps.len() {
            s += ps[i].x * ps[i - 1].y;
        }
        s
    }

    #[differentiable]
    fn built(x: f64) -> Vec<Point> {
        let mut ps = vec![Point { x, y: 1.0 }; 3];
        ps[1] = Point { x: 2.0, y: x * x };
        ps[2].y = ps[1].y * x;
        ps
    }

    #[differentiable]
    fn taken(ps: &[Point]) -> Point {
        let mut best = ps[0];
        for i in 1..ps.len() {
            if ps[i].x > best.x {
                best = ps[i];
            }
        }
        best.y *= best.x;
        best
    }

    #[test]
    fn both_modes() {
        let ps = [Point { x: 0.4, y: -0.9 }, Point { x: 1.4, y: 0.6 }];
        check_scalar!(array(&ps));
        check_unit!(advance(&mut [body(), body()][..], 0.2));
        check_scalar!(iterated(&mut ps.to_vec(), 0.2));
        check_scalar!(pushed(&[0.3, 0.5, 0.7][..]));
        check!(built(0.3));
        check!(taken(&ps[..]));
    }
}

mod calls {
    use super::*;

    #[differentiable]
    fn norm(p: &Point) -> f64 {
        (p.x * p.x + p.y * p.y).sqrt()
    }

    #[differentiable]
    fn scaled(p: Point, k: f64) -> Point {
        Point { x: p.x * k, y: p.y * k }
    }

    #[differentiable]
    fn turn(p: &mut Point, angle: f64) {
        let (s, c) = angle.sin_cos();
        let x = c * p.x - s * p.y;
        p.y = s * p.x + c * p.y;
        p.x = x;
    }

    #[differentiable]
    fn whole(p: &Point, k: f64) -> f64 {
        let mut q = scaled(*p, k);
        turn(&mut q, k);
        norm(&q) + norm(p) * q.x
    }

    #[differentiable]
    fn by_field(b: &mut Body, k: f64) -> f64 {
        turn(&mut b.pos, k);
        let p = scaled(b.pos, b.mass);
        b.pos = scaled(p, k);
        norm(&b.pos) * p.x
    }

    #[differentiable]
    fn made(x: f64) -> f64 {
        norm(&Point { x, y: x * x }) + norm(&scaled(Point { x: 1.0, y: x }, x))
    }

    #[test]
    fn both_modes() {
        let p = Point { x: 0.4, y: -0.9 };
        check!(scaled(p, 0.3));
        check_unit!(turn(&mut { p }, 0.3));
        check_scalar!(whole(&p, 0.3));
        check_scalar!(by_field(&mut body(), 0.3));
        check_scalar!(made(0.3));
    }
}

mod patterns {
    use super::*;

    #[differentiable]
    fn by_value(p: Point) -> f64 {
        let Point { x, y } = p;
        x * y
    }

    #[differentiable]
    fn parameter(Point { x, y: z }: Point, Pair(a, _): &Pair) -> f64 {
        x * z * a
    }

    #[differentiable]
    fn through_reference(b: &Body) -> f64 {
        let Body { pos: Point { x, .. }, vel, mass, .. } = b;
        *x * vel[1] * *mass
    }

    #[differentiable]
    fn through_mutable_reference(b: &mut Body) {
        let Body { pos, vel: [u, v], mass, .. } = b;
        pos.x *= *mass;
        *u += pos.x * *v;
        *mass *= 2.0;
    }

    #[differentiable]
    fn of_a_part(b: &Body) -> f64 {
        let Point { x, y } = b.pos;
        let Point { x: ref a, .. } = b.pos;
        x * y * *a
    }

    #[differentiable]
    fn mutable_names(p: Point) -> f64 {
        let Point { mut x, y } = p;
        x *= y;
        x * x
    }

    #[differentiable]
    fn of_a_call(x: f64) -> f64 {
        let Pair(a, b) = literals::tuple(x, x);
        let (Point { x: p, .. }, q) = (literals::named(a, b), x);
        p * q
    }

    #[differentiable]
    fn matched(p: Point) -> f64 {
        match p {
            Point { x, y } if x > y => x * y,
            Point { x, .. } if x > 0.0 => x * x,
            Point { y: b, .. } => b,
        }
    }

    #[differentiable]
    fn matched_by_reference(p: &Point) -> f64 {
        match p {
            Point { x, y } if *x > *y => x * y,
            Point { x: a, .. } => a * a,
        }
    }

    #[differentiable]
    fn with_a_name(p: Point) -> f64 {
        let whole @ Point { x, .. } = p;
        whole.y * x
    }

    #[differentiable]
    fn in_loops(ps: &[Point], qs: &mut [Point]) -> f64 {
        let mut s = 0.0;
        for Point { x, y } in ps {
            s += x * y;
        }
        for &Point { x, y } in ps {
            s += x * x * y;
        }
        for (Point { x, .. }, q) in ps.iter().zip(qs.iter_mut()) {
            q.x *= x;
        }
        for Point { x, y } in qs.iter_mut() {
            *x *= *y;
            *y = 2.0 * *x;
        }
        s
    }

    #[test]
    fn both_modes() {
        let p = Point { x: 0.4, y: -0.9 };
        let ps = [p, Point { x: 1.4, y: 0.6 }];
        check_scalar!(by_value(p));
        check_scalar!(parameter(p, &Pair(0.3, 0.4)));
        check_scalar!(through_reference(&body()));
        check_unit!(through_mutable_reference(&mut body()));
        check_scalar!(of_a_part(&body()));
        check_scalar!(mutable_names(p));
        check_scalar!(of_a_call(0.3));
        check_scalar!(matched(p));
        check_scalar!(matched(Point { x: 0.4, y: 0.9 }));
        check_scalar!(matched(Point { x: -0.4, y: 0.9 }));
        check_scalar!(matched_by_reference(&p));
        check_scalar!(matched_by_reference(&Point { x: -0.4, y: 0.9 }));
        check_scalar!(with_a_name(p));
        check_scalar!(in_loops(&ps[..], &mut ps.to_vec()[..]));
    }
}

mod corners {
    use super::*;
    use autodiff_core::stop_gradient;

    #[derive(Clone, Debug, Differentiable)]
    struct Plan {
        #[nodiff]
        dt: f64,
        order: Vec<usize>,
        gain: f64,
    }
    coordinates!(Plan => PlanTangent { Self { order, gain; dt } });

    /// A number that is marked as a constant is read as one.
    #[differentiable]
    fn constant_fields(p: &Plan, x: f64) -> f64 {
        let dt = stop_gradient(p.dt);
        let mut y = x;
        for i in 0..p.order.len() {
            y += dt * p.gain * y * p.order[i] as f64;
        }
        y
    }

    #[differentiable]
    fn planned(gain: f64, dt: f64) -> f64 {
        let p = Plan { dt: stop_gradient(dt), order: vec![1, 2], gain: gain * gain };
        constant_fields(&p, gain)
    }

    #[derive(Clone, Debug, Default, Differentiable)]
    struct State {
        pos: Vec<f64>,
        energy: f64,
        steps: usize,
    }
    coordinates!(State => StateTangent { Self { pos, energy, steps } });

    #[differentiable]
    fn stepped(s: State, k: f64) -> State {
        let mut pos = s.pos.clone();
        for i in 0..pos.len() {
            pos[i] += k * s.pos[i] * s.energy;
        }
        State { energy: s.energy * k, pos, steps: s.steps + 1 }
    }

    #[differentiable]
    fn iterated(x: &[f64], k: f64, n: usize) -> f64 {
        let mut s = State { pos: x.to_vec(), energy: 1.0, ..Default::default() };
        for i in 0..n {
            if s.energy < 0.01 {
                break;
            }
            let old = s.energy;
            s = stepped(s, k);
            if i == 1 {
                continue;
            }
            s.energy += old * s.pos[0];
        }
        s.pos[0] * s.pos[1] + s.energy * s.steps as f64
    }

    #[differentiable]
    fn updated_in_a_loop(p: Point, n: usize) -> f64 {
        let mut q = p;
        let mut s = 0.0;
        for i in 0..n {
            let old = q;
            q = if i % 2 == 0 { Point { x: q.x * q.y, ..q } } else { Point { y: q.y + old.x, ..old } };
            s += old.x * q.y;
        }
        s
    }

    #[differentiable]
    fn early(ps: &[Point], limit: f64) -> Option<Point> {
        let mut sum = Point { x: 0.0, y: 1.0 };
        for p in ps {
            sum.x += p.x;
            sum.y *= p.y;
            if sum.x > limit {
                return Some(sum);
            }
        }
        if ps.is_empty() { None } else { Some(Point { x: sum.y, y: sum.x * sum.y }) }
    }

    #[differentiable]
    fn swapped(p: &mut Point) -> Pair {
        let Point { x, y } = *p;
        p.x = y;
        p.y = x * y;
        (p.x, p.y) = (p.y, p.x * x);
        Pair(p.x, x)
    }

    #[differentiable]
    fn order(x: f64) -> Point {
        let mut y = x;
        Point {
            y: {
                y *= 2.0;
                y * x
            },
            x: y,
        }
    }

    #[differentiable]
    fn mapped(ps: [Point; 2], k: f64) -> [f64; 2] {
        let mut out = [0.0; 2];
        for (o, Point { x, y }) in out.iter_mut().zip(&ps) {
            *o += x * y * k;
        }
        out
    }

    #[test]
    fn both_modes() {
        let p = Point { x: 0.4, y: -0.9 };
        let plan = Plan { dt: 0.1, order: vec![1, 3], gain: 0.7 };
        check_scalar!(constant_fields(&plan, 0.3));
        assert_eq!(planned::grad(0.3, 0.1).1, 0.0);
        let xs = [0.3, -0.8, 0.5];
        check_scalar!(iterated(&xs[..], 0.7, const 4));
        check_scalar!(iterated(&xs[..], 0.7, const 0));
        check_scalar!(updated_in_a_loop(p, const 5));
        let ps = [p, Point { x: 1.4, y: 0.6 }];
        check!(early(&ps[..], 10.0));
        check!(early(&ps[..], 0.1));
        check!(swapped(&mut { p }));
        check!(order(0.7));
        check!(mapped(ps, 0.7));
        check!(stepped(State { pos: vec![], energy: 2.0, steps: 1 }, 0.7));
    }
}

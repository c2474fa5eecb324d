//! Bundle adjustment, from GradBench: here half the sum of all squared errors, by cameras, points and weights.
use super::{
    Kernel,
    number::{Number, arrays},
    rng,
};
use autodiff_core::differentiable;
use autodiff_examples::gradbench::ba::{Camera, Input, Observation, reprojection_error, weight_error};

const CAMERAS: usize = 8;

pub(super) struct Bundle {
    x: Vec<f64>,
    observations: Vec<Observation>,
    points: usize,
}

/// Cameras, points, weights.
type Parts<'a, T> = (&'a [[T; 11]], &'a [[T; 3]], &'a [T]);

type PartsMut<'a> = (&'a mut [Camera], &'a mut [[f64; 3]], &'a mut [f64]);

impl Bundle {
    /// As many observations, of a quarter as many points.
    pub(super) fn random(observations: usize) -> Self {
        let points = observations / 4;
        let input = Input::random(&mut rng(), CAMERAS, points, observations);
        let x = [input.cameras.as_flattened(), input.points.as_flattened(), &input.weights].concat();
        Self { x, observations: input.observations, points }
    }

    fn parts<'a, T>(&self, x: &'a [T]) -> Parts<'a, T> {
        let (cameras, rest) = x.split_at(11 * CAMERAS);
        let (points, weights) = rest.split_at(3 * self.points);
        (arrays(cameras), arrays(points), weights)
    }

    fn parts_mut<'a>(&self, x: &'a mut [f64]) -> PartsMut<'a> {
        let (cameras, rest) = x.split_at_mut(11 * CAMERAS);
        let (points, weights) = rest.split_at_mut(3 * self.points);
        (cameras.as_chunks_mut().0, points.as_chunks_mut().0, weights)
    }
}

#[differentiable]
fn half_squares(
    cameras: &[Camera],
    points: &[[f64; 3]],
    weights: &[f64],
    #[nodiff] observations: &[Observation],
) -> f64 {
    let mut sum = 0.0;
    for i in 0..observations.len() {
        let seen = &observations[i];
        let [u, v] = reprojection_error(&cameras[seen.camera], &points[seen.point], weights[i], &seen.feature);
        let w = weight_error(weights[i]);
        sum += u * u + v * v + w * w;
    }
    0.5 * sum
}

fn dot<T: Number>(a: [T; 3], b: [T; 3]) -> T {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross<T: Number>(a: [T; 3], b: [T; 3]) -> [T; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// `a + s b`.
fn plus<T: Number>(a: [T; 3], s: T, b: [T; 3]) -> [T; 3] {
    [a[0] + s * b[0], a[1] + s * b[1], a[2] + s * b[2]]
}

/// A rotation that is not the identity, with what its derivative needs again.
struct Rotation<T> {
    axis: [T; 3],
    angle: T,
    sin: T,
    cos: T,
}

impl<T: Number> Rotation<T> {
    fn about(r: [T; 3]) -> Self {
        let angle = dot(r, r).sqrt();
        Self { axis: r.map(|r| r / angle), angle, sin: angle.sin(), cos: angle.cos() }
    }

    fn apply(&self, p: [T; 3]) -> [T; 3] {
        let along = dot(self.axis, p) * (T::of(1.0) - self.cos);
        plus(plus(p.map(|p| p * self.cos), self.sin, cross(self.axis, p)), along, self.axis)
    }
}

impl Rotation<f64> {
    /// What the adjoint of the rotated point means for the vector that the rotation is about, and for the point.
    fn apply_back(&self, p: [f64; 3], bar: [f64; 3]) -> ([f64; 3], [f64; 3]) {
        let &Self { axis, angle, sin, cos } = self;
        let part = dot(axis, p);
        let (along_bar, across_bar) = (dot(bar, axis), bar.map(|bar| bar * sin));
        let part_bar = along_bar * (1.0 - cos);
        let axis_bar = plus(plus(bar.map(|bar| bar * part * (1.0 - cos)), part_bar, p), 1.0, cross(p, across_bar));
        let p_bar = plus(plus(bar.map(|bar| bar * cos), part_bar, axis), 1.0, cross(across_bar, axis));
        let (sin_bar, cos_bar) = (dot(bar, cross(axis, p)), dot(bar, p) - along_bar * part);
        let angle_bar = sin_bar * cos - cos_bar * sin - dot(axis_bar, axis) / angle;
        (plus(axis_bar.map(|bar| bar / angle), angle_bar, axis), p_bar)
    }
}

/// The two errors of an observation as a half of the sum of their squares, and what it means for all that they depend on.
fn pull(camera: &Camera, point: [f64; 3], w: f64, seen: [f64; 2], bars: (&mut Camera, &mut [f64; 3], &mut f64)) -> f64 {
    let [rx, ry, rz, cx, cy, cz, focal, u0, v0, k1, k2] = *camera;
    let (rotation, from) = (Rotation::about([rx, ry, rz]), plus(point, -1.0, [cx, cy, cz]));
    let [x, y, z] = rotation.apply(from);
    let (u, v) = (x / z, y / z);
    let squared = u * u + v * v;
    let radial = 1.0 + k1 * squared + k2 * squared * squared;
    let scale = focal * radial;
    let off = [u * scale + u0 - seen[0], v * scale + v0 - seen[1]];
    let off_bar = off.map(|off| w * w * off);
    let scale_bar = off_bar[0] * u + off_bar[1] * v;
    let radial_bar = scale_bar * focal;
    let squared_bar = radial_bar * (k1 + 2.0 * k2 * squared);
    let (u_bar, v_bar) = (off_bar[0] * scale + 2.0 * u * squared_bar, off_bar[1] * scale + 2.0 * v * squared_bar);
    let (r_bar, p_bar) = rotation.apply_back(from, [u_bar / z, v_bar / z, -(u_bar * u + v_bar * v) / z]);
    let lens_bar = [scale_bar * radial, off_bar[0], off_bar[1], radial_bar * squared, radial_bar * squared * squared];
    let (camera_bar, point_bar, w_bar) = bars;
    for i in 0..3 {
        camera_bar[i] += r_bar[i];
        camera_bar[3 + i] -= p_bar[i];
        point_bar[i] += p_bar[i];
    }
    for i in 0..5 {
        camera_bar[6 + i] += lens_bar[i];
    }
    let squares = off[0] * off[0] + off[1] * off[1];
    *w_bar += w * squares;
    0.5 * w * w * squares
}

impl Kernel for Bundle {
    fn x(&self) -> &[f64] {
        &self.x
    }

    fn primal(&self, x: &[f64]) -> f64 {
        let (cameras, points, weights) = self.parts(x);
        half_squares(cameras, points, weights, &self.observations)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let ((cameras, points, weights), bars) = (self.parts(x), self.parts_mut(x_bar));
        half_squares::grad_into(cameras, points, weights, &self.observations, bars.0, bars.1, bars.2)
    }

    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let ((cameras, points, weights), bars) = (self.parts(x), self.parts_mut(x_bar));
        let mut sum = 0.0;
        for ((seen, &w), w_bar) in self.observations.iter().zip(weights).zip(bars.2) {
            let error = 1.0 - w * w;
            *w_bar -= 2.0 * w * error;
            let bars = (&mut bars.0[seen.camera], &mut bars.1[seen.point], w_bar);
            sum += pull(&cameras[seen.camera], points[seen.point], w, seen.feature, bars) + 0.5 * error * error;
        }
        sum
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let (cameras, points, weights) = self.parts(x);
        let one = T::of(1.0);
        let mut sum = T::of(0.0);
        for (seen, &w) in self.observations.iter().zip(weights) {
            let [rx, ry, rz, cx, cy, cz, focal, u0, v0, k1, k2] = cameras[seen.camera];
            let [x, y, z] = Rotation::about([rx, ry, rz]).apply(plus(points[seen.point], -one, [cx, cy, cz]));
            let (u, v) = (x / z, y / z);
            let squared = u * u + v * v;
            let scale = focal * (one + k1 * squared + k2 * squared * squared);
            let [seen_u, seen_v] = seen.feature.map(T::of);
            let errors = [w * (u * scale + u0 - seen_u), w * (v * scale + v0 - seen_v), one - w * w];
            sum += dot(errors, errors);
        }
        T::of(0.5) * sum
    }
}

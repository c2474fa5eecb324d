//! Hand tracking, from GradBench: here half the sum of all squared errors, by the pose and the places in triangles.
use super::{
    Kernel,
    number::{Number, arrays},
    rng,
};
use autodiff_core::differentiable;
use autodiff_examples::gradbench::ht::{Affine, Data, Hand, Input, Pose, Vertex, errors};

const VERTICES: usize = 544;
const ANGLES: usize = 26;

pub(super) struct HandTracking {
    x: Vec<f64>,
    data: Data,
}

impl HandTracking {
    pub(super) fn random(points: usize) -> Self {
        let Input { theta, data, us } = Input::random(&mut rng(), VERTICES, points);
        Self { x: [&theta[..], us.as_flattened()].concat(), data }
    }
}

fn parts<T>(x: &[T]) -> (&[T; ANGLES], &[[T; 2]]) {
    let (theta, us) = x.split_first_chunk().expect("26 angles and more");
    (theta, arrays(us))
}

#[differentiable]
fn half_squares(theta: &Pose, us: &[[f64; 2]], #[nodiff] data: &Data) -> f64 {
    let mut all = vec![[0.0; 3]; us.len()];
    errors(theta, us, data, &mut all);
    let mut sum = 0.0;
    for [x, y, z] in all {
        sum += x * x + y * y + z * z;
    }
    0.5 * sum
}

type Point<T> = [T; 3];
type Map<T> = [[T; 4]; 3];

fn dot<T: Number>(a: Point<T>, b: Point<T>) -> T {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn constant<T: Number>(map: &Affine) -> Map<T> {
    map.map(|row| row.map(T::of))
}

/// The product of two affine maps: `b` first, then `a`.
fn compose<T: Number>(a: &Map<T>, b: &Map<T>) -> Map<T> {
    let mut product: Map<T> =
        std::array::from_fn(|i| std::array::from_fn(|j| a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j]));
    for i in 0..3 {
        product[i][3] += a[i][3];
    }
    product
}

fn compose_back_first(a_bar: &mut Affine, b: &Affine, bar: &Affine) {
    for i in 0..3 {
        for k in 0..3 {
            a_bar[i][k] += bar[i][0] * b[k][0] + bar[i][1] * b[k][1] + bar[i][2] * b[k][2] + bar[i][3] * b[k][3];
        }
        a_bar[i][3] += bar[i][3];
    }
}

fn compose_back_second(a: &Affine, bar: &Affine) -> Affine {
    std::array::from_fn(|k| std::array::from_fn(|j| a[0][k] * bar[0][j] + a[1][k] * bar[1][j] + a[2][k] * bar[2][j]))
}

/// A joint of a finger: a rotation about the x axis, then about the z axis.
fn joint<T: Number>([bend, spread]: [T; 2]) -> Map<T> {
    let (sx, cx, sz, cz, zero) = (bend.sin(), bend.cos(), spread.sin(), spread.cos(), T::of(0.0));
    [[cz, -sz * cx, sz * sx, zero], [sz, cz * cx, -cz * sx, zero], [zero, sx, cx, zero]]
}

fn joint_back([bend, spread]: [f64; 2], m: &Affine) -> [f64; 2] {
    let ((sx, cx), (sz, cz)) = (bend.sin_cos(), spread.sin_cos());
    let cz_bar = m[0][0] + m[1][1] * cx - m[1][2] * sx;
    let sz_bar = m[1][0] - m[0][1] * cx + m[0][2] * sx;
    let cx_bar = m[1][1] * cz - m[0][1] * sz + m[2][2];
    let sx_bar = m[0][2] * sz - m[1][2] * cz + m[2][1];
    [sx_bar * cx - cx_bar * sx, sz_bar * cz - cz_bar * sz]
}

/// The indices of a bone's angles in a pose.
fn angle_indices(bone: usize) -> [Option<usize>; 2] {
    let (finger, segment) = match bone.checked_sub(2) {
        Some(i) if i < 20 => (i / 4, i % 4),
        _ => return [None, None],
    };
    match segment {
        0 => [Some(6 + 4 * finger), Some(7 + 4 * finger)],
        1 | 2 => [Some(7 + 4 * finger + segment), None],
        _ => [None, None],
    }
}

fn angles<T: Number>(theta: &[T; ANGLES], bone: usize) -> [T; 2] {
    angle_indices(bone).map(|index| index.map_or(T::of(0.0), |index| theta[index]))
}

/// From the coordinates of each bone to those of the hand in its pose.
fn to_hand<T: Number>(theta: &[T; ANGLES], hand: &Hand) -> Vec<Map<T>> {
    let mut all: Vec<Map<T>> = Vec::with_capacity(hand.bones.len());
    for (i, bone) in hand.bones.iter().enumerate() {
        let to_parent = compose(&constant(&bone.to_parent), &joint(angles(theta, i)));
        all.push(bone.parent.map_or(to_parent, |parent| compose(&all[parent], &to_parent)));
    }
    all
}

/// From the hand at rest to the hand in its pose, by each bone.
fn moved<T: Number>(to_hand: &[Map<T>], hand: &Hand) -> Vec<Map<T>> {
    to_hand.iter().zip(&hand.bones).map(|(map, bone)| compose(map, &constant(&bone.from_hand))).collect()
}

fn pose_back(theta: &Pose, hand: &Hand, to_hand: &[Affine], moved_bar: &[Affine], theta_bar: &mut [f64]) {
    let mut to_hand_bar = vec![[[0.0; 4]; 3]; to_hand.len()];
    for ((bar, bone), moved_bar) in to_hand_bar.iter_mut().zip(&hand.bones).zip(moved_bar) {
        compose_back_first(bar, &bone.from_hand, moved_bar);
    }
    for (i, bone) in hand.bones.iter().enumerate().rev() {
        let (bar, angles) = (to_hand_bar[i], angles(theta, i));
        let to_parent_bar = match bone.parent {
            Some(parent) => {
                compose_back_first(&mut to_hand_bar[parent], &compose(&bone.to_parent, &joint(angles)), &bar);
                compose_back_second(&to_hand[parent], &bar)
            }
            None => bar,
        };
        let joint_bar = joint_back(angles, &compose_back_second(&bone.to_parent, &to_parent_bar));
        for (index, bar) in angle_indices(i).into_iter().zip(joint_bar) {
            if let Some(index) = index {
                theta_bar[index] += bar;
            }
        }
    }
}

/// Where a vertex goes with its bones.
fn skin<T: Number>(moved: &[Map<T>], vertex: &Vertex) -> Point<T> {
    let mut sum = [T::of(0.0); 3];
    let at = vertex.position.map(T::of);
    for &(bone, weight) in &vertex.weights {
        for (sum, row) in sum.iter_mut().zip(&moved[bone]) {
            *sum += T::of(weight) * (row[0] * at[0] + row[1] * at[1] + row[2] * at[2] + row[3] * at[3]);
        }
    }
    sum
}

fn skin_back(vertex: &Vertex, bar: Point<f64>, moved_bar: &mut [Affine]) {
    for &(bone, weight) in &vertex.weights {
        for (row, bar) in moved_bar[bone].iter_mut().zip(bar) {
            row.iter_mut().zip(vertex.position).for_each(|(entry, at)| *entry += weight * bar * at);
        }
    }
}

/// The rotation about an axis that is not short.
fn rotation_about<T: Number>(r: Point<T>) -> [Point<T>; 3] {
    let angle = dot(r, r).sqrt();
    let [x, y, z] = r.map(|r| r / angle);
    let (s, c) = (angle.sin(), angle.cos());
    let d = T::of(1.0) - c;
    [
        [x * x * d + c, x * y * d - z * s, x * z * d + y * s],
        [x * y * d + z * s, y * y * d + c, y * z * d - x * s],
        [x * z * d - y * s, y * z * d + x * s, z * z * d + c],
    ]
}

fn rotation_back(r: Point<f64>, m: &[Point<f64>; 3]) -> Point<f64> {
    let angle = dot(r, r).sqrt();
    let axis @ [x, y, z] = r.map(|r| r / angle);
    let (s, c) = angle.sin_cos();
    let d = 1.0 - c;
    let (xy, xz, yz) = (m[0][1] + m[1][0], m[0][2] + m[2][0], m[1][2] + m[2][1]);
    let turn = [m[2][1] - m[1][2], m[0][2] - m[2][0], m[1][0] - m[0][1]];
    let axis_bar = [
        d * (2.0 * x * m[0][0] + y * xy + z * xz) + s * turn[0],
        d * (2.0 * y * m[1][1] + x * xy + z * yz) + s * turn[1],
        d * (2.0 * z * m[2][2] + x * xz + y * yz) + s * turn[2],
    ];
    let d_bar = x * x * m[0][0] + y * y * m[1][1] + z * z * m[2][2] + x * y * xy + x * z * xz + y * z * yz;
    let c_bar = m[0][0] + m[1][1] + m[2][2] - d_bar;
    let angle_bar = dot(axis, turn) * c - c_bar * s - dot(axis_bar, axis) / angle;
    [0, 1, 2].map(|i| axis_bar[i] / angle + angle_bar * axis[i])
}

/// A point in a triangle.
fn between<T: Number>([a, b, c]: [Point<T>; 3], [u, v]: [T; 2]) -> Point<T> {
    let w = T::of(1.0) - u - v;
    [0, 1, 2].map(|i| u * a[i] + v * b[i] + w * c[i])
}

impl Kernel for HandTracking {
    fn x(&self) -> &[f64] {
        &self.x
    }

    fn primal(&self, x: &[f64]) -> f64 {
        let (theta, us) = parts(x);
        half_squares(theta, us, &self.data)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (theta, us) = parts(x);
        let (theta_bar, us_bar) = x_bar.split_first_chunk_mut().expect("26 angles and more");
        half_squares::grad_into(theta, us, &self.data, theta_bar, us_bar.as_chunks_mut().0)
    }

    /// Each point is run forward and backward at once; only the bones are kept.
    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let ((theta, us), hand) = (parts(x), &self.data.model);
        let (theta_bar, us_bar) = x_bar.split_at_mut(ANGLES);
        let to_hand = to_hand(theta, hand);
        let moved = moved(&to_hand, hand);
        let axis = [theta[0], theta[1], theta[2]];
        let rotation = rotation_about(axis);
        let (mut moved_bar, mut rotation_bar) = (vec![[[0.0; 4]; 3]; moved.len()], [[0.0; 3]; 3]);
        let mut sum = 0.0;
        let points = self.data.correspondences.iter().zip(&self.data.points);
        for ((&[u, v], us_bar), (&triangle, seen)) in us.iter().zip(us_bar.as_chunks_mut::<2>().0).zip(points) {
            let corners = hand.triangles[triangle].map(|i| &hand.skin[i]);
            let [a, b, c] = corners.map(|vertex| skin(&moved, vertex));
            let at = between([a, b, c], [u, v]);
            let mut at_bar = [0.0; 3];
            for j in 0..3 {
                let error = seen[j] - (dot(rotation[j], at) + theta[3 + j]);
                sum += error * error;
                theta_bar[3 + j] -= error;
                for k in 0..3 {
                    rotation_bar[j][k] -= error * at[k];
                    at_bar[k] -= error * rotation[j][k];
                }
            }
            let along_c = dot(at_bar, c);
            us_bar[0] += dot(at_bar, a) - along_c;
            us_bar[1] += dot(at_bar, b) - along_c;
            for (vertex, share) in corners.into_iter().zip([u, v, 1.0 - u - v]) {
                skin_back(vertex, at_bar.map(|bar| share * bar), &mut moved_bar);
            }
        }
        theta_bar.iter_mut().zip(rotation_back(axis, &rotation_bar)).for_each(|(sum, bar)| *sum += bar);
        pose_back(theta, hand, &to_hand, &moved_bar, theta_bar);
        0.5 * sum
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let ((theta, us), hand) = (parts(x), &self.data.model);
        let moved = moved(&to_hand(theta, hand), hand);
        let rotation = rotation_about([theta[0], theta[1], theta[2]]);
        let mut sum = T::of(0.0);
        for ((&us, &triangle), seen) in us.iter().zip(&self.data.correspondences).zip(&self.data.points) {
            let at = between(hand.triangles[triangle].map(|i| skin(&moved, &hand.skin[i])), us);
            for j in 0..3 {
                let error = T::of(seen[j]) - (dot(rotation[j], at) + theta[3 + j]);
                sum += error * error;
            }
        }
        T::of(0.5) * sum
    }
}

//! Hand tracking: the pose of a hand is to explain where points on its skin have been seen. The Jacobian is dense in the
//! pose, and has few columns: forward mode.
//!
//! Only those vertices of the skin are posed on which an error depends. Implementations in other languages pose all of
//! them, so that times are not to be compared with theirs: what a column of the Jacobian costs, in errors, is.
use super::{
    function::{Function, Functions},
    rows::Rows,
    uniform, zeroed,
};
use autodiff_core::differentiable;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

/// The functions of the module.
pub const FUNCTIONS: Functions = &[("objective", &Function(objective)), ("jacobian", &Function(jacobian))];

/// The number of bones: the wrist, four for each finger, the forearm.
const BONES: usize = 22;

/// A rotation, scaling and shearing, and in the last column a translation.
pub type Affine = [[f64; 4]; 3];

/// The rotation of the hand, its translation, and four angles for each finger.
pub type Pose = [f64; 26];

/// Where to evaluate, and on which data.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "said above and below")]
pub struct Input {
    pub theta: Pose,
    pub data: Data,
    /// Where in its triangle each point lies; where this is empty, points lie on vertices.
    pub us: Vec<[f64; 2]>,
}

/// Points, and the vertices or triangles of the model that they belong to.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "said above")]
pub struct Data {
    pub model: Hand,
    pub correspondences: Vec<usize>,
    pub points: Vec<[f64; 3]>,
}

/// A hand at rest.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Model")]
#[expect(missing_docs, reason = "said in the types of the fields")]
pub struct Hand {
    pub bones: Vec<Bone>,
    pub skin: Vec<Vertex>,
    pub triangles: Vec<[usize; 3]>,
    /// A left hand is a right hand in a mirror.
    pub is_mirrored: bool,
}

/// A bone: parents stand before their children.
#[derive(Clone, Debug)]
pub struct Bone {
    /// The bone that this one hangs on.
    pub parent: Option<usize>,
    /// From the bone's coordinates to those of its parent.
    pub to_parent: Affine,
    /// From the hand's coordinates to those of the bone.
    pub from_hand: Affine,
}

/// A vertex of the skin.
#[derive(Clone, Debug)]
pub struct Vertex {
    /// Where it is.
    pub position: [f64; 4],
    /// The bones that it follows, and how much.
    pub weights: Vec<(usize, f64)>,
}

/// The hand as it is written.
#[derive(Deserialize)]
struct Model {
    parents: Vec<i32>,
    base_relatives: Vec<[[f64; 4]; 4]>,
    inverse_base_absolutes: Vec<[[f64; 4]; 4]>,
    base_positions: Vec<[f64; 4]>,
    weights: Vec<Vec<f64>>,
    triangles: Vec<[usize; 3]>,
    is_mirrored: bool,
}

impl From<Model> for Hand {
    fn from(model: Model) -> Self {
        let affine = |[x, y, z, _]: [[f64; 4]; 4]| [x, y, z];
        let matrices = model.base_relatives.into_iter().zip(model.inverse_base_absolutes);
        let bones = model.parents.into_iter().zip(matrices).map(|(parent, (to_parent, from_hand))| Bone {
            parent: usize::try_from(parent).ok(),
            to_parent: affine(to_parent),
            from_hand: affine(from_hand),
        });
        let skin = model.base_positions.into_iter().zip(model.weights).map(|(position, weights)| Vertex {
            position,
            weights: weights.into_iter().enumerate().filter(|(_, weight)| *weight != 0.0).collect(),
        });
        let (bones, skin) = (bones.collect(), skin.collect());
        Self { bones, skin, triangles: model.triangles, is_mirrored: model.is_mirrored }
    }
}

impl Input {
    /// A random hand with `n` vertices, and `c` points on its triangles.
    pub fn random(rng: &mut impl Rng, n: usize, c: usize) -> Self {
        let mut affine = || [[0; 4]; 3].map(|row| row.map(|_: i32| rng.random::<f64>() - 0.5));
        let bones = (0..BONES).map(|i| Bone {
            parent: if i % 4 == 1 { Some(0) } else { i.checked_sub(1) },
            to_parent: affine(),
            from_hand: affine(),
        });
        let bones = bones.collect();
        let mut number = || rng.random::<f64>() - 0.5;
        let mut position = || [number(), number(), number(), 1.0];
        let positions: Vec<_> = (0..n).map(|_| position()).collect();
        let mut bone = || (rng.random_range(0..BONES), rng.random());
        let skin = positions.into_iter().map(|position| Vertex { position, weights: vec![bone(), bone()] }).collect();
        let triangles = (0..n).map(|_| [0; 3].map(|_: i32| rng.random_range(0..n))).collect();
        let model = Hand { bones, skin, triangles, is_mirrored: false };
        let correspondences = (0..c).map(|_| rng.random_range(0..n)).collect();
        let points = uniform(rng, 3 * c).as_chunks().0.to_vec();
        let us = uniform(rng, 2 * c).as_chunks().0.to_vec();
        let theta = uniform(rng, 26).try_into().expect("26 numbers");
        Self { theta, data: Data { model, correspondences, points }, us }
    }
}

/// Writes into `errors` how far from each point the model is.
#[differentiable]
pub fn errors(theta: &Pose, us: &[[f64; 2]], #[nodiff] data: &Data, errors: &mut [[f64; 3]]) {
    let hand = &data.model;
    let bones = pose(theta, hand);
    let rotation = rotation_about([theta[0], theta[1], theta[2]]);
    let mirror = if hand.is_mirrored { -1.0 } else { 1.0 };
    for i in 0..errors.len() {
        let at = data.correspondences[i];
        let [x, y, z] = if us.is_empty() {
            skin(&bones, &hand.skin[at])
        } else {
            let [a, b, c] = hand.triangles[at];
            let [u, v] = us[i];
            between(skin(&bones, &hand.skin[a]), skin(&bones, &hand.skin[b]), skin(&bones, &hand.skin[c]), u, v)
        };
        let x = mirror * x;
        for j in 0..3 {
            let [rx, ry, rz] = rotation[j];
            errors[i][j] = data.points[i][j] - (rx * x + ry * y + rz * z + theta[3 + j]);
        }
    }
}

/// A point in a triangle.
#[differentiable]
fn between(a: [f64; 3], b: [f64; 3], c: [f64; 3], u: f64, v: f64) -> [f64; 3] {
    let w = 1.0 - u - v;
    [u * a[0] + v * b[0] + w * c[0], u * a[1] + v * b[1] + w * c[1], u * a[2] + v * b[2] + w * c[2]]
}

/// Where a vertex goes with its bones.
#[differentiable]
fn skin(bones: &[Affine; BONES], #[nodiff] vertex: &Vertex) -> [f64; 3] {
    let [x, y, z, w] = vertex.position;
    let mut sum = [0.0; 3];
    for &(bone, weight) in &vertex.weights {
        for i in 0..3 {
            let row = &bones[bone][i];
            sum[i] += weight * (row[0] * x + row[1] * y + row[2] * z + row[3] * w);
        }
    }
    sum
}

/// From the hand at rest to the hand in its pose, by each bone.
#[differentiable]
fn pose(theta: &Pose, #[nodiff] hand: &Hand) -> [Affine; BONES] {
    let angles = angles(theta);
    let mut to_hand = [[[0.0; 4]; 3]; BONES];
    for i in 0..BONES {
        let bone = &hand.bones[i];
        let to_parent = compose(&bone.to_parent, &joint(angles[i]));
        to_hand[i] = match bone.parent {
            Some(parent) => compose(&to_hand[parent], &to_parent),
            None => to_parent,
        };
    }
    let mut moved = to_hand;
    for i in 0..BONES {
        moved[i] = compose(&to_hand[i], &hand.bones[i].from_hand);
    }
    moved
}

/// By how much each bone is bent and spread: of a finger the second bone is both, the third and the fourth are bent.
#[differentiable]
fn angles(theta: &Pose) -> [[f64; 2]; BONES] {
    let mut angles = [[0.0; 2]; BONES];
    for finger in 0..5 {
        let (first, bone) = (6 + 4 * finger, 2 + 4 * finger);
        angles[bone] = [theta[first], theta[first + 1]];
        angles[bone + 1][0] = theta[first + 2];
        angles[bone + 2][0] = theta[first + 3];
    }
    angles
}

/// A rotation about the x axis, then about the z axis.
#[differentiable]
fn joint([bend, spread]: [f64; 2]) -> Affine {
    let (sx, cx) = bend.sin_cos();
    let (sz, cz) = spread.sin_cos();
    [[cz, -sz * cx, sz * sx, 0.0], [sz, cz * cx, -cz * sx, 0.0], [0.0, sx, cx, 0.0]]
}

/// The product of two affine maps: `b` first, then `a`.
#[differentiable]
fn compose(a: &Affine, b: &Affine) -> Affine {
    let mut product = [[0.0; 4]; 3];
    for i in 0..3 {
        for j in 0..4 {
            product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
        }
        product[i][3] += a[i][3];
    }
    product
}

/// The rotation about an axis, by an angle that is the length of the axis.
#[differentiable]
fn rotation_about(axis: [f64; 3]) -> [[f64; 3]; 3] {
    let [x, y, z] = axis;
    let angle = (x * x + y * y + z * z).sqrt();
    if angle < 1e-4 {
        return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    }
    let (x, y, z) = (x / angle, y / angle, z / angle);
    let (s, c) = angle.sin_cos();
    let d = 1.0 - c;
    [
        [x * x * d + c, x * y * d - z * s, x * z * d + y * s],
        [x * y * d + z * s, y * y * d + c, y * z * d - x * s],
        [x * z * d - y * s, y * z * d + x * s, z * z * d + c],
    ]
}

/// The errors.
pub fn objective(input: &Input, all: &mut Errors) {
    all.0.resize(input.data.points.len(), [0.0; 3]);
    errors(&input.theta, &input.us, &input.data, &mut all.0);
}

/// The coordinates of all errors, in a row.
#[derive(Clone, Debug, Default)]
pub struct Errors(pub Vec<[f64; 3]>);

impl Serialize for Errors {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_flattened().serialize(serializer)
    }
}

/// The Jacobian, and what a run needs beside it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Jacobian {
    /// A row for each coordinate of an error; columns for the two numbers in `us` that the error depends on, where there
    /// are any, then for `theta`.
    pub rows: Rows,
    #[serde(skip)]
    us_dots: [Vec<[f64; 2]>; AT_ONCE],
    #[serde(skip)]
    errors: Vec<[f64; 3]>,
    #[serde(skip)]
    errors_dots: [Vec<[f64; 3]>; AT_ONCE],
}

/// How many columns are computed in one pass: with more of them, their tangents leave the nearest cache.
const AT_ONCE: usize = 4;

/// The Jacobian in forward mode, several columns in a pass. An error depends on its own two numbers in `us` alone, so that one
/// direction serves the first numbers of all, and another the second.
pub fn jacobian(input: &Input, Jacobian { rows, us_dots, errors: values, errors_dots }: &mut Jacobian) {
    let Input { theta, data, us } = input;
    let own = if us.is_empty() { 0 } else { 2 };
    let columns = own + theta.len();
    rows.count = 3 * data.points.len();
    zeroed(&mut rows.data, rows.count * columns);
    values.resize(data.points.len(), [0.0; 3]);
    errors_dots.iter_mut().for_each(|dots| dots.resize(data.points.len(), [0.0; 3]));
    for first in (0..columns).step_by(AT_ONCE) {
        // a direction too many is that of no column: all zero
        let mut theta_dots = [[0.0; 26]; AT_ONCE];
        for lane in 0..AT_ONCE {
            let mut us_direction = [0.0; 2];
            match (first + lane).checked_sub(own) {
                Some(i) if i < theta.len() => theta_dots[lane][i] = 1.0,
                Some(_) => {}
                None => us_direction[first + lane] = 1.0,
            }
            us_dots[lane].clear();
            us_dots[lane].resize(us.len(), us_direction);
        }
        let us_directions = us_dots.each_ref().map(Vec::as_slice);
        let slots = errors_dots.each_mut().map(Vec::as_mut_slice);
        errors::jvps(theta, us, data, values, theta_dots.each_ref(), us_directions, slots);
        let dots = errors_dots.each_ref().map(|dots| dots.as_flattened());
        for (k, row) in rows.data.chunks_exact_mut(columns).enumerate() {
            for (entry, dots) in row[first..].iter_mut().zip(dots) {
                *entry = dots[k];
            }
        }
    }
}

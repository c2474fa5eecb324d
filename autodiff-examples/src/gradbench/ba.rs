//! Bundle adjustment: cameras and points are to explain where the points are seen in photographs. The Jacobian is sparse.
use super::function::{Function, Functions};
use autodiff_core::differentiable;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};
use serde_json::json;

/// The functions of the module.
pub const FUNCTIONS: Functions = &[("objective", &Function(objective)), ("jacobian", &Function(jacobian))];

/// The axis of its rotation times the angle, the centre, the focal length, the principal point, two coefficients of the
/// radial distortion.
pub type Camera = [f64; 11];

/// The parameters that a residual depends on: a camera, a point, a weight.
const PARAMETERS: usize = 11 + 3 + 1;

/// Cameras, points, and which of them sees which, where, and with what weight.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Repeated")]
#[expect(missing_docs, reason = "said above")]
pub struct Input {
    pub cameras: Vec<Camera>,
    pub points: Vec<[f64; 3]>,
    pub weights: Vec<f64>,
    pub observations: Vec<Observation>,
}

/// A point in a photograph.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the indices of a camera and a point, and where it is in the photograph")]
pub struct Observation {
    pub camera: usize,
    pub point: usize,
    pub feature: [f64; 2],
}

/// The input as it is written: everything is the same as its neighbours.
#[derive(Deserialize)]
struct Repeated {
    n: usize,
    m: usize,
    p: usize,
    cam: Camera,
    x: [f64; 3],
    w: f64,
    feat: [f64; 2],
}

impl From<Repeated> for Input {
    fn from(Repeated { n, m, p, cam, x, w, feat }: Repeated) -> Self {
        let observation = |i| Observation { camera: i % n, point: i % m, feature: feat };
        Self {
            cameras: vec![cam; n],
            points: vec![x; m],
            weights: vec![w; p],
            observations: (0..p).map(observation).collect(),
        }
    }
}

impl Input {
    /// `n` random cameras that look at `m` random points, seen `p` times in all.
    pub fn random(rng: &mut impl Rng, n: usize, m: usize, p: usize) -> Self {
        let mut around = |mean: f64, spread: f64| mean + spread * (rng.random::<f64>() - 0.5);
        let mut camera = || {
            let rotation = [around(0.0, 1.0), around(0.0, 1.0), around(0.0, 1.0)];
            let centre = [around(0.0, 1.0), around(0.0, 1.0), around(-20.0, 5.0)];
            let lens =
                [around(400.0, 100.0), around(0.0, 10.0), around(0.0, 10.0), around(0.0, 0.1), around(0.0, 0.01)];
            [&rotation[..], &centre, &lens].concat().try_into().expect("3, 3 and 5")
        };
        let cameras = (0..n).map(|_| camera()).collect();
        let points = (0..m).map(|_| [around(0.0, 5.0), around(0.0, 5.0), around(0.0, 5.0)]).collect();
        let weights = (0..p).map(|_| around(0.5, 1.0)).collect();
        let feature = |around: &mut dyn FnMut(f64, f64) -> f64| [around(0.0, 100.0), around(0.0, 100.0)];
        let observations =
            (0..p).map(|i| Observation { camera: i % n, point: i % m, feature: feature(&mut around) }).collect();
        Self { cameras, points, weights, observations }
    }
}

/// How far from the observed place in the photograph the camera sees the point, times the weight.
#[differentiable]
#[must_use]
pub fn reprojection_error(camera: &Camera, point: &[f64; 3], weight: f64, #[nodiff] feature: &[f64; 2]) -> [f64; 2] {
    let [rx, ry, rz, cx, cy, cz, focal, u0, v0, k1, k2] = *camera;
    let [x, y, z] = rotate([rx, ry, rz], [point[0] - cx, point[1] - cy, point[2] - cz]);
    let (u, v) = (x / z, y / z);
    let squared = u * u + v * v;
    let scale = focal * (1.0 + k1 * squared + k2 * squared * squared);
    [weight * (u * scale + u0 - feature[0]), weight * (v * scale + v0 - feature[1])]
}

/// Rotates the point `p` around the axis `r`, by an angle that is the length of `r`.
#[differentiable]
fn rotate(r: [f64; 3], p: [f64; 3]) -> [f64; 3] {
    let squared = dot(r, r);
    if squared == 0.0 {
        let [x, y, z] = cross(r, p);
        return [p[0] + x, p[1] + y, p[2] + z];
    }
    let angle = squared.sqrt();
    let (sin, cos) = angle.sin_cos();
    let axis = [r[0] / angle, r[1] / angle, r[2] / angle];
    let [x, y, z] = cross(axis, p);
    let along = dot(axis, p) * (1.0 - cos);
    [
        p[0] * cos + x * sin + axis[0] * along,
        p[1] * cos + y * sin + axis[1] * along,
        p[2] * cos + z * sin + axis[2] * along,
    ]
}

#[differentiable]
fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[differentiable]
fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// What keeps a weight from going to zero.
#[differentiable]
#[must_use]
pub fn weight_error(weight: f64) -> f64 {
    1.0 - weight * weight
}

/// All errors.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the two kinds of errors")]
pub struct Errors {
    pub reprojection: Vec<[f64; 2]>,
    pub weight: Vec<f64>,
}

/// Only the first errors are written, and how many there are.
impl Serialize for Errors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Errors", 2)?;
        let (reprojection, weight) = (&self.reprojection, &self.weight);
        let first = json!({"elements": reprojection.first(), "repeated": reprojection.len()});
        fields.serialize_field("reproj_error", &first)?;
        fields.serialize_field("w_err", &json!({"element": weight.first(), "repeated": weight.len()}))?;
        fields.end()
    }
}

/// The errors.
pub fn objective(input: &Input, errors: &mut Errors) {
    errors.reprojection.clear();
    errors.reprojection.extend(input.observations.iter().zip(&input.weights).map(|(seen, &weight)| {
        reprojection_error(&input.cameras[seen.camera], &input.points[seen.point], weight, &seen.feature)
    }));
    errors.weight.clear();
    errors.weight.extend(input.weights.iter().map(|&weight| weight_error(weight)));
}

/// A sparse matrix, the entries of a row beside each other: `rows[i]..rows[i + 1]` are those of row `i`.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "said above")]
pub struct Sparse {
    pub rows: Vec<u32>,
    pub columns: Vec<u32>,
    pub values: Vec<f64>,
}

/// Only the first entries are written, and the last one.
impl Serialize for Sparse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn ends<T: Copy>(all: &[T]) -> Vec<T> {
            all.iter().take(2 * PARAMETERS).chain(all.last()).copied().collect()
        }
        let mut fields = serializer.serialize_struct("Sparse", 3)?;
        fields.serialize_field("rows", &ends(&self.rows))?;
        fields.serialize_field("cols", &ends(&self.columns))?;
        fields.serialize_field("vals", &ends(&self.values))?;
        fields.end()
    }
}

impl Sparse {
    /// Which entries there are: for each observation two rows with a camera, a point and a weight, then for each weight
    /// a row with itself.
    fn shape(&mut self, input: &Input) {
        let points = 11 * input.cameras.len();
        let weights = points + 3 * input.points.len();
        self.rows.clear();
        self.columns.clear();
        self.rows.push(0);
        for (i, seen) in input.observations.iter().enumerate() {
            for _ in 0..2 {
                self.columns.extend((11 * seen.camera..).take(11).map(|column| column as u32));
                self.columns.extend((points + 3 * seen.point..).take(3).map(|column| column as u32));
                self.end_row((weights + i) as u32);
            }
        }
        for i in 0..input.weights.len() {
            self.end_row((weights + i) as u32);
        }
    }

    fn end_row(&mut self, column: u32) {
        self.columns.push(column);
        self.rows.push(self.columns.len() as u32);
    }
}

/// The Jacobian.
pub fn jacobian(input: &Input, jacobian: &mut Sparse) {
    jacobian.shape(input);
    let values = super::zeroed(&mut jacobian.values, jacobian.columns.len());
    let (blocks, diagonal) = values.split_at_mut(2 * PARAMETERS * input.observations.len());
    let blocks = blocks.as_chunks_mut::<PARAMETERS>().0.as_chunks_mut::<2>().0;
    for ((block, seen), &weight) in blocks.iter_mut().zip(&input.observations).zip(&input.weights) {
        let (camera, point) = (&input.cameras[seen.camera], &input.points[seen.point]);
        for (row, seed) in block.iter_mut().zip([[1.0, 0.0], [0.0, 1.0]]) {
            let (camera_bar, rest) = row.split_first_chunk_mut().expect("11 of 15");
            let (point_bar, rest) = rest.split_first_chunk_mut().expect("3 of 4");
            reprojection_error::vjp_into(
                camera,
                point,
                weight,
                &seen.feature,
                seed,
                camera_bar,
                point_bar,
                &mut rest[0],
            );
        }
    }
    for (entry, &weight) in diagonal.iter_mut().zip(&input.weights) {
        *entry = weight_error::grad(weight);
    }
}

//! Estimation, statistics, control and robotics as they are written with nalgebra's decompositions and geometry.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{
    Cholesky, DMatrix, DVector, Isometry3, Matrix2, Matrix3, Matrix3x2, Matrix4, Matrix6, Rotation3, SMatrix, SVector,
    UnitQuaternion, Vector2, Vector3, Vector4, Vector6,
};
use std::f64::consts::PI;

// ---- Kalman filters ------------------------------------------------------------------------------------------------

struct Observations<'a>(&'a [Vector2<f64>]);

#[differentiable]
fn predict(x: &Vector4<f64>, p: &Matrix4<f64>, f: &Matrix4<f64>, q: f64) -> (Vector4<f64>, Matrix4<f64>) {
    (f * x, f * p * f.transpose() + Matrix4::identity() * q)
}

/// The log likelihood of a track, by the inverse of the innovation's covariance.
#[differentiable]
fn kalman_by_inverse(process: f64, noise: f64, #[nodiff] track: &Observations<'_>) -> Option<f64> {
    let mut f = Matrix4::identity();
    f[(0, 2)] = 0.1;
    f[(1, 3)] = 0.1;
    let h = SMatrix::<f64, 2, 4>::new(1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    let r = Matrix2::identity() * noise;
    let mut x = Vector4::zeros();
    let mut p = Matrix4::identity() * 10.0;
    let mut likelihood = 0.0;
    for z in track.0.iter() {
        let (x_predicted, p_predicted) = predict(&x, &p, &f, process);
        let innovation = z - h * x_predicted;
        let s = h * p_predicted * h.transpose() + r;
        let s_inverse = s.try_inverse()?;
        let gain = p_predicted * h.transpose() * s_inverse;
        x = x_predicted + gain * innovation;
        p = (Matrix4::identity() - gain * h) * p_predicted;
        likelihood -= 0.5 * (innovation.dot(&(s_inverse * innovation)) + s.determinant().ln() + 2.0 * (2.0 * PI).ln());
    }
    Some(likelihood)
}

/// The same by a Cholesky decomposition.
#[differentiable]
fn kalman_by_cholesky(process: f64, noise: f64, #[nodiff] track: &Observations<'_>) -> f64 {
    let mut f = Matrix4::identity();
    f[(0, 2)] = 0.1;
    f[(1, 3)] = 0.1;
    let h = SMatrix::<f64, 2, 4>::new(1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    let mut x = Vector4::zeros();
    let mut p = Matrix4::identity() * 10.0;
    let mut likelihood = 0.0;
    for z in track.0.iter() {
        let (x_predicted, p_predicted) = predict(&x, &p, &f, process);
        let innovation = z - h * x_predicted;
        let s = h * p_predicted * h.transpose() + Matrix2::identity() * noise;
        let Some(chol) = s.cholesky() else { return f64::NEG_INFINITY };
        let gain = chol.solve(&(h * p_predicted)).transpose();
        x = x_predicted + gain * innovation;
        p = p_predicted - gain * s * gain.transpose();
        likelihood -= 0.5 * (innovation.dot(&chol.solve(&innovation)) + chol.ln_determinant() + 2.0 * (2.0 * PI).ln());
    }
    likelihood
}

#[test]
fn kalman_filters() {
    let track: Vec<Vector2<f64>> = (0..8)
        .map(f64::from)
        .map(|t| Vector2::new(0.2 * t + 0.05 * t.sin(), 1.0 - 0.1 * t + 0.03 * (3.0 * t).cos()))
        .collect();
    let track = Observations(&track);
    check!(kalman_by_inverse(0.02, 0.1, const &track));
    check_scalar!(kalman_by_cholesky(0.02, 0.1, const &track));
    let (a, b) = (kalman_by_inverse::vjp(0.02, 0.1, &track, Some(1.0)).1, kalman_by_cholesky::grad(0.02, 0.1, &track));
    assert!((a.0 - b.0).abs() < 1e-8 * a.0.abs() && (a.1 - b.1).abs() < 1e-8 * a.1.abs(), "{a:?} {b:?}");
}

// ---- Gaussian processes and densities ------------------------------------------------------------------------------

#[differentiable]
fn log_marginal_likelihood(x: &[f64], y: &DVector<f64>, length: f64, variance: f64, noise: f64) -> f64 {
    let n = y.len();
    let mut k = DMatrix::zeros(n, n);
    for i in 0..n {
        for j in 0..n {
            let d = (x[i] - x[j]) / length;
            k[(i, j)] = variance * (-0.5 * d * d).exp();
        }
        k[(i, i)] += noise;
    }
    match Cholesky::new(k) {
        Some(chol) => {
            let alpha = chol.solve(y);
            -0.5 * y.dot(&alpha) - 0.5 * chol.ln_determinant() - 0.5 * n as f64 * (2.0 * PI).ln()
        }
        None => f64::NEG_INFINITY,
    }
}

#[differentiable]
fn predictive_mean(x: &[f64], y: &DVector<f64>, at: f64, length: f64) -> Option<f64> {
    let n = y.len();
    let k = DMatrix::from_fn(n, n, |i, j| (-((x[i] - x[j]) / length).powi(2)).exp() + if i == j { 0.1 } else { 0.0 });
    let k_star = DVector::from_fn(n, |i, _| (-((x[i] - at) / length).powi(2)).exp());
    let chol = k.cholesky()?;
    Some(k_star.dot(&chol.solve(y)))
}

#[differentiable]
fn normal_log_density(x: &Vector3<f64>, mean: &Vector3<f64>, covariance: &Matrix3<f64>) -> f64 {
    let l = covariance.cholesky().expect("positive definite").l();
    let whitened = l.solve_lower_triangular(&(x - mean)).unwrap();
    let log_det = 2.0 * l.diagonal().map(|d| d.ln()).sum();
    -0.5 * (whitened.norm_squared() + log_det + 3.0 * (2.0 * PI).ln())
}

/// A sample of a normal distribution, by the reparameterization.
#[differentiable]
fn sample(mean: &Vector3<f64>, covariance: &Matrix3<f64>, #[nodiff] standard: &Vector3<f64>) -> Option<Vector3<f64>> {
    Some(mean + covariance.cholesky()?.l() * standard)
}

#[test]
fn gaussian_processes_and_densities() {
    let y = DVector::from_column_slice(&[0.3, -0.2, 0.5, 0.9, 0.1]);
    let x = [0.0, 0.4, 1.1, 1.7, 2.6];
    check_scalar!(log_marginal_likelihood(&x[..], &y, 0.8, 1.3, 0.1));
    check!(predictive_mean(&x[..], &y, 0.9, 0.7));
    let covariance = Matrix3::new(2.1, 0.7, -0.2, 0.7, 1.9, 0.5, -0.2, 0.5, 1.4);
    check_scalar!(normal_log_density(&Vector3::new(0.3, -0.7, 0.2), &Vector3::new(0.1, 0.4, -0.3), &covariance));
    check!(sample(&Vector3::new(0.1, 0.4, -0.3), &covariance, const &Vector3::new(0.3, -1.1, 0.6)));
}

// ---- least squares, Newton, control --------------------------------------------------------------------------------

#[differentiable]
fn normal_equations(a: &DMatrix<f64>, b: &DVector<f64>, ridge: f64) -> Option<DVector<f64>> {
    let n = a.ncols();
    (a.transpose() * a + DMatrix::identity(n, n) * ridge).lu().solve(&(a.transpose() * b))
}

#[differentiable]
fn residual_of_least_squares(a: &DMatrix<f64>, b: &DVector<f64>) -> f64 {
    let (q, r) = a.clone().qr().unpack();
    let x = r.solve_upper_triangular(&q.tr_mul(b)).unwrap();
    (a * x - b).norm()
}

#[differentiable]
fn newton(start: Vector2<f64>, a: f64, steps: usize) -> Vector2<f64> {
    let mut x = start;
    for _ in 0..steps {
        let f = Vector2::new(x.x * x.x + x.y * x.y - a, x.x * x.y - 1.0);
        let jacobian = Matrix2::new(2.0 * x.x, 2.0 * x.y, x.y, x.x);
        match jacobian.lu().solve(&f) {
            Some(step) => x -= step,
            None => break,
        }
    }
    x
}

/// The cost of a linear quadratic regulator, by the Riccati iteration.
#[differentiable]
fn regulator(a: &Matrix2<f64>, b: &Vector2<f64>, effort: f64, steps: usize) -> Option<f64> {
    let mut p = Matrix2::identity();
    for _ in 0..steps {
        let s = b.transpose() * p * b + SMatrix::<f64, 1, 1>::identity() * effort;
        let gain = s.try_inverse()? * b.transpose() * p * a;
        p = Matrix2::identity() + a.transpose() * p * (a - b * gain);
    }
    Some(p.trace())
}

#[differentiable]
fn fisher_information(j: &Matrix3x2<f64>, sigma: f64) -> f64 {
    let information = j.transpose() * j / (sigma * sigma);
    information.try_inverse().map_or(f64::INFINITY, |covariance| covariance.trace())
}

#[differentiable]
fn spectral_gap(weights: &[f64]) -> f64 {
    let n = 4;
    let mut laplacian = DMatrix::<f64>::zeros(n, n);
    let mut k = 0;
    for i in 0..n {
        for j in 0..i {
            laplacian[(i, j)] -= weights[k];
            laplacian[(j, i)] -= weights[k];
            laplacian[(i, i)] += weights[k];
            laplacian[(j, j)] += weights[k];
            k += 1;
        }
    }
    let eigenvalues = laplacian.symmetric_eigen().eigenvalues;
    let mut values = eigenvalues.as_slice().to_vec();
    values.sort_by(|a, b| a.total_cmp(b));
    values[1]
}

#[test]
fn least_squares_newton_and_control() {
    let a = DMatrix::from_fn(6, 3, |i, j| ((i + 2) as f64 * (j as f64 + 0.7)).sin());
    let b = DVector::from_fn(6, |i, _| (i as f64).cos());
    check!(normal_equations(&a, &b, 0.3));
    check_scalar!(residual_of_least_squares(&a, &b));
    check!(newton(Vector2::new(2.0, 0.6), 5.0, const 4));
    check!(regulator(&Matrix2::new(1.0, 0.1, -0.2, 0.9), &Vector2::new(0.0, 0.5), 0.4, const 5));
    check_scalar!(fisher_information(&Matrix3x2::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8), 0.5));
    check_scalar!(spectral_gap(&[0.7, 1.2, 0.4, 0.3, 0.9, 1.1][..]));
}

// ---- robotics ------------------------------------------------------------------------------------------------------

#[differentiable]
fn tool_position(joints: &[f64], links: &[Vector3<f64>]) -> Vector3<f64> {
    let mut orientation = Rotation3::identity();
    let mut position = Vector3::zeros();
    for (i, (q, link)) in joints.iter().zip(links).enumerate() {
        let axis = if i % 2 == 0 { Vector3::z_axis() } else { Vector3::y_axis() };
        orientation = orientation * Rotation3::from_axis_angle(&axis, *q);
        position += orientation * link;
    }
    position
}

#[differentiable]
fn tool_pose(joints: &Vector3<f64>, length: f64) -> Isometry3<f64> {
    let mut pose = Isometry3::identity();
    for i in 0..3 {
        let joint = Isometry3::new(Vector3::new(length, 0.0, 0.0), Vector3::new(0.0, 0.2, joints[i]));
        pose = pose * joint;
    }
    pose
}

#[differentiable]
fn attitude(start: Vector3<f64>, rates: &[Vector3<f64>], dt: f64) -> f64 {
    let mut q = UnitQuaternion::from_scaled_axis(start);
    for w in rates {
        q = q * UnitQuaternion::from_scaled_axis(w * dt);
    }
    (q * Vector3::x()).z + q.angle()
}

#[differentiable]
fn attitude_by_derivative(q: nalgebra::Quaternion<f64>, rates: &[Vector3<f64>], dt: f64) -> nalgebra::Quaternion<f64> {
    let mut q = q;
    for w in rates {
        let q_dot = q * nalgebra::Quaternion::from_imag(*w) * 0.5;
        q = (q + q_dot * dt).normalize();
    }
    q
}

#[differentiable]
fn reprojection(pose: &Vector6<f64>, focal: f64, points: &[Vector3<f64>], #[nodiff] pixels: &[Vector2<f64>]) -> f64 {
    let camera = Isometry3::new(Vector3::new(pose[0], pose[1], pose[2]), Vector3::new(pose[3], pose[4], pose[5]));
    let mut error = 0.0;
    for (point, pixel) in points.iter().zip(pixels) {
        let p = camera.rotation * point + camera.translation.vector;
        let projected = Vector2::new(p.x / p.z, p.y / p.z) * focal;
        error += (projected - pixel).norm_squared();
    }
    error
}

#[differentiable]
fn alignment(w: Vector3<f64>, t: Vector3<f64>, source: &[Vector3<f64>], #[nodiff] target: &[Vector3<f64>]) -> f64 {
    let rotation = Rotation3::new(w);
    source.iter().zip(target).map(|(a, b)| (rotation * a + t - b).norm_squared()).sum::<f64>()
}

#[differentiable]
fn pose_graph_edge(a: &Isometry3<f64>, b: &Isometry3<f64>, #[nodiff] measured: &Isometry3<f64>) -> Vector6<f64> {
    let error = measured.inverse() * (a.inverse() * b);
    let t = error.translation.vector;
    let w = error.rotation.scaled_axis();
    Vector6::new(t.x, t.y, t.z, w.x, w.y, w.z)
}

#[differentiable]
fn uncertainty(j: &Matrix6<f64>, sigma: &Vector6<f64>) -> Option<f64> {
    let weights = Matrix6::from_diagonal(&sigma.map(|s| 1.0 / (s * s)));
    let covariance = (j.transpose() * weights * j).cholesky()?.inverse();
    Some(covariance.trace())
}

#[test]
fn robotics() {
    let links = [Vector3::new(0.5, 0.0, 0.1), Vector3::new(0.3, 0.2, 0.0), Vector3::new(0.2, -0.1, 0.4)];
    let (start, t) = (Vector3::new(0.3, -0.2, 0.5), Vector3::new(0.1, 0.7, -0.4));
    check!(tool_position(&[0.3, -0.7, 1.1][..], &links[..]));
    check!(tool_pose(&Vector3::new(0.3, -0.7, 1.1), 0.5));
    check_scalar!(attitude(start, &links[..], 0.1));
    check!(attitude_by_derivative(nalgebra::Quaternion::new(0.9, 0.1, -0.3, 0.2), &links[..], 0.1));
    let points = [Vector3::new(0.5, 0.1, 4.0), Vector3::new(-0.7, 0.4, 5.0), Vector3::new(0.2, -0.6, 3.5)];
    let pixels = [Vector2::new(60.0, 10.0), Vector2::new(-70.0, 45.0), Vector2::new(30.0, -80.0)];
    check_scalar!(reprojection(&Vector6::new(0.1, -0.2, 0.3, 0.05, -0.1, 0.2), 500.0, &points[..], const &pixels[..]));
    check_scalar!(alignment(start, t, &points[..], const &links[..]));
    let (a, b) = (Isometry3::new(t, start), Isometry3::new(start, t));
    check!(pose_graph_edge(&a, &b, const &Isometry3::new(Vector3::x(), Vector3::y() * 0.3)));
    let j = Matrix6::from_fn(|i, j| if i == j { 2.0 } else { ((3 * i + j) as f64).sin() * 0.5 });
    check!(uncertainty(&j, &SVector::from([0.5, 0.7, 0.9, 1.1, 0.6, 0.8])));
}

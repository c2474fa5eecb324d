//! Reprojection errors of points seen by cameras: small arrays, out-parameters, parts of a camera by their ranges.
#![allow(non_snake_case, reason = "the names of the formulas")]
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};

static BA_NCAMPARAMS: usize = 11;

#[differentiable]
fn sqsum(x: &[f64]) -> f64 {
    x.iter().map(|&v| v * v).sum()
}

#[differentiable]
#[inline]
fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[differentiable]
fn radial_distort(rad_params: &[f64], proj: &mut [f64]) {
    let rsq = sqsum(proj);
    let l = 1. + rad_params[0] * rsq + rad_params[1] * rsq * rsq;
    proj[0] = proj[0] * l;
    proj[1] = proj[1] * l;
}

#[differentiable]
fn rodrigues_rotate_point(rot: &[f64; 3], pt: &[f64; 3], rotated_pt: &mut [f64; 3]) {
    let sqtheta = sqsum(rot);
    if sqtheta != 0. {
        let theta = sqtheta.sqrt();
        let costheta = theta.cos();
        let sintheta = theta.sin();
        let theta_inverse = 1. / theta;
        let mut w = [0.; 3];
        for i in 0..3 {
            w[i] = rot[i] * theta_inverse;
        }
        let w_cross_pt = cross(&w, &pt);
        let tmp = (w[0] * pt[0] + w[1] * pt[1] + w[2] * pt[2]) * (1. - costheta);
        for i in 0..3 {
            rotated_pt[i] = pt[i] * costheta + w_cross_pt[i] * sintheta + w[i] * tmp;
        }
    } else {
        let rot_cross_pt = cross(&rot, &pt);
        for i in 0..3 {
            rotated_pt[i] = pt[i] + rot_cross_pt[i];
        }
    }
}

/// The same over slices, with collected parts and an out-parameter for the product.
#[differentiable]
fn rotate_slices(rot: &[f64], pt: &[f64], rotated_pt: &mut [f64]) {
    let theta = sqsum(rot).sqrt();
    let (sintheta, costheta) = theta.sin_cos();
    let w = rot.iter().map(|&v| v / theta).collect::<Vec<_>>();
    let mut w_cross_pt = [0.; 3];
    cross_into(&w, &pt, &mut w_cross_pt);
    let tmp = (w[0] * pt[0] + w[1] * pt[1] + w[2] * pt[2]) * (1. - costheta);
    for i in 0..3 {
        rotated_pt[i] = pt[i] * costheta + w_cross_pt[i] * sintheta + w[i] * tmp;
    }
}

#[differentiable]
fn cross_into(a: &[f64], b: &[f64], out: &mut [f64]) {
    out[0] = a[1] * b[2] - a[2] * b[1];
    out[1] = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
}

#[differentiable]
fn project(cam: &[f64; 11], X: &[f64; 3], proj: &mut [f64; 2]) {
    let C = &cam[3..6];
    let mut Xo = [0.; 3];
    let mut Xcam = [0.; 3];

    Xo[0] = X[0] - C[0];
    Xo[1] = X[1] - C[1];
    Xo[2] = X[2] - C[2];

    rodrigues_rotate_point(cam.first_chunk::<3>().unwrap(), &Xo, &mut Xcam);

    proj[0] = Xcam[0] / Xcam[2];
    proj[1] = Xcam[1] / Xcam[2];

    radial_distort(&cam[9..], proj);

    proj[0] = proj[0] * cam[6] + cam[7];
    proj[1] = proj[1] * cam[6] + cam[8];
}

#[differentiable]
fn compute_reproj_error(cam: &[f64; 11], x: &[f64; 3], w: &[f64; 1], feat: &[f64; 2], err: &mut [f64; 2]) {
    let w = w[0];
    let mut proj = [0.; 2];
    project(cam, x, &mut proj);
    err[0] = w * (proj[0] - feat[0]);
    err[1] = w * (proj[1] - feat[1]);
}

#[differentiable]
fn compute_zach_weight_error(w: &f64, err: &mut f64) {
    *err = 1. - w * w;
}

#[differentiable]
fn ba_objective(
    n: usize,
    m: usize,
    p: usize,
    cams: &[f64],
    x: &[f64],
    w: &[f64],
    obs: &[i32],
    feats: &[f64],
    reproj_err: &mut [f64],
    w_err: &mut [f64],
) {
    assert_eq!(cams.len(), n * 11);
    assert_eq!(x.len(), m * 3);
    assert_eq!(w.len(), p);
    assert_eq!(obs.len(), p * 2);
    assert_eq!(feats.len(), p * 2);
    assert_eq!(reproj_err.len(), p * 2);
    assert_eq!(w_err.len(), p);

    for i in 0..p {
        let cam_idx = obs[i * 2] as usize;
        let pt_idx = obs[i * 2 + 1] as usize;
        let start = cam_idx * BA_NCAMPARAMS;
        let cam: &[f64; 11] = cams[start..][..11].try_into().unwrap();
        let x: &[f64; 3] = x[pt_idx * 3..][..3].try_into().unwrap();
        let w: &[f64; 1] = w[i..][..1].try_into().unwrap();
        let feat: &[f64; 2] = feats[i * 2..][..2].try_into().unwrap();
        let reproj_err: &mut [f64; 2] = (&mut reproj_err[i * 2..][..2]).try_into().unwrap();
        compute_reproj_error(cam, x, w, feat, reproj_err);
    }

    for i in 0..p {
        compute_zach_weight_error(&w[i], &mut w_err[i]);
    }
}

/// Half the sum of the squares.
#[differentiable]
fn ba_cost(cams: &[[f64; 11]], points: &[[f64; 3]], w: &[f64], obs: &[(usize, usize)], feats: &[[f64; 2]]) -> f64 {
    let mut cost = 0.;
    for (i, &(cam, point)) in obs.iter().enumerate() {
        let mut err = [0.; 2];
        compute_reproj_error(&cams[cam], &points[point], &[w[i]], &feats[i], &mut err);
        cost += 0.5 * sqsum(&err);
    }
    cost
}

fn camera(seed: f64) -> [f64; 11] {
    [0.1 + seed, -0.2, 0.3, 0.1, 0.2 * seed, -4.0, 1.5, 0.02, -0.03, 0.1, -0.05]
}

#[test]
fn parts() {
    check_scalar!(sqsum(&[0.3, -0.4, 0.7][..]));
    check!(cross(&[0.3, -0.4, 0.7], &[0.1, 0.9, -0.2]));
    check_unit!(radial_distort(&[0.1, -0.05][..], &mut vec![0.3, -0.4]));
    check_unit!(rodrigues_rotate_point(&[0.3, -0.4, 0.7], &[0.1, 0.9, -0.2], &mut [1.0, 2.0, 3.0]));
    check_unit!(rotate_slices(&[0.3, -0.4, 0.7][..], &[0.1, 0.9, -0.2][..], &mut vec![1.0, 2.0, 3.0]));
    check_unit!(project(&camera(0.2), &[0.1, 0.9, -0.2], &mut [0.5, 0.6]));
    check_unit!(compute_reproj_error(&camera(0.2), &[0.1, 0.9, -0.2], &[0.8], &[0.3, 0.1], &mut [0.5, 0.6]));
    check_unit!(compute_zach_weight_error(&0.7, &mut 0.4));
}

#[test]
fn no_rotation() {
    // the branch taken at angle 0 is the limit: differences across it do not tell, the rotated point's derivative does
    let mut rotated = [0.0; 3];
    let mut bar = [1.0, 0.0, 0.0];
    let (_, pt_bar) = rodrigues_rotate_point::vjp(&[0.0; 3], &[0.1, 0.9, -0.2], &mut rotated, &mut bar);
    assert_eq!((rotated, pt_bar), ([0.1, 0.9, -0.2], [1.0, 0.0, 0.0]));
}

#[test]
fn objective() {
    let cams = [camera(0.1), camera(0.4)];
    let points = [[0.1, 0.9, -0.2], [0.4, -0.3, 0.5], [-0.6, 0.2, 0.1]];
    let w = [0.8, 1.1, 0.7, 0.9];
    let feats = [[0.3, 0.1], [-0.2, 0.4], [0.5, 0.5], [0.0, -0.3]];
    check_unit!(ba_objective(
        const 2, const 3, const 4, &cams.concat(), &points.concat(), &w[..], const &[0, 0, 1, 2, 0, 1, 1, 0],
        &feats.concat(), &mut vec![0.1; 8], &mut vec![0.2; 4]
    ));
    check_scalar!(ba_cost(&cams[..], &points[..], &w[..], const &[(0, 0), (1, 2), (0, 1), (1, 0)], &feats[..]));
}

//! Simulations: bodies, equations of motion, filters, fields.

mod nbody_arrays {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn accelerations(pos: &[[f64; 2]], mass: &[f64], eps: f64) -> Vec<[f64; 2]> {
        let mut acc = vec![[0.0; 2]; pos.len()];
        for (i, a) in acc.iter_mut().enumerate() {
            for (j, p) in pos.iter().enumerate() {
                if i == j {
                    continue;
                }
                let dx = p[0] - pos[i][0];
                let dy = p[1] - pos[i][1];
                let r2 = dx * dx + dy * dy + eps;
                let inv = mass[j] / (r2 * r2.sqrt());
                a[0] += dx * inv;
                a[1] += dy * inv;
            }
        }
        acc
    }
    #[test]
    fn derivatives() {
        check!(accelerations(&[[0.1, 0.2], [1.0, -0.4], [0.5, 0.9]][..], &[1.0, 0.5, 2.0][..], 0.01));
    }
}

mod rk45_adaptive {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn rkf45(k: f64, y0: f64, t_end: f64, tol: f64) -> f64 {
        let f = |t: f64, y: f64| -k * y + t.cos();
        let mut t = 0.0;
        let mut y = y0;
        let mut h: f64 = 0.1;
        while t < t_end {
            h = h.min(t_end - t);
            let k1 = h * f(t, y);
            let k2 = h * f(t + h / 4.0, y + k1 / 4.0);
            let k3 = h * f(t + 3.0 * h / 8.0, y + 3.0 * k1 / 32.0 + 9.0 * k2 / 32.0);
            let k4 = h * f(t + 12.0 * h / 13.0, y + (1932.0 * k1 - 7200.0 * k2 + 7296.0 * k3) / 2197.0);
            let k5 = h * f(t + h, y + 439.0 * k1 / 216.0 - 8.0 * k2 + 3680.0 * k3 / 513.0 - 845.0 * k4 / 4104.0);
            let k6 = h * f(
                t + h / 2.0,
                y - 8.0 * k1 / 27.0 + 2.0 * k2 - 3544.0 * k3 / 2565.0 + 1859.0 * k4 / 4104.0 - 11.0 * k5 / 40.0,
            );
            let err =
                (k1 / 360.0 - 128.0 * k3 / 4275.0 - 2197.0 * k4 / 75240.0 + k5 / 50.0 + 2.0 * k6 / 55.0).abs() / h;
            if err <= tol {
                t += h;
                y += 25.0 * k1 / 216.0 + 1408.0 * k3 / 2565.0 + 2197.0 * k4 / 4104.0 - k5 / 5.0;
            }
            let delta = 0.84 * (tol / err.max(1e-12)).powf(0.25);
            if delta <= 0.1 {
                h *= 0.1;
            } else if delta >= 4.0 {
                h *= 4.0;
            } else {
                h *= delta;
            }
        }
        y
    }
    #[test]
    fn derivatives() {
        check_scalar!(rkf45(1.3, 0.4, 1.0, 1e-3));
    }
}

mod verlet_tuple_vec {
    use autodiff_core::differentiable;
    use autodiff_tests::check_unit;

    #[differentiable]
    fn verlet(particles: &mut Vec<(f64, f64)>, k: f64, dt: f64) {
        for (x, v) in particles.iter_mut() {
            let a = -k * *x;
            *x += *v * dt + 0.5 * a * dt * dt;
            let a2 = -k * *x;
            *v += 0.5 * (a + a2) * dt;
        }
    }
    #[test]
    fn derivatives() {
        check_unit!(verlet(&mut vec![(0.1, 0.4), (-0.3, 0.7)], 1.3, 0.1));
    }
}

mod kalman_scalar {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn kalman(z: &[f64], q: f64, r: f64, x0: f64, p0: f64) -> f64 {
        let mut x = x0;
        let mut p = p0;
        let mut ll = 0.0;
        for &obs in z.iter() {
            p += q;
            let s = p + r;
            let k = p / s;
            let innov = obs - x;
            x += k * innov;
            p *= 1.0 - k;
            ll -= 0.5 * (innov * innov / s + s.ln());
        }
        ll
    }
    #[test]
    fn derivatives() {
        check_scalar!(kalman(&[1.0, 1.2, 0.9][..], 0.1, 0.3, 0.5, 1.0));
    }
}

mod kalman_nalgebra {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    use nalgebra::{Matrix2, RowVector2, Vector2};
    #[differentiable]
    fn kalman(zs: &[f64], q: f64, r: f64) -> f64 {
        let dt = 0.1;
        let f = Matrix2::new(1.0, dt, 0.0, 1.0);
        let h = RowVector2::new(1.0, 0.0);
        let mut x = Vector2::new(0.0, 0.0);
        let mut p = Matrix2::identity();
        let qm = Matrix2::new(q * dt * dt, 0.0, 0.0, q);
        for z in zs {
            x = f * x;
            p = f * p * f.transpose() + qm;
            let y = z - (h * x)[0];
            let s = (h * p * h.transpose())[0] + r;
            let k = p * h.transpose() / s;
            x += k * y;
            p = (Matrix2::identity() - k * h) * p;
        }
        x[0] + x[1]
    }
    #[test]
    fn derivatives() {
        check_scalar!(kalman(&[1.0, 1.2, 0.9][..], 0.1, 0.3));
    }
}

mod grid_vecvec {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn relax(grid: &Vec<Vec<f64>>, iterations: usize) -> Vec<Vec<f64>> {
        let rows = grid.len();
        let cols = grid[0].len();
        let mut g = grid.clone();
        for _ in 0..iterations {
            let mut new = g.clone();
            for i in 1..rows - 1 {
                for j in 1..cols - 1 {
                    new[i][j] = 0.25 * (g[i - 1][j] + g[i + 1][j] + g[i][j - 1] + g[i][j + 1]);
                }
            }
            g = new;
        }
        g
    }
    #[test]
    fn derivatives() {
        let g: Vec<Vec<f64>> = (0..4).map(|i| (0..4).map(|j| ((i * 3 + j) as f64).sin()).collect()).collect();
        check!(relax(&g, const 2));
    }
}

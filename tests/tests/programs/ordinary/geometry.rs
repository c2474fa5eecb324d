//! Rays, polygons, rotations, distances.

mod hit_sphere_nalgebra {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    use nalgebra::Vector3;
    #[differentiable]
    fn hit_sphere(center: &Vector3<f64>, radius: f64, origin: &Vector3<f64>, direction: &Vector3<f64>) -> f64 {
        let oc = center - origin;
        let a = direction.norm_squared();
        let h = direction.dot(&oc);
        let c = oc.norm_squared() - radius * radius;
        let discriminant = h * h - a * c;
        if discriminant < 0.0 { -1.0 } else { (h - discriminant.sqrt()) / a }
    }
    #[test]
    fn derivatives() {
        check_scalar!(hit_sphere(
            &Vector3::new(0.1, 0.2, -3.0),
            1.0,
            &Vector3::new(0.0, 0.1, 0.0),
            &Vector3::new(0.1, 0.0, -1.0)
        ));
    }
}

mod polygon_area_cycle {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn polygon_area(points: &[[f64; 2]]) -> f64 {
        points.iter().zip(points.iter().cycle().skip(1)).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0
    }
    #[test]
    fn derivatives() {
        check_scalar!(polygon_area(&[[0.0, 0.1], [1.0, 0.2], [0.9, 1.3], [-0.2, 0.8]][..]));
    }
}

mod polyline_length {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn polyline_length(points: &[(f64, f64)]) -> f64 {
        points
            .windows(2)
            .map(|pair| {
                let (x0, y0) = pair[0];
                let (x1, y1) = pair[1];
                ((x1 - x0).powi(2) + (y1 - y0).powi(2)).sqrt()
            })
            .sum()
    }
    #[test]
    fn derivatives() {
        check_scalar!(polyline_length(&[(0.0, 0.1), (1.0, 0.2), (0.9, 1.3)][..]));
    }
}

mod polyline_zip_skip {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn length(xs: &Vec<f64>, ys: &Vec<f64>) -> f64 {
        let mut total = 0.0;
        for ((x0, y0), (x1, y1)) in xs.iter().zip(ys).zip(xs.iter().zip(ys).skip(1)) {
            total += (x1 - x0).hypot(y1 - y0);
        }
        total
    }
    #[test]
    fn derivatives() {
        check_scalar!(length(&vec![0.0, 1.0, 0.9], &vec![0.1, 0.2, 1.3]));
    }
}

mod haversine {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn haversine(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
        const EARTH_RADIUS: f64 = 6371.0;
        let d_lat = (lat2 - lat1).to_radians();
        let d_lon = (lon2 - lon1).to_radians();
        let lat1 = lat1.to_radians();
        let lat2 = lat2.to_radians();
        let a = (d_lat / 2.0).sin().powi(2) + (d_lon / 2.0).sin().powi(2) * lat1.cos() * lat2.cos();
        let c = 2.0 * a.sqrt().asin();
        EARTH_RADIUS * c
    }
    #[test]
    fn derivatives() {
        check_scalar!(haversine(48.1, 11.5, 52.5, 13.4));
    }
}

mod vincenty {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn vincenty(p1: (f64, f64), p2: (f64, f64)) -> Option<f64> {
        let a = 6378137.0_f64;
        let f = 1.0 / 298.257223563;
        let b = (1.0 - f) * a;
        let u1 = ((1.0 - f) * p1.0.tan()).atan();
        let u2 = ((1.0 - f) * p2.0.tan()).atan();
        let l = p2.1 - p1.1;
        let (sin_u1, cos_u1) = u1.sin_cos();
        let (sin_u2, cos_u2) = u2.sin_cos();
        let mut lambda = l;
        let mut iter_limit = 100;
        loop {
            let (sin_lambda, cos_lambda) = lambda.sin_cos();
            let sin_sigma =
                ((cos_u2 * sin_lambda).powi(2) + (cos_u1 * sin_u2 - sin_u1 * cos_u2 * cos_lambda).powi(2)).sqrt();
            if sin_sigma == 0.0 {
                return Some(0.0);
            }
            let cos_sigma = sin_u1 * sin_u2 + cos_u1 * cos_u2 * cos_lambda;
            let sigma = sin_sigma.atan2(cos_sigma);
            let sin_alpha = cos_u1 * cos_u2 * sin_lambda / sin_sigma;
            let cos_sq_alpha = 1.0 - sin_alpha * sin_alpha;
            let cos2_sigma_m = cos_sigma - 2.0 * sin_u1 * sin_u2 / cos_sq_alpha;
            let c = f / 16.0 * cos_sq_alpha * (4.0 + f * (4.0 - 3.0 * cos_sq_alpha));
            let lambda_p = lambda;
            lambda = l
                + (1.0 - c)
                    * f
                    * sin_alpha
                    * (sigma + c * sin_sigma * (cos2_sigma_m + c * cos_sigma * (-1.0 + 2.0 * cos2_sigma_m.powi(2))));
            if (lambda - lambda_p).abs() <= 1e-12 {
                let u_sq = cos_sq_alpha * (a * a - b * b) / (b * b);
                let big_a = 1.0 + u_sq / 16384.0 * (4096.0 + u_sq * (-768.0 + u_sq * (320.0 - 175.0 * u_sq)));
                return Some(b * big_a * sigma);
            }
            iter_limit -= 1;
            if iter_limit == 0 {
                return None;
            }
        }
    }
    #[test]
    fn derivatives() {
        check!(vincenty((0.84, 0.2), (0.91, 0.23)));
    }
}

mod forward_kinematics {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn end_effector(angles: &[f64], lengths: &[f64]) -> (f64, f64) {
        let mut theta = 0.0;
        let (mut x, mut y) = (0.0, 0.0);
        for (a, l) in angles.iter().zip(lengths) {
            theta += a;
            x += l * theta.cos();
            y += l * theta.sin();
        }
        (x, y)
    }
    #[test]
    fn derivatives() {
        check!(end_effector(&[0.1, 0.4, -0.7][..], &[1.0, 0.8, 0.5][..]));
    }
}

mod marching_sdf {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn sphere_trace(ox: f64, oy: f64, dx: f64, dy: f64, r: f64) -> f64 {
        let scene = |x: f64, y: f64| ((x - 2.0).powi(2) + y.powi(2)).sqrt() - r;
        let mut t = 0.0;
        for _ in 0..64 {
            let d = scene(ox + t * dx, oy + t * dy);
            if d < 1e-9 {
                break;
            }
            t += d;
            if t > 100.0 {
                return f64::MAX;
            }
        }
        t
    }
    #[test]
    fn derivatives() {
        check_scalar!(sphere_trace(0.0, 0.1, 0.99, 0.05, 0.5));
    }
}

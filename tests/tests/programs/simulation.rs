//! Initial value problems, stencils, particles.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{DVector, Matrix2, SVector, Vector2, Vector3};

#[differentiable]
fn oscillator(state: [f64; 2], k: f64, damping: f64) -> [f64; 2] {
    [state[1], -k * state[0].sin() - damping * state[1]]
}

#[differentiable]
fn rk4_step(state: [f64; 2], h: f64, k: f64, damping: f64) -> [f64; 2] {
    let k1 = oscillator(state, k, damping);
    let k2 = oscillator([state[0] + 0.5 * h * k1[0], state[1] + 0.5 * h * k1[1]], k, damping);
    let k3 = oscillator([state[0] + 0.5 * h * k2[0], state[1] + 0.5 * h * k2[1]], k, damping);
    let k4 = oscillator([state[0] + h * k3[0], state[1] + h * k3[1]], k, damping);
    let mut next = [0.0; 2];
    for i in 0..2 {
        next[i] = state[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
    }
    next
}

#[differentiable]
fn pendulum(angle: f64, velocity: f64, k: f64, damping: f64, steps: usize) -> f64 {
    let mut state = [angle, velocity];
    let mut action = 0.0;
    for _ in 0..steps {
        state = rk4_step(state, 0.05, k, damping);
        action += state[0] * state[0] * 0.05;
    }
    action + state[1]
}

#[differentiable]
fn euler_scalar(rate: f64, start: f64, steps: usize) -> f64 {
    let h = 1.0 / steps as f64;
    let mut y = start;
    for i in 0..steps {
        let t = i as f64 * h;
        y += h * (rate * y * (1.0 - y) + t.sin());
    }
    y
}

#[differentiable]
fn leapfrog(x0: f64, v0: f64, mass: f64, steps: usize) -> (f64, f64) {
    let h = 0.1;
    let (mut x, mut v) = (x0, v0);
    v -= 0.5 * h * x * x * x / mass;
    for step in 0..steps {
        x += h * v;
        let a = -x * x * x / mass;
        v += if step + 1 < steps { h * a } else { 0.5 * h * a };
    }
    (x, v)
}

#[differentiable]
fn lorenz_rhs(u: &SVector<f64, 3>, sigma: f64, rho: f64, beta: f64) -> SVector<f64, 3> {
    Vector3::new(sigma * (u.y - u.x), u.x * (rho - u.z) - u.y, u.x * u.y - beta * u.z)
}

#[differentiable]
fn lorenz(start: &SVector<f64, 3>, sigma: f64, rho: f64, beta: f64, steps: usize) -> SVector<f64, 3> {
    let h = 0.01;
    let mut u = *start;
    for _ in 0..steps {
        let k1 = lorenz_rhs(&u, sigma, rho, beta);
        let k2 = lorenz_rhs(&(u + k1 * (h / 2.0)), sigma, rho, beta);
        let k3 = lorenz_rhs(&(u + k2 * (h / 2.0)), sigma, rho, beta);
        let k4 = lorenz_rhs(&(u + k3 * h), sigma, rho, beta);
        u += (k1 + 2.0 * k2 + 2.0 * k3 + k4) * (h / 6.0);
    }
    u
}

#[differentiable]
fn lotka_volterra(p: &[f64], u: &mut [f64], h: f64, steps: usize) {
    for _ in 0..steps {
        let prey = u[0];
        let predator = u[1];
        u[0] += h * (p[0] * prey - p[1] * prey * predator);
        u[1] += h * (p[2] * prey * predator - p[3] * predator);
    }
}

#[differentiable]
fn heat_equation(initial: &[f64], diffusivity: f64, steps: usize) -> Vec<f64> {
    let n = initial.len();
    let mut u = initial.to_vec();
    let mut next = vec![0.0; n];
    for _ in 0..steps {
        next[0] = u[0];
        next[n - 1] = u[n - 1];
        for i in 1..n - 1 {
            next[i] = u[i] + diffusivity * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        }
        for i in 0..n {
            u[i] = next[i];
        }
    }
    u
}

#[differentiable]
fn heat_with_swap(initial: &[f64], diffusivity: f64, steps: usize) -> Vec<f64> {
    let n = initial.len();
    let mut u = initial.to_vec();
    let mut next = u.clone();
    for _ in 0..steps {
        for i in 1..n - 1 {
            next[i] = u[i] + diffusivity * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        }
        std::mem::swap(&mut u, &mut next);
    }
    u
}

#[differentiable]
fn burgers(u: &mut [f64], viscosity: f64, h: f64, steps: usize) {
    let n = u.len();
    let mut flux = vec![0.0; n];
    for _ in 0..steps {
        for i in 0..n {
            let left = u[(i + n - 1) % n];
            let right = u[(i + 1) % n];
            let upwind = if u[i] > 0.0 { u[i] - left } else { right - u[i] };
            flux[i] = -u[i] * upwind + viscosity * (left - 2.0 * u[i] + right);
        }
        for i in 0..n {
            u[i] += h * flux[i];
        }
    }
}

#[differentiable]
fn wave_2d(u: &[f64], speed: f64, n: usize, steps: usize) -> f64 {
    let mut now = u.to_vec();
    let mut before = u.to_vec();
    for _ in 0..steps {
        let mut after = vec![0.0; n * n];
        for i in 1..n - 1 {
            for j in 1..n - 1 {
                let c = i * n + j;
                let laplacian = now[c - n] + now[c + n] + now[c - 1] + now[c + 1] - 4.0 * now[c];
                after[c] = 2.0 * now[c] - before[c] + speed * speed * laplacian;
            }
        }
        before = now;
        now = after;
    }
    let mut energy = 0.0;
    for v in &now {
        energy += v * v;
    }
    energy
}

#[differentiable]
fn gravity_energy(positions: &[Vector3<f64>], masses: &[f64]) -> f64 {
    let mut energy = 0.0;
    for i in 0..positions.len() {
        for j in i + 1..positions.len() {
            let distance = (positions[i] - positions[j]).norm();
            energy -= masses[i] * masses[j] / distance;
        }
    }
    energy
}

#[differentiable]
fn gravity_step(positions: &mut [Vector3<f64>], velocities: &mut [Vector3<f64>], masses: &[f64], h: f64) {
    let n = positions.len();
    for i in 0..n {
        let mut a = Vector3::zeros();
        for j in 0..n {
            if j != i {
                let d = positions[j] - positions[i];
                a += d * (masses[j] / (d.norm_squared() + 0.01).powf(1.5));
            }
        }
        velocities[i] += a * h;
    }
    for i in 0..n {
        positions[i] += velocities[i] * h;
    }
}

#[differentiable]
fn gravity_simulation(positions: &[Vector3<f64>], masses: &[f64], steps: usize) -> f64 {
    let mut p = positions.to_vec();
    let mut v = vec![Vector3::zeros(); p.len()];
    for _ in 0..steps {
        gravity_step(&mut p, &mut v, masses, 0.05);
    }
    let mut kinetic = 0.0;
    for i in 0..v.len() {
        kinetic += 0.5 * masses[i] * v[i].norm_squared();
    }
    kinetic + gravity_energy(&p, masses)
}

#[differentiable]
fn lennard_jones(coordinates: &[f64], sigma: f64, epsilon: f64) -> f64 {
    let n = coordinates.len() / 3;
    let mut e = 0.0;
    for i in 0..n {
        for j in 0..i {
            let mut r2 = 0.0;
            for k in 0..3 {
                let d = coordinates[3 * i + k] - coordinates[3 * j + k];
                r2 += d * d;
            }
            if r2 > 9.0 {
                continue;
            }
            let s6 = (sigma * sigma / r2).powi(3);
            e += 4.0 * epsilon * (s6 * s6 - s6);
        }
    }
    e
}

#[differentiable]
fn bouncing_ball(height: f64, restitution: f64, steps: usize) -> f64 {
    let (mut y, mut v) = (height, 0.0);
    let h = 0.05;
    for _ in 0..steps {
        v -= 9.81 * h;
        y += v * h;
        if y < 0.0 {
            y = -y * restitution;
            v = -v * restitution;
        }
    }
    y + v * v / (2.0 * 9.81)
}

#[differentiable]
fn adaptive_steps(rate: f64, start: f64) -> f64 {
    let mut t = 0.0;
    let mut y = start;
    while t < 1.0 {
        let slope = -rate * y + t;
        // the step depends on the solution, and is differentiated through
        let mut h = 0.1 / (1.0 + slope * slope);
        if t + h > 1.0 {
            h = 1.0 - t;
        }
        y += h * slope;
        t += h;
    }
    y
}

#[differentiable]
fn implicit_euler(m: &Matrix2<f64>, start: Vector2<f64>, h: f64, steps: usize) -> Vector2<f64> {
    // (1 - h m) y' = y by Cramer's rule
    let a = Matrix2::identity() - m * h;
    let d = a[(0, 0)] * a[(1, 1)] - a[(0, 1)] * a[(1, 0)];
    let mut y = start;
    for _ in 0..steps {
        let p = (a[(1, 1)] * y[0] - a[(0, 1)] * y[1]) / d;
        let q = (a[(0, 0)] * y[1] - a[(1, 0)] * y[0]) / d;
        y = Vector2::new(p, q);
    }
    y
}

#[differentiable]
fn reaction_network(c: &DVector<f64>, rates: &[f64; 3], h: f64, steps: usize) -> DVector<f64> {
    let mut y = c.clone();
    for _ in 0..steps {
        let r0 = rates[0] * y[0];
        let r1 = rates[1] * y[1] * y[2];
        let r2 = rates[2] * y[1] * y[1];
        let mut dy = DVector::zeros(3);
        dy[0] = -r0 + r1;
        dy[1] = r0 - r1 - r2;
        dy[2] = r2;
        y += dy * h;
    }
    y
}

#[test]
fn ordinary_equations() {
    check!(oscillator([0.7, -0.2], 1.3, 0.1));
    check!(rk4_step([0.7, -0.2], 0.05, 1.3, 0.1));
    check_scalar!(pendulum(0.7, -0.2, 1.3, 0.1, const 10));
    check_scalar!(euler_scalar(0.7, 0.2, const 20));
    check!(leapfrog(0.7, -0.2, 1.3, const 8));
    check!(lorenz_rhs(&Vector3::new(0.7, -0.2, 1.3), 10.0, 28.0, 2.7));
    check!(lorenz(&Vector3::new(0.7, -0.2, 1.3), 10.0, 28.0, 2.7, const 10));
    check_unit!(lotka_volterra(&[0.7, 0.4, 0.3, 0.5][..], &mut vec![1.3, 0.6], 0.05, const 10));
    check_scalar!(bouncing_ball(1.03, 0.8, const 30));
    check_scalar!(adaptive_steps(1.3, 0.7));
    check!(implicit_euler(&Matrix2::new(0.7, -1.2, 0.4, 0.3), Vector2::new(1.3, -0.2), 0.05, const 4));
    check!(reaction_network(&DVector::from_vec(vec![1.0, 0.3, 0.2]), &[0.7, 0.4, 0.3], 0.05, const 5));
}

#[test]
fn fields() {
    let u = [0.7, -1.2, 0.4, 1.3, 0.5, -0.8];
    check!(heat_equation(&u[..], 0.2, const 4));
    check!(heat_with_swap(&u[..], 0.2, const 3));
    check_unit!(burgers(&mut u.to_vec(), 0.2, 0.05, const 4));
    let u: Vec<f64> = (0..25).map(|i| (i as f64 * 0.9).sin()).collect();
    check_scalar!(wave_2d(&u, 0.4, const 5, const 3));
}

#[test]
fn particles() {
    let p = [Vector3::new(0.7, -1.2, 0.4), Vector3::new(1.3, 0.5, -0.8), Vector3::new(-0.3, 0.2, 0.9)];
    let m = [1.0, 0.7, 1.3];
    check_scalar!(gravity_energy(&p[..], &m[..]));
    check_unit!(gravity_step(&mut p.to_vec(), &mut vec![Vector3::new(0.1, 0.2, 0.3); 3], &m[..], 0.05));
    check_scalar!(gravity_simulation(&p[..], &m[..], const 4));
    check_scalar!(lennard_jones(&[0.0, 0.1, 0.2, 1.2, 0.9, 0.4, -0.9, 0.8, 1.1, 5.0, 5.0, 5.0][..], 1.1, 0.7));
}

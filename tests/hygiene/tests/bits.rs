//! Derivatives have the same bits in every profile: `.ci/run` runs this test in debug and in release.
//!
//! The functions use operations that IEEE 754 determines to the last bit, so the bits are the same on all machines too.
use ad::differentiable;

/// Bodies that attract each other, moved on step by step.
#[differentiable]
fn orbits(x: &mut [[f64; 2]], v: &mut [[f64; 2]], mass: &[f64], dt: f64, steps: usize) {
    for _ in 0..steps {
        for i in 0..x.len() {
            for j in 0..x.len() {
                if i != j {
                    let d = [x[j][0] - x[i][0], x[j][1] - x[i][1]];
                    let r2 = d[0] * d[0] + d[1] * d[1] + 1e-3;
                    let f = dt * mass[j] / (r2 * r2.sqrt());
                    v[i][0] += f * d[0];
                    v[i][1] += f * d[1];
                }
            }
        }
        for i in 0..x.len() {
            x[i][0] += dt * v[i][0];
            x[i][1] += dt * v[i][1];
        }
    }
}

/// The solution of `a x = b` by elimination, its norm.
#[differentiable]
fn solved(a: &[f64], b: &[f64]) -> f64 {
    let n = b.len();
    let (mut a, mut b) = (a.to_vec(), b.to_vec());
    for k in 0..n {
        for i in k + 1..n {
            let f = a[i * n + k] / a[k * n + k];
            for j in k..n {
                a[i * n + j] -= f * a[k * n + j];
            }
            b[i] -= f * b[k];
        }
    }
    let mut s = 0.0;
    for k in (0..n).rev() {
        for j in k + 1..n {
            b[k] -= a[k * n + j] * b[j];
        }
        b[k] /= a[k * n + k];
        s += b[k] * b[k];
    }
    s.sqrt()
}

/// Newton's method, with a number of steps that depends on the values; in single precision.
#[differentiable]
fn roots(a: &[f32]) -> f32 {
    a.iter()
        .map(|&a| {
            let mut x = a;
            while (x * x - a).abs() > 1e-4 * a {
                x = 0.5 * (x + a / x);
            }
            x
        })
        .fold(1.0, |p, x| p * x)
}

/// Fowler, Noll and Vo's hash.
fn hash(bits: impl IntoIterator<Item = u64>) -> u64 {
    bits.into_iter()
        .flat_map(u64::to_le_bytes)
        .fold(0xcbf2_9ce4_8422_2325, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn wave(n: usize) -> Vec<f64> {
    (0..n).map(|k| ((k * 37 + 11) % 64) as f64 / 16.0 - 1.75).collect()
}

fn pairs(x: &[f64]) -> Vec<[f64; 2]> {
    x.chunks_exact(2).map(|p| [p[0], p[1]]).collect()
}

#[test]
fn orbits_in_both_modes() {
    let all = wave(20);
    let (x, v, mass) = (pairs(&all[..8]), pairs(&all[8..16]), &all[16..]);
    let (mut x_end, mut v_end) = (x.clone(), v.clone());
    let (mut x_bar, mut v_bar) = (vec![[1.0, 0.5]; 4], vec![[0.25, -1.0]; 4]);
    let (mass_bar, dt_bar) = orbits::vjp(&mut x_end, &mut v_end, mass, 0.125, 40, &mut x_bar, &mut v_bar);
    let reverse = [x_end, v_end, x_bar, v_bar].concat().concat().into_iter().chain(mass_bar).chain([dt_bar]);
    assert_eq!(hash(reverse.map(f64::to_bits)), REVERSE);

    let (mut x_end, mut v_end, mut x_dot, mut v_dot) = (x.clone(), v.clone(), v, x);
    orbits::jvp(&mut x_end, &mut v_end, mass, 0.125, 40, &mut x_dot, &mut v_dot, mass, 1.0);
    let forward = [x_end, v_end, x_dot, v_dot].concat().concat();
    assert_eq!(hash(forward.into_iter().map(f64::to_bits)), FORWARD);
}

#[test]
fn elimination_and_roots() {
    let mut a = wave(36);
    (0..6).for_each(|k| a[k * 7] += 8.0);
    let (y, (a_bar, b_bar)) = solved::value_and_grad(&a, &wave(6));
    assert_eq!(hash(a_bar.into_iter().chain(b_bar).chain([y]).map(f64::to_bits)), SOLVED);
    let (y, a_bar) = roots::value_and_grad(&[0.3, 2.0, 5.5, 9.0]);
    assert_eq!(hash(a_bar.into_iter().chain([y]).map(|x| u64::from(x.to_bits()))), ROOTS);
}

const REVERSE: u64 = 0xb1d0_b91b_619d_c025;
const FORWARD: u64 = 0x68fb_41ca_6bc1_2124;
const SOLVED: u64 = 0x5a41_2d9c_e5a6_9a60;
const ROOTS: u64 = 0x6a85_74a4_88c5_ee9f;

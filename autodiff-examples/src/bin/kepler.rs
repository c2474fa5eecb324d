//! Differentiates an iterative solver: Kepler's equation by Newton's method.
//!
//! How often the loop runs depends on the values. What it converges to also has a derivative in
//! closed form, by the implicit function theorem, and the two are compared.
use autodiff_core::differentiable;
use std::process::ExitCode;

/// Where a planet is on its ellipse: the `anomaly` with `anomaly - eccentricity * sin(anomaly) =
/// mean`.
#[differentiable]
fn eccentric_anomaly(mean: f64, eccentricity: f64) -> f64 {
    let mut anomaly = mean;
    loop {
        let (sin, cos) = anomaly.sin_cos();
        let step = (anomaly - eccentricity * sin - mean) / (1.0 - eccentricity * cos);
        anomaly -= step;
        if step.abs() < 1e-12 {
            break anomaly;
        }
    }
}

fn main() -> ExitCode {
    println!(" mean  eccentricity |  anomaly   d/d mean   d/d eccentricity |  error");
    let mut largest_error: f64 = 0.0;
    for eccentricity in [0.0, 0.0167, 0.2056, 0.6] {
        for mean in [0.5, 1.5, 2.5] {
            let (anomaly, (by_mean, by_eccentricity)) = eccentric_anomaly::value_and_grad(mean, eccentricity);
            let slope = 1.0 / (1.0 - eccentricity * anomaly.cos());
            let error = (by_mean - slope).abs().max((by_eccentricity - slope * anomaly.sin()).abs());
            largest_error = largest_error.max(error);
            print!("{mean:5.2}  {eccentricity:12.4} | {anomaly:8.5}  ");
            println!("{by_mean:9.5}  {by_eccentricity:17.5} | {error:.0e}");
        }
    }
    ExitCode::from(u8::from(largest_error > 1e-9))
}

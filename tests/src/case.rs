//! One function at one point: the checks.
use crate::{Coordinates, bits_of, coordinates_of};

/// What one call did, as coordinates.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The value, bit by bit.
    pub value_bits: Vec<u64>,
    /// The floats of the value, followed by those of the `&mut` arguments: all outputs.
    pub value: Vec<f64>,
    /// Each differentiable argument after the call, bit by bit.
    pub arguments: Vec<Vec<u64>>,
    /// `jvp`: the tangents of all outputs; `jvps`: those of all directions in a row. `vjp` and `grad`: the gradients of the arguments that are not `&mut`, in a row.
    pub derivative: Vec<f64>,
    /// The coarsest float of the value.
    pub epsilon: f64,
}

impl Outcome {
    /// Begins with the value.
    pub fn new<T: Coordinates>(value: &T) -> Self {
        Outcome { value_bits: bits_of(value), value: coordinates_of(value), epsilon: T::EPSILON, ..Outcome::default() }
    }
}

type Arguments = [Vec<f64>];
type Call<'a> = &'a dyn Fn(&Arguments) -> Outcome;
type WithTangents<'a> = &'a dyn Fn(&Arguments, &Arguments) -> Outcome;
type WithManyTangents<'a> = &'a dyn Fn(&Arguments, &[Vec<Vec<f64>>]) -> Outcome;
/// The values and the tangents of all outputs, from somewhere else.
type Oracle<'a> = &'a dyn Fn(&Arguments, &Arguments) -> (Vec<f64>, Vec<f64>);
type WithBars<'a> = &'a dyn Fn(&Arguments, &[f64], &mut Arguments) -> Outcome;

/// A function at a point, all of its entry points behind the same interface: lists of coordinates.
///
/// For `&mut` arguments, bars hold the seed on entry and the gradient on exit; for all others, `vjp_into` and `grad_into` add to them.
pub struct Case<'a> {
    /// The call as written in the test.
    pub name: &'static str,
    /// The coordinates of each differentiable argument.
    pub arguments: Vec<Vec<f64>>,
    /// Which of them are passed as `&mut`.
    pub mutable: Vec<bool>,
    /// The coarsest float in them.
    pub epsilon: f64,
    /// The function itself.
    pub call: Call<'a>,
    /// `f::jvp`
    pub jvp: WithTangents<'a>,
    /// `f::jvps`, along [`LANES`](crate::LANES) directions.
    pub jvps: WithManyTangents<'a>,
    /// `f::vjp`
    pub vjp: WithBars<'a>,
    /// `f::vjp_into`
    pub vjp_into: WithBars<'a>,
    /// `f::grad`, `f::value_and_grad`, `f::grad_into` for a scalar result; they ignore the seed.
    pub gradients: Option<[WithBars<'a>; 3]>,
    /// What `jvp` is compared with, to all digits; central differences where there is none.
    pub oracle: Option<Oracle<'a>>,
}

/// Directions and seeds: reproducible, never near 0.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        // SplitMix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let u = ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64;
        // exact in f32 as well, so that both sides of a comparison see the same direction
        f64::from((if u < 0.5 { u - 1.0 } else { u }) as f32)
    }
    fn like(&mut self, shape: &Arguments) -> Vec<Vec<f64>> {
        shape.iter().map(|x| self.list(x.len())).collect()
    }
    fn list(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.next()).collect()
    }
}

struct Tolerances {
    /// Of the dot-product test and of sums in another order.
    exact: f64,
    /// Of central differences.
    differences: f64,
    /// Of an oracle.
    oracle: f64,
    /// The larger step of the central differences.
    step: f64,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn dot_of_magnitudes(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a * b).abs()).sum()
}

fn max_norm(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |m, x| m.max(x.abs()))
}

impl Case<'_> {
    /// Performs all checks.
    ///
    /// # Panics
    /// When one fails, with the call and what was compared.
    #[track_caller]
    pub fn run(&self) {
        let name = self.name;
        let plain = (self.call)(&self.arguments);
        assert!(plain.value.iter().all(|y| y.is_finite()), "{name}: a bad test, the value is {:?}", plain.value);
        let tolerances = if self.epsilon.max(plain.epsilon) > f64::EPSILON {
            Tolerances { exact: 2e-5, differences: 2e-3, oracle: 2e-5, step: 2e-2 }
        } else {
            Tolerances { exact: 1e-10, differences: 1e-6, oracle: 1e-9, step: 4e-4 }
        };
        let mut random = Random(name.bytes().fold(7, |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b))));
        let (mut all, mut tangents) = (Vec::new(), Vec::new());
        for _ in 0..crate::LANES {
            let directions = random.like(&self.arguments);
            let tangent = self.check_forward(&plain, &directions, &tolerances);
            self.check_reverse(&plain, &directions, &tangent, &mut random, &tolerances);
            all.push(directions);
            tangents.extend(tangent);
        }
        let together = (self.jvps)(&self.arguments, &all);
        self.check_primal("jvps", &plain, &together);
        let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<u64>>();
        let same = bits(&together.derivative) == bits(&tangents);
        assert!(
            same,
            "{name}: jvps\n   gives {:?}\nexpected {tangents:?} by jvp\n     for {all:?}",
            together.derivative
        );
        if let Some(gradients) = self.gradients {
            self.check_gradients(&plain, gradients, &mut random, &tolerances);
        }
    }

    /// The value is the plain call's, bit by bit, and so are the arguments afterwards: unchanged, unless `&mut`.
    #[track_caller]
    fn check_primal(&self, mode: &str, plain: &Outcome, got: &Outcome) {
        let name = self.name;
        assert_eq!(got.value_bits, plain.value_bits, "{name}: {mode} changes the value {:?}", plain.value);
        assert_eq!(got.arguments, plain.arguments, "{name}: {mode} leaves other arguments than the call");
    }

    /// `jvp` against central differences; gives J u.
    #[track_caller]
    fn check_forward(&self, plain: &Outcome, u: &Arguments, tolerances: &Tolerances) -> Vec<f64> {
        let name = self.name;
        let got = (self.jvp)(&self.arguments, u);
        self.check_primal("jvp", plain, &got);
        let (expected, source, tolerance, noise) = match self.oracle {
            Some(oracle) => (self.exact(oracle, plain, u), "the oracle", tolerances.oracle, 0.0),
            None => {
                let (differences, noise) = self.differences(plain, u, tolerances.step);
                (differences, "central differences", tolerances.differences, noise)
            }
        };
        let got = got.derivative;
        assert_eq!(got.len(), expected.len(), "{name}: jvp gives another number of tangents");
        let bound = tolerance * max_norm(&got).max(max_norm(&expected)) + noise;
        for (g, e) in got.iter().zip(&expected) {
            assert!(
                (g - e).abs() <= bound,
                "{name}: jvp\n   gives {got:?}\nexpected {expected:?} by {source}\n     for {u:?}"
            );
        }
        got
    }

    /// The oracle's tangents; where its values are not the function's, rounding decides, and where a formula of its own overflows it
    /// knows of none: nothing can be said.
    #[track_caller]
    fn exact(&self, oracle: Oracle<'_>, plain: &Outcome, u: &Arguments) -> Vec<f64> {
        let (value, tangent) = oracle(&self.arguments, u);
        let same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-11 * max_norm(&value);
        assert!(
            value.len() == plain.value.len() && value.iter().zip(&plain.value).all(same),
            "{}: a bad test, the value is {:?} and the oracle's {value:?}",
            self.name,
            plain.value
        );
        assert!(tangent.iter().all(|t| t.is_finite()), "{}: a bad test, the oracle says {tangent:?}", self.name);
        tangent
    }

    /// Extrapolated central differences, and what rounding may have done to them.
    fn differences(&self, plain: &Outcome, u: &Arguments, step: f64) -> (Vec<f64>, f64) {
        let at = |h: f64| {
            let moved = |(x, u): (&Vec<f64>, &Vec<f64>)| x.iter().zip(u).map(|(x, u)| x + h * u).collect();
            (self.call)(&self.arguments.iter().zip(u).map(moved).collect::<Vec<_>>()).value
        };
        let quotient = |h: f64| -> Vec<f64> { at(h).iter().zip(at(-h)).map(|(a, b)| (a - b) / (2.0 * h)).collect() };
        let (wide, narrow) = (quotient(step), quotient(step / 2.0));
        let noise = 20.0 * self.epsilon.max(plain.epsilon) * max_norm(&plain.value) / step;
        (narrow.iter().zip(wide).map(|(n, w)| (4.0 * n - w) / 3.0).collect(), noise)
    }

    /// `vjp` by the dot-product test, `vjp_into` against `vjp`.
    #[track_caller]
    fn check_reverse(&self, plain: &Outcome, u: &Arguments, ju: &[f64], random: &mut Random, tolerances: &Tolerances) {
        let name = self.name;
        let results = plain.value.len() - self.mutable_len();
        let seed = random.list(results);
        let entry = random.like(&self.arguments);
        let v: Vec<f64> = self.only(&entry, true).fold(seed.clone(), |mut v, bar| {
            v.extend(bar);
            v
        });
        let mut bars = entry.clone();
        let got = (self.vjp)(&self.arguments, &seed, &mut bars);
        self.check_primal("vjp", plain, &got);
        self.gather(&got.derivative, &mut bars);
        let (forward, reverse) = (dot(&v, ju), dot(&bars.concat(), &u.concat()));
        // where all terms cancel, a few roundings are left
        let noise = 100.0 * self.epsilon.max(plain.epsilon);
        let bound =
            tolerances.exact * (dot_of_magnitudes(&v, ju) + dot_of_magnitudes(&bars.concat(), &u.concat())) + noise;
        assert!(
            (forward - reverse).abs() <= bound,
            "{name}: <v, J u> = {forward}, but <J^T v, u> = {reverse}\n  J u {ju:?}\nJ^T v {bars:?}\n    u {u:?}\n    v {v:?}"
        );

        let mut added = entry.clone();
        let got = (self.vjp_into)(&self.arguments, &seed, &mut added);
        self.check_primal("vjp_into", plain, &got);
        self.check_added("vjp_into", &entry, &bars, &added, tolerances);
    }

    /// `grad` and its kin against `vjp` with seed 1.
    #[track_caller]
    fn check_gradients(
        &self,
        plain: &Outcome,
        [grad, value_and_grad, grad_into]: [WithBars<'_>; 3],
        random: &mut Random,
        tolerances: &Tolerances,
    ) {
        let entry = random.like(&self.arguments);
        let mut expected = entry.clone();
        let got = (self.vjp)(&self.arguments, &[1.0], &mut expected);
        self.gather(&got.derivative, &mut expected);
        for (mode, f) in [("grad", grad), ("value_and_grad", value_and_grad)] {
            let mut bars = entry.clone();
            let got = f(&self.arguments, &[], &mut bars);
            if mode == "grad" {
                assert_eq!(got.arguments, plain.arguments, "{}: grad leaves other arguments than the call", self.name);
            } else {
                self.check_primal(mode, plain, &got);
            }
            self.gather(&got.derivative, &mut bars);
            self.check_same(mode, &bars, &expected, tolerances);
        }
        let mut added = entry.clone();
        let got = grad_into(&self.arguments, &[], &mut added);
        assert_eq!(got.arguments, plain.arguments, "{}: grad_into leaves other arguments than the call", self.name);
        self.check_added("grad_into", &entry, &expected, &added, tolerances);
    }

    /// Bars of arguments that are not `&mut` were added to.
    #[track_caller]
    fn check_added(&self, mode: &str, entry: &Arguments, bars: &Arguments, added: &Arguments, tolerances: &Tolerances) {
        let expected: Vec<Vec<f64>> = (0..bars.len())
            .map(|k| match self.mutable[k] {
                true => bars[k].clone(),
                false => entry[k].iter().zip(&bars[k]).map(|(a, b)| a + b).collect(),
            })
            .collect();
        self.check_same(mode, added, &expected, tolerances);
    }

    #[track_caller]
    fn check_same(&self, mode: &str, got: &Arguments, expected: &Arguments, tolerances: &Tolerances) {
        let bound = tolerances.exact * max_norm(&expected.concat()).max(1.0);
        assert_eq!(got.concat().len(), expected.concat().len(), "{}: {mode} gives other shapes", self.name);
        for (g, e) in got.concat().iter().zip(expected.concat()) {
            assert!((g - e).abs() <= bound, "{}: {mode}\n   gives {got:?}\nexpected {expected:?}", self.name);
        }
    }

    /// Distributes the gradients that `vjp` returned over the bars of the arguments that are not `&mut`.
    #[track_caller]
    fn gather(&self, returned: &[f64], bars: &mut Arguments) {
        let mut returned = returned.iter();
        for (bar, _) in bars.iter_mut().zip(&self.mutable).filter(|(_, mutable)| !**mutable) {
            for b in bar {
                *b = *returned.next().unwrap_or_else(|| panic!("{}: too few gradients", self.name));
            }
        }
        assert!(returned.next().is_none(), "{}: too many gradients", self.name);
    }

    fn only<'b>(&'b self, of: &'b Arguments, mutable: bool) -> impl Iterator<Item = &'b Vec<f64>> {
        of.iter().zip(&self.mutable).filter(move |(_, m)| **m == mutable).map(|(x, _)| x)
    }

    fn mutable_len(&self) -> usize {
        self.only(&self.arguments, true).map(Vec::len).sum()
    }
}

//! Tells three species of iris apart by the sizes of their petals and sepals.
//!
//! Multinomial logistic regression on Fisher's data set, by gradient descent with momentum. The
//! loss is an ordinary function over nalgebra types, and `#[differentiable]` gives its gradient.
use autodiff_core::{differentiable, stop_gradient};
use indicatif::{ProgressBar, ProgressStyle};
use nalgebra::{DMatrix, DVector};
use plotters::prelude::*;
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use std::{error::Error, path::Path};

const SPECIES: usize = 3;
const STEPS: usize = 200;
const RATE: f64 = 0.2;
const MOMENTUM: f64 = 0.9;
/// The weight of the penalty on large weights.
const PENALTY: f64 = 1e-3;

/// Minus the logarithm of the probability that softmax gives to the right species.
#[differentiable]
fn cross_entropy(scores: &DVector<f64>, species: usize) -> f64 {
    // Softmax does not change when all scores are shifted, so the shift may count as a constant.
    let shift = stop_gradient(scores.max());
    let total = scores.map(|s| (s - shift).exp()).sum();
    total.ln() + shift - scores[species]
}

/// The mean cross entropy over the flowers, plus a penalty on large weights.
#[differentiable]
fn loss(weights: &DMatrix<f64>, bias: &DVector<f64>, #[nodiff] flowers: &Flowers) -> f64 {
    let mut total = 0.0;
    for i in 0..flowers.species.len() {
        let scores = weights * flowers.features.column(i) + bias;
        total += cross_entropy(&scores, flowers.species[i]);
    }
    total / flowers.species.len() as f64 + 0.5 * PENALTY * weights.norm_squared()
}

/// What is learned: a linear score for each species.
#[derive(Clone)]
struct Model {
    weights: DMatrix<f64>,
    bias: DVector<f64>,
}

impl Model {
    /// Gradient descent with momentum from zero; `watch` sees the model and its loss before each
    /// step.
    fn fit(flowers: &Flowers, mut watch: impl FnMut(&Model, f64)) -> Model {
        let weights = DMatrix::zeros(SPECIES, flowers.features.nrows());
        let mut model = Model { weights, bias: DVector::zeros(SPECIES) };
        let mut velocity = model.clone();
        for _step in 0..STEPS {
            let (loss, (weights, bias)) = loss::value_and_grad(&model.weights, &model.bias, flowers);
            watch(&model, loss);
            velocity.weights = MOMENTUM * velocity.weights - RATE * weights;
            velocity.bias = MOMENTUM * velocity.bias - RATE * bias;
            model.weights += &velocity.weights;
            model.bias += &velocity.bias;
        }
        model
    }

    fn loss(&self, flowers: &Flowers) -> f64 {
        loss(&self.weights, &self.bias, flowers)
    }

    /// How many flowers have their largest score at their species.
    fn hits(&self, flowers: &Flowers) -> usize {
        let guesses = flowers.features.column_iter().map(|flower| (&self.weights * flower + &self.bias).argmax().0);
        guesses.zip(&flowers.species).filter(|(guess, species)| guess == *species).count()
    }
}

/// Flowers: a column of measurements and the species of each.
#[derive(Clone)]
struct Flowers {
    features: DMatrix<f64>,
    species: Vec<usize>,
}

impl Flowers {
    /// The whole data set, in an order that is random but always the same.
    fn iris() -> Flowers {
        let iris = linfa_datasets::iris();
        let (samples, features) = iris.records().dim();
        let mut order: Vec<usize> = (0..samples).collect();
        order.shuffle(&mut StdRng::seed_from_u64(1936));
        Flowers {
            features: DMatrix::from_fn(features, samples, |f, i| iris.records()[(order[i], f)]),
            species: order.iter().map(|&i| iris.targets()[i]).collect(),
        }
    }

    fn len(&self) -> usize {
        self.species.len()
    }

    /// Parts the flowers by number into some to learn from and some held out, both standardised by
    /// the mean and the deviation of the former.
    fn split(&self, held_out: impl Fn(usize) -> bool) -> (Flowers, Flowers) {
        let (test, train): (Vec<usize>, Vec<usize>) = (0..self.len()).partition(|&i| held_out(i));
        let [mut train, mut test] = [train, test].map(|chosen| Flowers {
            features: self.features.select_columns(&chosen),
            species: chosen.iter().map(|&i| self.species[i]).collect(),
        });
        let mean = train.features.column_mean();
        let deviation = train.features.column_variance().map(f64::sqrt);
        for mut flower in train.features.column_iter_mut().chain(test.features.column_iter_mut()) {
            flower -= &mean;
            flower.component_div_assign(&deviation);
        }
        (train, test)
    }
}

/// Draws one curve for each set of flowers: the loss over the steps.
fn plot(curves: [(&str, RGBColor, &[f64]); 2], path: &Path) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (720, 440)).into_drawing_area();
    root.fill(&WHITE)?;
    let highest = curves.iter().flat_map(|curve| curve.2).fold(0.0, |a: f64, &b| a.max(b));
    let mut chart = ChartBuilder::on(&root)
        .caption("Logistic regression on iris", ("sans-serif", 20))
        .margin(16)
        .x_label_area_size(40)
        .y_label_area_size(52)
        .build_cartesian_2d(0..STEPS, 0.0..1.05 * highest)?;
    chart.configure_mesh().light_line_style(TRANSPARENT).x_desc("step").y_desc("loss").draw()?;
    for (name, color, losses) in curves {
        let line = color.stroke_width(2);
        let points = losses.iter().copied().enumerate();
        let key = move |(x, y)| PathElement::new([(x, y), (x + 18, y)], line);
        chart.draw_series(LineSeries::new(points, line))?.label(name).legend(key);
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE)
        .border_style(TRANSPARENT)
        .draw()?;
    root.present()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let iris = Flowers::iris();
    let percent = |hits: usize, of: usize| format!("{:.1} %  ({hits} of {of})", 100.0 * hits as f64 / of as f64);

    let (train, test) = iris.split(|i| i % 10 < 3);
    println!("{} flowers to learn from, {} held out", train.len(), test.len());
    let (mut train_losses, mut test_losses) = (Vec::new(), Vec::new());
    let style = ProgressStyle::with_template("{bar:40.cyan} step {pos}/{len}  {msg}")?;
    let bar = ProgressBar::new(STEPS as u64).with_style(style);
    let model = Model::fit(&train, |model, loss| {
        train_losses.push(loss);
        test_losses.push(model.loss(&test));
        bar.set_message(format!("loss {loss:.4}"));
        bar.inc(1);
    });
    bar.finish();
    println!("loss               {:.4} -> {:.4}", train_losses[0], model.loss(&train));
    println!("training accuracy  {}", percent(model.hits(&train), train.len()));
    println!("held-out accuracy  {}", percent(model.hits(&test), test.len()));

    // Fifteen flowers are held out at a time, each flower once.
    let folds = (0..10).map(|fold| iris.split(|i| i % 10 == fold));
    let hits = folds.map(|(train, test)| Model::fit(&train, |_, _| ()).hits(&test)).sum();
    println!("in ten folds       {}", percent(hits, iris.len()));

    let path = std::env::current_exe()?.with_extension("svg");
    plot([("training", BLUE, &train_losses), ("held out", RED, &test_losses)], &path)?;
    println!("loss drawn in      {}", path.display());
    Ok(())
}

//! The times as a chart: a line for each kernel, a mark for each gradient, on a logarithmic axis.
use crate::{
    measure::{BY_HAND, OURS, PRIMAL, Row},
    table::peers,
};
use plotters::{
    coord::{Shift, combinators::IntoLogRange},
    prelude::*,
};
use std::{error::Error, path::Path};

const PEER_COLORS: [RGBColor; 5] = [
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(120, 120, 120),
];

pub(crate) fn draw(rows: &[Row], path: &Path) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (900, 60 + 30 * rows.len() as u32 + 60)).into_drawing_area();
    root.fill(&WHITE)?;
    draw_on(rows, &root)?;
    root.present()?;
    Ok(())
}

/// The times of one gradient, and the number of the kernel.
fn ratios(rows: &[Row], name: &str) -> impl Iterator<Item = (f64, usize)> {
    rows.iter().enumerate().filter_map(move |(i, row)| Some((row.ratio(name, PRIMAL)?, i)))
}

fn draw_on(rows: &[Row], root: &DrawingArea<SVGBackend, Shift>) -> Result<(), Box<dyn Error>> {
    let names: Vec<&str> = peers(rows).into_iter().chain([BY_HAND, OURS]).collect();
    let most = names.iter().flat_map(|name| ratios(rows, name)).fold(1.0, |most: f64, (ratio, _)| most.max(ratio));
    let count = rows.len() as f64;
    let mut chart = ChartBuilder::on(root)
        .caption("Time of a gradient, as a multiple of its function", ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(110)
        .build_cartesian_2d((0.8..12.0 * most).log_scale(), count - 0.5..-0.5)?;
    let label = |y: &f64| rows.get(y.round() as usize).map_or(String::new(), |row| row.name.clone());
    chart
        .configure_mesh()
        .y_labels(2 * rows.len())
        .y_label_formatter(&|y| if y.fract().abs() < 1e-9 && *y >= 0.0 { label(y) } else { String::new() })
        .x_label_formatter(&|x| format!("{x}"))
        .light_line_style(TRANSPARENT)
        .x_desc("multiple of the primal's time")
        .draw()?;
    let mut peer_colors = PEER_COLORS.iter().cycle();
    for name in names {
        let style = match name {
            BY_HAND => BLACK.stroke_width(2),
            OURS => RED.filled(),
            _ => peer_colors.next().unwrap_or(&BLACK).filled(),
        };
        let marks = ratios(rows, name).map(|(ratio, i)| Circle::new((ratio, i as f64), 5, style));
        chart.draw_series(marks)?.label(name).legend(move |at| Circle::new(at, 5, style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE)
        .border_style(BLACK.mix(0.3))
        .draw()?;
    Ok(())
}

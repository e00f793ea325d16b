//! The picture with the curves, and the labels of its axes.

use std::fmt::Write;

use maud::{Markup, html};

use super::super::format;
use super::Chart;
use super::scale::{TimeAxis, ValueAxis};
use crate::outcome::{Curve, Curves};

/// The size of the picture in units of its own; it is stretched to the size that it has on the page.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 100.0;

/// The picture.
pub(super) fn plot(chart: &Chart<'_>, number: usize) -> Markup {
    let bound = chart.bound.map(|bound| &bound.values);
    let all = || {
        chart
            .values
            .drawn
            .iter()
            .chain(bound.iter().flat_map(|bound| &bound.drawn))
    };
    let axis = ValueAxis::of(all().flat_map(values));
    let (title, description) = (format!("c{number}"), format!("d{number}"));
    let constant = bound.and_then(constant);
    html! {
        div.plot {
            div.ticks aria-hidden="true" {
                @for tick in &axis.ticks {
                    span style=(format!("bottom:{}%", percent(tick.share))) {
                        (tick.label)
                        // The unit once, at the top.
                        @if let (1.0, Some(unit)) = (tick.share, &chart.values.unit) { " " (unit) }
                    }
                }
            }
            div.area {
                svg role="img" aria-labelledby=(format!("{title} {description}")) viewBox="0 0 1000 100" preserveAspectRatio="none" {
                    title id=(title) { (chart.title) }
                    desc id=(description) { (describe(chart)) }
                    @if let (Some(value), Some(bound)) = (constant, chart.bound) {
                        (zone(bound.operator, axis.share(value)))
                    }
                    path.grid d=(grid(&axis, chart.time)) {}
                    @for (assertion, at) in chart.assertions.iter().filter_map(|a| Some((a, a.at_ms?))) {
                        @let x = round(chart.time.share(at) * WIDTH);
                        path class=(if assertion.held == Some(false) { "moment failed" } else { "moment" }) d=(format!("M{x} 0V100")) {}
                    }
                    @if let Some(bound) = bound {
                        @for curve in &bound.drawn { path.bound d=(line(curve, &axis, chart.time)) {} }
                    }
                    @for (number, curve) in chart.values.drawn.iter().enumerate() {
                        path class=(format!("curve k{number}")) d=(line(curve, &axis, chart.time)) data-points=(points(curve)) {}
                    }
                }
                @if let (Some(value), Some(bound)) = (constant, chart.bound) {
                    @let share = axis.share(value);
                    span.level.low[share > 0.8] aria-hidden="true" style=(format!("bottom:{}%", percent(share))) {
                        (bound.operator) " " (format::quantity(value, bound.values.unit.as_deref().or(chart.values.unit.as_deref())))
                    }
                }
            }
        }
    }
}

/// The labels under a chart.
pub(super) fn time_labels(time: TimeAxis) -> Markup {
    html! {
        div.times aria-hidden="true" {
            @for tick in time.ticks() {
                span style=(format!("left:{}%", percent(tick.share))) { (tick.label) }
            }
        }
    }
}

/// A share of 1 in percent, with as many digits as can be seen.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The value of a bound that is the same at all times.
fn constant(bound: &Curves) -> Option<f64> {
    let [curve] = bound.drawn.as_slice() else {
        return None;
    };
    let first = curve.points.first()?.value?;
    curve
        .points
        .iter()
        .all(|point| point.value == Some(first))
        .then_some(first)
}

/// Where values are that meet the comparison with a constant.
fn zone(operator: &str, share: f64) -> Markup {
    let y = round((1.0 - share) * HEIGHT);
    html! {
        @match operator {
            ">" | ">=" => path.zone d=(format!("M0 0H1000V{y}H0Z")) {},
            "<" | "<=" => path.zone d=(format!("M0 100H1000V{y}H0Z")) {},
            _ => {},
        }
    }
}

/// The picture in words.
fn describe(chart: &Chart<'_>) -> String {
    let unit = chart.values.unit.as_deref();
    let mut text = format!("From 0s to {}. ", format::time(chart.time.end_ms));
    if let Some(bound) = chart.bound {
        let _ = write!(text, "Compared: {} {}. ", bound.operator, bound.text);
    }
    for curve in &chart.values.drawn {
        let values = || values(curve).filter(|value| !value.is_nan());
        let (Some(low), Some(high)) = (values().reduce(f64::min), values().reduce(f64::max)) else {
            continue;
        };
        let last = values().last().unwrap_or(low);
        let _ = write!(
            text,
            "{}: lowest {}, highest {}, last {}. ",
            format::labels(&curve.labels),
            format::quantity(low, unit),
            format::quantity(high, unit),
            format::quantity(last, unit)
        );
    }
    if chart.values.drawn.is_empty() {
        text.push_str("No values.");
    }
    text.trim_end().to_owned()
}

fn values(curve: &Curve) -> impl Iterator<Item = f64> {
    curve.points.iter().filter_map(|point| point.value)
}

fn grid(axis: &ValueAxis, time: TimeAxis) -> String {
    let mut path = String::new();
    for tick in &axis.ticks {
        let _ = write!(path, "M0 {}H1000", round((1.0 - tick.share) * HEIGHT));
    }
    for tick in time.ticks() {
        let _ = write!(path, "M{} 0V100", round(tick.share * WIDTH));
    }
    path
}

/// A curve as a path. Gaps are left open; a value that stands alone is a dot.
fn line(curve: &Curve, axis: &ValueAxis, time: TimeAxis) -> String {
    let mut path = String::new();
    let mut drawing = false;
    let mut alone = false;
    for point in &curve.points {
        let Some(value) = point.value.filter(|value| !value.is_nan()) else {
            if alone {
                path.push_str("h0");
            }
            (drawing, alone) = (false, false);
            continue;
        };
        let command = if drawing { 'L' } else { 'M' };
        alone = !drawing;
        drawing = true;
        let x = round(time.share(point.at_ms) * WIDTH);
        let y = round((1.0 - axis.share(value)) * HEIGHT);
        let _ = write!(path, "{command}{x} {y}");
    }
    if alone {
        path.push_str("h0");
    }
    path
}

/// The points of a curve for the script, exactly: `at value at value …`; `-` is a gap.
fn points(curve: &Curve) -> String {
    let points = curve.points.iter().map(|point| match point.value {
        Some(value) => format!("{} {value}", point.at_ms),
        None => format!("{} -", point.at_ms),
    });
    points.collect::<Vec<_>>().join(" ")
}

/// A coordinate with as many digits as can be seen.
fn round(value: f64) -> String {
    let text = format!("{value:.1}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

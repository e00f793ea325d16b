//! What a chart shows as a table: at the moments that matter, and some between them.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::super::format;
use super::{Chart, distinguish, words};
use crate::outcome::Curve;

/// How many moments there are besides those that matter.
const BETWEEN: i64 = 8;
/// The most rows.
const MOST_ROWS: usize = 40;

/// The table, folded away.
pub(super) fn table(chart: &Chart<'_>) -> Markup {
    let curves = &chart.values.drawn;
    let (_, own) = distinguish(curves);
    html! {
        details.data {
            summary { "Values as a table" }
            div.scroll tabindex="0" role="group" aria-label="Values as a table" {
                table {
                    caption.unseen { (chart.title) }
                    thead {
                        tr {
                            th scope="col" { "Time" }
                            @if !chart.states.is_empty() { th scope="col" { "State" } }
                            @for labels in &own {
                                th.number scope="col" { @if labels.is_empty() { "Value" } @else { (format::labels(labels)) } }
                            }
                            @if !chart.assertions.is_empty() { th scope="col" { "Asserted" } }
                        }
                    }
                    tbody {
                        @for at in moments(chart) {
                            tr {
                                th scope="row" { (format::time(at)) }
                                @if !chart.states.is_empty() { td { (state(chart, at)) } }
                                @for curve in curves {
                                    td.number { (value_at(curve, at).map_or("–".to_owned(), format::number)) }
                                }
                                @if !chart.assertions.is_empty() { td { (asserted(chart, at)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The moments of changes and assertions, and some between them.
fn moments(chart: &Chart<'_>) -> Vec<i64> {
    let mut moments: BTreeSet<i64> = chart.assertions.iter().filter_map(|a| a.at_ms).collect();
    moments.extend(chart.states.iter().map(|span| span.from_ms));
    let some = chart.values.drawn.iter().flat_map(|curve| {
        let step = curve.points.len().div_ceil(BETWEEN as usize).max(1);
        curve.points.iter().step_by(step)
    });
    let some: Vec<i64> = some.map(|point| point.at_ms).collect();
    let room = MOST_ROWS.saturating_sub(moments.len());
    let step = some.len().div_ceil(room.max(1)).max(1);
    moments.extend(some.into_iter().step_by(step).take(room));
    moments.extend(
        chart
            .values
            .drawn
            .iter()
            .filter_map(|curve| curve.points.last())
            .map(|point| point.at_ms),
    );
    moments.into_iter().take(2 * MOST_ROWS).collect()
}

fn state(chart: &Chart<'_>, at: i64) -> &'static str {
    let next = chart.states.partition_point(|span| span.from_ms <= at);
    next.checked_sub(1)
        .map_or("", |index| chart.states[index].state.as_str())
}

fn asserted(chart: &Chart<'_>, at: i64) -> String {
    let then = chart
        .assertions
        .iter()
        .filter(|assertion| assertion.at_ms == Some(at));
    then.map(|assertion| words(assertion))
        .collect::<Vec<_>>()
        .join("; ")
}

/// The value of a curve at a time: that of a point, or on the line between two.
fn value_at(curve: &Curve, at: i64) -> Option<f64> {
    let next = curve.points.partition_point(|point| point.at_ms <= at);
    let before = curve.points.get(next.checked_sub(1)?)?;
    let from = before.value?;
    if before.at_ms == at {
        return Some(from);
    }
    let after = curve.points.get(next)?;
    let to = after.value?;
    let share = (at - before.at_ms) as f64 / (after.at_ms - before.at_ms) as f64;
    Some(from + (to - from) * share)
}

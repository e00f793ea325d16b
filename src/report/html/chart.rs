//! Charts: curves over time with what they are compared with, the states of an alert, and the moments of assertions.
//!
//! A chart grows with the page. So curves are drawn in a picture that is stretched, and everything with text in it is
//! placed over it in percent. What a chart shows is also there as text: in its description, and as a table.

mod bands;
mod plot;
mod scale;
mod table;

use maud::{Markup, html};

use super::Names;
use super::format;
use crate::outcome::{Assertion, Bound, Curve, Curves, TimelineSpan};

pub(super) use bands::{expected_states, miniature, states, words};
pub(super) use scale::TimeAxis;

/// What one chart shows.
pub(super) struct Chart<'c> {
    /// What it is a chart of, for those who do not see it.
    pub(super) title: String,
    /// The horizontal axis.
    pub(super) time: TimeAxis,
    /// The curves.
    pub(super) values: &'c Curves,
    /// What they are compared with.
    pub(super) bound: Option<&'c Bound>,
    /// The states of the alert.
    pub(super) states: &'c [TimelineSpan],
    /// What is asserted, and when.
    pub(super) assertions: &'c [&'c Assertion],
    /// Whether it is a small one.
    pub(super) small: bool,
}

impl Chart<'_> {
    /// Draws it, with its legend and its table.
    pub(super) fn draw(&self, names: &Names) -> Markup {
        if let Some(error) = &self.values.error {
            return html! { p.note { "It cannot be evaluated on its own: " (error) } };
        }
        let number = names.next();
        html! {
            div.chart.small[self.small] data-end=(self.time.end_ms) data-every=(self.time.interval_ms) {
                (plot::plot(self, number))
                @if !self.states.is_empty() { (bands::states(self.time, self.states)) }
                (bands::marks(self.time, self.assertions))
                (plot::time_labels(self.time))
                (bands::over_time(self.assertions))
                (self.legend())
                (table::table(self))
            }
        }
    }

    /// Which curve is which.
    fn legend(&self) -> Markup {
        let curves = &self.values.drawn;
        let (common, own) = distinguish(curves);
        let bound = self.bound.filter(|bound| !bound.values.drawn.is_empty());
        html! {
            div.legend {
                @if !common.is_empty() && curves.len() > 1 {
                    p.common { "All: " code { (format::labels(&common)) } }
                }
                ul {
                    @for (number, curve) in curves.iter().enumerate() {
                        @let labels = if curves.len() == 1 { &curve.labels } else { &own[number] };
                        li {
                            span class=(format!("key k{number}")) aria-hidden="true" {}
                            @if labels.is_empty() { span.name { @if curves.len() == 1 { "value" } @else { "without labels" } } }
                            @else { code.name { (format::labels(labels)) } }
                            span.value {}
                        }
                    }
                    @if let Some(bound) = bound {
                        li {
                            span.key.bound aria-hidden="true" {}
                            span.name { "compared with " code { (bound.operator) " " (bound.text) } }
                        }
                    }
                }
                @if curves.is_empty() { p.note { "No values: the expression returns nothing at any evaluation." } }
                @if self.values.left_out > 0 {
                    p.note { (format::counted(self.values.left_out, "more series")) " not drawn." }
                }
                @if let Some(all) = curves.iter().filter_map(|curve| curve.thinned_from).max() {
                    p.note { "Drawn from up to " (all) " points, thinned out; lowest and highest values are kept." }
                }
                @if self.values.observations { p.note { "Native histograms are drawn as their number of observations." } }
            }
        }
    }
}

/// Labels, as name and value.
type Pairs = Vec<(String, String)>;

/// The labels that all curves share, and those that each has besides.
fn distinguish(curves: &[Curve]) -> (Pairs, Vec<Pairs>) {
    let Some((first, others)) = curves.split_first() else {
        return (Vec::new(), Vec::new());
    };
    let is_common = |pair: &&(String, String)| others.iter().all(|curve| curve.labels.contains(pair));
    let common: Pairs = first.labels.iter().filter(is_common).cloned().collect();
    let own = curves.iter().map(|curve| {
        let labels = curve.labels.iter();
        labels.filter(|pair| !common.contains(pair)).cloned().collect()
    });
    let own = own.collect();
    (common, own)
}

//! What differs, piece by piece: labels and annotations side by side, words and numbers that differ marked.

use maud::{Markup, html};

use super::format;
use crate::outcome::{
    AlertPair, AlertsDifference, Change, Fired, Item, NumberPair, SamplesDifference, ShownAlert,
    StatesDifference, Word,
};

/// Alerts beside those that were expected.
pub(super) fn alerts(difference: &AlertsDifference) -> Markup {
    html! {
        @for pair in &difference.pairs { (pair_of_alerts(pair)) }
        @for alert in &difference.missing { (single("Expected, and did not come", "expected", alert)) }
        @for alert in &difference.unexpected { (single("Came, and was not expected", "actual", alert)) }
        @if difference.agreeing > 0 { p.note { (format::counted(difference.agreeing, "alert")) " as expected." } }
    }
}

fn pair_of_alerts(pair: &AlertPair) -> Markup {
    html! {
        (side_by_side("An alert that is not quite as expected", html! {
            @if pair.expected_state != pair.actual_state {
                tr.differs {
                    th scope="row" { "state" }
                    td.expected { del { (pair.expected_state.as_str()) } }
                    td.actual { ins { (pair.actual_state.as_str()) } }
                }
            }
            (items(&pair.labels))
            (items(&pair.annotations))
        }))
    }
}

/// A table with a column for what was expected and one for what came.
fn side_by_side(caption: &str, rows: Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(caption) {
            table.difference {
                caption { (caption) }
                thead { tr { th scope="col" { "Name" } th scope="col" { "Expected" } th scope="col" { "Actual" } } }
                tbody { (rows) }
            }
        }
    }
}

fn items(items: &[Item]) -> Markup {
    html! {
        @for item in items {
            @match &item.change {
                Change::Same(value) => tr.same { th scope="row" { (item.name) } td { (value) } td { (value) } },
                Change::NotCompared(value) => tr.same { th scope="row" { (item.name) } td { i { "not compared" } } td { (value) } },
                Change::Missing { expected } => tr.differs {
                    th scope="row" { (item.name) }
                    td.expected { del { (expected) } }
                    td.actual { i { "missing" } }
                },
                Change::Unexpected { actual } => tr.differs {
                    th scope="row" { (item.name) }
                    td.expected { i { "not expected" } }
                    td.actual { ins { (actual) } }
                },
                Change::Differs { expected, actual, words } => tr.differs {
                    th scope="row" { (item.name) }
                    @if words.is_empty() {
                        td.expected { del { (expected) } }
                        td.actual { ins { (actual) } }
                    } @else {
                        td.expected { (expected_words(words)) }
                        td.actual { (actual_words(words)) }
                    }
                },
            }
        }
    }
}

fn expected_words(words: &[Word]) -> Markup {
    html! {
        @for word in words {
            @match word { Word::Same(text) => (text), Word::Expected(text) => del { (text) }, Word::Actual(_) => {}, }
        }
    }
}

fn actual_words(words: &[Word]) -> Markup {
    html! {
        @for word in words {
            @match word { Word::Same(text) => (text), Word::Actual(text) => ins { (text) }, Word::Expected(_) => {}, }
        }
    }
}

/// An alert without a counterpart.
fn single(caption: &str, class: &str, alert: &ShownAlert) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(caption) {
            table.difference {
                caption { (caption) }
                thead { tr { th scope="col" { "Name" } th scope="col" { "Value" } } }
                tbody {
                    tr class=(class) { th scope="row" { "state" } td { (alert.state.as_str()) } }
                    @for (name, value) in alert.labels.iter().chain(&alert.annotations) {
                        tr class=(class) { th scope="row" { (name) } td { (value) } }
                    }
                }
            }
        }
    }
}

/// Samples beside those that were expected.
pub(super) fn samples(difference: &SamplesDifference) -> Markup {
    html! {
        @for pair in &difference.pairs {
            (side_by_side(&pair.metric, html! {
                (items(&pair.labels))
                @if let Some(value) = &pair.value { (numbers(value)) }
                @if let Some(histogram) = &pair.histogram {
                    (items(&[Item { name: "histogram".to_owned(), change: histogram.clone() }]))
                }
            }))
        }
        @for (samples, words, class) in [
            (&difference.missing, "Expected, and did not come", "expected"),
            (&difference.unexpected, "Came, and was not expected", "actual"),
        ] {
            @if !samples.is_empty() {
                div.scroll tabindex="0" role="group" aria-label=(words) {
                    table.difference {
                        caption { (words) }
                        thead { tr { th scope="col" { "Sample" } th.number scope="col" { "Value" } } }
                        tbody {
                            @for sample in samples {
                                tr class=(class) { th scope="row" { code { (sample.metric) } } td.number { (sample.value) } }
                            }
                        }
                    }
                }
            }
        }
        @if difference.agreeing > 0 { p.note { (format::counted(difference.agreeing, "sample")) " as expected." } }
    }
}

fn numbers(pair: &NumberPair) -> Markup {
    // To the last digit: the difference may be there.
    let shown = |value: f64| {
        if value.is_finite() {
            format!("{value}")
        } else {
            format::number(value)
        }
    };
    html! {
        @if pair.same {
            tr.same { th scope="row" { "value" } td { (shown(pair.expected)) } td { (shown(pair.actual)) } }
        } @else {
            tr.differs {
                th scope="row" { "value" }
                td.expected { del { (shown(pair.expected)) } }
                td.actual {
                    ins { (shown(pair.actual)) }
                    @if pair.difference().is_finite() {
                        " " span.by {
                            "(" @if pair.difference() > 0.0 { "+" } (format::number(pair.difference()))
                            @if let Some(relative) = pair.relative() {
                                ", " @if relative > 0.0 { "+" } (format::number((relative * 1e4).round() / 100.0)) " %"
                            }
                            ")"
                        }
                    }
                }
            }
        }
    }
}

/// Where states differ from those expected.
pub(super) fn deviations(difference: &StatesDifference) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="Where states differ" {
            table.difference {
                caption { "Where states differ" }
                thead { tr { th scope="col" { "When" } th scope="col" { "Expected" } th scope="col" { "Actual" } } }
                tbody {
                    @for deviation in &difference.deviations {
                        tr.differs {
                            th scope="row" { (format::span(deviation.from_ms, deviation.to_ms)) }
                            td.expected { del { (deviation.expected.as_str()) } }
                            td.actual { ins { (deviation.actual.as_str()) } }
                        }
                    }
                }
            }
        }
    }
}

/// Alerts that never were to fire.
pub(super) fn fired(fired: &[Fired]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="What fired" {
            table.difference {
                caption { "What fired" }
                thead { tr { th scope="col" { "Alert" } th scope="col" { "When" } } }
                tbody {
                    @for alert in fired {
                        @let spans: Vec<String> = alert.spans.iter().map(|(from, to)| format::span(*from, *to)).collect();
                        tr.actual {
                            th scope="row" { code { (format::labels(&alert.labels)) } }
                            td { (spans.join(", ")) }
                        }
                    }
                }
            }
        }
    }
}

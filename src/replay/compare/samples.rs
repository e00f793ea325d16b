//! What an expression was to return beside what it returned, compared as promtool compares it where nothing else is
//! asked for.

use std::ops::Range;

use promql_engine::gofmt;
use promql_engine::series_notation::histogram;
use promql_engine::{Labels, Sample, SampleValue};
use promql_syntax::series::{SequenceValues, parse_metric, parse_series_description};

use super::items::{self, Want, Wants};
use super::pairing::pair;
use crate::model::unit_tests::{ExpectedSample, Match};
use crate::outcome::{Change, NumberPair, SamplePair, SamplesDifference, ShownSample};

/// A sample that an expression returned.
#[derive(Clone, Debug)]
pub(in crate::replay) struct SeenSample {
    metric: String,
    labels: Vec<(String, String)>,
    value: Value,
}

/// A sample that is to be returned.
#[derive(Debug)]
pub(in crate::replay) struct Wanted<'t> {
    line: usize,
    entry: Range<usize>,
    /// The metric as it is shown.
    metric: String,
    labels: Wants<'t>,
    /// Whether an empty label is written: promtool finds no series that is the same.
    odd: bool,
    value: Value,
}

/// A value as promtool has it: a number, which is 0 beside a histogram in series notation.
#[derive(Clone, Debug)]
struct Value {
    number: f64,
    histogram: Option<String>,
}

/// How closely samples must be as expected.
#[derive(Clone, Copy, Debug)]
pub(in crate::replay) struct Rules {
    /// How much of the labels must be written.
    pub(in crate::replay) matching: Match,
    /// Whether values may be neighbours.
    pub(in crate::replay) fuzzy: bool,
}

impl Value {
    fn shown(&self) -> String {
        match &self.histogram {
            None => gofmt::float_g(self.number),
            Some(text) => text.clone(),
        }
    }

    /// Whether two numbers are the same. NaN equals nothing, as for promtool.
    fn has_number(&self, actual: &Value, fuzzy: bool) -> bool {
        let (a, b) = (self.number, actual.number);
        a == b || (fuzzy && (a.next_down() == b || a.next_up() == b))
    }

    fn agrees(&self, actual: &Value, fuzzy: bool) -> bool {
        self.histogram == actual.histogram && self.has_number(actual, fuzzy)
    }
}

impl SeenSample {
    /// A sample that an expression returned.
    pub(in crate::replay) fn new(sample: Sample) -> Self {
        let labels = sample.labels.iter();
        SeenSample {
            metric: sample.labels.metric_form(),
            labels: labels.map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            value: match &sample.value {
                SampleValue::Float(value) => Value {
                    number: *value,
                    histogram: None,
                },
                SampleValue::Histogram(histogram) => Value {
                    number: 0.0,
                    histogram: Some(histogram.test_expression()),
                },
            },
        }
    }

    fn shown(&self) -> ShownSample {
        ShownSample {
            line: None,
            entry: None,
            metric: self.metric.clone(),
            value: self.value.shown(),
        }
    }
}

impl<'t> Wanted<'t> {
    /// A sample that is to be returned, with its line in the test file.
    pub(in crate::replay) fn of(
        sample: &'t ExpectedSample,
        line: usize,
        matching: Match,
    ) -> Result<Self, String> {
        let written = sample.labels.as_ref().map_or("", |l| l.as_str());
        let place = |reason: String| format!("labels {written:?}: {reason}");
        let histogram = sample.histogram.as_ref();
        let histogram = histogram.map(|text| read_histogram(text.as_str()));
        let value = Value {
            number: sample.value,
            histogram: histogram.transpose().map_err(place)?,
        };
        let mut wanted = Wanted {
            line,
            entry: sample.range.clone(),
            metric: written.trim().to_owned(),
            labels: Vec::new(),
            odd: false,
            value,
        };
        if let Some(matchers) = &sample.matchers {
            let labels = matchers.iter().map(|label| {
                (
                    label.name.as_str().into(),
                    Want::Matcher(&label.matcher, &label.text),
                )
            });
            wanted.labels = labels.collect();
        } else {
            let parsed = parse_metric(written).map_err(|e| place(e.to_string()))?;
            // Behind a name in front of the braces promtool drops empty labels itself.
            let in_braces = written.trim_start().starts_with('{');
            wanted.odd = in_braces && parsed.iter().any(|(_, value)| value.is_empty());
            let labels = Labels::new(parsed.iter().map(|(n, v)| (n, v)));
            if !wanted.odd {
                wanted.metric = labels.metric_form();
            }
            // Where others may be there, an empty label says that this one is not.
            let says_something =
                |(_, value): &(String, String)| matching == Match::Subset || !value.is_empty();
            wanted.labels = parsed
                .into_iter()
                .filter(says_something)
                .map(|(name, value)| (name.into(), Want::Text(value.into())))
                .collect();
        }
        wanted.labels.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(wanted)
    }

    fn fits(&self, actual: &SeenSample, rules: Rules) -> bool {
        let odd = self.odd && rules.matching == Match::Exact;
        !odd && items::fit(&self.labels, &actual.labels, rules.matching)
            && self.value.agrees(&actual.value, rules.fuzzy)
    }

    fn pair_with(&self, actual: &SeenSample, rules: Rules) -> SamplePair {
        let (expected, came) = (&self.value, &actual.value);
        let histogram = match (&expected.histogram, &came.histogram) {
            (None, None) => None,
            (Some(expected), Some(came)) if expected == came => Some(Change::Same(came.clone())),
            _ => Some(Change::Differs {
                expected: expected.shown(),
                actual: came.shown(),
                words: items::words(&expected.shown(), &came.shown()),
            }),
        };
        let same = expected.has_number(came, rules.fuzzy);
        let value = (histogram.is_none() || !same).then_some(NumberPair {
            expected: expected.number,
            actual: came.number,
            same,
        });
        SamplePair {
            line: Some(self.line),
            entry: Some(self.entry.clone()),
            metric: actual.metric.clone(),
            labels: items::compare(&self.labels, &actual.labels, rules.matching),
            value,
            histogram,
        }
    }

    /// How much a sample is like the expected one; none where they have no label in common.
    fn likeness(&self, actual: &SeenSample, rules: Rules) -> Option<i64> {
        let items = items::compare(&self.labels, &actual.labels, rules.matching);
        let agreeing = items.iter().filter(|item| items::agrees(item)).count() as i64;
        let same_value = self.value.agrees(&actual.value, rules.fuzzy);
        let related = agreeing > 0 || items.is_empty() || same_value;
        related.then(|| 4 * agreeing - 2 * items.len() as i64 + i64::from(same_value))
    }

    fn shown(&self) -> ShownSample {
        ShownSample {
            line: Some(self.line),
            entry: Some(self.entry.clone()),
            metric: self.metric.clone(),
            value: self.value.shown(),
        }
    }
}

/// The histogram of a text in series notation, as promtool prints it.
fn read_histogram(text: &str) -> Result<String, String> {
    let series = parse_series_description(&format!("v {text}")).map_err(|e| e.to_string())?;
    match &series.items[..] {
        [item] => match &item.values {
            SequenceValues::Histograms {
                start,
                step: None,
                repeat: 0,
                ..
            } => Ok(histogram(start).test_expression()),
            _ => Err(format!("expected one histogram, got {text}")),
        },
        items => Err(format!("expected 1 value, got {}", items.len())),
    }
}

/// Compares samples; nothing where they agree.
pub(in crate::replay) fn compare(
    expected: &[Wanted<'_>],
    actual: &[SeenSample],
    rules: Rules,
) -> Option<SamplesDifference> {
    let pairing = pair(
        expected.len(),
        actual.len(),
        |e, a| expected[e].fits(&actual[a], rules),
        |e, a| expected[e].likeness(&actual[a], rules),
    );
    let pairs = pairing.differing.iter();
    let difference = SamplesDifference {
        pairs: pairs
            .map(|(e, a)| expected[*e].pair_with(&actual[*a], rules))
            .collect(),
        missing: pairing.missing.iter().map(|e| expected[*e].shown()).collect(),
        unexpected: pairing.unexpected.iter().map(|a| actual[*a].shown()).collect(),
        agreeing: pairing.agreeing.len(),
    };
    let agrees = expected.len() == difference.agreeing && actual.len() == difference.agreeing;
    (!agrees).then_some(difference)
}

/// What differs between the samples, in a sentence.
pub(in crate::replay) fn message(place: &str, expected: usize, actual: usize) -> String {
    if expected == actual {
        return format!("{place} returns other samples than expected");
    }
    let count = |n: usize| match n {
        0 => "nothing".to_owned(),
        1 => "1 sample".to_owned(),
        n => format!("{n} samples"),
    };
    format!("{place} returns {}, expected {}", count(actual), count(expected))
}

/// Expected samples as text, one a line.
pub(in crate::replay) fn expected_text(samples: &[Wanted<'_>]) -> String {
    text(samples.iter().map(Wanted::shown).collect())
}

/// Samples that came as text, one a line.
pub(in crate::replay) fn actual_text(samples: &[SeenSample]) -> String {
    text(samples.iter().map(SeenSample::shown).collect())
}

fn text(mut samples: Vec<ShownSample>) -> String {
    if samples.is_empty() {
        return "nothing\n".to_owned();
    }
    samples.sort_by(|a, b| a.metric.cmp(&b.metric));
    let lines = samples.iter();
    lines
        .map(|sample| format!("{} {}\n", sample.metric, sample.value))
        .collect()
}

#[cfg(test)]
mod tests;

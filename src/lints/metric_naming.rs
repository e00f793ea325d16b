//! `metric-naming`: a metric of the repository's own whose name or help does not follow Prometheus' conventions.

use std::collections::HashSet;
use std::path::PathBuf;

use super::{Context, Lint, describe};
use crate::catalog::{Metric, Origin};
use crate::diagnostic::Diagnostic;
use crate::model::exposition::MetricKind;

/// See the module.
pub(super) struct MetricNaming;

/// Base units, and what is measured in them rather than in its own: what `promtool check metrics` knows.
const UNITS: [(&str, &str); 26] = [
    ("amperes", "amperes"),
    ("bytes", "bytes"),
    ("celsius", "celsius"),
    ("grams", "grams"),
    ("joules", "joules"),
    ("kelvin", "kelvin"),
    ("meters", "meters"),
    ("metres", "metres"),
    ("seconds", "seconds"),
    ("volts", "volts"),
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("days", "seconds"),
    ("weeks", "seconds"),
    ("kelvins", "kelvin"),
    ("fahrenheit", "celsius"),
    ("rankine", "celsius"),
    ("inches", "meters"),
    ("yards", "meters"),
    ("miles", "meters"),
    ("bits", "bytes"),
    ("calories", "joules"),
    ("pounds", "grams"),
    ("ounces", "grams"),
    ("percent", "ratio"),
    ("percents", "ratio"),
];

const PREFIXES: [&str; 20] = [
    "", "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi",
    "mebi", "giga", "gibi", "tera", "tebi", "peta", "pebi",
];

const ABBREVIATIONS: [&str; 14] = [
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
];

impl Lint for MetricNaming {
    describe!(
        "metric-naming",
        Info,
        "a metric of one's own whose name or help does not follow Prometheus' conventions"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        // Source may belong to several configurations.
        let mut seen: HashSet<(PathBuf, usize, String)> = HashSet::new();
        for stack in cx.catalogs.stacks() {
            for (_, metric) in stack.catalog.metrics() {
                let (Origin::Code(location) | Origin::Exposition(location)) = &metric.origin else {
                    continue;
                };
                for (message, help) in faults(metric) {
                    let (file, range) = (&location.file, location.range.clone());
                    if !seen.insert((file.path().to_owned(), range.start, message.clone())) {
                        continue;
                    }
                    let finding = Diagnostic::new(self.code(), self.severity(), message, file, range);
                    found.push(finding.with_help(help));
                }
            }
        }
    }
}

/// What is wrong with a metric, and how to mend it.
fn faults(metric: &Metric) -> Vec<(String, String)> {
    let name = metric.name.as_str();
    let mut faults = Vec::new();
    let mut say = |message: String, help: &str| faults.push((message, help.to_owned()));
    let undescribed = match metric.origin {
        Origin::Exposition(_) => metric.help.as_deref().unwrap_or_default().is_empty(),
        // What source says may not be a literal.
        _ => metric.help.as_deref() == Some(""),
    };
    if undescribed {
        say(
            format!("{name} has no help text"),
            "Say what is counted or measured, and what its labels are.",
        );
    }
    let counts = matches!(metric.kind, MetricKind::Counter | MetricKind::Unknown);
    if metric.kind == MetricKind::Counter && !name.ends_with("_total") {
        say(
            format!("the counter {name} does not end in _total"),
            "Call it `…_total`: then everybody sees that it needs a rate.",
        );
    }
    if !counts && name.ends_with("_total") {
        let kind = metric.kind.as_str();
        say(
            format!("{name} ends in _total and is a {kind}"),
            "Only counters are called `…_total`.",
        );
    }
    let parts = match metric.kind {
        MetricKind::Histogram | MetricKind::GaugeHistogram | MetricKind::Unknown => &[][..],
        MetricKind::Summary => &["_bucket"][..],
        _ => &["_bucket", "_count", "_sum"][..],
    };
    if let Some(part) = parts.iter().find(|part| name.ends_with(**part)) {
        let kind = metric.kind.as_str();
        say(
            format!("{name} is a {kind} and ends in {part}, as a part of a histogram"),
            "Name it after what it is.",
        );
    }
    if name.contains(':') {
        say(
            format!("there is a colon in {name}"),
            "Colons are for what recording rules make.",
        );
    }
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split('_').collect();
    let kinds = ["counter", "gauge", "histogram", "summary"];
    // The name of something may be that of a type, but hardly of its own.
    if let Some(kind) = kinds
        .into_iter()
        .find(|kind| metric.kind.as_str() == *kind && words.contains(kind))
    {
        say(
            format!("{name} says that it is a {kind}"),
            "Leave it out: the type is exposed beside it.",
        );
    }
    if is_camel_case(name) {
        say(format!("{name} is written in camelCase"), "Write snake_case.");
    }
    if let Some(label) = metric
        .labels
        .iter()
        .map(|(label, _)| label)
        .find(|label| is_camel_case(label))
    {
        say(
            format!("the label {label} of {name} is written in camelCase"),
            "Write snake_case.",
        );
    }
    if let Some((unit, base)) = unit(&words).filter(|(unit, base)| unit != base) {
        let help = format!("Measure in {base}: all that reads it can rely on that.");
        say(format!("{name} is measured in {unit}"), &help);
    }
    if let Some(unit) = ABBREVIATIONS.into_iter().find(|unit| words[1..].contains(unit)) {
        say(
            format!("the unit {unit} in {name} is an abbreviation"),
            "Write it out, in base units: seconds, bytes.",
        );
    }
    faults
}

/// The unit in a name, and what to measure in instead.
fn unit(words: &[&str]) -> Option<(String, &'static str)> {
    words.iter().rev().find_map(|word| {
        let (unit, base) = UNITS.iter().find(|(unit, _)| word.ends_with(unit))?;
        let prefix = word.strip_suffix(unit)?;
        PREFIXES.contains(&prefix).then(|| match prefix {
            "" => ((*unit).to_owned(), *base),
            _ => (format!("{prefix}{unit}"), *base),
        })
    })
}

fn is_camel_case(name: &str) -> bool {
    let pairs = name.as_bytes().windows(2);
    pairs
        .into_iter()
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

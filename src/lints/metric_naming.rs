//! `metric-naming`: a metric of the repository's own whose name or help does not follow Prometheus' conventions.

use std::collections::HashSet;
use std::path::PathBuf;

use super::{Context, Lint, describe};
use crate::catalog::exposition::metrics;
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
        // Source may belong to several configurations, and a page be named in the settings and on the command line.
        let mut seen: HashSet<(PathBuf, usize, String)> = HashSet::new();
        let mut look = |metric: &Metric| {
            let (Origin::Code(location) | Origin::Exposition(location)) = &metric.origin else {
                return;
            };
            for (message, help) in faults(metric) {
                let (file, range) = (&location.file, location.range.clone());
                if seen.insert((file.path().to_owned(), range.start, message.clone())) {
                    let finding = Diagnostic::new(self.code(), self.severity(), message, file, range);
                    found.push(finding.with_help(help));
                }
            }
        };
        for stack in cx.catalogs.stacks() {
            stack.catalog.metrics().for_each(|(_, metric)| look(metric));
        }
        for page in cx.project.metrics_pages() {
            metrics(&page.page, &page.file).iter().for_each(&mut look);
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
    let reserved = [
        ("le", "histograms", metric.kind.has_buckets()),
        ("quantile", "summaries", metric.kind == MetricKind::Summary),
    ];
    for (label, whose, is_theirs) in reserved {
        if metric.kind != MetricKind::Unknown
            && !is_theirs
            && metric.labels.iter().any(|(known, _)| known == label)
        {
            say(
                format!("{name} has the label {label}, which only {whose} have"),
                "Give the label another name: functions and people take the series for what it is not.",
            );
        }
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
    // The name of something may be that of a type, but hardly of its own; `gauge_level` is the level of a gauge.
    if let Some(kind) = kinds
        .into_iter()
        .find(|kind| metric.kind.as_str() == *kind && words[1..].contains(kind))
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
    for unit in ABBREVIATIONS.into_iter().filter(|unit| words[1..].contains(unit)) {
        say(
            format!("the unit {unit} in {name} is an abbreviation"),
            "Write it out, in base units: seconds, bytes.",
        );
    }
    faults
}

/// The unit in a name, and what to measure in instead.
fn unit(words: &[&str]) -> Option<(String, &'static str)> {
    words.iter().find_map(|word| {
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

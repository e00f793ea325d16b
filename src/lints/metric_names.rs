//! `bare-histogram` and `counter-suffix`: a metric that is exposed under another name than the one it is declared by.

use super::analyses::finding;
use super::asked::{Standing, asked, stand_ins};
use super::{Context, ExpressionAt, Lint, describe};
use crate::catalog::{Extent, Metric, Origin};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::exposition::MetricKind;

/// See the module.
pub(super) struct BareHistogram;

/// See the module.
pub(super) struct CounterSuffix;

impl Lint for BareHistogram {
    describe!(
        "bare-histogram",
        Error,
        "a histogram or summary by its bare name, which no series has"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        find(self.code(), cx, at, found, |name, standing| match standing {
            Standing::Bare(metric) => Some((of_bare(name, metric), Some(*metric))),
            _ => None,
        });
    }
}

impl Lint for CounterSuffix {
    describe!(
        "counter-suffix",
        Error,
        "a counter without the _total that it is exposed with, or a _total that is not there"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let catalog = cx.catalog(at.file.path());
        find(self.code(), cx, at, found, |name, standing| {
            let Standing::Suffix(right) = standing else {
                return None;
            };
            let message = format!("{name} is exposed as {right}: this finds no series");
            let metric = catalog.declared(right).next();
            Some(((message, format!("Write {right}.")), metric))
        });
    }
}

/// Message and help.
type Said = (String, String);

/// Finds the selectors of which something is said, with the metric that it is about.
fn find<'c>(
    code: &'static str,
    cx: &Context<'c>,
    at: ExpressionAt<'_>,
    found: &mut Vec<Diagnostic>,
    say: impl Fn(&str, &Standing<'c>) -> Option<(Said, Option<&'c Metric>)>,
) {
    let catalog = cx.catalog(at.file.path());
    for asked in asked(at.expr) {
        let Some(((message, help), metric)) = say(asked.name, &asked.standing(catalog)) else {
            continue;
        };
        let spared = stand_ins(&at.expr.parsed.expr, catalog);
        if spared
            .iter()
            .any(|span| span.start <= asked.span.start && asked.span.end <= span.end)
        {
            continue;
        }
        let severity = match asked.extent(catalog) {
            Extent::All if cx.whole => Severity::Error,
            _ => Severity::Warning,
        };
        let mut finding = finding(code, severity, message, at.file, at.expr, asked.span).with_help(help);
        if let Some(Origin::Code(place)) = metric.map(|metric| &metric.origin) {
            finding = finding.with_secondary(&place.file, place.range.clone(), "declared here");
        }
        found.push(finding);
    }
}

fn of_bare(name: &str, metric: &Metric) -> Said {
    let kind = match metric.kind {
        MetricKind::Summary => "summary",
        _ => "histogram",
    };
    let message = format!("{name} is a {kind}: no series has its bare name, and this finds none");
    let help = match metric.kind {
        MetricKind::Summary => {
            format!(
                "Ask for {name}_sum or {name}_count; its average is rate({name}_sum[5m]) / rate({name}_count[5m])."
            )
        }
        _ => format!(
            "Ask for {name}_bucket, {name}_sum or {name}_count; its average is rate({name}_sum[5m]) / rate({name}_count[5m])."
        ),
    };
    (message, help)
}

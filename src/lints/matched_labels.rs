//! `unknown-label` and `impossible-label-value`: a matcher that no series of the metric can satisfy, because they do not
//! have the label, or never with such a value.

use std::collections::BTreeSet;

use promql_syntax::ast::MatchOp;

use super::analyses::finding;
use super::asked::{Asked, Sieve, asked};
use super::{Context, ExpressionAt, Lint, Place, describe};
use crate::catalog::{Catalog, Extent, Knowledge, Origin, Values, Variant};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::reader::nearest;

/// See the module.
pub(super) struct UnknownLabel;

/// See the module.
pub(super) struct ImpossibleLabelValue;

/// How many labels or values are listed.
const LISTED: usize = 8;

impl Lint for UnknownLabel {
    describe!(
        "unknown-label",
        Error,
        "a matcher for a label that the metric does not have"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        for asked in asked(at.expr) {
            let Some(known) = known(cx, at, &asked) else {
                continue;
            };
            for sieve in &asked.matchers {
                let label = sieve.label();
                if known
                    .variants
                    .iter()
                    .any(|variant| variant.labels.may_have(label))
                {
                    continue;
                }
                let excludes = matches!(sieve.written.op, MatchOp::NotEqual | MatchOp::NotRegex);
                let (severity, outcome) = match (sieve.passes(""), excludes) {
                    // That there is no such label is what it asks for.
                    (true, false) => continue,
                    (true, true) => (Severity::Info, "this excludes nothing"),
                    (false, _) => (known.severity, "this finds none"),
                };
                let external = external(cx, at, label);
                if external && matches!(at.place, Place::Target(_)) {
                    // Whoever answers may see what several servers sent.
                    continue;
                }
                let message = format!("no series of {} has the label {label}: {outcome}", asked.name);
                let help = match external {
                    true => format!(
                        "{label} is an external label: Prometheus adds it to what it sends elsewhere, and its own rules do not see it."
                    ),
                    false => labels_of(&known.variants, label),
                };
                let span = sieve.written.span;
                let finding = finding(self.code(), severity, message, at.file, at.expr, span);
                found.push(finding.with_help(help));
            }
        }
    }
}

impl Lint for ImpossibleLabelValue {
    describe!(
        "impossible-label-value",
        Error,
        "a matcher for a value that the label never has"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        for asked in asked(at.expr) {
            let Some(known) = known(cx, at, &asked) else {
                continue;
            };
            for sieve in &asked.matchers {
                let labels = || known.variants.iter().map(|variant| &variant.labels);
                let has_it = labels().any(|labels| labels.may_have(sieve.label()));
                if !has_it || labels().any(|labels| sieve.may_pass(labels)) {
                    continue;
                }
                found.push(impossible(self.code(), at, &asked, sieve, &known));
            }
        }
    }
}

/// What is known of the series that a selector may mean.
struct Known<'c> {
    variants: Vec<&'c Variant>,
    /// How sure a claim about them is.
    severity: Severity,
}

/// What is known of the series of a name; nothing where others may expose it with other labels.
fn known<'c>(cx: &Context<'c>, at: ExpressionAt<'_>, asked: &Asked<'_>) -> Option<Known<'c>> {
    let catalog = cx.catalog(at.file.path());
    let facts = catalog
        .lookup(asked.name)
        .filter(|_| !asked.matchers.is_empty())?;
    let jobs = asked.jobs(catalog);
    let of_these = |variant: &&Variant| {
        let is_asked = |id| jobs.iter().any(|(job, _)| *job == id);
        jobs.is_empty() || variant.job.is_none_or(is_asked)
    };
    let variants: Vec<&Variant> = facts.variants.iter().filter(of_these).collect();
    let all = !variants.is_empty() && variants.iter().all(|one| is_trusted(catalog, asked, one));
    let certain = facts.knowledge == Knowledge::Complete && catalog.extent() == Extent::All && cx.whole;
    let severity = match certain {
        true => Severity::Error,
        false => Severity::Warning,
    };
    all.then_some(Known { variants, severity })
}

/// Whether nobody else is likely to expose a name: Prometheus' own, one of an exporter or a rule; one that source
/// declares where nothing is scraped of which nothing is known.
fn is_trusted(catalog: &Catalog, asked: &Asked<'_>, variant: &Variant) -> bool {
    let origin = variant.metric.map(|id| &catalog.metric(id).origin);
    match origin {
        None | Some(Origin::Builtin) => catalog.knows_all_jobs(),
        Some(Origin::Rule(_)) => true,
        // `label-never-seen` knows more of those: what there was of late.
        Some(Origin::Server(_)) => false,
        Some(Origin::Recorded { .. } | Origin::Exposition(_)) => variant.job.is_some(),
        Some(Origin::Code(_)) => variant.job.is_some() && asked.extent(catalog) >= Extent::Most,
    }
}

/// Whether a label is one that the file's Prometheus adds to what it sends.
fn external(cx: &Context<'_>, at: ExpressionAt<'_>, label: &str) -> bool {
    let labels = cx.config(at.file.path()).map(|config| &config.external_labels);
    labels.is_some_and(|labels| labels.iter().any(|(name, _)| name.as_str() == label))
}

/// The labels that there are: the one that may be meant, or all, where they are few.
fn labels_of(variants: &[&Variant], wanted: &str) -> String {
    let labels = variants.iter().flat_map(|variant| variant.labels.iter());
    let names: BTreeSet<&str> = labels.map(|(name, _)| name).collect();
    let names: Vec<&str> = names.into_iter().collect();
    match (nearest(wanted, &names), names.len()) {
        (Some(meant), _) => format!("Did you mean {meant}?"),
        (None, 0) => "It has no labels at all.".to_owned(),
        (None, count) if count <= LISTED => format!("It has {}.", names.join(", ")),
        _ => "Leave the matcher out, or ask for a metric that has it.".to_owned(),
    }
}

fn impossible(
    code: &'static str,
    at: ExpressionAt<'_>,
    asked: &Asked<'_>,
    sieve: &Sieve<'_>,
    known: &Known<'_>,
) -> Diagnostic {
    let (label, value) = (sieve.label(), sieve.written.value.as_str());
    let values: BTreeSet<&str> = known
        .variants
        .iter()
        .filter_map(|variant| match &variant.labels.get(label)?.values {
            Values::OneOf(values) => Some(values),
            Values::Any => None,
        })
        .flatten()
        .map(String::as_str)
        .collect();
    let values: Vec<&str> = values.into_iter().collect();
    let message = match sieve.written.op {
        MatchOp::Equal => format!(
            "the label {label} of {} is never {value}: this finds no series",
            asked.name
        ),
        _ => format!(
            "no value of the label {label} of {} passes: this finds no series",
            asked.name
        ),
    };
    let same_number = |other: &&&str| {
        let numbers = (value.parse::<f64>(), other.parse::<f64>());
        matches!(numbers, (Ok(one), Ok(other)) if one == other)
    };
    let (help, severity) = if let Some(number) = values.iter().find(same_number) {
        let help = format!(
            "Prometheus writes it {number} since version 3; {label}=~\"{value}|{}\" finds it in any version.",
            number.replace('.', "\\\\.")
        );
        (help, Severity::Warning)
    } else if let Some(meant) = nearest(value, &values).filter(|_| sieve.written.op == MatchOp::Equal) {
        (format!("Did you mean {meant}?"), known.severity)
    } else if values.len() <= LISTED {
        (format!("It is {}.", either(&values)), known.severity)
    } else {
        let help = format!(
            "It is one of {} values, such as {}.",
            values.len(),
            either(&values[..3])
        );
        (help, known.severity)
    };
    finding(
        code,
        severity,
        message,
        at.file,
        at.expr,
        sieve.written.value_span,
    )
    .with_help(help)
}

/// `a`, `a or b`, `a, b or c`.
fn either(values: &[&str]) -> String {
    match values {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

//! What rules read and write, as far as that is known without running them.

use promql_engine::Matcher;
use promql_syntax::ast::{DurationExpr, DurationKind, Expr, ExprKind, MatchOp, Offset, VectorSelector};
use promql_syntax::{ParseOptions, with_enough_stack};

use super::rule::{Kind, Rule};
use super::template::Queries;

/// Functions whose results depend on the bounds of the query, or that read series which they do not name.
const BEYOND_THE_SELECTORS: [&str; 5] = ["start", "end", "step", "range", "info"];

/// A selector that a rule evaluates.
pub(super) struct Read {
    matchers: Vec<Matcher>,
    /// How far before the time of the rule's evaluation it looks at most recent, in milliseconds.
    pub(super) offset_ms: i64,
}

/// The series that a rule writes.
pub(super) struct Writes<'r> {
    names: &'static [&'static str],
    recorded: Option<&'r str>,
    /// Labels that all of them have; an empty value where none has the label.
    labels: Vec<(&'r str, &'r str)>,
    /// How far before the time of the rule's evaluation its samples stand, in milliseconds.
    pub(super) offset_ms: i64,
}

/// What a rule reads. Nothing where that is not known, or where what it returns at a time depends on anything but
/// the samples up to that time.
pub(super) fn reads(rule: &Rule) -> Option<Vec<Read>> {
    let mut reads = Vec::new();
    collect(rule.query.expr(), rule.query_offset_ms, &mut reads)?;
    if let Kind::Alerting(alerting) = &rule.kind {
        for (_, template) in alerting.labels.iter().chain(&alerting.annotations) {
            let Queries::Known(queries) = template.queries() else {
                return None;
            };
            for query in queries {
                // What does not parse reads nothing.
                if let Ok(expr) = promql_syntax::parse_valid(query, &ParseOptions::ALL) {
                    collect(&expr, 0, &mut reads)?;
                }
            }
        }
    }
    Some(reads)
}

/// What an expression reads; nothing where that is not known.
pub(super) fn reads_of(expr: &Expr) -> Option<Vec<Read>> {
    let mut reads = Vec::new();
    collect(expr, 0, &mut reads)?;
    Some(reads)
}

/// Whether what an expression returns at a time is known to depend on nothing but the samples up to that time.
pub(super) fn is_pointwise(expr: &Expr) -> bool {
    reads_of(expr).is_some()
}

/// Adds the selectors of an expression; nothing where more than the samples before its time matter.
fn collect(expr: &Expr, offset_ms: i64, reads: &mut Vec<Read>) -> Option<()> {
    with_enough_stack(|| match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => Some(()),
        ExprKind::Error => None,
        ExprKind::Paren(inner) => collect(inner, offset_ms, reads),
        ExprKind::Unary(unary) => collect(&unary.expr, offset_ms, reads),
        ExprKind::Binary(binary) => {
            collect(&binary.lhs, offset_ms, reads)?;
            collect(&binary.rhs, offset_ms, reads)
        }
        ExprKind::Aggregate(aggregate) => {
            if let Some(param) = &aggregate.param {
                collect(param, offset_ms, reads)?;
            }
            collect(&aggregate.expr, offset_ms, reads)
        }
        ExprKind::Call(call) if BEYOND_THE_SELECTORS.contains(&call.name.as_str()) => None,
        ExprKind::Call(call) => call
            .args
            .iter()
            .try_for_each(|arg| collect(arg, offset_ms, reads)),
        ExprKind::VectorSelector(selector) => {
            reads.push(read(selector, offset_ms)?);
            Some(())
        }
        ExprKind::MatrixSelector(matrix) if is_fixed(&matrix.range) => {
            reads.push(read(&matrix.selector, offset_ms)?);
            Some(())
        }
        ExprKind::Subquery(subquery)
            if subquery.at.is_none()
                && looks_back(subquery.offset.as_ref())
                && is_fixed(&subquery.range)
                && subquery.step.as_ref().is_none_or(is_fixed) =>
        {
            collect(&subquery.expr, offset_ms, reads)
        }
        ExprKind::MatrixSelector(_) | ExprKind::Subquery(_) => None,
    })
}

fn read(selector: &VectorSelector, offset_ms: i64) -> Option<Read> {
    if selector.at.is_some() || selector.extension.is_some() || !looks_back(selector.offset.as_ref()) {
        return None;
    }
    let name = selector
        .name
        .iter()
        .map(|name| Matcher::new("__name__", MatchOp::Equal, &name.name));
    let others = selector
        .matchers
        .iter()
        .map(|matcher| Matcher::new(&matcher.name.name, matcher.op, &matcher.value));
    let matchers: Result<Vec<Matcher>, String> = name.chain(others).collect();
    Some(Read {
        matchers: matchers.ok()?,
        offset_ms,
    })
}

/// Whether an offset is a plain duration, which is never negative.
fn looks_back(offset: Option<&Offset>) -> bool {
    offset.is_none_or(|offset| matches!(&offset.value.kind, DurationKind::Number(n) if n.value >= 0.0))
}

/// Whether a duration is the same whatever the query's bounds are.
fn is_fixed(duration: &DurationExpr) -> bool {
    with_enough_stack(|| match &duration.kind {
        DurationKind::Number(_) => true,
        DurationKind::Step | DurationKind::Range | DurationKind::Error => false,
        DurationKind::Unary(_, inner) | DurationKind::Paren(inner) => is_fixed(inner),
        DurationKind::Binary(_, a, b) | DurationKind::MinOf(a, b) | DurationKind::MaxOf(a, b) => {
            is_fixed(a) && is_fixed(b)
        }
    })
}

impl<'r> Writes<'r> {
    /// What a rule writes.
    pub(super) fn of(rule: &'r Rule) -> Self {
        let (names, recorded, labels): (&'static [&'static str], _, Vec<(&str, &str)>) = match &rule.kind {
            Kind::Recording(recording) => {
                let labels = recording.labels.iter().map(|(n, v)| (&n[..], &v[..]));
                (&[], Some(&recording.name[..]), labels.collect())
            }
            Kind::Alerting(alerting) => {
                // Where a template is empty, the series have something else.
                let plain = |(name, text): &'r (String, super::template::TemplateText)| {
                    let text = text.plain().filter(|text| !text.is_empty());
                    text.map(|text| (&name[..], text))
                };
                let labels = std::iter::once(("alertname", &alerting.name[..]));
                let labels = labels.chain(alerting.labels.iter().filter_map(plain));
                (&["ALERTS", "ALERTS_FOR_STATE"], None, labels.collect())
            }
        };
        Writes {
            names,
            recorded,
            labels,
            offset_ms: rule.query_offset_ms,
        }
    }
}

impl<'r> Writes<'r> {
    /// What a rule writes, with whatever labels.
    pub(super) fn by_name(rule: &'r Rule) -> Self {
        Writes {
            labels: Vec::new(),
            ..Writes::of(rule)
        }
    }
}

impl Read {
    /// Whether the selector may select anything of what a rule writes.
    pub(super) fn may_select(&self, writes: &Writes<'_>) -> bool {
        let (of_name, of_labels): (Vec<&Matcher>, Vec<&Matcher>) =
            self.matchers.iter().partition(|m| m.name() == "__name__");
        let mut names = writes.names.iter().copied().chain(writes.recorded);
        names.any(|name| of_name.iter().all(|matcher| matcher.matches(name)))
            && of_labels.iter().all(|matcher| {
                let known = writes.labels.iter().find(|(name, _)| *name == matcher.name());
                known.is_none_or(|(_, value)| matcher.matches(value))
            })
    }
}

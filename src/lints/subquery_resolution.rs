//! `subquery-resolution`: a subquery that looks at its expression too seldom, or needlessly often.

use promql_syntax::ast::{ExprKind, SubqueryExpr};
use promql_syntax::format_duration;

use super::analyses::finding;
use super::ranges::{Need, OverRange, RangeOf, fixed_ms, need, over_ranges};
use super::schedule::{name, renewal};
use super::{Context, ExpressionAt, Lint, describe};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct SubqueryResolution;

impl Lint for SubqueryResolution {
    describe!(
        "subquery-resolution",
        Error,
        "a subquery whose step does not fit its range, or what it looks at"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        if cx.analyses.get(expr).is_none() {
            return;
        }
        for over in over_ranges(&expr.parsed.expr) {
            let RangeOf::Subquery(subquery) = over.of else {
                continue;
            };
            let fault = match subquery.step.as_ref().and_then(fixed_ms).filter(|step| *step > 0) {
                Some(step) => too_wide(over, step).or_else(|| too_fine(cx, file.path(), subquery, step)),
                None => unwritten(subquery),
            };
            let Some((severity, message, help)) = fault else {
                continue;
            };
            let span = subquery.step.as_ref().unwrap_or(over.range).span;
            found.push(finding(self.code(), severity, message, file, expr, span).with_help(help));
        }
    }
}

/// What is said, how sure that is, and what helps.
type Fault = (Severity, String, String);

/// A step as long as the range: the expression is evaluated once in it, or not at all.
fn too_wide(over: OverRange<'_>, step: i64) -> Option<Fault> {
    let need = need(&over.call.name)?;
    if step < over.range_ms {
        return None;
    }
    let (length, every, function) = (
        format_duration(over.range_ms),
        format_duration(step),
        over.call.name.as_str(),
    );
    let evaluated = match step == over.range_ms {
        true => format!("in {length}, the expression is evaluated just once"),
        false => format!("in {length}, the expression is evaluated once or not at all, every {every}"),
    };
    let help = format!("Write a step that fits several times into {length}.");
    Some(match need {
        Need::Two => {
            let message = format!("{evaluated}: {function} needs two values, so nothing comes of it");
            (Severity::Error, message, help)
        }
        Need::TwoOrZero => {
            let message = format!("{evaluated}: {function} needs two values, so it is always 0");
            (Severity::Error, message, help)
        }
        Need::One | Need::None => (Severity::Warning, evaluated, help),
    })
}

/// A step shorter than the time between samples: the same samples again.
fn too_fine(cx: &Context<'_>, path: &std::path::Path, subquery: &SubqueryExpr, step: i64) -> Option<Fault> {
    let catalog = cx.catalog(path);
    let selectors = subquery.expr.selectors().into_iter();
    let every: Option<Vec<i64>> = selectors.map(|s| renewal(catalog, s).map(|r| r.ms)).collect();
    let every = every?.into_iter().min().filter(|every| step < *every)?;
    let (step, every) = (format_duration(step), format_duration(every));
    let message = format!("evaluated every {step}, over samples that come every {every}: work for nothing");
    Some((
        Severity::Info,
        message,
        format!("Write a step of {every} or more."),
    ))
}

/// No step, where a range would give the samples themselves.
fn unwritten(subquery: &SubqueryExpr) -> Option<Fault> {
    let inner = subquery.expr.bare();
    let ExprKind::VectorSelector(selector) = &inner.kind else {
        return None;
    };
    if subquery.step.is_some() || selector.extension.is_some() {
        return None;
    }
    let series = name(selector).unwrap_or("what is selected");
    let message = format!("this looks at {series} once an evaluation interval, not at each sample");
    let help = "Leave the colon out: a range holds every sample.".to_owned();
    Some((Severity::Info, message, help))
}

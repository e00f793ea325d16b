//! `comparison-never-true` and `comparison-always-true`: a comparison whose outcome does not depend on the data.

use std::sync::Arc;

use promql_syntax::ast::{BinaryExpr, BinaryOp, Expr};

use super::analyses::{Known, finding, with_reasons};
use super::quantile::short;
use super::quantile_beyond_buckets::beyond;
use super::{Context, ExpressionAt, Lint, RuleAt, describe};
use crate::analysis::quantity::{Kind, Unit};
use crate::analysis::{Interval, Verdict, Why};
use crate::diagnostic::Diagnostic;
use crate::model::rules::Expression;
use crate::source::SourceFile;

/// See the module.
pub(super) struct NeverTrue;

/// See the module.
pub(super) struct AlwaysTrue;

impl Lint for NeverTrue {
    describe!(
        "comparison-never-true",
        Error,
        "a comparison that no value can make true, so that nothing comes of it"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        never(self.code(), cx, at.file, at.expr, found);
    }
}

impl Lint for AlwaysTrue {
    describe!(
        "comparison-always-true",
        Warning,
        "a comparison that every value makes true, so that it says nothing"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        if let Some(expr) = rule.expr.as_ref().filter(|_| rule.alert.is_some()) {
            always(self.code(), cx, &file.file, expr, found);
        }
    }
}

/// A comparison that filters, with what is known of its sides.
struct Comparison<'k> {
    written: &'k Expr,
    left: Interval,
    right: Interval,
    why: Why,
}

/// The comparisons of an expression that come out like this, whatever the data, and how sure that is.
fn outcomes<'e>(
    known: &Known<'_>,
    expr: &'e Expression,
    verdict: Verdict,
) -> Vec<(crate::diagnostic::Severity, &'e BinaryExpr, Comparison<'e>)> {
    let found = expr.parsed.expr.operations().filter_map(|(node, binary)| {
        if !binary.op.is_comparison() {
            return None;
        }
        let comes_out = |facts: &crate::analysis::Facts| {
            (facts.verdict == Some(verdict) && facts.mismatches.is_empty()).then(|| facts.why_value.clone())
        };
        let (severity, why) = known.shown(node, comes_out)?;
        if beyond(known, node).is_some() {
            return None;
        }
        let analysis = known.strength(severity);
        let why = match why.is_empty() {
            true => analysis.facts(node).why_presence.clone(),
            false => why,
        };
        let comparison = Comparison {
            written: node,
            left: analysis.facts(&binary.lhs).value,
            right: analysis.facts(&binary.rhs).value,
            why,
        };
        Some((severity, binary, comparison))
    });
    found.collect()
}

/// A side of a comparison: what it is, or can be.
fn side(interval: Interval) -> String {
    let shown = interval.to_string();
    match shown.strip_prefix('=') {
        Some(number) => number.to_owned(),
        None => shown,
    }
}

fn never(
    code: &'static str,
    cx: &Context<'_>,
    file: &Arc<SourceFile>,
    expr: &Expression,
    found: &mut Vec<Diagnostic>,
) {
    let Some(known) = cx.analyses.get(expr) else {
        return;
    };
    for (severity, binary, comparison) in outcomes(known, expr, Verdict::Never) {
        let Comparison {
            written,
            left,
            right,
            why,
        } = comparison;
        let (left, right, op) = (side(left), side(right), binary.op.text());
        let outcome = match binary.bool_modifier {
            Some(_) => "this is always 0",
            None => "this is never true",
        };
        let message = format!("{outcome}: the left side is {left}, the right side {right}");
        let finding = finding(code, severity, message, file, expr, written.span)
            .with_label(format!("{left} {op} {right}"))
            .with_help(way_out(known, binary));
        found.push(with_reasons(finding, &why, file, expr));
    }
}

fn always(
    code: &'static str,
    cx: &Context<'_>,
    file: &Arc<SourceFile>,
    expr: &Expression,
    found: &mut Vec<Diagnostic>,
) {
    let Some(known) = cx.analyses.get(expr) else {
        return;
    };
    if known.likely.root().is_surely_present() {
        // That the alert always fires says it all.
        return;
    }
    for (_, binary, comparison) in outcomes(known, expr, Verdict::Always) {
        let Comparison {
            written,
            left,
            right,
            why,
        } = comparison;
        if asks_whether_there_is_any(known, binary) {
            continue;
        }
        let (left, right, op) = (side(left), side(right), binary.op.text());
        let outcome = match binary.bool_modifier {
            Some(_) => "this is always 1",
            None => "this is true of every value",
        };
        let message = format!("{outcome}: the left side is {left}, the right side {right}");
        let finding = finding(
            code,
            crate::diagnostic::Severity::Warning,
            message,
            file,
            expr,
            written.span,
        )
        .with_label(format!("{left} {op} {right}"))
        .with_help("It filters nothing out. Compare with a value that tells good from bad, or leave it out.");
        found.push(with_reasons(finding, &why, file, expr));
    }
}

/// What to do about a comparison that is never true.
fn way_out(known: &Known<'_>, binary: &BinaryExpr) -> String {
    let limit = known.likely.facts(&binary.rhs).value.single();
    let percent = limit.filter(|limit| *limit > 1.0 && *limit <= 100.0);
    match percent.filter(|_| known.likely.facts(&binary.lhs).quantity.unit == Unit::Ratio) {
        Some(percent) => {
            format!(
                "The left side is a part of one: {} % of it are {}.",
                short(percent),
                short(percent / 100.0)
            )
        }
        None => "Nothing comes of this part of the expression. Compare with a value that the other side can reach."
            .to_owned(),
    }
}

/// `count(…) > 0`, `absent(…) == 1`, `ALERTS == 1`: it says that there is something, which is a way of putting it.
fn asks_whether_there_is_any(known: &Known<'_>, binary: &BinaryExpr) -> bool {
    let facts = known.likely.facts(&binary.lhs);
    let counts =
        matches!(facts.quantity.kind, Kind::Number) && facts.value.has_numbers() && facts.value.lo() >= 1.0;
    let exists = counts || facts.value.single() == Some(1.0);
    let limit = known.likely.facts(&binary.rhs).value.single();
    exists
        && match binary.op {
            BinaryOp::Gt | BinaryOp::Ne => limit == Some(0.0),
            BinaryOp::Ge => limit.is_some_and(|limit| limit <= 1.0),
            BinaryOp::Eq => limit == Some(1.0),
            _ => false,
        }
}

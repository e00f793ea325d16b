//! `unsteady-alert`: an alert without `for` that a choice of series or a restart makes come and go.

use std::collections::BTreeSet;

use promql_syntax::ast::{
    AggregateExpr, AggregateOp, BinaryExpr, BinaryOp, Expr, ExprKind, MatchOp, Side, VectorSelector,
};

use super::analyses::finding;
use super::{Context, Lint, RuleAt, describe};
use crate::catalog::{Catalog, JobId};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct UnsteadyAlert;

impl Lint for UnsteadyAlert {
    describe!(
        "unsteady-alert",
        Warning,
        "an alert that comes and goes with the choice of topk, or fires falsely when Prometheus starts"
    );

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let sound = at.rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty());
        let (Some(_), Some(expr)) = (&at.rule.alert, sound) else {
            return;
        };
        let file = &at.file.file;
        if let Some((op, part)) = choice(&expr.parsed.expr) {
            let message = format!(
                "{} may choose other series at every evaluation: alerts come and go, and `for` begins anew",
                op.text()
            );
            let help = "Alert on all series that are over a limit, or on a sum of them.";
            found.push(finding(self.code(), self.severity(), message, file, expr, part.span).with_help(help));
        }
        if at.rule.hold.as_ref().is_some_and(|hold| hold.value > 0) {
            return;
        }
        let catalog = cx.catalog(file.path());
        for (_, compared) in expr.parsed.expr.operations() {
            let sides = [&compared.lhs, &compared.rhs].map(|side| sums(side));
            let Some(binary) = sides.into_iter().flatten().next() else {
                continue;
            };
            if !compared.op.is_comparison() || !differ(catalog, &binary.lhs, &binary.rhs) {
                continue;
            }
            let message = "the two sums have other targets: when Prometheus starts, one is whole before the other, and the alert can fire";
            let help = "Set `for` to two scrape intervals or more.";
            found.push(
                finding(
                    self.code(),
                    self.severity(),
                    message.to_owned(),
                    file,
                    expr,
                    binary.op_span,
                )
                .with_help(help),
            );
            return;
        }
    }
}

/// The aggregation that chooses which series become alerts.
fn choice(expr: &Expr) -> Option<(AggregateOp, &Expr)> {
    match &expr.kind {
        ExprKind::Paren(inner) => choice(inner),
        ExprKind::Unary(unary) => choice(&unary.expr),
        ExprKind::Aggregate(aggregate) => matches!(
            aggregate.op,
            AggregateOp::Topk | AggregateOp::Bottomk | AggregateOp::Limitk | AggregateOp::LimitRatio
        )
        .then_some((aggregate.op, expr))
        .filter(|_| !is_one_of_each(aggregate)),
        ExprKind::Binary(binary) => match binary.op {
            // The right side decides, and does not become the alert.
            BinaryOp::And | BinaryOp::Unless => choice(&binary.lhs),
            // Of the side with one series for each group, only the value counts: `topk by (…) (1, …)` picks any.
            _ if binary.matching.group.is_some() => match binary.matching.group.as_ref()?.side {
                Side::Left => choice(&binary.lhs),
                Side::Right => choice(&binary.rhs),
            },
            // Only the labels that it goes by are left.
            _ if binary.matching.labels.as_ref().is_some_and(|labels| labels.on) => None,
            _ => choice(&binary.lhs).or_else(|| choice(&binary.rhs)),
        },
        ExprKind::Call(call) if !["absent", "scalar"].contains(&call.name.as_str()) => {
            call.args.iter().find_map(choice)
        }
        _ => None,
    }
}

/// `topk by (…) (1, …)`: one series for each group, where others in it are copies of the same.
fn is_one_of_each(aggregate: &AggregateExpr) -> bool {
    let by = aggregate
        .grouping
        .as_ref()
        .is_some_and(|grouping| !grouping.without && !grouping.labels.is_empty());
    let one = aggregate
        .param
        .as_ref()
        .is_some_and(|param| matches!(&param.bare().kind, ExprKind::Number(number) if number.value == 1.0));
    by && one
}

/// The arithmetic between two aggregations that an expression is.
fn sums(expr: &Expr) -> Option<&BinaryExpr> {
    let ExprKind::Binary(binary) = &expr.bare().kind else {
        return None;
    };
    let arithmetic = matches!(
        binary.op,
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod
    );
    let adds_up = |side: &Expr| {
        matches!(&side.bare().kind, ExprKind::Aggregate(aggregate)
            if matches!(aggregate.op, AggregateOp::Sum | AggregateOp::Count))
    };
    if arithmetic && adds_up(&binary.lhs) && adds_up(&binary.rhs) {
        return Some(binary);
    }
    // `100 * sum(…) / sum(…)`, `1 - sum(…) / sum(…)`.
    arithmetic
        .then(|| sums(&binary.lhs).or_else(|| sums(&binary.rhs)))
        .flatten()
}

/// Whether two expressions surely read targets of different jobs.
fn differ(catalog: &Catalog, left: &Expr, right: &Expr) -> bool {
    let [left, right] = [left, right].map(|side| {
        let jobs: Option<BTreeSet<Job>> = side
            .selectors()
            .into_iter()
            .map(|selector| job(catalog, selector))
            .collect();
        jobs.filter(|jobs| !jobs.is_empty())
    });
    matches!((left, right), (Some(left), Some(right)) if left.is_disjoint(&right))
}

/// A job as far as it can be told apart from others of its kind.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Job {
    Named(String),
    Known(JobId),
}

/// The job that a selector reads, where one is named, or known.
fn job(catalog: &Catalog, selector: &VectorSelector) -> Option<Job> {
    let named = selector
        .matchers
        .iter()
        .find(|m| m.name.name == "job" && m.op == MatchOp::Equal);
    if let Some(matcher) = named {
        let known = catalog.jobs().find(|(_, job)| job.name == matcher.value);
        return Some(known.map_or(Job::Named(matcher.value.clone()), |(id, _)| Job::Known(id)));
    }
    let facts = catalog.lookup(&selector.name.as_ref()?.name)?;
    let jobs: BTreeSet<JobId> = facts.variants.iter().filter_map(|variant| variant.job).collect();
    match jobs.len() == 1 && facts.variants.len() == 1 {
        true => jobs.into_iter().next().map(Job::Known),
        false => None,
    }
}

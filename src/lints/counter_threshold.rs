//! `counter-threshold`: an alert that compares the running total of a counter with a number.

use promql_syntax::ast::{BinaryExpr, BinaryOp, Expr, ExprKind, ValueType, VectorSelector};

use super::analyses::{Known, finding};
use super::origin::{declared, with_place};
use super::quantile::{mirrored, short};
use super::running_total::running_total;
use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct CounterThreshold;

impl Lint for CounterThreshold {
    describe!(
        "counter-threshold",
        Warning,
        "an alert that compares the running total of a counter with a number"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = rule.expr.as_ref().filter(|_| rule.alert.is_some()) else {
            return;
        };
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        let mut waiting = vec![&expr.parsed.expr];
        while let Some(node) = waiting.pop() {
            let ExprKind::Binary(binary) = &node.kind else {
                waiting.extend(node.children());
                continue;
            };
            waiting.push(&binary.lhs);
            // `… and x_total > 0` asks whether there was anything at all.
            let guards = matches!(binary.op, BinaryOp::And | BinaryOp::Unless);
            if !guards || !matches!(binary.rhs.bare().kind, ExprKind::Binary(_)) {
                waiting.push(&binary.rhs);
            }
            let Some(total) = Total::of(known, binary) else {
                continue;
            };
            let name = total.selector.name.as_ref().map_or("it", |name| &name.name);
            let value = short(total.value);
            let message = match total.op {
                BinaryOp::Lt | BinaryOp::Le => {
                    format!(
                        "{name} only grows: this is true after every start, and not again once it has reached {value}"
                    )
                }
                BinaryOp::Gt if total.value == 0.0 => {
                    format!(
                        "{name} only grows: this stays true after the first event, until the program restarts"
                    )
                }
                _ => format!(
                    "{name} only grows: once it has reached {value} this stays true until the program restarts"
                ),
            };
            let help = format!(
                "Compare how fast it grows, `rate({name}[5m])`, or by how much: `increase({name}[1h])`."
            );
            let mut finding = finding(
                self.code(),
                Severity::Warning,
                message,
                &file.file,
                expr,
                node.span,
            )
            .with_help(help);
            if let Some(metric) = declared(cx.catalog(file.file.path()), [name].into_iter()) {
                finding = with_place(finding, metric, format!("{} is declared here", metric.name));
            }
            found.push(finding);
        }
    }
}

/// The comparison of a running total with a number.
struct Total<'e> {
    selector: &'e VectorSelector,
    /// The operator, as if the total stood on the left.
    op: BinaryOp,
    value: f64,
}

impl<'e> Total<'e> {
    fn of(known: &Known<'_>, binary: &'e BinaryExpr) -> Option<Total<'e>> {
        let number = |side: &Expr| {
            let facts = known.likely.facts(side);
            let is_scalar = facts.value_type == Some(ValueType::Scalar);
            facts.value.single().filter(|_| is_scalar)
        };
        let (side, op, value) = match (number(&binary.lhs), number(&binary.rhs)) {
            (None, Some(value)) => (&binary.lhs, binary.op, value),
            (Some(value), None) => (&binary.rhs, mirrored(binary.op), value),
            _ => return None,
        };
        // Whether there was anything since the start, or nothing, is a question that a total answers.
        let asked = match op {
            BinaryOp::Gt | BinaryOp::Ge => value >= 0.0,
            BinaryOp::Lt => value > 1.0,
            BinaryOp::Le => value > 0.0,
            _ => false,
        };
        let selector = asked.then(|| running_total(known, side)).flatten()?;
        Some(Total { selector, op, value })
    }
}

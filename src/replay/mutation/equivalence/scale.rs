//! `increase` is `rate` times the length of the range. Where nothing but the proportions of series matters, or their
//! sign, or whether they are there, the two are the same.

use gotemplate::check_alert_template;
use promql_syntax::ast::{AggregateOp, BinaryOp, Expr, ExprKind};

use super::Proof;
use crate::model::rules::Rule;
use crate::replay::mutation::change::Change;
use crate::replay::mutation::subject::Subject;
use crate::replay::nodes::Node;

/// A quantile of a histogram depends on the proportions of its buckets alone.
pub(super) const SCALE: Proof = Proof {
    name: "scale",
    prove: scale,
};

/// A comparison with zero depends on the sign alone.
pub(super) const SIGN: Proof = Proof {
    name: "sign",
    prove: sign,
};

/// What is counted, and what stands on the right of `and` and `unless`, need only be there.
pub(super) const PRESENCE: Proof = Proof {
    name: "presence",
    prove: presence,
};

/// The call whose function a change swaps between `rate` and `increase`.
fn rescaled<'r>(subject: &Subject<'r>, change: &Change) -> Option<Node<'r>> {
    let Change::Expr { span, with } = change else {
        return None;
    };
    subject.nodes().into_iter().find(|node| match &node.expr.kind {
        ExprKind::Call(call) => {
            call.name_span == *span
                && matches!(
                    (&call.name[..], &with[..]),
                    ("rate", "increase") | ("increase", "rate")
                )
        }
        _ => false,
    })
}

/// Whether an expression is scaled along with one of its operands.
fn keeps_scale(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(_) => true,
        ExprKind::Aggregate(aggregate) => matches!(
            aggregate.op,
            AggregateOp::Sum | AggregateOp::Avg | AggregateOp::Min | AggregateOp::Max
        ),
        _ => false,
    }
}

fn scale(subject: &Subject<'_>, change: &Change, _: &Rule) -> Option<String> {
    let node = rescaled(subject, change)?;
    let mut above = node.above.iter().rev().skip_while(|expr| keeps_scale(expr));
    match &above.next()?.kind {
        ExprKind::Call(call) if matches!(&call.name[..], "histogram_quantile" | "histogram_fraction") => {
            let reason = format!("`{}` depends on the proportions of the buckets alone", call.name);
            Some(reason)
        }
        _ => None,
    }
}

fn presence(subject: &Subject<'_>, change: &Change, _: &Rule) -> Option<String> {
    let node = rescaled(subject, change)?;
    let mut inner = node.expr;
    for above in node.above.iter().rev() {
        match &above.kind {
            ExprKind::Binary(binary) if std::ptr::eq(&*binary.rhs, inner) => match binary.op {
                BinaryOp::And | BinaryOp::Unless => {
                    let op = binary.op.text();
                    return Some(format!(
                        "on the right of `{op}` it matters whether series are there, and no more"
                    ));
                }
                _ => return None,
            },
            ExprKind::Call(call) if call.name == "absent" => {
                return Some("`absent` depends on whether series are there alone".to_owned());
            }
            ExprKind::Aggregate(aggregate)
                if matches!(aggregate.op, AggregateOp::Count | AggregateOp::Group) =>
            {
                return Some(format!(
                    "`{}` depends on whether series are there alone",
                    aggregate.op.text()
                ));
            }
            _ if keeps_scale(above) => inner = above,
            _ => return None,
        }
    }
    None
}

fn sign(subject: &Subject<'_>, change: &Change, _: &Rule) -> Option<String> {
    let node = rescaled(subject, change)?;
    if subject.rule.alert.is_none() || shows_value(subject.rule) {
        return None;
    }
    let mut above = node.above.iter().rev().skip_while(|expr| keeps_scale(expr));
    let ExprKind::Binary(comparison) = &above.next()?.kind else {
        return None;
    };
    let zero = |expr: &Expr| matches!(&expr.bare().kind, ExprKind::Number(number) if number.value == 0.0);
    let with_zero = comparison.op.is_comparison()
        && comparison.bool_modifier.is_none()
        && (zero(&comparison.lhs) || zero(&comparison.rhs));
    // What comes of the comparison must be an alert, and nothing that its value goes into.
    let untouched = above.all(|expr| match &expr.kind {
        ExprKind::Paren(_) => true,
        ExprKind::Binary(binary) => binary.op.is_set(),
        _ => false,
    });
    (with_zero && untouched).then(|| "it is compared with zero, and no template shows the value".to_owned())
}

/// Whether a template of a rule may show the value of the expression.
fn shows_value(rule: &Rule) -> bool {
    let texts = rule
        .labels
        .iter()
        .chain(&rule.annotations)
        .map(|(_, text)| text.as_str());
    texts.filter(|text| text.contains("{{")).any(|text| {
        let used = check_alert_template(rule.name(), text);
        // A bare dot is everything that a template sees.
        let uses = !used.values.is_empty() || !used.deciding_values.is_empty();
        uses || text.contains("{{ .") || text.contains("{{.") || text.contains(" . ")
    })
}

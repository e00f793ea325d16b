//! The unit of an expression's values, as far as the names of its metrics tell: Prometheus' naming conventions put the
//! base unit at the end of a name. Where anything is in doubt there is none.

use promql_syntax::ast::{AggregateOp, BinaryOp, Expr, ExprKind};
use promql_syntax::with_enough_stack;

/// The unit of an expression's values: `s`, `B`, `/s`, `B/s`; none where it is not known, or a mere number.
pub(super) fn of_expression(expr: &Expr) -> Option<String> {
    with_enough_stack(|| match &expr.kind {
        ExprKind::Paren(inner) => of_expression(inner),
        ExprKind::Unary(unary) => of_expression(&unary.expr),
        ExprKind::VectorSelector(selector) => of_metric(&selector.name.as_ref()?.name).map(str::to_owned),
        ExprKind::MatrixSelector(matrix) => {
            of_metric(&matrix.selector.name.as_ref()?.name).map(str::to_owned)
        }
        ExprKind::Subquery(subquery) => of_expression(&subquery.expr),
        ExprKind::Aggregate(aggregate) => match aggregate.op {
            AggregateOp::Count | AggregateOp::CountValues | AggregateOp::Group | AggregateOp::Stdvar => None,
            _ => of_expression(&aggregate.expr),
        },
        ExprKind::Binary(binary) => match binary.op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Unless => of_expression(&binary.lhs),
            op if op.is_comparison() && binary.bool_modifier.is_none() => of_expression(&binary.lhs),
            BinaryOp::Add | BinaryOp::Sub => {
                let (left, right) = (of_expression(&binary.lhs), of_expression(&binary.rhs));
                left.filter(|left| right.as_ref() == Some(left))
            }
            _ => None,
        },
        ExprKind::Call(call) => match (call.name.as_str(), call.args.as_slice()) {
            ("rate" | "irate" | "deriv", [arg]) => {
                Some(format!("{}/s", of_expression(arg).unwrap_or_default()))
            }
            ("time", []) => Some("s".to_owned()),
            (
                "increase" | "delta" | "idelta" | "abs" | "ceil" | "floor" | "avg_over_time"
                | "max_over_time" | "min_over_time" | "last_over_time" | "first_over_time" | "sum_over_time"
                | "sort" | "sort_desc",
                [arg],
            ) => of_expression(arg),
            ("round" | "clamp_min" | "clamp_max", [arg, _]) | ("quantile_over_time", [_, arg]) => {
                of_expression(arg)
            }
            // The bounds of the buckets have the unit of what was observed.
            ("histogram_quantile", [_, arg]) => observed(arg).map(str::to_owned),
            _ => None,
        },
        _ => None,
    })
}

/// The unit of a metric's values.
pub(super) fn of_metric(name: &str) -> Option<&'static str> {
    // These count observations.
    if name.ends_with("_bucket") || name.ends_with("_count") {
        return None;
    }
    base_unit(name.trim_end_matches("_sum").trim_end_matches("_total"))
}

/// The unit of what a histogram observes, when it is looked at through rates and sums of its buckets.
fn observed(expr: &Expr) -> Option<&'static str> {
    with_enough_stack(|| match &expr.kind {
        ExprKind::Paren(inner) => observed(inner),
        ExprKind::VectorSelector(selector) => {
            base_unit(selector.name.as_ref()?.name.trim_end_matches("_bucket"))
        }
        ExprKind::MatrixSelector(matrix) => {
            base_unit(matrix.selector.name.as_ref()?.name.trim_end_matches("_bucket"))
        }
        ExprKind::Aggregate(aggregate) => observed(&aggregate.expr),
        ExprKind::Call(call) => observed(call.args.first()?),
        _ => None,
    })
}

/// The base unit at the end of a name.
fn base_unit(name: &str) -> Option<&'static str> {
    let units = [
        ("seconds", "s"),
        ("bytes", "B"),
        ("meters", "m"),
        ("celsius", "°C"),
        ("volts", "V"),
        ("amperes", "A"),
        ("joules", "J"),
        ("watts", "W"),
        ("grams", "g"),
        ("milliseconds", "ms"),
    ];
    let last = name.rsplit('_').next()?;
    units
        .iter()
        .find(|(word, _)| *word == last)
        .map(|(_, unit)| *unit)
}

#[cfg(test)]
mod tests {
    use promql_syntax::ParseOptions;

    use super::*;

    #[test]
    fn units_come_from_names() {
        let cases = [
            ("node_memory_MemFree_bytes", "B"),
            ("rate(http_requests_total[5m]) > 1", "/s"),
            ("sum by (job) (rate(network_bytes_total[5m]))", "B/s"),
            (
                "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
                "s",
            ),
            ("rate(http_request_duration_seconds_bucket[5m])", "/s"),
            ("time() - process_start_time_seconds", "s"),
            ("process_open_fds - process_start_time_seconds", ""),
            ("a_seconds / b_seconds", ""),
            ("count(a_seconds)", ""),
            ("up == 0", ""),
            ("(max_over_time(queue_age_seconds[5m]) > 3) and up", "s"),
        ];
        for (text, unit) in cases {
            let expr = promql_syntax::parse_valid(text, &ParseOptions::ALL).expect("parses");
            assert_eq!(of_expression(&expr).unwrap_or_default(), unit, "{text}");
        }
    }
}

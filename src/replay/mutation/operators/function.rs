//! A function swapped for a sibling that takes the same.

use promql_syntax::ast::ExprKind;

use super::{Operator, Proposals};
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator {
    name: "function",
    propose,
};

/// Functions with the siblings that people take for them by mistake.
const SIBLINGS: [(&str, &[&str]); 35] = [
    ("rate", &["increase", "irate", "delta"]),
    ("increase", &["rate", "irate", "delta"]),
    ("irate", &["rate", "idelta"]),
    ("delta", &["increase", "deriv", "idelta"]),
    ("idelta", &["irate", "delta"]),
    ("deriv", &["delta", "rate"]),
    ("avg_over_time", &["max_over_time", "min_over_time"]),
    ("min_over_time", &["max_over_time", "avg_over_time"]),
    ("max_over_time", &["min_over_time", "avg_over_time"]),
    ("sum_over_time", &["avg_over_time", "count_over_time"]),
    ("count_over_time", &["sum_over_time", "present_over_time"]),
    ("last_over_time", &["first_over_time", "max_over_time"]),
    ("first_over_time", &["last_over_time"]),
    ("present_over_time", &["absent_over_time"]),
    ("absent_over_time", &["present_over_time"]),
    ("stddev_over_time", &["stdvar_over_time"]),
    ("stdvar_over_time", &["stddev_over_time"]),
    ("changes", &["resets"]),
    ("resets", &["changes"]),
    ("ceil", &["floor"]),
    ("floor", &["ceil"]),
    ("round", &["floor", "ceil"]),
    ("clamp_min", &["clamp_max"]),
    ("clamp_max", &["clamp_min"]),
    ("histogram_count", &["histogram_sum"]),
    ("histogram_sum", &["histogram_count"]),
    ("histogram_avg", &["histogram_sum"]),
    ("histogram_stddev", &["histogram_stdvar"]),
    ("histogram_stdvar", &["histogram_stddev"]),
    ("day_of_month", &["day_of_week"]),
    ("day_of_week", &["day_of_month"]),
    ("hour", &["minute"]),
    ("minute", &["hour"]),
    ("ln", &["log2"]),
    ("log2", &["ln"]),
];

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for node in subject.nodes() {
        let ExprKind::Call(call) = &node.expr.kind else {
            continue;
        };
        let siblings = SIBLINGS.iter().find(|(name, _)| *name == call.name);
        for sibling in siblings.map_or(&[][..], |(_, siblings)| siblings) {
            let about = format!("`{}` becomes `{sibling}`", call.name);
            proposals.expr(call.name_span, *sibling, about);
        }
    }
}

//! `unformatted-value`: an annotation that shows the value with all its digits.

use promql_syntax::ast::{BinaryOp, ExprKind};

use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct UnformattedValue;

impl Lint for UnformattedValue {
    describe!(
        "unformatted-value",
        Info,
        "an annotation that shows a computed value with all its digits"
    );

    fn is_on(&self) -> bool {
        false
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = rule.expr.as_ref().filter(|_| rule.alert.is_some()) else {
            return;
        };
        let computed = expr.parsed.expr.nodes().into_iter().any(|node| match &node.kind {
            ExprKind::Binary(binary) => binary.op == BinaryOp::Div,
            ExprKind::Call(call) => ["rate", "irate", "deriv", "predict_linear", "histogram_quantile"]
                .contains(&call.name.as_str()),
            _ => false,
        });
        if !computed {
            return;
        }
        for (_, text) in &rule.annotations {
            let used = cx.templates.get(text);
            let bare = |range: &std::ops::Range<usize>| {
                let (before, after) = (&text.as_str()[..range.start], &text.as_str()[range.end..]);
                before.trim_end_matches(['-', ' ']).ends_with("{{")
                    && after.trim_start_matches(['-', ' ']).starts_with("}}")
            };
            for range in used.values.iter().filter(|range| bare(range)) {
                let message = "the value is shown with all its digits: 0.04791666666666667";
                let help = "Write `$value | humanize`; for parts of one `humanizePercentage`, for seconds `humanizeDuration`.";
                let range = text.locate(&file.file, range.clone());
                found.push(
                    Diagnostic::new(self.code(), self.severity(), message, &file.file, range).with_help(help),
                );
            }
        }
    }
}

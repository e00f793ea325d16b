//! `required-matcher`: a query that does not choose by a variable of the dashboard.

use super::super::{Context, Lint, LintOption, OptionKind, TargetAt, describe};
use crate::diagnostic::Diagnostic;
use crate::model::dashboard::mentioned;

/// See the module.
pub(in super::super) struct RequiredMatcher;

impl Lint for RequiredMatcher {
    describe!(
        "required-matcher",
        Warning,
        "a query without a matcher that the settings ask for"
    );

    fn is_on(&self) -> bool {
        false
    }

    fn options(&self) -> &'static [LintOption] {
        &[LintOption {
            name: "labels",
            kind: OptionKind::Texts,
            default: "job, instance",
            about: "The labels, each of which is compared with the variable of its name.",
        }]
    }

    fn target(&self, cx: &Context<'_>, at: TargetAt<'_>, found: &mut Vec<Diagnostic>) {
        let TargetAt { board, target, .. } = at;
        let query = target.expr.text.as_str();
        for label in cx.levels.texts(self, "labels") {
            for selector in target.written.selectors() {
                let mut own = selector
                    .matchers
                    .iter()
                    .filter(|matcher| matcher.name.name == label);
                let by_variable = own.any(|matcher| {
                    mentioned(matcher.value_span.of(query))
                        .iter()
                        .any(|(_, name)| *name == label)
                });
                if by_variable {
                    continue;
                }
                let matchers = selector.matchers.iter().map(|matcher| matcher.span);
                let span = selector
                    .name
                    .as_ref()
                    .map(|name| name.span)
                    .into_iter()
                    .chain(matchers)
                    .next();
                let Some(span) = span else { continue };
                let message = format!("this does not choose by ${label}");
                let at = target.expr.text.locate(&board.file, span.into());
                let help = format!("Add {label}=~\"${label}\".");
                found.push(
                    Diagnostic::new(self.code(), self.severity(), message, &board.file, at).with_help(help),
                );
            }
        }
    }
}

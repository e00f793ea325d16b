//! `unrecorded-series`: a name that looks recorded, and no rule records it.

use std::ops::Bound;

use super::analyses::finding;
use super::asked::asked;
use super::recordings::ByName;
use super::{Context, ExpressionAt, Lint, describe};
use crate::catalog::Extent;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::reader::nearest;

/// See the module.
pub(super) struct UnrecordedSeries;

impl Lint for UnrecordedSeries {
    describe!(
        "unrecorded-series",
        Warning,
        "a series with the name of a recorded one that no rule records"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        let stack = cx.catalogs.stack_of(file.path());
        // Files that were named are not all that there is, and where nothing is recorded, another place records.
        let Some(recorded) = cx.recordings.in_stack(stack).filter(|_| cx.whole) else {
            return;
        };
        for asked in asked(expr) {
            let unknown = asked.name;
            let known = recorded.contains_key(unknown) || stack.catalog.lookup(unknown).is_some();
            // Where it is known what is scraped, it is a metric that nothing exposes.
            if !unknown.contains(':') || known || asked.extent(&stack.catalog) >= Extent::Most {
                continue;
            }
            let message = format!(
                "no rule records {unknown}, and names with a colon are recorded ones: nothing comes of it"
            );
            let help = match nearest(unknown, &relatives(recorded, unknown)) {
                Some(near) => format!("Did you mean {near}?"),
                None => {
                    "Write the rule that records it, or suppress this where another server does.".to_owned()
                }
            };
            let finding = finding(self.code(), Severity::Warning, message, file, expr, asked.span);
            found.push(finding.with_help(help));
        }
    }
}

/// How many names are compared with one that is unknown.
const MOST: usize = 100;

/// Recorded names that begin with the same level, as in `level:metric:operation`.
fn relatives<'p>(recorded: &ByName<'p>, unknown: &str) -> Vec<&'p str> {
    let level = unknown.split_inclusive(':').next().unwrap_or_default();
    let from = recorded.range::<str, _>((Bound::Included(level), Bound::Unbounded));
    let from = from.map(|(name, _)| *name);
    from.take_while(|name| name.starts_with(level))
        .take(MOST)
        .collect()
}

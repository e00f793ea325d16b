//! `unused-metric`: a metric that the source exposes and that no rule or dashboard asks for.

use super::declared::{Wanted, declared};
use super::{Context, Lint, describe};
use crate::catalog::Touched;
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct UnusedMetric;

impl Lint for UnusedMetric {
    describe!(
        "unused-metric",
        Info,
        "a metric that the source exposes and that no rule or dashboard asks for"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        if !cx.whole {
            return;
        }
        let wanted = Wanted::of(cx);
        let (used, unused): (Vec<_>, Vec<_>) = declared(cx)
            .into_iter()
            .partition(|(metric, ..)| wanted.has(metric));
        // Where most are asked for by nobody, those who ask are elsewhere.
        if used.len() <= unused.len() {
            return;
        }
        for (metric, place, _) in unused {
            if metric.touched == Touched::Never {
                continue;
            }
            let message = format!("no rule and no dashboard asks for {}", metric.name);
            let help =
                "Draw it or alert on it; where nobody misses it, take it away: every series costs memory.";
            let finding = Diagnostic::new(
                self.code(),
                Severity::Info,
                message,
                &place.file,
                place.range.clone(),
            );
            found.push(finding.with_help(help));
        }
    }
}

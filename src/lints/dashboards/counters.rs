//! `panel-shows-counter`: a panel that shows how much a counter has counted since its process began.

use super::super::{Context, Lint, TargetAt, describe};
use crate::analysis::quantity::Kind;
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(in super::super) struct PanelShowsCounter;

impl Lint for PanelShowsCounter {
    describe!(
        "panel-shows-counter",
        Warning,
        "a panel that shows a counter as it is, rather than how fast it grows"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn target(&self, cx: &Context<'_>, at: TargetAt<'_>, found: &mut Vec<Diagnostic>) {
        let TargetAt { board, panel, target } = at;
        let Some(known) = cx
            .analyses
            .get(&target.expr)
            .filter(|_| !target.hidden && panel.shows_numbers())
        else {
            return;
        };
        let what = match known.likely.root().quantity.kind {
            Kind::Counter => "a counter",
            Kind::HistogramBucket => "the counts of a histogram's buckets",
            _ => return,
        };
        let message = format!(
            "this shows {what} as it is: a number that grows until a process begins again, and then falls to zero"
        );
        let severity = match panel.is_graph() {
            true => Severity::Warning,
            false => Severity::Info,
        };
        let file = &board.file;
        let at = target.expr.text.whole(file);
        let help = "Show how fast it grows, with rate(…[$__rate_interval]), or how much in the time shown, with increase(…[$__range]).";
        found.push(Diagnostic::new(self.code(), severity, message, file, at).with_help(help));
    }
}

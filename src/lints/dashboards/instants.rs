//! `instant-in-graph`: a graph whose query asks for one moment.

use super::super::{Context, Lint, TargetAt, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(in super::super) struct InstantInGraph;

impl Lint for InstantInGraph {
    describe!(
        "instant-in-graph",
        Warning,
        "a graph over time whose query asks for one moment"
    );

    fn target(&self, _: &Context<'_>, at: TargetAt<'_>, found: &mut Vec<Diagnostic>) {
        let TargetAt { board, panel, target } = at;
        if !target.instant || target.hidden || !panel.is(&["timeseries", "graph"]) || panel.transformed {
            return;
        }
        let message = "this asks for one moment: the graph has one point for each series";
        let at = target.expr.text.whole(&board.file);
        let help = "Ask for a range, or show the values in a stat panel or a table.";
        found.push(Diagnostic::new(self.code(), self.severity(), message, &board.file, at).with_help(help));
    }
}

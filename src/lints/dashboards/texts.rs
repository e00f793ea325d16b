//! `untitled-panel`, `undescribed-panel` and `untyped-panel`: panels that do not say what they show, or how.

use super::super::{Context, Lint, PanelAt, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(in super::super) struct UntitledPanel;

/// See the module.
pub(in super::super) struct UndescribedPanel;

/// See the module.
pub(in super::super) struct UntypedPanel;

impl Lint for UntitledPanel {
    describe!("untitled-panel", Info, "a panel without a title");

    fn panel(&self, _: &Context<'_>, PanelAt { board, panel }: PanelAt<'_>, found: &mut Vec<Diagnostic>) {
        if panel.shows_numbers() && !panel.is_library && panel.title().trim().is_empty() {
            let message = "this panel has no title";
            let finding = Diagnostic::new(self.code(), self.severity(), message, &board.file, panel.place());
            found.push(finding.with_help("Say what it shows."));
        }
    }
}

impl Lint for UndescribedPanel {
    describe!("undescribed-panel", Info, "a panel without a description");

    fn is_on(&self) -> bool {
        false
    }

    fn panel(&self, _: &Context<'_>, PanelAt { board, panel }: PanelAt<'_>, found: &mut Vec<Diagnostic>) {
        let described = panel
            .description
            .as_ref()
            .is_some_and(|text| !text.as_str().trim().is_empty());
        if panel.shows_numbers() && !panel.is_library && !described {
            let message = "this panel has no description";
            let finding = Diagnostic::new(self.code(), self.severity(), message, &board.file, panel.place());
            let help =
                "Say what its values mean and when they are bad: it is shown when the panel is pointed at.";
            found.push(finding.with_help(help));
        }
    }
}

impl Lint for UntypedPanel {
    describe!(
        "untyped-panel",
        Warning,
        "a panel that does not say what kind of panel it is"
    );

    fn panel(&self, _: &Context<'_>, PanelAt { board, panel }: PanelAt<'_>, found: &mut Vec<Diagnostic>) {
        if panel.kind.is_none() && !panel.is_library {
            let message = "this panel has no type: Grafana does not know how to show it";
            let finding = Diagnostic::new(self.code(), self.severity(), message, &board.file, panel.place());
            found.push(finding.with_help("Write `\"type\": \"timeseries\"`, or another."));
        }
    }
}

//! `panel-without-query` and `missing-panel`: panels that have nothing to show.

use super::super::{Context, Lint, PanelAt, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(in super::super) struct PanelWithoutQuery;

/// See the module.
pub(in super::super) struct MissingPanel;

impl Lint for PanelWithoutQuery {
    describe!(
        "panel-without-query",
        Warning,
        "a panel that asks nothing, and shows nothing"
    );

    fn panel(&self, _: &Context<'_>, PanelAt { board, panel }: PanelAt<'_>, found: &mut Vec<Diagnostic>) {
        if panel.shows_numbers() && panel.queries == 0 && !panel.is_library {
            let message = "this panel has no query: it shows nothing";
            let finding = Diagnostic::new(self.code(), self.severity(), message, &board.file, panel.place());
            found.push(finding.with_help("Give it one, or remove the panel."));
        }
    }
}

impl Lint for MissingPanel {
    describe!(
        "missing-panel",
        Warning,
        "a panel that shows the data of one that is not there"
    );

    fn panel(&self, _: &Context<'_>, PanelAt { board, panel }: PanelAt<'_>, found: &mut Vec<Diagnostic>) {
        let has = |id: i64| {
            board
                .panels
                .iter()
                .any(|panel| panel.id.as_ref().is_some_and(|own| own.value == id))
        };
        for id in panel.shows_panels.iter().filter(|id| !has(id.value)) {
            let message = format!(
                "no panel of this dashboard has the number {}: this one shows nothing",
                id.value
            );
            let finding = Diagnostic::new(
                self.code(),
                self.severity(),
                message,
                &board.file,
                id.range.clone(),
            );
            found.push(finding.with_help("Choose the panel whose data it is to show."));
        }
    }
}

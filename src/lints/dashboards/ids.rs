//! `duplicate-panel-id`: two panels of one dashboard with the same number.

use std::collections::HashMap;

use super::super::{Context, Lint, describe};
use crate::diagnostic::Diagnostic;
use crate::model::dashboard::Dashboard;

/// See the module.
pub(in super::super) struct DuplicatePanelId;

impl Lint for DuplicatePanelId {
    describe!(
        "duplicate-panel-id",
        Warning,
        "two panels of a dashboard with the same number"
    );

    fn dashboard(&self, _: &Context<'_>, board: &Dashboard, found: &mut Vec<Diagnostic>) {
        let mut seen = HashMap::new();
        for id in board.panels.iter().filter_map(|panel| panel.id.as_ref()) {
            let Some(first) = seen.get(&id.value) else {
                seen.insert(id.value, id.range.clone());
                continue;
            };
            let message = format!(
                "another panel has the number {}, too: links and alerts lead to either",
                id.value
            );
            let finding = Diagnostic::new(
                self.code(),
                self.severity(),
                message,
                &board.file,
                id.range.clone(),
            );
            let finding = finding.with_secondary(&board.file, first.clone(), "the other panel");
            found.push(finding.with_help("Give each panel of the dashboard a number of its own."));
        }
    }
}

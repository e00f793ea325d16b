//! `editable-dashboard`: a dashboard that can be changed where it is shown.

use super::super::{Context, Lint, describe};
use crate::diagnostic::{Diagnostic, Edit, Location};
use crate::model::dashboard::Dashboard;

/// See the module.
pub(in super::super) struct EditableDashboard;

impl Lint for EditableDashboard {
    describe!(
        "editable-dashboard",
        Info,
        "a dashboard that can be changed where it is shown"
    );

    fn is_on(&self) -> bool {
        false
    }

    fn dashboard(&self, _: &Context<'_>, board: &Dashboard, found: &mut Vec<Diagnostic>) {
        let file = &board.file;
        let message = "this dashboard can be changed in Grafana: what is changed there is not in this file";
        let finding = |at| {
            Diagnostic::new(self.code(), self.severity(), message, file, at)
                .with_help("Write `\"editable\": false`.")
        };
        match &board.editable {
            Some(editable) if !editable.value => {}
            Some(editable) => {
                let edit = file.encode("false").map(|text| Edit {
                    location: Location::new(file, editable.range.clone()),
                    text,
                });
                let finding = finding(editable.range.clone());
                found.push(match edit {
                    Some(edit) => finding.with_fix("Say that it cannot be changed.", vec![edit]),
                    None => finding,
                });
            }
            None => {
                let at = board
                    .title
                    .as_ref()
                    .map_or(board.range.start..board.range.start + 1, |title| title.raw());
                found.push(finding(at));
            }
        }
    }
}

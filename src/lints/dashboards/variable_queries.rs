//! `variable-query` and `variable-not-refreshed`: variables that do not get the values that they should.

use super::super::{Context, Lint, describe};
use crate::diagnostic::{Diagnostic, Edit, Location, Severity};
use crate::model::dashboard::Dashboard;

/// See the module.
pub(in super::super) struct VariableQuery;

/// See the module.
pub(in super::super) struct VariableNotRefreshed;

impl Lint for VariableQuery {
    describe!(
        "variable-query",
        Warning,
        "a variable whose query asks for no values"
    );

    fn dashboard(&self, _: &Context<'_>, board: &Dashboard, found: &mut Vec<Diagnostic>) {
        for variable in &board.variables {
            let (Some(query), Some(asks)) = (&variable.query, &variable.asks) else {
                continue;
            };
            let at = query.whole(&board.file);
            if asks.function.is_none() {
                let message =
                    "this asks for no values: Grafana takes it for a selector, and offers whole series";
                let help = "Write label_values(…, label), label_names(), metrics(…) or query_result(…).";
                found.push(
                    Diagnostic::new(self.code(), Severity::Warning, message, &board.file, at).with_help(help),
                );
                continue;
            }
            let is_name = |label: &str| {
                !label.is_empty() && label.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
            };
            if let Some(label) = asks
                .label
                .as_ref()
                .filter(|label| !is_name(label) && !label.contains(['$', '[', '"']))
            {
                let message = format!("`{label}` is no label: the variable has no values");
                let help = "Write label_values(selector, label).";
                found.push(
                    Diagnostic::new(self.code(), Severity::Warning, message, &board.file, at).with_help(help),
                );
            }
        }
    }
}

impl Lint for VariableNotRefreshed {
    describe!(
        "variable-not-refreshed",
        Warning,
        "a variable whose values are not looked up when the time range changes"
    );

    fn dashboard(&self, _: &Context<'_>, board: &Dashboard, found: &mut Vec<Diagnostic>) {
        let file = &board.file;
        for variable in board.variables.iter().filter(|variable| variable.is("query")) {
            let refresh = variable.refresh.as_ref();
            let (severity, message) = match refresh.map_or(0, |refresh| refresh.value) {
                0 => (
                    Severity::Warning,
                    "is never looked up again: it offers what there was when the dashboard was saved",
                ),
                1 => (
                    Severity::Info,
                    "is looked up when the dashboard is opened: of another time range it does not offer what there was then",
                ),
                _ => continue,
            };
            let message = format!("{} {message}", variable.name());
            let name = variable
                .name
                .as_ref()
                .map_or(variable.range.start..variable.range.start + 1, |name| name.raw());
            let at = refresh.map_or(name, |refresh| refresh.range.clone());
            let finding = Diagnostic::new(self.code(), severity, message, file, at)
                .with_help("Set its `refresh` to 2.");
            let edit = refresh.and_then(|refresh| {
                Some(Edit {
                    location: Location::new(file, refresh.range.clone()),
                    text: file.encode("2")?,
                })
            });
            found.push(match edit {
                Some(edit) => finding.with_fix("Look its values up when the time range changes.", vec![edit]),
                None => finding,
            });
        }
    }
}

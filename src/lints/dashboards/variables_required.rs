//! `required-variable`: a dashboard without a variable that the settings ask for, or with another than they ask for.

use super::super::{Context, Lint, LintOption, OptionKind, describe};
use crate::diagnostic::Diagnostic;
use crate::model::dashboard::{Dashboard, Variable};

/// See the module.
pub(in super::super) struct RequiredVariable;

impl Lint for RequiredVariable {
    describe!(
        "required-variable",
        Warning,
        "a dashboard without a variable that the settings ask for"
    );

    fn is_on(&self) -> bool {
        false
    }

    fn options(&self) -> &'static [LintOption] {
        &[LintOption {
            name: "names",
            kind: OptionKind::Texts,
            default: "datasource, job, instance",
            about: "The variables that every dashboard has.",
        }]
    }

    fn dashboard(&self, cx: &Context<'_>, board: &Dashboard, found: &mut Vec<Diagnostic>) {
        let file = &board.file;
        for name in cx.levels.texts(self, "names") {
            let Some(variable) = board.variables.iter().find(|variable| variable.name() == name) else {
                let at = board
                    .title
                    .as_ref()
                    .map_or(board.range.start..board.range.start + 1, |title| title.raw());
                let message = format!("this dashboard has no variable {name}");
                let finding = Diagnostic::new(self.code(), self.severity(), message, file, at);
                found.push(finding.with_help("Define it under `templating.list`."));
                continue;
            };
            let at = variable
                .name
                .as_ref()
                .map_or(variable.range.start..variable.range.start + 1, |name| name.raw());
            for (message, help) in faults(&name, variable) {
                let message = format!("the variable {name} {message}");
                found.push(
                    Diagnostic::new(self.code(), self.severity(), message, file, at.clone()).with_help(help),
                );
            }
        }
    }
}

/// What a variable is not that it should be.
fn faults(name: &str, variable: &Variable) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    if name.ends_with("datasource") {
        if !variable.is("datasource") {
            faults.push(("does not choose a data source", "Set its `type` to datasource."));
        }
        return faults;
    }
    if !variable.is("query") {
        faults.push(("does not ask for its values", "Set its `type` to query."));
    }
    if variable
        .datasource
        .as_ref()
        .and_then(|datasource| datasource.variable())
        .is_none()
    {
        faults.push((
            "asks one data source, whichever is chosen",
            "Set its `datasource` to ${datasource}.",
        ));
    }
    if !variable.multi {
        faults.push(("takes one value only", "Set `multi`."));
    }
    if variable.all_value.as_ref().is_none_or(|all| all.as_str() != ".+") {
        faults.push((
            "lists every value where all are chosen",
            "Set its `allValue` to .+ so that the query stays short.",
        ));
    }
    faults
}

//! `script-syntax`: a command of a test script that cannot be understood.

use super::{Context, Lint, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::ScriptFile;
use crate::model::script::Command;

/// See the module.
pub(super) struct ScriptSyntax;

impl Lint for ScriptSyntax {
    describe!(
        "script-syntax",
        Error,
        "a command of a test script cannot be understood"
    );

    fn is_refusal(&self) -> bool {
        true
    }

    fn script(&self, _: &Context<'_>, file: &ScriptFile, found: &mut Vec<Diagnostic>) {
        for command in &file.script.commands {
            let Command::Broken(broken) = command else {
                continue;
            };
            let message = format!("{}: the command cannot run", broken.fault.message);
            let range = broken.fault.range.clone();
            let diagnostic = Diagnostic::new(self.code(), Severity::Error, message, &file.file, range);
            found.push(diagnostic.with_help("docs/promql-scripts.md explains the commands."));
        }
    }
}

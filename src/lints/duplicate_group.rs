//! `duplicate-group`: two groups of one file with the same name.

use std::collections::HashMap;

use super::{Context, Lint, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::RuleFile;

/// See the module.
pub(super) struct DuplicateGroup;

impl Lint for DuplicateGroup {
    describe!(
        "duplicate-group",
        Error,
        "two groups of one file with the same name"
    );

    fn is_refusal(&self) -> bool {
        true
    }

    fn rule_file(&self, _: &Context<'_>, file: &RuleFile, found: &mut Vec<Diagnostic>) {
        let mut first = HashMap::new();
        for name in file
            .groups
            .iter()
            .filter_map(|g| g.name.as_ref())
            .filter(|n| !n.as_str().is_empty())
        {
            let Some(earlier) = first.insert(name.as_str(), name) else {
                continue;
            };
            let message = format!(
                "the group name {} is repeated: Prometheus refuses the file",
                name.as_str()
            );
            let diagnostic = Diagnostic::new(
                self.code(),
                Severity::Error,
                message,
                &file.file,
                name.whole(&file.file),
            )
            .with_label("the same name again")
            .with_secondary(&file.file, earlier.whole(&file.file), "first here")
            .with_rule(Some(name.as_str()), None)
            .with_help("Rename one of them, or move its rules into the other.");
            found.push(diagnostic);
        }
    }
}

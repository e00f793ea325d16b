//! `rulecheck.yml`: the one place for settings.

use std::path::Path;

use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{load, yaml};

/// The settings of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Globs of the files to look at, as in git's ignore files, relative to the settings file; everything
    /// where empty.
    pub include: Vec<String>,
    /// Globs of the files to leave alone.
    pub exclude: Vec<String>,
}

const FIELDS: [&str; 2] = ["include", "exclude"];

/// Reads the settings.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn load(path: &Path) -> Result<Settings, Vec<Diagnostic>> {
    let file = load::load(path).map_err(|e| {
        let code = super::reader::codes::UNREADABLE_FILE;
        vec![Diagnostic::new(code, Severity::Error, e.message, &e.file, e.range).with_help(e.help)]
    })?;
    let mut found = Vec::new();
    let mut settings = Settings::default();
    let documents = yaml::parse(file.text());
    let mut reader = Reader::new(&file, "rulecheck", &mut found);
    for error in documents.errors {
        let message = format!("the settings are no YAML: {}", error.message);
        reader.error(
            super::reader::codes::YAML_SYNTAX,
            error.range,
            message,
            error.help,
        );
    }
    for root in &documents.roots {
        let Some(fields) = reader.mapping(root, "the settings", &FIELDS) else {
            continue;
        };
        for (key, globs) in [
            ("include", &mut settings.include),
            ("exclude", &mut settings.exclude),
        ] {
            let Some(list) = fields.get(key) else { continue };
            for node in reader.sequence(list, &format!("`{key}`")) {
                globs.extend(reader.text(node, "a glob").map(|t| t.as_str().to_owned()));
            }
        }
    }
    if found.is_empty() {
        Ok(settings)
    } else {
        Err(found)
    }
}

//! Reads a file that is said to be Alertmanager's configuration.

use std::path::Path;

use super::{AlertmanagerConfig, read_config};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::reader::{Reader, codes};
use crate::source::{load, yaml};

/// The configuration in a file.
///
/// # Errors
/// What Alertmanager refuses it for.
pub fn load(path: &Path) -> Result<AlertmanagerConfig, Vec<Diagnostic>> {
    let file = load::load(path).map_err(|error| {
        let code = codes::UNREADABLE_FILE;
        let found = Diagnostic::new(code, Severity::Error, error.message, &error.file, error.range);
        vec![found.with_help(error.help)]
    })?;
    let mut found = Vec::new();
    let documents = yaml::parse(file.text());
    let mut reader = Reader::new(&file, "Alertmanager", &mut found);
    for error in documents.errors {
        let message = format!("the file is no YAML: {}", error.message);
        reader.error(codes::YAML_SYNTAX, error.range, message, error.help);
    }
    let config = documents.roots.first().map(|root| read_config(&mut reader, root));
    if config.is_none() && reader.diagnostics.is_empty() {
        let help = "Write at least `route` and `receivers`.";
        reader.error(codes::UNKNOWN_FILE, 0..0, "the file is empty", help);
    }
    found.retain(|diagnostic| diagnostic.severity == Severity::Error);
    match config {
        Some(config) if found.is_empty() => Ok(config),
        _ => Err(found),
    }
}

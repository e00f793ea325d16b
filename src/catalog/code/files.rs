//! Which files are source that may declare metrics.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::source::{SourceFile, load as loader};

/// A programming language that rulecheck reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Python.
    Python,
    /// Go.
    Go,
    /// JavaScript.
    JavaScript,
    /// TypeScript.
    TypeScript,
}

/// Folders with code of others.
const FOREIGN: [&str; 6] = [
    "node_modules",
    "vendor",
    "site-packages",
    "venv",
    ".venv",
    "testdata",
];

impl Language {
    /// The language of a file by its ending; `None` for tests of programs, code of others and everything else.
    pub fn of(path: &Path) -> Option<Language> {
        let name = path.file_name()?.to_str()?;
        let (stem, ending) = name.rsplit_once('.')?;
        let language = match ending {
            "py" => Language::Python,
            "go" => Language::Go,
            "js" | "jsx" | "mjs" | "cjs" => Language::JavaScript,
            "ts" | "tsx" | "mts" | "cts" => Language::TypeScript,
            _ => return None,
        };
        let is_test = match language {
            Language::Python => stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest",
            Language::Go => stem.ends_with("_test"),
            _ => [".test", ".spec", ".d"].iter().any(|mark| stem.ends_with(mark)),
        };
        let is_foreign = path
            .components()
            .any(|part| FOREIGN.iter().any(|folder| part.as_os_str() == *folder));
        (!is_test && !is_foreign).then_some(language)
    }
}

/// Reads the files among these that are source. One that cannot be read is passed over: whether it declares metrics
/// is not known either way.
pub fn load(paths: &[impl AsRef<Path> + Sync]) -> Vec<(Language, Arc<SourceFile>)> {
    let read = paths.par_iter().filter_map(|path| {
        let language = Language::of(path.as_ref())?;
        Some((language, loader::load(path.as_ref()).ok()?))
    });
    read.collect()
}

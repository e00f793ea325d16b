//! The rule files that tests name: which they are, and what is in them.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::RuleFile;
use crate::model::text::Text;
use crate::model::unit_tests::UnitTestFile;
use crate::model::{self, Document, ReadOptions};
use crate::project::{Project, ProjectFile};
use crate::source::load;

/// The files that a pattern of a test file names, sorted; none where a glob matches nothing. A pattern without
/// `*`, `?` or `[` is a path, and must exist.
pub(super) fn resolve(file: &UnitTestFile, pattern: &Text) -> Result<Vec<PathBuf>, String> {
    let base = file.file.path().parent().unwrap_or(Path::new(""));
    let pattern = pattern.as_str();
    if !is_glob(pattern) {
        let path = clean(&base.join(pattern));
        return match path.is_file() {
            true => Ok(vec![path]),
            false => Err(format!("the rule file {} does not exist", path.display())),
        };
    }
    // As in Go, `**` is no more than `*`, and `[^` negates.
    let mut pattern = pattern.replace("[^", "[!");
    while pattern.contains("**") {
        pattern = pattern.replace("**", "*");
    }
    let base = glob::Pattern::escape(&base.to_string_lossy());
    let name = Path::new(&base).join(&pattern);
    let found = glob::glob(&name.to_string_lossy());
    let found = found.map_err(|e| format!("the pattern {pattern} does not parse: {e}"))?;
    let mut paths: Vec<PathBuf> = found.filter_map(Result::ok).map(|path| clean(&path)).collect();
    paths.sort();
    Ok(paths)
}

/// A path without `.` and with as few `..` as can be told from its text, so that one file has one path.
pub(super) fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match cleaned.components().next_back() {
                Some(Component::Normal(_)) => {
                    cleaned.pop();
                }
                Some(Component::RootDir) => {}
                _ => cleaned.push(".."),
            },
            other => cleaned.push(other),
        }
    }
    cleaned
}

/// Whether a name of a rule file is a pattern.
pub(super) fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?', '['])
}

/// The rules of a file, or what is wrong with it.
pub(super) struct LoadedRules {
    /// Its documents.
    pub(super) rules: Vec<RuleFile>,
    /// What makes Prometheus refuse it, with the place.
    pub(super) errors: Vec<String>,
}

/// Rule files by path, each read once however many tests use it.
#[derive(Default)]
pub(super) struct RuleCache {
    ignore_unknown_fields: bool,
    files: Mutex<HashMap<PathBuf, Arc<LoadedRules>>>,
}

impl RuleCache {
    pub(super) fn new(ignore_unknown_fields: bool) -> Self {
        RuleCache {
            ignore_unknown_fields,
            files: Mutex::default(),
        }
    }

    /// The rules of a file.
    pub(super) fn get(&self, path: &Path) -> Arc<LoadedRules> {
        let lock = || self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(path).cloned();
        known.unwrap_or_else(|| {
            let rules = Arc::new(self.read(path));
            lock().insert(path.to_owned(), rules.clone());
            rules
        })
    }

    fn read(&self, path: &Path) -> LoadedRules {
        let file = match load::load(path) {
            Ok(file) => file,
            Err(error) => {
                return LoadedRules {
                    rules: Vec::new(),
                    errors: vec![format!("{}: {}", path.display(), error.message)],
                };
            }
        };
        let read = ReadOptions {
            must_be_known: true,
            ignore_unknown_fields: self.ignore_unknown_fields,
        };
        let reading = model::read(&file, read);
        let project = Project {
            files: vec![ProjectFile {
                source: file,
                documents: reading.documents,
                directives: Vec::new(),
                diagnostics: reading.diagnostics,
                broken: reading.broken,
            }],
        };
        let found = crate::lints::refusals(&project);
        let errors = found
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .map(one_line)
            .collect();
        let documents = project.files.into_iter().flat_map(|f| f.documents);
        let rules = documents.filter_map(|d| match d {
            Document::Rules(rules) => Some(rules),
            _ => None,
        });
        LoadedRules {
            rules: rules.collect(),
            errors,
        }
    }
}

/// A finding in one line, with its place.
pub(super) fn one_line(diagnostic: &Diagnostic) -> String {
    let location = &diagnostic.primary.location;
    let at = location.file.line_column(location.range.start);
    format!(
        "{}:{}:{}: {}",
        location.file.path().display(),
        at.line,
        at.column,
        diagnostic.message
    )
}

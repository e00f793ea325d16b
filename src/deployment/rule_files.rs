//! Which rule files a configuration loads.

use std::path::{Path, PathBuf};

use super::Deployment;
use super::paths::normal;
use super::view::View;
use crate::model::prometheus::PrometheusConfig;
use crate::model::text::Text;

/// A glob under `rule_files` with what it names.
#[derive(Debug)]
pub struct RuleGlob<'p> {
    /// The glob.
    pub text: &'p Text,
    /// The files, sorted; nothing where that cannot be told, because they come there by means that are not known.
    pub files: Option<Vec<PathBuf>>,
}

/// The globs of a configuration.
pub(super) fn globs<'p>(config: &'p PrometheusConfig, view: &View) -> Vec<RuleGlob<'p>> {
    let path = normal(config.file.path());
    let read = |text: &'p Text| RuleGlob {
        text,
        files: view.files(&path, text.as_str()),
    };
    config.rule_files.iter().map(read).collect()
}

impl Deployment<'_> {
    /// Whether the configuration surely loads a file; nothing where that cannot be told.
    pub fn loads(&self, path: &Path) -> Option<bool> {
        let path = normal(path);
        let is_among = |glob: &RuleGlob<'_>| {
            glob.files
                .as_ref()
                .map(|files| files.binary_search(&path).is_ok())
        };
        let known: Vec<Option<bool>> = self.rule_globs.iter().map(is_among).collect();
        if known.contains(&Some(true)) {
            return Some(true);
        }
        (!known.contains(&None)).then_some(false)
    }
}

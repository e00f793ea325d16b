//! Metrics of programs in Python: the library `prometheus_client`.

mod evaluate;
mod labels;
mod metrics;
mod modules;

use std::sync::Arc;

use super::Code;
use super::mentions::Mentions;
use super::syntax::Parsed;
use crate::source::SourceFile;
use modules::Modules;

/// Reads the metrics that these files declare together.
pub(super) fn read(files: &[Arc<SourceFile>]) -> Code {
    // Files that do not have the word can still have the constants that others import.
    if !files.iter().any(|f| f.text().contains("prometheus")) {
        return Code::default();
    }
    let grammar = tree_sitter_python::LANGUAGE.into();
    let parsed: Vec<Parsed> = files
        .iter()
        .filter_map(|file| Parsed::new(file, &grammar))
        .collect();
    let modules = Modules::new(&parsed);
    let mut declared = metrics::declared(&modules);
    labels::add_uses(&modules, &mut declared);
    let mentions = Mentions::of(&parsed);
    for found in &mut declared.found {
        found.metric.touched = mentions.touched(found.name.as_deref());
    }
    Code {
        metrics: declared.found.into_iter().map(|found| found.metric).collect(),
        gaps: declared.gaps,
    }
}

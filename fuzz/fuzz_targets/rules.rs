//! Any file: it is read and checked, and every finding has its place.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use rulecheck::lints;
use rulecheck::model::{self, ReadOptions};
use rulecheck::project::{Project, ProjectFile};
use rulecheck::source::SourceFile;

fuzz_target!(|text: &str| {
    for name in ["fuzz.yml", "fuzz.json"] {
        let file = Arc::new(SourceFile::new(name, text));
        let reading = model::read(&file, ReadOptions { must_be_known: true, ignore_unknown_fields: false });
        let read = ProjectFile {
            source: file.clone(),
            documents: reading.documents,
            diagnostics: reading.diagnostics,
            broken: reading.broken,
        };
        for finding in lints::run(&Project { files: vec![read] }) {
            let range = finding.primary.location.range;
            assert!(text.get(range.clone()).is_some(), "{range:?}: {}", finding.message);
        }
    }
});

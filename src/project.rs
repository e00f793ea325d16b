//! All that was read: the files, their documents, and what was found while reading.

use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::alertmanager::AlertmanagerConfig;
use crate::model::compose::Compose;
use crate::model::dashboard::Dashboard;
use crate::model::datasources::Datasources;
use crate::model::directive::{self, Directive, Misspelt};
use crate::model::prometheus::PrometheusConfig;
use crate::model::reader::codes;
use crate::model::rules::RuleFile;
use crate::model::unit_tests::UnitTestFile;
use crate::model::{self, Document, MetricsPage, ReadOptions, ScriptFile, has_ending};
use crate::source::SourceFile;
use crate::source::discover::FoundFile;
use crate::source::load;

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Project {
    /// The files that hold something that rulecheck knows, or that could not be read.
    pub files: Vec<ProjectFile>,
}

/// A file and what is in it.
#[derive(Debug)]
pub struct ProjectFile {
    /// The file.
    pub source: Arc<SourceFile>,
    /// Its documents.
    pub documents: Vec<Document>,
    /// What was found while reading it.
    pub diagnostics: Vec<Diagnostic>,
    /// Comments in it that speak to rulecheck.
    pub directives: Vec<Result<Directive, Misspelt>>,
    /// Whether it, or a document of it, could not be read at all.
    pub broken: bool,
}

impl Project {
    /// Reads files, in parallel. A file that was found in a folder and holds nothing known is left out; one
    /// that was named is reported, unless `skip_unrecognised`.
    pub fn load(found: &[FoundFile], skip_unrecognised: bool) -> Project {
        let read = found.par_iter().map(|file| read_file(file, skip_unrecognised));
        let files: Vec<ProjectFile> = read.collect();
        let known = |f: &ProjectFile| !f.documents.is_empty() || !f.diagnostics.is_empty();
        Project {
            files: files.into_iter().filter(known).collect(),
        }
    }

    /// All rule documents with their file.
    pub fn rule_files(&self) -> impl Iterator<Item = &RuleFile> {
        self.documents().filter_map(|d| {
            if let Document::Rules(rules) = d {
                Some(rules)
            } else {
                None
            }
        })
    }

    /// The rule documents of one file.
    pub fn rules_of(file: &ProjectFile) -> impl Iterator<Item = &RuleFile> {
        file.documents.iter().filter_map(|d| {
            if let Document::Rules(rules) = d {
                Some(rules)
            } else {
                None
            }
        })
    }

    /// All unit-test files.
    pub fn unit_tests(&self) -> impl Iterator<Item = &UnitTestFile> {
        self.documents().filter_map(|d| {
            if let Document::UnitTests(tests) = d {
                Some(tests)
            } else {
                None
            }
        })
    }

    /// The unit-test files of one file.
    pub fn unit_tests_of(file: &ProjectFile) -> impl Iterator<Item = &UnitTestFile> {
        file.documents.iter().filter_map(|d| {
            if let Document::UnitTests(tests) = d {
                Some(tests)
            } else {
                None
            }
        })
    }

    /// All scripts.
    pub fn scripts(&self) -> impl Iterator<Item = &ScriptFile> {
        self.documents().filter_map(|d| {
            if let Document::Script(script) = d {
                Some(script)
            } else {
                None
            }
        })
    }

    /// All configurations of Prometheus.
    pub fn prometheus_configs(&self) -> impl Iterator<Item = &PrometheusConfig> {
        self.documents().filter_map(|d| {
            if let Document::Prometheus(config) = d {
                Some(config)
            } else {
                None
            }
        })
    }

    /// All compose files.
    pub fn compose_files(&self) -> impl Iterator<Item = &Compose> {
        self.documents().filter_map(|d| {
            if let Document::Compose(compose) = d {
                Some(compose)
            } else {
                None
            }
        })
    }

    /// All files of data sources.
    pub fn datasources(&self) -> impl Iterator<Item = &Datasources> {
        self.documents().filter_map(|d| {
            if let Document::Datasources(datasources) = d {
                Some(datasources)
            } else {
                None
            }
        })
    }

    /// All dashboards.
    pub fn dashboards(&self) -> impl Iterator<Item = &Dashboard> {
        self.documents().filter_map(|d| {
            if let Document::Dashboard(board) = d {
                Some(board)
            } else {
                None
            }
        })
    }

    /// All configurations of Alertmanager.
    pub fn alertmanagers(&self) -> impl Iterator<Item = &AlertmanagerConfig> {
        self.documents().filter_map(|d| {
            if let Document::Alertmanager(config) = d {
                Some(&**config)
            } else {
                None
            }
        })
    }

    /// All pages of metrics.
    pub fn metrics_pages(&self) -> impl Iterator<Item = &MetricsPage> {
        self.documents().filter_map(|d| {
            if let Document::Metrics(page) = d {
                Some(page)
            } else {
                None
            }
        })
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.rule_files()
            .flat_map(|f| &f.groups)
            .map(|g| g.rules.len())
            .sum()
    }

    fn documents(&self) -> impl Iterator<Item = &Document> {
        self.files.iter().flat_map(|f| &f.documents)
    }
}

fn read_file(found: &FoundFile, skip_unrecognised: bool) -> ProjectFile {
    match load::load(&found.path) {
        Ok(source) => {
            let must_be_known = found.named && !skip_unrecognised;
            let reading = model::read(
                &source,
                ReadOptions {
                    must_be_known,
                    ignore_unknown_fields: false,
                },
            );
            let (documents, diagnostics, broken) = (reading.documents, reading.diagnostics, reading.broken);
            ProjectFile {
                directives: directive::read(&source, &documents),
                source,
                documents,
                diagnostics,
                broken,
            }
        }
        // Programs have this ending too, such as Go's compiled tests.
        Err(error) if !found.named && has_ending(&found.path, "test") => ProjectFile {
            source: error.file,
            documents: Vec::new(),
            directives: Vec::new(),
            diagnostics: Vec::new(),
            broken: false,
        },
        Err(error) => {
            let diagnostic = Diagnostic::new(
                codes::UNREADABLE_FILE,
                Severity::Error,
                error.message,
                &error.file,
                error.range,
            );
            ProjectFile {
                source: error.file,
                documents: Vec::new(),
                directives: Vec::new(),
                diagnostics: vec![diagnostic.with_help(error.help)],
                broken: true,
            }
        }
    }
}

//! `rulecheck.yml`: the one place for settings.

mod catalog;
mod lints;
mod policy;
mod prometheus;
mod requirements;

use std::path::Path;
use std::sync::Arc;

use super::format::{Field, Shape, Value};
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SourceFile, load, yaml};

pub use catalog::{CatalogSource, MetricsFrom};
pub use lints::{LintSetting, Suppression};
pub use policy::{Bounds, Pattern, Policy, RuleKind, Selection, SelectorPolicy, TextPolicy};
pub use prometheus::PrometheusServer;
pub use requirements::{RequiredAlert, RequiredDashboard, RequiredMetric, Requirement, User};

/// The settings of a repository.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The file that they stand in, where there is one.
    pub file: Option<Arc<SourceFile>>,
    /// Globs of the files to look at, as in git's ignore files, relative to the settings file; everything
    /// where empty.
    pub include: Vec<String>,
    /// Globs of the files to leave alone.
    pub exclude: Vec<String>,
    /// Where the metrics of jobs are known from.
    pub catalog: Vec<CatalogSource>,
    /// The servers that may be asked.
    pub prometheus: Vec<PrometheusServer>,
    /// How each lint goes about.
    pub lints: Vec<LintSetting>,
    /// What rules must be like.
    pub policy: Vec<Policy>,
    /// Findings that are known and not to be shown.
    pub suppress: Vec<Suppression>,
    /// What components must have.
    pub requirements: Vec<Requirement>,
}

impl Settings {
    /// The file, by the path that it is shown with: relative to the current folder, where it is below it.
    pub fn shown_file(&self) -> Option<Arc<SourceFile>> {
        let file = self.file.as_ref()?;
        let here = std::env::current_dir().unwrap_or_default();
        match file.path().strip_prefix(here) {
            Ok(path) => Some(Arc::new(SourceFile::new(path, file.text()))),
            Err(_) => Some(Arc::clone(file)),
        }
    }
}

/// The fields of the settings.
pub static SETTINGS: Shape = Shape {
    name: "Settings",
    what: "the settings",
    about: "Settings of rulecheck for a repository.",
    fields: &[
        Field::new(
            "include",
            Value::List(&Value::Text),
            "Globs of the files to look at, as in .gitignore, relative to this file; everything where it is left out.",
        ),
        Field::new(
            "exclude",
            Value::List(&Value::Text),
            "Globs of the files to leave alone.",
        ),
        Field::new(
            "catalog",
            Value::List(&Value::Fields(&catalog::CATALOG_SOURCE)),
            "Where the metrics of scrape jobs are known from.",
        ),
        Field::new(
            "prometheus",
            Value::Any(&[
                Value::Fields(&prometheus::PROMETHEUS_SERVER),
                Value::List(&Value::Fields(&prometheus::PROMETHEUS_SERVER)),
            ]),
            "The Prometheus, or several, that are asked with `--live`.",
        ),
        Field::new("lints", lints::LINTS, "How each lint goes about, by its code."),
        Field::new(
            "policy",
            Value::List(&Value::Fields(&policy::POLICY)),
            "What rules must be like.",
        ),
        Field::new(
            "suppress",
            Value::List(&Value::Fields(&lints::SUPPRESSION)),
            "Findings that are known and not to be shown.",
        ),
        Field::new(
            "requirements",
            Value::List(&Value::Fields(&requirements::REQUIREMENT)),
            "The alerts, metrics and dashboards that components must have.",
        ),
    ],
};

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
    let mut settings = Settings {
        file: Some(file.clone()),
        ..Settings::default()
    };
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
        let Some(fields) = reader.fields(root, &SETTINGS) else {
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
        if let Some(list) = fields.get("catalog") {
            for node in reader.sequence(list, "`catalog`") {
                settings.catalog.extend(catalog::read_source(&mut reader, node));
            }
        }
        if let Some(node) = fields.get("prometheus") {
            settings.prometheus = prometheus::read_servers(&mut reader, node);
        }
        if let Some(node) = fields.get("lints") {
            settings.lints = lints::read_lints(&mut reader, node);
        }
        if let Some(list) = fields.get("policy") {
            for node in reader.sequence(list, "`policy`") {
                settings.policy.extend(policy::read_policy(&mut reader, node));
            }
        }
        if let Some(list) = fields.get("suppress") {
            for node in reader.sequence(list, "`suppress`") {
                settings
                    .suppress
                    .extend(lints::read_suppression(&mut reader, node));
            }
        }
        if let Some(list) = fields.get("requirements") {
            for node in reader.sequence(list, "`requirements`") {
                settings
                    .requirements
                    .extend(requirements::read(&mut reader, node));
            }
        }
    }
    if found.is_empty() {
        Ok(settings)
    } else {
        Err(found)
    }
}

//! What can be wrong: one file a lint, and this registry.
//!
//! A lint sees the project and builds diagnostics; it never reads a file. To add one, copy a file, add a
//! line to [`REGISTRY`], and write its page in `docs/lints/`: the page holds the examples that test it.

mod duplicate_group;
mod duplicate_rule;
mod invalid_name;
mod promql_feature;
mod promql_syntax;
mod script_syntax;
mod series_notation;
mod template_syntax;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::ScriptFile;
use crate::model::dashboard::{Dashboard, Target};
use crate::model::reader::codes;
use crate::model::rules::{Group, Rule, RuleFile};
use crate::model::unit_tests::{TestGroup, UnitTestFile};
use crate::project::Project;

/// Something that can be wrong. A lint implements the methods for what it looks at.
pub trait Lint: Sync {
    /// The code, as in `docs/lints/CODE.md`.
    fn code(&self) -> &'static str;

    /// What it finds, in one line.
    fn summary(&self) -> &'static str;

    /// How sure and how grave its findings are at most.
    fn severity(&self) -> Severity {
        Severity::Error
    }

    /// Looks at the rules of one document.
    fn rule_file(&self, _file: &RuleFile, _found: &mut Vec<Diagnostic>) {}

    /// Looks at one rule.
    fn rule(&self, _file: &RuleFile, _group: &Group, _rule: &Rule, _found: &mut Vec<Diagnostic>) {}

    /// Looks at one query of a dashboard.
    fn target(&self, _dashboard: &Dashboard, _target: &Target, _found: &mut Vec<Diagnostic>) {}

    /// Looks at one test.
    fn test(&self, _file: &UnitTestFile, _test: &TestGroup, _found: &mut Vec<Diagnostic>) {}

    /// Looks at one test script.
    fn script(&self, _file: &ScriptFile, _found: &mut Vec<Diagnostic>) {}
}

/// All lints.
pub static REGISTRY: &[&dyn Lint] = &[
    &promql_syntax::PromqlSyntax,
    &promql_feature::PromqlFeature,
    &invalid_name::InvalidName,
    &duplicate_group::DuplicateGroup,
    &duplicate_rule::DuplicateRule,
    &series_notation::SeriesNotation,
    &template_syntax::TemplateSyntax,
    &script_syntax::ScriptSyntax,
];

/// What is found while reading, before any lint runs: code, severity, summary.
pub static READING: &[(&str, Severity, &str)] = &[
    (
        codes::UNREADABLE_FILE,
        Severity::Error,
        "a file cannot be opened, is too large, or is no UTF-8 text",
    ),
    (
        codes::UNKNOWN_FILE,
        Severity::Error,
        "a file that was named holds nothing that rulecheck knows",
    ),
    (codes::YAML_SYNTAX, Severity::Error, "a file is no YAML"),
    (codes::JSON_SYNTAX, Severity::Error, "a file is no JSON"),
    (
        codes::UNKNOWN_FIELD,
        Severity::Error,
        "a field that the format does not have, often a misspelt one",
    ),
    (
        codes::DUPLICATE_FIELD,
        Severity::Error,
        "a field that is written twice",
    ),
    (
        codes::MISSING_FIELD,
        Severity::Error,
        "a field that must be there is not",
    ),
    (codes::INVALID_VALUE, Severity::Error, "a value of the wrong kind"),
    (
        codes::INVALID_DURATION,
        Severity::Error,
        "a duration that does not parse",
    ),
    (
        codes::IGNORED_DOCUMENT,
        Severity::Warning,
        "a document that is not read because it is not the first of its file",
    ),
];

/// Every code that a finding can have, with its highest severity and what it means in one line.
pub fn catalog() -> impl Iterator<Item = (&'static str, Severity, &'static str)> {
    let lints = REGISTRY
        .iter()
        .map(|lint| (lint.code(), lint.severity(), lint.summary()));
    READING.iter().copied().chain(lints)
}

/// Runs all lints. Findings come in the order of files and places, those of reading among them.
pub fn run(project: &Project) -> Vec<Diagnostic> {
    let per_file = project.files.par_iter().map(|file| {
        let mut found = file.diagnostics.clone();
        for document in &file.documents {
            match document {
                crate::model::Document::Rules(rules) => lint_rules(rules, &mut found),
                crate::model::Document::Dashboard(board) => lint_dashboard(board, &mut found),
                crate::model::Document::UnitTests(tests) => lint_tests(tests, &mut found),
                crate::model::Document::Script(script) => {
                    REGISTRY.iter().for_each(|lint| lint.script(script, &mut found));
                }
                _ => {}
            }
        }
        found.sort_by_key(|d| d.primary.location.range.start);
        found
    });
    per_file.collect::<Vec<_>>().concat()
}

fn lint_rules(file: &RuleFile, found: &mut Vec<Diagnostic>) {
    for lint in REGISTRY {
        lint.rule_file(file, found);
        for group in &file.groups {
            for rule in &group.rules {
                let before = found.len();
                lint.rule(file, group, rule, found);
                for diagnostic in &mut found[before..] {
                    diagnostic.group = Some(group.name().to_owned());
                    diagnostic.rule = Some(rule.name().to_owned());
                }
            }
        }
    }
}

fn lint_dashboard(board: &Dashboard, found: &mut Vec<Diagnostic>) {
    let title = board.title.as_ref().map(|t| t.as_str().to_owned());
    for lint in REGISTRY {
        for panel in &board.panels {
            let before = found.len();
            for target in &panel.targets {
                lint.target(board, target, found);
            }
            for diagnostic in &mut found[before..] {
                diagnostic.group = title.clone();
                diagnostic.rule = panel.title.as_ref().map(|t| t.as_str().to_owned());
            }
        }
    }
}

fn lint_tests(file: &UnitTestFile, found: &mut Vec<Diagnostic>) {
    for lint in REGISTRY {
        for test in &file.tests {
            lint.test(file, test, found);
        }
    }
}

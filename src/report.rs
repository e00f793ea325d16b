//! Renderers. Each takes the same two things, diagnostics and outcomes, and writes one format.
//!
//! This room knows how findings and outcomes look; it knows nothing of rules, tests or how either was found.

mod coverage;
mod explanation_json;
mod findings_checkstyle;
mod findings_github;
mod findings_gitlab;
mod findings_json;
mod findings_rdjson;
mod findings_sarif;
mod findings_text;
mod fingerprint;
mod github;
pub mod html;
mod mutation;
mod outcomes_github;
mod outcomes_json;
mod outcomes_junit;
mod outcomes_tap;
mod outcomes_text;
mod routes;
mod style;
#[cfg(test)]
mod testing;
mod xml;

use std::io::{self, Write};

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::outcome::{Coverage, Measures, Status, TestOutcome};

pub use routes::{route_path, route_tree};
pub use style::Style;

/// What was looked at and found, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckSummary {
    /// Files that were read or could not be read.
    pub files: usize,
    /// Rules in them.
    pub rules: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
}

impl CheckSummary {
    /// Counts the findings by severity.
    pub fn of(files: usize, rules: usize, findings: &[Diagnostic]) -> Self {
        let count = |severity| findings.iter().filter(|d| d.severity == severity).count();
        CheckSummary {
            files,
            rules,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }
}

/// How tests ended, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TestSummary {
    /// Tests in which everything held.
    pub passed: usize,
    /// Tests in which something did not hold.
    pub failed: usize,
    /// Tests that could not be judged.
    pub errors: usize,
}

impl TestSummary {
    /// Counts the outcomes by status.
    pub fn of(outcomes: &[TestOutcome]) -> Self {
        let count = |status| outcomes.iter().filter(|o| o.status == status).count();
        TestSummary {
            passed: count(Status::Passed),
            failed: count(Status::Failed),
            errors: count(Status::Error),
        }
    }
}

/// Where the pages of the codes stand for everybody.
const CODE_PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/lints");

/// A format for findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingsFormat {
    /// For people.
    Text,
    /// One JSON document, stable.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// Checkstyle's XML.
    Checkstyle,
    /// reviewdog's JSON.
    Rdjson,
}

/// Writes the findings of a check. `codes` are all that there are.
pub fn findings(
    format: FindingsFormat,
    style: Style,
    findings: &[Diagnostic],
    codes: &[Code],
    summary: CheckSummary,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        FindingsFormat::Text => findings_text::render(style, findings, summary, out),
        FindingsFormat::Json => findings_json::render(findings, summary, out),
        FindingsFormat::Sarif => findings_sarif::render(findings, codes, out),
        FindingsFormat::Github => findings_github::render(findings, out),
        FindingsFormat::Gitlab => findings_gitlab::render(findings, out),
        FindingsFormat::Checkstyle => findings_checkstyle::render(findings, out),
        FindingsFormat::Rdjson => findings_rdjson::render(findings, out),
    }
}

/// A format for the outcomes of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestFormat {
    /// For people.
    Text {
        /// Whether expected and actual values are compared line by line, rather than piece by piece.
        unified: bool,
    },
    /// One JSON document, stable.
    Json,
    /// JUnit's XML, with promtool's elements among others.
    JUnit,
    /// The Test Anything Protocol, version 14.
    Tap,
    /// Annotations of GitHub's workflows.
    GitHub,
}

/// Writes the outcomes of tests.
pub fn outcomes(
    format: TestFormat,
    style: Style,
    outcomes: &[TestOutcome],
    measures: &Measures,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        TestFormat::Text { unified } => {
            outcomes_text::render(outcomes_text::Drawing { style, unified }, outcomes, out)?;
            measures_text(style, measures, out)
        }
        TestFormat::Json => outcomes_json::render(outcomes, measures, out),
        TestFormat::JUnit => outcomes_junit::render(outcomes, out),
        TestFormat::Tap => outcomes_tap::render(outcomes, out),
        TestFormat::GitHub => outcomes_github::render(outcomes, out),
    }
}

/// Writes how good the tests are, for people: to standard error where a format for programs has no place for it.
pub fn measures_text(style: Style, measures: &Measures, out: &mut dyn Write) -> io::Result<()> {
    if let Some(coverage) = &measures.coverage {
        writeln!(out)?;
        coverage::text(style, coverage, out)?;
    }
    if let Some(mutation) = &measures.mutation {
        writeln!(out)?;
        mutation::text(style, mutation, out)?;
    }
    Ok(())
}

/// Writes coverage as LCOV's tracefile.
pub fn lcov(coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    coverage::lcov(coverage, out)
}

/// Writes diagnostics alone, without a summary: for what goes to standard error.
pub fn diagnostics(style: Style, findings: &[Diagnostic], out: &mut dyn Write) -> io::Result<()> {
    findings_text::render_all(style, findings, out)
}

/// `1 file`, `2 files`.
fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

//! Findings for GitLab's code quality widget: the part of Code Climate's format that GitLab reads.

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::fingerprints;
use crate::diagnostic::{Diagnostic, Severity};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) fn render(findings: &[Diagnostic], out: &mut dyn Write) -> io::Result<()> {
    let issue = |(finding, fingerprint): (&Diagnostic, String)| {
        let location = finding.primary.location.clone();
        let line = |at: usize| location.file.line_column(at).line;
        let help = finding
            .help
            .as_ref()
            .map_or(String::new(), |help| format!(" {help}"));
        Issue {
            description: format!("{}.{help}", finding.message),
            check_name: finding.code,
            fingerprint,
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Info => "info",
            },
            location: Location {
                path: location.file.path().display().to_string(),
                lines: Lines {
                    begin: line(location.range.start),
                    end: line(location.range.end),
                },
            },
        }
    };
    let issues: Vec<Issue<'_>> = findings.iter().zip(fingerprints(findings)).map(issue).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

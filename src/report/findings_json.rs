//! Findings as one JSON document. The format is documented in `docs/output.md`; keys are only ever added.

use std::io::{self, Write};

use serde::Serialize;

use super::CheckSummary;
use crate::diagnostic::Diagnostic;

#[derive(Serialize)]
struct Document<'a> {
    findings: Vec<Finding<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    severity: &'a str,
    path: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: &'a str,
    help: Option<&'a str>,
    group: Option<&'a str>,
    rule: Option<&'a str>,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    rules: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
}

pub(super) fn render(findings: &[Diagnostic], summary: CheckSummary, out: &mut dyn Write) -> io::Result<()> {
    let CheckSummary {
        files,
        rules,
        errors,
        warnings,
        infos,
    } = summary;
    let document = Document {
        findings: findings.iter().map(finding).collect(),
        summary: Summary {
            files,
            rules,
            errors,
            warnings,
            infos,
        },
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn finding(diagnostic: &Diagnostic) -> Finding<'_> {
    let location = &diagnostic.primary.location;
    let start = location.file.line_column(location.range.start);
    let end = location.file.line_column(location.range.end);
    Finding {
        code: diagnostic.code,
        severity: diagnostic.severity.as_str(),
        path: location.file.path().display().to_string(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        group: diagnostic.group.as_deref(),
        rule: diagnostic.rule.as_deref(),
    }
}

//! Findings in the format of reviewdog.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::CODE_PAGES;
use crate::diagnostic::{Diagnostic, Location, Severity};

pub(super) fn render(findings: &[Diagnostic], out: &mut dyn Write) -> io::Result<()> {
    let document = json!({
        "source": {"name": "rulecheck", "url": env!("CARGO_PKG_REPOSITORY")},
        "diagnostics": findings.iter().map(diagnostic).collect::<Vec<Value>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn diagnostic(finding: &Diagnostic) -> Value {
    let help = finding
        .help
        .as_ref()
        .map_or(String::new(), |help| format!("\n{help}"));
    let mut value = json!({
        "message": format!("{}{help}", finding.message),
        "location": location(&finding.primary.location),
        "severity": match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        },
        "code": {"value": finding.code, "url": format!("{CODE_PAGES}/{}.md", finding.code)},
    });
    if !finding.secondary.is_empty() {
        let related = finding
            .secondary
            .iter()
            .map(|label| json!({"message": label.text, "location": location(&label.location)}));
        value["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &finding.fix {
        let edits = fix
            .edits
            .iter()
            .map(|edit| json!({"range": range(&edit.location), "text": edit.text}));
        value["suggestions"] = edits.collect();
    }
    value
}

fn location(location: &Location) -> Value {
    json!({"path": location.file.path().display().to_string(), "range": range(location)})
}

/// Lines from 1 and columns from 1, which count bytes; the end is exclusive.
fn range(location: &Location) -> Value {
    let position = |at: usize| {
        let line = location.file.line_column(at).line;
        json!({"line": line, "column": at - location.file.line_start(line) + 1})
    };
    json!({"start": position(location.range.start), "end": position(location.range.end)})
}

//! Findings in SARIF 2.1.0, as GitHub code scanning and other viewers read it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::CODE_PAGES;
use super::fingerprint::fingerprints;
use crate::diagnostic::{Code, Diagnostic, Location, Severity};

/// Writes a run with the codes that its findings have.
pub(super) fn render(findings: &[Diagnostic], codes: &[Code], out: &mut dyn Write) -> io::Result<()> {
    let used: Vec<&Code> = codes
        .iter()
        .filter(|code| findings.iter().any(|finding| finding.code == code.code))
        .collect();
    let numbers: BTreeMap<&str, usize> = used.iter().enumerate().map(|(n, code)| (code.code, n)).collect();
    let results: Vec<Value> = findings
        .iter()
        .zip(fingerprints(findings))
        .map(|(finding, print)| result(finding, numbers.get(finding.code).copied(), &print))
        .collect();
    let document = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "rulecheck",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": used.iter().map(|code| rule(code)).collect::<Vec<Value>>(),
            }},
            // Columns are characters, not the UTF-16 units that are meant where nothing is said.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.code,
        "shortDescription": {"text": code.summary},
        "fullDescription": {"text": code.summary},
        "help": {"text": code.page, "markdown": code.page},
        "helpUri": format!("{CODE_PAGES}/{}.md", code.code),
        "defaultConfiguration": {"level": level(code.severity)},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(finding: &Diagnostic, number: Option<usize>, fingerprint: &str) -> Value {
    let help = finding
        .help
        .as_ref()
        .map_or(String::new(), |help| format!(" {help}"));
    let mut value = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": {"text": format!("{}.{help}", finding.message)},
        "locations": [{"physicalLocation": physical(&finding.primary.location)}],
        "partialFingerprints": {"rulecheck/v1": fingerprint},
    });
    if let Some(number) = number {
        value["ruleIndex"] = json!(number);
    }
    if !finding.secondary.is_empty() {
        let related = finding.secondary.iter().enumerate().map(|(id, label)| {
            let mut location = json!({"id": id, "physicalLocation": physical(&label.location)});
            if !label.text.is_empty() {
                location["message"] = json!({"text": label.text});
            }
            location
        });
        value["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &finding.fix {
        let replacements = fix.edits.iter().map(
            |edit| json!({"deletedRegion": region(&edit.location), "insertedContent": {"text": edit.text}}),
        );
        let artifact = artifact(&finding.primary.location);
        value["fixes"] = json!([{
            "description": {"text": fix.title},
            "artifactChanges": [{
                "artifactLocation": artifact,
                "replacements": replacements.collect::<Vec<Value>>(),
            }],
        }]);
    }
    value
}

fn physical(location: &Location) -> Value {
    json!({"artifactLocation": artifact(location), "region": region(location)})
}

/// The file as a relative URI.
fn artifact(location: &Location) -> Value {
    let path = location.file.path();
    let parts = path
        .components()
        .filter(|part| *part != std::path::Component::CurDir);
    let parts: Vec<String> = parts
        .map(|part| encoded(&part.as_os_str().to_string_lossy()))
        .collect();
    json!({"uri": parts.join("/").replacen("//", "/", 1)})
}

/// A segment of a URI: everything but what RFC 3986 leaves unreserved is written as percent codes.
fn encoded(segment: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    segment.bytes().map(byte).collect()
}

fn region(location: &Location) -> Value {
    let start = location.file.line_column(location.range.start);
    let end = location.file.line_column(location.range.end);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

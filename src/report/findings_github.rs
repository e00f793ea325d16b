//! Findings as annotations of GitHub Actions.

use std::io::{self, Write};

use super::github::{self, Annotation};
use crate::diagnostic::{Diagnostic, Severity};

pub(super) fn render(findings: &[Diagnostic], out: &mut dyn Write) -> io::Result<()> {
    findings.iter().try_for_each(|finding| {
        let location = &finding.primary.location;
        let start = location.file.line_column(location.range.start);
        let end = location.file.line_column(location.range.end);
        let help = finding
            .help
            .as_ref()
            .map_or(String::new(), |help| format!("\n{help}"));
        let mut place = vec![("line", start.line), ("endLine", end.line)];
        // Columns are taken only where they are on one line.
        if start.line == end.line {
            place.extend([("col", start.column), ("endColumn", end.column)]);
        }
        let annotation = Annotation {
            level: match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            },
            path: location.file.path(),
            place,
            title: finding.code,
            message: format!("{}{help}", finding.message),
        };
        github::write(&annotation, out)
    })
}

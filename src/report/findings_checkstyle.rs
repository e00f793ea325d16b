//! Findings in the format of Checkstyle, which many CI systems read.

use std::io::{self, Write};

use super::xml::escaped;
use crate::diagnostic::Diagnostic;

pub(super) fn render(findings: &[Diagnostic], out: &mut dyn Write) -> io::Result<()> {
    let path = |finding: &Diagnostic| finding.primary.location.file.path().to_path_buf();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<checkstyle version="4.3">"#)?;
    for of_file in findings.chunk_by(|a, b| path(a) == path(b)) {
        let name = path(&of_file[0]);
        writeln!(out, r#"  <file name="{}">"#, escaped(&name.display().to_string()))?;
        for finding in of_file {
            let location = &finding.primary.location;
            let at = location.file.line_column(location.range.start);
            let help = finding
                .help
                .as_ref()
                .map_or(String::new(), |help| format!(" {help}"));
            let message = format!("{}.{help}", finding.message);
            writeln!(
                out,
                r#"    <error line="{}" column="{}" severity="{}" message="{}" source="rulecheck.{}"/>"#,
                at.line,
                at.column,
                finding.severity.as_str(),
                escaped(&message),
                finding.code
            )?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}

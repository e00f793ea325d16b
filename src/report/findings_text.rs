//! Findings for people, drawn by miette: the message, the lines of the file with the exact piece
//! underlined, and the help.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::{CheckSummary, Style, counted};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::SourceFile;

pub(super) fn render(
    style: Style,
    findings: &[Diagnostic],
    summary: CheckSummary,
    out: &mut dyn Write,
) -> io::Result<()> {
    render_all(style, findings, out)?;
    writeln!(out, "{}", summary_line(style, summary))
}

pub(super) fn render_all(style: Style, findings: &[Diagnostic], out: &mut dyn Write) -> io::Result<()> {
    let theme = if style.colour {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_context_lines(1)
        .with_links(false)
        .with_show_related_as_nested(true);
    for finding in findings {
        let mut text = String::new();
        // Only writing to `text` could fail, and that cannot.
        let _ = handler.render_report(&mut text, &Finding::new(finding));
        writeln!(out, "{}", text.trim_end())?;
        writeln!(out)?;
    }
    Ok(())
}

/// `12 files, 87 rules: 3 errors, 1 warning`.
fn summary_line(style: Style, summary: CheckSummary) -> String {
    let looked_at = format!(
        "{}, {}",
        counted(summary.files, "file"),
        counted(summary.rules, "rule")
    );
    let mut found = Vec::new();
    if summary.errors > 0 {
        found.push(style.bad(&counted(summary.errors, "error")));
    }
    if summary.warnings > 0 {
        found.push(style.caution(&counted(summary.warnings, "warning")));
    }
    if summary.infos > 0 {
        found.push(counted(summary.infos, "info"));
    }
    let found = if found.is_empty() {
        style.good("no findings")
    } else {
        found.join(", ")
    };
    format!("{looked_at}: {found}")
}

/// A diagnostic as miette wants it. Labels in other files, and those far away, become related notes: a drawing shows one
/// piece of a file, and all the lines between its labels.
#[derive(Debug)]
struct Finding<'a> {
    diagnostic: &'a Diagnostic,
    source: Excerpts,
    related: Vec<Note<'a>>,
}

impl<'a> Finding<'a> {
    fn new(diagnostic: &'a Diagnostic) -> Self {
        let file = &diagnostic.primary.location.file;
        let related = diagnostic
            .secondary
            .iter()
            .filter(|label| !is_near(label, &diagnostic.primary))
            .map(|label| Note {
                label,
                source: Excerpts(label.location.file.clone()),
            })
            .collect();
        Finding {
            diagnostic,
            source: Excerpts(file.clone()),
            related,
        }
    }
}

impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Finding<'_> {}

impl miette::Diagnostic for Finding<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(format!(
            "{}[{}]",
            self.diagnostic.severity.as_str(),
            self.diagnostic.code
        )))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.diagnostic
            .help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let primary = &self.diagnostic.primary;
        let others = self.diagnostic.secondary.iter();
        let others = others.filter(|label| is_near(label, primary)).map(labelled);
        let primary = LabeledSpan::new_primary_with_span(text_of(primary), span_of(primary));
        Some(Box::new(std::iter::once(primary).chain(others)))
    }

    fn related<'b>(&'b self) -> Option<Box<dyn Iterator<Item = &'b dyn miette::Diagnostic> + 'b>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(
            self.related.iter().map(|note| note as &dyn miette::Diagnostic),
        ))
    }
}

/// So many lines between two labels are shown with them.
const NEAR: usize = 10;

/// Whether a label can be drawn together with another.
fn is_near(label: &Label, other: &Label) -> bool {
    let [label, other] = [label, other].map(|label| &label.location);
    let line = |at: usize| label.file.line_column(at).line;
    let apart = |before: usize, after: usize| line(after).saturating_sub(line(before)) > NEAR;
    let far = || apart(label.range.end, other.range.start) || apart(other.range.end, label.range.start);
    Arc::ptr_eq(&label.file, &other.file) && !far()
}

/// A label that is shown apart from the finding's own.
#[derive(Debug)]
struct Note<'a> {
    label: &'a Label,
    source: Excerpts,
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label.text)
    }
}

impl std::error::Error for Note<'_> {}

impl miette::Diagnostic for Note<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(
            None,
            span_of(self.label),
        ))))
    }
}

fn labelled(label: &Label) -> LabeledSpan {
    LabeledSpan::new_with_span(text_of(label), span_of(label))
}

fn text_of(label: &Label) -> Option<String> {
    (!label.text.is_empty()).then(|| label.text.clone())
}

fn span_of(label: &Label) -> SourceSpan {
    let range = &label.location.range;
    let text = label.location.file.text();
    let start = range.start.min(text.len());
    let end = range.end.clamp(start, text.len());
    // A line break at the end of a piece would draw an empty line under it.
    let trimmed = text[start..end].trim_end_matches(['\n', '\r']).len();
    (start, if trimmed == 0 { end - start } else { trimmed }).into()
}

/// Reads pieces of a file through its line index: columns count characters, and a large file is not
/// scanned anew for each finding.
#[derive(Debug)]
struct Excerpts(Arc<SourceFile>);

/// Longer lines, in bytes, are cut for display: nobody reads a minified dashboard in a terminal.
const LONGEST_LINE: usize = 400;
/// How much of a long line is shown on each side of the piece, in bytes.
const EXCERPT: usize = 100;

impl SourceCode for Excerpts {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let file = &self.0;
        let text = file.text();
        let (piece_start, piece_end) = (span.offset(), span.offset() + span.len());
        if piece_end > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let first = file.line_column(piece_start);
        let last = file
            .line_column(piece_end.saturating_sub(1).max(piece_start))
            .line;
        let (mut line, mut column, mut start, mut end) = (first.line, first.column, piece_start, piece_end);
        if context_lines_before + context_lines_after > 0 {
            let length = |line| file.line_end(line).saturating_sub(file.line_start(line));
            let short = |line| length(line) <= LONGEST_LINE;
            (start, column) = (file.line_start(line), 1);
            if short(line) {
                while line > 1 && first.line - line < context_lines_before && short(line - 1) {
                    line -= 1;
                }
                start = file.line_start(line);
            } else if piece_start - start > EXCERPT {
                start = floor_char_boundary(text, piece_start - EXCERPT);
            }
            end = file.line_end(last).max(piece_end);
            if short(last) {
                let mut below = last;
                while below - last < context_lines_after && file.line(below + 1).is_some() && short(below + 1)
                {
                    below += 1;
                }
                end = file.line_end(below).max(piece_end);
            } else if end > piece_end + EXCERPT {
                end = floor_char_boundary(text, piece_end + EXCERPT);
            }
        }
        Ok(Box::new(MietteSpanContents::new_named(
            file.path().display().to_string(),
            &text.as_bytes()[start..end],
            (start, end - start).into(),
            line - 1,
            column - 1,
            last + context_lines_after,
        )))
    }
}

fn floor_char_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

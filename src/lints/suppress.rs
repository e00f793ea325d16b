//! Findings that are known: comments and settings that say so, and what is said for nothing.

mod foreign;

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use jiff::civil::Date;

use super::levels::suggestion;
use super::{Context, REGISTRY, codes};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::directive::{Directive, Scope};
use crate::model::settings::Suppression;
use crate::project::{Project, ProjectFile};
use crate::source::SourceFile;

/// A finding that says for nothing that another is known.
const UNUSED: &str = "unused-suppression";
/// A comment to rulecheck that cannot be understood.
const INVALID: &str = "invalid-suppression";

/// One code that is not to be shown somewhere.
struct Known<'p> {
    code: &'p str,
    place: Place<'p>,
    until: Option<Date>,
    /// Where that is said.
    said: (Arc<SourceFile>, Range<usize>),
    used: Cell<bool>,
}

/// Where findings are known.
enum Place<'p> {
    /// Between these bytes of a file.
    Lines(&'p Arc<SourceFile>, Range<usize>),
    /// In a file.
    File(&'p Arc<SourceFile>),
    /// Where the settings say.
    Settings(&'p Suppression, Gitignore),
}

/// Leaves out what is known, and adds what is said for nothing.
pub(super) fn apply(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut added = Vec::new();
    let mut known = Vec::new();
    for file in &cx.project.files {
        from_comments(file, &mut known, &mut added);
    }
    from_settings(cx, &mut known);
    found.retain(|finding| {
        // All that apply are used, so that none of two that say the same is called useless.
        let mut shown = true;
        for known in known.iter().filter(|known| known.applies(finding)) {
            known.used.set(true);
            shown &= known.until.is_some_and(|until| until < cx.today);
        }
        shown
    });
    // What our own comments speak of needs no remark any more.
    added.extend(foreign::remarks(cx, found));
    for known in &known {
        added.extend(known.complaint(cx));
    }
    found.extend(
        added
            .into_iter()
            .filter(|finding| !cx.levels.is_off(finding.code)),
    );
}

fn from_comments<'p>(file: &'p ProjectFile, known: &mut Vec<Known<'p>>, added: &mut Vec<Diagnostic>) {
    let source = &file.source;
    let all: Vec<&str> = codes().map(|code| code.code).collect();
    for directive in &file.directives {
        let directive = match directive {
            Ok(directive) => directive,
            Err(misspelt) => {
                let message = format!("{}: the comment does nothing", misspelt.message);
                let help = "Write `# rulecheck: ignore CODE`, `ignore-rule CODE` or `ignore-file CODE`, with `until 2026-12-31` where it is to end.";
                added.push(warning(INVALID, message, source, misspelt.range.clone()).with_help(help));
                continue;
            }
        };
        for code in &directive.codes {
            if !all.contains(&code.value.as_str()) {
                let message = format!("there is no code {}: the comment does nothing", code.value);
                let help = suggestion(&code.value, &all);
                added.push(warning(INVALID, message, source, code.range.clone()).with_help(help));
                continue;
            }
            known.push(Known {
                code: &code.value,
                place: place(file, directive),
                until: directive.until.as_ref().map(|until| until.value),
                said: (source.clone(), code.range.clone()),
                used: Cell::new(false),
            });
        }
    }
}

/// What a directive is about.
fn place<'p>(file: &'p ProjectFile, directive: &Directive) -> Place<'p> {
    let source = &file.source;
    let own = source.line_column(directive.range.start).line;
    let before = &source.text()[source.line_start(own)..directive.range.start];
    let line = match before.trim() {
        // What stands alone is about the next line that has something on it.
        "" => (own + 1..=source.line_count())
            .find(|line| source.line(*line).is_some_and(|text| !is_blank(text)))
            .unwrap_or(own),
        _ => own,
    };
    let lines = source.line_start(line)..source.line_end(line);
    match directive.scope {
        Scope::File => Place::File(source),
        Scope::Line => Place::Lines(source, lines),
        Scope::Rule => {
            let rules = Project::rules_of(file).flat_map(|rules| &rules.groups);
            let mut rules = rules
                .flat_map(|group| &group.rules)
                .map(|rule| rule.range.clone());
            let about = |range: &Range<usize>| range.start <= lines.end && lines.start < range.end;
            let range = rules.find(about).unwrap_or(lines.clone());
            Place::Lines(source, range.start.min(lines.start)..range.end)
        }
    }
}

/// Whether a line holds nothing but a comment.
fn is_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

fn from_settings<'p>(cx: &Context<'p>, known: &mut Vec<Known<'p>>) {
    let Some(file) = &cx.settings.file else { return };
    let root = file.path().parent().unwrap_or(std::path::Path::new(""));
    for suppression in &cx.settings.suppress {
        let mut globs = GitignoreBuilder::new(root);
        for glob in &suppression.files {
            // A glob that does not parse matches nothing, which is then said to be for nothing.
            let _ = globs.add_line(None, glob);
        }
        known.push(Known {
            code: suppression.code.as_str(),
            place: Place::Settings(suppression, globs.build().unwrap_or_else(|_| Gitignore::empty())),
            until: suppression.until,
            said: (file.clone(), suppression.code.raw()),
            used: Cell::new(false),
        });
    }
}

impl Place<'_> {
    /// Whether a finding is there.
    fn holds(&self, finding: &Diagnostic) -> bool {
        let location = &finding.primary.location;
        match self {
            Place::File(file) => location.file.path() == file.path(),
            Place::Lines(file, lines) => {
                let range = &location.range;
                location.file.path() == file.path() && range.start <= lines.end && lines.start <= range.end
            }
            Place::Settings(suppression, files) => {
                let path = location.file.path();
                let of_files = suppression.files.is_empty()
                    || files.matched_path_or_any_parents(path, false).is_ignore();
                let of_rules = suppression.rules.is_empty()
                    || finding
                        .rule
                        .as_ref()
                        .is_some_and(|rule| suppression.rules.contains(rule));
                of_files && of_rules
            }
        }
    }
}

impl Known<'_> {
    fn applies(&self, finding: &Diagnostic) -> bool {
        self.place.holds(finding) && finding.code == self.code
    }

    /// What is wrong with saying so.
    fn complaint(&self, cx: &Context<'_>) -> Option<Diagnostic> {
        let (file, range) = &self.said;
        let code = self.code;
        if self.used.get() {
            let until = self.until.filter(|until| *until < cx.today)?;
            let message = format!("{code} was ignored until {until}: it is reported again");
            let help = "Mend what it finds, or set a later day.";
            return Some(warning(UNUSED, message, file, range.clone()).with_help(help));
        }
        let lint = REGISTRY.iter().find(|lint| lint.code() == code);
        // What may only show with other files beside this one, is not missing here.
        if cx.levels.is_off(code) || (!cx.whole && lint.is_some_and(|lint| lint.looks_beyond())) {
            return None;
        }
        let message = format!("{code} is not found here: nothing is ignored");
        let help = "Remove it, so that the next one to come is seen.";
        Some(warning(UNUSED, message, file, range.clone()).with_help(help))
    }
}

fn warning(code: &'static str, message: String, file: &Arc<SourceFile>, range: Range<usize>) -> Diagnostic {
    Diagnostic::new(code, Severity::Warning, message, file, range)
}

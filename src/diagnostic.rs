//! A finding as data: what is wrong, where, what will happen, how to mend it.
//!
//! Lints build diagnostics; renderers show them. A diagnostic points into files by byte ranges and holds
//! no rendered text.

use std::ops::Range;
use std::sync::Arc;

use crate::source::SourceFile;

/// How sure and how grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A matter of style.
    Info,
    /// Likely wrong.
    Warning,
    /// Certainly wrong.
    Error,
}

impl Severity {
    /// `error`, `warning` or `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A code that a finding can have.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// The code, as in `docs/lints/CODE.md`.
    pub code: &'static str,
    /// The highest severity of its findings.
    pub severity: Severity,
    /// What it means, in one line.
    pub summary: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
}

/// A piece of a file.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Byte range in its text.
    pub range: Range<usize>,
}

impl Location {
    /// A range of a text; of the file that holds it where the text is embedded in one.
    pub fn new(file: &Arc<SourceFile>, range: Range<usize>) -> Self {
        let (file, range) = file.resolve(range);
        Location { file, range }
    }
}

/// A piece of a file with a remark about it.
#[derive(Clone, Debug)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What to say beside the underlined piece; empty to only underline it.
    pub text: String,
}

/// A change of one file that mends a finding and changes nothing that it means.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, in a few words: `compare with = instead of =~`.
    pub title: String,
    /// What is replaced; the pieces do not overlap.
    pub edits: Vec<Edit>,
}

/// A piece of a file and what takes its place.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What is replaced; where it is empty, text is inserted.
    pub location: Location,
    /// The new text, as it stands in the file.
    pub text: String,
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The code of the lint, as in `docs/lints/CODE.md`.
    pub code: &'static str,
    /// How sure and how grave.
    pub severity: Severity,
    /// One sentence: what is wrong and what will come of it.
    pub message: String,
    /// The exact piece that is wrong.
    pub primary: Label,
    /// Other pieces that matter (the first of two duplicates, say).
    pub secondary: Vec<Label>,
    /// How to mend it.
    pub help: Option<String>,
    /// A change of the text that mends it and is safe to make unasked.
    pub fix: Option<Fix>,
    /// Name of the rule group it is in.
    pub group: Option<String>,
    /// Name of the alert or recorded metric it is about.
    pub rule: Option<String>,
}

impl Diagnostic {
    /// A finding with its one indispensable place; the rest is added by the `with_*` methods.
    pub fn new(
        code: &'static str,
        severity: Severity,
        message: impl Into<String>,
        file: &Arc<SourceFile>,
        range: Range<usize>,
    ) -> Self {
        let location = Location::new(file, range);
        Diagnostic {
            code,
            severity,
            message: message.into(),
            primary: Label {
                location,
                text: String::new(),
            },
            secondary: Vec::new(),
            help: None,
            fix: None,
            group: None,
            rule: None,
        }
    }

    /// Whether another finding says the same of the same place.
    pub fn is_same_as(&self, other: &Diagnostic) -> bool {
        let place = |diagnostic: &Diagnostic| {
            let location = &diagnostic.primary.location;
            (location.file.path().to_path_buf(), location.range.clone())
        };
        (self.code, self.severity, &self.message) == (other.code, other.severity, &other.message)
            && place(self) == place(other)
    }

    /// The remark beside the underlined piece.
    pub fn with_label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another piece that matters.
    pub fn with_secondary(
        mut self,
        file: &Arc<SourceFile>,
        range: Range<usize>,
        text: impl Into<String>,
    ) -> Self {
        let location = Location::new(file, range);
        self.secondary.push(Label {
            location,
            text: text.into(),
        });
        self
    }

    /// How to mend it.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A change that mends it.
    pub fn with_fix(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix {
            title: title.into(),
            edits,
        });
        self
    }

    /// What makes it the same finding in another version of the file: everything but the place.
    pub fn identity(&self) -> [&str; 6] {
        let location = &self.primary.location;
        [
            location.file.path().to_str().unwrap_or_default(),
            self.code,
            self.group.as_deref().unwrap_or_default(),
            self.rule.as_deref().unwrap_or_default(),
            &self.message,
            location
                .file
                .text()
                .get(location.range.clone())
                .unwrap_or_default(),
        ]
    }

    /// The rule that it is about.
    pub fn with_rule(mut self, group: Option<&str>, rule: Option<&str>) -> Self {
        self.group = group.map(str::to_owned);
        self.rule = rule.map(str::to_owned);
        self
    }
}

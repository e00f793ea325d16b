//! One change of a rule: what becomes of the rule, and how it would be written in the file.

use std::ops::Range;

use promql_syntax::{Span, format_duration};

use super::subject::Subject;
use crate::model::rules::{Expression, Rule};
use crate::model::text::Text;
use crate::replay::suite::Changed;
use crate::replay::template::TemplateText;

/// One change of a rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// Another piece of text in the expression.
    Expr {
        /// The piece that is replaced.
        span: Span,
        /// What stands there instead.
        with: String,
    },
    /// Another `for`, in milliseconds.
    Hold(i64),
    /// Another `keep_firing_for`, in milliseconds.
    KeepFiring(i64),
    /// Another piece of text in a label or an annotation.
    Text {
        /// Which one.
        of: Pair,
        /// The piece that is replaced, in the decoded text.
        range: Range<usize>,
        /// What stands there instead.
        with: String,
    },
    /// A label or an annotation is gone.
    Dropped(Pair),
    /// The rule is gone.
    Removed,
}

/// A label or an annotation of a rule, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// A label.
    Label(usize),
    /// An annotation.
    Annotation(usize),
}

impl Pair {
    /// All labels and annotations of a rule.
    pub(super) fn all(rule: &Rule) -> impl Iterator<Item = Pair> + use<> {
        let labels = (0..rule.labels.len()).map(Pair::Label);
        labels.chain((0..rule.annotations.len()).map(Pair::Annotation))
    }

    /// Name and text.
    pub(super) fn of(self, rule: &Rule) -> &(Text, Text) {
        match self {
            Pair::Label(number) => &rule.labels[number],
            Pair::Annotation(number) => &rule.annotations[number],
        }
    }

    /// `label` or `annotation`.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Pair::Label(_) => "label",
            Pair::Annotation(_) => "annotation",
        }
    }

    fn list(self, rule: &mut Rule) -> (&mut Vec<(Text, Text)>, usize) {
        match self {
            Pair::Label(number) => (&mut rule.labels, number),
            Pair::Annotation(number) => (&mut rule.annotations, number),
        }
    }
}

impl Change {
    /// The rule with the change; nothing where Prometheus would refuse it.
    pub(super) fn apply(&self, rule: &Rule) -> Option<Changed> {
        let mut rule = rule.clone();
        match self {
            Change::Removed => return Some(Changed::Nothing),
            Change::Expr { span, with } => {
                let text = &rule.expr.as_ref()?.text;
                let edited = replaced(text.as_str(), span.start..span.end, with);
                let expr = Expression::new(text.with(edited));
                if !expr.parsed.errors.is_empty() {
                    return None;
                }
                rule.expr = Some(expr);
            }
            Change::Hold(ms) => rule.hold.as_mut()?.value = *ms,
            Change::KeepFiring(ms) => rule.keep_firing_for.as_mut()?.value = *ms,
            Change::Text { of, range, with } => {
                let alert = rule.name().to_owned();
                let is_alert = rule.alert.is_some();
                let (pairs, number) = of.list(&mut rule);
                let text = &mut pairs[number].1;
                *text = text.with(replaced(text.as_str(), range.clone(), with));
                if is_alert && matches!(TemplateText::new(&alert, text.as_str()), TemplateText::Broken(_)) {
                    return None;
                }
            }
            Change::Dropped(pair) => {
                let (pairs, number) = pair.list(&mut rule);
                pairs.remove(number);
            }
        }
        Some(Changed::Rule(Box::new(rule)))
    }

    /// The piece of the file that changes, and what would be written there.
    pub(super) fn in_file(&self, subject: &Subject<'_>) -> (Range<usize>, String) {
        let (file, rule) = (&subject.file.file, subject.rule);
        let whole = (rule.range.clone(), String::new());
        match self {
            Change::Removed => whole,
            Change::Expr { span, with } => match &rule.expr {
                Some(expr) => (expr.text.locate(file, (*span).into()), expr.text.written(with)),
                None => whole,
            },
            Change::Hold(ms) => match &rule.hold {
                Some(hold) => (hold.range.clone(), format_duration(*ms)),
                None => whole,
            },
            Change::KeepFiring(ms) => match &rule.keep_firing_for {
                Some(keep) => (keep.range.clone(), format_duration(*ms)),
                None => whole,
            },
            Change::Text { of, range, with } => {
                let text = &of.of(rule).1;
                (text.locate(file, range.clone()), text.written(with))
            }
            Change::Dropped(pair) => {
                let (name, text) = pair.of(rule);
                (entry(file.text(), name.raw(), text.raw()), String::new())
            }
        }
    }
}

/// A text with a piece replaced.
fn replaced(text: &str, range: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..range.start], &text[range.end..])
}

/// The piece of a file that goes with an entry of a mapping: its lines, or, where it shares its line with others, the
/// entry and the comma after it, or the one before it.
fn entry(file: &str, key: Range<usize>, value: Range<usize>) -> Range<usize> {
    let (start, mut end) = (key.start, value.end.max(key.end));
    // A block reaches to what follows it, its last line break and the indentation of that included.
    let block = file[..end].trim_end_matches([' ', '\t']);
    let ended = block.ends_with('\n');
    if ended {
        end = block.len();
    }
    let line = file[..start].rfind('\n').map_or(0, |at| at + 1);
    let after = &file[end..];
    let comma = after.trim_start_matches([' ', '\t']);
    if file[line..start].trim().is_empty() && !comma.starts_with([',', '}']) {
        let rest = if ended {
            0
        } else {
            after.find('\n').map_or(after.len(), |at| at + 1)
        };
        return line..end + rest;
    }
    if let Some(rest) = comma.strip_prefix(',') {
        return start..file.len() - rest.trim_start_matches([' ', '\t']).len();
    }
    let before = file[..start].trim_end();
    match before.strip_suffix(',') {
        Some(before) => before.len()..end,
        None => start..end,
    }
}

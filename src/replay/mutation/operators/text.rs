//! A label or an annotation changed or dropped; in templates, an action or the last function of a pipeline dropped.

use std::ops::Range;

use super::{Operator, Proposals};
use crate::replay::mutation::change::{Change, Pair};
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator {
    name: "text",
    propose,
};

/// Words that begin an action which prints nothing itself.
const KEYWORDS: [&str; 10] = [
    "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue",
];

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for pair in Pair::all(subject.rule) {
        let (name, text) = pair.of(subject.rule);
        let (noun, name) = (pair.noun(), name.as_str());
        let input = format!("an alert whose {noun} `{name}` is asserted");
        let (text, whole) = (text.as_str(), 0..text.as_str().len());
        let mut edit = |range: Range<usize>, with: &str, about: String| {
            let with = with.to_owned();
            proposals
                .add(
                    Change::Text {
                        of: pair,
                        range,
                        with,
                    },
                    about,
                )
                .told_by(input.clone());
        };
        match (pair, text) {
            (Pair::Label(_), "critical") => edit(whole, "warning", format!("`{name}` becomes warning")),
            (Pair::Label(_), "warning") => edit(whole, "critical", format!("`{name}` becomes critical")),
            _ => edit(
                whole.end..whole.end,
                " changed",
                format!("the {noun} `{name}` is changed"),
            ),
        }
        if subject.rule.alert.is_some() {
            for action in actions(text) {
                let written = &text[action.range.clone()];
                edit(
                    action.range,
                    "",
                    format!("`{written}` is dropped from the {noun} `{name}`"),
                );
                if let Some(last) = action.last_function {
                    let about = format!(
                        "`{}` is dropped from the {noun} `{name}`",
                        text[last.clone()].trim()
                    );
                    edit(last, " ", about);
                }
            }
        }
        proposals
            .add(Change::Dropped(pair), format!("the {noun} `{name}` is dropped"))
            .told_by(input);
    }
}

/// An action of a template that prints something.
#[derive(Debug, PartialEq)]
struct Action {
    /// With its braces.
    range: Range<usize>,
    /// The last function of its pipeline, from the bar before it to the closing braces.
    last_function: Option<Range<usize>>,
}

/// The actions of a template that print something, as far as they can be told without parsing it: a change that does
/// not parse is not made.
fn actions(text: &str) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("{{") {
        let start = at + found;
        let Some(inside) = action_end(text, start + 2) else {
            break;
        };
        let (end, last_bar) = inside;
        at = end + 2;
        let inner = text[start + 2..end].trim_matches(['-', ' ', '\t', '\n']);
        let first = inner.split([' ', '(', '\t', '\n']).next().unwrap_or_default();
        let silent = KEYWORDS.contains(&first) || inner.starts_with("/*") || inner.contains(":=");
        if !silent {
            // A trim marker belongs to the braces.
            let kept = end - usize::from(text[..end].ends_with(" -"));
            actions.push(Action {
                range: start..at,
                last_function: last_bar.map(|bar| bar..kept),
            });
        }
    }
    actions
}

/// Where the closing braces of an action stand, and its last bar outside strings and brackets.
fn action_end(text: &str, from: usize) -> Option<(usize, Option<usize>)> {
    let mut last_bar = None;
    let mut quote = None;
    let mut depth = 0;
    let mut escaped = false;
    for (at, c) in text[from..].char_indices() {
        let at = from + at;
        match (quote, c) {
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(open), c) if c == open && !escaped => quote = None,
            (Some(_), _) => {}
            (None, '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, '|') if depth == 0 => last_bar = Some(at),
            (None, '}') if text[at..].starts_with("}}") => return Some((at, last_bar)),
            (None, _) => {}
        }
        escaped = false;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Option<&str>)> {
        let pieces = |action: Action| (&text[action.range], action.last_function.map(|last| &text[last]));
        actions(text).into_iter().map(pieces).collect()
    }

    #[test]
    fn actions_that_print() {
        let text =
            r#"{{ $value | printf "%.1f|" | title }} of {{ with $labels.pid }}{{ . }}{{ end }}{{- .X -}}"#;
        assert_eq!(
            found(text),
            [
                (r#"{{ $value | printf "%.1f|" | title }}"#, Some("| title ")),
                ("{{ . }}", None),
                ("{{- .X -}}", None),
            ]
        );
        assert_eq!(found("{{ $x := 1 }}{{/* none */}}{{ broken"), []);
        assert_eq!(found("{{ (a | b) }}"), [("{{ (a | b) }}", None)]);
    }
}

//! Comments that speak to rulecheck: `# rulecheck: ignore CODE until 2026-12-31 because …`.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use super::Document;
use super::reader::Located;
use crate::source::comments::comments;
use crate::source::{SourceFile, yaml};

/// A comment that says that findings are known.
#[derive(Clone, Debug)]
pub struct Directive {
    /// Byte range of the comment.
    pub range: Range<usize>,
    /// What it holds for.
    pub scope: Scope,
    /// The codes of the findings.
    pub codes: Vec<Located<String>>,
    /// The last day on which it holds.
    pub until: Option<Located<Date>>,
}

/// What a directive holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The line that it ends, or the next line with something on it.
    Line,
    /// The rule that it is in or stands above.
    Rule,
    /// The file.
    File,
}

/// A directive that cannot be understood.
#[derive(Clone, Debug)]
pub struct Misspelt {
    /// Byte range of what cannot be understood.
    pub range: Range<usize>,
    /// Why.
    pub message: String,
}

/// What begins a directive.
const MARK: &str = "rulecheck:";

/// The directives of a file with these documents, in YAML's comments and in those of expressions.
pub fn read(file: &Arc<SourceFile>, documents: &[Document]) -> Vec<Result<Directive, Misspelt>> {
    // Most files have none, and are not read again.
    if !file.text().contains(MARK) {
        return Vec::new();
    }
    let mut ranges = match documents.first() {
        Some(Document::Script(_)) => Vec::new(),
        _ => comments(file.text(), &yaml::parse(file.text()).roots),
    };
    for document in documents {
        let Document::Rules(rules) = document else {
            continue;
        };
        for rule in rules.groups.iter().flat_map(|group| &group.rules) {
            let Some(expr) = &rule.expr else { continue };
            let of_expr = expr.parsed.comments.iter();
            ranges.extend(of_expr.map(|span| expr.text.locate(file, span.start..span.end)));
        }
    }
    ranges.sort_by_key(|range| range.start);
    let text = |range: &Range<usize>| file.text()[range.clone()].trim_start_matches('#').trim();
    let speaking = ranges.iter().filter(|range| text(range).starts_with(MARK));
    speaking.map(|range| parse(file, range.clone())).collect()
}

/// The words of a directive behind its mark, with their places.
fn words(file: &SourceFile, range: &Range<usize>) -> Vec<Located<String>> {
    let text = &file.text()[range.clone()];
    let from = text.find(MARK).map_or(text.len(), |at| at + MARK.len());
    let pieces = text[from..].split([' ', '\t', ',']);
    let mut at = range.start + from;
    let mut words = Vec::new();
    for piece in pieces {
        if !piece.is_empty() {
            words.push(Located {
                value: piece.to_owned(),
                range: at..at + piece.len(),
            });
        }
        at += piece.len() + 1;
    }
    words
}

fn parse(file: &SourceFile, range: Range<usize>) -> Result<Directive, Misspelt> {
    let words = words(file, &range);
    let misspelt = |at: Option<&Located<String>>, message: String| Misspelt {
        range: at.map_or(range.clone(), |word| word.range.clone()),
        message,
    };
    let verb = words.first();
    let scope = match verb.map(|word| word.value.as_str()) {
        Some("ignore") => Scope::Line,
        Some("ignore-rule") => Scope::Rule,
        Some("ignore-file") => Scope::File,
        Some(other) => {
            return Err(misspelt(
                verb,
                format!("rulecheck is not told anything by `{other}`"),
            ));
        }
        None => return Err(misspelt(None, "rulecheck is not told anything".to_owned())),
    };
    let rest = &words[1..];
    let end = rest
        .iter()
        .position(|word| ["until", "because"].contains(&word.value.as_str()));
    let (codes, tail) = rest.split_at(end.unwrap_or(rest.len()));
    if codes.is_empty() {
        return Err(misspelt(verb, "no code says what is to be ignored".to_owned()));
    }
    let until = match tail {
        [word, rest @ ..] if word.value == "until" => {
            let day = rest.first();
            let date = day.and_then(|day| day.value.parse().ok());
            let Some((value, day)) = date.zip(day) else {
                return Err(misspelt(
                    day.or(Some(word)),
                    "`until` is not followed by a day such as 2026-12-31".to_owned(),
                ));
            };
            Some(Located {
                value,
                range: day.range.clone(),
            })
        }
        _ => None,
    };
    Ok(Directive {
        scope,
        codes: codes.to_vec(),
        until,
        range,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_from_comments() {
        let text = "# rulecheck: ignore a, b until 2026-12-31 because of c\nx: 1 # rulecheck: ignore-rule a\ny: '# rulecheck: ignore x'\n#rulecheck: ignore-file a because\n";
        let file = Arc::new(SourceFile::new("a.yml", text));
        let read: Vec<Directive> = read(&file, &[]).into_iter().map(Result::unwrap).collect();
        let codes = |directive: &Directive| -> Vec<String> {
            directive
                .codes
                .iter()
                .map(|code| text[code.range.clone()].to_owned())
                .collect()
        };
        let shown: Vec<_> = read
            .iter()
            .map(|d| (d.scope, codes(d), d.until.is_some()))
            .collect();
        let a = || vec!["a".to_owned()];
        assert_eq!(
            shown,
            [
                (Scope::Line, vec!["a".to_owned(), "b".to_owned()], true),
                (Scope::Rule, a(), false),
                (Scope::File, a(), false),
            ]
        );
    }

    #[test]
    fn what_cannot_be_understood_is_said_with_its_place() {
        let cases = [
            ("# rulecheck:", "# rulecheck:", "rulecheck is not told anything"),
            (
                "# rulecheck: disable a",
                "disable",
                "rulecheck is not told anything by `disable`",
            ),
            (
                "# rulecheck: ignore",
                "ignore",
                "no code says what is to be ignored",
            ),
            (
                "# rulecheck: ignore until 2026-01-01",
                "ignore",
                "no code says what is to be ignored",
            ),
            (
                "# rulecheck: ignore a until",
                "until",
                "`until` is not followed by a day such as 2026-12-31",
            ),
            (
                "# rulecheck: ignore a until May",
                "May",
                "`until` is not followed by a day such as 2026-12-31",
            ),
        ];
        for (text, piece, message) in cases {
            let file = Arc::new(SourceFile::new("a.yml", text));
            let misspelt = read(&file, &[]).remove(0).unwrap_err();
            assert_eq!(
                (&text[misspelt.range], misspelt.message.as_str()),
                (piece, message)
            );
        }
    }
}

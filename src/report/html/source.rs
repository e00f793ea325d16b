//! Lines of files: without the indentation that all of them have, and changes with what changed marked.

use maud::{Markup, html};

/// By how many bytes all of these lines are indented.
pub(super) fn indentation<'l>(lines: impl Iterator<Item = &'l str>) -> usize {
    let filled = lines.filter(|line| !line.trim().is_empty());
    filled
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0)
}

/// A line without its first bytes; nothing where it has no more.
pub(super) fn dedented(line: &str, indentation: usize) -> &str {
    line.get(indentation..).unwrap_or_default()
}

/// Lines as they are and as they would be, with what differs marked.
pub(super) fn change(label: &str, before: &str, after: &str) -> Markup {
    let trimmed = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| line.trim_end().to_owned()).collect()
    };
    let (before, after) = (trimmed(before), trimmed(after));
    let indentation = indentation(before.iter().chain(&after).map(String::as_str));
    let shown = |lines: &[String]| -> String {
        let lines: Vec<&str> = lines.iter().map(|line| dedented(line, indentation)).collect();
        lines.join("\n")
    };
    let (before, after) = (shown(&before), shown(&after));
    let (start, end) = common(&before, &after);
    let row = |class: &str, sign: &str, words: &str, text: &str, marked: bool| {
        let (from, to) = (start, text.len() - end);
        html! {
            @if !text.is_empty() {
                tr class=(class) {
                    td.sign { span aria-hidden="true" { (sign) } span.unseen { (words) } }
                    td { code { (text[..from]) @if marked && from < to { mark { (text[from..to]) } } @else { (text[from..to]) } (text[to..]) } }
                }
            }
        }
    };
    let marked = !before.is_empty() && !after.is_empty();
    html! {
        div.scroll tabindex="0" role="group" aria-label=(label) {
            table.lines {
                (row("expected", "−", "as it is: ", &before, marked))
                (row("actual", "+", "changed: ", &after, marked))
            }
        }
    }
}

/// How many bytes two texts share at their beginnings, and how many at their ends.
fn common(a: &str, b: &str) -> (usize, usize) {
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let start = same(&mut a.chars().zip(b.chars()));
    let end = same(&mut a[start..].chars().rev().zip(b[start..].chars().rev()));
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_marked() {
        let cases = [
            (
                "    up > 5\n",
                "    up >= 5\n",
                "<code>up &gt; 5</code>",
                "<code>up &gt;<mark>=</mark> 5</code>",
            ),
            ("a é b", "a è b", "a <mark>é</mark> b", "a <mark>è</mark> b"),
            (
                "  a\n    b\n",
                "  a\n    c\n",
                "<code>a\n  <mark>b</mark></code>",
                "<code>a\n  <mark>c</mark></code>",
            ),
            ("aa", "aaa", "<code>aa</code>", "<code>aa<mark>a</mark></code>"),
        ];
        for (before, after, old, new) in cases {
            let drawn = change("x", before, after).into_string();
            assert!(drawn.contains(old) && drawn.contains(new), "{drawn}");
        }
        // Where everything goes, nothing is marked.
        assert!(!change("x", "a\n", "\n").into_string().contains("<mark>"));
    }
}

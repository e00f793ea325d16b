//! Comments to pint that say that a finding is known: what they would be as comments to rulecheck.

use std::ops::Range;

use jiff::civil::Date;

use super::place;
use crate::diagnostic::{Diagnostic, Edit, Location, Severity};
use crate::lints::Context;
use crate::model::directive::{Directive, Scope};
use crate::project::ProjectFile;
use crate::source::comments::comments;
use crate::source::{SourceFile, yaml};

/// A comment to another linter about something that is found here, too.
const FOREIGN: &str = "foreign-suppression";

/// pint's checks, and the codes that find the same.
const CHECKS: &[(&str, &[&str])] = &[
    ("alerts/absent", &["absent-without-for"]),
    (
        "alerts/annotation",
        &["required-annotation", "annotation-not-allowed"],
    ),
    (
        "alerts/comparison",
        &["alert-without-comparison", "alert-always-fires"],
    ),
    ("alerts/count", &["alert-would-fire"]),
    ("alerts/external_labels", &["unknown-external-label"]),
    ("alerts/for", &["needless-for"]),
    (
        "alerts/template",
        &[
            "label-from-value",
            "label-gone",
            "template-query",
            "unformatted-value",
        ],
    ),
    ("group/interval", &["long-interval", "range-below-interval"]),
    ("labels/conflict", &["external-label-conflict"]),
    ("promql/aggregate", &["result-labels"]),
    (
        "promql/counter",
        &["counter-threshold", "gauge-function-on-counter"],
    ),
    ("promql/features", &["promql-feature"]),
    ("promql/fragile", &["unsteady-alert"]),
    (
        "promql/impossible",
        &[
            "sides-never-match",
            "comparison-never-true",
            "dead-alternative",
            "unless-takes-all",
            "absent-grouping-label",
            "join-without-effect",
        ],
    ),
    ("promql/nan", &["nan-spreads"]),
    ("promql/offset", &["beyond-retention", "range-not-allowed"]),
    ("promql/range_query", &["beyond-retention", "range-not-allowed"]),
    ("promql/rate", &["short-range", "rate-of-gauge", "rate-of-sum"]),
    (
        "promql/regexp",
        &["needless-regex", "label-in-pieces", "name-by-regex"],
    ),
    ("promql/selector", &["selector-not-allowed"]),
    (
        "promql/series",
        &[
            "unknown-metric",
            "bare-histogram",
            "counter-suffix",
            "unknown-label",
            "impossible-label-value",
            "series-never-seen",
            "series-gone",
            "series-intermittent",
            "label-never-seen",
            "value-never-seen",
        ],
    ),
    (
        "promql/vector_matching",
        &["sides-never-match", "implicit-matching", "sides-unmatched"],
    ),
    ("query/cost", &["recorded-already", "query-cost"]),
    (
        "rule/dependency",
        &[
            "rule-reads-other-group",
            "rule-reads-later-rule",
            "unrecorded-series",
        ],
    ),
    ("rule/duplicate", &["duplicate-rule"]),
    ("rule/for", &["for-not-allowed"]),
    ("rule/label", &["required-label", "label-not-allowed"]),
    ("rule/link", &["malformed-link"]),
    ("rule/name", &["name-not-allowed"]),
    ("rule/reject", &["label-not-allowed", "annotation-not-allowed"]),
    ("rule/report", &["rule-not-allowed"]),
];

/// A comment to pint that says that findings are known.
struct Comment {
    range: Range<usize>,
    scope: Scope,
    codes: &'static [&'static str],
    until: Option<Date>,
}

/// Remarks on comments to pint about what is among the findings.
pub(super) fn remarks(cx: &Context<'_>, found: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut remarks = Vec::new();
    for file in &cx.project.files {
        // Most files have none, and are not read again.
        if !file.source.text().contains("pint ") || file.documents.is_empty() {
            continue;
        }
        let text = file.source.text();
        let ranges = comments(text, &yaml::parse(text).roots).into_iter();
        for comment in ranges.filter_map(|range| read(text, range)) {
            if comment.until.is_some_and(|until| until < cx.today) {
                continue;
            }
            remarks.extend(remark(file, &comment, found));
        }
    }
    remarks
}

fn read(text: &str, range: Range<usize>) -> Option<Comment> {
    let mut words = text[range.clone()]
        .trim_start_matches('#')
        .trim()
        .strip_prefix("pint ")?
        .split_whitespace();
    let (scope, snoozed) = match words.next()? {
        "disable" => (Scope::Rule, false),
        "snooze" => (Scope::Rule, true),
        "file/disable" => (Scope::File, false),
        "file/snooze" => (Scope::File, true),
        _ => return None,
    };
    // A day, or a time that begins with one.
    let until = match snoozed {
        true => Some(words.next()?.get(..10)?.parse().ok()?),
        false => None,
    };
    let check = words.next()?;
    let check = check.split('(').next().unwrap_or(check);
    let (_, codes) = CHECKS.iter().find(|(name, _)| *name == check)?;
    Some(Comment {
        range,
        scope,
        codes,
        until,
    })
}

/// What is said of a comment that is about something which is found.
fn remark(file: &ProjectFile, comment: &Comment, found: &[Diagnostic]) -> Option<Diagnostic> {
    let source = &file.source;
    let about = Directive {
        range: comment.range.clone(),
        scope: comment.scope,
        codes: Vec::new(),
        until: None,
    };
    let here = place(file, &about);
    let there: Vec<&Diagnostic> = found
        .iter()
        .filter(|finding| comment.codes.contains(&finding.code) && here.holds(finding))
        .collect();
    let is_found = |code: &&&str| there.iter().any(|finding| finding.code == **code);
    let codes: Vec<&str> = comment.codes.iter().filter(is_found).copied().collect();
    if codes.is_empty() {
        return None;
    }
    let verb = match comment.scope {
        Scope::File => "ignore-file",
        _ => "ignore-rule",
    };
    let until = comment
        .until
        .map_or(String::new(), |until| format!(" until {until}"));
    let ours = format!("# rulecheck: {verb} {}{until}", codes.join(", "));
    let message = format!(
        "this tells pint alone: rulecheck finds {} here",
        codes.join(" and ")
    );
    let finding = Diagnostic::new(FOREIGN, Severity::Info, message, source, comment.range.clone())
        .with_help(format!("Write `{ours}`."));
    // What is mended need not be known.
    let is_mended = there.iter().any(|finding| finding.fix.is_some());
    Some(match below(source, comment, &ours).filter(|_| !is_mended) {
        Some(edit) => finding.with_fix(format!("write `{ours}`"), vec![edit]),
        None => finding,
    })
}

/// Our comment on a line of its own, below one that stands alone.
fn below(source: &std::sync::Arc<SourceFile>, comment: &Comment, ours: &str) -> Option<Edit> {
    let line = source.line_column(comment.range.start).line;
    let start = source.line_start(line);
    let indent = &source.text()[start..comment.range.start];
    indent.trim().is_empty().then(|| Edit {
        location: Location::new(source, comment.range.end..comment.range.end),
        text: format!("\n{indent}{ours}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_mapped_to_codes_that_exist() {
        let known: Vec<&str> = crate::lints::codes().map(|code| code.code).collect();
        for (check, codes) in CHECKS {
            for code in *codes {
                assert!(known.contains(code), "{check}: {code}");
            }
        }
    }

    #[test]
    fn comments_that_say_something_else_are_left_alone() {
        let read = |text: &str| read(text, 0..text.len()).map(|comment| comment.codes);
        let regexp = Some(&["needless-regex", "label-in-pieces", "name-by-regex"][..]);
        assert_eq!(read("# pint disable promql/regexp"), regexp);
        assert_eq!(read("# pint disable promql/regexp(job=~\"a b\")"), regexp);
        assert_eq!(
            read("# pint file/snooze 2026-12-31T00:00:00Z promql/regexp"),
            regexp
        );
        for text in [
            "# pint disable",
            "# pint disable promql/unheard-of",
            "# pint ignore/line",
            "# pint snooze soon promql/regexp",
            "# pint snooze é",
            "# a pint disable promql/regexp",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

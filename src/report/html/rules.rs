//! The rules that the tests ran, as they are written.

use std::collections::BTreeMap;
use std::path::Path;

use maud::{Markup, html};

use super::format;
use crate::outcome::{Measures, RuleTrace, TestOutcome};

/// What refers to a rule on the page.
pub(super) fn anchor(path: &Path, line: usize) -> String {
    let mut name = String::new();
    for c in path.to_string_lossy().chars() {
        match c {
            '/' => name.push('-'),
            c if c.is_ascii_alphanumeric() => name.push(c),
            // So that no two files have one name.
            c => name.push_str(&format!("_{:x}", u32::from(c))),
        }
    }
    format!("r-{name}-{line}")
}

/// The rules by file and line, each with the numbers of the tests that it is drawn in.
type Rules<'o> = BTreeMap<(&'o Path, usize), (&'o RuleTrace, Vec<usize>)>;

/// All rules that a test asserts something of or made active.
pub(super) fn section(outcomes: &[TestOutcome], _measures: &Measures) -> Markup {
    let mut rules: Rules<'_> = BTreeMap::new();
    for (number, outcome) in outcomes.iter().enumerate() {
        for rule in outcome.trace.iter().flat_map(|trace| &trace.rules) {
            let place = (rule.source.path.as_path(), rule.source.line);
            rules
                .entry(place)
                .or_insert_with(|| (rule, Vec::new()))
                .1
                .push(number);
        }
    }
    let rules: Vec<_> = rules.into_values().collect();
    html! {
        section #rules aria-labelledby="rules-name" {
            h2 #rules-name { "Rules" }
            @if rules.is_empty() { p.note { "No test asserts an alert." } }
            @for of_file in rules.chunk_by(|a, b| a.0.source.path == b.0.source.path) {
                section.file {
                    h3 { (of_file[0].0.source.path.display()) }
                    @for (rule, tests) in of_file { (written(rule, tests, outcomes)) }
                }
            }
        }
    }
}

fn written(rule: &RuleTrace, tests: &[usize], outcomes: &[TestOutcome]) -> Markup {
    html! {
        details.source id=(anchor(&rule.source.path, rule.source.line)) {
            summary {
                h4 { (rule.source.name) }
                span.count { (format::counted(tests.len(), "test")) }
            }
            div.body {
                div.scroll tabindex="0" role="group" aria-label=(format!("Source of {}", rule.source.name)) {
                    table.lines {
                        @for (index, line) in rule.text.lines().enumerate() {
                            tr { td.line { (rule.source.line + index) } td { code { (line) } } }
                        }
                    }
                }
                p { "Drawn in:" }
                ul.tests {
                    @for number in tests { li { a href=(format!("#t{number}")) { (outcomes[*number].name) } } }
                }
            }
        }
    }
}

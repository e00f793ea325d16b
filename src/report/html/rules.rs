//! The rules that the tests ran, as they are written, with what is known of how well they are tested.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use maud::{Markup, html};

use super::{covered, format, mutants, source};
use crate::diagnostic::Location;
use crate::outcome::{CoveredRule, Measures, MutatedRule, TestName, TestOutcome};

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

/// All that is known of a rule.
#[derive(Default)]
pub(super) struct KnownRule<'o> {
    /// Its name.
    pub(super) name: &'o str,
    /// Its lines as they are written.
    lines: Vec<&'o str>,
    /// The numbers of the tests that it is drawn in.
    tests: Vec<usize>,
    /// What tests cover of it.
    pub(super) covered: Option<&'o CoveredRule>,
    /// What became of its mutants.
    pub(super) mutated: Option<&'o MutatedRule>,
}

/// Rules by file and line.
pub(super) type KnownRules<'o> = BTreeMap<(PathBuf, usize), KnownRule<'o>>;

/// All rules that a test asserts something of or made active, and those that were measured.
pub(super) fn known<'o>(outcomes: &'o [TestOutcome], measures: &'o Measures) -> KnownRules<'o> {
    let mut rules: KnownRules<'o> = BTreeMap::new();
    for (number, outcome) in outcomes.iter().enumerate() {
        for traced in outcome.trace.iter().flat_map(|trace| &trace.rules) {
            let place = (traced.source.path.clone(), traced.source.line);
            let rule = rules.entry(place).or_default();
            rule.name = &traced.source.name;
            rule.lines = traced.text.lines().collect();
            rule.tests.push(number);
        }
    }
    for covered in measures.coverage.iter().flat_map(|coverage| &coverage.rules) {
        let rule = rules.entry(place(&covered.place)).or_default();
        rule.name = &covered.name;
        rule.lines = lines(&covered.place);
        rule.covered = Some(covered);
    }
    for mutated in measures.mutation.iter().flat_map(|mutation| &mutation.rules) {
        let rule = rules.entry(place(&mutated.place)).or_default();
        rule.name = &mutated.name;
        rule.lines = lines(&mutated.place);
        rule.mutated = Some(mutated);
    }
    rules
}

/// The file and the line of a rule.
fn place(location: &Location) -> (PathBuf, usize) {
    let Location { file, range } = location;
    (file.path().to_owned(), file.line_column(range.start).line)
}

/// The lines of a rule.
fn lines(location: &Location) -> Vec<&str> {
    let Location { file, range } = location;
    let first = file.line_column(range.start).line;
    let last = file.line_column(range.end.max(range.start + 1) - 1).line;
    (first..=last).filter_map(|line| file.line(line)).collect()
}

/// The section.
pub(super) fn section(rules: &KnownRules<'_>, outcomes: &[TestOutcome], measures: &Measures) -> Markup {
    let rules: Vec<_> = rules.iter().collect();
    html! {
        section #rules aria-labelledby="rules-name" {
            h2 #rules-name { "Rules" }
            @if rules.is_empty() { p.note { "No test asserts an alert." } }
            @for of_file in rules.chunk_by(|a, b| a.0.0 == b.0.0) {
                section.file {
                    h3 { (of_file[0].0.0.display()) }
                    div.list { @for ((path, line), rule) in of_file { (written(path, *line, rule, outcomes)) } }
                }
            }
            @if let Some(mutation) = &measures.mutation { (mutants::idle(mutation, outcomes)) }
        }
    }
}

fn written(path: &Path, first: usize, rule: &KnownRule<'_>, outcomes: &[TestOutcome]) -> Markup {
    let survived = rule.mutated.map_or(0, |mutated| mutated.score().survived);
    html! {
        details.source id=(anchor(path, first)) {
            summary {
                h4 { (rule.name) }
                @if let Some(covered) = rule.covered {
                    @let tally = covered.tally();
                    span.count.weak[tally.covered < tally.all] { (covered::tally(tally)) }
                }
                @if let Some(mutated) = rule.mutated {
                    span.count.weak[survived > 0] { (mutants::tally(mutated.score())) }
                }
                span.count { (format::counted(rule.tests.len(), "test")) }
            }
            div.body {
                div.scroll tabindex="0" role="group" aria-label=(format!("Source of {}", rule.name)) {
                    @match rule.covered {
                        Some(covered) => (covered::lines(covered, &rule.lines, first)),
                        None => (source_of(rule, first)),
                    }
                }
                @if let Some(mutated) = rule.mutated { (mutants::of_rule(mutated, outcomes)) }
                @if !rule.tests.is_empty() {
                    h5 { "Drawn in" }
                    ul.tests {
                        @for number in &rule.tests { li { a href=(format!("#t{number}")) { (outcomes[*number].name) } } }
                    }
                }
            }
        }
    }
}

/// The lines of a rule with their numbers.
fn source_of(rule: &KnownRule<'_>, first: usize) -> Markup {
    let indentation = source::indentation(rule.lines.iter().copied());
    html! {
        table.lines {
            @for (index, line) in rule.lines.iter().enumerate() {
                tr { td.line { (first + index) } td { code { (source::dedented(line, indentation)) } } }
            }
        }
    }
}

/// The name of a test, which leads to it where it is on the page.
pub(super) fn link(test: &TestName, outcomes: &[TestOutcome]) -> Markup {
    let is_it = |outcome: &TestOutcome| {
        outcome.path == test.path && outcome.line == test.line && outcome.name == test.name
    };
    html! {
        @match outcomes.iter().position(is_it) {
            Some(number) => a href=(format!("#t{number}")) { (test.name) },
            None => (test.name),
        }
    }
}

//! One test: what was asserted, what came of it, and its course.

use maud::{Markup, html};

use super::chart::{Chart, TimeAxis, miniature, words};
use super::{Names, failure, format, rules};
use crate::outcome::{AlertState, Assertion, Curves, RuleTrace, Status, Subject, TestOutcome, Trace};

/// All tests, by file, with what chooses among them.
pub(super) fn section(outcomes: &[TestOutcome], names: &Names) -> Markup {
    let numbered: Vec<(usize, &TestOutcome)> = outcomes.iter().enumerate().collect();
    html! {
        section #tests aria-labelledby="tests-name" {
            h2 #tests-name { "Tests" }
            form.choice role="search" hidden {
                label { span { "Search" } input #search type="search" placeholder="names, alerts, files, failures" autocomplete="off"; }
                label {
                    span { "Show" }
                    select #status {
                        option value="" { "all" }
                        option value="failed" { "not passed" }
                        option value="passed" { "passed" }
                    }
                }
                button #open-all type="button" { "Open all" }
                button #show-keys type="button" { "Keys" }
                p #chosen role="status" {}
            }
            @if outcomes.iter().any(|outcome| outcome.trace.is_some()) {
                p.note.states-key {
                    "States of the alert over each test: "
                    @for state in [AlertState::Inactive, AlertState::Pending, AlertState::Firing] {
                        span.swatch.(state.as_str()) aria-hidden="true" {} (state.as_str()) " "
                    }
                }
            }
            @if outcomes.is_empty() { p.note { "No tests were run." } }
            @for (file, of_file) in numbered.chunk_by(|a, b| a.1.path == b.1.path).enumerate() {
                section.file {
                    h3 id=(format!("f{file}")) { (of_file[0].1.path.display()) }
                    div.list {
                        @for (number, outcome) in of_file.iter().filter(|(_, o)| !is_brief(o)) { (test(outcome, *number, names)) }
                        (brief(of_file))
                    }
                }
            }
        }
    }
}

/// Whether there is nothing to say of a test but that it passed, as of the evaluations of a script.
fn is_brief(outcome: &TestOutcome) -> bool {
    outcome.status == Status::Passed && outcome.trace.is_none() && outcome.remarks.is_empty()
}

/// The tests of a file of which there is nothing to say, together.
fn brief(of_file: &[(usize, &TestOutcome)]) -> Markup {
    let brief: Vec<&(usize, &TestOutcome)> =
        of_file.iter().filter(|(_, outcome)| is_brief(outcome)).collect();
    html! {
        @if !brief.is_empty() {
            details.test data-status="passed" data-count=(brief.len()) {
                summary {
                    span.badge.passed { "passed" }
                    h4 { (format::counted(brief.len(), "evaluation")) }
                }
                div.body {
                    ol.brief {
                        @for (number, outcome) in brief {
                            li id=(format!("t{number}")) { code { (outcome.name) } @if let Some(line) = outcome.line { span.count { " line " (line) } } }
                        }
                    }
                }
            }
        }
    }
}

/// Whether a test failed in something that is about this alert.
pub(super) fn fails_for(outcome: &TestOutcome, alert: &str) -> bool {
    let assertions = outcome.trace.iter().flat_map(|trace| &trace.assertions);
    let is_alert = |subject: &Subject| matches!(subject, Subject::Alert(name) if name == alert);
    let mut failed = assertions.filter(|assertion| assertion.held == Some(false));
    failed.any(|assertion| is_alert(&assertion.subject))
}

fn test(outcome: &TestOutcome, number: usize, names: &Names) -> Markup {
    let trace = outcome.trace.as_deref();
    let status = outcome.status.as_str();
    let assertions = trace.map_or(0, |trace| trace.assertions.len());
    html! {
        details.test id=(format!("t{number}")) data-status=(status) open[outcome.status != Status::Passed] {
            summary {
                span class=(format!("badge {status}")) { (label(outcome.status)) }
                h4 { (outcome.name) }
                @if let Some(trace) = trace {
                    @if let Some(rule) = trace.rules.first() {
                        (miniature(TimeAxis::of(trace.end_ms, trace.interval_ms), &rule.spans))
                    }
                }
            }
            div.body {
                p.place {
                    code { (outcome.path.display()) @if let Some(line) = outcome.line { ":" (line) } }
                    @if assertions > 0 { ", " (format::counted(assertions, "assertion")) }
                    @if let Some(trace) = trace { ", runs for " (format::time(trace.end_ms)) ", evaluated every " (format::time(trace.interval_ms)) }
                }
                @for remark in &outcome.remarks { p.remark { "Note: " (remark.message) } }
                (failure::all(outcome))
                @if let Some(trace) = trace { (course(trace, names)) }
            }
        }
    }
}

fn label(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::Error => "not judged",
    }
}

/// What happened over time.
fn course(trace: &Trace, names: &Names) -> Markup {
    let time = TimeAxis::of(trace.end_ms, trace.interval_ms);
    html! {
        @for traced in &trace.rules {
            @let about: Vec<&Assertion> = trace.assertions.iter().filter(|a| is_about(a, traced)).collect();
            (rule(traced, &about, time, names))
        }
        @if trace.rules_left_out > 0 {
            p.note { (format::counted(trace.rules_left_out, "more rule")) " had pending or firing alerts and are not drawn." }
        }
        @for expression in &trace.expressions {
            @let about: Vec<&Assertion> = trace.assertions.iter()
                .filter(|a| matches!(&a.subject, Subject::Expression(text) if *text == expression.text)).collect();
            section.rule {
                h5 { "Expression " (asserted(&about)) }
                pre.expression { code { (expression.text) } }
                (chart("The value of an asserted expression", time, &expression.values, &about).draw(names))
            }
        }
        (unplaced(trace))
        @if !trace.inputs.is_empty() {
            section.inputs {
                h5 { "Input series" }
                div.grid {
                    @for input in &trace.inputs {
                        div.input {
                            h6 { code { (input.metric) } }
                            (Chart { small: true, ..chart(&format!("Input: {}", input.metric), time, &input.values, &[]) }.draw(names))
                        }
                    }
                }
                @if trace.inputs_left_out > 0 { p.note { (format::counted(trace.inputs_left_out, "more metric")) " not drawn." } }
            }
        }
    }
}

fn is_about(assertion: &Assertion, rule: &RuleTrace) -> bool {
    matches!(&assertion.subject, Subject::Alert(name) if *name == rule.source.name || name == "*")
}

fn chart<'c>(title: &str, time: TimeAxis, values: &'c Curves, assertions: &'c [&'c Assertion]) -> Chart<'c> {
    Chart {
        title: title.to_owned(),
        time,
        values,
        bound: None,
        states: &[],
        assertions,
        small: false,
    }
}

fn rule(rule: &RuleTrace, about: &[&Assertion], time: TimeAxis, names: &Names) -> Markup {
    let name = &rule.source.name;
    let last = rule.conditions.len().saturating_sub(1);
    html! {
        section.rule {
            h5 {
                "Alert " a href=(format!("#{}", rules::anchor(&rule.source.path, rule.source.line))) { (name) }
                " " (asserted(about))
            }
            pre.expression { code { (rule.source.expression) } }
            p.place {
                @if rule.hold_ms > 0 { "for " (format::time(rule.hold_ms)) ", " }
                @if rule.keep_firing_for_ms > 0 { "keep firing for " (format::time(rule.keep_firing_for_ms)) ", " }
                code { (rule.source.path.display()) ":" (rule.source.line) }
            }
            @for (number, condition) in rule.conditions.iter().enumerate() {
                @if rule.conditions.len() > 1 { p.condition { code { (condition.text) } } }
                (Chart {
                    bound: condition.bound.as_ref(),
                    // States and assertions are those of the whole expression: once, under the last chart.
                    states: if number == last { &rule.spans } else { &[] },
                    assertions: if number == last { about } else { &[] },
                    ..chart(&format!("{name}: {}", condition.text), time, &condition.values, &[])
                }.draw(names))
            }
        }
    }
}

/// How many assertions there are, and whether they held.
fn asserted(about: &[&Assertion]) -> Markup {
    let failed = about
        .iter()
        .filter(|assertion| assertion.held == Some(false))
        .count();
    html! {
        span.count {
            @if about.is_empty() { "not asserted" }
            @else if failed > 0 { (failed) " of " (format::counted(about.len(), "assertion")) " failed" }
            @else { (format::counted(about.len(), "assertion")) }
        }
    }
}

/// Assertions about alerts that have no chart.
fn unplaced(trace: &Trace) -> Markup {
    let placed = |assertion: &&Assertion| match &assertion.subject {
        Subject::Alert(_) => trace.rules.iter().any(|rule| is_about(assertion, rule)),
        Subject::Expression(text) => trace
            .expressions
            .iter()
            .any(|expression| expression.text == *text),
    };
    let others: Vec<&Assertion> = trace
        .assertions
        .iter()
        .filter(|assertion| !placed(assertion))
        .collect();
    html! {
        @if !others.is_empty() {
            section.rule {
                h5 { "Other assertions" }
                ul {
                    @for assertion in others {
                        li {
                            (assertion.at_ms.map_or("Over the whole run".to_owned(), format::time)) ": "
                            code { @match &assertion.subject { Subject::Alert(name) => (name), Subject::Expression(text) => (text), } }
                            " " (words(assertion))
                        }
                    }
                }
            }
        }
    }
}

//! What the whole came to: counts, by file, by alert.

use std::collections::BTreeMap;
use std::path::Path;

use maud::{Markup, html};

use super::rules::KnownRules;
use super::{format, mutants, rules, test};
use crate::outcome::{AlertState, Measures, RuleTrace, Status, TestOutcome};
use crate::report::TestSummary;

/// The title of the page, which begins with the verdict: it is read on a tab.
pub(super) fn title(outcomes: &[TestOutcome]) -> String {
    let (verdict, _) = verdict(outcomes);
    format!("{verdict} – alert rule tests")
}

/// The verdict in words, and whether it is good.
fn verdict(outcomes: &[TestOutcome]) -> (String, bool) {
    let TestSummary {
        passed,
        failed,
        errors,
    } = TestSummary::of(outcomes);
    match (outcomes.len(), failed, errors) {
        (0, ..) => ("No tests".to_owned(), true),
        (all, 0, 0) if all == passed => (format!("{} passed", all_of(all)), true),
        (all, failed, 0) => (
            format!("{failed} of {} failed", format::counted(all, "test")),
            false,
        ),
        (all, 0, errors) => (
            format!("{errors} of {} could not be judged", format::counted(all, "test")),
            false,
        ),
        (all, failed, errors) => (
            format!(
                "{failed} of {} failed, {errors} could not be judged",
                format::counted(all, "test")
            ),
            false,
        ),
    }
}

fn all_of(count: usize) -> String {
    match count {
        1 => "The test".to_owned(),
        many => format!("All {many} tests"),
    }
}

/// The head of the page: verdict, search, choice of colours.
pub(super) fn header(outcomes: &[TestOutcome]) -> Markup {
    let (verdict, good) = verdict(outcomes);
    html! {
        header {
            div.top {
                p.product { "rulecheck " span { "alert rule tests" } }
                nav aria-label="Sections" {
                    a href="#overview" { "Overview" }
                    a href="#tests" { "Tests" }
                    a href="#rules" { "Rules" }
                }
                button #theme type="button" hidden { "Colours: as the system" }
            }
            h1 class=(if good { "good" } else { "bad" }) { (verdict) }
        }
    }
}

/// The section itself.
pub(super) fn section(outcomes: &[TestOutcome], rules: &KnownRules<'_>, measures: &Measures) -> Markup {
    let TestSummary {
        passed,
        failed,
        errors,
    } = TestSummary::of(outcomes);
    html! {
        section #overview aria-labelledby="overview-name" {
            h2 #overview-name { "Overview" }
            dl.counts {
                div { dt { "Tests" } dd { (outcomes.len()) } }
                div.good[passed > 0] { dt { "Passed" } dd { (passed) } }
                div.bad[failed > 0] { dt { "Failed" } dd { (failed) } }
                div.bad[errors > 0] { dt { "Not judged" } dd { (errors) } }
                div { dt { "Alerts tested" } dd { (by_alert(outcomes).len()) } }
                @if let Some(coverage) = &measures.coverage {
                    div { dt { "Coverage" } dd { (format::percent(coverage.tally().percent())) } }
                }
                @if let Some(mutation) = &measures.mutation {
                    div { dt { "Mutation score" } dd { (mutants::percent(mutation.score())) } }
                }
            }
            @if failed + errors > 0 { (failures(outcomes)) }
            div.columns {
                (files(outcomes))
                (alerts(outcomes, rules, measures))
            }
        }
    }
}

/// The tests that did not pass.
fn failures(outcomes: &[TestOutcome]) -> Markup {
    html! {
        h3 { "What did not pass" }
        ul.failures {
            @for (number, outcome) in outcomes.iter().enumerate().filter(|(_, o)| o.status != Status::Passed) {
                li {
                    a href=(format!("#t{number}")) { (outcome.name) }
                    @for failure in outcome.failures.iter().take(3) { p { (failure.message.lines().next().unwrap_or_default()) } }
                    @if outcome.failures.len() > 3 { p { "and " (outcome.failures.len() - 3) " more" } }
                }
            }
        }
    }
}

fn files(outcomes: &[TestOutcome]) -> Markup {
    html! {
        div {
            h3 { "By file" }
            div.scroll tabindex="0" role="group" aria-label="By file" {
                table {
                    thead {
                        tr { th scope="col" { "File" } th.number scope="col" { "Tests" } th.number scope="col" { "Passed" } th.number scope="col" { "Failed" } }
                    }
                    tbody {
                        @for (number, of_file) in outcomes.chunk_by(|a, b| a.path == b.path).enumerate() {
                            @let TestSummary { passed, failed, errors } = TestSummary::of(of_file);
                            tr {
                                th scope="row" { a href=(format!("#f{number}")) { (format::breakable(&of_file[0].path.display().to_string())) } }
                                td.number { (of_file.len()) }
                                td.number { (passed) }
                                td.number.bad[failed + errors > 0] { (failed + errors) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What the tests say of one alert.
#[derive(Default)]
struct OfAlert {
    /// How many tests assert something of it.
    tests: usize,
    failed: bool,
    pending: bool,
    firing: bool,
    resolved: bool,
}

/// The name of an alert, and the place of its rule, where there is one. Several rules may share a name.
type AlertRule<'o> = (&'o str, Option<(&'o Path, usize)>);

fn by_alert(outcomes: &[TestOutcome]) -> BTreeMap<AlertRule<'_>, OfAlert> {
    let mut alerts: BTreeMap<AlertRule<'_>, OfAlert> = BTreeMap::new();
    let traced = |outcome| rules_of(outcome).map(|rule| (key(rule), rule));
    for outcome in outcomes {
        for name in &outcome.alerts {
            let mut keys: Vec<AlertRule<'_>> = traced(outcome)
                .map(|(key, _)| key)
                .filter(|key| key.0 == name)
                .collect();
            if keys.is_empty() {
                keys.push((name, None));
            }
            for key in keys {
                let alert = alerts.entry(key).or_default();
                alert.tests += 1;
                alert.failed |= test::fails_for(outcome, name);
            }
        }
    }
    // What happened in tests that assert something else counts too.
    for (key, rule) in outcomes.iter().flat_map(traced) {
        if let Some(alert) = alerts.get_mut(&key) {
            alert.see(rule);
        }
    }
    alerts
}

fn rules_of(outcome: &TestOutcome) -> impl Iterator<Item = &RuleTrace> {
    outcome.trace.iter().flat_map(|trace| &trace.rules)
}

fn key(rule: &RuleTrace) -> AlertRule<'_> {
    (&rule.source.name, Some((&rule.source.path, rule.source.line)))
}

impl OfAlert {
    fn see(&mut self, rule: &RuleTrace) {
        let mut fired = false;
        for span in &rule.spans {
            self.pending |= span.state == AlertState::Pending;
            self.resolved |= fired && span.state == AlertState::Inactive;
            fired |= span.state == AlertState::Firing;
        }
        self.firing |= fired;
    }
}

fn alerts(outcomes: &[TestOutcome], rules: &KnownRules<'_>, measures: &Measures) -> Markup {
    let known = |place: Option<(&Path, usize)>| {
        let (path, line) = place?;
        rules.get(&(path.to_owned(), line))
    };
    let seen = |seen: bool| {
        html! {
            @if seen { span.yes aria-hidden="true" { "●" } span.unseen { "yes" } }
            @else { span.no aria-hidden="true" { "–" } span.unseen { "no" } }
        }
    };
    let alerts = by_alert(outcomes);
    let is_shared = |name: &str| alerts.keys().filter(|(other, _)| *other == name).count() > 1;
    html! {
        div {
            h3 { "By alert" }
            div.scroll tabindex="0" role="group" aria-label="By alert" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Alert" }
                            th.number scope="col" { "Tests" }
                            th.mark scope="col" { "Pending" }
                            th.mark scope="col" { "Firing" }
                            th.mark scope="col" { "Resolved" }
                            @if measures.coverage.is_some() { th.number scope="col" { "Covered" } }
                            @if measures.mutation.is_some() { th.number scope="col" { "Mutants" } }
                        }
                    }
                    tbody {
                        @for ((name, rule), alert) in &alerts {
                            tr {
                                th scope="row" {
                                    @match rule {
                                        Some((path, line)) => a href=(format!("#{}", rules::anchor(path, *line))) { (format::breakable(name)) },
                                        None => (format::breakable(name)),
                                    }
                                    @if alert.failed { " " span.badge.failed { "failed" } }
                                    @if let Some((path, _)) = rule.filter(|_| is_shared(name)) {
                                        span.where { (format::breakable(&path.display().to_string())) }
                                    }
                                }
                                td.number { (alert.tests) }
                                td.mark { (seen(alert.pending)) }
                                td.mark { (seen(alert.firing)) }
                                td.mark { (seen(alert.resolved)) }
                                @if measures.coverage.is_some() {
                                    @let tally = known(*rule).and_then(|rule| rule.covered).map(|covered| covered.tally());
                                    td.number.weak[tally.is_some_and(|tally| tally.covered < tally.all)] {
                                        (tally.map_or("–".to_owned(), |tally| format::percent(tally.percent())))
                                    }
                                }
                                @if measures.mutation.is_some() {
                                    @let score = known(*rule).and_then(|rule| rule.mutated).map(|mutated| mutated.score());
                                    td.number.weak[score.is_some_and(|score| score.survived > 0)] {
                                        (score.map_or("–".to_owned(), mutants::percent))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The keys that the script listens to.
pub(super) fn shortcuts() -> Markup {
    let keys = [
        ("/", "search"),
        ("j", "next test"),
        ("k", "test before"),
        ("f", "next test that did not pass"),
        ("e", "open or close the test"),
        ("a", "open or close all tests"),
        ("t", "change colours"),
        ("← →", "in a chart: values at the evaluation before or after"),
        ("?", "these keys"),
    ];
    html! {
        dialog #keys aria-labelledby="keys-name" {
            h2 #keys-name { "Keys" }
            dl {
                @for (key, what) in keys { div { dt { kbd { (key) } } dd { (what) } } }
            }
            form method="dialog" { button { "Close" } }
        }
    }
}

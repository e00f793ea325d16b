//! Rules that were changed on purpose: which changes no test noticed, and what would have.

use maud::{Markup, html};

use super::{format, rules, source};
use crate::outcome::{Fate, Mutant, MutatedRule, Mutation, MutationScore, Remedy, TestOutcome};

/// `18 of 19 mutants noticed`.
pub(super) fn tally(score: MutationScore) -> String {
    match score.killed + score.survived {
        0 => "no mutants".to_owned(),
        all => format!("{} of {} noticed", score.killed, format::counted(all, "mutant")),
    }
}

/// A score in percent.
pub(super) fn percent(score: MutationScore) -> String {
    score.percent().map_or("–".to_owned(), format::percent)
}

/// The mutants of a rule.
pub(super) fn of_rule(rule: &MutatedRule, outcomes: &[TestOutcome]) -> Markup {
    let killed = || {
        rule.mutants
            .iter()
            .filter(|mutant| matches!(mutant.fate, Fate::Killed { .. }))
    };
    let equivalent = || {
        rule.mutants
            .iter()
            .filter(|mutant| matches!(mutant.fate, Fate::Equivalent { .. }))
    };
    html! {
        h5 { "Mutants " span.count { (tally(rule.score())) } }
        @if rule.tests == 0 {
            // The single mutants say no more than that.
            p.remark { "No passing test asserts anything that depends on this rule, so nothing notices any change." }
        } @else {
            @for mutant in &rule.mutants {
                @if let Fate::Survived { remedy } = &mutant.fate { (survivor(mutant, remedy, outcomes)) }
            }
        }
        @if killed().next().is_some() {
            details.data {
                summary { (format::counted(killed().count(), "change")) " that a test noticed" }
                ul {
                    @for mutant in killed() {
                        li {
                            (mutant.change)
                            @if let Fate::Killed { by } = &mutant.fate { ": " (rules::link(by, outcomes)) }
                        }
                    }
                }
            }
        }
        @if equivalent().next().is_some() {
            details.data {
                summary { (format::counted(equivalent().count(), "change")) " that can make no difference" }
                ul {
                    @for mutant in equivalent() {
                        li {
                            (mutant.change)
                            @if let Fate::Equivalent { reason, .. } = &mutant.fate { ": " (reason) }
                        }
                    }
                }
            }
        }
    }
}

fn survivor(mutant: &Mutant, remedy: &Remedy, outcomes: &[TestOutcome]) -> Markup {
    let (before, after) = mutant.lines();
    let at = mutant.place.file.line_column(mutant.place.range.start);
    html! {
        section.failure.mutant {
            p.message { "No test notices: " (mutant.change) }
            p.place { code { (mutant.place.file.path().display()) ":" (at.line) ":" (at.column) } }
            // The whole rule would be on one side.
            @if mutant.operator != "removal" { (source::change("The rule as it is, and changed", &before, &after)) }
            @match remedy {
                Remedy::Assertion { test, at_ms, difference, key, entry } => {
                    p {
                        "This would have noticed, in " (rules::link(test, outcomes)) " under " code { (key) }
                        " (at " (format::time(*at_ms)) ": " (difference) "):"
                    }
                    pre.expression { code { (entry.trim_end()) } }
                },
                Remedy::Input(advice) => p { (advice) },
                Remedy::Test => p { "A first test of the rule would tell." },
            }
        }
    }
}

/// The input series that no assertion needs.
pub(super) fn idle(mutation: &Mutation, outcomes: &[TestOutcome]) -> Markup {
    html! {
        @if !mutation.idle_series.is_empty() {
            section {
                h3 { "Input series that no assertion needs" }
                p.note {
                    (mutation.idle_series.len()) " of " (format::counted(mutation.series_removed, "series"))
                    " could be taken out without anything noticing."
                }
                ul {
                    @for series in &mutation.idle_series {
                        li { code { (series.series) } " (line " (series.line) ") in " (rules::link(&series.test, outcomes)) }
                    }
                }
            }
        }
    }
}

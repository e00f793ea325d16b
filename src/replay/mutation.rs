//! Mutation: rules are changed on purpose, one change at a time, to see whether the tests notice.
//!
//! [`operators`] propose [`change`]s of a rule ([`subject`]); what Prometheus would refuse and what is no change is
//! left out, what provably changes nothing ([`equivalence`]) is told apart. Each mutant runs on the tests of the suite
//! that can notice it until one does. For one that survives a [`remedy`] is looked for. Series of the
//! tests themselves are taken out too ([`series`]): that says nothing of the rules and does not count.
//!
//! This room runs tests as they are; it does not know what they assert, beyond which rules that depends on.

mod change;
mod equivalence;
mod operators;
mod remedy;
mod series;
mod subject;

use std::collections::HashMap;

use rayon::prelude::*;

use self::change::Change;
use self::operators::OPERATORS;
use self::subject::Subject;
use super::suite::{Changed, Place, Suite};
use crate::diagnostic::Location;
use crate::model::rules::Rule;
use crate::model::text::Text;
use crate::outcome::{Fate, Mutant, MutatedRule, Mutation, Remedy};

/// A mutant on its way.
struct Candidate {
    operator: &'static str,
    change: Change,
    about: String,
    input: Option<String>,
    changed: Changed,
    /// The name of the proof that nothing can notice it, and why.
    proof: Option<(&'static str, String)>,
}

/// Changes each rule of a suite, and runs the tests on each change.
pub(super) fn mutate(suite: &Suite<'_>) -> Mutation {
    let rules: Vec<(Place, Subject<'_>)> = suite
        .rules()
        .into_iter()
        .filter_map(|(place, file, group, rule)| Some((place, Subject::of(file, group, rule)?)))
        .collect();
    let work: Vec<(usize, Candidate)> = rules
        .iter()
        .enumerate()
        .flat_map(|(number, (_, subject))| candidates(subject).into_iter().map(move |c| (number, c)))
        .collect();
    let trials: Vec<Vec<usize>> = rules
        .iter()
        .map(|(place, _)| {
            let mut trials = suite.trials_for(*place);
            trials.retain(|trial| suite.trials()[*trial].passes());
            trials
        })
        .collect();
    let fates: Vec<Fate> = work
        .par_iter()
        .map(|(number, candidate)| {
            let (place, subject) = &rules[*number];
            fate(suite, *place, subject, &trials[*number], candidate)
        })
        .collect();
    let mut mutated: Vec<MutatedRule> = rules
        .iter()
        .zip(&trials)
        .map(|((_, subject), trials)| MutatedRule {
            place: Location::new(&subject.file.file, subject.rule.range.clone()),
            group: subject.group.name().to_owned(),
            name: subject.rule.name().to_owned(),
            is_alert: subject.rule.alert.is_some(),
            tests: trials.len(),
            mutants: Vec::new(),
        })
        .collect();
    let (series_removed, idle_series) = series::remove_each(suite);
    for ((number, candidate), fate) in work.into_iter().zip(fates) {
        let subject = &rules[number].1;
        let (range, replacement) = candidate.change.in_file(subject);
        mutated[number].mutants.push(Mutant {
            operator: candidate.operator,
            change: candidate.about,
            place: Location::new(&subject.file.file, range),
            replacement,
            fate,
        });
    }
    for rule in &mut mutated {
        rule.mutants.sort_by_key(|mutant| mutant.place.range.start);
    }
    Mutation {
        rules: mutated,
        idle_series,
        series_removed,
    }
}

/// All mutants of a rule: what does not parse and what changes nothing is not among them.
fn candidates(subject: &Subject<'_>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut known: HashMap<String, String> = HashMap::new();
    known.insert(canonical(subject.rule), String::new());
    for operator in OPERATORS {
        let mut proposals = operators::Proposals::default();
        (operator.propose)(subject, &mut proposals);
        for proposal in proposals.into_vec() {
            let Some(changed) = proposal.change.apply(subject.rule) else {
                continue;
            };
            let mut proof = None;
            if let Changed::Rule(rule) = &changed {
                match known.get(&canonical(rule)) {
                    Some(first) if first.is_empty() => continue,
                    Some(first) => {
                        proof = Some((
                            "duplicate",
                            format!("it is the same as the mutant in which {first}"),
                        ));
                    }
                    None => {
                        known.insert(canonical(rule), proposal.about.clone());
                        proof = equivalence::prove(subject, &proposal.change, rule);
                    }
                }
            }
            found.push(Candidate {
                operator: operator.name,
                change: proposal.change,
                about: proposal.about,
                input: proposal.input,
                changed,
                proof,
            });
        }
    }
    found
}

/// All that matters of a rule, so that two that mean the same have the same text.
fn canonical(rule: &Rule) -> String {
    let pairs = |pairs: &[(Text, Text)]| {
        let mut pairs: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, text)| (name.as_str().to_owned(), text.as_str().to_owned()))
            .collect();
        pairs.sort();
        pairs
    };
    format!(
        "{:?}",
        (
            rule.expr.as_ref().map(|expr| expr.parsed.expr.to_string()),
            rule.hold.as_ref().map_or(0, |hold| hold.value),
            rule.keep_firing_for.as_ref().map_or(0, |keep| keep.value),
            pairs(&rule.labels),
            pairs(&rule.annotations),
        )
    )
}

/// What becomes of a mutant.
fn fate(
    suite: &Suite<'_>,
    place: Place,
    subject: &Subject<'_>,
    trials: &[usize],
    candidate: &Candidate,
) -> Fate {
    if let Some((proof, reason)) = &candidate.proof {
        let reason = reason.clone();
        return Fate::Equivalent { proof, reason };
    }
    let killer = trials
        .iter()
        .copied()
        .find(|trial| suite.notices(*trial, place, &candidate.changed));
    if let Some(trial) = killer {
        let by = suite.trials()[trial].name();
        return Fate::Killed { by };
    }
    let remedy = match remedy::find(suite, trials, place, subject, &candidate.changed) {
        Some(remedy) => remedy,
        None if trials.is_empty() => Remedy::Test,
        None => Remedy::Input(candidate.input.clone().unwrap_or_else(|| {
            format!(
                "series on which the rule and the mutant in which {} differ",
                candidate.about
            )
        })),
    };
    Fate::Survived { remedy }
}

#[cfg(test)]
mod tests;

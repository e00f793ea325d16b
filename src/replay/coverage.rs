//! Coverage: what the tests see of each rule, and what they assert.
//!
//! What there is to see of a rule is a list of [`elements`]. Each test that can be judged is replayed once with all
//! rules that it names; a [`witness`] takes down the states of the alerts, and what the [`parts`] of the expressions
//! did is found out afterwards. What is asserted is read from the test.

mod elements;
mod parts;
mod witness;

use rayon::prelude::*;

use self::elements::{Check, Sought};
use self::witness::{Seen, Witness};
use super::rule::{self, Rule};
use super::schedule::Schedule;
use super::suite::{Place, Suite, Trial};
use super::world::World;
use crate::diagnostic::Location;
use crate::model::rules;
use crate::outcome::{Coverage, CoveredRule, Element, ElementKind};

/// A rule with what there is to see of it.
struct Subject<'f> {
    place: Place,
    rule: &'f rules::Rule,
    elements: Vec<Sought<'f>>,
}

/// Looks at what the tests of a suite see and assert.
pub(super) fn cover(suite: &Suite<'_>) -> Coverage {
    let all = suite.rules();
    let subjects: Vec<Subject<'_>> = all
        .iter()
        .map(|(place, file, _, rule)| Subject {
            place: *place,
            rule,
            elements: elements::of(file, rule),
        })
        .collect();
    let by_trial: Vec<Vec<Vec<bool>>> = suite
        .trials()
        .par_iter()
        .map(|trial| covered_by(suite, trial, &subjects))
        .collect();
    let rules = all.iter().zip(&subjects).enumerate();
    let rules = rules.map(|(number, ((place, file, group, rule), subject))| {
        let elements = subject.elements.iter().enumerate();
        let elements = elements.map(|(at, sought)| Element {
            kind: sought.kind,
            missing: sought.missing.clone(),
            place: Location::new(&file.file, sought.range.clone()),
            tests: by_trial.iter().filter(|covered| covered[number][at]).count(),
        });
        CoveredRule {
            place: Location::new(&file.file, rule.range.clone()),
            group: group.name().to_owned(),
            name: rule.name().to_owned(),
            is_alert: rule.alert.is_some(),
            tests: suite.trials_for(*place).len(),
            elements: elements.collect(),
        }
    });
    Coverage {
        rules: rules.collect(),
    }
}

/// Which elements of which rules a test covers.
fn covered_by(suite: &Suite<'_>, trial: &Trial<'_>, subjects: &[Subject<'_>]) -> Vec<Vec<bool>> {
    let mut covered: Vec<Vec<bool>> = subjects
        .iter()
        .map(|subject| vec![false; subject.elements.len()])
        .collect();
    let Ok(schedule) = Schedule::of(trial.case.file, trial.case.test) else {
        return covered;
    };
    let documents = suite.documents_of(trial);
    let written = rule::written_in_order(&documents, &trial.case.file.group_eval_order);
    let (models, rules): (Vec<&rules::Rule>, Vec<Rule>) = written
        .into_iter()
        .filter_map(|written| {
            Some((
                written.rule,
                Rule::new(written.file, written.group, written.rule)?,
            ))
        })
        .unzip();
    // The rules of the test among those that are looked at.
    let numbered: Vec<(usize, usize)> = models
        .iter()
        .enumerate()
        .filter_map(|(number, model)| {
            let subject = subjects
                .iter()
                .position(|subject| std::ptr::eq(subject.rule, *model))?;
            Some((number, subject))
        })
        .collect();
    let offsets: Vec<i64> = rules.iter().map(|rule| rule.query_offset_ms).collect();
    let mut witness = Witness::of(rules.len());
    // What stops a replay keeps the test from being judged, and such a test is not among these.
    let _ = trial.case.observe(rules, schedule, &mut witness, |world| {
        for (number, subject) in &numbered {
            let evaluated = Evaluated {
                world,
                schedule,
                offset_ms: offsets[*number],
            };
            look(trial, &subjects[*subject], &evaluated, &mut covered[*subject]);
        }
    });
    for (number, subject) in &numbered {
        states(&subjects[*subject], witness.seen(*number), &mut covered[*subject]);
    }
    covered
}

/// A replay at its end, for the rules of one group.
struct Evaluated<'w> {
    world: &'w World<'w>,
    schedule: Schedule,
    offset_ms: i64,
}

/// Finds out what the expression of a rule did and what is asserted of the rule.
fn look(trial: &Trial<'_>, subject: &Subject<'_>, evaluated: &Evaluated<'_>, covered: &mut [bool]) {
    let look_for = |covered: &mut [bool], first: bool| {
        for (sought, covered) in subject.elements.iter().zip(covered) {
            let is_first = matches!(sought.kind, ElementKind::Selected | ElementKind::Absence);
            if let Check::Part(part) = &sought.check
                && is_first == first
            {
                *covered = part.is_seen(evaluated.world, evaluated.schedule, evaluated.offset_ms);
            }
        }
    };
    look_for(covered, true);
    let with_data = elements::has_data(&subject.elements, covered);
    // Where nothing is found, nothing but what is absent can have decided anything.
    let mut kinds = subject.elements.iter().map(|sought| sought.kind);
    if with_data || kinds.any(|kind| kind == ElementKind::Absence) {
        look_for(covered, false);
    }
    if !with_data {
        return;
    }
    let asserted = trial.assertions_on(subject.rule);
    for (sought, covered) in subject.elements.iter().zip(covered) {
        match &sought.check {
            Check::Evaluated => *covered = true,
            Check::FiringAsserted => *covered = asserted.firing,
            Check::SilenceAsserted => *covered = asserted.silence,
            Check::Label(name) => *covered = asserted.labels.asserts(name),
            Check::Annotation(name) => *covered = asserted.annotations.asserts(name),
            Check::RecordAsserted => *covered = trial.depends_on(subject.place),
            Check::Part(_) | Check::Pending | Check::Fired | Check::Resolved | Check::Recorded => {}
        }
    }
}

/// Takes over which states the alerts of a rule were in, or whether it recorded anything.
fn states(subject: &Subject<'_>, seen: Seen, covered: &mut [bool]) {
    for (sought, covered) in subject.elements.iter().zip(covered) {
        match sought.check {
            Check::Pending => *covered = seen.pending,
            Check::Fired => *covered = seen.fired,
            Check::Resolved => *covered = seen.resolved,
            Check::Recorded => *covered = seen.recorded,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;

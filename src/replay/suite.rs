//! All tests and all rules together, for those who ask how good the tests are: which rules there are, which tests
//! depend on which, and how a test ends where a rule is changed.

mod assertions;
mod influence;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

pub(super) use self::assertions::Assertions;
use self::influence::Influence;
use super::case::Case;
use super::rule::Rule;
use super::run::{FileRun, RunOptions};
use super::schedule::Schedule;
use crate::model::rules::{self, Group, RuleFile};
use crate::model::unit_tests::TestGroup;
use crate::outcome::{Status, TestName};

/// Where a rule stands among the documents of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    document: usize,
    group: usize,
    rule: usize,
}

/// Which rules are looked at.
pub struct Scope<'s> {
    /// Rules besides those that the test files name.
    pub others: Vec<&'s RuleFile>,
    /// Whether the file at a path is left alone, even where tests name it.
    pub excludes: &'s (dyn Fn(&Path) -> bool + Sync),
}

/// What becomes of a rule that is changed.
pub(super) enum Changed {
    /// Another rule.
    Rule(Box<rules::Rule>),
    /// Nothing: the rule is gone.
    Nothing,
}

/// The tests and the rules.
pub(super) struct Suite<'f> {
    /// All documents with rules, in the order of their paths.
    documents: Vec<&'f RuleFile>,
    /// Which of them are looked at.
    in_scope: Vec<bool>,
    trials: Vec<Trial<'f>>,
}

/// A test that can be judged.
pub(super) struct Trial<'f> {
    /// The test.
    pub(super) case: Case<'f>,
    /// The documents that it sees, in their order.
    documents: Vec<usize>,
    /// What the rules that it sees read of each other, and where they stand.
    influence: Arc<(Vec<Place>, Influence)>,
    /// The rules that its assertions depend on.
    kept: HashSet<Place>,
    name: TestName,
    /// Whether it passes.
    passes: bool,
}

impl<'f> Suite<'f> {
    /// Takes the tests of these files that can be judged, and their rules with those of the scope.
    pub(super) fn new(runs: &'f [FileRun<'f>], scope: &Scope<'f>, options: &'f RunOptions) -> Self {
        let documents = documents(runs, &scope.others);
        let in_scope = documents
            .iter()
            .map(|document| !(scope.excludes)(document.file.path()));
        let mut suite = Suite {
            in_scope: in_scope.collect(),
            trials: Vec::new(),
            documents,
        };
        let trials: Vec<Trial<'f>> = runs
            .iter()
            .flat_map(|run| trials(run, &suite.documents, options))
            .collect();
        let judged = trials.into_par_iter().filter_map(|mut trial| {
            let documents = suite.documents_for(&trial, None);
            let status = trial.case.run(&documents.iter().collect::<Vec<_>>()).status;
            trial.passes = status == Status::Passed;
            (status != Status::Error).then_some(trial)
        });
        suite.trials = judged.collect();
        suite
    }

    /// The rules in the scope, with document and group.
    pub(super) fn rules(&self) -> Vec<(Place, &'f RuleFile, &'f Group, &'f rules::Rule)> {
        let documents = self.documents.iter().enumerate();
        let documents = documents.filter(|(number, _)| self.in_scope[*number]);
        let rules = documents.flat_map(|(document, file)| {
            places(document, file).map(move |(place, group, rule)| (place, *file, group, rule))
        });
        rules.collect()
    }

    /// The tests whose assertions depend on a rule: those first that name it, and of these those that take the least
    /// work.
    pub(super) fn trials_for(&self, place: Place) -> Vec<usize> {
        let name = self.documents[place.document].groups[place.group].rules[place.rule].name();
        let depends = |number: &usize| self.trials[*number].depends_on(place);
        let mut numbers: Vec<usize> = (0..self.trials.len()).filter(depends).collect();
        numbers.sort_by_key(|number| {
            let trial = &self.trials[*number];
            (!trial.asserts(name), trial.work())
        });
        numbers
    }

    /// All tests.
    pub(super) fn trials(&self) -> &[Trial<'f>] {
        &self.trials
    }

    /// The documents that a test sees.
    pub(super) fn documents_of(&self, trial: &Trial<'_>) -> Vec<&'f RuleFile> {
        trial
            .documents
            .iter()
            .map(|number| self.documents[*number])
            .collect()
    }

    /// Whether a test no longer passes where a rule is changed.
    pub(super) fn notices(&self, trial: usize, place: Place, changed: &Changed) -> bool {
        let trial = &self.trials[trial];
        self.fails(trial, trial.case.test, Some((place, changed)))
    }

    /// Whether a test fails with other contents, and perhaps with a rule changed.
    pub(super) fn fails(
        &self,
        trial: &Trial<'f>,
        test: &TestGroup,
        change: Option<(Place, &Changed)>,
    ) -> bool {
        let documents = self.documents_for(trial, change);
        let case = Case { test, ..trial.case };
        case.run(&documents.iter().collect::<Vec<_>>()).status != Status::Passed
    }

    /// The documents that a test sees, with the rules alone that its assertions depend on.
    fn documents_for(&self, trial: &Trial<'_>, change: Option<(Place, &Changed)>) -> Vec<RuleFile> {
        self.reduced(trial, change, |place| trial.kept.contains(&place))
    }

    /// The documents that a test sees, with nothing but a rule and what it reads.
    pub(super) fn documents_around(
        &self,
        trial: &Trial<'_>,
        place: Place,
        changed: Option<&Changed>,
    ) -> Vec<RuleFile> {
        let (places, influence) = &*trial.influence;
        let number = places.iter().position(|known| *known == place);
        let reached = influence.upstream(number.into_iter().collect());
        let kept: HashSet<Place> = places
            .iter()
            .zip(reached)
            .filter_map(|(place, reached)| reached.then_some(*place))
            .collect();
        self.reduced(trial, changed.map(|changed| (place, changed)), |place| {
            kept.contains(&place)
        })
    }

    fn reduced(
        &self,
        trial: &Trial<'_>,
        change: Option<(Place, &Changed)>,
        keeps: impl Fn(Place) -> bool,
    ) -> Vec<RuleFile> {
        let reduced = trial.documents.iter().map(|number| {
            let document = self.documents[*number];
            let groups = document.groups.iter().enumerate();
            let groups = groups.map(|(at, group)| {
                let rules = group.rules.iter().enumerate().filter_map(|(rule_at, rule)| {
                    let place = Place {
                        document: *number,
                        group: at,
                        rule: rule_at,
                    };
                    match change {
                        _ if !keeps(place) => None,
                        Some((changed_at, Changed::Nothing)) if changed_at == place => None,
                        Some((changed_at, Changed::Rule(changed))) if changed_at == place => {
                            Some((**changed).clone())
                        }
                        _ => Some(rule.clone()),
                    }
                });
                with_rules(group, rules.collect())
            });
            RuleFile {
                file: document.file.clone(),
                groups: groups.filter(|group| !group.rules.is_empty()).collect(),
                resource: document.resource.clone(),
            }
        });
        reduced.collect()
    }
}

impl Trial<'_> {
    /// Its name and place.
    pub(super) fn name(&self) -> TestName {
        self.name.clone()
    }

    /// Whether it passes.
    pub(super) fn passes(&self) -> bool {
        self.passes
    }

    /// Whether its assertions depend on a rule.
    pub(super) fn depends_on(&self, place: Place) -> bool {
        self.kept.contains(&place)
    }

    /// What it asserts of a rule by name.
    pub(super) fn assertions_on(&self, rule: &rules::Rule) -> Assertions<'_> {
        Assertions::of(self.case.test, rule)
    }

    /// About how much work it is to run it.
    fn work(&self) -> usize {
        let evaluations = Schedule::of(self.case.file, self.case.test).map_or(0, |schedule| schedule.count);
        let series = self.case.test.input_series.len();
        evaluations.saturating_mul(self.kept.len() + series)
    }

    fn asserts(&self, name: &str) -> bool {
        assertions::names(self.case.test, name)
    }
}

/// A group with other rules.
fn with_rules(group: &Group, rules: Vec<rules::Rule>) -> Group {
    Group {
        range: group.range.clone(),
        name: group.name.clone(),
        interval: group.interval.clone(),
        query_offset: group.query_offset.clone(),
        limit: group.limit.clone(),
        labels: group.labels.clone(),
        rules,
    }
}

/// All documents that the test files name, and the others that are not among them.
fn documents<'f>(runs: &'f [FileRun<'f>], others: &[&'f RuleFile]) -> Vec<&'f RuleFile> {
    let mut documents: Vec<&RuleFile> = Vec::new();
    for document in runs.iter().flat_map(FileRun::rule_files) {
        if !documents.iter().any(|known| std::ptr::eq(*known, document)) {
            documents.push(document);
        }
    }
    let named: HashSet<PathBuf> = documents.iter().map(|d| canonical(d.file.path())).collect();
    let others = others.iter().copied();
    documents.extend(others.filter(|document| !named.contains(&canonical(document.file.path()))));
    documents.sort_by(|a, b| a.file.path().cmp(b.file.path()));
    documents
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// The rules of a document with their groups.
fn places(document: usize, file: &RuleFile) -> impl Iterator<Item = (Place, &Group, &rules::Rule)> {
    file.groups.iter().enumerate().flat_map(move |(at, group)| {
        let rules = group.rules.iter().enumerate();
        rules.map(move |(rule_at, rule)| {
            let place = Place {
                document,
                group: at,
                rule: rule_at,
            };
            (place, group, rule)
        })
    })
}

/// The tests of a file that can be run.
fn trials<'f>(run: &'f FileRun<'f>, all: &[&'f RuleFile], options: &'f RunOptions) -> Vec<Trial<'f>> {
    let position = |document: &RuleFile| all.iter().position(|known| std::ptr::eq(*known, document));
    let documents: Vec<usize> = run.rule_files().filter_map(position).collect();
    let placed = documents.iter().flat_map(|number| places(*number, all[*number]));
    let (places, rules): (Vec<Place>, Vec<Rule>) = placed
        .filter_map(|(place, group, rule)| Some((place, Rule::new(all[place.document], group, rule)?)))
        .unzip();
    let influence = Arc::new((places, Influence::of(&rules)));
    let cases = run.cases(options).into_iter();
    let cases = cases.filter(|(_, failures)| failures.is_empty());
    cases
        .map(|(case, _)| {
            let (places, known) = &*influence;
            let reached = known.on_assertions(case.test, &rules);
            let kept = places.iter().zip(reached);
            Trial {
                case,
                documents: documents.clone(),
                influence: Arc::clone(&influence),
                kept: kept.filter_map(|(place, kept)| kept.then_some(*place)).collect(),
                name: case.name(),
                passes: false,
            }
        })
        .collect()
}

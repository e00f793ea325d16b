//! What is known of recorded series: the facts of the expressions that record them, each found out after those that
//! it reads. What reads itself, directly or through others, is given up: nothing is known of it.

use std::collections::{BTreeMap, HashMap};

use promql_syntax::ast::{Expr, ValueType};

use super::facts::{Facts, Presence};
use super::interval::Interval;
use super::labels::{LabelFacts, METRIC_NAME};
use super::selectors::Known;
use super::values::LabelValues;
use super::{Context, Trust, analyse};
use crate::catalog::Catalog;

/// What is known of recorded series, by name.
#[derive(Clone, Debug, Default)]
pub struct Recorded(BTreeMap<String, Vec<Known>>);

/// A recording rule.
#[derive(Clone, Debug)]
pub struct Rule<'r> {
    /// The name that it records.
    pub name: &'r str,
    /// The labels that it sets, those of its group among them; an empty value takes a label away.
    pub labels: Vec<(&'r str, &'r str)>,
    /// Its expression.
    pub expr: &'r Expr,
}

impl Recorded {
    /// Finds out about the series that these rules record.
    pub fn of_rules(rules: &[Rule<'_>], catalog: &Catalog, trust: Trust) -> Recorded {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, rule) in rules.iter().enumerate() {
            by_name.entry(rule.name).or_default().push(at);
        }
        let reads: Vec<Vec<String>> = rules.iter().map(|rule| names_read(rule.expr)).collect();
        let mut recorded = Recorded::default();
        // Rules that still wait for others, and how many; names that all of whose rules are done.
        let mut waits: Vec<usize> = Vec::new();
        let mut readers: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, names) in reads.iter().enumerate() {
            let recorded_names = names.iter().filter(|name| by_name.contains_key(name.as_str()));
            let mut count = 0;
            for name in recorded_names {
                readers.entry(name.as_str()).or_default().push(at);
                count += 1;
            }
            waits.push(count);
        }
        let mut left: HashMap<&str, usize> = by_name.iter().map(|(name, all)| (*name, all.len())).collect();
        let mut ready: Vec<usize> = (0..rules.len()).filter(|at| waits[*at] == 0).collect();
        let mut known: Vec<Option<Known>> = vec![None; rules.len()];
        while let Some(at) = ready.pop() {
            let rule = &rules[at];
            known[at] = Some(of_rule(rule, catalog, trust, &recorded));
            let Some(left) = left.get_mut(rule.name) else {
                continue;
            };
            *left -= 1;
            if *left > 0 {
                continue;
            }
            let all = by_name[rule.name].iter().filter_map(|at| known[*at].clone());
            recorded.0.insert(rule.name.to_owned(), all.collect());
            for reader in readers.get(rule.name).into_iter().flatten() {
                waits[*reader] -= 1;
                if waits[*reader] == 0 {
                    ready.push(*reader);
                }
            }
        }
        // Of what is in a cycle, or reads one, no more is known than the name.
        for name in by_name.keys() {
            let nothing = || vec![unknown(name)];
            recorded.0.entry((*name).to_owned()).or_insert_with(nothing);
        }
        recorded
    }

    /// What is known of the series of a name, by the rules that record them; nothing where none does.
    pub(super) fn of(&self, name: &str) -> &[Known] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a rule records this name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// What is known of the series of a name, whichever of the rules that record it they are of.
    pub fn facts(&self, name: &str) -> Option<Facts> {
        let all = self.0.get(name)?.iter().map(|known| Facts {
            histograms: known.histograms,
            quantity: known.quantity.clone(),
            ..Facts::vector(known.labels.clone(), known.value, Presence::Maybe)
        });
        all.reduce(|a, b| Facts {
            labels: a.labels.or(&b.labels),
            value: a.value.hull(b.value),
            histograms: a.histograms || b.histograms,
            quantity: a.quantity.or(&b.quantity),
            ..a
        })
    }

    /// The labels of the series of a name, where a rule records it.
    pub fn labels(&self, name: &str) -> Option<LabelFacts> {
        let all = self.0.get(name)?.iter().map(|known| known.labels.clone());
        all.reduce(|a, b| a.or(&b))
    }
}

fn unknown(name: &str) -> Known {
    let mut labels = LabelFacts::any();
    labels.set(METRIC_NAME, LabelValues::only(name));
    Known {
        labels,
        value: Interval::ANY,
        histograms: true,
        quantity: super::Quantity::of_name(name),
        source: "a rule records it",
    }
}

fn of_rule(rule: &Rule<'_>, catalog: &Catalog, trust: Trust, recorded: &Recorded) -> Known {
    let context = Context {
        trust,
        recorded: Some(recorded),
    };
    let analysis = analyse(rule.expr, catalog, &context);
    let Facts {
        mut labels,
        value,
        histograms,
        quantity,
        ..
    } = analysis.root().clone();
    if analysis.root().value_type == Some(ValueType::Scalar) {
        labels = LabelFacts::none();
    }
    labels.set(METRIC_NAME, LabelValues::only(rule.name));
    for (name, value) in &rule.labels {
        labels.set(name, LabelValues::only(*value));
    }
    Known {
        labels,
        value,
        histograms,
        quantity,
        source: "a rule records it",
    }
}

/// The names of metrics that an expression reads, each once. What a selector without a fixed name reads is not known;
/// the analysis says nothing of such a selector.
fn names_read(expr: &Expr) -> Vec<String> {
    let mut names = Vec::new();
    for selector in expr.selectors() {
        names.extend(selector.name.as_ref().map(|name| name.name.clone()));
        for matcher in selector.matchers.iter().filter(|m| m.name.name == METRIC_NAME) {
            if let LabelValues::Among(values) = LabelValues::of_matcher(matcher) {
                names.extend(values);
            }
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

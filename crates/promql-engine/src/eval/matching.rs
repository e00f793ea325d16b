//! Binary operators between two vectors: which series belong together.
//!
//! Series are matched by the labels that `on` or `ignoring` leaves. Where every series has at most one partner and
//! all results have different labels, whatever the step, the pairs are computed once for two sets of series and the
//! operator runs over whole rows. Otherwise (several series of which only one has a value at a time, fill values) the
//! steps are matched one by one, which is also where the errors come from.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use promql_syntax::ast::{BinaryOp, Side};

use super::Evaluator;
use super::binary::Problems;
use super::values;
use crate::columns::{ABSENT, Columns, SeriesSet, ValueRef, is_absent};
use crate::error::EvalError;
use crate::labels::{Labels, LabelsMap, is_metadata};
use crate::plan::{Binary, Matching};
use crate::sample::SampleValue;

/// Which series of two sets have equal matching labels: each series has the number of its match group.
#[derive(Debug, Default)]
pub(super) struct MatchGroups {
    pub(super) left: Vec<usize>,
    pub(super) right: Vec<usize>,
    pub(super) count: usize,
}

impl MatchGroups {
    pub(super) fn new(matching: &Matching, left: &SeriesSet, right: &SeriesSet) -> Self {
        let mut numbers: LabelsMap<usize> = LabelsMap::default();
        let mut number = |labels: &Labels| {
            let next = numbers.len();
            *numbers
                .entry(labels.matching(matching.on, &matching.labels))
                .or_insert(next)
        };
        let left = left.labels.iter().map(&mut number).collect();
        let right = right.labels.iter().map(&mut number).collect();
        MatchGroups {
            left,
            right,
            count: numbers.len(),
        }
    }
}

/// How the series of two sets are paired.
struct Pairing {
    groups: MatchGroups,
    /// The pairs, and the series of the results, where they are the same at every step.
    fixed: Option<(Vec<Pair>, Arc<SeriesSet>)>,
}

#[derive(Clone, Copy)]
struct Pair {
    left: usize,
    right: usize,
}

/// What a binary operator remembers.
#[derive(Default)]
struct Remembered(Option<(Arc<SeriesSet>, Arc<SeriesSet>, Arc<Pairing>)>);

impl Evaluator<'_> {
    pub(super) fn match_vectors(
        &mut self,
        slot: usize,
        binary: &Binary,
        lhs: &Columns,
        rhs: &Columns,
        problems: &mut Problems,
    ) -> Result<Columns, EvalError> {
        let delayed = self.options.delayed_name_removal;
        let mut remembered = self.take::<Remembered>(slot);
        let pairing = match &remembered.0 {
            Some((left, right, pairing)) if Arc::ptr_eq(left, &lhs.set) && Arc::ptr_eq(right, &rhs.set) => {
                Arc::clone(pairing)
            }
            _ => {
                let pairing = Arc::new(pair_up(binary, &lhs.set, &rhs.set, delayed));
                remembered.0 = Some((Arc::clone(&lhs.set), Arc::clone(&rhs.set), Arc::clone(&pairing)));
                pairing
            }
        };
        self.put(slot, remembered);
        match &pairing.fixed {
            Some((pairs, set)) => {
                self.budget.check_cells(set.len(), lhs.steps)?;
                let mut result = Columns::absent(Arc::clone(set), lhs.steps);
                for (row, pair) in pairs.iter().enumerate() {
                    operate_rows(binary, lhs, rhs, *pair, &mut result, row, problems);
                }
                Ok(result)
            }
            None => StepMatcher::new(binary, lhs, rhs, &pairing.groups, delayed).run(problems),
        }
    }
}

fn pair_up(binary: &Binary, left: &SeriesSet, right: &SeriesSet, delayed: bool) -> Pairing {
    let groups = MatchGroups::new(&binary.matching, left, right);
    let fixed = fixed_pairs(binary, left, right, &groups, delayed);
    Pairing { groups, fixed }
}

fn fixed_pairs(
    binary: &Binary,
    left: &SeriesSet,
    right: &SeriesSet,
    groups: &MatchGroups,
    delayed: bool,
) -> Option<(Vec<Pair>, Arc<SeriesSet>)> {
    let matching = &binary.matching;
    if matching.fill.left.is_some() || matching.fill.right.is_some() {
        return None;
    }
    let swapped = matching.many == Some(Side::Right);
    let (many, one) = if swapped {
        (&groups.right, &groups.left)
    } else {
        (&groups.left, &groups.right)
    };
    let mut one_of_group = vec![None; groups.count];
    for (series, group) in one.iter().enumerate() {
        if one_of_group[*group].replace(series).is_some() {
            return None;
        }
    }
    let mut taken = vec![false; groups.count];
    let mut pairs = Vec::new();
    let mut labels = Vec::new();
    for (series, group) in many.iter().enumerate() {
        let Some(partner) = one_of_group[*group] else {
            continue;
        };
        if matching.many.is_none() && std::mem::replace(&mut taken[*group], true) {
            return None;
        }
        let (left_series, right_series) = if swapped {
            (partner, series)
        } else {
            (series, partner)
        };
        let (many_labels, one_labels) = if swapped {
            (&right.labels[right_series], &left.labels[left_series])
        } else {
            (&left.labels[left_series], &right.labels[right_series])
        };
        labels.push(result_labels(binary, many_labels, one_labels, delayed));
        pairs.push(Pair {
            left: left_series,
            right: right_series,
        });
    }
    let drop_names = if binary.returns_bool {
        vec![true; labels.len()]
    } else {
        Vec::new()
    };
    let set = SeriesSet::with_drop_names(labels, drop_names);
    (!set.has_duplicates()).then_some((pairs, set))
}

/// The labels of a result: those of the "many" side, less what the operator or the matching takes away, with the
/// included labels of the "one" side.
fn result_labels(binary: &Binary, many: &Labels, one: &Labels, delayed: bool) -> Labels {
    let matching = &binary.matching;
    let drops_metadata = values::changes_meaning(binary.op) || (binary.returns_bool && !delayed);
    let named = |name: &str| matching.labels.iter().any(|label| label == name);
    let kept = many.filter(|name| {
        !(drops_metadata && is_metadata(name)) && (matching.many.is_some() || named(name) == matching.on)
    });
    if matching.include.is_empty() {
        return kept;
    }
    let mut labels = kept.builder();
    for name in &matching.include {
        labels.set(name, one.get(name));
    }
    labels.build()
}

/// The operator over two whole rows.
fn operate_rows(
    binary: &Binary,
    lhs: &Columns,
    rhs: &Columns,
    pair: Pair,
    result: &mut Columns,
    row: usize,
    problems: &mut Problems,
) {
    let steps = lhs.steps;
    let is_trim = matches!(binary.op, BinaryOp::TrimLower | BinaryOp::TrimUpper);
    if lhs.histograms.is_none() && rhs.histograms.is_none() && !is_trim {
        let values = lhs.column(pair.left).iter().zip(rhs.column(pair.right));
        let cells = result.column_mut(row).iter_mut().zip(values);
        let cells = cells.filter(|(_, (a, b))| !is_absent(**a) && !is_absent(**b));
        if let Some(f) = values::arithmetic(binary.op) {
            cells.for_each(|(out, (a, b))| *out = f(*a, *b));
        } else if let Some(holds) = values::comparison(binary.op) {
            cells.for_each(|(out, (a, b))| {
                *out = match (holds(*a, *b), binary.returns_bool) {
                    (kept, true) => f64::from(u8::from(kept)),
                    (true, false) => *a,
                    (false, false) => ABSENT,
                }
            });
        }
        return;
    }
    for step in 0..steps {
        let (Some(left), Some(right)) = (lhs.get(pair.left, step), rhs.get(pair.right, step)) else {
            continue;
        };
        let outcome = values::operate(binary.op, left, right);
        if let Some(problem) = outcome.error.or(outcome.info) {
            problems.set(step, steps, problem);
        }
        if outcome.error.is_none() {
            result.put(row, step, outcome.resolved(binary.returns_bool));
        }
    }
}

/// Matches step by step.
struct StepMatcher<'a> {
    binary: &'a Binary,
    delayed: bool,
    /// The "many" side (the left one for one to one), its groups, and the other side.
    many: &'a Columns,
    many_groups: &'a [usize],
    one: &'a Columns,
    one_groups: &'a [usize],
    group_count: usize,
    /// The sides are swapped: the "many" side is the right operand.
    swapped: bool,
    /// The rows of the result by the series that they come from; none stands for a fill value.
    rows: HashMap<(Option<usize>, Option<usize>), usize>,
    labels: Vec<Labels>,
    values: Vec<(usize, usize, SampleValue)>,
}

impl<'a> StepMatcher<'a> {
    fn new(
        binary: &'a Binary,
        lhs: &'a Columns,
        rhs: &'a Columns,
        groups: &'a MatchGroups,
        delayed: bool,
    ) -> Self {
        let swapped = binary.matching.many == Some(Side::Right);
        let (many, many_groups, one, one_groups) = if swapped {
            (rhs, &groups.right, lhs, &groups.left)
        } else {
            (lhs, &groups.left, rhs, &groups.right)
        };
        StepMatcher {
            binary,
            delayed,
            many,
            many_groups,
            one,
            one_groups,
            group_count: groups.count,
            swapped,
            rows: HashMap::new(),
            labels: Vec::new(),
            values: Vec::new(),
        }
    }

    fn run(mut self, problems: &mut Problems) -> Result<Columns, EvalError> {
        if !self.many.set.is_empty() || !self.one.set.is_empty() {
            for step in 0..self.many.steps {
                self.step(step, problems)?;
            }
        }
        let drop_names = if self.binary.returns_bool {
            vec![true; self.labels.len()]
        } else {
            Vec::new()
        };
        let set = SeriesSet::with_drop_names(self.labels, drop_names);
        let mut result = Columns::absent(set, self.many.steps);
        for (row, step, value) in self.values {
            result.put(row, step, Some(value));
        }
        Ok(result)
    }

    fn step(&mut self, step: usize, problems: &mut Problems) -> Result<(), EvalError> {
        let (many, one) = (self.many, self.one);
        let fill = &self.binary.matching.fill;
        let present = |columns: &Columns| -> Vec<usize> {
            (0..columns.set.len())
                .filter(|series| columns.get(*series, step).is_some())
                .collect()
        };
        let (many_present, one_present) = (present(many), present(one));
        if (many_present.is_empty() || one_present.is_empty()) && fill.left.is_none() && fill.right.is_none()
        {
            return Ok(());
        }
        let mut one_of_group: Vec<Option<usize>> = vec![None; self.group_count];
        for series in &one_present {
            if let Some(other) = one_of_group[self.one_groups[*series]].replace(*series) {
                return Err(self.duplicate_on_one_side(*series, other));
            }
        }
        let mut matched = Matched {
            groups: vec![false; self.group_count],
            results: HashSet::new(),
        };
        for series in &many_present {
            let group = self.many_groups[*series];
            let partner = one_of_group[group];
            if partner.is_some() || fill.right.is_some() {
                self.pair(step, group, Some(*series), partner, &mut matched, problems)?;
            }
        }
        if fill.left.is_some() {
            for series in &one_present {
                let group = self.one_groups[*series];
                if !matched.groups[group] {
                    self.pair(step, group, None, Some(*series), &mut matched, problems)?;
                }
            }
        }
        Ok(())
    }

    fn pair(
        &mut self,
        step: usize,
        group: usize,
        many: Option<usize>,
        one: Option<usize>,
        matched: &mut Matched,
        problems: &mut Problems,
    ) -> Result<(), EvalError> {
        let binary = self.binary;
        let fill = &binary.matching.fill;
        let value = |columns: &'a Columns, series: Option<usize>, fill: Option<f64>| match series {
            Some(series) => columns.get(series, step),
            None => fill.map(ValueRef::Float),
        };
        // The fill value for the "one" side is always the right one, that for the other side the left one, even
        // where the sides are swapped: so it is in Prometheus.
        let many_value = value(self.many, many, fill.left);
        let one_value = value(self.one, one, fill.right);
        let (Some(many_value), Some(one_value)) = (many_value, one_value) else {
            return Ok(());
        };
        let (left, right) = if self.swapped {
            (one_value, many_value)
        } else {
            (many_value, one_value)
        };
        let outcome = values::operate(binary.op, left, right);
        if let Some(problem) = outcome.error.or(outcome.info) {
            problems.set(step, self.many.steps, problem);
        }
        if outcome.error.is_some() {
            return Ok(());
        }
        let row = self.row(many, one);
        let first_of_group = !std::mem::replace(&mut matched.groups[group], true);
        if binary.matching.many.is_none() {
            if !first_of_group {
                return Err(EvalError::new(
                    "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
                ));
            }
        } else if !matched.results.insert((group, self.labels[row].clone())) {
            return Err(EvalError::new(
                "multiple matches for labels: grouping labels must ensure unique matches",
            ));
        }
        if let Some(value) = outcome.resolved(binary.returns_bool) {
            self.values.push((row, step, value));
        }
        Ok(())
    }

    fn row(&mut self, many: Option<usize>, one: Option<usize>) -> usize {
        if let Some(row) = self.rows.get(&(many, one)) {
            return *row;
        }
        let matching = &self.binary.matching;
        let own = |columns: &Columns, series: Option<usize>| {
            series.map(|series| columns.set.labels[series].clone())
        };
        let (many_labels, one_labels) = (own(self.many, many), own(self.one, one));
        // What is filled in has the matching labels of what is there.
        let filled = |other: &Option<Labels>| {
            other.as_ref().map_or_else(Labels::empty, |other| {
                other.matching(matching.on, &matching.labels)
            })
        };
        let many_labels_or_filled = many_labels.clone().unwrap_or_else(|| filled(&one_labels));
        let one_labels_or_filled = one_labels.unwrap_or_else(|| filled(&many_labels));
        let labels = result_labels(
            self.binary,
            &many_labels_or_filled,
            &one_labels_or_filled,
            self.delayed,
        );
        let row = self.labels.len();
        self.labels.push(labels);
        self.rows.insert((many, one), row);
        row
    }

    fn duplicate_on_one_side(&self, series: usize, other: usize) -> EvalError {
        let matching = &self.binary.matching;
        let labels = &self.one.set.labels;
        let group = labels[series].matching(matching.on, &matching.labels);
        let side = if self.swapped { "left" } else { "right" };
        let mut pair = [labels[series].to_string(), labels[other].to_string()];
        pair.sort();
        let [first, second] = pair;
        EvalError::new(format!(
            "found duplicate series for the match group {group} on the {side} hand-side of the operation: [{first}, \
             {second}];many-to-many matching not allowed: matching labels must be unique on one side"
        ))
    }
}

/// What has been matched at a step.
struct Matched {
    /// The match groups that have a result.
    groups: Vec<bool>,
    /// The labels of the results of each group, for many to one.
    results: HashSet<(usize, Labels)>,
}

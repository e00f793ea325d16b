//! `info()`: series get the labels of the info metrics of the same target.
//!
//! The info series are those with the `job` and `instance` of the enriched ones. Where a target has several at a
//! time, the one with the newest sample counts, so what is looked up is the time of the sample, not its value.

use std::collections::{HashMap, HashSet};

use promql_syntax::ast::MatchOp;

use super::select::{Cursor, Newest};
use super::{Evaluator, rows};
use crate::call::Evaluated;
use crate::columns::{Columns, SeriesSet, is_absent};
use crate::error::EvalError;
use crate::labels::{Labels, LabelsBuilder, METRIC_NAME};
use crate::matcher::Matcher;
use crate::plan::{At, CallNode, Kind, Node, Subquery};
use crate::steps::Steps;

/// The labels that identify a target.
const IDENTIFYING: [&str; 2] = ["instance", "job"];

impl Evaluator<'_> {
    pub(super) fn call_info(&mut self, call: &CallNode, steps: Steps) -> Result<Evaluated, EvalError> {
        let before = self.budget.held();
        let base = self.eval_vector(&call.args[0], steps)?;
        let wanted = Wanted::new(call)?;
        let is_info = |labels: &Labels| wanted.names.iter().all(|name| name.matches_labels(labels));
        let ignored: Vec<bool> = base.set.labels.iter().map(is_info).collect();

        let (at, offset) = reference_time(&call.args[0], &mut Vec::new()).unwrap_or((At::Step, 0));
        let at = match at {
            At::FromFirstStep(time) => At::Time(time),
            at => at,
        };
        let info = self.info_series(&base, &ignored, &wanted, at, offset, steps)?;
        let columns = Enrichment::new(&base, &info, &ignored, &wanted).run()?;
        self.budget
            .call(before, base.set.len() + info.set.len(), &columns)?;
        Ok(Evaluated::Vector(rows::merge_equal_labels(columns)?))
    }

    /// The info series of the enriched series' targets, with the times of their samples as values.
    fn info_series(
        &mut self,
        base: &Columns,
        ignored: &[bool],
        wanted: &Wanted<'_>,
        at: At,
        offset: i64,
        steps: Steps,
    ) -> Result<Columns, EvalError> {
        let storage = self.storage;
        let targets: Vec<(&str, HashSet<&str>)> = IDENTIFYING
            .iter()
            .map(|label| {
                let series = (0..base.set.len()).filter(|series| !ignored[*series] && base.is_live(*series));
                let values = series.map(|series| base.set.labels[series].get(label));
                (
                    *label,
                    values.filter(|value| !value.is_empty()).collect::<HashSet<_>>(),
                )
            })
            .filter(|(_, values)| !values.is_empty())
            .collect();
        if targets.is_empty() {
            return Ok(Columns::empty(steps.count));
        }
        let mut ids = storage.select(&wanted.names);
        ids.retain(|id| {
            let labels = storage.labels(*id);
            targets
                .iter()
                .all(|(label, values)| values.contains(labels.get(label)))
                && wanted.data.iter().all(|matcher| matcher.matches_labels(labels))
        });
        self.budget.check_cells(ids.len(), steps.count)?;
        let set = SeriesSet::new(ids.iter().map(|id| storage.labels(*id).clone()).collect());
        let mut columns = Columns::absent(set, steps.count);
        let times = self.lookup_times(at, offset, steps);
        for (series, id) in ids.into_iter().enumerate() {
            let samples = storage.samples(id);
            let mut cursor = Cursor::new(storage, id, self.options.lookback_delta_ms, times.at(0));
            for (step, value) in columns.column_mut(series).iter_mut().enumerate() {
                match cursor.newest(times.at(step)) {
                    Some(Newest::Float(index)) => *value = samples.times[index] as f64,
                    Some(Newest::Histogram(_)) => {
                        let labels = storage.labels(id);
                        return Err(EvalError::new(format!(
                            "this should be an info metric, with float samples: {labels}"
                        )));
                    }
                    None => {}
                }
            }
        }
        Ok(columns)
    }
}

/// Which info metrics and which of their labels are asked for.
struct Wanted<'p> {
    /// Selects the info metrics by name.
    names: Vec<Matcher>,
    /// The labels to add, where any are named, and what they must match.
    data: Vec<&'p Matcher>,
}

impl<'p> Wanted<'p> {
    fn new(call: &'p CallNode) -> Result<Self, EvalError> {
        let matchers: &[Matcher] = match call.args.get(1).map(|arg| &arg.kind) {
            Some(Kind::Selector(selector)) => &selector.matchers,
            Some(Kind::StepInvariant(inner)) => match &inner.kind {
                Kind::Selector(selector) => &selector.matchers,
                _ => &[],
            },
            _ => &[],
        };
        let (names, data): (Vec<&Matcher>, Vec<&Matcher>) =
            matchers.iter().partition(|matcher| matcher.name() == METRIC_NAME);
        let mut names: Vec<Matcher> = names.into_iter().cloned().collect();
        if !names.iter().any(Matcher::is_positive) {
            let (op, pattern) = if names.is_empty() {
                (MatchOp::Equal, "target_info")
            } else {
                (MatchOp::Regex, ".+_info")
            };
            let default = Matcher::new(METRIC_NAME, op, pattern);
            names.insert(0, default.map_err(EvalError::new)?);
        }
        Ok(Wanted { names, data })
    }

    fn takes(&self, label: &str) -> bool {
        self.data.is_empty() || self.data.iter().any(|matcher| matcher.name() == label)
    }

    /// Whether a series without info series stays: if it satisfies what is asked of the added labels.
    fn keeps_unmatched(&self) -> bool {
        self.data.iter().all(|matcher| matcher.matches(""))
    }
}

/// The time that the first selector in an expression looks at: that of its own `@`, else of the subqueries around
/// it, with the offsets on the way.
fn reference_time<'n>(node: &'n Node, around: &mut Vec<&'n Subquery>) -> Option<(At, i64)> {
    match &node.kind {
        Kind::Selector(selector) => Some(anchored(selector.at, selector.offset, around)),
        Kind::RangeSelector(range) => Some(anchored(range.selector.at, range.selector.offset, around)),
        Kind::Subquery(subquery) => {
            around.push(subquery);
            let found = reference_time(&subquery.expr, around);
            around.pop();
            found
        }
        Kind::Negate(inner) | Kind::StepInvariant(inner) => reference_time(inner, around),
        Kind::Binary(binary) => {
            reference_time(&binary.lhs, around).or_else(|| reference_time(&binary.rhs, around))
        }
        Kind::Aggregate(aggregate) => reference_time(&aggregate.expr, around).or_else(|| {
            aggregate
                .param
                .as_ref()
                .and_then(|param| reference_time(param, around))
        }),
        Kind::Call(call) => call.args.iter().find_map(|arg| reference_time(arg, around)),
        Kind::Number(_) | Kind::Bound(_) | Kind::String(_) => None,
    }
}

fn anchored(mut at: At, mut offset: i64, around: &[&Subquery]) -> (At, i64) {
    for subquery in around.iter().rev() {
        if at != At::Step {
            break;
        }
        at = subquery.at;
        offset = offset.saturating_add(subquery.offset);
    }
    (at, offset)
}

/// The info metric and the target that an info series belongs to.
type Target<'l> = (&'l str, [&'l str; 2]);

fn target<'l>(info_name: &'l str, labels: &'l Labels) -> Target<'l> {
    (info_name, IDENTIFYING.map(|label| labels.get(label)))
}

struct Enrichment<'a> {
    base: &'a Columns,
    info: &'a Columns,
    ignored: &'a [bool],
    wanted: &'a Wanted<'a>,
    /// The names of the info metrics.
    names: Vec<&'a str>,
    /// The results by what they come from: a series and the info series that it is enriched with.
    rows: HashMap<(usize, Vec<usize>), Option<usize>>,
    labels: Vec<Labels>,
    drop_names: Vec<bool>,
    cells: Vec<(usize, usize, usize)>,
}

impl<'a> Enrichment<'a> {
    fn new(base: &'a Columns, info: &'a Columns, ignored: &'a [bool], wanted: &'a Wanted<'a>) -> Self {
        let mut names: Vec<&str> = (0..info.set.len())
            .filter(|series| info.is_live(*series))
            .map(|series| info.set.labels[series].metric_name())
            .collect();
        names.sort_unstable();
        names.dedup();
        Enrichment {
            base,
            info,
            ignored,
            wanted,
            names,
            rows: HashMap::new(),
            labels: Vec::new(),
            drop_names: Vec::new(),
            cells: Vec::new(),
        }
    }

    fn run(mut self) -> Result<Columns, EvalError> {
        let base = self.base;
        let steps = if base.set.is_empty() { 0 } else { base.steps };
        for step in 0..steps {
            let present: Vec<usize> = (0..base.set.len())
                .filter(|series| base.get(*series, step).is_some())
                .collect();
            if present.is_empty() {
                continue;
            }
            let newest = self.newest(step)?;
            for series in present {
                let matched = if self.ignored[series] {
                    Vec::new()
                } else {
                    let labels = &base.set.labels[series];
                    self.names
                        .iter()
                        .filter_map(|name| newest.get(&target(name, labels)).copied())
                        .collect()
                };
                if let Some(row) = self.row(series, matched)? {
                    self.cells.push((row, series, step));
                }
            }
        }
        let drop_names = if base.set.drop_names.is_empty() {
            Vec::new()
        } else {
            self.drop_names
        };
        let mut result = Columns::absent(SeriesSet::with_drop_names(self.labels, drop_names), base.steps);
        for (row, series, step) in self.cells {
            result.copy_cell(row, base, series, step);
        }
        Ok(result)
    }

    /// For each info metric and target the info series with the newest sample.
    fn newest(&self, step: usize) -> Result<HashMap<Target<'a>, usize>, EvalError> {
        let info = self.info;
        let mut newest: HashMap<Target<'a>, usize> = HashMap::new();
        for (series, labels) in info.set.labels.iter().enumerate() {
            let time = info.column(series)[step];
            if is_absent(time) {
                continue;
            }
            let entry = newest
                .entry(target(labels.metric_name(), labels))
                .or_insert(series);
            let existing = info.column(*entry)[step];
            if *entry != series && existing == time {
                return Err(EvalError::new(format!(
                    "found duplicate series for info metric: existing {} @ {existing}, new {labels} @ {time}",
                    info.set.labels[*entry]
                )));
            }
            if existing < time {
                *entry = series;
            }
        }
        Ok(newest)
    }

    /// The result row of a series that is enriched with some info series; none where it is left out.
    fn row(&mut self, series: usize, matched: Vec<usize>) -> Result<Option<usize>, EvalError> {
        let key = (series, matched);
        if let Some(row) = self.rows.get(&key) {
            return Ok(*row);
        }
        let labels = &self.base.set.labels[series];
        let row = if self.ignored[series] {
            Some(labels.clone())
        } else if key.1.is_empty() && !self.wanted.keeps_unmatched() {
            None
        } else {
            let infos = key.1.iter().map(|info| &self.info.set.labels[*info]);
            Some(enriched(labels, infos, self.wanted)?)
        };
        let row = row.map(|labels| {
            self.labels.push(labels);
            self.drop_names.push(self.base.set.drops_name(series));
            self.labels.len() - 1
        });
        self.rows.insert(key, row);
        Ok(row)
    }
}

fn enriched<'l>(
    labels: &Labels,
    infos: impl Iterator<Item = &'l Labels>,
    wanted: &Wanted<'_>,
) -> Result<Labels, EvalError> {
    let mut added = LabelsBuilder::default();
    for info in infos {
        for (name, value) in info.iter() {
            if name == METRIC_NAME || !wanted.takes(name) {
                continue;
            }
            let known = added.get(name);
            if !known.is_empty() && known != value {
                return Err(EvalError::new(format!("conflicting label: {name}")));
            }
            if labels.get(name).is_empty() {
                added.set(name, value);
            }
        }
    }
    let mut all = labels.builder();
    for (name, value) in added.build().iter() {
        all.set(name, value);
    }
    Ok(all.build())
}

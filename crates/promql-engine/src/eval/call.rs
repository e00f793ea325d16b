//! Function calls: arguments are evaluated, the function is called, and the rules that all functions share are
//! applied to its result.

use std::sync::Arc;

use promql_syntax::Span;

use super::rows::{self, has_live_duplicates};
use super::select::{Cursor, Newest, same_times};
use super::{Evaluator, LookupTimes};
use crate::annotations::Annotation;
use crate::call::{Call, Evaluated, Memo, RangeCall, RangeFunction, RangeSeries, Scratch, WholeFunction};
use crate::columns::{Columns, SeriesSet, is_absent};
use crate::error::EvalError;
use crate::plan::{At, CallNode, Function, Kind, Node, Selector};
use crate::steps::Steps;

impl<'a> Evaluator<'a> {
    pub(super) fn eval_call(
        &mut self,
        node: &Node,
        call: &CallNode,
        steps: Steps,
    ) -> Result<Evaluated, EvalError> {
        match call.function {
            Function::Range { function, range_arg } => Ok(Evaluated::Vector(
                self.call_range(call, function, range_arg, steps)?,
            )),
            Function::Whole(function) => self.call_whole(node, call, function, steps),
            Function::Timestamp | Function::StartTimestamp => self.call_timestamp(call, steps),
            Function::AbsentOverTime => self.call_absent_over_time(call, steps),
            Function::Info => self.call_info(call, steps),
        }
    }

    fn call_whole(
        &mut self,
        node: &Node,
        call: &CallNode,
        function: WholeFunction,
        steps: Steps,
    ) -> Result<Evaluated, EvalError> {
        let before = self.budget.held();
        // Some functions have a value at every step, whatever their arguments.
        self.budget.check(steps.count)?;
        let mut args = Vec::with_capacity(call.args.len());
        let mut scalars = 0;
        let mut rows = 0;
        for arg in &call.args {
            let value = self.eval(arg, steps)?;
            match &value {
                Evaluated::Scalar(_) => scalars += 1,
                Evaluated::Vector(columns) => rows += columns.set.len(),
                Evaluated::String(_) => {}
            }
            args.push(value);
        }
        let mut memo = self.take::<Memo>(node.slot);
        let result = (function.eval)(&mut Call {
            steps,
            args,
            spans: &call.spans,
            span: node.span,
            absent_labels: &call.absent_labels,
            delayed_name_removal: self.options.delayed_name_removal,
            annotations: &mut self.annotations,
            memo: &mut memo,
        });
        self.put(node.slot, memo);
        match result? {
            Evaluated::Vector(columns) => {
                self.budget.call(before, rows + scalars, &columns)?;
                let delayed = self.options.delayed_name_removal;
                Ok(Evaluated::Vector(rows::apply(
                    columns,
                    function.duplicates,
                    delayed,
                )?))
            }
            value => {
                self.budget.set(before);
                self.budget.add(steps.count)?;
                Ok(value)
            }
        }
    }

    /// Calls a function of a range vector for each series.
    fn call_range(
        &mut self,
        call: &CallNode,
        function: RangeFunction,
        range_arg: usize,
        steps: Steps,
    ) -> Result<Columns, EvalError> {
        let range = self.eval_range(&call.args[range_arg], steps)?;
        let mut scalars = Vec::new();
        for (index, arg) in call.args.iter().enumerate() {
            if index == range_arg {
                continue;
            }
            match self.eval(arg, steps)? {
                Evaluated::Scalar(scalar) => scalars.push(scalar),
                _ => return Err(EvalError::new(format!("argument {index} is no scalar"))),
            }
        }
        check_extension(call, &range)?;

        let delayed = self.options.delayed_name_removal;
        let set = if function.keeps_name {
            Arc::clone(&range.set)
        } else {
            range.set.dropping_names(delayed)
        };
        self.budget.check_cells(set.len(), steps.count)?;
        let mut columns = Columns::absent(set, steps.count);
        let with_starts = self.options.use_start_timestamps && function.uses_start_timestamps;
        let metrics = matches!(call.name.as_str(), "rate" | "increase").then(|| range.set.metrics());
        // Of the series of a metric the first with a result says all.
        let mut judged = vec![false; metrics.map_or(0, |metrics| metrics.names.len())];
        let mut scratch = Scratch::default();
        let mut windows = Vec::with_capacity(steps.count);
        let mut windows_of = None;
        for series in 0..range.set.len() {
            if series % 64 == 0 {
                self.check_deadline()?;
            }
            let labels = &range.set.labels[series];
            let samples = range.samples(series, with_starts);
            // Series that are scraped together share their windows.
            let shared = windows_of.is_some_and(|(floats, histograms)| {
                same_times(floats, samples.times) && same_times(histograms, samples.histogram_times)
            });
            if !shared {
                range.windows(
                    &samples,
                    steps.count,
                    self.options.lookback_delta_ms,
                    &mut windows,
                );
                windows_of = Some((samples.times, samples.histogram_times));
            }
            let last_window = self.budget.windows(&samples, &windows)?;
            let mut range_call = RangeCall {
                steps,
                scalars: &scalars,
                spans: &call.spans,
                range_seconds: range.range.seconds,
                extension: range.extension,
                annotations: &mut self.annotations,
                scratch: &mut scratch,
            };
            let input = RangeSeries {
                labels,
                samples,
                windows: &windows,
            };
            (function.eval)(&mut range_call, &input, &mut columns.writer(series))?;
            self.budget.row(&columns, series, last_window)?;
            if let Some(metrics) = metrics {
                let metric = metrics.of[series];
                if !judged[metric] && columns.column(series).iter().any(|value| !is_absent(*value)) {
                    judged[metric] = true;
                    self.warn_if_no_counter(&metrics.names[metric], call.spans[0]);
                }
            }
        }
        self.budget.release(range.held);
        if !delayed && has_live_duplicates(&columns) {
            return Err(EvalError::duplicate_labels());
        }
        Ok(columns)
    }

    /// `rate` and `increase` are for counters, as far as the series says what it is.
    fn warn_if_no_counter(&mut self, (name, metric_type): &(String, String), span: Span) {
        if name.is_empty() {
            return;
        }
        if self.options.type_and_unit_labels {
            if !matches!(metric_type.as_str(), "counter" | "histogram") {
                self.annotations
                    .add(Annotation::possible_non_counter_type(name, metric_type, span));
            }
        } else if !["_total", "_sum", "_count", "_bucket"]
            .iter()
            .any(|suffix| name.ends_with(suffix))
        {
            self.annotations.add(Annotation::possible_non_counter(name, span));
        }
    }

    /// 1 at the steps at which no series has a sample in the range.
    fn call_absent_over_time(&mut self, call: &CallNode, steps: Steps) -> Result<Evaluated, EvalError> {
        let present = RangeFunction {
            eval: |_, series, out| {
                for (step, _, _) in series.steps() {
                    out.set(step, 1.0);
                }
                Ok(())
            },
            keeps_name: false,
            uses_start_timestamps: false,
        };
        self.budget.check(steps.count)?;
        let columns = self.call_range(call, present, 0, steps)?;
        let mut absent = vec![1.0; steps.count];
        for series in 0..columns.set.len() {
            for (absent, present) in absent.iter_mut().zip(columns.column(series)) {
                if !is_absent(*present) {
                    *absent = crate::columns::ABSENT;
                }
            }
        }
        let set = SeriesSet::with_drop_names(vec![call.absent_labels.clone()], vec![true]);
        Ok(Evaluated::Vector(Columns {
            set,
            steps: steps.count,
            floats: absent,
            histograms: None,
        }))
    }

    /// The times of samples. Only a selector as such knows them; of any other expression it is the time of the
    /// step, and a start timestamp there is none.
    fn call_timestamp(&mut self, call: &CallNode, steps: Steps) -> Result<Evaluated, EvalError> {
        let before = self.budget.held();
        let starts = matches!(call.function, Function::StartTimestamp);
        let arg = &call.args[0];
        let mut columns = match &arg.kind {
            Kind::Selector(selector) => self.sample_times(arg, selector, starts, steps)?,
            _ => {
                let mut columns = self.eval_vector(arg, steps)?;
                for series in 0..columns.set.len() {
                    for step in 0..steps.count {
                        if columns.get(series, step).is_some() {
                            let time = steps.at(step) as f64 / 1000.0;
                            columns.column_mut(series)[step] =
                                if starts { crate::columns::ABSENT } else { time };
                        }
                    }
                }
                columns.histograms = None;
                columns
            }
        };
        let delayed = self.options.delayed_name_removal;
        columns.set = columns.set.dropping_names(delayed);
        let rows = columns.set.len();
        self.budget.call(before, rows, &columns)?;
        Ok(Evaluated::Vector(rows::apply(
            columns,
            crate::call::Duplicates::ByStep,
            delayed,
        )?))
    }

    fn sample_times(
        &mut self,
        node: &Node,
        selector: &Selector,
        starts: bool,
        steps: Steps,
    ) -> Result<Columns, EvalError> {
        let selected = self.select(node.slot, selector);
        self.budget.check_cells(selected.ids.len(), steps.count)?;
        let mut columns = Columns::absent(Arc::clone(&selected.set), steps.count);
        if starts && !self.options.use_start_timestamps {
            return Ok(columns);
        }
        // With a fixed time, Prometheus forgets the offset here.
        let times = match selector.at {
            At::Step => self.lookup_times(At::Step, selector.offset, steps),
            At::FromFirstStep(time) => LookupTimes {
                first: time,
                stride: 0,
            },
            at => self.lookup_times(at, 0, steps),
        };
        for (series, id) in selected.ids.iter().enumerate() {
            let samples = self.storage.samples(*id);
            let lookback = self.options.lookback_delta_ms;
            let mut cursor = Cursor::new(self.storage, *id, lookback, times.at(0));
            let column = columns.column_mut(series);
            for (step, value) in column.iter_mut().enumerate() {
                let time = match cursor.newest(times.at(step)) {
                    Some(Newest::Float(index)) if starts => samples.starts.get(index).copied().unwrap_or(0),
                    Some(Newest::Histogram(index)) if starts => {
                        samples.histogram_starts.get(index).copied().unwrap_or(0)
                    }
                    Some(Newest::Float(index)) => samples.times[index],
                    Some(Newest::Histogram(index)) => samples.histogram_times[index],
                    None => continue,
                };
                *value = time as f64 / 1000.0;
            }
        }
        Ok(columns)
    }
}

/// Only some functions know what to do with the samples around a range.
fn check_extension(call: &CallNode, range: &super::range::RangeVector<'_>) -> Result<(), EvalError> {
    use promql_syntax::ast::RangeExtension::{Anchored, Smoothed};
    let (modifier, functions): (_, &[&str]) = match range.extension {
        None => return Ok(()),
        Some(Anchored) => ("anchored", &["changes", "delta", "increase", "rate", "resets"]),
        Some(Smoothed) => ("smoothed", &["delta", "increase", "rate"]),
    };
    if functions.contains(&call.name.as_str()) {
        return Ok(());
    }
    Err(EvalError::new(format!(
        "{modifier} modifier can only be used with: {} - not with {}",
        functions.join(", "),
        call.name
    )))
}

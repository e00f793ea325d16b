//! The result of an instant query for a range vector.

use std::sync::Arc;

use promql_syntax::ast::RangeExtension;

use super::Evaluator;
use crate::error::EvalError;
use crate::functions;
use crate::plan::Node;
use crate::samples::{Samples, Window};
use crate::steps::Steps;
use crate::value::{Series, Value};

impl Evaluator<'_> {
    pub(super) fn range_result(&mut self, root: &Node, steps: Steps) -> Result<Value, EvalError> {
        let range = self.eval_range(root, steps)?;
        let delayed = self.options.delayed_name_removal;
        let set = if delayed {
            range.set.finished()
        } else {
            Arc::clone(&range.set)
        };
        let mut windows = Vec::new();
        let mut matrix = Vec::new();
        for (index, labels) in set.labels.iter().enumerate() {
            let samples = range.samples(index, false);
            range.windows(&samples, 1, self.options.lookback_delta_ms, &mut windows);
            if range.held == 0 {
                let held = self.budget.windows(&samples, &windows)?;
                self.budget.add(held)?;
            }
            let Some(window) = windows.first() else {
                continue;
            };
            let samples = samples.within(window);
            let histograms = samples
                .histogram_times
                .iter()
                .copied()
                .zip(samples.histograms.iter().cloned());
            let series = Series {
                labels: labels.clone(),
                floats: match range.extension {
                    None => samples
                        .times
                        .iter()
                        .copied()
                        .zip(samples.floats.iter().copied())
                        .collect(),
                    Some(extension) => floats_with_ends(&samples, window, extension)?,
                },
                histograms: histograms.collect(),
            };
            if !series.floats.is_empty() || !series.histograms.is_empty() {
                matrix.push(series);
            }
        }
        matrix.sort_by(|a, b| a.labels.cmp(&b.labels));
        if delayed && set.has_duplicates() {
            matrix = merged(matrix)?;
        }
        Ok(Value::Matrix(matrix))
    }
}

/// The floats of an extended range: those within it, and at its ends what the samples around it say.
fn floats_with_ends(
    samples: &Samples<'_>,
    window: &Window,
    extension: RangeExtension,
) -> Result<Vec<(i64, f64)>, EvalError> {
    let smoothed = extension == RangeExtension::Smoothed;
    if !samples.histograms.is_empty() {
        let modifier = if smoothed { "smoothed" } else { "anchored" };
        return Err(EvalError::new(format!(
            "{modifier} modifier is not supported with histograms"
        )));
    }
    let Samples { times, floats, .. } = *samples;
    let Some((_, others)) = times.split_last() else {
        return Ok(Vec::new());
    };
    let first = others
        .partition_point(|time| *time <= window.start)
        .saturating_sub(1);
    let last = if smoothed {
        others.partition_point(|time| *time < window.end)
    } else {
        others.len()
    };
    if times[last] <= window.start {
        return Ok(Vec::new());
    }
    let (left, right) = functions::values_at_ends(times, floats, (first, last), window, extension, false);
    let within = times.iter().copied().zip(floats.iter().copied());
    let within = within.filter(|(time, _)| window.start < *time && *time < window.end);
    Ok([(window.start, left)]
        .into_iter()
        .chain(within)
        .chain([(window.end, right)])
        .collect())
}

/// Makes one series of those that have become equal, sorted as they are.
fn merged(matrix: Vec<Series>) -> Result<Vec<Series>, EvalError> {
    let mut merged: Vec<Series> = Vec::with_capacity(matrix.len());
    for series in matrix {
        match merged.last_mut() {
            Some(last) if last.labels == series.labels => {
                last.floats.extend(series.floats);
                last.histograms.extend(series.histograms);
            }
            _ => merged.push(series),
        }
    }
    for series in &mut merged {
        series.floats.sort_by_key(|(time, _)| *time);
        series.histograms.sort_by_key(|(time, _)| *time);
        let twice = series.floats.windows(2).any(|pair| pair[0].0 == pair[1].0)
            || series.histograms.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if twice {
            return Err(EvalError::duplicate_labels());
        }
    }
    Ok(merged)
}

//! `sum_over_time` and `avg_over_time` of native histograms, with compensated sums.

use std::sync::Arc;

use crate::annotations::{Annotation, HistogramOperation};
use crate::histogram::{CounterResetHint, FloatHistogram, IncompatibleSchemas};

use super::remarks::Remarks;

/// The sum of a window's histograms. `None` where their layouts do not go together.
pub(super) fn sum(histograms: &[Arc<FloatHistogram>], remarks: &mut Remarks<'_>) -> Option<FloatHistogram> {
    aggregate(histograms, remarks, |first, rest, reconciled| {
        let mut sum = first.clone();
        let mut compensation = None;
        for histogram in rest {
            *reconciled |= sum
                .kahan_add(histogram, &mut compensation)?
                .custom_buckets_reconciled;
        }
        if let Some(compensation) = compensation {
            *reconciled |= sum.add(&compensation)?.custom_buckets_reconciled;
        }
        Ok(sum)
    })
}

/// The mean of a window's histograms. `None` where their layouts do not go together.
pub(super) fn average(
    histograms: &[Arc<FloatHistogram>],
    remarks: &mut Remarks<'_>,
) -> Option<FloatHistogram> {
    aggregate(histograms, remarks, |first, rest, reconciled| {
        let mut sum = first.clone();
        let mut compensation = None;
        for (i, histogram) in rest.iter().enumerate() {
            let mut longer = (sum.clone(), compensation.clone());
            *reconciled |= longer
                .0
                .kahan_add(histogram, &mut longer.1)?
                .custom_buckets_reconciled;
            if longer.0.has_overflow() {
                return running_average(sum, compensation, i + 1, &rest[i..], reconciled);
            }
            (sum, compensation) = longer;
        }
        let count = (rest.len() + 1) as f64;
        sum.div(count);
        if let Some(mut compensation) = compensation {
            compensation.div(count);
            sum.add(&compensation)?;
        }
        Ok(sum)
    })
}

/// The mean of `count` histograms that add up to `sum` and of further ones, without a sum that could overflow.
fn running_average(
    sum: FloatHistogram,
    compensation: Option<FloatHistogram>,
    count: usize,
    further: &[Arc<FloatHistogram>],
    reconciled: &mut bool,
) -> Result<FloatHistogram, IncompatibleSchemas> {
    let (mut mean, mut compensation) = (sum, compensation);
    for part in [Some(&mut mean), compensation.as_mut()].into_iter().flatten() {
        part.div(count as f64);
    }
    for (i, histogram) in further.iter().enumerate() {
        let count = (count + i + 1) as f64;
        let share = (count - 1.0) / count;
        for part in [Some(&mut mean), compensation.as_mut()].into_iter().flatten() {
            part.mul(share);
        }
        let mut term = FloatHistogram::clone(histogram);
        term.div(count);
        *reconciled |= mean
            .kahan_add(&term, &mut compensation)?
            .custom_buckets_reconciled;
    }
    if let Some(compensation) = compensation {
        mean.add(&compensation)?;
    }
    Ok(mean)
}

/// Computes an aggregate and says what there is to say about its input.
fn aggregate(
    histograms: &[Arc<FloatHistogram>],
    remarks: &mut Remarks<'_>,
    compute: impl FnOnce(
        &FloatHistogram,
        &[Arc<FloatHistogram>],
        &mut bool,
    ) -> Result<FloatHistogram, IncompatibleSchemas>,
) -> Option<FloatHistogram> {
    let (first, rest) = histograms.split_first()?;
    let mut reconciled = false;
    let Ok(result) = compute(first, rest, &mut reconciled) else {
        remarks.mixed_layouts();
        return None;
    };
    let hinted = |hint| {
        histograms
            .iter()
            .any(|histogram| histogram.counter_reset_hint == hint)
    };
    if hinted(CounterResetHint::Reset) && hinted(CounterResetHint::NotReset) {
        let collision = Annotation::counter_reset_collision(HistogramOperation::Aggregation, remarks.span);
        remarks.annotations.add(collision);
    }
    if reconciled {
        remarks.reconciled(HistogramOperation::Aggregation);
    }
    Some(result)
}

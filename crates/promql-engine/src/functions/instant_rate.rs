//! `irate` and `idelta`: the difference between the last two samples of a range.

use crate::annotations::Annotation;
use crate::call::{RangeCall, RangeSeries, Samples};
use crate::columns::ColumnWriter;
use crate::error::EvalError;
use crate::histogram::{CounterResetHint, FloatHistogram};

use super::rate::is_start_reset;
use super::remarks::Remarks;

type Outcome = Result<(), EvalError>;

/// `irate`
pub(super) fn rate(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    last_difference(true, call, series, out)
}

/// `idelta`
pub(super) fn difference(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    last_difference(false, call, series, out)
}

fn last_difference(
    counter: bool,
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    let mut mixed = false;
    let mut remarks = Remarks {
        annotations: call.annotations,
        span: call.spans[0],
        metric: series.labels.metric_name(),
    };
    for (step, _, samples) in series.steps() {
        let (floats, histograms) = last_two(samples);
        match (floats, histograms) {
            (2, 0) => {
                if let Some(value) = of_floats(counter, samples) {
                    out.set(step, value);
                }
            }
            (0, 2) => {
                if let Some(histogram) = of_histograms(counter, &mut remarks, samples) {
                    out.set_histogram(step, histogram.into());
                }
            }
            (1, 1) => mixed |= samples.times.last() != samples.histogram_times.last(),
            _ => {}
        }
    }
    if mixed {
        let name = series.labels.metric_name();
        call.annotations
            .add(Annotation::mixed_floats_histograms(name, call.spans[0]));
    }
    Ok(())
}

/// How many of the last two samples are floats and how many histograms.
fn last_two(samples: Samples<'_>) -> (usize, usize) {
    let newest_first = |times: &[i64], back: usize| times.len().checked_sub(back + 1).map(|i| times[i]);
    let (mut floats, mut histograms) = (0, 0);
    while floats + histograms < 2 {
        let float = newest_first(samples.times, floats);
        let histogram = newest_first(samples.histogram_times, histograms);
        match (float, histogram) {
            (None, None) => break,
            (float, histogram) if float > histogram => floats += 1,
            _ => histograms += 1,
        }
    }
    (floats, histograms)
}

/// The difference between the last two floats, per second for a counter.
fn of_floats(counter: bool, samples: Samples<'_>) -> Option<f64> {
    let (&[.., before, last], &[.., time_before, time]) = (samples.floats, samples.times) else {
        return None;
    };
    let interval = time - time_before;
    if interval == 0 {
        return None;
    }
    let restarted = match samples.starts {
        [.., start_before, start] => is_start_reset((*start_before, time_before), (*start, time)),
        _ => false,
    };
    let difference = if counter && (last < before || restarted) {
        last
    } else {
        last - before
    };
    Some(if counter {
        difference / (interval as f64 / 1000.0)
    } else {
        difference
    })
}

/// The difference between the last two histograms, per second for a counter.
fn of_histograms(counter: bool, remarks: &mut Remarks<'_>, samples: Samples<'_>) -> Option<FloatHistogram> {
    let ([.., before, last], &[.., time_before, time]) = (samples.histograms, samples.histogram_times) else {
        return None;
    };
    let interval = time - time_before;
    if interval == 0 {
        return None;
    }
    let hints = [last, before].map(|histogram| histogram.counter_reset_hint);
    if counter && hints.contains(&CounterResetHint::Gauge) {
        remarks.not_counter();
    }
    if !counter && hints != [CounterResetHint::Gauge; 2] {
        remarks.not_gauge();
    }
    let restarted = match samples.histogram_starts {
        [.., start_before, start] => is_start_reset((*start_before, time_before), (*start, time)),
        _ => false,
    };
    let mut difference = FloatHistogram::clone(last);
    if !counter || !restarted && !last.detect_reset(before) {
        remarks.subtract(&mut difference, before)?;
    }
    difference.counter_reset_hint = CounterResetHint::Gauge;
    difference.compact(0);
    if counter {
        difference.div(interval as f64 / 1000.0);
    }
    Some(difference)
}

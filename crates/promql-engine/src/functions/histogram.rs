//! `histogram_…`: what the histograms of an instant vector tell. Native ones are values of a series; classic ones
//! are several series that differ in the label `le`. How the latter are put together is in `grouping`.

mod grouping;

use std::sync::Arc;

use promql_syntax::Span;

use crate::annotations::{Annotation, Annotations};
use crate::call::{Call, Evaluated, Scalar};
use crate::columns::{Columns, SeriesSet};
use crate::error::EvalError;
use crate::gofmt::float_g;
use crate::histogram::FloatHistogram;
use crate::histogram::classic::{self, ClassicBucket};
use crate::histogram::quantile::NanEffect;
use crate::labels::METRIC_NAME;

use grouping::{Input, Moment};

type Outcome = Result<Evaluated, EvalError>;

/// A float of each native histogram. Floats are left out.
pub(super) fn each(call: &mut Call<'_>, compute: fn(&FloatHistogram) -> f64) -> Outcome {
    let columns = call.take_vector(0)?;
    let set = if call.delayed_name_removal {
        columns.set.dropping_names(true)
    } else {
        // Unlike other functions these drop the name alone and leave type and unit.
        let nameless = call.memo.for_set(&columns.set, |set| {
            let labels = set
                .labels
                .iter()
                .map(|labels| labels.filter(|name| name != METRIC_NAME));
            SeriesSet::new(labels.collect())
        });
        Arc::clone(&*nameless)
    };
    let mut result = Columns::absent(set, columns.steps);
    for (cell, histogram) in result.floats.iter_mut().zip(columns.histograms.iter().flatten()) {
        if let Some(histogram) = histogram {
            *cell = compute(histogram);
        }
    }
    Ok(Evaluated::Vector(result))
}

/// `histogram_quantile(q, v)`
pub(super) fn quantile(call: &mut Call<'_>) -> Outcome {
    let q = call.scalar(0)?.clone();
    check(&q, call, 0);
    let input = Input::new(call, 1)?;
    Ok(Evaluated::Vector(quantile_of(&q, &input, call.annotations)))
}

/// `histogram_quantiles(v, label, q, …)`: as many quantiles of each histogram, told apart by a label.
pub(super) fn quantiles(call: &mut Call<'_>) -> Outcome {
    let label = call.string(1)?;
    let quantiles: Vec<Scalar> = (2..call.args.len())
        .map(|i| call.scalar(i).cloned())
        .collect::<Result<_, _>>()?;
    for (i, q) in quantiles.iter().enumerate() {
        check(q, call, i + 2);
    }
    let input = Input::new(call, 0)?;
    let mut labels = Vec::new();
    let mut drop_names = Vec::new();
    let mut result = Columns::empty(call.steps.count);
    for q in &quantiles {
        let columns = quantile_of(q, &input, call.annotations);
        // A quantile that changes from step to step gives other series from step to step.
        for value in distinct(q, call.steps.count) {
            let text = open_metrics_float(value);
            for series in 0..columns.set.len() {
                labels.push(columns.set.labels[series].builder().set(&label, &text).build());
                drop_names.push(columns.set.drops_name(series));
                result
                    .floats
                    .extend(columns.column(series).iter().enumerate().map(|(step, cell)| {
                        if same(q.at(step), value) {
                            *cell
                        } else {
                            crate::columns::ABSENT
                        }
                    }));
            }
        }
    }
    result.set = SeriesSet::with_drop_names(labels, drop_names);
    Ok(Evaluated::Vector(result))
}

/// `histogram_fraction(lower, upper, v)`
pub(super) fn fraction(call: &mut Call<'_>) -> Outcome {
    let (lower, upper) = (call.scalar(0)?.clone(), call.scalar(1)?.clone());
    let input = Input::new(call, 2)?;
    let of_native = |at: Moment<'_>, histogram: &FloatHistogram, annotations: &mut Annotations| {
        let (fraction, nan_excluded) = histogram.fraction(lower.at(at.step), upper.at(at.step));
        if nan_excluded {
            annotations.add(Annotation::fraction_excludes_nan(at.metric, at.span));
        }
        fraction
    };
    let of_classic = |at: Moment<'_>, buckets: &mut Vec<ClassicBucket>, _: &mut Annotations| {
        classic::fraction(lower.at(at.step), upper.at(at.step), buckets)
    };
    Ok(Evaluated::Vector(input.evaluate(
        call.annotations,
        of_native,
        of_classic,
    )))
}

fn quantile_of(q: &Scalar, input: &Input, annotations: &mut Annotations) -> Columns {
    let of_native = |at: Moment<'_>, histogram: &FloatHistogram, annotations: &mut Annotations| {
        let (quantile, effect) = histogram.quantile(q.at(at.step));
        match effect {
            NanEffect::None => {}
            NanEffect::ResultIsNan => annotations.add(Annotation::quantile_is_nan(at.metric, at.span)),
            NanEffect::Skewed => annotations.add(Annotation::quantile_is_skewed(at.metric, at.span)),
        }
        quantile
    };
    let of_classic = |at: Moment<'_>, buckets: &mut Vec<ClassicBucket>, annotations: &mut Annotations| {
        let (quantile, forced) = classic::quantile(q.at(at.step), buckets);
        if let Some(forced) = forced {
            annotations.add(Annotation::forced_monotonicity(
                at.metric,
                at.span,
                at.time,
                forced.min_bucket,
                forced.max_bucket,
                forced.max_difference,
            ));
        }
        quantile
    };
    input.evaluate(annotations, of_native, of_classic)
}

/// Warns of quantiles outside 0 to 1.
fn check(q: &Scalar, call: &mut Call<'_>, argument: usize) {
    let span: Span = call.spans[argument];
    for value in distinct(q, call.steps.count) {
        if !(0.0..=1.0).contains(&value) {
            call.annotations.add(Annotation::invalid_quantile(value, span));
        }
    }
}

/// The values of a scalar, each once.
fn distinct(scalar: &Scalar, steps: usize) -> Vec<f64> {
    match scalar {
        Scalar::Constant(value) => vec![*value],
        Scalar::PerStep(_) => {
            let mut values: Vec<f64> = Vec::new();
            for value in (0..steps).map(|step| scalar.at(step)) {
                if !values.iter().any(|known| same(*known, value)) {
                    values.push(value);
                }
            }
            values
        }
    }
}

/// Equal or both not a number.
fn same(a: f64, b: f64) -> bool {
    a == b || a.is_nan() && b.is_nan()
}

/// A float as OpenMetrics wants it: with a point where it has no exponent.
fn open_metrics_float(value: f64) -> Arc<str> {
    let mut text = float_g(value + 0.0); // No negative zero.
    if value.is_finite() && !text.contains(['e', '.']) {
        text.push_str(".0");
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::open_metrics_float;

    #[test]
    fn floats_in_labels() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "0.0"),
            (1.0, "1.0"),
            (0.5, "0.5"),
            (1e-9, "1e-09"),
            (2e6, "2e+06"),
            (f64::INFINITY, "+Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(&*open_metrics_float(value), text);
        }
    }
}

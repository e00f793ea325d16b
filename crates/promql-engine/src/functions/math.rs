//! Functions of each float alone: arithmetic, rounding, limits, dates. Histograms are left out of their results.

use crate::calendar::{Civil, civil};
use crate::call::{Call, Evaluated, Scalar};
use crate::columns::{ABSENT, Columns, SeriesSet};
use crate::error::EvalError;
use crate::gomath;
use crate::labels::Labels;

type Outcome = Result<Evaluated, EvalError>;

/// `sgn`: zeros and NaN stay as they are.
pub(super) fn sign(value: f64) -> f64 {
    if value < 0.0 {
        -1.0
    } else if value > 0.0 {
        1.0
    } else {
        value
    }
}

/// `rad`
pub(super) fn radians(degrees: f64) -> f64 {
    degrees * std::f64::consts::PI / 180.0
}

/// `deg`
pub(super) fn degrees(radians: f64) -> f64 {
    radians * 180.0 / std::f64::consts::PI
}

/// `round`: to the nearest multiple, halves up.
pub(super) fn round(call: &mut Call<'_>) -> Outcome {
    let nearest = if call.args.len() > 1 {
        call.scalar(1)?.clone()
    } else {
        Scalar::Constant(1.0)
    };
    call.map_floats(0, |step, value| {
        let inverse = 1.0 / nearest.at(step);
        (value * inverse + 0.5).floor() / inverse
    })
}

/// `clamp`
pub(super) fn clamp(call: &mut Call<'_>) -> Outcome {
    let (min, max) = (call.scalar(1)?.clone(), call.scalar(2)?.clone());
    within(call, &min, &max)
}

/// `clamp_min`
pub(super) fn clamp_min(call: &mut Call<'_>) -> Outcome {
    let min = call.scalar(1)?.clone();
    within(call, &min, &Scalar::Constant(f64::INFINITY))
}

/// `clamp_max`
pub(super) fn clamp_max(call: &mut Call<'_>) -> Outcome {
    let max = call.scalar(1)?.clone();
    within(call, &Scalar::Constant(f64::NEG_INFINITY), &max)
}

/// Limits every float; where the limits contradict each other nothing is left.
fn within(call: &mut Call<'_>, min: &Scalar, max: &Scalar) -> Outcome {
    call.map_floats(0, |step, value| {
        let (min, max) = (min.at(step), max.at(step));
        if max < min {
            ABSENT
        } else {
            gomath::max(min, gomath::min(max, value))
        }
    })
}

/// `min_of` and `max_of`
pub(super) fn choose(call: &mut Call<'_>, choice: fn(f64, f64) -> f64) -> Outcome {
    let (a, b) = (call.scalar(0)?, call.scalar(1)?);
    Ok(Evaluated::Scalar(match (a, b) {
        (Scalar::Constant(a), Scalar::Constant(b)) => Scalar::Constant(choice(*a, *b)),
        _ => Scalar::PerStep(
            (0..call.steps.count)
                .map(|step| choice(a.at(step), b.at(step)))
                .collect(),
        ),
    }))
}

/// `time`
pub(super) fn time(call: &mut Call<'_>) -> Outcome {
    let times = call.steps.iter().map(|time| time as f64 / 1000.0);
    Ok(Evaluated::Scalar(Scalar::PerStep(times.collect())))
}

/// A function of calendar and clock: of the floats as Unix seconds, or of the time of evaluation.
pub(super) fn date(call: &mut Call<'_>, part: fn(&Civil) -> f64) -> Outcome {
    if call.args.is_empty() {
        let mut columns = Columns::absent(SeriesSet::new(vec![Labels::empty()]), call.steps.count);
        for (cell, time) in columns.floats.iter_mut().zip(call.steps.iter()) {
            *cell = part(&civil(time / 1000));
        }
        return Ok(Evaluated::Vector(columns));
    }
    call.map_floats(0, |_, value| part(&civil(whole_seconds(value))))
}

/// A float as a 64-bit integer; what does not fit, NaN included, becomes the least one, as on amd64.
fn whole_seconds(value: f64) -> i64 {
    const LIMIT: f64 = (1u64 << 63) as f64;
    if (-LIMIT..LIMIT).contains(&value) {
        value as i64
    } else {
        i64::MIN
    }
}

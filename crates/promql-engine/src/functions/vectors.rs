//! Between scalars and vectors: `scalar`, `vector`, `absent`.

use crate::call::{Call, Evaluated, Scalar};
use crate::columns::{ABSENT, Columns, SeriesSet, is_absent};
use crate::error::EvalError;
use crate::labels::Labels;

type Outcome = Result<Evaluated, EvalError>;

/// `scalar`: the only float of a vector, NaN where there are several or none.
pub(super) fn scalar(call: &mut Call<'_>) -> Outcome {
    let columns = call.take_vector(0)?;
    let mut values = vec![f64::NAN; columns.steps];
    let mut found = vec![0u8; columns.steps];
    for series in 0..columns.set.len() {
        for (step, value) in columns.column(series).iter().enumerate() {
            if !is_absent(*value) {
                found[step] = (found[step] + 1).min(2);
                values[step] = if found[step] == 1 { *value } else { f64::NAN };
            }
        }
    }
    Ok(Evaluated::Scalar(Scalar::PerStep(values)))
}

/// `vector`: a scalar as a series without labels.
pub(super) fn vector(call: &mut Call<'_>) -> Outcome {
    let mut columns = Columns::absent(SeriesSet::new(vec![Labels::empty()]), call.steps.count);
    let scalar = call.scalar(0)?;
    for (step, cell) in columns.floats.iter_mut().enumerate() {
        *cell = scalar.at(step);
    }
    Ok(Evaluated::Vector(columns))
}

/// `absent`: 1 where a vector has no element.
pub(super) fn absent(call: &mut Call<'_>) -> Outcome {
    let columns = call.take_vector(0)?;
    let mut result = Columns::absent(SeriesSet::new(vec![call.absent_labels.clone()]), call.steps.count);
    result.floats.fill(1.0);
    for series in 0..columns.set.len() {
        let histograms = columns.histogram_column(series);
        for (step, value) in columns.column(series).iter().enumerate() {
            if !is_absent(*value) || histograms.is_some_and(|column| column[step].is_some()) {
                result.floats[step] = ABSENT;
            }
        }
    }
    Ok(Evaluated::Vector(result))
}

//! The functions of PromQL.

use crate::call::{Duplicates, Implementation, RangeFunction, WholeFunction};

/// How a function is computed, by its name.
pub(crate) fn lookup(name: &str) -> Option<Implementation> {
    Some(match name {
        "abs" => Implementation::Whole(WholeFunction {
            eval: |call| call.map_floats(0, |_, value| value.abs()),
            duplicates: Duplicates::ByStep,
        }),
        "count_over_time" => Implementation::Range(RangeFunction {
            eval: |_, series, out| {
                for (step, _, samples) in series.steps() {
                    out.set(step, (samples.floats.len() + samples.histograms.len()) as f64);
                }
                Ok(())
            },
            keeps_name: false,
            uses_start_timestamps: false,
        }),
        _ => return None,
    })
}

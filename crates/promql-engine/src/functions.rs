//! The functions of PromQL: how each is computed, by its name.
//!
//! This room knows samples and windows, not how they are selected. `timestamp`, `start_timestamp`,
//! `absent_over_time`, `info` and the constants of a query are the evaluator's.

mod changes;
mod extended_histogram_rate;
mod extended_rate;
mod extrapolate;
mod histogram;
mod histogram_rate;
mod instant_rate;
mod label;
mod math;
mod natural;
mod over_time;
mod over_time_histograms;
mod quantile;
mod rate;
mod regression;
mod remarks;
mod sort;
mod vectors;
mod windows;

#[cfg(test)]
mod tests;

use crate::call::{
    Call, Duplicates, Evaluated, Implementation, RangeCall, RangeFunction, RangeSeries, Scalar, WholeFunction,
};
use crate::columns::ColumnWriter;
use crate::error::EvalError;
use crate::gomath;
use crate::histogram::FloatHistogram;

pub(crate) use {
    extended_histogram_rate::interpolate as interpolate_histograms,
    extended_rate::{interpolate, values_at_ends},
    quantile::quantile,
    remarks::Remarks,
    sort::sort_like_go,
};

/// How a function is computed, by its name.
pub(crate) fn lookup(name: &str) -> Option<Implementation> {
    Some(match name {
        "abs" => whole(|call| call.map_floats(0, |_, value| value.abs())),
        "absent" => whole(vectors::absent),
        "acos" => whole(|call| call.map_floats(0, |_, value| gomath::acos(value))),
        "acosh" => whole(|call| call.map_floats(0, |_, value| gomath::acosh(value))),
        "asin" => whole(|call| call.map_floats(0, |_, value| gomath::asin(value))),
        "asinh" => whole(|call| call.map_floats(0, |_, value| gomath::asinh(value))),
        "atan" => whole(|call| call.map_floats(0, |_, value| gomath::atan(value))),
        "atanh" => whole(|call| call.map_floats(0, |_, value| gomath::atanh(value))),
        "avg_over_time" => range(over_time::average),
        "ceil" => whole(|call| call.map_floats(0, |_, value| value.ceil())),
        "changes" => range(changes::changes),
        "clamp" => whole(math::clamp),
        "clamp_max" => whole(math::clamp_max),
        "clamp_min" => whole(math::clamp_min),
        "cos" => whole(|call| call.map_floats(0, |_, value| gomath::cos(value))),
        "cosh" => whole(|call| call.map_floats(0, |_, value| gomath::cosh(value))),
        "count_over_time" => range(over_time::count),
        "day_of_month" => whole(|call| math::date(call, |at| at.day.into())),
        "day_of_week" => whole(|call| math::date(call, |at| at.day_of_week.into())),
        "day_of_year" => whole(|call| math::date(call, |at| at.day_of_year.into())),
        "days_in_month" => whole(|call| math::date(call, |at| at.days_in_month().into())),
        "deg" => whole(|call| call.map_floats(0, |_, value| math::degrees(value))),
        "delta" => range(rate::delta),
        "deriv" => range(regression::derivative),
        "double_exponential_smoothing" => range(regression::smooth),
        "exp" => whole(|call| call.map_floats(0, |_, value| gomath::exp(value))),
        "first_over_time" => keeping_name(over_time::first),
        "floor" => whole(|call| call.map_floats(0, |_, value| value.floor())),
        "histogram_avg" => whole(|call| histogram::each(call, FloatHistogram::average)),
        "histogram_count" => whole(|call| histogram::each(call, |histogram| histogram.count)),
        "histogram_fraction" => whole(histogram::fraction),
        "histogram_quantile" => whole(histogram::quantile),
        "histogram_quantiles" => whole(histogram::quantiles),
        "histogram_stddev" => whole(|call| histogram::each(call, |histogram| histogram.variance().sqrt())),
        "histogram_stdvar" => whole(|call| histogram::each(call, FloatHistogram::variance)),
        "histogram_sum" => whole(|call| histogram::each(call, |histogram| histogram.sum)),
        "hour" => whole(|call| math::date(call, |at| at.hour.into())),
        "idelta" => range(instant_rate::difference),
        "increase" => counting(rate::increase),
        "irate" => counting(instant_rate::rate),
        "label_join" => relabelling(label::join),
        "label_replace" => relabelling(label::replace),
        "last_over_time" => keeping_name(over_time::last),
        "ln" => whole(|call| call.map_floats(0, |_, value| gomath::ln(value))),
        "log10" => whole(|call| call.map_floats(0, |_, value| gomath::log10(value))),
        "log2" => whole(|call| call.map_floats(0, |_, value| gomath::log2(value))),
        "mad_over_time" => range(over_time::median_deviation),
        "max_of" => whole(|call| math::choose(call, gomath::max)),
        "max_over_time" => range(over_time::max),
        "min_of" => whole(|call| math::choose(call, gomath::min)),
        "min_over_time" => range(over_time::min),
        "minute" => whole(|call| math::date(call, |at| at.minute.into())),
        "month" => whole(|call| math::date(call, |at| at.month.into())),
        "pi" => whole(|_| Ok(Evaluated::Scalar(Scalar::Constant(std::f64::consts::PI)))),
        "predict_linear" => range(regression::predict),
        "present_over_time" => range(over_time::present),
        "quantile_over_time" => range(over_time::quantile_over_time),
        "rad" => whole(|call| call.map_floats(0, |_, value| math::radians(value))),
        "rate" => counting(rate::rate),
        "resets" => counting(changes::resets),
        "round" => whole(math::round),
        "scalar" => whole(vectors::scalar),
        "sgn" => whole(|call| call.map_floats(0, |_, value| math::sign(value))),
        "sin" => whole(|call| call.map_floats(0, |_, value| gomath::sin(value))),
        "sinh" => whole(|call| call.map_floats(0, |_, value| gomath::sinh(value))),
        "sort" => whole(sort::ascending),
        "sort_by_label" => whole(sort::by_label),
        "sort_by_label_desc" => whole(sort::by_label_descending),
        "sort_desc" => whole(sort::descending),
        "sqrt" => whole(|call| call.map_floats(0, |_, value| value.sqrt())),
        "stddev_over_time" => range(over_time::deviation),
        "stdvar_over_time" => range(over_time::variance),
        "sum_over_time" => range(over_time::sum),
        "tan" => whole(|call| call.map_floats(0, |_, value| gomath::tan(value))),
        "tanh" => whole(|call| call.map_floats(0, |_, value| gomath::tanh(value))),
        "time" => whole(math::time),
        "ts_of_first_over_time" => range(over_time::time_of_first),
        "ts_of_last_over_time" => range(over_time::time_of_last),
        "ts_of_max_over_time" => range(over_time::time_of_max),
        "ts_of_min_over_time" => range(over_time::time_of_min),
        "vector" => whole(vectors::vector),
        "year" => whole(|call| math::date(call, |at| at.year as f64)),
        _ => return None,
    })
}

fn whole(eval: fn(&mut Call<'_>) -> Result<Evaluated, EvalError>) -> Implementation {
    Implementation::Whole(WholeFunction {
        eval,
        duplicates: Duplicates::ByStep,
    })
}

fn relabelling(eval: fn(&mut Call<'_>) -> Result<Evaluated, EvalError>) -> Implementation {
    Implementation::Whole(WholeFunction {
        eval,
        duplicates: Duplicates::Merge,
    })
}

type RangeEval = fn(&mut RangeCall<'_>, &RangeSeries<'_>, &mut ColumnWriter<'_>) -> Result<(), EvalError>;

fn range(eval: RangeEval) -> Implementation {
    Implementation::Range(RangeFunction {
        eval,
        keeps_name: false,
        uses_start_timestamps: false,
    })
}

fn keeping_name(eval: RangeEval) -> Implementation {
    Implementation::Range(RangeFunction {
        eval,
        keeps_name: true,
        uses_start_timestamps: false,
    })
}

fn counting(eval: RangeEval) -> Implementation {
    Implementation::Range(RangeFunction {
        eval,
        keeps_name: false,
        uses_start_timestamps: true,
    })
}

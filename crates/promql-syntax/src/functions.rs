//! The functions of Prometheus 3.14 and what they take.

use crate::ast::ValueType;

/// What a function takes and returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// The name.
    pub name: &'static str,
    /// Types of the arguments; the last one repeats where the function takes more.
    pub args: &'static [ValueType],
    /// How many arguments may follow the first `args.len() - 1`.
    pub variadic: Variadic,
    /// Type of the result.
    pub returns: ValueType,
    /// Whether Prometheus refuses it without `--enable-feature=promql-experimental-functions`.
    pub experimental: bool,
}

/// How the number of arguments may vary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variadic {
    /// Exactly as many as there are types.
    Fixed,
    /// One fewer than there are types, and up to this many more.
    UpTo(usize),
    /// One fewer than there are types, or any number more.
    Any,
}

use ValueType::{InstantVector as V, RangeVector as R, Scalar as S, String as T};
use Variadic::{Any, Fixed, UpTo};

const fn stable(
    name: &'static str,
    args: &'static [ValueType],
    variadic: Variadic,
    returns: ValueType,
) -> Function {
    Function {
        name,
        args,
        variadic,
        returns,
        experimental: false,
    }
}

const fn experimental(
    name: &'static str,
    args: &'static [ValueType],
    variadic: Variadic,
    returns: ValueType,
) -> Function {
    Function {
        name,
        args,
        variadic,
        returns,
        experimental: true,
    }
}

/// All functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    stable("abs", &[V], Fixed, V),
    stable("absent", &[V], Fixed, V),
    stable("absent_over_time", &[R], Fixed, V),
    stable("acos", &[V], Fixed, V),
    stable("acosh", &[V], Fixed, V),
    stable("asin", &[V], Fixed, V),
    stable("asinh", &[V], Fixed, V),
    stable("atan", &[V], Fixed, V),
    stable("atanh", &[V], Fixed, V),
    stable("avg_over_time", &[R], Fixed, V),
    stable("ceil", &[V], Fixed, V),
    stable("changes", &[R], Fixed, V),
    stable("clamp", &[V, S, S], Fixed, V),
    stable("clamp_max", &[V, S], Fixed, V),
    stable("clamp_min", &[V, S], Fixed, V),
    stable("cos", &[V], Fixed, V),
    stable("cosh", &[V], Fixed, V),
    stable("count_over_time", &[R], Fixed, V),
    stable("day_of_month", &[V], UpTo(1), V),
    stable("day_of_week", &[V], UpTo(1), V),
    stable("day_of_year", &[V], UpTo(1), V),
    stable("days_in_month", &[V], UpTo(1), V),
    stable("deg", &[V], Fixed, V),
    stable("delta", &[R], Fixed, V),
    stable("deriv", &[R], Fixed, V),
    experimental("double_exponential_smoothing", &[R, S, S], Fixed, V),
    experimental("end", &[], Fixed, S),
    stable("exp", &[V], Fixed, V),
    stable("first_over_time", &[R], Fixed, V),
    stable("floor", &[V], Fixed, V),
    stable("histogram_avg", &[V], Fixed, V),
    stable("histogram_count", &[V], Fixed, V),
    stable("histogram_fraction", &[S, S, V], Fixed, V),
    stable("histogram_quantile", &[S, V], Fixed, V),
    experimental("histogram_quantiles", &[V, T, S, S], UpTo(9), V),
    stable("histogram_stddev", &[V], Fixed, V),
    stable("histogram_stdvar", &[V], Fixed, V),
    stable("histogram_sum", &[V], Fixed, V),
    stable("hour", &[V], UpTo(1), V),
    stable("idelta", &[R], Fixed, V),
    stable("increase", &[R], Fixed, V),
    experimental("info", &[V, V], UpTo(1), V),
    stable("irate", &[R], Fixed, V),
    stable("label_join", &[V, T, T, T], Any, V),
    stable("label_replace", &[V, T, T, T, T], Fixed, V),
    stable("last_over_time", &[R], Fixed, V),
    stable("ln", &[V], Fixed, V),
    stable("log10", &[V], Fixed, V),
    stable("log2", &[V], Fixed, V),
    experimental("mad_over_time", &[R], Fixed, V),
    experimental("max_of", &[S, S], Fixed, S),
    stable("max_over_time", &[R], Fixed, V),
    experimental("min_of", &[S, S], Fixed, S),
    stable("min_over_time", &[R], Fixed, V),
    stable("minute", &[V], UpTo(1), V),
    stable("month", &[V], UpTo(1), V),
    stable("pi", &[], Fixed, S),
    stable("predict_linear", &[R, S], Fixed, V),
    stable("present_over_time", &[R], Fixed, V),
    stable("quantile_over_time", &[S, R], Fixed, V),
    stable("rad", &[V], Fixed, V),
    experimental("range", &[], Fixed, S),
    stable("rate", &[R], Fixed, V),
    stable("resets", &[R], Fixed, V),
    stable("round", &[V, S], UpTo(1), V),
    stable("scalar", &[V], Fixed, S),
    stable("sgn", &[V], Fixed, V),
    stable("sin", &[V], Fixed, V),
    stable("sinh", &[V], Fixed, V),
    stable("sort", &[V], Fixed, V),
    experimental("sort_by_label", &[V, T], Any, V),
    experimental("sort_by_label_desc", &[V, T], Any, V),
    stable("sort_desc", &[V], Fixed, V),
    stable("sqrt", &[V], Fixed, V),
    experimental("start", &[], Fixed, S),
    experimental("start_timestamp", &[V], Fixed, V),
    stable("stddev_over_time", &[R], Fixed, V),
    stable("stdvar_over_time", &[R], Fixed, V),
    experimental("step", &[], Fixed, S),
    stable("sum_over_time", &[R], Fixed, V),
    stable("tan", &[V], Fixed, V),
    stable("tanh", &[V], Fixed, V),
    stable("time", &[], Fixed, S),
    stable("timestamp", &[V], Fixed, V),
    experimental("ts_of_first_over_time", &[R], Fixed, V),
    experimental("ts_of_last_over_time", &[R], Fixed, V),
    experimental("ts_of_max_over_time", &[R], Fixed, V),
    experimental("ts_of_min_over_time", &[R], Fixed, V),
    stable("vector", &[S], Fixed, V),
    stable("year", &[V], UpTo(1), V),
];

/// The function of this name. Names are case-sensitive, as in Prometheus.
pub fn lookup(name: &str) -> Option<&'static Function> {
    FUNCTIONS
        .binary_search_by(|f| f.name.cmp(name))
        .ok()
        .map(|at| &FUNCTIONS[at])
}

/// The function whose name is closest to a misspelt one, if any is close.
pub fn nearest(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let in_common = |other: &str| {
        lower
            .bytes()
            .zip(other.bytes())
            .take_while(|(a, b)| a == b)
            .count()
    };
    // Among the equally close, the one that begins alike is meant.
    let score = |f: &Function| {
        (
            strsim::damerau_levenshtein(&lower, f.name),
            std::cmp::Reverse(in_common(f.name)),
            f.name,
        )
    };
    let (distance, _, best) = FUNCTIONS.iter().map(score).min()?;
    (distance <= (name.len() / 3).max(1)).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_the_search() {
        assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(lookup("rate").map(|f| f.returns), Some(V));
        assert_eq!(lookup("Rate"), None);
    }

    #[test]
    fn the_nearest_name_is_suggested() {
        for (typo, meant) in [
            ("rat", "rate"),
            ("Rate", "rate"),
            ("histogram_quantil", "histogram_quantile"),
        ] {
            assert_eq!(nearest(typo), Some(meant));
        }
        assert_eq!(nearest("frobnicate_everything"), None);
    }
}

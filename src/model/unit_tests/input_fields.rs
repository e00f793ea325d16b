//! The fields of `input_series` and of what stands in them.

use crate::model::format::{Field, Shape, Value};

/// The fields of an input series.
pub(super) static SERIES: Shape = Shape {
    name: "InputSeries",
    what: "an input series",
    about: "A series and its values, or several: in series notation, described by what happens, or from a file.",
    fields: &[
        Field::new(
            "series",
            Value::Text,
            "The metric with its labels: `up{job=\"api\"}`.",
        ),
        Field::new(
            "labels",
            Value::Map(&Value::Any(&[Value::Text, Value::List(&Value::Text)])),
            "Labels that it has besides. Several values make a series for each, and one for each combination.",
        ),
        Field::new(
            "values",
            Value::Text,
            "The values, one for each interval: `1 2 3`, `0+10x5`, `_x3`, `stale`.",
        ),
        Field::new(
            "counter",
            RATES,
            "Grows at a rate: `2/s`, or `{0s: 2/s, 10m: 50/s}`.",
        ),
        Field::new(
            "gauge",
            POINTS,
            "Holds each value until the next: `5`, or `{0s: 5, 10m: 90}`.",
        ),
        Field::new("steps", POINTS, "The same as `gauge`."),
        Field::new(
            "ramp",
            POINTS,
            "Goes in straight lines from each value to the next: `{0s: 0, 30m: 100}`.",
        ),
        Field::new("sine", Value::Fields(&SINE), "Swings around a mean."),
        Field::new(
            "histogram",
            Value::Fields(&HISTOGRAM),
            "A classic histogram: a series for each bucket, the sum and the count.",
        ),
        Field::new(
            "csv",
            Value::Text,
            "The path of a table with a column for each series.",
        ),
        Field::new(
            "metrics",
            Value::Any(&[FILE_AT, Value::List(&FILE_AT)]),
            "The path of a page of metrics in the text format, or several with the times since when they hold.",
        ),
        Field::new(
            "tsdb_dump",
            FILE_AT,
            "The path of what `promtool tsdb dump` has printed.",
        ),
        Field::new(
            "every",
            Value::Duration,
            "The time between samples; that of the test where it is left out.",
        ),
        Field::new("from", Value::Duration, "When the series begins."),
        Field::new(
            "until",
            Value::Duration,
            "When the series ends, with a staleness marker.",
        ),
        Field::new(
            "gaps",
            Value::List(&Value::Text),
            "Spans without samples: `[5m..10m]`.",
        ),
        Field::new(
            "resets",
            Value::List(&Value::Duration),
            "When a counter begins again at zero.",
        ),
        Field::new(
            "jitter",
            Value::Duration,
            "How much later than planned a sample may be taken.",
        ),
        Field::new(
            "noise",
            Value::Any(&[Value::Number, Value::Fields(&NOISE)]),
            "Noise on the values: its standard deviation.",
        ),
        Field::new(
            "seed",
            Value::Whole,
            "Makes noise and jitter the same in each run, and other than with another seed.",
        ),
    ],
};

const RATE: Value = Value::Text;
const RATES: Value = Value::Any(&[RATE, Value::Map(&RATE)]);
const POINTS: Value = Value::Any(&[Value::Number, Value::Map(&Value::Number)]);
const FILE_AT: Value = Value::Any(&[Value::Text, Value::Fields(&FILE)]);

/// The fields of a sine.
pub(super) static SINE: Shape = Shape {
    name: "Sine",
    what: "a sine",
    about: "Swings around a mean.",
    fields: &[
        Field::new("mean", Value::Number, "The middle; 0 where it is left out."),
        Field::new(
            "amplitude",
            Value::Number,
            "How far it goes from the middle; 1 where it is left out.",
        ),
        Field::required("period", Value::Duration, "How long one wave takes."),
        Field::new("shift", Value::Duration, "When the first wave begins."),
    ],
};

/// The fields of a histogram. One phase may stand as it is, with the buckets.
pub(super) static HISTOGRAM: Shape = Shape {
    name: "Histogram",
    what: "a histogram",
    about: "Observations that fall into the buckets of a classic histogram.",
    fields: &[
        Field::new("rate", RATE, "How much is observed: `10/s`."),
        Field::new("quantiles", Value::Map(&Value::Text), QUANTILES),
        Field::new(
            "buckets",
            Value::List(&Value::Number),
            "The upper bounds of the buckets; those of the client libraries where they are left out.",
        ),
        Field::new(
            "phases",
            Value::List(&Value::Fields(&PHASE)),
            "What is observed from one time to the next.",
        ),
    ],
};

const QUANTILES: &str = "Which share of the observations is below which value: `{0.5: 200ms, 0.95: 1.5}`.";

/// The fields of a histogram's phase.
pub(super) static PHASE: Shape = Shape {
    name: "HistogramPhase",
    what: "a phase",
    about: "What a histogram observes from a time on.",
    fields: &[
        Field::new("from", Value::Duration, "Since when."),
        Field::required("rate", RATE, "How much is observed: `10/s`."),
        Field::required("quantiles", Value::Map(&Value::Text), QUANTILES),
    ],
};

/// The fields of noise.
pub(super) static NOISE: Shape = Shape {
    name: "Noise",
    what: "noise",
    about: "Noise on the values of a series.",
    fields: &[
        Field::required(
            "deviation",
            Value::Number,
            "Its standard deviation, in the unit of the values.",
        ),
        Field::new("min", Value::Number, "The least value that may come of it."),
        Field::new("max", Value::Number, "The greatest value that may come of it."),
    ],
};

/// The fields of a file that holds series since a time.
pub(super) static FILE: Shape = Shape {
    name: "SeriesFile",
    what: "a file of series",
    about: "A file that holds series.",
    fields: &[
        Field::required("file", Value::Text, "Its path, relative to this file."),
        Field::new(
            "at",
            Value::Any(&[Value::Duration, Value::Choice(&["recorded"])]),
            "Since when it holds; `recorded` leaves a dump at the times that stand in it.",
        ),
    ],
};

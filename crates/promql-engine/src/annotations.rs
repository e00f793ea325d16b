//! What an evaluation has to say beside its value: warnings and infos, in Prometheus' words, each with the
//! place in the query that it is about.
//!
//! The same message is reported once. Where it is said of several places, the last one counts, as in Prometheus.

use promql_syntax::Span;

use crate::calendar;
use crate::gofmt::{float_g, float_g_precision, quote};

/// How serious an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The result is probably not what was meant.
    Warning,
    /// The result may not be what was meant.
    Info,
}

/// A warning or an info.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    level: Level,
    message: String,
    span: Span,
    detail: Detail,
}

/// What is added to the message when it is shown, summed up over all occurrences.
#[derive(Clone, Debug, PartialEq)]
enum Detail {
    None,
    ForcedMonotonicity {
        timestamps: (i64, i64),
        buckets: (f64, f64),
        max_difference: f64,
        samples: usize,
    },
    Occurrences(usize),
}

/// The operation that was about to combine two histograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistogramOperation {
    /// `+`
    Addition,
    /// `-`
    Subtraction,
    /// `sum`, `avg` and the like.
    Aggregation,
}

impl HistogramOperation {
    fn name(self) -> &'static str {
        match self {
            HistogramOperation::Addition => "addition",
            HistogramOperation::Subtraction => "subtraction",
            HistogramOperation::Aggregation => "aggregation",
        }
    }
}

impl Annotation {
    fn warning(message: String, span: Span) -> Self {
        Annotation {
            level: Level::Warning,
            message: format!("PromQL warning: {message}"),
            span,
            detail: Detail::None,
        }
    }

    fn info(message: String, span: Span) -> Self {
        Annotation {
            level: Level::Info,
            message: format!("PromQL info: {message}"),
            span,
            detail: Detail::None,
        }
    }

    /// How serious it is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The message without position, as Prometheus' acceptance scripts compare it.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The place in the query's text.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The message as Prometheus' HTTP API shows it: with details and with line and column in the query.
    pub fn text(&self, query: &str) -> String {
        let message = &self.message;
        let position = position(query, self.span);
        match &self.detail {
            Detail::ForcedMonotonicity {
                timestamps,
                buckets,
                max_difference,
                samples,
            } => format!(
                "{message}, from buckets {} to {}, with a max diff of {}, over {samples} samples from {} to {} \
                 ({position})",
                float_g(buckets.0),
                float_g(buckets.1),
                float_g_precision(*max_difference, 2),
                calendar::rfc3339(timestamps.0.div_euclid(1000)),
                calendar::rfc3339(timestamps.1.div_euclid(1000)),
            ),
            Detail::Occurrences(count) if *count > 1 => {
                format!("{message} ({count} occurrences) ({position})")
            }
            Detail::None | Detail::Occurrences(_) => format!("{message} ({position})"),
        }
    }

    /// A quantile outside 0…1.
    pub(crate) fn invalid_quantile(quantile: f64, span: Span) -> Self {
        let got = float_g(quantile);
        Self::warning(
            format!("quantile value should be between 0 and 1, got {got}"),
            span,
        )
    }

    /// A ratio outside -1…1.
    pub(crate) fn invalid_ratio(ratio: f64, capped: f64, span: Span) -> Self {
        let (got, to) = (float_g(ratio), float_g(capped));
        Self::warning(
            format!("ratio value should be between -1 and 1, got {got}, capping to {to}"),
            span,
        )
    }

    /// A classic histogram's bucket whose bound is missing or no number.
    pub(crate) fn bad_bucket_label(metric: &str, bound: &str, span: Span) -> Self {
        let message = format!(
            "bucket label \"le\" is missing or has a malformed value of {}",
            quote(bound)
        );
        Self::warning(with_metric(message, metric), span)
    }

    /// Floats and histograms in one range.
    pub(crate) fn mixed_floats_histograms(metric: &str, span: Span) -> Self {
        let metric = quote(metric);
        Self::warning(
            format!("encountered a mix of histograms and floats for metric name {metric}"),
            span,
        )
    }

    /// Floats and histograms in one group of an aggregation.
    pub(crate) fn mixed_floats_histograms_in_aggregation(span: Span) -> Self {
        Self::warning(
            "encountered a mix of histograms and floats for aggregation".into(),
            span,
        )
    }

    /// Classic and native histograms for the same series.
    pub(crate) fn mixed_classic_native(metric: &str, span: Span) -> Self {
        let message = "vector contains a mix of classic and native histograms".into();
        Self::warning(with_metric(message, metric), span)
    }

    /// A function for counters met a gauge histogram.
    pub(crate) fn histogram_not_counter(metric: &str, span: Span) -> Self {
        let metric = quote(metric);
        Self::warning(
            format!("this native histogram metric is not a counter: {metric}"),
            span,
        )
    }

    /// A function for gauges met a counter histogram.
    pub(crate) fn histogram_not_gauge(metric: &str, span: Span) -> Self {
        let metric = quote(metric);
        Self::warning(
            format!("this native histogram metric is not a gauge: {metric}"),
            span,
        )
    }

    /// Exponential and custom buckets together.
    pub(crate) fn mixed_exponential_custom(metric: &str, span: Span) -> Self {
        let metric = quote(metric);
        Self::warning(
            format!(
                "vector contains a mix of histograms with exponential and custom buckets schemas for metric name \
                 {metric}"
            ),
            span,
        )
    }

    /// A rate of something whose name is not a counter's.
    pub(crate) fn possible_non_counter(metric: &str, span: Span) -> Self {
        let metric = quote(metric);
        Self::info(
            format!(
                "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {metric}"
            ),
            span,
        )
    }

    /// A rate of something whose `__type__` is not a counter's.
    pub(crate) fn possible_non_counter_type(metric: &str, metric_type: &str, span: Span) -> Self {
        let (metric, got) = (quote(metric), quote(metric_type));
        Self::info(
            format!(
                "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got \
                 {got}: {metric}"
            ),
            span,
        )
    }

    /// The buckets of a classic histogram did not grow; they were repaired before the quantile was taken.
    pub(crate) fn forced_monotonicity(
        metric: &str,
        span: Span,
        timestamp: i64,
        min_bucket: f64,
        max_bucket: f64,
        max_difference: f64,
    ) -> Self {
        let message = "input to histogram_quantile needed to be fixed for monotonicity (see \
                       https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)";
        Annotation {
            detail: Detail::ForcedMonotonicity {
                timestamps: (timestamp, timestamp),
                buckets: (min_bucket, max_bucket),
                max_difference,
                samples: 1,
            },
            ..Self::info(with_metric(message.into(), metric), span)
        }
    }

    /// A binary operator does not know what to do with such operands; types are "float" or "histogram".
    pub(crate) fn incompatible_types(left: &str, operator: &str, right: &str, span: Span) -> Self {
        let quoted = quote(operator);
        Self::info(
            format!(
                "incompatible sample types encountered for binary operator {quoted}: {left} {operator} {right}"
            ),
            span,
        )
    }

    /// An aggregation that takes floats only left a histogram out.
    pub(crate) fn histogram_ignored_in_aggregation(aggregation: &str, span: Span) -> Self {
        Self::info(format!("ignored histogram in {aggregation} aggregation"), span)
    }

    /// A range function that takes floats only left histograms out.
    pub(crate) fn histogram_ignored_in_range(metric: &str, span: Span) -> Self {
        let metric = quote(metric);
        Self::info(
            format!(
                "ignored histograms in a range containing both floats and histograms for metric name {metric}"
            ),
            span,
        )
    }

    /// A binary operator met histograms whose buckets cannot be combined.
    pub(crate) fn incompatible_bucket_layout(operator: &str, span: Span) -> Self {
        Self::warning(
            format!("incompatible bucket layout encountered for binary operator {operator}"),
            span,
        )
    }

    /// Sorting a range query's result has no effect.
    pub(crate) fn sort_in_range_query(span: Span) -> Self {
        Self::warning(
            "sort is ineffective for range queries since results are always ordered by labels".into(),
            span,
        )
    }

    /// A quantile of a native histogram fell among observations that are not numbers.
    pub(crate) fn quantile_is_nan(metric: &str, span: Span) -> Self {
        let message = "input to histogram_quantile has NaN observations, result is NaN".into();
        Self::info(with_metric(message, metric), span)
    }

    /// A quantile of a native histogram is too high for observations that are not numbers.
    pub(crate) fn quantile_is_skewed(metric: &str, span: Span) -> Self {
        let message = "input to histogram_quantile has NaN observations, result is skewed higher".into();
        Self::info(with_metric(message, metric), span)
    }

    /// A fraction of a native histogram leaves out observations that are not numbers.
    pub(crate) fn fraction_excludes_nan(metric: &str, span: Span) -> Self {
        let message =
            "input to histogram_fraction has NaN observations, which are excluded from all fractions";
        Self::info(with_metric(message.into(), metric), span)
    }

    /// One histogram says that its counter was reset, the other that it was not.
    pub(crate) fn counter_reset_collision(operation: HistogramOperation, span: Span) -> Self {
        let operation = operation.name();
        Self::warning(
            format!("conflicting counter resets during histogram {operation}"),
            span,
        )
    }

    /// Custom bucket bounds that differ were reduced to those in common.
    pub(crate) fn custom_buckets_reconciled(operation: HistogramOperation, span: Span) -> Self {
        let operation = operation.name();
        Self::info(
            format!("mismatched custom buckets were reconciled during {operation}"),
            span,
        )
    }

    /// A sample says that it started to count before the previous one was taken.
    pub(crate) fn start_time_overlap(metric: &str, span: Span) -> Self {
        let metric = quote(metric);
        let message =
            format!("sample has start time that overlaps with previous sample timestamp for metric {metric}");
        Annotation {
            detail: Detail::Occurrences(1),
            ..Self::warning(message, span)
        }
    }

    /// Takes in what was said before in the same words.
    fn absorb(&mut self, previous: &Annotation) {
        match (&mut self.detail, &previous.detail) {
            (
                Detail::ForcedMonotonicity {
                    timestamps,
                    buckets,
                    max_difference,
                    samples,
                },
                Detail::ForcedMonotonicity {
                    timestamps: other_timestamps,
                    buckets: other_buckets,
                    max_difference: other_difference,
                    samples: other_samples,
                },
            ) => {
                timestamps.0 = timestamps.0.min(other_timestamps.0);
                timestamps.1 = timestamps.1.max(other_timestamps.1);
                buckets.0 = buckets.0.min(other_buckets.0);
                buckets.1 = buckets.1.max(other_buckets.1);
                *max_difference = max_difference.max(*other_difference);
                *samples += other_samples;
                self.span = previous.span;
            }
            (Detail::Occurrences(count), Detail::Occurrences(other)) => {
                *count += other;
                self.span = previous.span;
            }
            _ => {}
        }
    }
}

fn with_metric(message: String, metric: &str) -> String {
    if metric.is_empty() {
        message
    } else {
        format!("{message} for metric name {}", quote(metric))
    }
}

/// Line and column of a range's start, both from 1, the column in bytes as Prometheus counts.
fn position(query: &str, span: Span) -> String {
    if query.is_empty() {
        return "unknown position".into();
    }
    let Some(before) = query.get(..span.start) else {
        return "invalid position".into();
    };
    let line = before.matches('\n').count() + 1;
    let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1;
    format!("{line}:{column}")
}

/// The annotations of an evaluation, each message once, in the order in which they first came up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations(Vec<Annotation>);

impl Annotations {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an annotation, or merges it with one of the same message.
    pub fn add(&mut self, mut annotation: Annotation) {
        match self
            .0
            .iter_mut()
            .find(|known| known.message == annotation.message)
        {
            Some(known) => {
                annotation.absorb(known);
                *known = annotation;
            }
            None => self.0.push(annotation),
        }
    }

    /// Adds all of another evaluation.
    pub fn merge(&mut self, other: Annotations) {
        for annotation in other.0 {
            self.add(annotation);
        }
    }

    /// All annotations.
    pub fn iter(&self) -> impl Iterator<Item = &Annotation> {
        self.0.iter()
    }

    /// The warnings.
    pub fn warnings(&self) -> impl Iterator<Item = &Annotation> {
        self.iter()
            .filter(|annotation| annotation.level == Level::Warning)
    }

    /// The infos.
    pub fn infos(&self) -> impl Iterator<Item = &Annotation> {
        self.iter().filter(|annotation| annotation.level == Level::Info)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_lines_and_columns() {
        let query = "sum(\n  foo\n)";
        assert_eq!(position(query, Span::new(0, 3)), "1:1");
        assert_eq!(position(query, Span::new(7, 10)), "2:3");
        assert_eq!(position("", Span::new(0, 0)), "unknown position");
        assert_eq!(position("a", Span::new(2, 3)), "invalid position");
    }

    #[test]
    fn the_same_message_is_kept_once_with_its_last_place() {
        let mut annotations = Annotations::new();
        annotations.add(Annotation::invalid_quantile(2.0, Span::new(1, 2)));
        annotations.add(Annotation::sort_in_range_query(Span::new(0, 1)));
        annotations.add(Annotation::invalid_quantile(2.0, Span::new(5, 6)));
        let texts: Vec<_> = annotations.iter().map(|a| a.text("0123456789")).collect();
        assert_eq!(
            texts,
            [
                "PromQL warning: quantile value should be between 0 and 1, got 2 (1:6)",
                "PromQL warning: sort is ineffective for range queries since results are always ordered by labels \
                 (1:1)",
            ]
        );
    }

    #[test]
    fn forced_monotonicity_sums_up() {
        let mut annotations = Annotations::new();
        let span = Span::new(0, 1);
        annotations.add(Annotation::forced_monotonicity("m", span, 60_000, 0.1, 0.5, 0.25));
        annotations.add(Annotation::forced_monotonicity("m", span, 0, 0.2, 1.0, 0.125));
        let text = annotations.iter().next().map(|a| a.text("m"));
        assert_eq!(
            text.as_deref(),
            Some(
                "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see \
                 https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric \
                 name \"m\", from buckets 0.1 to 1, with a max diff of 0.25, over 2 samples from \
                 1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z (1:1)"
            )
        );
    }
}

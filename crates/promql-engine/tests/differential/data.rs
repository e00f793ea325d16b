//! Generated series: gauges, counters with resets, classic and native histograms, gaps and staleness markers.

use promql_engine::histogram::{BucketSpan, Buckets, CounterResetHint, FloatHistogram};
use promql_engine::sample::STALE_NAN;
use promql_engine::{Labels, SampleValue, Storage};

use crate::random::Random;

/// How many samples a series has at most, one every 15 seconds.
const SAMPLES: usize = 60;

/// A set of series.
pub(crate) struct Data {
    series: Vec<Series>,
}

struct Series {
    name: &'static str,
    labels: Vec<(&'static str, String)>,
    /// One for every interval; `None` is a gap.
    samples: Vec<Option<SampleValue>>,
}

impl Data {
    pub(crate) fn generate(random: &mut Random) -> Self {
        let mut series = Vec::new();
        let mut add = |name, labels: &[(&'static str, &str)], samples| {
            let labels = labels
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect();
            series.push(Series {
                name,
                labels,
                samples,
            });
        };
        for (job, instance) in [("api", "a"), ("api", "b"), ("web", "a"), ("web", "c")] {
            let labels = [("job", job), ("instance", instance)];
            add("temperature", &labels, gauge(random));
            if random.chance(3, 4) {
                add("pressure", &labels, gauge(random));
            }
            add("requests_total", &labels, counter(random));
            if random.chance(1, 2) {
                add("errors_total", &labels, counter(random));
            }
        }
        for job in ["api", "web"] {
            add("limit", &[("job", job)], gauge(random));
            add("latency", &[("job", job)], native(random, false));
            let mut counts = Vec::new();
            for bound in ["0.1", "0.5", "1", "2.5", "+Inf"] {
                counts.push(counter(random));
                add(
                    "duration_bucket",
                    &[("job", job), ("le", bound)],
                    accumulate(&counts),
                );
            }
        }
        add("size", &[("job", "api")], native(random, true));
        add("mixed", &[("job", "api")], mixed(random));
        Data { series }
    }

    /// The series in the notation of promtool's tests.
    pub(crate) fn notation(&self) -> impl Iterator<Item = (String, String)> {
        self.series.iter().map(|series| {
            let labels: Vec<String> = series
                .labels
                .iter()
                .map(|(name, value)| format!("{name}=\"{value}\""))
                .collect();
            let values: Vec<String> = series
                .samples
                .iter()
                .map(|sample| notation(sample.as_ref()))
                .collect();
            (
                format!("{}{{{}}}", series.name, labels.join(",")),
                values.join(" "),
            )
        })
    }

    /// The series in another order.
    pub(crate) fn shuffle(&mut self, random: &mut Random) {
        for i in (1..self.series.len()).rev() {
            self.series.swap(i, random.below(i + 1));
        }
    }

    /// The series in a storage.
    pub(crate) fn storage(&self) -> Storage {
        let mut storage = Storage::new();
        for series in &self.series {
            let name = ("__name__", series.name);
            let labels = series.labels.iter().map(|(name, value)| (*name, value.as_str()));
            let labels = Labels::new(std::iter::once(name).chain(labels));
            for (i, sample) in series.samples.iter().enumerate() {
                if let Some(sample) = sample {
                    storage
                        .append(&labels, i as i64 * 15_000, sample.clone())
                        .expect("in order");
                }
            }
        }
        storage
    }
}

fn notation(sample: Option<&SampleValue>) -> String {
    match sample {
        None => "_".into(),
        Some(SampleValue::Float(value)) if value.to_bits() == STALE_NAN.to_bits() => "stale".into(),
        Some(SampleValue::Float(value)) if value.is_nan() => "NaN".into(),
        Some(SampleValue::Float(value)) if value.is_infinite() => {
            if *value > 0.0 {
                "Inf".into()
            } else {
                "-Inf".into()
            }
        }
        Some(SampleValue::Float(value)) => format!("{value:?}"),
        Some(SampleValue::Histogram(histogram)) => histogram.test_expression(),
    }
}

/// Gaps.
fn with_gaps(random: &mut Random, samples: Vec<Option<SampleValue>>) -> Vec<Option<SampleValue>> {
    let gap = random.below(12);
    samples
        .into_iter()
        .map(|sample| sample.filter(|_| !random.chance(gap, 60)))
        .collect()
}

/// Now and then a marker that the series is gone, and some time without samples.
fn with_ends(random: &mut Random, samples: Vec<Option<SampleValue>>) -> Vec<Option<SampleValue>> {
    let mut gone = 0;
    samples
        .into_iter()
        .map(|sample| {
            if gone > 0 {
                gone -= 1;
                return None;
            }
            if random.chance(1, 80) {
                gone = random.below(30);
                return Some(SampleValue::Float(STALE_NAN));
            }
            sample
        })
        .collect()
}

fn gauge(random: &mut Random) -> Vec<Option<SampleValue>> {
    let whole = random.chance(1, 2);
    let odd = random.chance(1, 4);
    let samples = (0..SAMPLES).map(|_| {
        let value = random.unit() * 200.0 - 60.0;
        Some(SampleValue::Float(match random.below(40) {
            0 if odd => f64::NAN,
            1 if odd => f64::INFINITY,
            2 if odd => f64::NEG_INFINITY,
            3 if odd => 1e300,
            4 => 0.0,
            _ if whole => value.round(),
            _ => value,
        }))
    });
    let samples = samples.collect();
    let samples = with_gaps(random, samples);
    with_ends(random, samples)
}

fn counter(random: &mut Random) -> Vec<Option<SampleValue>> {
    let whole = random.chance(2, 3);
    let mut value = random.unit() * 50.0;
    let samples = (0..SAMPLES).map(|_| {
        value = match random.below(25) {
            0 => random.unit() * 3.0,
            1..6 => value,
            _ => value + random.unit() * 20.0,
        };
        Some(SampleValue::Float(if whole { value.floor() } else { value }))
    });
    let samples = samples.collect();
    let samples = with_gaps(random, samples);
    with_ends(random, samples)
}

/// Cumulative counts of buckets.
fn accumulate(counts: &[Vec<Option<SampleValue>>]) -> Vec<Option<SampleValue>> {
    (0..SAMPLES)
        .map(|i| {
            let mut sum = 0.0;
            for count in counts {
                match &count[i] {
                    Some(SampleValue::Float(value)) => sum += value,
                    other => return other.clone(),
                }
            }
            Some(SampleValue::Float(sum))
        })
        .collect()
}

/// A native histogram that counts up, with resets and now and then another schema.
fn native(random: &mut Random, gauge: bool) -> Vec<Option<SampleValue>> {
    let schema = random.below(4) as i32 - 1;
    let mut counts = [1.0; 6];
    let samples = (0..SAMPLES).map(|_| {
        if gauge || random.chance(1, 25) {
            counts.fill(1.0);
        }
        for _ in 0..3 {
            counts[random.below(6)] += random.below(5) as f64;
        }
        let finer = i32::from(random.chance(1, 30));
        let mut histogram = FloatHistogram {
            schema: schema + finer,
            zero_threshold: 0.001,
            zero_count: counts[0],
            count: counts.iter().sum(),
            sum: counts[1..].iter().sum::<f64>() * 1.5,
            positive: Buckets {
                spans: vec![BucketSpan { offset: 0, length: 3 }],
                counts: counts[1..4].to_vec(),
            },
            negative: Buckets {
                spans: vec![BucketSpan { offset: 1, length: 2 }],
                counts: counts[4..].to_vec(),
            },
            ..FloatHistogram::default()
        };
        if gauge {
            histogram.counter_reset_hint = CounterResetHint::Gauge;
        }
        // In the form in which the notation gives it back: one span for each side, from its first populated bucket to
        // its last.
        histogram.compact(0).compact(u32::MAX);
        Some(SampleValue::from(histogram))
    });
    let samples = samples.collect();
    with_gaps(random, samples)
}

/// Floats and then histograms in one series. (promtool 3.5 stores all floats before all histograms and drops what is out
/// of order then, so there is no way back, and no staleness marker among histograms.)
fn mixed(random: &mut Random) -> Vec<Option<SampleValue>> {
    let (mut floats, histograms) = (gauge(random), native(random, false));
    let first_histogram = random.below(SAMPLES);
    floats.truncate(first_histogram);
    floats.extend(histograms.into_iter().skip(first_histogram));
    floats
}

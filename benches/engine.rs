//! Evaluation of the query shapes that Prometheus' own engine benchmark measures, over 1 to 1,000 series and 1 to 1,000
//! steps. Run with `cargo bench --bench engine`; a filter picks shapes: `cargo bench --bench engine -- rate`.

use std::fmt;
use std::sync::OnceLock;

use divan::Bencher;
use promql_engine::histogram::{Buckets, FloatHistogram};
use promql_engine::{Engine, EngineOptions, Labels, Query, Storage};
use promql_syntax::ParseOptions;

/// Samples are ten seconds apart.
const INTERVAL_MS: i64 = 10_000;
/// Enough for a range of a day before a thousand steps.
const SAMPLES: i64 = 8_640 + 1_000;
const SERIES: [usize; 3] = [1, 100, 1_000];
const STEPS: [usize; 3] = [1, 100, 1_000];

fn main() {
    divan::main();
}

/// A number of series and of steps.
#[derive(Clone, Copy)]
struct Size {
    series: usize,
    steps: usize,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} series, {} steps", self.series, self.steps)
    }
}

fn sizes() -> Vec<Size> {
    let of = |series| STEPS.map(|steps| Size { series, steps });
    SERIES.into_iter().flat_map(of).collect()
}

/// Counters `a` and `b` with label `l`; classic histograms `h` of eleven buckets and native ones `n`, a tenth and a
/// hundredth as many.
fn storage(series: usize) -> &'static Storage {
    static STORAGES: [OnceLock<Storage>; 3] = [const { OnceLock::new() }; 3];
    let place = SERIES
        .iter()
        .position(|known| *known == series)
        .expect("a known size");
    STORAGES[place].get_or_init(|| {
        let mut storage = Storage::new();
        let mut add = |name: &str, labels: &[(&str, String)], value: &dyn Fn(i64) -> f64| {
            let labels = labels.iter().map(|(name, value)| (*name, value.as_str()));
            let labels = Labels::new(labels.chain([("__name__", name)]));
            let id = storage.series_id(&labels);
            for i in 0..SAMPLES {
                storage
                    .append_to(id, i * INTERVAL_MS, value(i), 0)
                    .expect("in order");
            }
        };
        for l in 0..series {
            let label = [("l", l.to_string())];
            let offset = l as f64 / series as f64;
            add("a", &label, &|i| i as f64 + offset);
            add("b", &label, &|i| (i % 500) as f64 + offset);
        }
        for l in 0..series.div_ceil(10) {
            for bound in 0..=10 {
                let le = if bound == 10 {
                    "+Inf".to_owned()
                } else {
                    bound.to_string()
                };
                let labels = [("l", l.to_string()), ("le", le)];
                add("h", &labels, &|i| (i * (bound + 1)) as f64);
            }
        }
        for l in 0..series.div_ceil(100) {
            let labels = Labels::new([("__name__", "n"), ("l", &l.to_string())]);
            for i in 0..SAMPLES {
                let counts: Vec<f64> = (0..20).map(|bucket| (i * (bucket + 1)) as f64).collect();
                let count = counts.iter().sum();
                let histogram = FloatHistogram {
                    schema: 1,
                    count,
                    sum: 3.0 * count,
                    positive: Buckets::consecutive(0, counts),
                    ..FloatHistogram::default()
                };
                storage
                    .append(&labels, i * INTERVAL_MS, histogram)
                    .expect("in order");
            }
        }
        storage
    })
}

fn evaluate(bencher: Bencher<'_, '_>, size: Size, text: &str) {
    let storage = storage(size.series);
    let expr = promql_syntax::parse_valid(text, &ParseOptions::ALL).expect("parses");
    let engine = Engine::new(EngineOptions {
        max_samples: usize::MAX,
        ..EngineOptions::default()
    });
    let end = (SAMPLES - 1) * INTERVAL_MS;
    let start = end - (size.steps as i64 - 1) * INTERVAL_MS;
    // A fresh query each time: nothing is remembered from the run before.
    bencher
        .with_inputs(|| Query::new(text, expr.clone()))
        .bench_values(|query| {
            engine
                .range(storage, &query, start, end, INTERVAL_MS)
                .expect("evaluates")
        });
}

macro_rules! shapes {
    ($($name:ident: $text:literal)*) => {$(
        #[divan::bench(args = sizes(), sample_count = 10, max_time = 1)]
        fn $name(bencher: Bencher<'_, '_>, size: Size) {
            evaluate(bencher, size, $text);
        }
    )*};
}

shapes! {
    selector: "a"
    rate_1m: "rate(a[1m])"
    rate_5m_with_resets: "rate(b[5m])"
    last_over_time_5m: "last_over_time(a[5m])"
    count_over_time_5m: "count_over_time(a[5m])"
    rate_1d: "rate(a[1d])"
    increase_1h: "increase(b[1h])"
    changes_1d: "changes(a[1d])"
    sum_over_time_5m: "sum_over_time(a[5m])"
    avg_over_time_1h: "avg_over_time(a[1h])"
    max_over_time_1h: "max_over_time(b[1h])"
    quantile_over_time_1h: "quantile_over_time(0.9, b[1h])"
    stddev_over_time_1h: "stddev_over_time(b[1h])"
    deriv_1h: "deriv(b[1h])"
    double_exponential_smoothing_1h: "double_exponential_smoothing(a[1h], 0.3, 0.3)"
    absent_over_time_1d: "absent_over_time(a[1d])"
    subquery: "max_over_time(rate(a[1m])[5m:1m])"
    negation: "-a"
    subtraction: "a - b"
    subtraction_ignoring: "a - ignoring (none) b"
    comparison: "a >= bool b"
    and: "a and b"
    or: "a or b"
    unless: "a unless b"
    group_left: "a * on () group_left sum(b)"
    label_replace: "label_replace(a, 'l2', '$1', 'l', '(.*)')"
    label_join: "label_join(a, 'l2', '-', 'l', 'l')"
    abs: "abs(a)"
    ln: "ln(a)"
    sum: "sum(a)"
    sum_without: "sum without (l) (h)"
    sum_by: "sum by (le) (h)"
    quantile: "quantile(0.9, a)"
    count_values: "count_values('value', h)"
    topk: "topk(5, a)"
    limitk: "limitk(5, a)"
    limit_ratio: "limit_ratio(0.3, a)"
    ratio_of_rates: "sum by (l) (rate(a[5m])) / sum by (l) (rate(b[5m]))"
    histogram_quantile: "histogram_quantile(0.9, rate(h[5m]))"
    histogram_quantile_of_sum: "histogram_quantile(0.9, sum by (le) (rate(h[5m])))"
    native_rate: "rate(n[5m])"
    native_quantile: "histogram_quantile(0.9, sum(rate(n[5m])))"
    native_sum: "sum(n)"
    timestamp: "timestamp(a)"
    several: "a + b + a * b - abs(a)"
}

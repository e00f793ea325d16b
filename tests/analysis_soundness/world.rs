//! A random catalog and random data that agree with it.

use std::path::Path;
use std::sync::Arc;

use promql_engine::histogram::{BucketSpan, Buckets, FloatHistogram};
use promql_engine::sample::STALE_NAN;
use promql_engine::{Engine, Labels, Query, SampleValue, Storage, Value};
use promql_syntax::ParseOptions;
use promql_syntax::ast::Expr;
use rulecheck::analysis::{Recorded, Trust, recording};
use rulecheck::catalog::{
    Bounds, Builder, Catalog, Extent, Job, Label, LabelSet, Metric, Origin, Presence, SeriesKind, Values,
    Variant,
};
use rulecheck::diagnostic::Location;
use rulecheck::model::exposition::MetricKind;
use rulecheck::source::SourceFile;

use crate::expressions;
use crate::random::Random;

/// One sample every 15 seconds.
const SAMPLES: i64 = 50;
const INTERVAL: i64 = 15_000;

/// A catalog and what could be scraped.
pub(crate) struct World {
    pub(crate) catalog: Catalog,
    pub(crate) storage: Storage,
    /// The names of the series.
    pub(crate) names: Vec<String>,
    /// What is known of the series that rules record.
    pub(crate) recorded: Recorded,
}

/// A recording rule: name, label, expression.
type RecordingRule = (&'static str, Option<&'static str>, Expr);

const POOL: [&str; 5] = ["a", "b", "c", "200", "500"];

impl World {
    pub(crate) fn generate(random: &mut Random) -> World {
        let complete = random.chance(1, 2);
        let catalog = catalog(random, complete);
        let mut storage = Storage::new();
        let mut names = Vec::new();
        for series in catalog.series() {
            if !series.name.starts_with("scrape_") || random.chance(1, 8) {
                names.push(series.name.clone());
            }
            for variant in &series.variants {
                if variant.labels.is_open() && random.chance(1, 2) {
                    continue;
                }
                let combinations = 1 + random.below(5);
                for _ in 0..combinations {
                    let labels = labels(random, &series.name, variant);
                    fill(random, &mut storage, &labels, variant.kind, variant.bounds);
                }
            }
            if !complete && variant_is_declared(&series.variants) && random.chance(1, 2) {
                // Somebody else exposes the name too, as what he likes.
                for _ in 0..1 + random.below(3) {
                    let labels = stranger(random, &series.name);
                    fill(random, &mut storage, &labels, SeriesKind::Unknown, Bounds::ANY);
                }
            }
        }
        names.push("missing".to_owned());
        let mut world = World {
            catalog,
            storage,
            names,
            recorded: Recorded::default(),
        };
        world.record(random);
        world
    }

    /// Adds recording rules that may read one another, with what they record.
    fn record(&mut self, random: &mut Random) {
        let mut rules: Vec<RecordingRule> = Vec::new();
        for name in ["rule:first", "rule:second"] {
            let text = expressions::generate(random, self);
            let expr = promql_syntax::parse_valid(&text, &ParseOptions::ALL).expect("an expression");
            let label = random.pick(&[None, Some("a"), Some("")]);
            let query = Query::new(&text, expr.clone());
            for step in 0..SAMPLES / 2 {
                let time = 2 * step * INTERVAL;
                let Ok(result) = Engine::default().instant(&self.storage, &query, time) else {
                    continue;
                };
                let samples = match result.value {
                    Value::Scalar { value, .. } => vec![(Labels::default(), SampleValue::Float(value))],
                    Value::Vector(samples) => samples
                        .into_iter()
                        .map(|sample| (sample.labels, sample.value))
                        .collect(),
                    _ => continue,
                };
                for (labels, value) in samples {
                    let mut pairs: Vec<(String, String)> = labels
                        .iter()
                        .filter(|(other, _)| *other != "__name__" && (label.is_none() || *other != "extra"))
                        .map(|(name, value)| (name.to_owned(), value.to_owned()))
                        .collect();
                    pairs.push(("__name__".to_owned(), name.to_owned()));
                    if let Some(value) = label.filter(|value| !value.is_empty()) {
                        pairs.push(("extra".to_owned(), value.to_owned()));
                    }
                    // Of two results that the same series would hold, the first is as good as the other.
                    let _ = self.storage.append(&Labels::new(pairs), time, value);
                }
            }
            rules.push((name, label, expr));
            self.names.push(name.to_owned());
        }
        let rules: Vec<recording::Rule<'_>> = rules
            .iter()
            .map(|(name, label, expr)| recording::Rule {
                name,
                labels: label.iter().map(|value| ("extra", *value)).collect(),
                expr,
            })
            .collect();
        self.recorded = Recorded::of_rules(&rules, &self.catalog, Trust::Proven);
    }
}

fn variant_is_declared(variants: &[Variant]) -> bool {
    variants.iter().any(|variant| variant.metric.is_some())
}

fn catalog(random: &mut Random, complete: bool) -> Catalog {
    let file = Arc::new(SourceFile::new(Path::new("world.yml"), ""));
    let mut builder = Builder::default();
    let mut jobs = Vec::new();
    for name in ["api", "web"] {
        let mut target = LabelSet::closed()
            .with("job", Label::always(Values::only(name)))
            .with("instance", Label::always(Values::one_of(["a", "b"])));
        if random.chance(1, 2) {
            target.insert("zone", label(random));
        }
        jobs.push(builder.job(Job {
            name: name.to_owned(),
            location: Location::new(&file, 0..0),
            scrape_interval: INTERVAL,
            targets: Vec::new(),
            target_labels: target,
            honor_labels: random.chance(1, 4),
            extent: Extent::All,
        }));
    }
    if complete {
        builder.no_other_jobs();
    }
    for (name, kind) in [
        ("requests_total", MetricKind::Counter),
        ("errors_total", MetricKind::Counter),
        ("temperature", MetricKind::Gauge),
        ("pressure", MetricKind::Gauge),
        ("latency_seconds", MetricKind::Histogram),
        ("span_seconds", MetricKind::Histogram),
        ("size_bytes", MetricKind::Summary),
        ("build_info", MetricKind::Info),
        ("mode", MetricKind::StateSet),
        ("mystery", MetricKind::Unknown),
    ] {
        let mut labels = LabelSet::closed();
        for name in ["code", "path", "job", "le"] {
            if random.chance(1, if name.len() == 4 { 2 } else { 8 }) {
                labels.insert(name, label(random));
            }
        }
        let origin = Origin::Builtin;
        let mut metric = Metric::new(name, kind, labels, origin);
        if kind == MetricKind::Histogram {
            let bounds = [-1.0, 0.0, 0.1, 0.3, 0.7, 1.0, 2.5, 10.0];
            let chosen: Vec<f64> = bounds.into_iter().filter(|_| random.chance(1, 2)).collect();
            metric.buckets = random.chance(4, 5).then_some(chosen);
            metric.native = name == "span_seconds";
            metric.created = random.chance(1, 4);
        }
        if kind == MetricKind::Summary && random.chance(2, 3) {
            metric.quantiles = vec![0.5, 0.99];
        }
        let exposed: Vec<_> = jobs.iter().copied().filter(|_| random.chance(2, 3)).collect();
        if !exposed.is_empty() || !complete && random.chance(1, 2) {
            builder.metric(metric, &exposed);
        }
    }
    builder.build()
}

fn label(random: &mut Random) -> Label {
    let values = match random.below(3) {
        0 => Values::Any,
        1 => Values::only(random.pick(&POOL)),
        _ => Values::one_of([random.pick(&POOL), random.pick(&POOL)]),
    };
    let presence = if random.chance(2, 3) {
        Presence::Always
    } else {
        Presence::Sometimes
    };
    Label { presence, values }
}

/// Labels that the catalog allows.
fn labels(random: &mut Random, name: &str, variant: &Variant) -> Labels {
    let mut pairs = vec![("__name__".to_owned(), name.to_owned())];
    for (label, known) in variant.labels.iter() {
        if known.presence == Presence::Sometimes && random.chance(1, 2) {
            continue;
        }
        let value = match &known.values {
            Values::Any if label == "le" => random.pick(&["0.5", "1.0", "5.0", "+Inf"]).to_owned(),
            Values::Any => random.pick(&POOL).to_owned(),
            Values::OneOf(values) => match values.iter().nth(random.below(values.len().max(1))) {
                Some(value) => value.clone(),
                None => continue,
            },
        };
        pairs.push((label.to_owned(), value));
    }
    if variant.labels.is_open() && random.chance(1, 2) {
        pairs.push((
            random.pick(&["extra", "code", "zone"]).to_owned(),
            random.pick(&POOL).to_owned(),
        ));
        let mut seen = std::collections::BTreeSet::new();
        pairs.retain(|(name, _)| seen.insert(name.clone()));
    }
    Labels::new(pairs)
}

fn stranger(random: &mut Random, name: &str) -> Labels {
    let mut pairs = vec![("__name__", name)];
    let few = random.pick(&[2, 4, 8]);
    for label in ["job", "instance", "code", "path", "le", "extra"] {
        if random.chance(1, few) {
            pairs.push((label, random.pick(&POOL)));
        }
    }
    Labels::new(pairs)
}

/// Gives a series samples, unless it has some.
fn fill(random: &mut Random, storage: &mut Storage, labels: &Labels, kind: SeriesKind, bounds: Bounds) {
    let mut samples = Samples::new(random, kind, bounds);
    let gap = random.below(12);
    let mut edge_or = |whole: i64| match random.chance(1, 4) {
        true => random.below(SAMPLES as usize) as i64,
        false => whole,
    };
    let (start, end) = (edge_or(0), edge_or(SAMPLES));
    for step in start..end {
        let value = samples.next(random);
        if random.chance(gap, 60) {
            continue;
        }
        let value = match random.chance(1, 60) {
            true => SampleValue::Float(STALE_NAN),
            false => value,
        };
        if storage.append(labels, step * INTERVAL, value).is_err() {
            return;
        }
    }
}

struct Samples {
    kind: SeriesKind,
    bounds: Bounds,
    counter: f64,
    growth: f64,
    constant: Option<f64>,
}

impl Samples {
    fn new(random: &mut Random, kind: SeriesKind, bounds: Bounds) -> Samples {
        let constant = random.chance(1, 6).then(|| within(random, bounds));
        let growth = random.pick(&[0.0, 1.0, 1.0, 20.0, 0.3, 1e17, 1e98, 1e-300]);
        Samples {
            kind,
            bounds,
            counter: random.unit() * growth,
            growth,
            constant,
        }
    }

    fn next(&mut self, random: &mut Random) -> SampleValue {
        match self.kind {
            SeriesKind::NativeHistogram => native(random),
            SeriesKind::Unknown if random.chance(1, 12) => native(random),
            SeriesKind::Counter
            | SeriesKind::HistogramBucket
            | SeriesKind::HistogramCount
            | SeriesKind::SummaryCount
            | SeriesKind::Created => {
                self.counter = match random.below(12) {
                    0 => random.unit() * self.growth,
                    1..4 => self.counter,
                    _ => (self.counter + random.unit() * self.growth).min(1e100),
                };
                let whole = self.growth >= 1.0;
                SampleValue::Float(if whole { self.counter.floor() } else { self.counter })
            }
            _ => SampleValue::Float(self.constant.unwrap_or_else(|| within(random, self.bounds))),
        }
    }
}

/// A number within bounds; now and then an end, or one that makes trouble.
fn within(random: &mut Random, bounds: Bounds) -> f64 {
    let troublesome = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        1e-310,
        1e300,
        -1e300,
        1e308,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.1,
        1e17,
    ];
    let value = match random.below(12) {
        0 => bounds.lo,
        1 => bounds.hi,
        2 if bounds.nan => return f64::NAN,
        3 => random.pick(&troublesome),
        4..8 => (random.unit() * 20.0 - 8.0).round(),
        _ => random.unit() * 200.0 - 80.0,
    };
    // A catalog that says "from zero up" means that there is no minus zero.
    if value.total_cmp(&bounds.lo).is_lt() || value > bounds.hi {
        bounds.lo.max(-50.0).min(bounds.hi)
    } else {
        value
    }
}

fn native(random: &mut Random) -> SampleValue {
    let mut counts: Vec<f64> = (0..5).map(|_| random.below(6) as f64).collect();
    if random.chance(1, 10) {
        counts.fill(0.0);
    }
    let histogram = FloatHistogram {
        schema: random.below(3) as i32 - 1,
        zero_threshold: 0.001,
        zero_count: counts[0],
        count: counts.iter().sum(),
        sum: counts[1..].iter().sum::<f64>() * 1.5,
        positive: Buckets {
            spans: vec![BucketSpan { offset: 0, length: 2 }],
            counts: counts[1..3].to_vec(),
        },
        negative: Buckets {
            spans: vec![BucketSpan { offset: 1, length: 2 }],
            counts: counts[3..].to_vec(),
        },
        ..FloatHistogram::default()
    };
    SampleValue::from(histogram)
}

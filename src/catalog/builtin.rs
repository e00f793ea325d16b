//! What Prometheus makes itself: a few series for each scrape, and the states of alerts.

use super::facts::Variant;
use super::job::{Job, JobId};
use super::labels::{Label, LabelSet, Values};
use super::metric::{Bounds, SeriesKind};

/// The series that every scrape leaves: name, bounds. The last three are there only where Prometheus was told to
/// make them (`extra_scrape_metrics`); a size is -1 where the page was too large.
const SCRAPE: [(&str, Bounds); 8] = [
    ("up", Bounds::SWITCH),
    ("scrape_duration_seconds", Bounds::NOT_NEGATIVE),
    ("scrape_samples_scraped", Bounds::NOT_NEGATIVE),
    ("scrape_samples_post_metric_relabeling", Bounds::NOT_NEGATIVE),
    ("scrape_series_added", Bounds::NOT_NEGATIVE),
    ("scrape_timeout_seconds", Bounds::NOT_NEGATIVE),
    ("scrape_sample_limit", Bounds::NOT_NEGATIVE),
    (
        "scrape_body_size_bytes",
        Bounds {
            lo: -1.0,
            ..Bounds::NOT_NEGATIVE
        },
    ),
];

/// The series of scrapes: those of the jobs where they are known, else with whatever labels.
pub(super) fn scrape_series(jobs: &[Job]) -> impl Iterator<Item = (&'static str, Vec<Variant>)> {
    SCRAPE.iter().map(move |(name, bounds)| {
        let variant = |job: Option<(usize, &Job)>| Variant {
            metric: None,
            job: job.map(|(at, _)| JobId(at)),
            kind: SeriesKind::Gauge,
            labels: job.map_or_else(any_target, |(_, job)| job.target_labels.clone()),
            bounds: *bounds,
            buckets: None,
            interval: job.map(|(_, job)| job.scrape_interval),
        };
        let variants = match jobs.is_empty() {
            true => vec![variant(None)],
            false => jobs.iter().enumerate().map(|job| variant(Some(job))).collect(),
        };
        (*name, variants)
    })
}

/// The series that alerting rules leave, with any labels besides.
pub(super) fn alert_series() -> [(&'static str, Variant); 2] {
    let variant = |labels: LabelSet, bounds: Bounds| Variant {
        metric: None,
        job: None,
        kind: SeriesKind::Gauge,
        labels: labels.with("alertname", Label::always(Values::Any)),
        bounds,
        buckets: None,
        interval: None,
    };
    let states = Label::always(Values::one_of(["pending", "firing"]));
    [
        (
            "ALERTS",
            variant(LabelSet::open().with("alertstate", states), Bounds::ONE),
        ),
        ("ALERTS_FOR_STATE", variant(LabelSet::open(), Bounds::ANY)),
    ]
}

/// Whether Prometheus makes the series of this name itself for every scrape, and nobody else does.
pub(super) fn is_builtin(name: &str) -> bool {
    SCRAPE.iter().any(|(known, _)| *known == name)
}

/// The labels of a target of which nothing is known. Relabelling can take away even `job` and `instance`.
pub(super) fn any_target() -> LabelSet {
    LabelSet::open()
        .with("job", Label::UNKNOWN)
        .with("instance", Label::UNKNOWN)
}

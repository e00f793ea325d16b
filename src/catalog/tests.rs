use std::sync::Arc;

use super::*;
use crate::diagnostic::Location;
use crate::model::exposition::Exposition;
use crate::source::SourceFile;

const PAGE: &str = "\
# TYPE requests_total counter
requests_total{code=\"200\"} 3
requests_total{code=\"500\",reason=\"disk\"} 1
# TYPE latency_seconds histogram
latency_seconds_bucket{le=\"0.5\"} 1
latency_seconds_bucket{le=\"10\"} 1
latency_seconds_bucket{le=\"+Inf\"} 1
latency_seconds_sum 0.2
latency_seconds_count 1
# TYPE size_bytes summary
size_bytes{quantile=\"0.99\"} 1
size_bytes_sum 4
size_bytes_count 4
";

/// How a label set reads: `code=*`, `reason?=*`, `job=api`, and `…` where others may be there.
pub(super) fn shown(labels: &LabelSet) -> String {
    let one = |(name, label): (&str, &Label)| {
        let mark = if label.presence == Presence::Always {
            ""
        } else {
            "?"
        };
        let values = match &label.values {
            Values::Any => "*".to_owned(),
            Values::OneOf(known) => known.iter().cloned().collect::<Vec<_>>().join("|"),
        };
        format!("{name}{mark}={values}")
    };
    let mut parts: Vec<String> = labels.iter().map(one).collect();
    parts.extend(labels.is_open().then(|| "…".to_owned()));
    parts.join(" ")
}

fn catalog(with_job: bool) -> Catalog {
    let file = Arc::new(SourceFile::new("page.txt", PAGE));
    let mut builder = Builder::default();
    let mut jobs = Vec::new();
    if with_job {
        let target = LabelSet::closed()
            .with("job", Label::always(Values::only("api")))
            .with("instance", Label::always(Values::one_of(["a:80", "b:80"])));
        jobs.push(builder.job(Job {
            name: "api".to_owned(),
            location: Location::new(&file, 0..0),
            scrape_interval: 15_000,
            targets: vec!["a:80".to_owned(), "b:80".to_owned()],
            target_labels: target,
            honor_labels: false,
            extent: Extent::All,
        }));
        builder.no_other_jobs();
    }
    for metric in exposition::metrics(&Exposition::read(PAGE), &file) {
        builder.metric(metric, &jobs);
    }
    builder.build()
}

#[test]
fn names_of_series_lead_to_what_is_known_of_them() {
    let cases = [
        (
            "requests_total",
            SeriesKind::Counter,
            "code=* instance=a:80|b:80 job=api reason?=*",
        ),
        (
            "latency_seconds_bucket",
            SeriesKind::HistogramBucket,
            "instance=a:80|b:80 job=api le=+Inf|0.5|10.0",
        ),
        (
            "latency_seconds_sum",
            SeriesKind::HistogramSum,
            "instance=a:80|b:80 job=api",
        ),
        (
            "latency_seconds_count",
            SeriesKind::HistogramCount,
            "instance=a:80|b:80 job=api",
        ),
        (
            "size_bytes",
            SeriesKind::SummaryQuantile,
            "instance=a:80|b:80 job=api quantile=0.99",
        ),
        ("up", SeriesKind::Gauge, "instance=a:80|b:80 job=api"),
        (
            "scrape_duration_seconds",
            SeriesKind::Gauge,
            "instance=a:80|b:80 job=api",
        ),
        (
            "ALERTS",
            SeriesKind::Gauge,
            "alertname=* alertstate=firing|pending …",
        ),
    ];
    let catalog = catalog(true);
    for (name, kind, labels) in cases {
        let facts = catalog.lookup(name).expect(name);
        assert_eq!(facts.kind, kind, "{name}");
        assert_eq!(shown(&facts.labels), labels, "{name}");
    }
    assert!(catalog.lookup("latency_seconds").is_none());
    assert_eq!(catalog.extent(), Extent::All);
    for (written, meant) in [
        ("latency_secs_sum", Some("latency_seconds_sum")),
        ("latency_seconds", Some("latency_seconds_bucket")),
        ("latncy_seconds_sum", Some("latency_seconds_sum")),
        ("requests", None),
        ("latency_age_sum", None),
    ] {
        assert_eq!(catalog.nearest(written), meant, "{written}");
    }
}

#[test]
fn without_a_job_any_label_may_be_there() {
    let catalog = catalog(false);
    let facts = catalog.lookup("requests_total").expect("the counter");
    assert_eq!(shown(&facts.labels), "code=* instance?=* job?=* reason?=* …");
    assert_eq!(facts.knowledge, Knowledge::Partial);
    assert_eq!(catalog.extent(), Extent::Nothing);
}

#[test]
fn bounds_and_buckets_come_with_the_type() {
    let catalog = catalog(true);
    let facts = |name: &str| catalog.lookup(name).expect("a known name");
    assert_eq!(facts("up").bounds, Bounds::SWITCH);
    assert_eq!(facts("latency_seconds_bucket").bounds, Bounds::NOT_NEGATIVE);
    assert_eq!(facts("latency_seconds_bucket").buckets, Some(vec![0.5, 10.0]));
    assert_eq!(facts("latency_seconds_bucket").interval, Some(15_000));
}

#[test]
fn a_label_that_the_target_has_too_is_exported_or_honoured() {
    let file = Arc::new(SourceFile::new("page.txt", "m{job=\"x\"} 1\n"));
    for (honor, labels) in [(false, "exported_job=* job=api"), (true, "job=*")] {
        let mut builder = Builder::default();
        let job = builder.job(Job {
            name: "api".to_owned(),
            location: Location::new(&file, 0..0),
            scrape_interval: 15_000,
            targets: Vec::new(),
            target_labels: LabelSet::closed().with("job", Label::always(Values::only("api"))),
            honor_labels: honor,
            extent: Extent::Nothing,
        });
        for metric in exposition::metrics(&Exposition::read(file.text()), &file) {
            builder.metric(metric, &[job]);
        }
        let catalog = builder.build();
        assert_eq!(shown(&catalog.lookup("m").expect("m").labels), labels);
    }
}

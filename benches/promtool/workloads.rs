//! What is replayed: unit tests as people write them, only larger.

use std::fmt::Write as _;

/// Files of which `test.yml` is the test.
pub(crate) struct Workload {
    pub(crate) name: String,
    pub(crate) files: Vec<(&'static str, String)>,
    /// promtool holds at most 10,000 samples in a query.
    pub(crate) within_promtools_limits: bool,
}

pub(crate) fn all() -> Vec<Workload> {
    let mut workloads = vec![many_series(1, 1), many_tests(), long(), histograms()];
    for (series, samples) in [(4, 1), (16, 1), (1, 4), (1, 16)] {
        workloads.push(many_series(series, samples));
    }
    workloads
}

/// 2,000 counters of 480 samples at 15 s, or several times as many: a recording rule, a ratio alert and a quantile alert,
/// asserted half-way.
fn many_series(more_series: usize, more_samples: usize) -> Workload {
    let instances = 50 * more_series;
    let last = 480 * more_samples - 1;
    let mut test = String::from(
        "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- interval: 15s\n  input_series:\n",
    );
    for job in 0..20 {
        for instance in 0..instances {
            let successes = if job == 7 { 200 } else { 100 };
            let errors = if job == 3 { 20 } else { 1 };
            for (code, slope) in [(200, successes), (500, errors)] {
                let _ = writeln!(
                    test,
                    "  - series: 'requests_total{{job=\"job-{job}\",instance=\"i-{instance}\",code=\"{code}\"}}'\n    \
                     values: '{instance}+{slope}x{last}'"
                );
            }
        }
    }
    let half_way = 60 * more_samples;
    let _ = write!(
        test,
        "  alert_rule_test:
  - eval_time: {half_way}m
    alertname: ErrorRatio
    exp_alerts:
    - exp_labels: {{job: job-3, severity: page}}
      exp_annotations: {{summary: 'job-3 fails 16.67% of its requests'}}
  - eval_time: {half_way}m
    alertname: Busy
    exp_alerts:
    - exp_labels: {{job: job-7}}
"
    );
    let rules = "\
groups:
- name: service
  rules:
  - record: job:requests:rate5m
    expr: sum by (job) (rate(requests_total[5m]))
  - alert: ErrorRatio
    expr: sum by (job) (rate(requests_total{code=\"500\"}[5m])) / sum by (job) (rate(requests_total[5m])) > 0.05
    for: 10m
    labels: {severity: page}
    annotations:
      summary: '{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests'
  - alert: Busy
    expr: quantile by (job) (0.9, rate(requests_total{code=\"200\"}[5m])) > 9
";
    Workload {
        name: format!("many series: {} of {}", 40 * instances, last + 1),
        files: vec![("test.yml", test), ("rules.yml", rules.into())],
        within_promtools_limits: more_series <= 4,
    }
}

/// 200 groups of 20 series over one hour at one minute.
fn many_tests() -> Workload {
    let mut test = String::from("rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n");
    for group in 0..200 {
        let _ = write!(test, "- name: group {group}\n  interval: 1m\n  input_series:\n");
        for instance in 0..20 {
            let values = if instance == group % 20 {
                "1x20 0x40"
            } else {
                "1x60"
            };
            let _ = writeln!(
                test,
                "  - series: 'up{{instance=\"i-{instance}\"}}'\n    values: '{values}'"
            );
        }
        let down = group % 20;
        let _ = write!(
            test,
            "  alert_rule_test:
  - eval_time: 20m
    alertname: Down
  - eval_time: 40m
    alertname: Down
    exp_alerts:
    - exp_labels: {{instance: i-{down}}}
      exp_annotations: {{summary: i-{down} is down}}
  promql_expr_test:
  - expr: sum(up)
    eval_time: 60m
    exp_samples: [{{labels: '{{}}', value: 19}}]
"
        );
    }
    let rules = "\
groups:
- name: up
  rules:
  - alert: Down
    expr: up == 0
    for: 5m
    annotations: {summary: '{{ $labels.instance }} is down'}
";
    Workload {
        name: "many tests: 200 groups".into(),
        files: vec![("test.yml", test), ("rules.yml", rules.into())],
        within_promtools_limits: true,
    }
}

/// 50 series over seven days at one minute.
fn long() -> Workload {
    let mut test = String::from(
        "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n",
    );
    for disk in 0..50 {
        let _ = writeln!(
            test,
            "  - series: 'disk_free_bytes{{disk=\"{disk}\"}}'\n    values: '{}-{}x10080'",
            20_000 + disk,
            1 + disk % 2
        );
    }
    test.push_str(
        "  promql_expr_test:
  - expr: count(ALERTS{alertname=\"DiskFills\", alertstate=\"firing\"})
    eval_time: 10000m
    exp_samples: [{labels: '{}', value: 25}]
",
    );
    let rules = "\
groups:
- name: disks
  rules:
  - record: disk:free:avg1h
    expr: avg_over_time(disk_free_bytes[1h])
  - alert: DiskFills
    expr: predict_linear(disk_free_bytes[1h], 3600 * 24) < 0
    for: 15m
    annotations: {summary: 'disk {{ $labels.disk }} will be full in a day'}
";
    Workload {
        name: "long: 50 series over 7 days".into(),
        files: vec![("test.yml", test), ("rules.yml", rules.into())],
        within_promtools_limits: true,
    }
}

/// 500 classic histograms of 12 buckets and 500 native ones over one hour at 15 s.
fn histograms() -> Workload {
    let mut test = String::from(
        "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- interval: 15s\n  input_series:\n",
    );
    let bounds = [
        "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf",
    ];
    for instance in 0..500 {
        for (i, bound) in bounds.iter().enumerate() {
            let _ = writeln!(
                test,
                "  - series: 'latency_seconds_bucket{{instance=\"i-{instance}\",le=\"{bound}\"}}'\n    values: '0+{}x240'",
                i + 1
            );
        }
        let _ = writeln!(
            test,
            "  - series: 'size_bytes{{instance=\"i-{instance}\"}}'\n    values: \
             '{{{{schema:0 count:10 sum:40 buckets:[1 2 3 4]}}}}+{{{{schema:0 count:10 sum:40 buckets:[1 2 3 4]}}}}x240'"
        );
    }
    test.push_str(
        "  promql_expr_test:
  - expr: round(quantile:latency_seconds:rate5m, 0.001)
    eval_time: 30m
    exp_samples: [{labels: '{}', value: 9}]
  - expr: count(quantile:size_bytes:rate5m > 4)
    eval_time: 30m
    exp_samples: [{labels: '{}', value: 500}]
",
    );
    let rules = "\
groups:
- name: histograms
  rules:
  - record: quantile:latency_seconds:rate5m
    expr: histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[5m])))
  - record: quantile:size_bytes:rate5m
    expr: histogram_quantile(0.9, rate(size_bytes[5m]))
";
    Workload {
        name: "histograms: 500 and 500 native".into(),
        files: vec![("test.yml", test), ("rules.yml", rules.into())],
        within_promtools_limits: true,
    }
}

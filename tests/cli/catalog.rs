//! What is known of metrics, on the command line.

use std::path::Path;
use std::process::Command;

use crate::support::Folder;

/// What `rulecheck` with these arguments prints in a folder of this repository.
fn in_repository(folder: &str, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
        .args(args)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .output()
        .expect("the program starts");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_stack_of_the_decision_record_is_known_from_its_files() {
    let shown = in_repository("fixtures/adr-008", &["catalog", ".", "--series=db_"]);
    let wanted = "\
prometheus.yml
  job fastapi-backend, every 10s, backend:8000: its metrics are known, as far as can be told
    11 metrics from backend/app/metrics.py
    10 metrics from prometheus_client 0.26.0
  job celery-workers, every 15s, 3 targets: its metrics are known, as far as can be told
    11 metrics from backend/app/metrics.py
    10 metrics from prometheus_client 0.26.0
  job redis, every 10s, redis-exporter:9121: its metrics are known, as far as can be told
    383 metrics from redis_exporter 1.86.0
  job postgres, every 30s, postgres-exporter:9187: its metrics are known, as far as can be told
    397 metrics from postgres_exporter 0.19.1
  job node, every 15s, node-exporter:9100: its metrics are known, as far as can be told
    1249 metrics from node_exporter 1.11.1

  db_connections_active  gauge
    labels: instance (backend:8000, worker-high:9540, worker-low:9542, worker-medium:9541), job (celery-workers, fastapi-backend)
    from backend/app/metrics.py:27
";
    let beginning = &shown[..wanted.len().min(shown.len())];
    assert_eq!(beginning, wanted);
    let buckets = "le (+Inf, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0), operation, table\n";
    assert!(shown.contains(buckets), "{shown}");
    // The alert on exhausted connections divides by it, and nothing exposes it.
    assert!(!shown.contains("db_connections_max"), "{shown}");
}

#[test]
fn the_rules_of_this_repository_know_their_metrics() {
    let shown = in_repository(".", &["catalog", "rules", "--series=celery_queue_depth"]);
    assert!(
        shown.contains("21 metrics from rules/instrumentation/metrics.py"),
        "{shown}"
    );
    assert!(shown.contains("labels: instance (backend:8000,"), "{shown}");
    assert!(shown.contains(", queue_name\n"), "{shown}");
}

#[test]
fn json_has_everything() {
    let folder = Folder::with(&[(
        "app.py",
        "from prometheus_client import Histogram\nH = Histogram('h', 'Help', ['a'], buckets=[1, 2])\n",
    )]);
    let run = folder.run(&["catalog", "--format", "json"]);
    assert_eq!(run.code, Some(0));
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let stack = &json["stacks"][0];
    assert_eq!(stack["known"], "nothing");
    let series = stack["series"].as_array().expect("series");
    let bucket = series.iter().find(|s| s["name"] == "h_bucket").expect("h_bucket");
    assert_eq!(bucket["buckets"], serde_json::json!([1.0, 2.0]));
    assert_eq!(
        bucket["labels"]["le"]["values"],
        serde_json::json!(["+Inf", "1.0", "2.0"])
    );
    assert_eq!(bucket["other_labels"], true);
    assert_eq!(bucket["from"][0]["source"], "app.py:2");
    assert_eq!(bucket["from"][0]["help"], "Help");
}

const PAGE: &str = "\
# HELP q_depth Waiting.
# TYPE q_depth gauge
q_depth{queue=\"a\"} 1
# TYPE q_build_info gauge
q_build_info{version=\"1.2.3\"} 1
# TYPE q_seconds histogram
q_seconds_bucket{le=\"1\"} 0
q_seconds_bucket{le=\"+Inf\"} 0
q_seconds_sum 0
q_seconds_count 0
";

#[test]
fn a_page_is_recorded_and_read_again() {
    let config = "scrape_configs: [{job_name: q, static_configs: [{targets: ['q:1']}]}]\n";
    let settings = "catalog: [{job: q, recorded: q.json, complete: true}]\n";
    let folder = Folder::with(&[
        ("page.txt", PAGE),
        ("prometheus.yml", config),
        ("rulecheck.yml", settings),
    ]);
    let run = folder.run(&[
        "catalog",
        "record",
        "page.txt",
        "--program",
        "q",
        "--output",
        "q.json",
    ]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let run = folder.run(&["catalog", "--series=q_"]);
    let wanted = "\
prometheus.yml
  job q, every 60s, q:1: all of its metrics are known
    3 metrics from q.json

  q_build_info  gauge
    labels: instance (q:1), job (q), version
";
    assert!(run.out.starts_with(wanted), "{}", run.out);
    assert!(run.out.contains("le (+Inf, 1.0)"), "{}", run.out);
}

#[test]
fn what_cannot_be_recorded_is_said() {
    let folder = Folder::with(&[("bad.txt", "a{ 1\n"), ("empty.txt", "")]);
    for (page, message) in [
        ("bad.txt", "bad.txt:1: "),
        ("empty.txt", "empty.txt holds no metrics"),
        ("absent.txt", "absent.txt: cannot read the file"),
    ] {
        let run = folder.run(&["catalog", "record", page, "--program", "x"]);
        assert_eq!(run.code, Some(2), "{page}");
        assert!(run.err.contains(message), "{page}: {}", run.err);
    }
}

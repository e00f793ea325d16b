//! `rulecheck check`.

use super::support::{Folder, RULES, TESTS};

#[test]
fn everything_wrong_is_reported_at_once() {
    let rules = "\
groups:
  - name: api
    intervall: 30s
    rules:
      - alert: Broken
        expr: |
          sum by (job (
            rate(http_requests_total{code=~\"5..\"}[5m]))
            > 0.5
        for: 5min
        lables: {severity: critical}
";
    let folder = Folder::with(&[("rules.yml", rules)]);
    let run = folder.run(&["check", "--format", "json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let findings = json["findings"].as_array().expect("a list");
    let found: Vec<String> = findings
        .iter()
        .map(|f| {
            format!(
                "{}:{} {}",
                f["line"],
                f["column"],
                f["code"].as_str().expect("a code")
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "3:5 unknown-field",
            "7:23 promql-syntax",
            "10:14 invalid-duration",
            "11:9 unknown-field"
        ]
    );
    assert_eq!(findings[0]["help"], "Did you mean `interval`?");
    assert_eq!(findings[3]["rule"], "Broken");
    assert_eq!(json["summary"]["errors"], 4);
}

#[test]
fn text_underlines_the_exact_piece() {
    let folder = Folder::with(&[("rules.yml", &RULES.replace("up == 0", "rate(up) == 0"))]);
    let run = folder.run(&["check", "rules.yml"]);
    assert_eq!(run.code, Some(1));
    insta::assert_snapshot!(run.out, @r#"
    error[promql-syntax]

      × expected type range vector in call to function "rate", got instant vector: Prometheus refuses
      │ the file
       ╭─[rules.yml:5:20]
     4 │       - alert: Down
     5 │         expr: rate(up) == 0
       ·                    ─┬
       ·                     ╰── this has no meaning
     6 │         for: 5m
       ╰────
      help: Add a range: `metric[5m]`.

    1 file, 1 rule: 1 error
    "#);
}

#[test]
fn what_is_sound_passes() {
    let folder = Folder::with(&[
        ("rules.yml", RULES),
        ("rules.test.yml", TESTS),
        ("compose.yml", "services: {}\n"),
        // Sections that others call so, too.
        ("values.yaml", "global: {imageRegistry: x}\nalerting: {}\n"),
        (
            "app.yml",
            "otlp: {endpoint: 'http://collector:4318'}\nstorage: {path: /data}\n",
        ),
        // Promtail's scrape jobs are not Prometheus'.
        (
            "promtail.yml",
            "server: {}\nclients: [{url: 'http://loki:3100'}]\nscrape_configs: []\n",
        ),
    ]);
    let run = folder.run(&["check"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.err, "");
}

#[test]
fn hooks_may_name_files_of_others() {
    let folder = Folder::with(&[("rules.yml", RULES), ("values.yaml", "replicas: 3\n")]);
    assert_eq!(folder.run(&["check", "rules.yml", "values.yaml"]).code, Some(2));
    assert_eq!(
        folder
            .run(&["check", "--skip-unrecognised", "rules.yml", "values.yaml"])
            .code,
        Some(0)
    );
}

#[test]
fn settings_choose_the_files() {
    let broken = RULES.replace("up ==", "up =");
    let settings = "exclude: [old/]\n";
    let folder = Folder::with(&[
        ("rules.yml", RULES),
        ("old/rules.yml", &broken),
        ("rulecheck.yml", settings),
    ]);
    assert_eq!(folder.run(&["check"]).code, Some(0));
    // What is named is looked at.
    assert_eq!(folder.run(&["check", "old"]).code, Some(1));
}

#[test]
fn dashboards_are_checked_where_they_are_embedded() {
    let resource = "\
apiVersion: v1
kind: ConfigMap
data:
  api.json: |
    {
      \"title\": \"API\",
      \"panels\": [{\"targets\": [{\"expr\": \"rate(up[$__rate_interval]) + rat(up[5m])\"}]}]
    }
";
    let folder = Folder::with(&[("dashboards.yaml", resource)]);
    let run = folder.run(&["check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.out.contains("[dashboards.yaml:7:70]"), "{}", run.out);
    assert!(run.out.contains("Did you mean `rate`?"), "{}", run.out);
}

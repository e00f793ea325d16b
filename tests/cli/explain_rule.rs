//! `rulecheck test --explain`, `--debug`.

use super::support::Folder;

const RULES: &str = "\
groups:
  - name: api
    rules:
      - alert: HighErrorRate
        expr: |
          sum by (job) (rate(requests_total{code=~\"5..\"}[5m]))
            / sum by (job) (rate(requests_total[5m])) > 0.05
          and on (job) up == 1
        for: 2m
";

const TESTS: &str = "\
rule_files: [rules.yml]
tests:
  - name: errors
    interval: 1m
    input_series:
      - {series: 'requests_total{job=\"api\", code=\"200\"}', values: 0+60x20}
      - {series: 'requests_total{job=\"api\", code=\"500\"}', values: 0x8 0+6x12}
      - {series: 'up{job=\"api\"}', values: 1x20}
    alert_rule_test:
      - {eval_time: 9m, alertname: HighErrorRate, exp_alerts: [{exp_labels: {job: api}}]}
      - {eval_time: 16m, alertname: HighErrorRate, exp_alerts: [{exp_labels: {job: api}}]}
    promql_expr_test:
      - expr: sum(requests_totals)
        eval_time: 5m
        exp_samples: [{labels: '{}', value: 3}]
";

fn folder() -> Folder {
    Folder::with(&[("rules.yml", RULES), ("errors.test.yml", TESTS)])
}

#[test]
fn failures_are_explained_part_by_part() {
    let run = folder().run(&["test", "--explain"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    insta::assert_snapshot!(run.out, @r#"
    ✗ errors.test.yml  0/1 passed

      FAILED errors (errors.test.yml:3)
        errors.test.yml:10: HighErrorRate does not fire at 9m: its expression returns nothing then
          - expected + actual
          - firing alert (errors.test.yml:10)
            - alertname: HighErrorRate
            - job: api
          states: [0s..11m inactive], 12m..13m pending, 14m..16m firing; asserted at 9m
            ────────────▒▒███
                     ▲ 9m
          HighErrorRate at 9m (rules.yml:4)
            … and on (job) …  → nothing
            │  the left side has none, the right side 1 series
            ├ … > 0.05  → nothing
            │ │  0 is not > 0.05
            │ └ … / …  → {job="api"} 0
            │   ├ sum by (job) (…)  → {job="api"} 0
            │   │ └ rate(requests_total{code=~"5.."}[5m])  → {code="500", job="api"} 0
            │   │   └ requests_total{code=~"5.."}[5m]  → requests_total{code="500", job="api"} 5 samples, 0 at 5m … 0 at 9m
            │   └ sum by (job) (rate(requests_total[5m]))  → {job="api"} 1
            │     └ rate(requests_total[5m])  → 2 series
            │       │  {code="200", job="api"} 1
            │       │  {code="500", job="api"} 0
            │       └ requests_total[5m]  → 2 series
            │            requests_total{code="200", job="api"} 5 samples, 300 at 5m … 540 at 9m
            │            requests_total{code="500", job="api"} 5 samples, 0 at 5m … 0 at 9m
            └ up == 1  → up{job="api"} 1
              └ up  → up{job="api"} 1
          after, at 12m, it was otherwise:
            … and on (job) …  → {job="api"} 0.05660377358490566
              … > 0.05  → {job="api"} 0.05660377358490566
                … / …  → {job="api"} 0.05660377358490566
                  sum by (job) (…)  → {job="api"} 0.060000000000000005
                    rate(requests_total{code=~"5.."}[5m])  → {code="500", job="api"} 0.060000000000000005
                  sum by (job) (rate(requests_total[5m]))  → {job="api"} 1.06
                    rate(requests_total[5m])  → 2 series
                        {code="200", job="api"} 1
                        {code="500", job="api"} 0.060000000000000005
          rule:   HighErrorRate (rules.yml:4)
            sum by (job) (rate(requests_total{code=~"5.."}[5m]))
              / sum by (job) (rate(requests_total[5m])) > 0.05
            and on (job) up == 1
        errors.test.yml:13: `sum(requests_totals)` at 5m returns nothing, expected 1 sample
          - expected + actual
          - {} 3 (errors.test.yml:15)
          at 5m:
            sum(requests_totals)  → nothing
            └ requests_totals  → nothing
                 there is no series requests_totals, but there is requests_total


    1 alert tested: HighErrorRate
    1 test in 1 file: 0 passed, 1 failed
    "#);
}

#[test]
fn rules_are_explained_at_a_time_on_demand() {
    let run = folder().run(&["test", "--explain=HighErrorRate@16m30s", "--run", "errors"]);
    insta::assert_snapshot!(run.out.split("HighErrorRate at").nth(1).unwrap_or_default(), @r#"
     16m (rules.yml:4)
          … and on (job) …  → {job="api"} 0.09090909090909091
          ├ … > 0.05  → {job="api"} 0.09090909090909091
          │ └ … / …  → {job="api"} 0.09090909090909091
          │   ├ sum by (job) (…)  → {job="api"} 0.1
          │   │ └ rate(requests_total{code=~"5.."}[5m])  → {code="500", job="api"} 0.1
          │   │   └ requests_total{code=~"5.."}[5m]  → requests_total{code="500", job="api"} 5 samples, 18 at 12m … 42 at 16m
          │   └ sum by (job) (rate(requests_total[5m]))  → {job="api"} 1.1
          │     └ rate(requests_total[5m])  → 2 series
          │       │  {code="200", job="api"} 1
          │       │  {code="500", job="api"} 0.1
          │       └ requests_total[5m]  → 2 series
          │            requests_total{code="200", job="api"} 5 samples, 720 at 12m … 960 at 16m
          │            requests_total{code="500", job="api"} 5 samples, 18 at 12m … 42 at 16m
          └ up == 1  → up{job="api"} 1
            └ up  → up{job="api"} 1
        before, at 11m, it was otherwise:
          … and on (job) …  → nothing
            … > 0.05  → nothing
              … / …  → {job="api"} 0.038461538461538464
                sum by (job) (…)  → {job="api"} 0.04
                  rate(requests_total{code=~"5.."}[5m])  → {code="500", job="api"} 0.04
                sum by (job) (rate(requests_total[5m]))  → {job="api"} 1.04
                  rate(requests_total[5m])  → 2 series
                      {code="200", job="api"} 1
                      {code="500", job="api"} 0.04

      FAILED errors (errors.test.yml:3)
        errors.test.yml:10: HighErrorRate does not fire at 9m: its expression returns nothing then
          - expected + actual
          - firing alert (errors.test.yml:10)
            - alertname: HighErrorRate
            - job: api
          states: [0s..11m inactive], 12m..13m pending, 14m..16m firing; asserted at 9m
            ────────────▒▒███
                     ▲ 9m
          rule:   HighErrorRate (rules.yml:4)
            sum by (job) (rate(requests_total{code=~"5.."}[5m]))
              / sum by (job) (rate(requests_total[5m])) > 0.05
            and on (job) up == 1
        errors.test.yml:13: `sum(requests_totals)` at 5m returns nothing, expected 1 sample
          - expected + actual
          - {} 3 (errors.test.yml:15)


    1 alert tested: HighErrorRate
    1 test in 1 file: 0 passed, 1 failed
    "#);
    let run = folder().run(&["test", "--explain=HighErrorRate"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.err.contains("write RULE@TIME, such as HighErrorRate@12m"),
        "{}",
        run.err
    );
}

#[test]
fn explanations_are_data_too() {
    let run = folder().run(&[
        "test",
        "--explain",
        "--explain=HighErrorRate@16m",
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let test = &json["tests"][0];
    let failure = &test["failures"][0];
    assert_eq!(failure["at_ms"], 540_000);
    assert_eq!(failure["rules"][0]["name"], "HighErrorRate");
    let explained = &failure["explanations"][0];
    assert_eq!(explained["rule"], "HighErrorRate");
    assert_eq!(explained["parts"][0]["worth"]["series"]["count"], 0);
    assert_eq!(explained["parts"][1]["why"], "0 is not > 0.05");
    assert_eq!(explained["after"]["at_ms"], 720_000);
    let asked = &test["explanations"][0];
    assert_eq!(asked["at_ms"], 960_000);
    assert_eq!(
        asked["parts"][0]["worth"]["series"]["first"][0]["metric"],
        "{job=\"api\"}"
    );
}

#[test]
fn debug_dumps_the_series_of_each_test() {
    let tests = "\
evaluation_interval: 1m30s
tests:
  - name: small
    interval: 1m
    input_series: [{series: 'up{a=\"b\"}', values: 1 1 0.5}, {series: h, values: '{{schema:0 count:3 sum:2 buckets:[1 2]}}x2'}]
    promql_expr_test: [{expr: vector(1), eval_time: 3m, exp_samples: [{labels: '{}', value: 1}]}]
  - name: empty
    promql_expr_test: [{expr: vector(1), eval_time: 1s, exp_samples: [{labels: '{}', value: 1}]}]
";
    let folder = Folder::with(&[("small.test.yml", tests)]);
    let run = folder.run(&["test", "--debug"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let took = |line: &&str| !line.contains("finished, took");
    let lines: Vec<&str> = run.err.lines().filter(took).collect();
    assert_eq!(
        lines,
        [
            "DEBUG: Starting test small",
            "DEBUG: Dump of all data (input_series and rules) at 3m1s:",
            "{__name__=\"h\"} =>",
            "{count:3, sum:2, (0.5,1]:1, (1,2]:2} @[60000]",
            "{count:3, sum:2, (0.5,1]:1, (1,2]:2} @[120000]",
            "{__name__=\"up\", a=\"b\"} =>",
            "1 @[60000]",
            "0.5 @[120000]",
            "DEBUG: Starting test empty",
            "DEBUG: Dump of all data (input_series and rules) at 2s:",
            "",
        ]
    );
}

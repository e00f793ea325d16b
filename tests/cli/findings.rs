//! Inputs with the findings in them, from their first character to their last. That each code has an example is held
//! by its page.

use super::support::Folder;

/// File name, its text, and the findings as `line:column-end_line:end_column code`.
type Case = (&'static str, &'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    ("a.yml", "groups: [\n", &["1:9-1:10 yaml-syntax"]),
    ("a.json", "{\"panels\": [],}", &["1:14-1:15 json-syntax"]),
    ("a.yml", "replicas: 3\n", &["1:1-1:12 unknown-file"]),
    (
        "a.yml",
        "groups:\n- name: a\n  rulez: []\n",
        &["3:3-3:8 unknown-field"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  name: b\n  rules: []\n",
        &["3:3-3:7 duplicate-field"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules: {}\n",
        &["3:10-3:12 invalid-value"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  limit: many\n  rules: []\n",
        &["3:10-3:14 invalid-value"],
    ),
    ("a.yml", "groups:\n- rules: []\n", &["2:3-2:12 missing-field"]),
    (
        "a.yml",
        "groups: [] # rulecheck: ignore nothing, duplicate-group\n",
        &["1:32-1:39 invalid-suppression", "1:41-1:56 unused-suppression"],
    ),
    (
        "a.yml",
        "groups: []\n---\ngroups: []\n",
        &["3:1-3:11 ignored-document"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  limit: '5'\n  rules:\n  -\n",
        &["3:11-3:12 invalid-value", "5:4-5:4 invalid-value"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules: [{expr: up}]\n",
        &["3:11-3:21 missing-field"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules: [{alert: A}]\n",
        &["3:11-3:21 missing-field"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules: [{alert: A, record: b, expr: up > 0}]\n",
        &["3:30-3:31 invalid-value"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules: [{record: a, expr: up, for: 1m}]\n",
        &["3:33-3:36 unknown-field"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  interval: 1 minute\n  rules: []\n",
        &["3:13-3:21 invalid-duration"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules:\n  - record: a\n    expr: >\n      sum by (job\n      (up)\n",
        &["7:7-7:8 promql-syntax"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules: [{record: a, expr: \"rate(x_total[5m] anchored)\"}]\n",
        &["3:47-3:55 promql-feature"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules: [{record: \"a{}\", expr: up}]\n",
        &["3:21-3:24 invalid-name"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules: [{record: a, expr: up, labels: {__name__: b}}]\n",
        &["3:42-3:50 invalid-name"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules: [{alert: A, expr: up > 0, annotations: {s: 'is {{ $value | humanise }}'}}]\n",
        &["3:69-3:77 template-syntax"],
    ),
    (
        "a.yml",
        "groups:\n- {name: a, rules: []}\n- {name: b, rules: []}\n- {name: a, rules: []}\n",
        &["4:10-4:11 duplicate-group"],
    ),
    (
        "a.yml",
        "groups:\n- name: a\n  rules:\n  - {record: a, expr: up}\n  - {record: a, expr: 'up{}'}\n",
        &["5:14-5:15 duplicate-rule"],
    ),
    (
        "a.yml",
        "tests:\n- input_series:\n  - {series: 'up{', values: '1 x'}\n",
        &["3:18-3:18 series-notation", "3:32-3:33 series-notation"],
    ),
    (
        "a.yml",
        "tests:\n- alert_rule_test: [{eval_time: 1m}]\n  promql_expr_test: [{expr: 'up +', eval_time: 1}]\n",
        &[
            "2:21-2:36 missing-field",
            "3:34-3:34 promql-syntax",
            "3:48-3:49 invalid-duration",
        ],
    ),
    (
        "a.yml",
        "scrape_configs:\n- {scrape_interval: often}\nrule_file: []\n",
        &[
            "2:3-2:27 missing-field",
            "2:21-2:26 invalid-duration",
            "3:1-3:10 unknown-field",
        ],
    ),
    (
        "a.yml",
        "scrape_configs:\n- job_name: a\n  scrape_timeout: 2m\n  honor_labels: 'yes'\n  static_configs: [~]\n- job_name: a\n",
        &[
            "3:19-3:21 invalid-value",
            "4:18-4:21 invalid-value",
            "5:20-5:21 invalid-value",
            "6:13-6:14 invalid-value",
        ],
    ),
    (
        "a.yml",
        "scrape_configs: []\nalerting: {alertmanagers: [{static_config: []}]}\n",
        &["2:29-2:42 unknown-field"],
    ),
    (
        "a.yml",
        "route: {receiver: a, routes: [{matchers: ['x:1', 'y=~(']}, {receiver: b, group_by: ['...', c]}]}\nreceivers: [{name: a}]\n",
        &[
            "1:47-1:47 matcher-syntax",
            "1:54-1:55 matcher-syntax",
            "1:71-1:72 undefined-name",
            "1:84-1:94 invalid-value",
        ],
    ),
    (
        "a.test",
        "load 1m\n  up 1\n\neval instantly up\n",
        &["4:6-4:15 script-syntax"],
    ),
    (
        "a.json",
        "{\"dashboard\": {\"title\": \"t\", \"panels\": [{\"targets\": [{\"expr\": \"sum(\\\"a\\\")\"}]}]}}",
        &["1:68-1:73 promql-syntax"],
    ),
    (
        "a.json",
        "{\"title\": \"t\", \"rows\": [{\"panels\": [{\"targets\": [{\"expr\": \"rat($x)\"}]}]}]}",
        &["1:60-1:63 promql-syntax"],
    ),
    (
        "a.json",
        "{\"title\": \"t\", \"panels\": [{\"type\": \"row\", \"panels\": [{\"targets\": [{\"expr\": \"1 +\"}, {\"expr\": \"2 +\"}]}]}]}",
        &["1:80-1:80 promql-syntax", "1:97-1:97 promql-syntax"],
    ),
    (
        "a.json",
        "{\"title\": \"t\", \"panels\": [], \"__elements\": {\"u\": {\"model\": {\"targets\": [{\"expr\": \"(\"}]}}}}",
        &["1:84-1:84 promql-syntax"],
    ),
    (
        "a.json",
        "{\"title\": \"t\", \"panels\": [{\"datasource\": {\"type\": \"loki\"}, \"targets\": [{\"expr\": \"{a=\\\"b\\\"} |= \"}]}]}",
        &[],
    ),
];

/// The faults in a file, with what else is expected; that each finding has a message and help. What lints advise beside
/// that is held by their pages.
fn findings(name: &str, text: &str, expected: &[&str]) -> Vec<String> {
    let run = Folder::with(&[(name, text)]).run(&["check", "--format", "json", name]);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let list = json["findings"].as_array().expect("a list");
    assert_eq!(run.code == Some(0), list.is_empty(), "{text}");
    let show = |f: &serde_json::Value| {
        assert!(
            f["message"].as_str().is_some_and(|m| !m.is_empty()) && f["help"].is_string(),
            "{f}"
        );
        let place = format!(
            "{}:{}-{}:{}",
            f["line"], f["column"], f["end_line"], f["end_column"]
        );
        format!("{place} {}", f["code"].as_str().expect("a code"))
    };
    let is_expected =
        |f: &serde_json::Value, shown: &str| f["severity"] == "error" || expected.contains(&shown);
    let shown = list.iter().map(|f| (f, show(f)));
    shown
        .filter(|(f, shown)| is_expected(f, shown))
        .map(|(_, shown)| shown)
        .collect()
}

#[test]
fn each_fault_is_found_where_it_is() {
    let wrong: Vec<String> = CASES
        .iter()
        .filter_map(|(name, text, expected)| {
            let found = findings(name, text, expected);
            (found != *expected).then(|| format!("{text}\nfound {found:?}, expected {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

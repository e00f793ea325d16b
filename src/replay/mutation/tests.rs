use super::*;
use crate::model::rules::RuleFile;
use crate::model::{self, Document, ReadOptions};
use crate::replay::testing::rule_file;
use crate::source::SourceFile;

/// A rule file with one alert of this expression.
fn alert(expr: &str, rest: &str) -> RuleFile {
    let expr = serde_json::Value::from(expr);
    rule_file(&format!(
        "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: {expr}\n{rest}"
    ))
}

fn subject(file: &RuleFile) -> Subject<'_> {
    let group = &file.groups[0];
    Subject::of(file, group, &group.rules[0]).expect("a rule without fault")
}

/// The expressions of the mutants of one operator.
fn expressions(operator: &str, expr: &str) -> Vec<String> {
    let file = alert(expr, "");
    let found = candidates(&subject(&file)).into_iter();
    found
        .filter(|candidate| candidate.operator == operator)
        .filter_map(|candidate| match candidate.changed {
            Changed::Rule(rule) => Some(rule.expr?.text.as_str().to_owned()),
            Changed::Nothing => None,
        })
        .collect()
}

#[test]
fn operators_change_expressions() {
    let table: &[(&str, &str, &[&str])] = &[
        ("comparison", "a > 1", &["a >= 1", "a < 1"]),
        ("comparison", "a == 1", &["a != 1"]),
        ("comparison", "1 <= bool a", &["1 < bool a", "1 >= bool a"]),
        ("number", "a > 100", &["a > 110", "a > 90", "a > 200", "a > 50"]),
        (
            "number",
            "a > 0.05",
            &["a > 0.055", "a > 0.045", "a > 0.1", "a > 0.025"],
        ),
        ("number", "a == 0", &["a == 1", "a == -1"]),
        ("number", "a * 100", &["a * 200"]),
        ("number", "a > Inf", &[]),
        (
            "quantile",
            "histogram_quantile(0.9, b)",
            &[
                "histogram_quantile(0.95, b)",
                "histogram_quantile(0.8, b)",
                "histogram_quantile(0.5, b)",
            ],
        ),
        (
            "quantile",
            "quantile by (x) (0.5, b)",
            &["quantile by (x) (0.75, b)", "quantile by (x) (0, b)"],
        ),
        ("arithmetic", "a + b", &["a - b"]),
        ("arithmetic", "a / b", &["a * b"]),
        ("arithmetic", "- a", &["a"]),
        ("set-operator", "a and b", &["a or b", "a unless b", "a"]),
        ("set-operator", "a or b", &["a and b", "a unless b", "a", "b"]),
        (
            "set-operator",
            "a unless on (x) b",
            &["a and on (x) b", "a or on (x) b", "a"],
        ),
        ("aggregation", "sum(a)", &["max(a)", "avg(a)"]),
        (
            "grouping",
            "sum by (x, y) (a)",
            &["sum without (x, y) (a)", "sum by (y) (a)", "sum by (x) (a)"],
        ),
        (
            "grouping",
            "a * on (x) group_left (y) b",
            &[
                "a * ignoring (x) group_left (y) b",
                "a * on () group_left (y) b",
                "a * on (x) group_left () b",
            ],
        ),
        (
            "function",
            "rate(a[5m])",
            &["increase(a[5m])", "irate(a[5m])", "delta(a[5m])"],
        ),
        (
            "function",
            "max_over_time(a[5m])",
            &["min_over_time(a[5m])", "avg_over_time(a[5m])"],
        ),
        ("function", "absent(a)", &[]),
        (
            "range",
            "rate(a[5m] offset 1h)",
            &[
                "rate(a[2m30s] offset 1h)",
                "rate(a[10m] offset 1h)",
                "rate(a[5m] offset 30m)",
                "rate(a[5m] offset 2h)",
                "rate(a[5m])",
            ],
        ),
        (
            "range",
            "max_over_time(a[1h:1m])",
            &[
                "max_over_time(a[30m:1m])",
                "max_over_time(a[2h:1m])",
                "max_over_time(a[1h:30s])",
                "max_over_time(a[1h:2m])",
            ],
        ),
        ("matcher", "a{x=\"1\"}", &["a", "a{x!=\"1\"}"]),
        (
            "matcher",
            "a{x=~\"b|c\", y!='d'}",
            &[
                "a{y!='d'}",
                "a{x!~\"b|c\", y!='d'}",
                "a{x=~\"c\", y!='d'}",
                "a{x=~\"b\", y!='d'}",
                "a{x=~\"b|c\"}",
                "a{x=~\"b|c\", y='d'}",
            ],
        ),
        // What selects everything is no selector.
        ("matcher", "{x=\"1\"}", &[]),
    ];
    for (operator, expr, expected) in table {
        assert_eq!(expressions(operator, expr), *expected, "{operator} of {expr}");
    }
}

/// What is changed of a rule beside its expression.
fn changes(rest: &str) -> Vec<String> {
    let file = alert("a", rest);
    let found = candidates(&subject(&file)).into_iter();
    found
        .filter(|candidate| candidate.operator != "removal")
        .map(|candidate| candidate.about)
        .collect()
}

#[test]
fn operators_change_times_and_texts() {
    assert_eq!(
        changes("    for: 5m\n    keep_firing_for: 1h\n"),
        [
            "`for` is removed",
            "`for: 5m` is doubled",
            "`keep_firing_for` is removed",
            "`keep_firing_for: 1h` is doubled",
        ]
    );
    // Nothing is changed by removing what is not there.
    assert_eq!(changes("    for: 0s\n"), [""; 0]);
    assert_eq!(
        changes("    labels: {severity: critical, team: db}\n"),
        [
            "`severity` becomes warning",
            "the label `severity` is dropped",
            "the label `team` is changed",
            "the label `team` is dropped",
        ]
    );
    assert_eq!(
        changes(
            "    annotations: {summary: '{{ $value | humanize }} in {{ with $labels.x }}{{ . }}{{ end }}'}\n"
        ),
        [
            "the annotation `summary` is changed",
            "`{{ $value | humanize }}` is dropped from the annotation `summary`",
            "`| humanize` is dropped from the annotation `summary`",
            "`{{ . }}` is dropped from the annotation `summary`",
            "the annotation `summary` is dropped",
        ]
    );
}

#[test]
fn what_cannot_be_noticed_is_proved() {
    let table: &[(&str, &str, &str, Option<&str>)] = &[
        (
            "histogram_quantile(0.9, sum by (le) (rate(b[5m]))) > 1",
            "",
            "`rate` becomes `increase`",
            Some("scale"),
        ),
        ("rate(b[5m]) > 1", "", "`rate` becomes `increase`", None),
        ("rate(b[5m]) > 0", "", "`rate` becomes `increase`", Some("sign")),
        (
            "rate(b[5m]) > 0",
            "    annotations: {summary: '{{ $value }}'}\n",
            "`rate` becomes `increase`",
            None,
        ),
        ("(rate(b[5m]) > 0) * 2", "", "`rate` becomes `increase`", None),
        (
            "a unless rate(b[5m])",
            "",
            "`rate` becomes `increase`",
            Some("presence"),
        ),
        ("a unless rate(b[5m]) > 1", "", "`rate` becomes `increase`", None),
        ("rate(b[5m]) unless a", "", "`rate` becomes `increase`", None),
        (
            "absent(rate(b[5m]))",
            "",
            "`rate` becomes `increase`",
            Some("presence"),
        ),
        (
            "count(rate(b[5m])) > 3",
            "",
            "`rate` becomes `increase`",
            Some("presence"),
        ),
        (
            "a{x=\"500\", x=~\"5..\"}",
            "",
            "`x=~\"5..\"` is dropped",
            Some("implied-matcher"),
        ),
        ("a{x=\"500\", x=~\"5..\"}", "", "`x=\"500\"` is dropped", None),
        (
            "a{x=~\".*\"}",
            "",
            "`x=~\".*\"` is dropped",
            Some("matches-everything"),
        ),
        ("a{x=~\".+\"}", "", "`x=~\".+\"` is dropped", None),
        (
            "sum by (x, y) (max by (x) (a))",
            "",
            "`y` is dropped from by",
            Some("absent-label"),
        ),
        (
            "sum by (x, y) (max by (x) (a))",
            "",
            "`x` is dropped from by",
            None,
        ),
        (
            "a",
            "    labels: {alertname: B}\n",
            "the label `alertname` is dropped",
            Some("overridden"),
        ),
        (
            "a",
            "    labels: {team: B}\n",
            "the label `team` is dropped",
            None,
        ),
    ];
    for (expr, rest, about, proof) in table {
        let file = alert(expr, rest);
        let found = candidates(&subject(&file));
        let candidate = found.iter().find(|c| c.about == *about);
        let candidate = candidate.unwrap_or_else(|| panic!("{about} of {expr}"));
        assert_eq!(
            candidate.proof.as_ref().map(|(name, _)| *name),
            *proof,
            "{about} of {expr}"
        );
    }
}

#[test]
fn the_same_mutant_counts_once() {
    let file = alert("a{x=\"1\"} and a{x=\"1\"}", "");
    let found = candidates(&subject(&file));
    let duplicates = found.iter().filter_map(|c| c.proof.as_ref());
    assert!(
        duplicates.clone().all(|(name, _)| *name == "duplicate"),
        "nothing else is proved"
    );
    let texts: Vec<String> = found
        .iter()
        .filter(|c| c.proof.is_none())
        .filter_map(|c| match &c.changed {
            Changed::Rule(rule) => Some(canonical(rule)),
            Changed::Nothing => None,
        })
        .collect();
    let mut different = texts.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), texts.len());
}

/// Rules in all the ways of writing them. A block neither begins nor ends with an action: without it
/// blanks would be left, which mean something there.
const WRITTEN: [&str; 5] = [
    "groups:
- name: g
  rules:
  - alert: A
    expr: rate(http_requests_total{status=~\"5..|429\",job!='x'}[5m] offset 1h) > 0.05
    for: 5m
    labels:
      severity: critical
    annotations:
      summary: \"{{ $labels.job }}: \\\"{{ $value | humanize }}\\\"\"
",
    "groups:
- name: g
  rules:
  - alert: A
    expr: |
      sum by (job, instance) (rate(errors_total{a=\"b\"}[5m]))
        # of all
        / on (job) group_left
      sum by (job) (rate(requests_total[5m]))
        > 0.1
    keep_firing_for: 10m
    annotations:
      description: |-
        Now {{ $value | humanizePercentage }} of
        {{ $labels.job }} failed
      summary: plain
",
    "groups:
- {name: g, rules: [{alert: A, expr: 'absent(up{job=\"a\"}) or absent(up{job=''b''})', for: 1h, labels: {severity: warning, team: x}}]}
",
    "groups:
- name: g
  rules:
  - record: a:b
    expr: >-
      histogram_quantile(0.95,
        avg without (pod) (rate(d_bucket[5m])))
    labels: {x: y}
",
    "groups:
- name: g
  rules:
  - alert: A
    expr: \"max_over_time(a{x=\\\"1\\\"}[1h:5m]) == 0 unless on (x) b\"
    labels:
      'severity': 'critical'
      team: \"db\"
",
];

#[test]
fn a_mutant_in_the_file_is_the_mutant_that_was_run() {
    for text in WRITTEN {
        let file = rule_file(text);
        let subject = subject(&file);
        let found = candidates(&subject);
        assert!(found.len() > 10, "{text}");
        for candidate in found {
            let Changed::Rule(rule) = &candidate.changed else {
                continue;
            };
            assert_ne!(canonical(rule), canonical(subject.rule), "{}", candidate.about);
            let (range, with) = candidate.change.in_file(&subject);
            let edited = format!("{}{with}{}", &text[..range.start], &text[range.end..]);
            let source = std::sync::Arc::new(SourceFile::new("file.yml", edited.clone()));
            let reading = model::read(&source, ReadOptions::default());
            let reread = reading.documents.iter().find_map(|document| match document {
                Document::Rules(rules) => Some(rules),
                _ => None,
            });
            let reread = reread.unwrap_or_else(|| panic!("{}:\n{edited}", candidate.about));
            let reread = &reread.groups[0].rules[0];
            assert_eq!(
                canonical(reread),
                canonical(rule),
                "{}:\n{edited}",
                candidate.about
            );
        }
    }
}

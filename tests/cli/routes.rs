//! Whom Alertmanager notifies: `rulecheck routes`, and the key `receivers` of tests.

use std::path::Path;
use std::process::Command;

use crate::support::Folder;

const CONFIG: &str = "\
route:
  receiver: chat
  routes:
    - {matchers: [severity=critical], receiver: pager, continue: true}
    - {matchers: [team=db], receiver: mail}
receivers: [{name: chat}, {name: pager}, {name: mail}]
";

const RULES: &str = "\
groups:
  - name: g
    rules:
      - {alert: A, expr: a == 1, labels: {severity: critical}}
";

fn test_file(head: &str, receivers: &str) -> String {
    format!(
        "rule_files: [rules.yml]\n{head}tests:\n  - name: t\n    input_series: [{{series: a, values: 1x10}}]\n    \
         receivers: {receivers}\n"
    )
}

#[test]
fn the_only_configuration_is_found_and_several_are_named() {
    let folder = Folder::with(&[("alertmanager.yml", CONFIG)]);
    let run = folder.run(&["routes", "severity=critical", "team=db", "--verify", "pager,mail"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let run = folder.run(&["routes", "severity=critical", "--verify", "chat"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.out.ends_with("FAILED pager, not chat\n"), "{run:?}");
    folder.write("other.yml", CONFIG.as_bytes());
    let run = folder.run(&["routes"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("alertmanager.yml, other.yml"), "{run:?}");
    assert_eq!(folder.run(&["routes", "--config", "other.yml"]).code, Some(0));
}

#[test]
fn what_is_no_configuration_and_no_label_is_refused() {
    let broken = CONFIG.replace("receiver: mail", "receiver: male");
    let folder = Folder::with(&[("alertmanager.yml", CONFIG), ("broken.yml", &broken)]);
    for (args, said) in [
        (&["routes", "--config", "absent.yml"][..], "cannot read the file"),
        (
            &["routes", "--config", "broken.yml"],
            "undefined receiver \"male\"",
        ),
        (
            &["routes", "--config", "alertmanager.yml", "team!=db"],
            "write `name=value`",
        ),
        (
            &["routes", "--config", "alertmanager.yml", "team"],
            "expected an operator",
        ),
    ] {
        let run = folder.run(args);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.err.contains(said), "{run:?}");
    }
}

#[test]
fn a_test_that_asks_for_receivers_needs_a_sound_configuration() {
    let broken = CONFIG.replace("receiver: mail", "receiver: male");
    let asked = "[{eval_time: 1m, alertname: A, exp_receivers: [pager]}]";
    for (head, said) in [
        ("", "`receivers` needs Alertmanager's configuration"),
        (
            "alertmanager: absent.yml\n",
            "absent.yml:1:1: cannot read the file",
        ),
        (
            "alertmanager: broken.yml\n",
            "broken.yml:5:39: undefined receiver \"male\"",
        ),
    ] {
        let folder = Folder::with(&[
            ("rules.yml", RULES),
            ("broken.yml", &broken),
            ("t.test.yml", &test_file(head, asked)),
        ]);
        let run = folder.run(&["test", "t.test.yml"]);
        assert_ne!(run.code, Some(0), "{run:?}");
        assert!(run.out.contains(said), "{run:?}");
    }
}

#[test]
fn what_is_asked_of_receivers_is_judged() {
    let head = "alertmanager: alertmanager.yml\n";
    for (asked, said) in [
        ("{alertname: A, exp_receivers: [pager]}", None),
        ("{exp_receivers: [pager]}", None),
        (
            "{alertname: 'A{severity=\"critical\"}', exp_receivers: [pager]}",
            None,
        ),
        ("{alertname: B, exp_receivers: []}", None),
        (
            "{alertname: A, exp_receivers: []}",
            Some("pager is notified, expected nobody"),
        ),
        (
            "{alertname: A, exp_receivers: [pager, mail]}",
            Some("pager is notified, expected pager and mail"),
        ),
        (
            "{alertname: B, exp_receivers: [pager]}",
            Some("B does not fire at 5m, so that nobody is notified: expected pager"),
        ),
        (
            "{alertname: A, exp_receivers: [pagre]}",
            Some("has no receiver pagre, did you mean pager?"),
        ),
        (
            "{alertname: A, exp_inhibited_by: B}",
            Some("pager is notified, expected it to be inhibited by B"),
        ),
        (
            "{alertname: A, exp_muted_by: night}",
            Some("pager is notified, expected silence because of night"),
        ),
        // Receivers without integrations are never told anything.
        ("{alertname: A, exp_notifications: []}", None),
        (
            "{alertname: A}",
            Some("an entry of `receivers` has no `exp_receivers`"),
        ),
        (
            "{alertname: A, exp_receiver: [x]}",
            Some("an entry of `receivers` has no field `exp_receiver`"),
        ),
    ] {
        let asked_at = format!("[{}]", asked.replacen('{', "{eval_time: 5m, ", 1));
        let folder = Folder::with(&[
            ("rules.yml", RULES),
            ("alertmanager.yml", CONFIG),
            ("t.test.yml", &test_file(head, &asked_at)),
        ]);
        let run = folder.run(&["test", "t.test.yml"]);
        assert_eq!(run.code == Some(0), said.is_none(), "{asked}: {run:?}");
        assert!(run.out.contains(said.unwrap_or("1 passed")), "{asked}: {run:?}");
    }
}

#[test]
fn every_alert_of_this_repository_has_a_receiver_that_is_asserted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
        .args([
            "test",
            "--format",
            "json",
            "fixtures/beyond-promtool/receivers.test.yml",
        ])
        .current_dir(root)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout);
    for file in std::fs::read_dir(root.join("rules/alerts")).expect("rules") {
        let rules = std::fs::read_to_string(file.expect("a file").path()).expect("rules");
        for line in rules.lines() {
            if let Some(name) = line.trim_start().strip_prefix("- alert: ") {
                assert!(
                    said.contains(&format!("\"{name}\"")),
                    "nobody is notified of {name}"
                );
            }
        }
    }
}

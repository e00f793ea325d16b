//! `rulecheck test --update`.

use std::fs;

use super::support::{Folder, RULES, TESTS};

fn folder() -> Folder {
    let broken = TESTS
        .replace("a:1 is down", "a:1 is up")
        .replace("exp_alerts: []", "exp_alerts: [] # not yet");
    Folder::with(&[("rules.yml", RULES), ("down.test.yml", &broken)])
}

#[test]
fn without_consent_the_change_is_only_shown() {
    let folder = folder();
    let before = fs::read(folder.path().join("down.test.yml")).expect("the file");
    let run = folder.run(&["test", "--update"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    insta::assert_snapshot!(run.out, @r"
    --- down.test.yml
    +++ down.test.yml
    @@ -14,4 +14,4 @@
             alertname: Down
             exp_alerts:
               - exp_labels: {severity: critical, job: api, instance: 'a:1'}
    -            exp_annotations: {summary: a:1 is up}
    +            exp_annotations: {summary: a:1 is down}
    ");
    assert_eq!(
        run.err,
        "rulecheck: nothing was written; --yes updates 1 assertion in 1 file\n"
    );
    let after = fs::read(folder.path().join("down.test.yml")).expect("the file");
    assert_eq!(after, before);
}

#[test]
fn with_consent_the_tests_hold_afterwards() {
    let folder = folder();
    let run = folder.run(&["test", "--update", "--yes"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.out.contains("1 test in 1 file: 1 passed"), "{}", run.out);
    let text = fs::read_to_string(folder.path().join("down.test.yml")).expect("the file");
    assert!(text.contains("exp_annotations: {summary: a:1 is down}"), "{text}");
    assert!(text.contains("exp_alerts: [] # not yet"), "{text}");
    // There is nothing more to do.
    let run = folder.run(&["test", "--update", "--yes"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!run.out.contains("+++"), "{}", run.out);
}

#[test]
fn what_cannot_be_updated_fails_as_before() {
    let folder = Folder::with(&[
        ("rules.yml", RULES),
        (
            "down.test.yml",
            &TESTS.replace("alert_rule_test:", "never_fires: [Down]\n    alert_rule_test:"),
        ),
    ]);
    let run = folder.run(&["test", "--update", "--yes"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.err
            .contains("not updated: an alert that is never to fire fired"),
        "{}",
        run.err
    );
    assert!(
        run.out.contains("1 test in 1 file: 0 passed, 1 failed"),
        "{}",
        run.out
    );
}

#[test]
fn consent_is_about_updates() {
    let run = folder().run(&["test", "--yes"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let run = folder().run(&["test", "--update", "--watch"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}

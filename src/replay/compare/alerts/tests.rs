use super::{Comparison, SeenAlert, compare, message, no_such_alert};
use crate::model::unit_tests::UnitTestFile;
use crate::outcome::{AlertState, Change, Word};
use crate::replay::testing::{labels, test_file};
use crate::replay::watch::Sighting;

const MINUTE: i64 = 60_000;

/// An alert named A with a label and an annotation.
fn alert(label: &str, annotation: &str) -> SeenAlert {
    let own = labels(&[("alertname", "A"), ("l", label)]);
    let annotations = vec![("text".to_owned(), annotation.to_owned())];
    SeenAlert::new(AlertState::Firing, &own, annotations)
}

fn pending(label: &str) -> SeenAlert {
    SeenAlert {
        state: AlertState::Pending,
        ..alert(label, "y")
    }
}

/// A test of the alert A with these fields.
fn file(fields: &str) -> UnitTestFile {
    test_file(&format!(
        "rule_files: []\ntests: [{{alert_rule_test: [{{alertname: A, {fields}}}]}}]\n"
    ))
}

fn differ(fields: &str, seen: &[SeenAlert]) -> Option<Comparison> {
    compare(&file(fields).tests[0].alert_rule_test[0], seen, |_| 1)
}

#[test]
fn alerts_are_the_same_with_the_same_labels_and_annotations() {
    let cases = [
        ("{exp_labels: {l: x}, exp_annotations: {text: y}}", true),
        (
            "{exp_labels: {l: x, alertname: Other}, exp_annotations: {text: y}}",
            true,
        ),
        ("{exp_labels: {l: z}, exp_annotations: {text: y}}", false),
        ("{exp_labels: {l: x, m: ''}, exp_annotations: {text: y}}", false),
        ("{exp_labels: {l: x}, exp_annotations: {text: Y}}", false),
        ("{exp_labels: {l: x}}", false),
        ("{exp_annotations: {text: y}}", false),
        ("{}", false),
        // Regular expressions must match the whole value; nothing has the empty value.
        (
            "{exp_labels: {l: '~ \"[w-z]\"'}, exp_annotations: {text: ~ \".*\"}}",
            true,
        ),
        (
            "{exp_labels: {l: '~ \"[w-y]\"', m: '~ \".*\"'}, exp_annotations: {text: y}}",
            true,
        ),
        (
            "{exp_labels: {l: '~ \"y|z\"'}, exp_annotations: {text: y}}",
            false,
        ),
        ("{exp_labels: {l: x}, exp_annotations: {text: ~ 'y.'}}", false),
    ];
    for (written, same) in cases {
        let found = differ(&format!("exp_alerts: [{written}]"), &[alert("x", "y")]);
        assert_eq!(found.is_none(), same, "{written}");
    }
}

#[test]
fn a_subset_is_enough_where_that_is_said() {
    let two = [alert("x", "y"), alert("z", "y")];
    let cases = [
        ("{}, {}", true),
        ("{exp_labels: {l: x}}, {}", true),
        ("{}, {exp_labels: {l: x}}", true),
        ("{exp_labels: {l: ~ \"x|z\"}}, {exp_labels: {l: x}}", true),
        ("{exp_annotations: {text: y}}, {exp_labels: {other: ''}}", true),
        ("{exp_labels: {l: ''}}, {}", false),
        ("{exp_labels: {l: x}}, {exp_labels: {l: x}}", false),
        ("{exp_labels: {l: x}}", false),
        ("{}, {}, {}", false),
        ("{exp_annotations: {text: z}}, {}", false),
    ];
    for (written, same) in cases {
        let found = differ(&format!("match: subset, exp_alerts: [{written}]"), &two);
        assert_eq!(found.is_none(), same, "{written}");
    }
}

#[test]
fn states_are_compared_where_they_are_written() {
    let (x, z) = (
        "exp_labels: {l: x}, exp_annotations: {text: y}",
        "exp_labels: {l: z}, exp_annotations: {text: y}",
    );
    let seen = [alert("x", "y"), pending("z")];
    let cases = [
        // Pending alerts are no matter where none is asked for.
        (format!("{{{x}}}"), true),
        (format!("{{state: firing, {x}}}"), true),
        (format!("{{{x}}}, {{state: pending, {z}}}"), true),
        (format!("{{state: pending, {z}}}"), false),
        (format!("{{state: pending, {x}}}, {{{z}}}"), false),
        (format!("{{{x}}}, {{{z}}}"), false),
        // An alert with these labels, and maybe others, is not active.
        (
            format!("{{{x}}}, {{state: inactive, exp_labels: {{l: z}}}}"),
            false,
        ),
        (
            format!("{{{x}}}, {{state: inactive, exp_labels: {{l: w}}}}"),
            true,
        ),
        (format!("{{{x}}}, {{state: inactive}}"), false),
    ];
    for (written, same) in cases {
        let found = differ(&format!("exp_alerts: [{written}]"), &seen);
        assert_eq!(found.is_none(), same, "{written}: {found:?}");
    }
    // Where one pending alert is asked for, the others count too.
    let pending_two = [pending("x"), pending("z")];
    assert!(differ(&format!("exp_alerts: [{{state: pending, {x}}}]"), &pending_two).is_some());
    assert!(differ("exp_alerts: []", &pending_two).is_none());
}

#[test]
fn each_alert_is_compared_with_the_one_most_like_it() {
    let fields = "exp_alerts: [{exp_labels: {l: x}, exp_annotations: {text: 5 errors}}, {exp_labels: {l: w}}, \
                  {exp_labels: {l: z}, exp_annotations: {text: y}}]";
    let seen = [alert("z", "y"), alert("x", "6 errors")];
    let found = differ(fields, &seen).expect("they differ");
    let difference = &found.difference;
    assert_eq!(difference.agreeing, 1);
    assert_eq!(difference.missing.len(), 1);
    assert_eq!(difference.missing[0].labels[1], ("l".to_owned(), "w".to_owned()));
    let [pair] = &difference.pairs[..] else {
        panic!("one pair: {difference:?}")
    };
    assert_eq!(pair.labels[1].change, Change::Same("x".to_owned()));
    let words = vec![
        Word::Expected("5".to_owned()),
        Word::Actual("6".to_owned()),
        Word::Same(" errors".to_owned()),
    ];
    let (expected, actual) = ("5 errors".to_owned(), "6 errors".to_owned());
    assert_eq!(
        pair.annotations[0].change,
        Change::Differs {
            expected,
            actual,
            words
        }
    );
}

#[test]
fn texts_have_a_line_for_each_label_and_annotation() {
    let bare = SeenAlert::new(AlertState::Pending, &labels(&[("alertname", "A")]), Vec::new());
    let found = differ(
        "exp_alerts: [{state: pending}]",
        &[alert("x", "two\nlines, \\"), bare],
    );
    let found = found.expect("they differ");
    let of_bare = "pending alert:\n  labels:\n    alertname: A\n";
    assert_eq!(found.expected, of_bare);
    assert_eq!(
        found.actual,
        format!(
            "{of_bare}alert:\n  labels:\n    alertname: A\n    l: x\n  annotations:\n    text: two\\nlines, \\\\\n"
        )
    );
    let found = differ("exp_alerts: [{}]", &[]).expect("they differ");
    assert_eq!(found.actual, "no alert fires\n");
}

#[test]
fn what_is_not_compared_is_the_same_in_both_texts() {
    let fields = "match: subset, exp_alerts: [{exp_labels: {l: z}}]";
    let found = differ(fields, &[alert("x", "y")]).expect("they differ");
    assert_eq!(
        found.expected,
        "alert:\n  labels:\n    alertname: A\n    l: z\n  annotations:\n    text: y\n"
    );
    assert_eq!(found.actual, found.expected.replace("l: z", "l: x"));
}

#[test]
fn messages_say_what_differs_and_why() {
    let firing = |alerts: &[SeenAlert], since: i64| Sighting {
        alerts: alerts.to_vec(),
        firing_since: Some(since * MINUTE),
        ..Sighting::default()
    };
    let (one, other, text) = (alert("x", "y"), alert("z", "y"), alert("x", "z"));
    let both = [one.clone(), other.clone()];
    let (x, z) = (
        "exp_labels: {l: x}, exp_annotations: {text: y}",
        "exp_labels: {l: z}, exp_annotations: {text: y}",
    );
    let waits = Sighting {
        alerts: vec![pending("x")],
        pending: Some((2 * MINUTE, 12 * MINUTE)),
        resolved_at: Some(0),
        ..Sighting::default()
    };
    let cases: Vec<(String, Sighting, &str)> = vec![
        (
            String::new(),
            firing(&both[..1], 5),
            "A fires at 5m, and was expected not to",
        ),
        (
            String::new(),
            firing(&both[..1], 3),
            "A fires at 5m, since 3m, and was expected not to",
        ),
        (
            String::new(),
            firing(&both, 3),
            "A fires 2 times at 5m, since 3m, and was expected not to",
        ),
        (
            format!("{{{x}}}"),
            firing(&both, 5),
            "A fires twice at 5m, once was expected",
        ),
        (
            format!("{{{x}}}, {{{z}}}"),
            firing(&both[..1], 5),
            "A fires once at 5m, twice was expected",
        ),
        (
            format!("{{{x}}}"),
            firing(&[other], 5),
            "A fires at 5m with other labels than expected",
        ),
        (
            format!("{{{x}}}"),
            firing(&[text], 5),
            "A fires at 5m with other annotations than expected",
        ),
        (
            format!("{{{x}}}"),
            Sighting::default(),
            "A does not fire at 5m: its expression returns nothing then",
        ),
        (
            format!("{{{x}}}"),
            waits.clone(),
            "A does not fire at 5m: it is pending since 2m and would fire at 12m",
        ),
        (
            format!("{{{x}}}"),
            Sighting {
                resolved_at: Some(4 * MINUTE),
                ..Sighting::default()
            },
            "A does not fire at 5m: it fired before, and resolved at 4m",
        ),
        (
            format!("{{state: pending, {x}}}"),
            firing(&both[..1], 3),
            "A fires at 5m, and was expected to be pending",
        ),
        (
            format!("{{state: pending, {x}}}"),
            firing(&both, 3),
            "A fires at 5m, and was expected to be pending (and 1 difference more)",
        ),
        (
            format!("{{state: pending, {z}}}"),
            waits.clone(),
            "A is pending at 5m with other labels than expected",
        ),
        (
            format!("{{state: pending, {x}}}"),
            Sighting::default(),
            "A is not pending at 5m",
        ),
        (
            "{state: inactive, exp_labels: {l: x}}".to_owned(),
            waits,
            "A is pending at 5m, and was expected to be inactive",
        ),
    ];
    for (expected, seen, said) in cases {
        let file = file(&format!("exp_alerts: [{expected}]"));
        let test = &file.tests[0].alert_rule_test[0];
        let found = compare(test, &seen.alerts, |_| 1).expect("they differ");
        let states: Vec<AlertState> = test.exp_alerts.iter().map(|alert| alert.state).collect();
        let message = message("A", 5 * MINUTE, &states, &found.difference, &seen);
        assert_eq!(message, said, "{expected}");
    }
}

#[test]
fn misspelt_alerts_are_recognised() {
    assert_eq!(
        no_such_alert("HighErorRate", &["LowDisk", "HighErrorRate"]),
        "no rule file of this test defines HighErorRate, did you mean HighErrorRate?"
    );
    assert_eq!(
        no_such_alert("A", &["Other"]),
        "no rule file of this test defines A"
    );
}

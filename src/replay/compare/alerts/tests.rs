use super::{FiringAlert, message, no_such_alert, text};
use crate::replay::testing::{labels, test_file};
use crate::replay::watch::Sighting;

const MINUTE: i64 = 60_000;

/// An alert named A with a label and an annotation.
fn alert(label: &str, annotation: &str) -> FiringAlert {
    let own = labels(&[("alertname", "A"), ("l", label)]);
    FiringAlert::actual(&own, vec![("text".to_owned(), annotation.to_owned())])
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
    ];
    for (written, same) in cases {
        let file = test_file(&format!(
            "rule_files: []\ntests: [{{alert_rule_test: [{{alertname: A, exp_alerts: [{written}]}}]}}]\n"
        ));
        let expected = &file.tests[0].alert_rule_test[0].exp_alerts[0];
        assert_eq!(
            FiringAlert::expected("A", expected) == alert("x", "y"),
            same,
            "{written}"
        );
    }
}

#[test]
fn texts_have_a_line_for_each_label_and_annotation() {
    assert_eq!(text(&[]), "no alert fires\n");
    let bare = FiringAlert::actual(&labels(&[("alertname", "A")]), Vec::new());
    assert_eq!(
        text(&[alert("x", "two\nlines, \\"), bare]),
        "alert:\n  labels:\n    alertname: A\n    l: x\n  annotations:\n    text: two\\nlines, \\\\\n\
         alert:\n  labels:\n    alertname: A\n"
    );
}

#[test]
fn messages_say_what_differs_and_why() {
    let firing = |alerts: &[FiringAlert], since: i64| Sighting {
        firing: alerts.to_vec(),
        firing_since: Some(since * MINUTE),
        ..Sighting::default()
    };
    let (one, other, text) = (alert("x", "y"), alert("z", "y"), alert("x", "z"));
    let both = [one.clone(), other.clone()];
    let cases: &[(&[FiringAlert], Sighting, &str)] = &[
        (
            &[],
            firing(&both[..1], 5),
            "A fires at 5m, and was expected not to",
        ),
        (
            &[],
            firing(&both[..1], 3),
            "A fires at 5m, since 3m, and was expected not to",
        ),
        (
            &[],
            firing(&both, 3),
            "A fires 2 times at 5m, since 3m, and was expected not to",
        ),
        (
            &both[..1],
            firing(&both, 5),
            "A fires twice at 5m, once was expected",
        ),
        (
            &both,
            firing(&both[..1], 5),
            "A fires once at 5m, twice was expected",
        ),
        (
            &both[..1],
            firing(&[other], 5),
            "A fires at 5m with other labels than expected",
        ),
        (
            &both[..1],
            firing(&[text], 5),
            "A fires at 5m with other annotations than expected",
        ),
        (
            &both[..1],
            Sighting::default(),
            "A does not fire at 5m: its expression returns nothing then",
        ),
        (
            &both[..1],
            Sighting {
                pending: Some((2 * MINUTE, 12 * MINUTE)),
                resolved_at: Some(0),
                ..Sighting::default()
            },
            "A does not fire at 5m: it is pending since 2m and would fire at 12m",
        ),
        (
            &both[..1],
            Sighting {
                resolved_at: Some(4 * MINUTE),
                ..Sighting::default()
            },
            "A does not fire at 5m: it fired before, and resolved at 4m",
        ),
    ];
    for (expected, actual, said) in cases {
        assert_eq!(message("A", 5 * MINUTE, expected, actual), *said);
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

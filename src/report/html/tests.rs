//! The page as a whole.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::{POLICY, SCRIPT, STYLE, page};
use crate::outcome::{
    AlertState, Assertion, Bound, Condition, Curve, CurvePoint, Curves, Deviation, Difference, ExpectedSpan,
    Failure, InputTrace, Measures, NumberPair, RuleTrace, SamplePair, SamplesDifference, StatesDifference,
    Status, Subject, TestOutcome, Timeline, TimelineSpan, Trace,
};
use crate::report::testing::{alerts_failure, outcome, rule};

#[test]
fn only_the_script_of_the_page_may_run() {
    let hash = base64(&Sha256::digest(SCRIPT.as_bytes()));
    assert!(
        POLICY.contains(&format!("script-src 'sha256-{hash}'")),
        "the script has changed: write sha256-{hash} into the policy"
    );
}

#[test]
fn neither_style_nor_script_ends_early() {
    assert!(!STYLE.contains("</"));
    assert!(!SCRIPT.contains("</"));
    assert!(!SCRIPT.contains("<!--"));
}

#[test]
fn a_run_of_nothing_has_a_page() {
    let text = page(&[], &Measures::default());
    assert!(text.contains("<h1 class=\"good\">No tests</h1>"), "{text}");
}

/// What a failure looks like, without the page around it.
fn drawn(failure: Failure) -> String {
    let text = page(
        &[outcome("it", Status::Failed, vec![failure])],
        &Measures::default(),
    );
    let start = text.find("<section class=\"failure\">").expect("a failure");
    let end = text[start..].find("</section>").expect("an end");
    text[start..start + end].to_owned()
}

#[test]
fn alerts_are_compared_label_by_label_and_word_by_word() {
    let text = drawn(alerts_failure());
    for piece in [
        "a is <del>up</del>",
        "a is <ins>down</ins>",
        "<td class=\"expected\"><del>critical</del></td><td class=\"actual\"><ins>page</ins></td>",
        "<td class=\"expected\"><del>firing</del></td><td class=\"actual\"><ins>pending</ins></td>",
        "<i>not compared</i>",
        "Expected, and did not come",
        "Came, and was not expected",
    ] {
        assert!(text.contains(piece), "{piece} in {text}");
    }
}

#[test]
fn numbers_are_compared_with_their_difference() {
    let mut failure = Failure::new("promql", "other samples");
    failure.difference = Some(Difference::Samples(SamplesDifference {
        pairs: vec![SamplePair {
            line: None,
            entry: None,
            metric: "up{}".to_owned(),
            labels: Vec::new(),
            value: Some(NumberPair {
                expected: 4.0,
                actual: 3.5,
                same: false,
            }),
            histogram: None,
        }],
        ..SamplesDifference::default()
    }));
    let text = drawn(failure);
    assert!(text.contains("<del>4</del>"), "{text}");
    assert!(
        text.contains("<ins>3.5</ins> <span class=\"by\">(−0.5, −12.5 %)</span>"),
        "{text}"
    );
}

#[test]
fn states_are_compared_as_bands() {
    let mut failure = Failure::new("timeline", "other states");
    failure.difference = Some(Difference::States(StatesDifference {
        expected: vec![ExpectedSpan {
            from_ms: 0,
            until_ms: None,
            state: AlertState::Firing,
        }],
        deviations: vec![Deviation {
            from_ms: 0,
            to_ms: 60_000,
            expected: AlertState::Firing,
            actual: AlertState::Pending,
        }],
    }));
    failure.timeline = Some(Timeline {
        spans: vec![TimelineSpan {
            from_ms: 0,
            to_ms: 60_000,
            state: AlertState::Pending,
            active: 1,
        }],
        asserted_at_ms: None,
    });
    let text = drawn(failure);
    for piece in [
        "aria-label=\"Expected states\"",
        "aria-label=\"States\"",
        "Where states differ",
    ] {
        assert!(text.contains(piece), "{piece} in {text}");
    }
}

/// An outcome in which everything that comes from a file is this text.
fn all_of_it(text: &str) -> TestOutcome {
    let own = || text.to_owned();
    let point = |at_ms, value| CurvePoint { at_ms, value };
    let curves = || Curves {
        drawn: vec![Curve {
            labels: vec![(own(), own())],
            points: vec![
                point(0, Some(1.0)),
                point(30_000, None),
                point(60_000, Some(f64::NAN)),
            ],
            thinned_from: None,
        }],
        ..Curves::default()
    };
    let mut failure = Failure::new("rules", own());
    failure.expected = Some(own());
    let mut outcome = outcome(text, Status::Failed, vec![failure]);
    outcome.alerts = vec![own()];
    outcome.path = text.into();
    let mut source = rule();
    (source.name, source.path, source.expression) = (own(), text.into(), own());
    outcome.trace = Some(Box::new(Trace {
        end_ms: 60_000,
        interval_ms: 30_000,
        assertions: vec![Assertion {
            subject: Subject::Alert(own()),
            at_ms: Some(0),
            claim: own(),
            held: Some(false),
            line: 1,
        }],
        rules: vec![RuleTrace {
            source,
            group: own(),
            text: own(),
            hold_ms: 0,
            keep_firing_for_ms: 0,
            spans: Vec::new(),
            conditions: vec![Condition {
                text: own(),
                values: curves(),
                bound: Some(Bound {
                    operator: ">",
                    text: own(),
                    values: curves(),
                }),
            }],
        }],
        inputs: vec![InputTrace {
            metric: own(),
            values: curves(),
        }],
        ..Trace::default()
    }));
    outcome
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands in files, the page has the same elements and attributes.
    #[test]
    fn no_text_becomes_markup(text in r#"[a-z<>"'&/=]{1,30}"#) {
        let marks = |text: &str| {
            let page = page(&[all_of_it(text)], &Measures::default()).replace("<wbr>", "");
            (page.matches('<').count(), page.matches('>').count(), page.matches('"').count())
        };
        prop_assert_eq!(marks(&text), marks("x"));
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let padded = [group[0], *group.get(1).unwrap_or(&0), *group.get(2).unwrap_or(&0)];
        let number = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= group.len() { letter as char } else { '=' });
        }
    }
    text
}

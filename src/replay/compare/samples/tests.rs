use super::{Rules, SeenSample, Wanted, actual_text, compare, expected_text, message};
use crate::model::unit_tests::{Match, UnitTestFile};
use crate::outcome::{NumberPair, SamplesDifference};
use crate::replay::testing::{sample, test_file};

/// A test that expects these samples.
fn file(list: &str) -> UnitTestFile {
    test_file(&format!(
        "rule_files: []\ntests: [{{promql_expr_test: [{{expr: up, exp_samples: [{list}]}}]}}]\n"
    ))
}

/// The samples that a test expects, or why they cannot be read.
fn expected(file: &UnitTestFile, matching: Match) -> Result<Vec<Wanted<'_>>, String> {
    let samples = file.tests[0].promql_expr_test[0].exp_samples.iter();
    samples.map(|sample| Wanted::of(sample, 1, matching)).collect()
}

/// How these samples differ from those that are written.
fn differ(list: &str, actual: &[SeenSample], matching: Match, fuzzy: bool) -> Option<SamplesDifference> {
    let file = file(list);
    let expected = expected(&file, matching).expect("samples");
    compare(&expected, actual, Rules { matching, fuzzy })
}

fn agree(list: &str, actual: &[SeenSample], fuzzy: bool) -> bool {
    differ(list, actual, Match::Exact, fuzzy).is_none()
}

fn seen(labels: &[(&str, &str)], value: f64) -> SeenSample {
    SeenSample::new(sample(labels, value))
}

#[test]
fn samples_compare_as_with_promtool() {
    let m = [("__name__", "m"), ("a", "b")];
    type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], f64, bool);
    let cases: &[Case<'_>] = &[
        ("{labels: 'm{a=\"b\"}', value: 1}", &m, 1.0, true),
        ("{labels: '{__name__=\"m\", a=\"b\"}', value: 1}", &m, 1.0, true),
        ("{labels: '{\"m\", a=\"b\"}', value: 1}", &m, 1.0, true),
        (
            "{labels: 'm{a=\"b\"}', value: 1.0000000000000002}",
            &m,
            1.0,
            false,
        ),
        ("{labels: 'm{a=\"c\"}', value: 1}", &m, 1.0, false),
        ("{labels: 'm', value: 1}", &m, 1.0, false),
        ("{value: 1}", &[], 1.0, true),
        ("{labels: '{}', value: 1}", &[], 1.0, true),
        ("{labels: ''}", &[], 0.0, true),
        ("{labels: '{}', value: -0.0}", &[], 0.0, true),
        ("{labels: '{}', value: .inf}", &[], f64::INFINITY, true),
        ("{labels: '{}', value: .nan}", &[], f64::NAN, false),
        // An empty label is no label behind a name, and no label of any series within braces alone.
        ("{labels: 'm{a=\"b\", c=\"\"}', value: 1}", &m, 1.0, true),
        ("{labels: '{c=\"\"}', value: 1}", &[], 1.0, false),
        ("{histogram: '{{count:1 sum:1 buckets:[1]}}'}", &[], 0.0, false),
        // Matchers stand for labels; all labels must be there still.
        ("{labels: 'm{a=~\"b|c\"}', value: 1}", &m, 1.0, true),
        ("{labels: 'm{a!=\"b\"}', value: 1}", &m, 1.0, false),
        (
            "{labels: 'm{a=~\"b\", a!~\"b.\", c!=\"x\"}', value: 1}",
            &m,
            1.0,
            true,
        ),
        ("{labels: '{__name__=~\"m|n\"}', value: 1}", &m, 1.0, false),
    ];
    for (list, labels, value, same) in cases {
        assert_eq!(agree(list, &[seen(labels, *value)], false), *same, "{list}");
    }
    assert!(agree("", &[], false));
    assert!(!agree("", &[seen(&[], 1.0)], false));
}

#[test]
fn fuzzy_comparison_takes_neighbours() {
    let three = [seen(&[], 3.0)];
    for (value, exact, fuzzy) in [
        ("3", true, true),
        ("2.9999999999999996", false, true),
        ("3.0000000000000004", false, true),
        ("2.999999999999999", false, false),
        (".nan", false, false),
    ] {
        let list = format!("{{labels: '{{}}', value: {value}}}");
        assert_eq!(agree(&list, &three, false), exact, "{value}");
        assert_eq!(agree(&list, &three, true), fuzzy, "{value}");
    }
}

#[test]
fn expectations_that_cannot_be_read() {
    let cases = [
        ("{labels: 'm{', value: 1}", "labels \"m{\": "),
        (
            "{labels: m, histogram: '1'}",
            "labels \"m\": expected one histogram, got 1",
        ),
        (
            "{labels: m, histogram: '{{}} {{}}'}",
            "labels \"m\": expected 1 value, got 2",
        ),
    ];
    for (list, reason) in cases {
        let error = expected(&file(list), Match::Exact).expect_err("no samples");
        assert!(error.starts_with(reason), "{list}: {error}");
    }
}

#[test]
fn samples_are_shown_one_a_line() {
    assert_eq!(actual_text(&[]), "nothing\n");
    let list = "{labels: 'm{a=\"b\"}', value: 1e9}, {labels: '{c=\"\"}', value: 0.5}, \
                {labels: h, histogram: '{{sum:1 count:1}}'}";
    assert_eq!(
        expected_text(&expected(&file(list), Match::Exact).expect("samples")),
        "h {{count:1 sum:1}}\nm{a=\"b\"} 1e+09\n{c=\"\"} 0.5\n"
    );
    assert_eq!(
        message("`up` at 5m", 2, 2),
        "`up` at 5m returns other samples than expected"
    );
    assert_eq!(
        message("`up` at 5m", 0, 2),
        "`up` at 5m returns 2 samples, expected nothing"
    );
}

#[test]
fn a_subset_of_the_labels_is_enough_where_that_is_said() {
    let m = [seen(&[("__name__", "m"), ("a", "b"), ("c", "d")], 1.0)];
    let cases = [
        ("{labels: m, value: 1}", true),
        ("{labels: '{a=\"b\"}', value: 1}", true),
        ("{labels: '{a=~\"b|x\"}', value: 1}", true),
        ("{value: 1}", true),
        ("{labels: '{e=\"\"}', value: 1}", true),
        ("{labels: '{a=\"\"}', value: 1}", false),
        ("{labels: '{a=\"c\"}', value: 1}", false),
        ("{labels: m, value: 2}", false),
        ("", false),
        ("{labels: m, value: 1}, {labels: m, value: 1}", false),
    ];
    for (list, same) in cases {
        let difference = differ(list, &m, Match::Subset, false);
        assert_eq!(difference.is_none(), same, "{list}: {difference:?}");
    }
}

#[test]
fn a_sample_is_compared_with_the_one_most_like_it() {
    let list = "{labels: 'm{i=\"1\"}', value: 8}, {labels: 'm{i=\"2\"}', value: 2}, {labels: 'n{j=\"3\"}', value: 3}";
    let actual = [
        seen(&[("__name__", "m"), ("i", "2")], 2.0),
        seen(&[("__name__", "m"), ("i", "1")], 10.0),
        seen(&[("__name__", "o"), ("k", "4")], 4.0),
    ];
    let difference = differ(list, &actual, Match::Exact, false).expect("they differ");
    assert_eq!(difference.agreeing, 1);
    let value = NumberPair {
        expected: 8.0,
        actual: 10.0,
        same: false,
    };
    assert_eq!(difference.pairs.len(), 1);
    assert_eq!(difference.pairs[0].value, Some(value));
    assert_eq!((value.difference(), value.relative()), (2.0, Some(0.25)));
    assert_eq!(difference.missing[0].metric, "n{j=\"3\"}");
    assert_eq!(difference.unexpected[0].metric, "o{k=\"4\"}");
}

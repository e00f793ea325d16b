use super::{SampleLine, agree, message, text};
use crate::replay::testing::{sample, test_file};

/// The samples that a test expects, or why they cannot be read.
fn expected(list: &str) -> Result<Vec<SampleLine>, String> {
    let file = test_file(&format!(
        "rule_files: []\ntests: [{{promql_expr_test: [{{expr: up, exp_samples: [{list}]}}]}}]\n"
    ));
    file.tests[0].promql_expr_test[0]
        .exp_samples
        .iter()
        .map(SampleLine::expected)
        .collect()
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
    ];
    for (list, labels, value, same) in cases {
        let actual = [SampleLine::actual(sample(labels, *value))];
        let expected = expected(list).expect("samples");
        assert_eq!(agree(&expected, &actual, false), *same, "{list}");
    }
    assert!(agree(&[], &[], false));
    assert!(!agree(&[], &[SampleLine::actual(sample(&[], 1.0))], false));
}

#[test]
fn fuzzy_comparison_takes_neighbours() {
    let three = [SampleLine::actual(sample(&[], 3.0))];
    for (value, exact, fuzzy) in [
        ("3", true, true),
        ("2.9999999999999996", false, true),
        ("3.0000000000000004", false, true),
        ("2.999999999999999", false, false),
        (".nan", false, false),
    ] {
        let expected = expected(&format!("{{labels: '{{}}', value: {value}}}")).expect("samples");
        assert_eq!(agree(&expected, &three, false), exact, "{value}");
        assert_eq!(agree(&expected, &three, true), fuzzy, "{value}");
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
        let error = expected(list).expect_err("no samples");
        assert!(error.starts_with(reason), "{list}: {error}");
    }
}

#[test]
fn samples_are_shown_one_a_line() {
    assert_eq!(text(&[]), "nothing\n");
    let list = "{labels: 'm{a=\"b\"}', value: 1e9}, {labels: '{c=\"\"}', value: 0.5}, \
                {labels: h, histogram: '{{sum:1 count:1}}'}";
    assert_eq!(
        text(&expected(list).expect("samples")),
        "m{a=\"b\"} 1e+09\n{c=\"\"} 0.5\nh {{count:1 sum:1}}\n"
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

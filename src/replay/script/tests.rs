use super::*;

fn outcomes(text: &str) -> Vec<TestOutcome> {
    let file = SourceFile::new("some.test", text);
    run(&file, &Script::parse(&file), &engine_options())
}

/// The failures of all tests, with expected and actual values.
fn failures(text: &str) -> Vec<String> {
    let failures = outcomes(text).into_iter().flat_map(|outcome| outcome.failures);
    failures
        .map(|failure| {
            let values = failure.expected.zip(failure.actual);
            match values {
                Some((expected, actual)) => format!("{}: {expected:?}, not {actual:?}", failure.message),
                None => failure.message,
            }
        })
        .collect()
}

fn only_failure(text: &str) -> String {
    let mut failures = failures(text);
    assert_eq!(failures.len(), 1, "{text}: {failures:?}");
    failures.remove(0)
}

const LOAD: &str = "load 1m\n  requests{job=\"a\"} 0+10x10\n  requests{job=\"b\"} 0+20x10\n\n";

#[test]
fn each_evaluation_is_a_test() {
    let text = format!(
        "{LOAD}eval instant at 1m requests\n  requests{{job=\"a\"}} 10\n  requests{{job=\"b\"}} 20\n\n\
         eval instant at 2m sum(requests)\n  {{}} 50\n\n\
         eval instant at 2m 1 + 1\n  2\n\n\
         evil instant at 2m 1 + 1\n\n\
         clear\n\n\
         eval range from 0 to 1h step 1m requests\n"
    );
    let outcomes = outcomes(&text);
    let summary: Vec<_> = outcomes
        .iter()
        .map(|outcome| (outcome.status, outcome.line, outcome.name.as_str()))
        .collect();
    assert_eq!(
        summary,
        [
            (Status::Passed, Some(5), "eval instant at 1m requests"),
            (Status::Failed, Some(9), "eval instant at 2m sum(requests)"),
            (Status::Passed, Some(12), "eval instant at 2m 1 + 1"),
            (Status::Error, Some(15), "evil instant at 2m 1 + 1"),
            (
                Status::Passed,
                Some(19),
                "eval range from 0 to 1h step 1m requests"
            ),
        ]
    );
    let failure = &outcomes[1].failures[0];
    assert_eq!((failure.kind, failure.line), ("eval", Some(9)));
    assert_eq!(failure.message, "another value was expected for {}");
    assert_eq!(
        (failure.expected.as_deref(), failure.actual.as_deref()),
        (Some("{} 50"), Some("{} 60"))
    );
    assert_eq!(outcomes[3].failures[0].line, Some(15));
}

#[test]
fn values_are_compared_as_prometheus_compares_them() {
    let cases = [
        ("vector(1)", "{} 1.0000001", true),
        ("vector(1)", "{} 1.00001", false),
        ("vector(0)", "{} 0.0000001", false),
        ("vector(NaN)", "{} NaN", true),
        ("vector(Inf)", "{} -Inf", false),
        ("1", "1.0000001", true),
        ("1", "2", false),
        ("1", "{} 1", false),
        ("vector(1)", "1", false),
        ("\"text\"", "expect string \"text\"", true),
        ("\"text\"", "expect string `other`", false),
        ("vector(1)", "", false),
        ("vector(1) < 0", "", true),
        ("vector(1) < 0", "{} 1", false),
    ];
    for (query, expected, passes) in cases {
        let failures = failures(&format!("eval instant at 5m {query}\n  {expected}\n"));
        assert_eq!(
            failures.is_empty(),
            passes,
            "{query} and {expected}: {failures:?}"
        );
    }
}

#[test]
fn histograms_are_compared_as_prometheus_compares_them() {
    let cases = [
        ("{{count:3 sum:5 buckets:[1 2]}}", true),
        ("{{count:3.000001 sum:5 buckets:[1 2.000001]}}", true),
        ("{{count:3 sum:5 buckets:[1 2 0]}}", true),
        ("{{count:3 sum:5 offset:-1 buckets:[0 1 2]}}", true),
        ("{{count:3 sum:5 buckets:[1 2.1]}}", false),
        ("{{count:4 sum:5 buckets:[1 2]}}", false),
        ("{{schema:1 count:3 sum:5 buckets:[1 2]}}", false),
        ("{{count:3 sum:5 z_bucket_w:0.1 buckets:[1 2]}}", false),
        ("{{count:3 sum:5 offset:1 buckets:[1 2]}}", false),
        // A hint counts where it is written.
        ("{{count:3 sum:5 buckets:[1 2] counter_reset_hint:unknown}}", true),
        ("{{count:3 sum:5 buckets:[1 2] counter_reset_hint:gauge}}", false),
        ("3", false),
    ];
    for (expected, passes) in cases {
        let failures = failures(&format!(
            "load 1m\n  h {{{{count:3 sum:5 buckets:[1 2]}}}}\n\neval instant at 0 h\n  h {expected}\n"
        ));
        assert_eq!(failures.is_empty(), passes, "{expected}: {failures:?}");
    }
}

#[test]
fn differences_are_shown_in_the_notation_of_scripts() {
    let cases = [
        (
            "eval instant at 1m requests\n  requests{job=\"b\"} 20",
            "the series requests{job=\"a\"} was not expected: \"requests{job=\\\"b\\\"} 20\", not \
             \"requests{job=\\\"a\\\"} 10\\nrequests{job=\\\"b\\\"} 20\"",
        ),
        (
            "eval instant at 1m requests{job=\"a\"}\n  requests{job=\"a\"} 10\n  requests{job=\"c\"} 20",
            "the series requests{job=\"c\"} is missing: \"requests{job=\\\"a\\\"} 10\\nrequests{job=\\\"c\\\"} 20\", \
             not \"requests{job=\\\"a\\\"} 10\"",
        ),
        (
            "eval instant at 1m sort_desc(requests)\n  expect ordered\n  requests{job=\"a\"} 10\n  requests{job=\"b\"} 20",
            "the series requests{job=\"b\"} was expected at position 2, but is at 1: \
             \"requests{job=\\\"a\\\"} 10\\nrequests{job=\\\"b\\\"} 20\", not \
             \"requests{job=\\\"b\\\"} 20\\nrequests{job=\\\"a\\\"} 10\"",
        ),
        (
            "eval range from 1m to 4m step 1m requests{job=\"a\"} > 10 < 40\n  {job=\"a\"} _ 20 30 40",
            "the series requests{job=\"a\"} was not expected: \"{job=\\\"a\\\"} _ 20 30 40\", not \
             \"requests{job=\\\"a\\\"} _ 20 30\"",
        ),
        (
            "eval range from 1m to 4m step 1m requests{job=\"a\"} < 30\n  requests{job=\"a\"} 10 21",
            "another value was expected for requests{job=\"a\"} at 2m: \"requests{job=\\\"a\\\"} 10 21\", not \
             \"requests{job=\\\"a\\\"} 10 20\"",
        ),
        (
            "eval range from 1m to 4m step 1m requests{job=\"a\"} < 30\n  requests{job=\"a\"} 10 20 30",
            "3 samples were expected for requests{job=\"a\"}, but there are 2: \
             \"requests{job=\\\"a\\\"} 10 20 30\", not \"requests{job=\\\"a\\\"} 10 20\"",
        ),
        (
            "eval range from 1m to 2m step 1m requests{job=\"a\"}\n  requests{job=\"a\"} 10 20 30",
            "more values were expected for requests{job=\"a\"} than the query has steps: \
             \"requests{job=\\\"a\\\"} 10 20 30\", not \"requests{job=\\\"a\\\"} 10 20\"",
        ),
        (
            "eval instant at 1m requests{job=\"a\"}[2m]\n  expect range vector from 0 to 1m step 1m\n  \
             requests{job=\"a\"} 0 11",
            "another value was expected for requests{job=\"a\"} at 1m: \"requests{job=\\\"a\\\"} 0 11\", not \
             \"requests{job=\\\"a\\\"} 0 10\"",
        ),
        (
            "eval range from 0 to 20m step 1m vector(1)\n  {} 1x19 2",
            "another value was expected for {} at 20m: \"{} 1x19 2\", not \"{} 1x20\"",
        ),
        (
            "eval instant at 1m time()\n  61",
            "another scalar was expected: \"61\", not \"60\"",
        ),
        (
            "eval range from 0 to 1m step 1m requests\n  1",
            "a scalar was expected, but the result has series: \"1\", not \
             \"requests{job=\\\"a\\\"} 0 10\\nrequests{job=\\\"b\\\"} 0 20\"",
        ),
    ];
    for (eval, expected) in cases {
        assert_eq!(only_failure(&format!("{LOAD}{eval}\n")), expected);
    }
}

#[test]
fn errors_and_annotations() {
    let cases = [
        ("eval instant at 0 requests", ""),
        (
            "eval instant at 0 ln(0 * requests offset 1m)\n  expect fail",
            "the query should fail, but succeeded",
        ),
        (
            "eval instant at 1m requests + on() requests\n  expect fail regex: found duplicate series",
            "",
        ),
        (
            "eval instant at 1m label_join(requests, \"job\", \"\", \"none\")\n  expect fail msg: something else",
            "the query failed, but with another error: \"something else\", not \"vector cannot contain metrics with \
             the same labelset\"",
        ),
        (
            "eval instant at 1m label_join(requests, \"job\", \"\", \"none\")",
            "the query failed: vector cannot contain metrics with the same labelset",
        ),
        ("eval instant at 1m rate(requests[2m]) * 0 > 1\n  expect info", ""),
        (
            "eval instant at 1m rate(requests[2m]) * 0 > 1\n  expect no_info",
            "there is a info that was not expected: \"\", not \"PromQL info: metric might not be a counter, name does \
             not end in _total/_sum/_count/_bucket: \\\"requests\\\" (1:6)\"",
        ),
        (
            "eval instant at 1m rate(requests[2m]) * 0 > 1\n  expect info msg: no",
            "an expected info is missing: \"no\", not \"PromQL info: metric might not be a counter, name does not end \
             in _total/_sum/_count/_bucket: \\\"requests\\\" (1:6)\"",
        ),
        (
            "eval instant at 1m quantile(2, requests) > Inf\n  expect warn msg: PromQL warning: quantile value should \
             be between 0 and 1, got 2 (1:10)\n  expect no_info",
            "",
        ),
        (
            "eval instant at 1m quantile(2, requests) > Inf\n  expect no_warn",
            "there is a warning that was not expected: \"\", not \"PromQL warning: quantile value should be between 0 \
             and 1, got 2 (1:10)\"",
        ),
        (
            "eval instant at 1m quantile(0.5, requests) > Inf\n  expect warn",
            "an expected warning is missing: \"any\", not \"\"",
        ),
    ];
    for (eval, expected) in cases {
        let result = match eval {
            "eval instant at 0 requests" => {
                format!("{LOAD}{eval}\n  requests{{job=\"a\"}} 0\n  requests{{job=\"b\"}} 0\n")
            }
            _ => format!("{LOAD}{eval}\n"),
        };
        assert_eq!(failures(&result).join(", "), expected, "{eval}");
    }
}

#[test]
fn instant_queries_are_checked_as_range_queries_too() {
    // Only the range query around it fails, because of what is loaded for the minute before.
    let text = "load 1m\n  a{x=\"1\"} 1\n  a{x=\"2\"} 1 _ stale\n\n\
                eval instant at 2m label_replace(a, \"x\", \"\", \"x\", \".*\")\n  a 1\n";
    assert_eq!(
        only_failure(text),
        "as a range query: the query failed: vector cannot contain metrics with the same labelset"
    );
}

#[test]
fn loading() {
    let cases = [
        ("load 1m\n  x 1 2\n\nload 1m\n  x 3\n", "out of order sample"),
        ("load 1m\n  x 1\n\nload 1m\n  x 1\n", ""),
        ("load 1m\n  x 1\n  x 2\n\neval instant at 0 x\n  x 2\n", ""),
        (
            "load 1m\n  x 0x100000000\n",
            "the series of a script may hold 10000000 samples at most",
        ),
        (
            "load 1m\n  x {{buckets:[1]}}x10000000\n",
            "the series of a script may hold 10000000 samples at most",
        ),
        (
            "load 1m\n  x {{buckets:[-1]}}\n",
            "positive side: bucket number 1 has observation count of -1: histogram has \
          a bucket whose observation count is negative",
        ),
        (
            "load 1m\n  x {{schema:1}}+{{schema:0}}x3\n",
            "error combining histograms: cannot merge from schema 0 to 1",
        ),
        (
            "eval instant at 0 x\n  x 0x100000000\n",
            "the result of an instant query has one value for each series; for \
          a range vector write `expect range vector from <start> to <end> step <step>` first",
        ),
        (
            "eval range from 0 to 1m step 1m x\n  x 0x100000000\n",
            "an expected series may have 1000000 values at most",
        ),
        (
            "load_with_nhcb 1m\n  x_bucket 1\n",
            "the bucket series x_bucket has no label `le`",
        ),
        (
            "load_with_nhcb 1m\n  x_bucket{le=\"1\"} 3\n  x_bucket{le=\"2\"} 2\n",
            "count is not cumulative: 2 < 3",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(failures(text).join(", "), expected, "{text}");
    }
}

#[test]
fn classic_histograms_are_loaded_as_native_ones_too() {
    let text = "load_with_nhcb 1m\n\
                \x20 x_bucket{job=\"a\", le=\"1\"} 1 2\n\
                \x20 x_bucket{job=\"a\", le=\"+Inf\"} 3 5\n\
                \x20 x_bucket{job=\"a\", le=\"none\"} 3 5\n\
                \x20 x_sum{job=\"a\"} 7 8\n\
                \x20 x_count{job=\"a\"} 3 5\n\
                \x20 y_count 1\n\
                \n\
                eval range from 0 to 1m step 1m x\n\
                \x20 x{job=\"a\"} {{schema:-53 count:3 sum:7 custom_values:[1] buckets:[1 2]}} \
                {{schema:-53 count:5 sum:8 custom_values:[1] buckets:[2 3]}}\n\
                \n\
                eval instant at 0 x_bucket{le=\"1\"}\n\
                \x20 x_bucket{job=\"a\", le=\"1\"} 1\n\
                \n\
                eval instant at 0 y\n\
                \x20 y {{schema:-53 count:1 custom_values:[] buckets:[1]}}\n";
    assert_eq!(failures(text), Vec::<String>::new());
}

#[test]
fn start_timestamps_are_loaded() {
    let text = "load 1m\n  x@st _ -10sx1\n  x 1 2 3\n\n\
                eval range from 0 to 2m step 1m start_timestamp(x)\n  {} 0 50 110\n";
    assert_eq!(failures(text), Vec::<String>::new());
}

#[test]
fn fixed_times() {
    use promql_syntax::{ParseOptions, parse_valid};

    // The same as with `@ 60` in writing.
    let cases = [
        ("up", Some("up @ 60")),
        ("rate(up[5m])", Some("rate(up[5m] @ 60)")),
        ("up @ 5", Some("up @ 5")),
        (
            "up @ start() - sum(up offset 1m)",
            Some("up @ 60 - sum(up offset 1m @ 60)"),
        ),
        (
            "max_over_time(rate(up[1m])[5m:1m])",
            Some("max_over_time(rate(up[1m])[5m:1m] @ 60)"),
        ),
        ("topk(scalar(a), -(b))", Some("topk(scalar(a @ 60), -(b @ 60))")),
        ("1 + 2", Some("1 + 2")),
        ("time() + up", None),
        ("sum(timestamp(up))", None),
        (
            "max_over_time(vector(time())[5m:1m])",
            Some("max_over_time(vector(time())[5m:1m] @ 60)"),
        ),
        ("vector(1) or hour()", None),
    ];
    let parse = |text: &str| parse_valid(text, &ParseOptions::ALL).expect("well-formed");
    for (query, expected) in cases {
        let fixed = fixed_time::fixed(&parse(query), 60_000);
        let storage = {
            let mut storage = Storage::new();
            for (name, value) in [("up", 1.0), ("a", 2.0), ("b", 3.0)] {
                let labels = promql_engine::Labels::new([("__name__", name)]);
                for minute in 0..10 {
                    let value = value * f64::from(minute);
                    storage
                        .append(&labels, i64::from(minute) * 60_000, value)
                        .expect("in order");
                }
            }
            storage
        };
        let engine = Engine::new(engine_options());
        let value = |expr| {
            let query = promql_engine::Query::new(query, expr);
            engine
                .instant(&storage, &query, 540_000)
                .map(|result| result.value)
        };
        assert_eq!(
            fixed.map(value),
            expected.map(|text| value(parse(text))),
            "{query}"
        );
    }
}

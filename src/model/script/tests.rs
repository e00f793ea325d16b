use super::*;

fn file(text: &str) -> SourceFile {
    SourceFile::new("some.test", text)
}

fn parse(text: &str) -> Vec<Command> {
    Script::parse(&file(text)).commands
}

fn only_eval(text: &str) -> Eval {
    match parse(text).pop() {
        Some(Command::Eval(eval)) => *eval,
        other => panic!("no evaluation: {other:?}"),
    }
}

#[test]
fn commands_end_at_empty_lines_and_comments() {
    let commands = parse(
        "# A comment.\n\
         load 5m\n\
         \tup 1\n\
         \n\
         eval instant at 5m up\n\
         \x20 up 1\n\
         # Another one.\n\
         eval range from 0 to 10m step 5m up\n\
         \x20 up 1 1\n\
         clear\n\
         \n\
         clear\n",
    );
    let [
        Command::Load(load),
        Command::Eval(instant),
        Command::Broken(broken),
        Command::Clear,
    ] = &commands[..]
    else {
        panic!("other commands: {commands:?}");
    };
    assert_eq!((load.line, load.interval_ms, load.series.len()), (2, 300_000, 1));
    assert_eq!(
        load.series[0].series.labels,
        [("__name__".to_owned(), "up".to_owned())]
    );
    assert_eq!(
        (instant.line, instant.time, instant.query.as_str()),
        (5, EvalTime::Instant(300_000), "up")
    );
    // A command needs an empty line before it: this one is taken for a series without values.
    assert_eq!(
        (broken.line, broken.fault.message.as_str()),
        (8, "an expected series has a value")
    );
}

#[test]
fn queries_reach_to_the_end_of_the_line() {
    let cases = [
        (
            "eval instant at 1h30m sum by (job) (up) ",
            EvalTime::Instant(5_400_000),
            "sum by (job) (up)",
        ),
        ("eval  instant\tat 0   1 + 1", EvalTime::Instant(0), "1 + 1"),
        (
            "eval range from 1m to 2m step 15s up{a=\" to b step c\"}",
            EvalTime::Range(Steps {
                start: 60_000,
                end: 120_000,
                step: 15_000,
            }),
            "up{a=\" to b step c\"}",
        ),
    ];
    for (line, time, query) in cases {
        let eval = only_eval(line);
        assert_eq!((eval.time, eval.query.as_str()), (time, query));
        assert_eq!(eval.header, line.trim());
    }
}

#[test]
fn expectations() {
    let eval = only_eval(
        "eval instant at 0 up\n\
         expect ordered\n\
         expect warn\n\
         expect warn msg: PromQL warning: mind the colon: (1:1)\n\
         expect info regex: (one|two) \\(1:2\\)\n\
         up{job=\"a\"} 1\n\
         up{job=\"b\"} {{count:3}}",
    );
    let expected = eval.expected;
    assert!(expected.ordered && !expected.fail && !expected.no_warn && !expected.no_info);
    let matched = |patterns: &[MessageMatch], text: &str| {
        patterns
            .iter()
            .map(|pattern| pattern.matches(text))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        matched(&expected.warn, "PromQL warning: mind the colon: (1:1)"),
        [true, true]
    );
    assert_eq!(
        matched(&expected.warn, "PromQL warning: mind the colon"),
        [true, false]
    );
    assert_eq!(matched(&expected.info, "it was two (1:2), not three"), [true]);
    assert_eq!(matched(&expected.info, "it was two"), [false]);
    let ExpectedResult::Series(series) = expected.result else {
        panic!("series were expected")
    };
    assert_eq!(
        series.iter().map(|series| series.line).collect::<Vec<_>>(),
        [6, 7]
    );

    for (text, no_warn, no_info) in [("expect no_warn", true, false), ("expect no_info", false, true)] {
        let expected = only_eval(&format!("eval instant at 0 up\n{text}")).expected;
        assert_eq!((expected.no_warn, expected.no_info), (no_warn, no_info));
    }
}

#[test]
fn failures_are_expected_in_two_ways() {
    let cases = [
        ("eval instant at 0 up\n  expect fail", None),
        ("eval_fail instant at 0 up", None),
        ("eval instant at 0 up\n  expect fail msg: no", Some("no")),
        ("eval instant at 0 up\n  expect fail msg:no", Some("no")),
        (
            "eval_fail instant at 0 up\n  expected_fail_message no",
            Some("no"),
        ),
        ("eval instant at 0 up\n  expect fail regex: ^n.$", Some("no")),
        (
            "eval_fail range from 0 to 1m step 1m up\n  expected_fail_regexp ^n.$",
            Some("no"),
        ),
    ];
    for (text, error) in cases {
        let expected = only_eval(text).expected;
        assert!(expected.fail, "{text}");
        let message = expected.fail_message.unwrap_or(MessageMatch::Any);
        assert_eq!(message.matches("yes"), error.is_none(), "{text}");
        assert!(error.is_none_or(|error| message.matches(error)), "{text}");
    }
}

#[test]
fn the_older_commands_expect_something_by_their_name() {
    assert_eq!(only_eval("eval_warn instant at 0 up").expected.warn.len(), 1);
    assert_eq!(only_eval("eval_info instant at 0 up").expected.info.len(), 1);
    assert!(only_eval("eval_ordered instant at 0 up").expected.ordered);
}

#[test]
fn a_number_alone_is_a_scalar() {
    let cases = [
        ("1", 1.0),
        ("-1.5e3", -1500.0),
        ("+0x10", 16.0),
        ("Inf", f64::INFINITY),
        ("-inf", f64::NEG_INFINITY),
        ("1_000", 1000.0),
    ];
    for (text, expected) in cases {
        match only_eval(&format!("eval instant at 0 1\n{text}")).expected.result {
            ExpectedResult::Scalar(number) => assert_eq!(number, expected, "{text}"),
            ExpectedResult::Series(_) => panic!("{text} is a number"),
        }
    }
    let nan = only_eval("eval instant at 0 1\nNaN").expected.result;
    assert!(matches!(nan, ExpectedResult::Scalar(number) if number.is_nan()));
}

#[test]
fn strings_and_range_vectors() {
    let string = |text: &str| {
        only_eval(&format!("eval instant at 0 \"x\"\nexpect string {text}"))
            .expected
            .string
    };
    assert_eq!(string("\"a \\\"b\\\"\"").as_deref(), Some("a \"b\""));
    assert_eq!(string("`a\\b`").as_deref(), Some("a\\b"));
    let eval =
        only_eval("eval instant at 1m up[1m]\n expect range vector from 10s to 1m step 10s\n up 1 2 3 4 5 6");
    assert_eq!(
        eval.expected.range_vector,
        Some(Steps {
            start: 10_000,
            end: 60_000,
            step: 10_000
        })
    );
}

#[test]
fn start_timestamps() {
    let [Command::Load(load)] = &parse(
        "load_with_nhcb 1m\n\
         x{a=\"1\",b=\"2\"}@st _ _x2 -1m -1mx1 -30s+10sx2 90s-1sx1\n\
         x{b=\"2\", a=\"1\"} _x3 1+1x7\n\
         y 1",
    )[..] else {
        panic!("one load was expected");
    };
    assert!(load.with_nhcb);
    let run = |count, offsets_ms| StartRun { count, offsets_ms };
    assert_eq!(
        load.series[0].starts,
        [
            run(1, None),
            run(2, None),
            run(1, Some((-60_000, 0))),
            run(2, Some((-60_000, 0))),
            run(3, Some((-30_000, 10_000))),
            run(2, Some((90_000, -1_000))),
        ]
    );
    assert!(load.series[1].starts.is_empty());
}

#[test]
fn what_cannot_be_understood_is_pointed_at() {
    // The range of the fault is marked.
    let cases = [
        (
            "«frobnicate 5m»",
            "a command begins with `load`, `clear` or `eval`",
        ),
        (
            "«loads» 5m",
            "the command reads `load <interval>` or `load_with_nhcb <interval>`",
        ),
        (
            "load «5x»",
            "invalid interval between values: unknown unit \"x\" in duration \"5x\"",
        ),
        ("load«»", "invalid interval between values: empty duration string"),
        (
            "«eval_later» instant at 0 up",
            "the command reads `eval instant at <time> <query>` or `eval range from <start> to <end> step <step> \
             <query>`",
        ),
        (
            "eval_ordered «range» from 0 to 1m step 1m up",
            "the command reads `eval instant at <time> <query>` or `eval range from <start> to <end> step <step> \
             <query>`",
        ),
        ("eval instant «on» 0 up", "expected `at`"),
        (
            "eval instant at «soon» up",
            "invalid evaluation time: not a valid duration string: \"soon\"",
        ),
        ("eval range from 0 «up»", "expected `to`"),
        (
            "eval range from 2m to «1m» step 1m up",
            "the end is before the start",
        ),
        ("eval instant at 0 sum(up«}»", "unexpected ..."),
        ("eval instant at 0 up\nup «one»", "unexpected identifier \"one\""),
        ("eval instant at 0 up\n«up»", "an expected series has a value"),
        (
            "eval instant at 0 up\n«up 1 2»",
            "the result of an instant query has one value for each series; for a range vector write `expect range \
             vector from <start> to <end> step <step>` first",
        ),
        (
            "eval instant at 0 up\nexpect «luck»",
            "expected one of `fail`, `warn`, `info`, `no_warn`, `no_info`, `ordered`, `string` and `range vector`",
        ),
        (
            "eval instant at 0 up\nexpect warn «text»",
            "expected `msg: <message>` or `regex: <pattern>`",
        ),
        (
            "eval instant at 0 up\nexpect warn «like: this»",
            "expected `msg: <message>` or `regex: <pattern>`",
        ),
        (
            "eval instant at 0 up\nexpect warn «msg:»",
            "expected `msg: <message>` or `regex: <pattern>`",
        ),
        (
            "eval instant at 0 up\nexpect warn regex: «(»",
            "error parsing regexp: missing closing ): `(`",
        ),
        (
            "eval instant at 0 up\nexpect string «up»",
            "expected a string in double quotes or backquotes",
        ),
        (
            "eval instant at 0 up\nexpect range «of» times",
            "expected `vector`",
        ),
        (
            "eval instant at 0 up\nexpect fail msg: one\n«expect fail msg: two»",
            "a query fails with one error: there may be one `expect fail` only",
        ),
        (
            "eval instant at 0 up\nexpect warn\n«expect no_warn»",
            "the line contradicts one above it",
        ),
        (
            "eval instant at 0 up\nexpect no_info\n«expect info»",
            "the line contradicts one above it",
        ),
        (
            "load 1m\n«x@st 1m»",
            "an `@st` line is followed by the line of its series",
        ),
        (
            "load 1m\n«x@st 1m»\ny 1",
            "the `@st` line and the line after it name different series",
        ),
        (
            "load 1m\n«x@st 1mx1»\nx 1",
            "the `@st` line has 2 values but the line after it has 1",
        ),
        (
            "load 1m\nx@st 1m «1h+1m»\nx 1 2",
            "invalid start timestamp: expected `x<count>` behind the step",
        ),
        (
            "load 1m\nx@st «_x0»\nx 1 2",
            "invalid start timestamp: the count must not be zero",
        ),
        (
            "load 1m\nx@st «1mxy»\nx 1 2",
            "invalid start timestamp: invalid count `y`",
        ),
        (
            "load 1m\nx@st «m»\nx 1 2",
            "invalid start timestamp: not a valid duration string: \"m\"",
        ),
    ];
    for (marked, message) in cases {
        let text = marked.replace(['«', '»'], "");
        let start = marked.find('«').expect("marked");
        let end = marked.find('»').expect("marked") - '«'.len_utf8();
        let commands = parse(&text);
        let Some(Command::Broken(broken)) = commands.first() else {
            panic!("{text} was understood: {commands:?}");
        };
        assert_eq!(broken.line, 1, "{text}");
        if !message.starts_with("unexpected") {
            assert_eq!(broken.fault.message, message, "{text}");
        }
        assert_eq!(broken.fault.range, start..end, "{text}: {}", broken.fault.message);
    }
}

#[test]
fn what_follows_a_broken_command_is_read() {
    let commands = parse("load oops\n  up 1\n  up 2\n\neval instant at 0 1 +\n  1\n\nclear");
    assert!(
        matches!(
            commands[..],
            [Command::Broken(_), Command::Broken(_), Command::Clear]
        ),
        "{commands:?}"
    );
}

#[test]
fn places_hold_with_other_line_breaks_and_wide_characters() {
    let text = "load 1m\r\n\té{l=\"日本\"} 1\r\n\teval \"日本\" 2\r\n";
    let commands = parse(text);
    let Some(Command::Broken(broken)) = commands.first() else {
        panic!("{commands:?}")
    };
    let file = file(text);
    assert_eq!(file.line_column(broken.fault.range.start).line, 2);

    let commands = parse("load 1m\r\n\tx{l=\"日本\"} 1 two\r\n");
    let Some(Command::Broken(broken)) = commands.first() else {
        panic!("{commands:?}")
    };
    assert_eq!(
        &"load 1m\r\n\tx{l=\"日本\"} 1 two\r\n"[broken.fault.range.clone()],
        "two"
    );
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    /// Lines put together from what scripts are made of.
    fn script() -> impl Strategy<Value = String> {
        let words = [
            "load",
            "load_with_nhcb",
            "clear",
            "eval",
            "eval_fail",
            "instant",
            "range",
            "at",
            "from",
            "to",
            "step",
            "expect",
            "fail",
            "warn",
            "msg:",
            "regex:",
            "(",
            "[",
            "string",
            "\"x\"",
            "vector",
            "1m",
            "0",
            "up",
            "up@st",
            "1x2",
            "_x3",
            "{{",
            "}}",
            "{{count:1}}",
            "{a=\"b\"}",
            "-1m",
            "sum(",
            ")",
            "é",
            "#",
        ];
        let line = prop::collection::vec(prop::sample::select(words.to_vec()), 0..9)
            .prop_map(|words| words.join(" "));
        prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_faults_lie_within(text in prop_oneof![script(), any::<String>()]) {
            for command in parse(&text) {
                if let Command::Broken(broken) = command {
                    let Fault { range, message } = broken.fault;
                    prop_assert!(range.start <= range.end && range.end <= text.len(), "{:?} {}", range, message);
                    prop_assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
                    prop_assert!(!message.is_empty());
                }
            }
        }
    }
}

//! What is said of faults: each text with what Prometheus says of it.

use promql_syntax::{ParseOptions, parse};

/// What is said first, as Prometheus prints it; `fine` where there is no fault.
fn first(text: &str, options: &ParseOptions) -> String {
    let errors = parse(text, options).errors;
    errors.first().map_or("fine".to_owned(), |e| {
        e.promql_text(text).replacen("parse error: ", "", 1)
    })
}

fn check(cases: &[(&str, &str)], options: &ParseOptions) {
    for (text, said) in cases {
        assert_eq!(first(text, options), *said, "{text}");
    }
}

#[test]
fn words_that_are_none() {
    let cases = [
        ("up $", "1:4: unexpected character: '$'"),
        ("up & 1", "1:4: unexpected character: '&'"),
        ("a !", "1:3: unexpected character after '!': '�'"),
        ("a =~ b", "1:3: unexpected character after '=': '~'"),
        ("job}", "1:4: unexpected character: '}'"),
        ("up]", "1:3: unexpected right bracket ']'"),
        ("(up))", "1:6: unexpected right parenthesis ')'"),
        ("\"open", "1:1: unterminated quoted string"),
        ("'a\\q'", "1:1: unknown escape sequence U+0071 'q'"),
        (
            "\"\\x4g\"",
            "1:1: illegal character U+0067 'g' in escape sequence",
        ),
        ("\"\\", "1:1: escape sequence not terminated"),
        ("`raw", "1:1: unterminated raw string"),
        (
            "0x",
            "1:1: error parsing number: strconv.ParseFloat: parsing \"0x\": invalid syntax",
        ),
        ("1__0", "1:1: bad number or duration syntax: \"1__\""),
        ("5mm", "1:1: bad number or duration syntax: \"5mm\""),
        (
            "1e999",
            "1:1: error parsing number: strconv.ParseFloat: parsing \"1e999\": value out of range",
        ),
        ("1_.5", "1:1: bad number or duration syntax: \"1_.\""),
        (
            "up{job!\"a\"}",
            "1:7: unexpected character after '!' inside braces: '\"'",
        ),
        ("up{job", "1:7: unexpected end of input inside braces"),
        ("up{{", "1:4: unexpected left brace '{'"),
        ("rate(up", "1:8: unclosed left parenthesis"),
        ("(up", "1:4: unclosed left parenthesis"),
    ];
    check(&cases, &ParseOptions::ALL);
}

#[test]
fn words_in_the_wrong_place() {
    let cases = [
        ("", "unknown position: no expression found in input"),
        ("up up", "1:4: unexpected identifier \"up\""),
        ("up +", "1:5: unexpected end of input"),
        ("+", "1:2: unexpected end of input"),
        ("sum", "fine"),
        (
            "sum(up) by",
            "1:11: unexpected end of input in grouping opts, expected \"(\"",
        ),
        ("sum by (a", "1:10: unclosed left parenthesis"),
        (
            "sum by (1) (up)",
            "1:9: unexpected number \"1\" in grouping opts, expected label",
        ),
        (
            "sum by (without) (up)",
            "1:9: unexpected <without> in grouping opts, expected label",
        ),
        (
            "sum by (a b) (up)",
            "1:11: unexpected identifier \"b\" in grouping opts, expected \",\" or \")\"",
        ),
        ("sum(a b)", "1:7: unexpected identifier \"b\" in aggregation"),
        (
            "sum by (a) up",
            "1:12: unexpected identifier \"up\" in aggregation",
        ),
        (
            "abs(up,)",
            "1:7: trailing commas not allowed in function call args",
        ),
        ("abs(,)", "1:5: unexpected \",\""),
        ("up + group_left up", "1:6: unexpected <group_left>"),
        (
            "up + on up",
            "1:9: unexpected identifier \"up\" in grouping opts, expected \"(\"",
        ),
        (
            "up + on(a) group_left == up",
            "1:23: unexpected <op:==> in grouping opts, expected \"(\"",
        ),
        ("up + bool bool up", "1:11: unexpected <bool>"),
        ("up + fill(x) up", "1:11: unexpected identifier \"x\""),
        (
            "up{job}",
            "1:7: unexpected \"}\" in label matching, expected label matching operator",
        ),
        (
            "up{job=a}",
            "1:8: unexpected identifier \"a\" in label matching, expected string",
        ),
        (
            "up{job=\"a\" x=\"b\"}",
            "1:12: unexpected identifier \"x\" in label matching, expected \",\" or \"}\"",
        ),
        ("up{1}", "1:4: unexpected character inside braces: '1'"),
        ("bool", "1:1: unexpected <bool>"),
        (
            "1 offset 5m",
            "1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
        ),
        (
            "up offset",
            "1:10: unexpected end of input in offset, expected number, duration, step(), or range()",
        ),
        (
            "up offset foo",
            "1:11: unexpected identifier \"foo\" in offset, expected number, duration, step(), or range()",
        ),
        (
            "up offset 5m offset 5m",
            "1:1: offset may not be set multiple times",
        ),
        (
            "up @ foo",
            "1:6: unexpected identifier \"foo\" in @, expected timestamp",
        ),
        ("up @ 1 @ 2", "1:1: @ <timestamp> may not be set multiple times"),
        ("up @ Inf", "1:1: timestamp out of bounds for @ modifier: +Inf"),
        (
            "1 @ 5",
            "1:1: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery",
        ),
    ];
    check(&cases, &ParseOptions::ALL);
}

#[test]
fn ranges_and_durations() {
    let cases = [
        ("up[", "1:4: unexpected end of input in duration expression"),
        ("up[5m", "1:6: unclosed left bracket"),
        (
            "up[]",
            "1:4: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()",
        ),
        ("up[foo]", "1:4: unexpected character in duration expression: 'f'"),
        ("up[5m foo]", "1:7: unexpected character: 'f', expected ':'"),
        (
            "up[\"5m\"]",
            "1:4: unexpected character in duration expression: '\"'",
        ),
        (
            "up[:5m]",
            "1:5: unexpected colon before duration in duration expression",
        ),
        ("up[5m::]", "1:7: unexpected colon ':'"),
        ("up[5m:1m:]", "1:9: unexpected colon ':'"),
        ("up[5m:x]", "1:7: unexpected character: 'x', expected ':'"),
        ("up[5m[", "1:6: unexpected left bracket '['"),
        ("up[0]", "1:4: duration must be greater than 0"),
        ("up[-5m]", "1:4: duration must be greater than 0"),
        ("up[5m:0s]", "1:7: duration must be greater than 0"),
        ("up[5hs]", "1:4: unknown unit \"hs\" in duration \"5hs\""),
        ("up[1m1h]", "1:4: not a valid duration string: \"1m1h\""),
        ("up[300y]", "1:4: duration out of range"),
        ("up[5m/0]", "1:6: division by zero"),
        ("up[5m%0]", "1:6: modulo by zero"),
        (
            "up[step]",
            "1:8: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()",
        ),
        (
            "up[min_of(5m)]",
            "1:13: unexpected \")\" in subquery or range selector, expected number, duration, step(), or range()",
        ),
        ("(up)[5m]", "1:5: ranges only allowed for vector selectors"),
        (
            "up offset 5m[5m]",
            "1:13: no offset modifiers allowed before range",
        ),
        ("up @ 5[5m]", "1:7: no @ modifiers allowed before range"),
        (
            "up[5m] anchored smoothed",
            "1:1: anchored and smoothed modifiers cannot be used together",
        ),
        (
            "up[5m:] anchored",
            "1:1: anchored modifier is not supported for subqueries",
        ),
        ("1 anchored", "1:1: anchored modifier not implemented"),
        ("up[5m # why", "1:12: unclosed left bracket"),
        (
            "up[ # why\n5m]",
            "1:5: unexpected character in duration expression: '#'",
        ),
    ];
    check(&cases, &ParseOptions::ALL);
}

#[test]
fn what_has_no_meaning() {
    let cases = [
        ("foo(up)", "1:1: unknown function with name \"foo\""),
        (
            "rate(up)",
            "1:6: expected type range vector in call to function \"rate\", got instant vector",
        ),
        (
            "rate(up[5m], 1)",
            "1:1: expected 1 argument(s) in call to \"rate\", got 2",
        ),
        (
            "round()",
            "1:1: expected at least 1 argument(s) in call to \"round\", got 0",
        ),
        (
            "round(up, 1, 2)",
            "1:1: expected at most 2 argument(s) in call to \"round\", got 3",
        ),
        (
            "label_join(up, \"a\")",
            "1:1: expected at least 3 argument(s) in call to \"label_join\", got 2",
        ),
        (
            "sum(1)",
            "1:5: expected type instant vector in aggregation expression, got scalar",
        ),
        ("sum()", "1:1: no arguments for aggregate expression provided"),
        (
            "sum(up, up)",
            "1:1: wrong number of arguments for aggregate expression provided, expected 1, got 2",
        ),
        (
            "topk(up)",
            "1:1: wrong number of arguments for aggregate expression provided, expected 2, got 1",
        ),
        (
            "topk(up, up)",
            "1:6: expected type scalar in aggregation parameter, got instant vector",
        ),
        (
            "count_values(1, up)",
            "1:14: expected type string in aggregation parameter, got scalar",
        ),
        (
            "-\"a\"",
            "1:1: unary expression only allowed on expressions of type scalar or instant vector, got \"string\"",
        ),
        (
            "-up[5m]",
            "1:1: unary expression only allowed on expressions of type scalar or instant vector, got \"range vector\"",
        ),
        (
            "\"a\" + 1",
            "1:1: binary expression must contain only scalar and instant vector types",
        ),
        (
            "up[5m] + 1",
            "1:1: binary expression must contain only scalar and instant vector types",
        ),
        (
            "1 == 1",
            "1:3: comparisons between scalars must use BOOL modifier",
        ),
        (
            "1 + bool 1",
            "1:3: bool modifier can only be used on comparison operators",
        ),
        (
            "1 and up",
            "1:1: set operator \"and\" not allowed in binary scalar expression",
        ),
        (
            "up and on(a) 1",
            "1:1: vector matching only allowed between instant vectors",
        ),
        (
            "up + on(a) 1",
            "1:1: vector matching only allowed between instant vectors",
        ),
        (
            "up + fill(1) 1",
            "1:1: filling in missing series only allowed between instant vectors",
        ),
        (
            "up and on(a) group_left up",
            "1:1: no grouping allowed for \"and\" operation",
        ),
        (
            "up and fill(1) up",
            "1:1: filling in missing series not allowed for set operators",
        ),
        (
            "a + on(x) group_left(x) b",
            "1:3: label \"x\" must not occur in ON and GROUP clause at once",
        ),
        (
            "1[5m:]",
            "1:1: subquery is only allowed on instant vector, got scalar instead",
        ),
        (
            "\"a\"[5m:]",
            "1:1: subquery is only allowed on instant vector, got string instead",
        ),
        (
            "up[5m][5m:]",
            "1:1: subquery is only allowed on instant vector, got matrix instead",
        ),
        (
            "{}",
            "1:1: vector selector must contain at least one non-empty matcher",
        ),
        (
            "{job=~\".*\"}",
            "1:1: vector selector must contain at least one non-empty matcher",
        ),
        (
            "{job!=\"a\"}",
            "1:1: vector selector must contain at least one non-empty matcher",
        ),
        (
            "up{__name__=\"down\"}",
            "1:1: metric name must not be set twice: \"up\" or \"down\"",
        ),
        (
            "up{job=~\"(\"}",
            "1:4: error parsing regexp: missing closing ): `(`",
        ),
        (
            "up{job=~\"a**\"}",
            "1:4: error parsing regexp: invalid nested repetition operator: `**`",
        ),
        (
            "info(up, down)",
            "1:10: expected label selectors only, got vector selector instead",
        ),
        (
            "info(up, 1)",
            "1:1: expected type instant vector in call to function \"info\", got scalar",
        ),
        ("info(up, abs(up))", "1:10: expected label selectors only"),
        (
            "holt_winters(up[5m], 1, 1)",
            "1:1: unknown function with name \"holt_winters\"",
        ),
    ];
    check(&cases, &ParseOptions::ALL);
}

#[test]
fn what_is_not_enabled() {
    let cases = [
        (
            "limitk(2, up)",
            "1:1: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions",
        ),
        (
            "mad_over_time(up[5m])",
            "1:1: function \"mad_over_time\" is not enabled",
        ),
        ("start()", "1:1: function \"start\" is not enabled"),
        (
            "up[5m + 1m]",
            "1:4: experimental duration expression is not enabled",
        ),
        (
            "up[step()]",
            "1:4: experimental duration expression is not enabled",
        ),
        (
            "up offset (5m)",
            "1:12: experimental duration expression is not enabled",
        ),
        ("up offset -(5m)", "fine"),
        (
            "up[max_of(5m, 1m)]",
            "1:11: experimental duration expression is not enabled",
        ),
        (
            "up offset -min_of(5m, 1m)",
            "1:11: experimental duration expression is not enabled",
        ),
        (
            "up anchored",
            "1:1: anchored modifier is experimental and not enabled",
        ),
        (
            "up[5m] smoothed",
            "1:1: smoothed modifier is experimental and not enabled",
        ),
        (
            "up + fill(1) down",
            "1:1: binop fill modifiers are experimental and not enabled",
        ),
    ];
    check(&cases, &ParseOptions::default());
    for (text, _) in cases {
        assert_eq!(first(text, &ParseOptions::ALL), "fine", "{text}");
    }
}

#[test]
fn every_fault_is_told() {
    let cases = [
        (
            "sum(rat(up[5m])) + foo(up{job=~\"(\"}) + $",
            vec!["rat", "\"(\"", "foo", "$"],
        ),
        ("up[5m offset 1m] / (down", vec!["offset", ""]),
        ("1 + \"a\" == rate(up)", vec!["\"a\"", "up"]),
    ];
    for (text, places) in cases {
        let errors = parse(text, &ParseOptions::ALL).errors;
        let found: Vec<&str> = errors.iter().map(|e| e.span.of(text)).collect();
        assert_eq!(found, places, "{text}: {errors:?}");
    }
}

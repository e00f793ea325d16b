use super::*;

/// What Alertmanager understands, with an asterisk where it complains.
fn understood(text: &str) -> String {
    match parse(text) {
        Ok(read) => {
            let mark = if read.complaint.is_some() { "*" } else { "" };
            format!("{}{mark}", braced(&read.matchers))
        }
        Err(fault) => format!("{} at {:?}", fault.message, fault.range),
    }
}

#[test]
fn matchers_that_are_understood() {
    for (text, wanted) in [
        ("", "{}"),
        ("{}", "{}"),
        ("a=b", r#"{a="b"}"#),
        (r#"a="b""#, r#"{a="b"}"#),
        (r#" a != "b" , c=~"d|e",f!~g "#, r#"{a!="b",c=~"d|e",f!~"g"}"#),
        (r#"{a="b",}"#, r#"{a="b"}"#),
        ("a=b,", r#"{a="b"}"#),
        // Names and values beyond the classic grammar.
        (r#""my label"="b c""#, r#"{"my label"="b c"}"#),
        ("émile=ça", r#"{émile="ça"}"#),
        (r#"a="\u00e9""#, r#"{a="\\u00e9"}*"#),
        // A value that only the classic grammar takes without quotes.
        ("a=b c", r#"{a="b c"}*"#),
        (r#"a=~"[b,c]""#, r#"{a=~"[b,c]"}"#),
        ("a=~b|c", r#"{a=~"b|c"}"#),
        // The classic grammar takes the last brace for that around all matchers.
        ("a=~b.{2}", r#"{a=~"b.{2"}*"#),
        (r#"a="b\d""#, r#"{a="b\\d"}*"#),
        ("a=", r#"{a=""}*"#),
        (r#"a="""#, r#"{a=""}"#),
        ("{a=b", r#"{a="b"}*"#),
        ("a=b}", r#"{a="b"}*"#),
    ] {
        assert_eq!(understood(text), wanted, "{text}");
    }
}

#[test]
fn what_is_no_matcher_is_refused_with_its_place() {
    for (text, wanted) in [
        ("a", "bad matcher format: a at 1..1"),
        ("a!b", "bad matcher format: a!b at 1..2"),
        ("=b", "bad matcher format: =b at 0..1"),
        (",a=b", "bad matcher format:  at 0..1"),
        (
            r#"a="b"#,
            r#"matcher value contains unescaped double quote: "b at 2..4"#,
        ),
        (
            r#"a="b"c""#,
            r#"matcher value contains unescaped double quote: "b"c" at 6..7"#,
        ),
        (
            "a=~(",
            "error parsing regexp: missing closing ): `^(?:()$` at 3..4",
        ),
    ] {
        assert_eq!(understood(text), wanted, "{text}");
    }
}

#[test]
fn a_dot_matches_no_line_break_and_an_absent_label_is_empty() {
    let matcher = |text: &str| parse(text).expect("a matcher").matchers.remove(0);
    assert!(!matcher("a=~b.c").matches("b\nc"));
    assert!(matcher("a=~b.c").matches("bxc"));
    assert!(!matcher("a=~b").matches("abc"));
    assert!(matcher("a!=b").matches(""));
    assert!(matcher(r#"a="""#).matches(""));
}

//! JUnit XML, read back by a parser.

use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::{escaped, render};
use crate::report::testing;

fn children<'a>(node: Node<'a, 'a>, tag: &'a str) -> Vec<Node<'a, 'a>> {
    node.children().filter(|child| child.has_tag_name(tag)).collect()
}

#[test]
fn suites_are_files_and_cases_are_tests() {
    let mut out = Vec::new();
    render(&testing::outcomes(), &mut out).expect("writes");
    let xml = String::from_utf8(out).expect("text");
    let document = Document::parse(&xml).unwrap_or_else(|e| panic!("{e}\n{xml}"));
    let root = document.root_element();
    let attributes = |node: Node<'_, '_>, names: &[&str]| {
        let values = names
            .iter()
            .map(|name| node.attribute(*name).unwrap_or("-").to_owned());
        values.collect::<Vec<_>>().join(" | ")
    };
    assert_eq!(
        attributes(root, &["tests", "failures", "errors", "time"]),
        "3 | 1 | 1 | 4.500"
    );
    let suites = children(root, "testsuite");
    let suite_names = ["name", "tests", "failures", "errors", "skipped", "time", "file"];
    assert_eq!(
        suites
            .iter()
            .map(|s| attributes(*s, &suite_names))
            .collect::<Vec<_>>(),
        [
            "tests/api.yml | 2 | 1 | 0 | 0 | 3.000 | tests/api.yml",
            "odd, file: 1.yml | 1 | 0 | 1 | 0 | 1.500 | odd, file: 1.yml",
        ]
    );
    let timestamp = suites[0].attribute("timestamp").expect("a timestamp");
    assert!(timestamp.parse::<jiff::civil::DateTime>().is_ok(), "{timestamp}");
    let properties = children(children(suites[0], "properties")[0], "property");
    assert_eq!(attributes(properties[1], &["name", "value"]), "alert | Down");
    let cases = children(suites[0], "testcase");
    let case_names = ["name", "classname", "file", "line", "time"];
    assert_eq!(
        cases
            .iter()
            .map(|c| attributes(*c, &case_names))
            .collect::<Vec<_>>(),
        [
            "all is well | tests/api.yml | tests/api.yml | 4 | 1.500",
            "Down, 100% \"broken\" & <odd> # 1 | tests/api.yml | tests/api.yml | 4 | 1.500",
        ]
    );
    assert_eq!(cases[0].children().count(), 0);
    let failure = children(cases[1], "failure")[0];
    assert_eq!(
        attributes(failure, &["message", "type"]),
        "Down fires at 7m with other labels than expected | alert"
    );
    let text = failure.text().expect("text");
    assert!(text.contains("~ severity: [-critical-]{+page+}"), "{text}");
    let error = children(children(suites[1], "testcase")[0], "error")[0];
    assert_eq!(
        error.attribute("message"),
        Some("`exp_alert`: no such field\ndid you mean `exp_alerts`?")
    );
}

proptest! {
    #[test]
    fn any_text_can_be_read_back(text in r#"(\PC|[ \n\t\r<>&"'\x00-\x1f]){0,20}"#) {
        let xml = format!(r#"<a b="{0}">{0}</a>"#, escaped(&text));
        let document = Document::parse(&xml).map_err(|e| TestCaseError::fail(format!("{e}\n{xml}")))?;
        let control = |c: char| match c {
            '\n' | '\t' | '\r' => c,
            c if c < ' ' => '\u{fffd}',
            c => c,
        };
        let expected: String = text.chars().map(control).collect();
        prop_assert_eq!(document.root_element().attribute("b"), Some(&expected[..]));
        prop_assert_eq!(document.root_element().text().unwrap_or_default(), expected);
    }
}

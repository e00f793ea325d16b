//! TAP, read back: lines by their form, blocks by a YAML parser.

use proptest::prelude::*;

use super::{render, scalar};
use crate::report::testing;

#[test]
fn each_test_is_a_line_with_a_block_where_it_did_not_pass() {
    let mut out = Vec::new();
    render(&testing::outcomes(), &mut out).expect("writes");
    let out = String::from_utf8(out).expect("text");
    let (blocks, lines): (Vec<&str>, Vec<&str>) = out.lines().partition(|line| line.starts_with("  "));
    assert_eq!(
        lines,
        [
            "TAP version 14",
            "1..3",
            "ok 1 - tests/api.yml: all is well",
            "# no rule file of this test defines Dwon, did you mean Down?",
            r#"not ok 2 - tests/api.yml: Down, 100% "broken" & <odd> \# 1"#,
            "not ok 3 - odd, file: 1.yml: test 1",
        ]
    );
    let blocks = blocks.join("\n");
    let blocks: Vec<serde_yaml::Value> = blocks
        .split("  ...")
        .map(|block| block.trim_start_matches('\n'))
        .filter(|block| !block.is_empty())
        .map(|block| {
            let block = block.strip_prefix("  ---\n").expect("begins with a marker");
            serde_yaml::from_str(block).unwrap_or_else(|e| panic!("{e}\n{block}"))
        })
        .collect();
    assert_eq!(blocks.len(), 2);
    assert_eq!(blocks[0]["severity"], "fail");
    assert_eq!(blocks[0]["duration_ms"], 1500);
    assert_eq!(blocks[0]["at"]["file"], "tests/api.yml");
    let failure = &blocks[0]["failures"][0];
    assert_eq!(failure["kind"], "alert");
    assert_eq!(failure["at"]["line"], 13);
    assert_eq!(failure["expected"], "expected: <1>\n");
    assert_eq!(failure["actual"], "actual: \"2\"\n");
    let details = failure["details"].as_str().expect("text");
    assert!(details.contains("~ summary: a is [-up-]{+down+}"), "{details}");
    assert_eq!(blocks[1]["severity"], "error");
    assert_eq!(
        blocks[1]["failures"][0]["message"],
        "`exp_alert`: no such field\ndid you mean `exp_alerts`?"
    );
}

proptest! {
    #[test]
    fn any_text_can_be_read_back(text in r"(\PC|[ \n\t\r:#'-]|\PC\n){0,20}") {
        let yaml = format!("a:\n  - b: {}\n    c: 1\n", scalar(&text, 6));
        let read: serde_yaml::Value = serde_yaml::from_str(&yaml).map_err(|e| TestCaseError::fail(format!("{e}\n{yaml}")))?;
        prop_assert_eq!(read["a"][0]["b"].as_str(), Some(&text[..]), "{}", yaml);
        prop_assert_eq!(read["a"][0]["c"].as_i64(), Some(1));
    }
}

//! Annotations.

use super::render;
use crate::report::testing;

#[test]
fn each_failure_is_an_annotation() {
    let mut out = Vec::new();
    render(&testing::outcomes(), &mut out).expect("writes");
    let out = String::from_utf8(out).expect("text");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}");
    assert_eq!(
        lines[0],
        "::notice file=tests/api.yml,line=9,title=all is well::no rule file of this test defines Dwon, did you mean \
         Down?"
    );
    assert!(
        lines[1].starts_with(
            "::error file=tests/api.yml,line=13,title=Down%2C 100%25 \"broken\" & <odd> # 1::tests/api.yml:13: Down \
             fires at 7m with other labels than expected%0A"
        ),
        "{}",
        lines[1]
    );
    assert_eq!(
        lines[2],
        "::error file=odd%2C file%3A 1.yml,line=3,col=5,title=test 1::odd, file: 1.yml:3:5: `exp_alert`: no such \
         field%0Adid you mean `exp_alerts`?"
    );
    assert_eq!(
        lines[3],
        "3 tests in 2 files: 1 passed, 1 failed, 1 could not be judged"
    );
}

//! Annotations, and their escapes.

use super::{data, property, render, within};
use crate::report::testing;
use std::path::{Path, PathBuf};

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

#[test]
fn text_is_escaped_as_the_runner_unescapes_it() {
    assert_eq!(data("100%\r\na:b,c"), "100%25%0D%0Aa:b,c");
    assert_eq!(property("100%\r\na:b,c"), "100%25%0D%0Aa%3Ab%2Cc");
}

#[test]
fn paths_are_those_of_the_repository() {
    let here = std::env::current_dir().expect("a folder");
    let above = here.parent().expect("a folder above");
    let folder = here.file_name().expect("a name");
    assert_eq!(
        within(Path::new("a.yml"), Some(above)),
        PathBuf::from(folder).join("a.yml")
    );
    assert_eq!(within(Path::new("a.yml"), Some(&here)), PathBuf::from("a.yml"));
    assert_eq!(within(Path::new("a.yml"), None), PathBuf::from("a.yml"));
    assert_eq!(
        within(Path::new("/x/a.yml"), Some(&here)),
        PathBuf::from("/x/a.yml")
    );
}

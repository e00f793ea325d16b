//! Test scripts through the program.

use super::support::Folder;

const SCRIPT: &str = "load 1m\n  up{job=\"api\"} 1 0\n\n\
                      eval instant at 1m up\n  up{job=\"api\"} 0\n\n\
                      eval instant at 1m up == 0\n  {job=\"api\"} 0\n";

#[test]
fn each_evaluation_is_a_test() {
    let folder = Folder::with(&[("up.test", SCRIPT)]);
    let run = folder.run(&["test", "up.test", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(run.code, Some(1));
    assert_eq!(
        json["summary"],
        serde_json::json!({"passed": 1, "failed": 1, "errors": 0})
    );
    assert_eq!(json["tests"][0]["name"], "eval instant at 1m up");
    let failed = &json["tests"][1];
    assert_eq!(failed["line"], 7);
    assert_eq!(failed["failures"][0]["expected"], "{job=\"api\"} 0");
    assert_eq!(failed["failures"][0]["actual"], "up{job=\"api\"} 0");

    let run = folder.run(&["test", "up.test"]);
    assert!(run.out.contains("up.test:7"), "{}", run.out);
}

#[test]
fn scripts_are_found_by_their_content() {
    let folder = Folder::with(&[
        ("good.test", "eval instant at 0 1 + 1\n  2\n"),
        ("notes.test", "This is no script.\n"),
    ]);
    folder.write("program.test", b"\x7fELF\x00\xff");
    let run = folder.run(&["test"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.out.contains("1 passed"), "{}", run.out);
    assert_eq!(folder.run(&["check"]).code, Some(0));
}

#[test]
fn what_is_wrong_with_a_script_is_pointed_at() {
    let folder = Folder::with(&[
        (
            "bad.test",
            "eval instant at soon up\n\neval instant at 0 1\n  1\n",
        ),
        ("empty.test", ""),
    ]);
    let run = folder.run(&["check", "bad.test"]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("[bad.test:1:17]"), "{}", run.out);
    assert!(run.out.contains("script-syntax"), "{}", run.out);
    let run = folder.run(&["test", "bad.test"]);
    assert!(
        run.out.contains("1 passed") && run.out.contains("1 could not be judged"),
        "{}",
        run.out
    );
    let run = folder.run(&["test", "empty.test"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}

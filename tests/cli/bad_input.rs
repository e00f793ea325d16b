//! Bad input gets an error with its place, quickly, and hides no other file.

use std::time::Duration;

use super::support::{Folder, RULES, Run, TESTS};

/// Runs `check` and `test` over a bad file beside a good one, and shows that the good one is judged.
fn beside_a_good_file(name: &str, bytes: &[u8]) -> Run {
    let folder = Folder::with(&[("rules.yml", RULES), ("good.yml", TESTS)]);
    folder.write(name, bytes);
    let tested = folder.run(&["test", "good.yml", name]);
    assert!(tested.out.contains("1 passed"), "{name}: {tested:?}");
    let checked = folder.run(&["check", "--format", "json", "rules.yml", name]);
    let json: serde_json::Value = serde_json::from_str(&checked.out).expect("JSON");
    assert!(
        json["summary"]["rules"].as_u64() >= Some(1),
        "{name}: {}",
        checked.out
    );
    folder.run(&["check", "rules.yml", name])
}

fn assert_refused(name: &str, bytes: &[u8], code: i32, place: &str, reason: &str) {
    let run = beside_a_good_file(name, bytes);
    assert_eq!(run.code, Some(code), "{name}: {run:?}");
    assert!(
        run.out.contains(&format!("[{name}:{place}")),
        "{name}: {}",
        run.out
    );
    assert!(run.out.contains(reason), "{name}: {}", run.out);
    assert!(run.took < Duration::from_secs(10), "{name} took {:?}", run.took);
}

#[test]
fn files_that_are_no_text() {
    let cases: [(&str, &[u8], &str, &str); 5] = [
        ("empty.yml", b"", "1:1", "the file is empty"),
        ("binary.yml", b"groups:\n\x00\x01", "2:1", "the file is binary"),
        ("latin1.yml", b"# caf\xe9\ngroups: []\n", "1:6", "not valid UTF-8"),
        ("utf16.yml", b"\xff\xfeg\0r\0", "1:1", "UTF-16"),
        (
            "prose.yml",
            b"just a sentence\n",
            "1:1",
            "nothing that rulecheck knows",
        ),
    ];
    for (name, bytes, place, reason) in cases {
        assert_refused(name, bytes, 2, place, reason);
    }
}

#[test]
fn files_that_cannot_be_opened() {
    let folder = Folder::with(&[("rules.yml", RULES)]);
    let run = folder.run(&["check", "rules.yml", "absent.yml"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.out.contains("cannot read the file: No such file"),
        "{}",
        run.out
    );
    assert!(run.out.contains("2 files, 1 rule"), "{}", run.out);
}

#[test]
#[cfg(unix)]
fn files_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&[("rules.yml", RULES), ("secret.yml", RULES)]);
    let secret = folder.path().join("secret.yml");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o000)).expect("permissions");
    if std::fs::read(&secret).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    let run = folder.run(&["check", "rules.yml", "secret.yml"]);
    assert_eq!(run.code, Some(2));
    assert!(run.out.contains("Permission denied"), "{}", run.out);
}

#[test]
#[cfg(target_os = "linux")]
fn files_that_nobody_can_read() {
    let folder = Folder::with(&[("rules.yml", RULES)]);
    let run = folder.run(&["check", "rules.yml", "/proc/self/mem"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.out.contains("cannot read the file: Input/output error"),
        "{}",
        run.out
    );
    assert!(run.out.contains("2 files, 1 rule"), "{}", run.out);
}

#[test]
fn a_folder_is_searched() {
    let folder = Folder::with(&[("a/rules.yml", RULES), ("a/notes.txt", "")]);
    let run = folder.run(&["check", "a"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.out, "1 file, 1 rule: no findings\n");
}

#[test]
fn a_byte_order_mark_is_no_fault() {
    let run = beside_a_good_file(
        "bom.yml",
        format!("\u{feff}{}", RULES.replace("up ==", "up =")).as_bytes(),
    );
    assert!(run.out.contains("[bom.yml:5:18]"), "{}", run.out);
}

#[test]
fn text_that_is_no_yaml() {
    assert_refused("tabs.yml", b"groups:\n\t- name: a\n", 2, "2:1", "spaces");
    assert_refused("flow.yml", b"groups: [\n", 2, "1:9", "no YAML");
    assert_refused(
        "deep.yml",
        "[".repeat(100_000).as_bytes(),
        2,
        "1:256",
        "nests too deep",
    );
    assert_refused(
        "deep.json",
        "[".repeat(100_000).as_bytes(),
        2,
        "1:513",
        "nesting depth",
    );
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let items = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    assert_refused("bomb.yml", bomb.as_bytes(), 2, "6:10", "aliases expand");
}

#[test]
fn a_file_that_is_too_large() {
    let large = format!("{RULES}# {}\n", "x".repeat(50 << 20));
    assert_refused(
        "large.yml",
        large.as_bytes(),
        2,
        "1:1",
        "it has 50 MB, the most is 20 MB",
    );
}

#[test]
fn nested_promql() {
    for (open, close) in [("(", ")"), ("-", ""), ("sum(", ")")] {
        let expr = format!("{}up{}", open.repeat(100_000), close.repeat(100_000));
        let rules = format!("groups:\n- name: a\n  rules:\n  - record: a\n    expr: '{expr}'\n");
        assert_refused("nested.yml", rules.as_bytes(), 1, "5:", "nests deeper than");
    }
    let chain = format!("up{}", " + up".repeat(100_000));
    let rules = format!("groups:\n- name: a\n  rules:\n  - record: a\n    expr: '{chain}'\n");
    assert_refused("chain.yml", rules.as_bytes(), 1, "5:", "nests deeper than");
}

#[test]
fn a_rule_file_given_as_a_dashboard() {
    assert_refused("rules.json", RULES.as_bytes(), 2, "1:1", "the file is no JSON");
}

#[test]
fn a_test_that_names_a_missing_rule_file() {
    let folder = Folder::with(&[("rules.yml", RULES), ("good.yml", TESTS)]);
    folder.write("bad.yml", TESTS.replace("rules.yml", "absent.yml").as_bytes());
    let run = folder.run(&["test", "good.yml", "bad.yml"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.out
            .contains("bad.yml:1:14: the rule file absent.yml does not exist"),
        "{}",
        run.out
    );
    assert!(
        run.out
            .contains("2 tests in 2 files: 1 passed, 1 could not be judged"),
        "{}",
        run.out
    );
}

#[test]
fn a_series_that_does_not_parse() {
    let folder = Folder::with(&[("rules.yml", RULES), ("good.yml", TESTS)]);
    folder.write("bad.yml", TESTS.replace("0x10", "0x10 1y").as_bytes());
    let tested = folder.run(&["test", "good.yml", "bad.yml"]);
    assert_eq!(tested.code, Some(1), "{tested:?}");
    assert!(
        tested.out.contains("bad.yml:8:23: values of up"),
        "{}",
        tested.out
    );
    let checked = folder.run(&["check", "bad.yml"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert!(checked.out.contains("[bad.yml:8:23]"), "{}", checked.out);
}

#[test]
fn settings_with_a_misspelt_key() {
    let folder = Folder::with(&[("rules.yml", RULES), ("rulecheck.yml", "exlude: [rules.yml]\n")]);
    let run = folder.run(&["check"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.err.contains("the settings has no field `exlude`"),
        "{}",
        run.err
    );
    assert!(run.err.contains("Did you mean `exclude`?"), "{}", run.err);
}

//! What `rulecheck.yml` says of lints and of findings that are known.

use crate::support::Folder;

const RULES: &str = "groups:
- name: g
  rules:
  - {record: a, expr: up}
  - {record: a, expr: up}
";

/// The folder with these settings and a file of rules with one finding.
fn with(settings: &str) -> Folder {
    Folder::with(&[("rulecheck.yml", settings), ("rules/a.yml", RULES)])
}

#[test]
fn levels_hold_for_files_that_are_named_too() {
    for (settings, code, shown) in [
        ("{}", 1, "warning[duplicate-rule]"),
        ("lints: {duplicate-rule: error}", 1, "error[duplicate-rule]"),
        (
            "lints: {duplicate-rule: {level: info}}",
            0,
            "info[duplicate-rule]",
        ),
        ("lints: {duplicate-rule: off}", 0, "no findings"),
    ] {
        for args in [&["check"][..], &["check", "rules/a.yml"]] {
            let run = with(settings).run(args);
            assert_eq!(run.code, Some(code), "{settings} {args:?} {}", run.out);
            assert!(run.out.contains(shown), "{settings} {args:?} {}", run.out);
        }
    }
}

#[test]
fn known_findings_are_left_out_by_file_rule_and_day() {
    let entry = |more: &str| format!("suppress: [{{code: duplicate-rule{more}}}]");
    for (more, code) in [
        ("", 0),
        (", files: [rules/**]", 0),
        (", files: [other/**]", 1),
        (", rules: [a]", 0),
        (", rules: [b]", 1),
        (", until: 2999-01-01", 0),
        (", until: 2020-01-01", 1),
    ] {
        let run = with(&entry(more)).run(&["check"]);
        assert_eq!(run.code, Some(code), "{more} {}", run.out);
        let complained = run.out.contains("unused-suppression");
        assert_eq!(complained, code == 1, "{more} {}", run.out);
    }
}

#[test]
fn what_the_settings_cannot_mean_is_said_with_its_place() {
    for (settings, message, help) in [
        (
            "lints: {duplicate-rules: off}",
            "there is no code duplicate-rules",
            "Did you mean duplicate-rule?",
        ),
        (
            "lints: {duplicate-rule: loud}",
            "`loud` is no level",
            "off, info, warning and error",
        ),
        (
            "lints: {duplicate-rule: {scrapes: 4}}",
            "duplicate-rule has no option `scrapes`",
            "Its options are level.",
        ),
        (
            "suppress: [{code: nothing-like-it}]",
            "there is no code nothing-like-it",
            "rulecheck explain",
        ),
        (
            "suppress: [{files: [a]}]",
            "a suppression has no `code`",
            "in the brackets of the finding",
        ),
        (
            "suppress: [{code: duplicate-rule, until: May}]",
            "`May` is no day",
            "2026-12-31",
        ),
        (
            "suppress: [{code: duplicate-rule, rule: a}]",
            "a suppression has no field `rule`",
            "Did you mean `rules`?",
        ),
        (
            "policy: [{where: {kind: alerts}}]",
            "kind cannot be `alerts`: rulecheck refuses the file",
            "Did you mean `alert`?",
        ),
        (
            "policy: [{name: '('}]",
            "missing closing ): `(`",
            "must match the whole text",
        ),
        (
            "policy: [{label: {team: {patern: a}}}]",
            "what is asked of a label or an annotation has no field `patern`",
            "Did you mean `pattern`?",
        ),
        (
            "policy: [{label: {'[': {required: true}}}]",
            "missing closing ]: `[`",
            "must match the whole text",
        ),
        (
            "policy: [{label: [team]}]",
            "label must be a mapping of names to what is asked",
            "mapping",
        ),
        (
            "policy: [{selectors: {metric: up}}]",
            "`selectors` must be a list",
            "Write a list here.",
        ),
        (
            "policy: [{max_range: 3 days}]",
            "max_range: unknown unit",
            "`30s`, `5m`",
        ),
    ] {
        let run = with(settings).run(&["check"]);
        assert_eq!(run.code, Some(2), "{settings}");
        assert!(
            run.err.contains(message) && run.err.contains(help),
            "{settings} {}",
            run.err
        );
        assert!(run.err.contains("rulecheck.yml:1:"), "{settings} {}", run.err);
    }
}

#[test]
fn comments_reach_as_far_as_they_say() {
    let rule = |comments: [&str; 4]| {
        format!(
            "{}groups:\n- name: g\n  rules:\n  - record: a\n    expr: up\n{}  - record: a{}\n    expr: up\n{}",
            comments[0], comments[1], comments[2], comments[3]
        )
    };
    let line = "  # rulecheck: ignore duplicate-rule\n";
    for (comments, code) in [
        (["", "", "", ""], 1),
        (["# rulecheck: ignore-file duplicate-rule\n", "", "", ""], 0),
        (["", line, "", ""], 0),
        (["", "", " # rulecheck: ignore duplicate-rule", ""], 0),
        (
            [
                "",
                "",
                "",
                "    # rulecheck: ignore-rule duplicate-rule\n    labels: {}\n",
            ],
            0,
        ),
        (
            [
                "",
                "  # rulecheck: ignore-rule duplicate-rule\n\n  # another\n",
                "",
                "",
            ],
            0,
        ),
        (["", "", "", line], 1),
        (["", "  # rulecheck: ignore duplicate-group\n", "", ""], 1),
    ] {
        let run = Folder::with(&[("a.yml", &rule(comments))]).run(&["check"]);
        assert_eq!(run.code, Some(code), "{comments:?} {}", run.out);
    }
}

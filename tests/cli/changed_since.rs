//! `rulecheck check --changed-since`: what a change has brought, and nothing that was there.

use std::process::Command;

use crate::support::Folder;

const OLD: &str = "groups:\n- name: g\n  rules:\n  - {record: a, expr: up}\n  - {record: a, expr: up}\n";

/// A repository with a commit that holds a finding.
fn repository() -> Folder {
    let folder = Folder::with(&[
        ("rules/old.yml", OLD),
        ("rules/moved.yml", &OLD.replace("record: a", "record: m")),
    ]);
    git(&folder, &["init", "--quiet", "--initial-branch=main"]);
    commit(&folder);
    folder
}

fn git(folder: &Folder, args: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(args)
        .current_dir(folder.path())
        .output()
        .expect("git starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn commit(folder: &Folder) {
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "-m", "x"]);
}

#[test]
fn only_what_is_new_is_shown() {
    let folder = repository();
    let run = folder.run(&["check", "--changed-since", "main"]);
    assert_eq!(
        (run.code, run.err.as_str()),
        (Some(0), "2 findings were there before main, and not shown\n")
    );
    // Lines move, a file moves, one more of the same and one of another kind come.
    let more = OLD.replace("groups:", "# moved\n\ngroups:")
        + "  - {record: a, expr: up}\n  - {record: b, expr: rate(up)}\n";
    folder.write("rules/old.yml", more.as_bytes());
    git(&folder, &["mv", "rules/moved.yml", "rules/renamed.yml"]);
    folder.write("rules/new.yml", OLD.as_bytes());
    let run = folder.run(&["check", "--changed-since", "HEAD", "--format", "github"]);
    assert_eq!(run.code, Some(1), "{}", run.err);
    let places: Vec<&str> = run
        .out
        .lines()
        .filter_map(|line| line.split(",endLine").next())
        .collect();
    assert_eq!(
        places,
        [
            "::warning file=rules/new.yml,line=5",
            "::warning file=rules/old.yml,line=8",
            "::error file=rules/old.yml,line=9",
        ]
    );
    let run = folder.run(&["check", "--changed-since", "HEAD", "rules/renamed.yml"]);
    assert_eq!(run.code, Some(0), "{}", run.out);
}

#[test]
fn the_branch_point_counts_not_what_came_after() {
    let folder = repository();
    git(&folder, &["checkout", "--quiet", "-b", "change"]);
    git(&folder, &["checkout", "--quiet", "main"]);
    folder.write("rules/old.yml", b"groups: []\n");
    commit(&folder);
    git(&folder, &["checkout", "--quiet", "change"]);
    let run = folder.run(&["check", "--changed-since", "main"]);
    assert_eq!(
        run.code,
        Some(0),
        "what main mended meanwhile is not the change's doing: {}",
        run.out
    );
}

#[test]
fn what_git_does_not_know_is_said() {
    let run = repository().run(&["check", "--changed-since", "nowhere"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err,
        "rulecheck: git knows no commit nowhere: fetch it, or name another\n"
    );
    let run = Folder::with(&[("a.yml", OLD)]).run(&["check", "--changed-since", "main"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.starts_with("rulecheck: git rev-parse: "), "{}", run.err);
}

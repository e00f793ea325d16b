//! Runs the examples of README.md and docs/: a fenced block whose info string names a file is that file, and in a
//! `console` block the text under a `$ rulecheck …` line is what that command prints.

mod decision_record;
mod lint_pages;
mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fenced block.
struct Block {
    line: usize,
    info: String,
    text: String,
}

/// The fenced blocks of a page; blocks in lists lose their indentation.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let Some(info) = line
            .trim_start()
            .strip_prefix("```")
            .filter(|info| !info.is_empty())
        else {
            continue;
        };
        let mut text = String::new();
        for (_, line) in lines.by_ref() {
            if line.trim_start() == "```" {
                break;
            }
            text.push_str(line.get(indent..).unwrap_or_default());
            text.push('\n');
        }
        blocks.push(Block {
            line: number + 1,
            info: info.to_owned(),
            text,
        });
    }
    blocks
}

/// The commands of a console block with what they print.
fn commands(block: &Block) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in block.text.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), String::new())),
            (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
            (None, None) => panic!("line {}: a console block begins with a command", block.line),
        }
    }
    commands
}

fn run_page(path: &Path) -> usize {
    let page = fs::read_to_string(path).expect("a page");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folder = tempfile::tempdir().expect("a temporary folder");
    let mut run = 0;
    for block in blocks(&page) {
        if let Some((_, name)) = block.info.split_once(' ') {
            // Files of this repository are named from its root.
            let text = block
                .text
                .replace("[fixtures/", &format!("[{}/fixtures/", root.display()));
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, text).expect("a file");
        } else if block.info == "console" {
            for (command, expected) in commands(&block) {
                let place = format!("{}:{}: {command}", path.display(), block.line);
                let args: Vec<&str> = command.split(' ').skip(1).collect();
                assert!(
                    command.starts_with("rulecheck "),
                    "{place}: only rulecheck is run"
                );
                let output = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
                    .args(&args)
                    .current_dir(folder.path())
                    .output()
                    .expect("the program starts");
                let actual = String::from_utf8(output.stdout).expect("text");
                let actual = actual.replace(&format!("{}/", root.display()), "");
                assert_eq!(actual.trim_end(), expected.trim_end(), "{place}");
                run += 1;
            }
            folder = tempfile::tempdir().expect("a temporary folder");
        }
    }
    run
}

#[test]
fn every_example_prints_what_the_page_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<PathBuf> = fs::read_dir(root.join("docs"))
        .expect("docs")
        .map(|entry| entry.expect("a page").path())
        .collect();
    pages.retain(|page| page.extension().is_some_and(|e| e == "md"));
    pages.push(root.join("README.md"));
    let run: usize = pages.iter().map(|page| run_page(page)).sum();
    assert!(run >= 4, "the pages hold examples");
}

#[test]
fn every_link_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for page in [
        "README.md",
        "docs/check.md",
        "docs/test.md",
        "docs/test-format.md",
        "docs/from-promtool.md",
        "docs/from-dashboard-linter.md",
        "docs/from-pint.md",
        "docs/from-promruval.md",
        "docs/settings.md",
        "docs/live.md",
    ] {
        let text = fs::read_to_string(root.join(page)).expect("a page");
        let folder = root.join(page);
        let folder = folder.parent().expect("a folder");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.starts_with("http") && !file.is_empty() {
                assert!(folder.join(file).exists(), "{page} links to {target}");
            }
        }
    }
}

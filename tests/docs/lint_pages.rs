//! Holds `docs/lints/`: each code has a page whose examples produce exactly the findings written under them, and whose other examples
//! produce none; the table in docs/check.md lists them all.
//!
//! A block whose info string names a file is an example; a `text` block right behind it holds its findings. With
//! `RULECHECK_BLESS` set, what is generated is written into the pages instead of being compared.

use std::fs;
use std::path::Path;

use rulecheck::diagnostic::{Code, Diagnostic};
use rulecheck::lints;
use rulecheck::project::Project;
use rulecheck::source::discover::FoundFile;

/// Compares a page with what it should be, or writes it.
fn hold(path: &Path, wanted: &str) {
    let page = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    if std::env::var_os("RULECHECK_BLESS").is_some() {
        fs::write(path, wanted).expect("the page is written");
    } else {
        assert_eq!(page, wanted, "{}", path.display());
    }
}

/// The bytes of an example; in an `escaped` one, `\\xe9` stands for a byte.
fn bytes(language: &str, text: &str) -> Vec<u8> {
    if language != "escaped" {
        return text.as_bytes().to_vec();
    }
    let mut pieces = text.split("\\x");
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).expect("two hexadecimal digits"));
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    bytes
}

/// What is found in an example.
fn findings(name: &str, content: &[u8]) -> Vec<Diagnostic> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, content).expect("a file");
    let named = FoundFile { path, named: true };
    lints::run(&Project::load(&[named], false), &lints::Options::default())
}

fn show(name: &str, found: &[Diagnostic]) -> String {
    let line = |d: &Diagnostic| {
        let location = &d.primary.location;
        let at = location.file.line_column(location.range.start);
        let help = d.help.as_ref().map(|h| format!("  help: {h}\n"));
        format!(
            "{name}:{}:{} {}[{}] {}\n{}",
            at.line,
            at.column,
            d.severity.as_str(),
            d.code,
            d.message,
            help.unwrap_or_default()
        )
    };
    found.iter().map(line).collect()
}

/// The page as it should be: its third line and its `text` blocks are generated.
fn page(code: &str, summary: &str, page: &str) -> String {
    let mut out = format!("# {code}\n\n{summary}\n");
    let mut shown = false;
    let mut unanswered: Option<(String, Vec<Diagnostic>)> = None;
    let mut lines = page.lines().skip(3);
    while let Some(line) = lines.next() {
        let info = line.strip_prefix("```").filter(|info| !info.is_empty());
        if !line.is_empty()
            && info != Some("text")
            && let Some((name, found)) = unanswered.take()
        {
            assert!(found.is_empty(), "{code}: {}", show(&name, &found));
        }
        out.push_str(line);
        out.push('\n');
        let Some(info) = info else { continue };
        let body: String = lines
            .by_ref()
            .take_while(|l| *l != "```")
            .map(|l| format!("{l}\n"))
            .collect();
        match (info.split_once(' '), unanswered.take()) {
            (Some((language, name)), _) => {
                unanswered = Some((name.to_owned(), findings(name, &bytes(language, &body))));
                out.push_str(&body);
            }
            (None, Some((name, found))) if info == "text" => {
                assert!(!found.is_empty(), "{code}: nothing is found in {name}");
                shown |= found.iter().any(|d| d.code == code);
                out.push_str(&show(&name, &found));
            }
            _ => out.push_str(&body),
        }
        out.push_str("```\n");
    }
    if let Some((name, found)) = unanswered {
        assert!(found.is_empty(), "{code}: {}", show(&name, &found));
    }
    assert!(shown, "no example shows {code}");
    out
}

#[test]
fn every_code_has_a_page_whose_examples_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lints");
    let mut pages = 0;
    for Code {
        code,
        severity,
        summary,
        ..
    } in lints::codes()
    {
        let path = folder.join(format!("{code}.md"));
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let summary = format!("**{}**: {summary}.", severity.as_str());
        hold(&path, &page(code, &summary, &text));
        pages += 1;
    }
    let files = fs::read_dir(&folder).expect("docs/lints").count();
    assert_eq!(pages, files, "docs/lints holds a page for no code");
}

#[test]
fn the_table_of_findings_is_that_of_the_registry() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/check.md");
    let text = fs::read_to_string(&path).expect("a page");
    let head = "| code | severity | what |\n|---|---|---|\n";
    let (before, rest) = text.split_once(head).expect("the table");
    let after = rest.split_once("\n\n").expect("text behind the table").1;
    let rows: String = lints::codes()
        .map(|of| {
            let (code, severity, summary) = (of.code, of.severity.as_str(), of.summary);
            format!("| [`{code}`](lints/{code}.md) | {severity} | {summary} |\n")
        })
        .collect();
    hold(&path, &format!("{before}{head}{rows}\n{after}"));
}

//! Holds `docs/lints/`: each code has a page whose examples produce exactly the findings written under them, and whose other examples
//! produce none; the table in docs/check.md lists them all.
//!
//! Blocks whose info strings name files are an example; a `text` block behind them holds its findings. With
//! `RULECHECK_BLESS` set, what is generated is written into the pages instead of being compared.

use std::fs;
use std::path::Path;

use rulecheck::catalog::code::{self, Language};
use rulecheck::catalog::{Asked, Catalogs};
use rulecheck::diagnostic::{Code, Diagnostic};
use rulecheck::lints::{self, Levels, Options};
use rulecheck::model::settings;
use rulecheck::project::Project;
use rulecheck::refine::refine;
use rulecheck::source::discover::FoundFile;

use crate::server;

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

/// The files of an example: names and content.
type Files = Vec<(String, Vec<u8>)>;

/// What the example of a code shows of it, and of faults in its files. A `rulecheck.yml` in it holds its settings; with
/// one, the files are all that there is.
fn findings(code: &str, files: &Files) -> Vec<Finding> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (mut found, mut source) = (Vec::new(), Vec::new());
    let mut options = Options::default();
    let mut server = None;
    for (name, content) in files {
        if name == "server.yml" {
            server = Some(String::from_utf8_lossy(content));
            continue;
        }
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, content).expect("a file");
        if name == "rulecheck.yml" {
            let settings = settings::load(&path).unwrap_or_else(|e| panic!("{e:?}"));
            options.levels = Levels::of(&settings).unwrap_or_else(|e| panic!("{e:?}"));
            options.settings = settings;
            options.whole = true;
        } else if Language::of(&path).is_some() {
            source.push(path);
        } else {
            found.push(FoundFile { path, named: true });
        }
    }
    let project = Project::load(&found, false);
    let asked: Vec<Asked> = server
        .iter()
        .map(|text| server::answers(text, &project, &options.levels))
        .collect();
    let catalogs = Catalogs::with_servers(&project, &code::load(&source), &options.settings, &asked);
    let mut catalogs = catalogs.unwrap_or_else(|e| panic!("{e:?}"));
    refine(&mut catalogs, &project);
    let lint = |code: &str| lints::REGISTRY.iter().find(|lint| lint.code() == code);
    // What other lints say is not what the page is about.
    let about = |finding: &Diagnostic| {
        let refused = lint(finding.code).is_none_or(|lint| lint.is_refusal());
        finding.code == code || refused || lint(code).is_none()
    };
    lints::run(&project, &catalogs, &options)
        .into_iter()
        .filter(about)
        .map(|finding| (relative(&finding, folder.path()), finding))
        .collect()
}

/// A finding with the path of its file in the example.
type Finding = (String, Diagnostic);

fn relative(finding: &Diagnostic, folder: &Path) -> String {
    let path = finding.primary.location.file.path();
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

fn show(found: &[Finding]) -> String {
    let line = |(name, d): &Finding| {
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

/// Nothing may be found in an example that has no findings under it.
fn assert_clean(code: &str, example: &Files) {
    let found = if example.is_empty() {
        Vec::new()
    } else {
        findings(code, example)
    };
    assert!(found.is_empty(), "{code}: {}", show(&found));
}

/// The page as it should be: its third line and its `text` blocks are generated.
fn page(code: &str, summary: &str, page: &str) -> String {
    let mut out = format!("# {code}\n\n{summary}\n");
    let mut shown = false;
    let mut example: Files = Vec::new();
    let mut lines = page.lines().skip(3);
    while let Some(line) = lines.next() {
        let info = line.strip_prefix("```").filter(|info| !info.is_empty());
        out.push_str(line);
        out.push('\n');
        let Some(info) = info else { continue };
        let body: String = lines
            .by_ref()
            .take_while(|l| *l != "```")
            .map(|l| format!("{l}\n"))
            .collect();
        match info.split_once(' ') {
            Some((language, name)) => {
                // A file that comes again begins another example.
                if example.iter().any(|(known, _)| known == name) {
                    assert_clean(code, &std::mem::take(&mut example));
                }
                example.push((name.to_owned(), bytes(language, &body)));
                out.push_str(&body);
            }
            None if info == "text" && !example.is_empty() => {
                let found = findings(code, &std::mem::take(&mut example));
                assert!(!found.is_empty(), "{code}: nothing is found above\n{body}");
                shown |= found.iter().any(|(_, d)| d.code == code);
                out.push_str(&show(&found));
            }
            None => out.push_str(&body),
        }
        out.push_str("```\n");
    }
    assert_clean(code, &example);
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

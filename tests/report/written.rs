//! Pages that the program writes, of tests with all kinds of ends and of names.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const RULES: &str = include_str!("written/rules.yml");
const TESTS: &str = include_str!("written/api.test.yml");

/// A page in a folder of its own.
pub(crate) struct Written {
    folder: tempfile::TempDir,
}

impl Written {
    /// A page of tests of which some fail, with what was measured besides.
    pub(crate) fn with(options: &[&str]) -> Written {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("rules.yml"), RULES).expect("writes");
        std::fs::write(path("api.test.yml"), TESTS).expect("writes");
        std::fs::write(
            path("more.test"),
            "load 1m\n  a 1\n\neval instant at 0m a\n  a 1\n",
        )
        .expect("writes");
        let written = Written { folder };
        let code = written.run(options, "page.html");
        assert_eq!(code, Some(1), "some tests fail");
        written
    }

    /// Runs the tests; answers the exit code.
    fn run(&self, options: &[&str], page: &str) -> Option<i32> {
        let status = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
            .args(["test", "--report", page])
            .args(options)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.expect("the program starts").code()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("page.html")
    }

    pub(crate) fn text(&self) -> String {
        std::fs::read_to_string(self.path()).expect("a page")
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("a folder");
        let name =
            |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name().into_string();
        let mut names: Vec<String> = entries.map(|entry| name(entry).expect("text")).collect();
        names.sort();
        names
    }
}

#[test]
fn one_input_gives_one_page() {
    let written = Written::with(&[]);
    let first = written.text();
    written.run(&[], "page.html");
    assert!(
        first == written.text(),
        "the page differs from one run to the next"
    );
    assert_eq!(
        written.files(),
        ["api.test.yml", "more.test", "page.html", "rules.yml"]
    );
}

#[test]
fn nothing_of_the_input_becomes_markup() {
    let written = Written::with(&["--coverage", "--mutate"]);
    let text = written.text();
    assert_eq!(text.matches("<script").count(), 1);
    assert_eq!(text.matches("</script").count(), 1);
    assert_eq!(text.matches("</title").count(), text.matches("<title").count());
    for markup in ["<b>", "<img", "onerror=\"", "<a&b"] {
        assert!(!text.contains(markup), "{markup}");
    }
}

#[test]
fn a_page_asks_for_nothing() {
    let text = Written::with(&[]).text();
    for reference in ["http:", "https:", " src=\"", "@import", "url("] {
        assert!(!text.contains(reference), "{reference}");
    }
}

#[test]
fn what_cannot_be_written_is_said() {
    let written = Written::with(&[]);
    assert_eq!(written.run(&[], "no/such/folder/page.html"), Some(2));
    assert_eq!(written.run(&["--run", "all is well"], "page.html"), Some(0));
    assert_eq!(written.run(&[], "/dev/null"), Some(1));
    assert!(Path::new("/dev/null").metadata().is_ok_and(|m| !m.is_file()));
}

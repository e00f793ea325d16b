//! `rulecheck test --watch`, with files that change while it runs.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::support::{Folder, RULES, TESTS};

/// The program, and what it prints line by line.
struct Watching {
    program: Child,
    lines: Receiver<String>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn send_lines(stream: impl Read + Send + 'static, to: mpsc::Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if to.send(line).is_err() {
                break;
            }
        }
    });
}

impl Watching {
    fn start(folder: &Folder) -> Watching {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
            .args(["test", "--watch"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (send, lines) = mpsc::channel();
        send_lines(program.stdout.take().expect("a pipe"), send.clone());
        send_lines(program.stderr.take().expect("a pipe"), send);
        Watching { program, lines }
    }

    /// What it prints until a round has ended.
    fn round(&self) -> Vec<String> {
        let mut round = Vec::new();
        let patience = Instant::now() + Duration::from_secs(20);
        loop {
            let left = patience.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            round.push(line.unwrap_or_else(|e| panic!("{e}: {round:#?}")));
            // The outcomes and the last line come by different ways, in any order.
            let has = |what: &str| round.iter().any(|line: &String| line.contains(what));
            if has("waiting for changes") && has(" files: ") {
                return round;
            }
        }
    }
}

fn ran(round: &[String]) -> &str {
    let line = round.iter().find(|line| line.contains("waiting for changes"));
    let line = line.expect("the last line");
    line.strip_prefix("rulecheck: ")
        .and_then(|line| line.split(" in ").next())
        .expect("its form")
}

#[test]
fn changes_run_the_tests_that_they_touch() {
    let other = RULES.replace("Down", "Other");
    let folder = Folder::with(&[
        ("rules.yml", RULES),
        ("other.yml", &other),
        ("down.test.yml", TESTS),
        (
            "other.test.yml",
            &TESTS.replace("rules.yml", "other.yml").replace("Down", "Other"),
        ),
    ]);
    let watching = Watching::start(&folder);
    let round = watching.round();
    assert_eq!(ran(&round), "ran 2 of 2 files");
    assert!(
        round.contains(&"2 tests in 2 files: 2 passed".to_owned()),
        "{round:#?}"
    );

    // A rule file: the tests that use it, and the outcomes of the others stand.
    let changed = Instant::now();
    folder.write("other.yml", other.replace("is down", "is gone").as_bytes());
    let round = watching.round();
    assert!(
        changed.elapsed() < Duration::from_secs(5),
        "{:?}",
        changed.elapsed()
    );
    assert_eq!(ran(&round), "ran 1 of 2 files");
    assert!(
        round.contains(&"2 tests in 2 files: 1 passed, 1 failed".to_owned()),
        "{round:#?}"
    );

    // A file of tests.
    folder.write(
        "down.test.yml",
        TESTS.replace("a:1 is down", "a:1 is up").as_bytes(),
    );
    let round = watching.round();
    assert_eq!(ran(&round), "ran 1 of 2 files");
    assert!(
        round.contains(&"2 tests in 2 files: 0 passed, 2 failed".to_owned()),
        "{round:#?}"
    );

    // A new file.
    folder.write("third.test.yml", TESTS.as_bytes());
    let round = watching.round();
    assert_eq!(ran(&round), "ran 1 of 3 files");

    // A file that goes takes its outcomes with it.
    std::fs::remove_file(folder.path().join("third.test.yml")).expect("removes");
    let round = watching.round();
    assert_eq!(ran(&round), "ran 0 of 2 files");
    assert!(
        round.contains(&"2 tests in 2 files: 0 passed, 2 failed".to_owned()),
        "{round:#?}"
    );
}

//! `--watch`: waits for changes and runs the tests that they touch.
//!
//! Files are looked at a few times a second rather than asking the operating system to report changes: that works
//! on network drives and in containers too, and the files that matter are few. Whether files have come or gone is
//! looked at less often, since it means searching folders.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::files::Files;
use super::{Args, finish, run_files};
use crate::cli::inputs::Inputs;
use crate::outcome::TestOutcome;
use crate::replay::dependencies::files_read;
use crate::replay::run::TestFile;

/// From one look at the files to the next.
const INTERVAL: Duration = Duration::from_millis(100);
/// A change has come to its end when nothing happens for this long.
const QUIET: Duration = Duration::from_millis(40);
/// At every so many looks, folders are searched for new files.
const LOOKS_PER_SEARCH: u32 = 10;

/// Runs the tests again whenever a file that they depend on changes. It ends when the process is interrupted, or
/// where no first run is possible.
pub(super) fn run(args: &Args) -> u8 {
    let mut known = Known::default();
    let mut changed: Option<BTreeSet<PathBuf>> = None;
    // What was last seen of the files: whatever is otherwise later has changed since.
    let mut seen = Stamps::new();
    loop {
        let (started, began) = (Instant::now(), SystemTime::now());
        let mut there = BTreeSet::new();
        let watched = match Files::find(&args.inputs) {
            Ok(files) => {
                there.extend(files.found.files.iter().map(|file| key(&file.path)));
                known.round(args, &files, changed.as_ref(), started)
            }
            Err(message) => {
                clear();
                super::refuse(&message);
                known.reads.values().flatten().cloned().collect()
            }
        };
        let change = wait(&args.inputs, &watched, &there, began, seen);
        (changed, seen) = (Some(change.0), change.1);
    }
}

/// What is known from earlier rounds, by the paths of the files of tests.
#[derive(Default)]
struct Known {
    outcomes: BTreeMap<PathBuf, Vec<TestOutcome>>,
    /// The files that each depends on.
    reads: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
}

impl Known {
    /// Runs what a change touches, everything where there is none, and shows all outcomes. Answers the files to
    /// watch.
    fn round(
        &mut self,
        args: &Args,
        files: &Files,
        changed: Option<&BTreeSet<PathBuf>>,
        started: Instant,
    ) -> BTreeSet<PathBuf> {
        let all = files.tests();
        let touched = self.touched(&all, changed);
        let mut ran: BTreeMap<PathBuf, Vec<TestOutcome>> = touched
            .iter()
            .map(|file| (file.path().to_owned(), Vec::new()))
            .collect();
        for outcome in run_files(args, &touched) {
            if let Some(of_file) = ran.get_mut(&outcome.path) {
                of_file.push(outcome);
            }
        }
        self.outcomes.extend(ran);
        let outcomes = all.iter().filter_map(|file| self.outcomes.get(file.path()));
        let outcomes: Vec<TestOutcome> = outcomes.flatten().cloned().collect();
        clear();
        finish(args, files, &outcomes);
        let found = files.found.files.iter().map(|file| key(&file.path));
        let watched: BTreeSet<PathBuf> = self.reads.values().flatten().cloned().chain(found).collect();
        eprintln!(
            "rulecheck: ran {} of {} files in {} ms; waiting for changes in {} files",
            touched.len(),
            all.len(),
            started.elapsed().as_millis(),
            watched.len()
        );
        watched
    }

    /// The files of tests that a change touches: those that depend on a changed file, or did so before the change.
    fn touched<'p>(
        &mut self,
        all: &[TestFile<'p>],
        changed: Option<&BTreeSet<PathBuf>>,
    ) -> Vec<TestFile<'p>> {
        let mut touched = Vec::new();
        let mut now = BTreeMap::new();
        for file in all {
            let reads: BTreeSet<PathBuf> = files_read(file).iter().map(|path| key(path)).collect();
            let before = self.reads.get(file.path());
            let is_touched = match changed {
                None => true,
                Some(changed) => {
                    before.is_none_or(|before| !before.is_disjoint(changed)) || !reads.is_disjoint(changed)
                }
            };
            if is_touched {
                touched.push(*file);
            }
            now.insert(file.path().to_owned(), reads);
        }
        self.outcomes.retain(|path, _| now.contains_key(path));
        self.reads = now;
        touched
    }
}

/// One path for one file, whether it is there or not.
fn key(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, absolute.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => absolute,
    }
}

/// When a file was changed, and its length; nothing where it is not there.
fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = path.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

type Stamps = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

fn stamps(paths: &BTreeSet<PathBuf>) -> Stamps {
    paths.iter().map(|path| (path.clone(), stamp(path))).collect()
}

/// Waits until files change, come or go, and then until no more do. Answers which have, and what was seen last.
/// `there` are the files that the last round found, and `before` is what is known of some from when it began; the
/// others have changed where they did since then.
fn wait(
    inputs: &Inputs,
    watched: &BTreeSet<PathBuf>,
    there: &BTreeSet<PathBuf>,
    began: SystemTime,
    before: Stamps,
) -> (BTreeSet<PathBuf>, Stamps) {
    let mut known = stamps(watched);
    for (path, stamp) in &mut known {
        *stamp = match *stamp {
            // What was there when the round began and is gone by now has changed, too.
            None if there.contains(path) => Some((SystemTime::UNIX_EPOCH, 0)),
            stamp => stamp.filter(|(modified, _)| *modified < began),
        };
    }
    known.extend(before.into_iter().filter(|(path, _)| watched.contains(path)));
    let before = known;
    let mut looks = 0;
    loop {
        thread::sleep(INTERVAL);
        looks += 1;
        let mut now = stamps(watched);
        let mut changed = differences(&before, &now);
        if looks % LOOKS_PER_SEARCH == 0
            && let Ok(found) = inputs.find()
        {
            let found = found.files.iter().map(|file| key(&file.path));
            changed.extend(found.filter(|path| !watched.contains(path)));
        }
        if changed.is_empty() {
            continue;
        }
        loop {
            thread::sleep(QUIET);
            let later = stamps(watched);
            if later == now {
                return (changed, later);
            }
            changed.extend(differences(&now, &later));
            now = later;
        }
    }
}

fn differences(before: &Stamps, now: &Stamps) -> BTreeSet<PathBuf> {
    let differ = now
        .iter()
        .filter(|(path, stamp)| before.get(*path) != Some(*stamp));
    differ.map(|(path, _)| path.clone()).collect()
}

/// Clears a terminal, so that the newest outcomes stand alone.
fn clear() {
    let mut out = io::stdout();
    if out.is_terminal() {
        // A terminal that does not clear shows the outcomes below the older ones.
        let _ = out.write_all(b"\x1b[2J\x1b[3J\x1b[H").and_then(|()| out.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;
    use crate::source::discover::FoundFile;

    /// A folder with two files of tests.
    fn project(folder: &Path) -> Project {
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("writes");
            FoundFile { path, named: true }
        };
        let files = [
            write(
                "a.yml",
                "rule_files: [rules.yml]\ntests: [{input_series: [{csv: data.csv}]}]\n",
            ),
            write("b.yml", "rule_files: ['r*.yml', missing.yml]\ntests: [{}]\n"),
        ];
        write("rules.yml", "groups: []\n");
        write("other.yml", "groups: []\n");
        Project::load(&files, false)
    }

    #[test]
    fn a_change_touches_the_tests_that_depend_on_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let project = project(folder.path());
        let all = TestFile::all(&project);
        let mut known = Known::default();
        let mut touched = |changed: Option<&[&str]>| {
            let changed =
                changed.map(|names| names.iter().map(|name| key(&folder.path().join(name))).collect());
            let touched = known.touched(&all, changed.as_ref());
            let names = touched.iter().filter_map(|file| file.path().file_name());
            names
                .map(|name| name.to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        };
        // All at first.
        assert_eq!(touched(None), ["a.yml", "b.yml"]);
        for (changed, expected) in [
            (&["a.yml"][..], &["a.yml"][..]),
            (&["rules.yml"], &["a.yml", "b.yml"]),
            (&["data.csv"], &["a.yml"]),
            (&["missing.yml"], &["b.yml"]),
            (&["other.yml"], &[]),
            (&[], &[]),
        ] {
            assert_eq!(touched(Some(changed)), expected, "{changed:?}");
        }
        // A file that a pattern no longer finds touches the tests that it did.
        std::fs::remove_file(folder.path().join("rules.yml")).expect("removes");
        let gone = key(&folder.path().join("rules.yml"));
        let gone = gone.to_str().expect("a path");
        assert_eq!(touched(Some(&[gone])), ["a.yml", "b.yml"]);
    }
}

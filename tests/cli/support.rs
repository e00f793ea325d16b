//! Folders with files in them, and the program run there.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A folder for one test.
pub(crate) struct Folder(tempfile::TempDir);

/// What the program printed and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
    /// The exit code; none where it was ended by a signal.
    pub(crate) code: Option<i32>,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Folder {
    /// A folder with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a temporary folder"));
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs the program in the folder.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let started = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
            .args(args)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        Run {
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
            code: output.status.code(),
            took: started.elapsed(),
        }
    }
}

/// A rule file without fault.
pub(crate) const RULES: &str = "\
groups:
  - name: api
    rules:
      - alert: Down
        expr: up == 0
        for: 5m
        labels:
          severity: critical
        annotations:
          summary: '{{ $labels.instance }} is down'
";

/// A test file that it passes.
pub(crate) const TESTS: &str = "\
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - name: Down fires after five minutes
    interval: 1m
    input_series:
      - series: up{job=\"api\", instance=\"a:1\"}
        values: 0x10
    alert_rule_test:
      - eval_time: 4m
        alertname: Down
        exp_alerts: []
      - eval_time: 5m
        alertname: Down
        exp_alerts:
          - exp_labels: {severity: critical, job: api, instance: 'a:1'}
            exp_annotations: {summary: a:1 is down}
";

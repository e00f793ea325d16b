//! Time and peak memory of a process.

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run took.
pub(crate) struct Measurement {
    pub(crate) seconds: f64,
    pub(crate) peak_bytes: u64,
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.3} s {:>6.0} MB",
            self.seconds,
            self.peak_bytes as f64 / 1e6
        )
    }
}

/// The best of several runs, each of which must end with one of these codes.
pub(crate) fn best(
    runs: usize,
    program: &Path,
    arguments: &[&str],
    folder: &Path,
    codes: &[i32],
) -> Measurement {
    let runs = (0..runs).map(|_| measure(program, arguments, folder, codes));
    runs.min_by(|a, b| a.seconds.total_cmp(&b.seconds))
        .expect("at least one run")
}

/// Runs a program that must end with one of these codes. The peak of its memory is read from `/proc` while it runs, so it is a little too
/// low for very short runs, and 0 where there is no such file.
fn measure(program: &Path, arguments: &[&str], folder: &Path, codes: &[i32]) -> Measurement {
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts the program");
    let status = format!("/proc/{}/status", child.id());
    let mut peak_bytes = 0;
    let success = loop {
        peak_bytes = peak_bytes.max(peak(&status));
        if let Some(status) = child.try_wait().expect("waits for the program") {
            break status.code().is_some_and(|code| codes.contains(&code));
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    let seconds = start.elapsed().as_secs_f64();
    assert!(
        success,
        "{} {} failed in {}",
        program.display(),
        arguments.join(" "),
        folder.display()
    );
    Measurement { seconds, peak_bytes }
}

/// promtool: what the variable `PROMTOOL` names, or what is on the search path.
pub(crate) fn find_promtool() -> Option<String> {
    let program = std::env::var("PROMTOOL").unwrap_or_else(|_| "promtool".into());
    let works = Command::new(&program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    works.then_some(program)
}

fn peak(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

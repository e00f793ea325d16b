//! Whole processes in comparison: workloads are generated, promtool and rulecheck run them in turn.
//!
//! `cargo bench --bench promtool` prints time, peak memory and their ratios. promtool is found through the variable
//! `PROMTOOL` or the search path; without it rulecheck alone is measured. A word behind `--` picks workloads by name. The
//! variable `KEEP` names a folder to leave them in.

#[path = "promtool/process.rs"]
mod process;
#[path = "promtool/workloads.rs"]
mod workloads;

use std::path::Path;

use process::{Measurement, best, find_promtool};
use workloads::Workload;

/// How often each process runs; the best time counts.
const RUNS: usize = 3;

fn main() {
    // Cargo passes `--bench`.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let promtool = find_promtool();
    if promtool.is_none() {
        println!("there is no promtool to compare with");
    }
    println!(
        "{:<34} {:>22} {:>22} {:>8} {:>8}",
        "", "promtool", "rulecheck", "faster", "smaller"
    );
    for workload in workloads::all() {
        if !wanted.is_empty() && !wanted.iter().any(|word| workload.name.contains(word.as_str())) {
            continue;
        }
        compare(&workload, promtool.as_deref());
    }
}

fn compare(workload: &Workload, promtool: Option<&str>) {
    let temporary = tempfile::tempdir().expect("a folder for the workload");
    let folder = match std::env::var_os("KEEP") {
        Some(kept) => Path::new(&kept).join(workload.name.replace([' ', ':'], "-")),
        None => temporary.path().to_owned(),
    };
    std::fs::create_dir_all(&folder).expect("a folder for the workload");
    for (name, content) in &workload.files {
        std::fs::write(folder.join(name), content).expect("writes the workload");
    }
    let rulecheck = Path::new(env!("CARGO_BIN_EXE_rulecheck"));
    let ours = best(RUNS, rulecheck, &["test", "test.yml"], &folder, &[0]);
    let theirs = promtool
        .filter(|_| workload.within_promtools_limits)
        .map(|program| {
            best(
                RUNS,
                Path::new(program),
                &["test", "rules", "test.yml"],
                &folder,
                &[0],
            )
        });
    let ratio = |of: fn(&Measurement) -> f64| {
        theirs
            .as_ref()
            .map_or(String::new(), |theirs| format!("{:.1}×", of(theirs) / of(&ours)))
    };
    println!(
        "{:<34} {:>22} {:>22} {:>8} {:>8}",
        workload.name,
        theirs.as_ref().map_or(String::new(), ToString::to_string),
        ours.to_string(),
        ratio(|measurement| measurement.seconds),
        ratio(|measurement| measurement.peak_bytes as f64),
    );
}

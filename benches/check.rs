//! `rulecheck check` with every lint on, beside `promtool check rules`, as whole processes.
//!
//! `cargo bench --bench check` checks generated rules, ten times as many from one line to the next, so that the time for
//! each rule shows whether the work is linear; and the rule files below the folder that the variable `RULES` names.
//! promtool is found through the variable `PROMTOOL` or the search path; without it rulecheck alone is measured.

#[path = "promtool/process.rs"]
mod process;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use process::{Measurement, best, find_promtool};
use rulecheck::lints;
use rulecheck::source::discover::discover;

/// How often each process runs; the best time counts.
const RUNS: usize = 5;

/// How many rules are generated.
const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];

fn main() {
    let promtool = find_promtool();
    if promtool.is_none() {
        println!("there is no promtool to compare with");
    }
    println!(
        "{:<26} {:>18} {:>18} {:>8} {:>8} {:>10}",
        "", "promtool", "rulecheck", "faster", "smaller", "each rule"
    );
    if let Some(folder) = std::env::var_os("RULES").map(PathBuf::from) {
        let copy = tempfile::tempdir().expect("a folder");
        let found = discover(&folder, std::slice::from_ref(&folder), &[], &[]).expect("no globs");
        let mut rules = 0;
        for (number, file) in found.files.iter().enumerate() {
            let text = fs::read_to_string(&file.path).unwrap_or_default();
            // promtool is told files, so both get the rules alone.
            if text.contains("\ngroups:") || text.starts_with("groups:") {
                rules += text.matches("expr:").count();
                fs::write(copy.path().join(format!("{number}.yml")), text).expect("a file");
            }
        }
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        compare(&name, copy.path(), rules, promtool.as_deref());
    }
    for size in SIZES {
        let folder = tempfile::tempdir().expect("a folder");
        generate(folder.path(), size);
        compare(&format!("{size} rules"), folder.path(), size, promtool.as_deref());
    }
}

fn compare(name: &str, folder: &Path, rules: usize, promtool: Option<&str>) {
    let mut files: Vec<String> = fs::read_dir(folder)
        .expect("the folder")
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    files.sort();
    let everything: String = lints::REGISTRY
        .iter()
        .map(|lint| format!("  {}: {}\n", lint.code(), lint.severity().as_str()))
        .collect();
    fs::write(folder.join("rulecheck.yml"), format!("lints:\n{everything}")).expect("the settings");
    let rulecheck = Path::new(env!("CARGO_BIN_EXE_rulecheck"));
    let ours = best(RUNS, rulecheck, &["check", "--format", "json"], folder, &[0, 1]);
    let theirs = promtool.map(|program| {
        let arguments: Vec<&str> = ["check", "rules"]
            .into_iter()
            .chain(files.iter().map(String::as_str))
            .collect();
        best(RUNS, Path::new(program), &arguments, folder, &[0, 1, 3])
    });
    let ratio = |of: fn(&Measurement) -> f64| {
        let of_theirs = theirs.as_ref();
        of_theirs.map_or(String::new(), |theirs| format!("{:.1}×", of(theirs) / of(&ours)))
    };
    println!(
        "{name:<26} {:>18} {:>18} {:>8} {:>8} {:>7.1} µs",
        theirs.as_ref().map_or(String::new(), ToString::to_string),
        ours.to_string(),
        ratio(|measurement| measurement.seconds),
        ratio(|measurement| measurement.peak_bytes as f64),
        ours.seconds * 1e6 / rules.max(1) as f64,
    );
}

/// Rules as people write them, in files of a hundred; each name is one of its own, and every fourth rule records what
/// the alerts read.
fn generate(folder: &Path, rules: usize) {
    for file in 0..rules.div_ceil(100) {
        let mut text = String::from("groups:\n");
        for at in file * 100..rules.min(file * 100 + 100) {
            if at % 10 == 0 {
                let _ = write!(text, "- name: service-{at}\n  rules:\n");
            }
            let service = at / 4;
            let rule = match at % 4 {
                0 => format!(
                    "  - record: job:service_{service}_requests:rate5m\n    expr: sum by (job, code) (rate(service_{service}_requests_total[5m]))\n"
                ),
                1 => format!(
                    "  - alert: Service{service}Fails\n    expr: |\n      sum by (job) (job:service_{service}_requests:rate5m{{code=~\"5..\"}})\n        / sum by (job) (job:service_{service}_requests:rate5m) > 0.05\n    for: 5m\n    labels: {{severity: page}}\n    annotations:\n      summary: '{{{{ $labels.job }}}} fails {{{{ $value | humanizePercentage }}}} of its requests'\n"
                ),
                2 => format!(
                    "  - alert: Service{service}Slow\n    expr: histogram_quantile(0.99, sum by (job, le) (rate(service_{service}_duration_seconds_bucket[5m]))) > 2\n    for: 10m\n    labels: {{severity: ticket}}\n    annotations:\n      summary: '{{{{ $labels.job }}}} is slow'\n"
                ),
                _ => format!(
                    "  - alert: Service{service}Down\n    expr: up{{job=\"service-{service}\"}} == 0 or absent(up{{job=\"service-{service}\"}})\n    for: 2m\n    labels: {{severity: page}}\n    annotations:\n      summary: '{{{{ $labels.job }}}} is down'\n"
                ),
            };
            text.push_str(&rule);
        }
        fs::write(folder.join(format!("{file}.yml")), text).expect("a file");
    }
}

//! Runs test scripts.
//!
//! The series of a script live in one storage, which `load` fills and `clear` empties. Each evaluation is a test of
//! its own; the others run even if one fails. As in Prometheus, an instant query is checked in other ways too: its
//! result must be the same as that of a range query at that time, and, with every selector fixed to the time of the
//! evaluation (`@`), it must be the same at other times.

mod compare;
mod evaluate;
mod fixed_time;
mod load;
mod show;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::{Duration, Instant};

use promql_engine::{Engine, EngineOptions, Storage};

use crate::model::script::{Command, Script};
use crate::outcome::{Failure, Status, TestOutcome};
use crate::source::SourceFile;

/// The options that Prometheus runs its own scripts with.
pub fn engine_options() -> EngineOptions {
    EngineOptions {
        timeout: Some(Duration::from_secs(100)),
        delayed_name_removal: true,
        use_start_timestamps: true,
        ..EngineOptions::default()
    }
}

/// Runs a script. There is one outcome for each evaluation, and one for each command that cannot be carried out.
pub fn run(file: &SourceFile, script: &Script, options: &EngineOptions) -> Vec<TestOutcome> {
    let engine = Engine::new(options.clone());
    let mut storage = Storage::new();
    let mut outcomes = Vec::new();
    let mut held = 0;
    for command in &script.commands {
        match command {
            Command::Clear => {
                storage = Storage::new();
                held = 0;
            }
            Command::Load(load) => {
                if let Err((line, message)) = load::load(&mut storage, load, &mut held) {
                    let header = file.line(load.line).unwrap_or_default().trim();
                    outcomes.push(broken(file.path(), header, load.line, line, message));
                }
            }
            Command::Eval(eval) => {
                let started = Instant::now();
                let failures: Vec<_> = evaluate::check(&engine, &storage, eval)
                    .err()
                    .into_iter()
                    .map(|mismatch| *mismatch)
                    .collect();
                outcomes.push(TestOutcome {
                    path: file.path().to_owned(),
                    name: eval.header.clone(),
                    line: Some(eval.line),
                    status: if failures.is_empty() {
                        Status::Passed
                    } else {
                        Status::Failed
                    },
                    failures,
                    alerts: Vec::new(),
                    remarks: Vec::new(),
                    explanations: Vec::new(),
                    dump: None,
                    took: started.elapsed(),
                    trace: None,
                });
            }
            Command::Broken(command) => {
                let line = file.line_column(command.fault.range.start).line;
                let message = command.fault.message.clone();
                outcomes.push(broken(file.path(), &command.header, command.line, line, message));
            }
        }
    }
    outcomes
}

/// The outcome of a command that cannot be carried out.
fn broken(path: &Path, header: &str, line: usize, fault_line: usize, message: String) -> TestOutcome {
    let mut failure = Failure::new("input", message);
    failure.line = Some(fault_line);
    TestOutcome {
        path: path.to_owned(),
        name: header.to_owned(),
        line: Some(line),
        status: Status::Error,
        failures: vec![failure],
        alerts: Vec::new(),
        remarks: Vec::new(),
        explanations: Vec::new(),
        dump: None,
        took: Duration::ZERO,
        trace: None,
    }
}

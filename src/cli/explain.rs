//! `rulecheck explain`: what a code means.

use std::io::{self, Write};

use super::{BROKEN, OK, refuse};
use crate::diagnostic::Code;
use crate::lints;
use crate::model::reader::nearest;

/// Arguments of `rulecheck explain`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The code, as in the brackets of a finding; without it, all codes are listed
    code: Option<String>,
}

pub(super) fn run(args: &Args) -> u8 {
    let codes: Vec<Code> = lints::codes().collect();
    let text = match &args.code {
        None => table(&codes),
        Some(wanted) => match codes.iter().find(|code| code.code == wanted) {
            Some(code) => code.page.to_owned(),
            None => return refuse(&unknown(wanted, &codes)),
        },
    };
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => OK,
        Err(_) => BROKEN,
    }
}

/// A line for each code: its name, severity and meaning.
fn table(codes: &[Code]) -> String {
    let width = codes.iter().map(|code| code.code.len()).max().unwrap_or(0);
    let lines = codes.iter().map(|of| {
        let (code, severity, summary) = (of.code, of.severity.as_str(), of.summary);
        format!("{code:width$}  {severity:7}  {summary}\n")
    });
    lines.collect()
}

fn unknown(wanted: &str, codes: &[Code]) -> String {
    let known: Vec<&str> = codes.iter().map(|code| code.code).collect();
    match nearest(wanted, &known) {
        Some(near) => format!("there is no code {wanted}, did you mean {near}?"),
        None => format!("there is no code {wanted}: `rulecheck explain` lists them all"),
    }
}

//! `rulecheck catalog`: show which metrics are known and from where, or record those of a program.

mod record;

use std::io::{self, BufWriter, Write};

use super::inputs::{self, Inputs};
use super::servers::Servers;
use super::{BROKEN, OK, refuse};
use crate::catalog::{Exporter, show};
use crate::project::Project;

/// Arguments of `rulecheck catalog`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    servers: Servers,

    /// Show series with what is known of them: all, or those whose name begins so
    #[arg(long, value_name = "BEGINNING", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    series: Option<String>,

    /// List the programs whose metrics rulecheck knows by itself
    #[arg(long)]
    exporters: bool,

    /// How to show it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Turn a page of metrics into a catalog file
    Record(record::Args),
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON document on standard output.
    Json,
}

pub(super) fn run(args: &Args) -> u8 {
    let done = match &args.command {
        Some(Command::Record(args)) => record::run(args),
        None if args.exporters => list_exporters(),
        None => show_catalogs(args),
    };
    done.unwrap_or_else(|message| refuse(&message))
}

fn show_catalogs(args: &Args) -> Result<u8, String> {
    let found = args.inputs.find()?;
    let project = Project::load(&found.files, args.inputs.skip_unrecognised);
    let asked = args.servers.ask(&project, &args.inputs.lint_options()?)?;
    let catalogs = args.inputs.catalogs(&project, &found, &asked)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let shown = match args.format {
        Format::Text => show::text(&catalogs, args.series.as_deref(), &mut out),
        Format::Json => show::json(&catalogs, &mut out),
    };
    let shown = shown.and_then(|()| out.flush());
    inputs::complain(&found);
    for one in asked.iter().flat_map(|one| &one.observed.unanswered) {
        eprintln!("rulecheck: {}. {}", one.message, one.help);
    }
    let unanswered = asked.iter().any(|one| !one.observed.unanswered.is_empty());
    Ok(if shown.is_err() || !found.errors.is_empty() || unanswered {
        BROKEN
    } else {
        OK
    })
}

fn list_exporters() -> Result<u8, String> {
    let mut out = io::stdout().lock();
    for exporter in Exporter::all() {
        let Some(recorded) = exporter.recorded() else {
            continue;
        };
        let line = writeln!(
            out,
            "{:18} {:8} {:>4} metrics, recorded on {}: {}",
            recorded.program,
            recorded.version,
            recorded.metrics.len(),
            recorded.date,
            recorded.about.as_deref().unwrap_or("no more is said of it")
        );
        line.map_err(|e| format!("cannot write: {e}"))?;
    }
    Ok(OK)
}

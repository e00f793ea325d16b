//! `rulecheck catalog record`: turn a page of metrics into a catalog file.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::catalog::exposition;
use crate::catalog::recorded::{self, Recorded};
use crate::cli::OK;
use crate::live::{self, Access};
use crate::model::exposition::Exposition;
use crate::source::{SourceFile, load, save};

/// Arguments of `rulecheck catalog record`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// A page in the text format or OpenMetrics: an address such as http://localhost:9121/metrics, a file, or - for
    /// standard input
    page: PathBuf,

    /// What the program is called
    #[arg(long)]
    program: String,

    /// Its version [default: the label `version` of its `…_build_info`, else unknown]
    #[arg(long)]
    version: Option<String>,

    /// What was running, for whoever reads the catalog
    #[arg(long)]
    about: Option<String>,

    /// Write to this file rather than to standard output
    #[arg(long, short)]
    output: Option<PathBuf>,

    /// With an address: how many seconds an answer may take
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

pub(super) fn run(args: &Args) -> Result<u8, String> {
    let page = read_page(args)?;
    let read = Exposition::read(page.text());
    if let Some(fault) = read.faults.first() {
        let line = page.line_column(fault.range.start).line;
        return Err(format!("{}:{line}: {}", page.path().display(), fault.message));
    }
    if read.families.is_empty() {
        return Err(format!("{} holds no metrics", page.path().display()));
    }
    let version = args.version.clone().or_else(|| build_version(&read));
    let mut metrics = exposition::metrics(&read, &page);
    metrics.sort_by(|a, b| a.name.cmp(&b.name));
    let recorded = Recorded {
        program: args.program.clone(),
        version: version.unwrap_or_else(|| "unknown".to_owned()),
        date: today(),
        about: args.about.clone(),
        metrics,
    };
    let text = recorded::write(&recorded);
    match &args.output {
        Some(path) => {
            save::save(path, text.as_bytes()).map_err(|e| format!("cannot write {}: {e}", path.display()))?;
            let count = recorded.metrics.len();
            let metrics = if count == 1 { "metric" } else { "metrics" };
            eprintln!("{}: {count} {metrics}", path.display());
        }
        None => io::stdout()
            .write_all(text.as_bytes())
            .map_err(|e| format!("cannot write: {e}"))?,
    }
    Ok(OK)
}

fn read_page(args: &Args) -> Result<Arc<SourceFile>, String> {
    let path: &Path = &args.page;
    let written = path.to_string_lossy();
    if written.starts_with("http://") || written.starts_with("https://") {
        let mut access = live::of_environment(Access::new(&written)?)?;
        access.timeout = Duration::from_secs(args.timeout);
        let shown = access.shown();
        return Ok(Arc::new(SourceFile::new(shown, live::read_page(access)?)));
    }
    if written != "-" {
        return load::load(path).map_err(|e| format!("{written}: {}", e.message));
    }
    let mut text = String::new();
    let read = io::stdin().read_to_string(&mut text);
    read.map_err(|e| format!("cannot read standard input: {e}"))?;
    Ok(Arc::new(SourceFile::new("standard input", text)))
}

/// The version that a program says of itself.
fn build_version(page: &Exposition) -> Option<String> {
    let infos = page
        .samples()
        .filter(|s| s.name.ends_with("_build_info") && !s.name.starts_with("go_"));
    let mut labels = infos.flat_map(|sample| &sample.labels);
    labels
        .find(|(name, _)| name == "version")
        .map(|(_, value)| value.clone())
}

/// The day in UTC: `2026-11-24`.
fn today() -> String {
    let now = jiff::Timestamp::now().to_string();
    now.split('T').next().unwrap_or_default().to_owned()
}

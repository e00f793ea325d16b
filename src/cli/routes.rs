//! `rulecheck routes`: whom Alertmanager notifies.

use std::io::{self, Write};
use std::path::PathBuf;

use promql_engine::Labels;
use promql_syntax::ast::MatchOp;

use super::inputs::Inputs;
use super::{BROKEN, FOUND, OK, refuse};
use crate::model::alertmanager::{self, AlertmanagerConfig, matcher};
use crate::project::Project;
use crate::replay::routing::tree::Tree;
use crate::report::{self, Style};

/// Arguments of `rulecheck routes`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Labels of an alert, as `name=value`; without any, the whole tree is shown
    #[arg(value_name = "LABEL=VALUE")]
    labels: Vec<String>,

    /// Alertmanager's configuration [default: the one among the files that `rulecheck.yml` includes]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Fail unless the alert goes to exactly these receivers, in this order
    #[arg(long, value_name = "RECEIVERS", value_delimiter = ',')]
    verify: Option<Vec<String>>,
}

pub(super) fn run(args: &Args) -> u8 {
    let path = match args.config.clone().map_or_else(find, Ok) {
        Ok(path) => path,
        Err(message) => return refuse(&message),
    };
    let config = match alertmanager::load(&path) {
        Ok(config) => config,
        Err(found) => {
            // Where even that cannot be written, the exit code tells.
            let _ = report::diagnostics(Style::for_stream(&io::stderr()), &found, &mut io::stderr());
            return BROKEN;
        }
    };
    let labels = match labels(&args.labels) {
        Ok(labels) => labels,
        Err(message) => return refuse(&message),
    };
    match show(args, &config, &labels) {
        Ok(code) => code,
        Err(_) => BROKEN,
    }
}

fn show(args: &Args, config: &AlertmanagerConfig, labels: &Labels) -> io::Result<u8> {
    let mut out = io::stdout().lock();
    let style = Style::for_stream(&out);
    let Some(tree) = Tree::of(config) else {
        return Ok(OK);
    };
    if args.labels.is_empty() && args.verify.is_none() {
        report::route_tree(style, config, &tree, &mut out)?;
        return Ok(OK);
    }
    let ends = tree.ends(labels);
    for end in &ends {
        report::route_path(style, config, &tree, *end, &mut out)?;
    }
    let receivers: Vec<&str> = ends.iter().map(|end| tree.nodes[*end].receiver).collect();
    match &args.verify {
        Some(wanted) if *wanted != receivers => {
            writeln!(
                out,
                "{} {}, not {}",
                style.bad("FAILED"),
                receivers.join(", "),
                wanted.join(", ")
            )?;
            Ok(FOUND)
        }
        _ => Ok(OK),
    }
}

/// The one configuration that there is.
fn find() -> Result<PathBuf, String> {
    let found = Inputs::default().find_everything()?;
    let project = Project::load(&found.files, true);
    let paths: Vec<PathBuf> = project
        .alertmanagers()
        .map(|config| config.file.path().to_path_buf())
        .collect();
    match &paths[..] {
        [only] => Ok(only.clone()),
        [] => Err("there is no configuration of Alertmanager here; name one with --config".to_owned()),
        several => {
            let shown: Vec<String> = several.iter().map(|path| path.display().to_string()).collect();
            Err(format!(
                "there are several configurations of Alertmanager, name one with --config: {}",
                shown.join(", ")
            ))
        }
    }
}

fn labels(written: &[String]) -> Result<Labels, String> {
    let mut pairs = Vec::new();
    for text in written {
        let bad = |why: &str| Err(format!("`{text}` is no label of an alert: {why}"));
        match matcher::parse(text) {
            Err(fault) => return bad(&fault.expected),
            Ok(read) => match &read.matchers[..] {
                [only] if only.op == MatchOp::Equal => pairs.push((only.name.clone(), only.value.clone())),
                _ => return bad("write `name=value`"),
            },
        }
    }
    Ok(Labels::new(pairs))
}

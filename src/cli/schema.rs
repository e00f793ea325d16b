//! `rulecheck schema`: the JSON schemas of rulecheck's own file formats, for editors.

use std::io::{self, Write};

use clap::ValueEnum;

use super::{BROKEN, OK};
use crate::catalog::recorded;
use crate::model::format::{Shape, json_schema};
use crate::model::{settings, unit_tests};

/// Arguments of `rulecheck schema`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Which format
    #[arg(value_enum)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Unit tests of rules, promtool's fields among them.
    Tests,
    /// rulecheck.yml.
    Settings,
    /// Catalogs of a program's metrics.
    Catalog,
}

impl Format {
    fn shape(self) -> &'static Shape {
        match self {
            Format::Tests => &unit_tests::FILE,
            Format::Settings => &settings::SETTINGS,
            Format::Catalog => &recorded::CATALOG_FILE,
        }
    }
}

pub(super) fn run(args: &Args) -> u8 {
    let schema = json_schema(args.format.shape());
    match writeln!(io::stdout(), "{schema:#}") {
        Ok(()) => OK,
        Err(_) => BROKEN,
    }
}

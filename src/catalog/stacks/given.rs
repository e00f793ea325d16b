//! What the settings say of metrics, read: which jobs of which configuration expose those of which source.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::folder;
use crate::catalog::exporters::Exporter;
use crate::catalog::metric::Metric;
use crate::catalog::{exposition, recorded};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::exposition::Exposition;
use crate::model::prometheus::PrometheusConfig;
use crate::model::reader::codes;
use crate::model::settings::{CatalogSource, MetricsFrom, Settings};
use crate::model::text::Text;
use crate::source::{SourceFile, load};

/// What the settings give.
pub(super) struct Given<'s> {
    root: &'s Path,
    entries: Vec<(&'s CatalogSource, GivenFrom)>,
}

pub(super) enum GivenFrom {
    Metrics(Vec<Metric>),
    Code(Gitignore),
}

/// What the settings give for one configuration.
pub(super) struct GivenOf<'g> {
    pub(super) entries: Vec<&'g (&'g CatalogSource, GivenFrom)>,
    others: Vec<&'g (&'g CatalogSource, GivenFrom)>,
}

impl<'s> Given<'s> {
    pub(super) fn read(settings: &'s Settings) -> Result<Given<'s>, Vec<Diagnostic>> {
        let mut given = Given {
            root: Path::new(""),
            entries: Vec::new(),
        };
        let Some(file) = &settings.file else {
            return Ok(given);
        };
        given.root = folder(file.path());
        let mut wrong = Vec::new();
        for entry in &settings.catalog {
            match read_given(entry, given.root, file) {
                Ok(from) => given.entries.push((entry, from)),
                Err(mut found) => wrong.append(&mut found),
            }
        }
        if wrong.is_empty() { Ok(given) } else { Err(wrong) }
    }

    /// The entries that speak of a configuration, and the others.
    pub(super) fn of(&self, config: Option<&PrometheusConfig>) -> GivenOf<'_> {
        let same = |path: &Text| {
            let named = self.root.join(path.as_str());
            config.is_some_and(|config| canonical(&named) == canonical(config.file.path()))
        };
        let (entries, others) = self
            .entries
            .iter()
            .partition(|(entry, _)| entry.config.as_ref().is_none_or(same));
        GivenOf { entries, others }
    }
}

impl GivenOf<'_> {
    /// Whether source is of this configuration by what the settings say of it; nothing where they say nothing.
    pub(super) fn claims(&self, path: &Path) -> Option<bool> {
        let speaks = |(entry, from): &(&CatalogSource, GivenFrom)| match from {
            GivenFrom::Code(globs) => entry.config.is_some() && matches(globs, path),
            GivenFrom::Metrics(_) => false,
        };
        if self.entries.iter().any(|one| speaks(one)) {
            return Some(true);
        }
        self.others.iter().any(|one| speaks(one)).then_some(false)
    }
}

/// A path by which a file can be recognised, however it was named.
fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

fn read_given(
    entry: &CatalogSource,
    root: &Path,
    file: &Arc<SourceFile>,
) -> Result<GivenFrom, Vec<Diagnostic>> {
    let refuse = |message: String, help: String| {
        let place = entry.range.clone();
        vec![Diagnostic::new(codes::INVALID_VALUE, Severity::Error, message, file, place).with_help(help)]
    };
    let open = |path: &str| {
        let whole = root.join(path);
        let here = std::env::current_dir().unwrap_or_default();
        load::load(whole.strip_prefix(here).unwrap_or(&whole)).map_err(|error| {
            let message = format!("{path}: {}", error.message);
            refuse(message, "The path is relative to the settings.".to_owned())
        })
    };
    match &entry.from {
        MetricsFrom::Exporter(name) => {
            let known = Exporter::named(name.as_str()).and_then(Exporter::recorded);
            let names: Vec<&str> = Exporter::all().iter().map(|exporter| exporter.name).collect();
            let help = || format!("rulecheck knows {}.", names.join(", "));
            let known =
                known.ok_or_else(|| refuse(format!("no catalog of `{}` is known", name.as_str()), help()))?;
            Ok(GivenFrom::Metrics(known.metrics.clone()))
        }
        MetricsFrom::Code(globs) => {
            let mut builder = GitignoreBuilder::new(root);
            for glob in globs {
                let added = builder.add_line(None, glob.as_str()).map(|_| ());
                added.map_err(|e| {
                    refuse(
                        format!("the glob does not parse: {e}"),
                        "Write `backend/**`.".to_owned(),
                    )
                })?;
            }
            let matcher = builder.build();
            let matcher = matcher.map_err(|e| refuse(e.to_string(), "Write `backend/**`.".to_owned()))?;
            Ok(GivenFrom::Code(matcher))
        }
        MetricsFrom::Exposition(path) => {
            let page = open(path.as_str())?;
            let metrics = exposition::metrics(&Exposition::read(page.text()), &page);
            Ok(GivenFrom::Metrics(metrics))
        }
        MetricsFrom::Recorded(path) => {
            let page = open(path.as_str())?;
            let read = recorded::read(&page, Some(page.path().to_owned()))?;
            Ok(GivenFrom::Metrics(read.metrics))
        }
    }
}

/// Whether globs choose a file.
pub(super) fn matches(globs: &Gitignore, path: &Path) -> bool {
    let whole = canonical(path);
    let path = whole.strip_prefix(globs.path()).unwrap_or(path);
    !path.has_root() && globs.matched_path_or_any_parents(path, false).is_ignore()
}

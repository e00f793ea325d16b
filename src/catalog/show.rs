//! Shows catalogs: what is known and from where, for people and as JSON.

mod json;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::facts::SeriesFacts;
use super::job::{Extent, JobId};
use super::labels::{Label, LabelSet, Presence, Values};
use super::metric::{Bounds, Origin};
use super::{Catalog, Catalogs};

pub use json::json;

/// How many values of a label are shown.
const SHOWN: usize = 8;

/// Shows catalogs for people: the jobs with their sources, what is not known, and the series whose names begin so.
///
/// # Errors
/// When the output cannot be written.
pub fn text(catalogs: &Catalogs, series: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    for (at, stack) in catalogs.stacks().iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        match &stack.config {
            Some(path) => writeln!(out, "{}", path.display())?,
            None => writeln!(
                out,
                "no configuration of Prometheus: who scrapes what is not known"
            )?,
        }
        let catalog = &stack.catalog;
        for (id, job) in catalog.jobs() {
            let targets = match job.targets.len() {
                0 => "targets not known".to_owned(),
                1 => job.targets[0].clone(),
                many => format!("{many} targets"),
            };
            writeln!(
                out,
                "  job {}, every {}, {targets}: {}",
                job.name,
                seconds(job.scrape_interval),
                extent(job.extent)
            )?;
            for (source, count) in sources(catalog, Some(id)) {
                writeln!(out, "    {count} from {source}")?;
            }
        }
        let nobody = sources(catalog, None);
        if !nobody.is_empty() && catalog.jobs().next().is_some() {
            writeln!(out, "  made by rules, or scraped by nobody that is known")?;
        }
        for (source, count) in nobody {
            writeln!(out, "    {count} from {source}")?;
        }
        if !catalog.gaps().is_empty() {
            writeln!(out, "  not known")?;
        }
        for gap in catalog.gaps() {
            let line = gap.location.file.line_column(gap.location.range.start).line;
            writeln!(
                out,
                "    {}:{line}: {}",
                gap.location.file.path().display(),
                gap.what
            )?;
        }
        if let Some(beginning) = series {
            writeln!(out)?;
            for facts in catalog.series().filter(|facts| facts.name.starts_with(beginning)) {
                show_series(catalog, facts, out)?;
            }
        }
    }
    Ok(())
}

fn show_series(catalog: &Catalog, facts: &SeriesFacts, out: &mut dyn Write) -> io::Result<()> {
    let bounds = match facts.bounds {
        Bounds { lo, hi, .. } if lo == hi => format!(", always {lo}"),
        Bounds { lo, hi, .. } if lo.is_finite() && hi.is_finite() => format!(", from {lo} to {hi}"),
        _ => String::new(),
    };
    writeln!(out, "  {}  {}{bounds}", facts.name, facts.kind.as_str())?;
    let labels: Vec<String> = facts
        .labels
        .iter()
        .map(|(name, label)| show_label(name, label))
        .collect();
    let others = if facts.labels.is_open() {
        ", and others"
    } else {
        ""
    };
    writeln!(out, "    labels: {}{others}", labels.join(", "))?;
    let mut origins: Vec<String> = facts
        .variants
        .iter()
        .map(|variant| {
            variant
                .metric
                .map_or(Origin::Builtin, |id| catalog.metric(id).origin.clone())
        })
        .map(|origin| describe(&origin, true))
        .collect();
    origins.dedup();
    writeln!(out, "    from {}", origins.join(", "))
}

/// A label with what it can be: `queue (high, low)`, `reason?`.
fn show_label(name: &str, label: &Label) -> String {
    let mark = if label.presence == Presence::Always {
        ""
    } else {
        "?"
    };
    match &label.values {
        Values::Any => format!("{name}{mark}"),
        Values::OneOf(values) => {
            let mut shown: Vec<&str> = values.iter().take(SHOWN).map(String::as_str).collect();
            if values.len() > SHOWN {
                shown.push("…");
            }
            format!("{name}{mark} ({})", shown.join(", "))
        }
    }
}

/// How many metrics a job exposes, or nobody does, by their source.
fn sources(catalog: &Catalog, job: Option<JobId>) -> Vec<(String, String)> {
    let mut seen = std::collections::BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for variant in catalog.series().flat_map(|facts| &facts.variants) {
        let Some(metric) = variant.metric.filter(|_| variant.job == job) else {
            continue;
        };
        if seen.insert(metric) {
            *counts
                .entry(describe(&catalog.metric(metric).origin, false))
                .or_default() += 1;
        }
    }
    let count = |count: usize| {
        if count == 1 {
            "1 metric".to_owned()
        } else {
            format!("{count} metrics")
        }
    };
    counts
        .into_iter()
        .map(|(source, number)| (source, count(number)))
        .collect()
}

/// Where something is known from, with the line where that is wanted.
fn describe(origin: &Origin, with_line: bool) -> String {
    let place = |location: &crate::diagnostic::Location| {
        let path = location.file.path().display();
        match with_line {
            true => format!("{path}:{}", location.file.line_column(location.range.start).line),
            false => path.to_string(),
        }
    };
    match origin {
        Origin::Code(location) | Origin::Exposition(location) => place(location),
        Origin::Rule(location) => format!("recording rules in {}", place(location)),
        Origin::Recorded {
            program,
            version,
            file: None,
        } => format!("{program} {version}"),
        Origin::Recorded { file: Some(file), .. } => file.display().to_string(),
        Origin::Builtin => "Prometheus itself".to_owned(),
        Origin::Server(address) => address.clone(),
    }
}

fn extent(extent: Extent) -> &'static str {
    match extent {
        Extent::Nothing => "nothing is known of its metrics",
        Extent::Some => "some of its metrics are known",
        Extent::Most => "its metrics are known, as far as can be told",
        Extent::All => "all of its metrics are known",
    }
}

fn seconds(milliseconds: i64) -> String {
    format!("{}s", milliseconds as f64 / 1000.0)
}

/// The values of a label as a list; `None` where any is possible.
fn listed(labels: &LabelSet) -> impl Iterator<Item = (&str, bool, Option<Vec<&str>>)> {
    labels.iter().map(|(name, label)| {
        let values = match &label.values {
            Values::Any => None,
            Values::OneOf(values) => Some(values.iter().map(String::as_str).collect()),
        };
        (name, label.presence == Presence::Always, values)
    })
}

//! Catalogs as one JSON document.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{describe, listed};
use crate::catalog::facts::SeriesFacts;
use crate::catalog::job::{Extent, Job};
use crate::catalog::labels::LabelSet;
use crate::catalog::metric::Origin;
use crate::catalog::{Catalog, Catalogs};

/// Shows catalogs as one JSON document.
///
/// # Errors
/// When the output cannot be written.
pub fn json(catalogs: &Catalogs, out: &mut dyn Write) -> io::Result<()> {
    let stacks: Vec<Value> = catalogs
        .stacks()
        .iter()
        .map(|stack| {
            let catalog = &stack.catalog;
            json!({
                "config": stack.config.as_ref().map(|path| path.display().to_string()),
                "known": extent(catalog.extent()),
                "jobs": catalog.jobs().map(|(_, one)| job(one)).collect::<Vec<_>>(),
                "series": catalog.series().map(|facts| series(catalog, facts)).collect::<Vec<_>>(),
                "gaps": catalog.gaps().iter().map(|gap| json!({
                    "file": gap.location.file.path().display().to_string(),
                    "line": gap.location.file.line_column(gap.location.range.start).line,
                    "what": gap.what,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "stacks": stacks }))?;
    writeln!(out)
}

fn job(job: &Job) -> Value {
    json!({
        "name": job.name,
        "scrape_interval_seconds": job.scrape_interval as f64 / 1000.0,
        "targets": job.targets,
        "labels": labels(&job.target_labels),
        "known": extent(job.extent),
    })
}

fn series(catalog: &Catalog, facts: &SeriesFacts) -> Value {
    let bound = |number: f64| number.is_finite().then_some(number);
    let from = facts.variants.iter().map(|variant| {
        let metric = variant.metric.map(|id| catalog.metric(id));
        json!({
            "source": describe(metric.map_or(&Origin::Builtin, |metric| &metric.origin), true),
            "job": variant.job.map(|id| catalog.job(id).name.as_str()),
            "help": metric.and_then(|metric| metric.help.as_deref()),
            "unit": metric.and_then(|metric| metric.unit.as_deref()),
        })
    });
    json!({
        "name": facts.name,
        "kind": facts.kind.as_str(),
        "labels": labels(&facts.labels),
        "other_labels": facts.labels.is_open(),
        "lowest": bound(facts.bounds.lo),
        "highest": bound(facts.bounds.hi),
        "buckets": facts.buckets,
        "interval_seconds": facts.interval.map(|interval| interval as f64 / 1000.0),
        "from": from.collect::<Vec<_>>(),
    })
}

fn labels(set: &LabelSet) -> Value {
    let all = listed(set)
        .map(|(name, always, values)| (name.to_owned(), json!({ "always": always, "values": values })));
    Value::Object(all.collect::<Map<_, _>>())
}

fn extent(extent: Extent) -> &'static str {
    match extent {
        Extent::Nothing => "nothing",
        Extent::Some => "some",
        Extent::Most => "most",
        Extent::All => "all",
    }
}

//! The scrape jobs of a configuration: their targets with the labels that relabelling leaves them.

use std::collections::BTreeMap;
use std::path::Path;

use super::job::{Extent, Job};
use super::labels::{Label, LabelSet, Values};
use super::relabel::{Relabelled, Steps};
use crate::diagnostic::Location;
use crate::model::prometheus::{PrometheusConfig, ScrapeJob};
use crate::source::{Node, json, load, yaml};

/// A job with what it does to the series that it scrapes.
#[derive(Clone, Debug)]
pub(super) struct Scrape {
    pub(super) job: Job,
    /// `host:port` of the targets that are scraped.
    pub(super) addresses: Vec<String>,
    /// What is done to series.
    pub(super) steps: Steps,
}

/// Prometheus' interval where nothing is written, in milliseconds.
const DEFAULT_INTERVAL: i64 = 60_000;

/// The jobs of a configuration; those without a name are passed over, as Prometheus refuses them.
pub(super) fn jobs(config: &PrometheusConfig) -> Vec<Scrape> {
    let read = config.jobs.iter().filter_map(|job| scrape(config, job));
    read.collect()
}

fn scrape(config: &PrometheusConfig, written: &ScrapeJob) -> Option<Scrape> {
    let name = written.name.as_ref()?;
    let intervals = [&written.scrape_interval, &config.scrape_interval];
    let interval = intervals.iter().find_map(|i| i.as_ref().filter(|i| i.value != 0));
    let mut found = Targets::default();
    for group in &written.targets {
        let labels: Vec<(String, String)> = group
            .labels
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned()))
            .collect();
        for target in &group.targets {
            found.targets.push((target.as_str().to_owned(), labels.clone()));
        }
    }
    found.unknown = written.discovers;
    let folder = config.file.path().parent().unwrap_or(Path::new(""));
    for glob in &written.target_files {
        found.add_files(folder, glob.as_str());
    }
    let steps = Steps::new(&written.relabelling);
    let path = written
        .metrics_path
        .as_ref()
        .map_or("/metrics", |path| path.as_str());
    let (addresses, target_labels) = found.relabelled(name.as_str(), path, &steps);
    let job = Job {
        name: name.as_str().to_owned(),
        location: Location::new(&config.file, name.whole(&config.file)),
        scrape_interval: interval.map_or(DEFAULT_INTERVAL, |i| i.value),
        targets: addresses.clone(),
        target_labels,
        honor_labels: written.honor_labels,
        extent: Extent::Nothing,
    };
    Some(Scrape {
        job,
        addresses,
        steps: Steps::new(&written.metric_relabelling),
    })
}

/// Targets before relabelling.
#[derive(Default)]
struct Targets {
    /// Address and labels of each.
    targets: Vec<(String, Vec<(String, String)>)>,
    /// Whether there are, or may be, others.
    unknown: bool,
}

impl Targets {
    /// Adds the targets of the files that a glob names. Where there is none, they come from elsewhere.
    fn add_files(&mut self, folder: &Path, pattern: &str) {
        let pattern = folder.join(pattern);
        let paths = glob::glob(&pattern.to_string_lossy()).map(|paths| paths.flatten().collect::<Vec<_>>());
        let paths = paths.unwrap_or_default();
        self.unknown |= paths.is_empty();
        for path in paths {
            let root = load::load(&path).ok().and_then(|file| match path.extension() {
                Some(ending) if ending == "json" => json::parse(file.text()).ok().flatten(),
                _ => yaml::parse(file.text()).roots.into_iter().next(),
            });
            let groups = root.as_ref().and_then(Node::as_sequence);
            match groups {
                Some(groups) => groups.iter().for_each(|group| self.add_group(group)),
                None => self.unknown = true,
            }
        }
    }

    fn add_group(&mut self, group: &Node) {
        let entries = group.get("labels").and_then(Node::as_mapping).unwrap_or_default();
        let labels: Vec<(String, String)> = entries
            .iter()
            .filter_map(|e| Some((e.key.as_str()?.to_owned(), e.value.as_str()?.to_owned())))
            .collect();
        for target in group
            .get("targets")
            .and_then(Node::as_sequence)
            .unwrap_or_default()
        {
            if let Some(address) = target.as_str() {
                self.targets.push((address.to_owned(), labels.clone()));
            }
        }
    }

    /// The addresses that are scraped, and the labels of the targets together.
    fn relabelled(self, job: &str, path: &str, steps: &Steps) -> (Vec<String>, LabelSet) {
        let mut addresses = Vec::new();
        let mut all: Option<LabelSet> = None;
        let mut add = |labels: LabelSet| {
            all = Some(match all.take() {
                Some(before) => before.either(&labels),
                None => labels,
            });
        };
        for (address, labels) in &self.targets {
            let mut before = BTreeMap::from([
                ("__address__".to_owned(), address.clone()),
                ("__metrics_path__".to_owned(), path.to_owned()),
                ("__scheme__".to_owned(), "http".to_owned()),
                ("job".to_owned(), job.to_owned()),
            ]);
            before.extend(labels.iter().cloned());
            match steps.target(before) {
                None => {}
                Some(Ok(after)) => {
                    let scraped = after.get("__address__").unwrap_or(address);
                    addresses.push(scraped.clone());
                    add(exact(&after, scraped));
                }
                Some(Err(_)) => {
                    addresses.push(address.clone());
                    add(rough(job, steps));
                }
            }
        }
        if self.unknown {
            add(rough(job, steps));
        }
        (addresses, all.unwrap_or_else(|| rough(job, steps)))
    }
}

/// The labels that a target has after relabelling, `instance` made up from the address where it has none.
fn exact(labels: &BTreeMap<String, String>, address: &str) -> LabelSet {
    let mut set = LabelSet::closed();
    let own = labels
        .iter()
        .filter(|(name, value)| !name.starts_with("__") && !value.is_empty());
    for (name, value) in own {
        set.insert(name, Label::always(Values::only(value)));
    }
    if !set.may_have("instance") {
        set.insert("instance", Label::always(Values::only(address)));
    }
    set
}

/// The labels of targets of which no more is known than their job.
fn rough(job: &str, steps: &Steps) -> LabelSet {
    let before = LabelSet::open()
        .with("job", Label::always(Values::only(job)))
        .with("instance", Label::UNKNOWN);
    let mut after = match steps.set(None, before) {
        Relabelled::Gone => LabelSet::open(),
        Relabelled::Kept(_, labels) => labels,
    };
    // Whatever happens to it, Prometheus gives every target an instance.
    let values = after
        .get("instance")
        .map_or(Values::Any, |label| match label.values {
            Values::Any => Values::Any,
            Values::OneOf(_) if label.presence == super::labels::Presence::Sometimes => Values::Any,
            ref known => known.clone(),
        });
    after.insert("instance", Label::always(values));
    after
}

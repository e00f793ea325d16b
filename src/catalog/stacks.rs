//! The catalogs of a project: one for each configuration of Prometheus, with what belongs to it.
//!
//! A repository may hold several stacks. A file belongs to the configuration that is nearest to it in the tree of
//! folders. Who exposes what is taken from the settings first; besides, a target whose address is a service that
//! runs a known exporter's image is that exporter, and source belongs to the jobs of which nothing else is known.

mod given;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;

use super::code::{self, Code, Language};
use super::exporters::Exporter;
use super::job::{Extent, JobId};
use super::labels::{Label, LabelSet, Values};
use super::metric::{Metric, Origin};
use super::scrape::{self, Scrape};
use super::{Builder, Catalog};
use crate::diagnostic::{Diagnostic, Location};
use crate::model::compose::{Compose, Service};
use crate::model::exposition::MetricKind;
use crate::model::prometheus::PrometheusConfig;
use crate::model::rules::RuleFile;
use crate::model::settings::Settings;
use crate::observed::Observed;
use crate::project::Project;
use crate::source::SourceFile;
use given::{Given, GivenFrom, GivenOf};

/// Time between evaluations where nothing is written, in milliseconds.
const DEFAULT_INTERVAL: i64 = 60_000;

/// The catalogs of a project.
#[derive(Debug)]
pub struct Catalogs {
    stacks: Vec<Stack>,
}

/// A configuration of Prometheus with the metrics that it knows.
#[derive(Debug)]
pub struct Stack {
    /// The file of the configuration; none where the project has none.
    pub config: Option<PathBuf>,
    /// Time between evaluations of groups that set none, in milliseconds; none where there is no configuration.
    pub evaluation_interval: Option<i64>,
    /// The metrics.
    pub catalog: Catalog,
    /// What a server that runs it answered, where one was asked.
    pub observed: Option<Arc<Observed>>,
}

/// A server that was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The configuration that it runs; none where it stands for all that there are.
    pub config: Option<PathBuf>,
    /// What it answered.
    pub observed: Arc<Observed>,
}

impl Default for Catalogs {
    /// One catalog, that knows nothing but what Prometheus makes itself.
    fn default() -> Catalogs {
        let nothing = Stack {
            config: None,
            evaluation_interval: None,
            catalog: Catalog::default(),
            observed: None,
        };
        Catalogs {
            stacks: vec![nothing],
        }
    }
}

impl Catalogs {
    /// Puts the catalogs of a project together from its documents, the source beside them, and the settings.
    ///
    /// # Errors
    /// What the settings name and is not there, or cannot be read.
    pub fn new(
        project: &Project,
        code: &[(Language, Arc<SourceFile>)],
        settings: &Settings,
    ) -> Result<Catalogs, Vec<Diagnostic>> {
        Catalogs::with_servers(project, code, settings, &[])
    }

    /// The same, with what running servers answered.
    ///
    /// # Errors
    /// What the settings name and is not there, or cannot be read.
    pub fn with_servers(
        project: &Project,
        code: &[(Language, Arc<SourceFile>)],
        settings: &Settings,
        asked: &[Asked],
    ) -> Result<Catalogs, Vec<Diagnostic>> {
        let configs: Vec<&PrometheusConfig> = project.prometheus_configs().collect();
        let folders: Vec<&Path> = configs.iter().map(|config| folder(config.file.path())).collect();
        let given = Given::read(settings)?;
        let count = configs.len().max(1);
        let stacks = (0..count).map(|at| {
            let belongs = |path: &Path| nearest(&folders, path).is_none_or(|nearest| nearest == at);
            let given = given.of(configs.get(at).copied());
            let config = configs.get(at).copied();
            let observed = observed_of(config, asked);
            let parts = Parts {
                config,
                composes: project
                    .compose_files()
                    .filter(|c| belongs(c.file.path()))
                    .collect(),
                rules: project.rule_files().filter(|r| belongs(r.file.path())).collect(),
                code: code
                    .iter()
                    .filter(|(_, file)| given.claims(file.path()).unwrap_or_else(|| belongs(file.path())))
                    .cloned()
                    .collect(),
            };
            Stack {
                config: parts.config.map(|config| config.file.path().to_owned()),
                evaluation_interval: parts.config.map(evaluation_interval).or_else(|| {
                    let config = observed.as_ref()?.config.as_ref()?;
                    Some(config.evaluation_interval)
                }),
                catalog: parts.catalog(&given, observed.as_deref()),
                observed,
            }
        });
        Ok(Catalogs {
            stacks: stacks.collect(),
        })
    }

    /// The catalog that rules and dashboards in a file ask.
    pub fn of(&self, path: &Path) -> &Catalog {
        &self.stack_of(path).catalog
    }

    /// The stack that a file belongs to.
    pub fn stack_of(&self, path: &Path) -> &Stack {
        let folders: Vec<&Path> = self
            .stacks
            .iter()
            .filter_map(|stack| stack.config.as_deref().map(folder))
            .collect();
        // There is always one.
        &self.stacks[nearest(&folders, path).unwrap_or(0)]
    }

    /// What a server answered that evaluates the rules, or feeds the dashboards, in a file.
    pub fn observed(&self, path: &Path) -> Option<&Observed> {
        self.stack_of(path).observed.as_deref()
    }

    /// The configuration of Prometheus that a file of a project belongs to.
    pub fn config_of<'p>(project: &'p Project, path: &Path) -> Option<&'p PrometheusConfig> {
        let configs: Vec<&PrometheusConfig> = project.prometheus_configs().collect();
        let folders: Vec<&Path> = configs.iter().map(|config| folder(config.file.path())).collect();
        nearest(&folders, path).map(|at| configs[at])
    }

    /// All of them, in the order of the files.
    pub fn stacks(&self) -> &[Stack] {
        &self.stacks
    }

    /// All of them, to say more of what recording rules make.
    pub fn stacks_mut(&mut self) -> &mut [Stack] {
        &mut self.stacks
    }
}

/// What the server answered that runs a configuration: the one that was asked for it before those that stand for all.
fn observed_of(config: Option<&PrometheusConfig>, asked: &[Asked]) -> Option<Arc<Observed>> {
    let path = config.map(|config| config.file.path());
    let own = asked
        .iter()
        .find(|one| one.config.is_some() && one.config.as_deref() == path);
    let found = own.or_else(|| asked.iter().find(|one| one.config.is_none()));
    found.map(|one| one.observed.clone())
}

/// Time between evaluations where a group sets none; zero counts as not written.
fn evaluation_interval(config: &PrometheusConfig) -> i64 {
    let written = config.evaluation_interval.as_ref().map(|interval| interval.value);
    written.filter(|ms| *ms != 0).unwrap_or(DEFAULT_INTERVAL)
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// The folder that shares most of its path with a file; the first of several.
fn nearest(folders: &[&Path], path: &Path) -> Option<usize> {
    let shared = |folder: &Path| {
        let pairs = folder.components().zip(path.components());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let best = folders.iter().map(|folder| shared(folder)).max()?;
    folders.iter().position(|folder| shared(folder) == best)
}

/// What belongs to one configuration.
struct Parts<'p> {
    config: Option<&'p PrometheusConfig>,
    composes: Vec<&'p Compose>,
    rules: Vec<&'p RuleFile>,
    code: Vec<(Language, Arc<SourceFile>)>,
}

/// A job while it is found out what it exposes.
struct Candidate {
    id: JobId,
    name: String,
    addresses: Vec<String>,
    extent: Extent,
}

impl Parts<'_> {
    fn catalog(&self, given: &GivenOf<'_>, observed: Option<&Observed>) -> Catalog {
        let mut builder = Builder::default();
        let mut jobs = self.add_jobs(&mut builder);
        let code = code::read(&self.code);
        let mut unclaimed: Vec<bool> = vec![true; code.metrics.len()];
        self.add_given(given, &code, &mut unclaimed, &mut jobs, &mut builder);
        self.add_exporters(&mut jobs, &mut builder);
        self.add_built(&code, &mut unclaimed, &mut jobs, &mut builder);
        add_unclaimed(&code, &unclaimed, given, &mut jobs, &mut builder);
        for job in &jobs {
            builder.set_extent(job.id, job.extent);
        }
        builder.gaps(code.gaps);
        self.add_rules(&mut builder);
        if let Some(observed) = observed {
            builder.observed(observed);
        }
        builder.build()
    }

    fn add_jobs(&self, builder: &mut Builder) -> Vec<Candidate> {
        let Some(config) = self.config else {
            return Vec::new();
        };
        if !config.more_jobs {
            builder.no_other_jobs();
        }
        if config.converts_histograms {
            builder.converts_histograms();
        }
        let scrapes = scrape::jobs(config).into_iter();
        let add = |scrape: Scrape| Candidate {
            name: scrape.job.name.clone(),
            addresses: scrape.addresses.clone(),
            extent: Extent::Nothing,
            id: builder.scrape(scrape),
        };
        scrapes.map(add).collect()
    }

    /// Adds what the settings say of jobs by name.
    fn add_given(
        &self,
        given: &GivenOf<'_>,
        code: &Code,
        unclaimed: &mut [bool],
        jobs: &mut [Candidate],
        builder: &mut Builder,
    ) {
        for (entry, from) in given.entries.iter().copied() {
            let named: Vec<usize> = (0..jobs.len())
                .filter(|at| entry.jobs.iter().any(|name| name.as_str() == jobs[*at].name))
                .collect();
            let ids: Vec<JobId> = named.iter().map(|at| jobs[*at].id).collect();
            if ids.is_empty() {
                continue;
            }
            match from {
                GivenFrom::Metrics(metrics) => {
                    for metric in metrics {
                        builder.metric(metric.clone(), &ids);
                    }
                }
                GivenFrom::Code(globs) => {
                    let mut libraries = BTreeSet::new();
                    for (at, metric) in code.metrics.iter().enumerate() {
                        if in_globs(metric, globs) {
                            builder.metric(metric.clone(), &ids);
                            libraries.extend(library(metric));
                            unclaimed[at] = false;
                        }
                    }
                    if libraries.is_empty() {
                        // It speaks of the source of another stack, whose jobs have the same names.
                        continue;
                    }
                    add_library_metrics(&libraries, &ids, builder);
                }
            }
            for at in named {
                let extent = if entry.complete { Extent::All } else { Extent::Most };
                jobs[at].extent = jobs[at].extent.max(extent);
            }
        }
    }

    /// Adds the exporters that targets surely are.
    fn add_exporters(&self, jobs: &mut [Candidate], builder: &mut Builder) {
        for job in jobs.iter_mut().filter(|job| job.extent == Extent::Nothing) {
            let found: Vec<Option<&'static Exporter>> = job
                .addresses
                .iter()
                .map(|address| self.exporter_at(address))
                .collect();
            let mut known: Vec<&'static Exporter> = found.iter().copied().flatten().collect();
            known.dedup_by_key(|exporter| exporter.name);
            for exporter in &known {
                for metric in exporter.recorded().map_or(&[] as &[Metric], |r| &r.metrics) {
                    builder.metric(metric.clone(), &[job.id]);
                }
            }
            if !known.is_empty() {
                let all = found.iter().all(Option::is_some);
                job.extent = if all { Extent::Most } else { Extent::Some };
            }
        }
    }

    fn exporter_at(&self, address: &str) -> Option<&'static Exporter> {
        let (host, port) = address.rsplit_once(':')?;
        let image = self.service(host).and_then(|(_, service)| service.image.as_ref());
        match image {
            Some(image) => Exporter::of_image(image.as_str()),
            None => Exporter::at(host, port.parse().ok()?),
        }
    }

    /// The service that goes by a host name.
    fn service(&self, host: &str) -> Option<(&Compose, &Service)> {
        self.composes.iter().find_map(|compose| {
            let mut services = compose.services.iter();
            let found = services.find(|service| service.hosts.iter().any(|known| known == host));
            found.map(|service| (*compose, service))
        })
    }

    /// Adds the source that services are built from to the jobs that scrape them.
    fn add_built(&self, code: &Code, unclaimed: &mut [bool], jobs: &mut [Candidate], builder: &mut Builder) {
        for job in jobs.iter_mut().filter(|job| job.extent == Extent::Nothing) {
            let mut folders = Vec::new();
            for address in &job.addresses {
                let host = address
                    .rsplit_once(':')
                    .map_or(address.as_str(), |(host, _)| host);
                if let Some((compose, service)) = self.service(host)
                    && let Some(build) = &service.build
                {
                    let written = Path::new(build.as_str());
                    let inside = written.strip_prefix("./").unwrap_or(written);
                    folders.push(folder(compose.file.path()).join(inside));
                }
            }
            let mut libraries = BTreeSet::new();
            for (at, metric) in code.metrics.iter().enumerate() {
                let below = |path: &Path| folders.iter().any(|folder| path.starts_with(folder));
                if origin_path(metric).is_some_and(below) {
                    builder.metric(metric.clone(), &[job.id]);
                    libraries.extend(library(metric));
                    unclaimed[at] = false;
                }
            }
            if !libraries.is_empty() {
                add_library_metrics(&libraries, &[job.id], builder);
                job.extent = if code.gaps.is_empty() {
                    Extent::Most
                } else {
                    Extent::Some
                };
            }
        }
    }

    /// Adds the series of recording rules, of which no more is said here than that they exist.
    fn add_rules(&self, builder: &mut Builder) {
        let default = self.config.map_or(DEFAULT_INTERVAL, evaluation_interval);
        for file in &self.rules {
            for group in &file.groups {
                let interval = group.interval.as_ref().map(|interval| interval.value);
                for rule in &group.rules {
                    let Some(name) = &rule.record else { continue };
                    let mut labels = LabelSet::open();
                    // The rule's own labels win over those of the group; an empty one takes a label away.
                    for (name, value) in group.labels.iter().chain(&rule.labels) {
                        match value.as_str() {
                            "" => labels.exclude(name.as_str()),
                            value => labels.insert(name.as_str(), Label::always(Values::only(value))),
                        }
                    }
                    let place = Location::new(&file.file, name.whole(&file.file));
                    let metric = Metric::new(name.as_str(), MetricKind::Unknown, labels, Origin::Rule(place));
                    builder.recorded(metric, interval.filter(|ms| *ms != 0).unwrap_or(default));
                }
            }
        }
    }
}

/// Adds what nobody claimed to the jobs of which nothing is known: one of them exposes it, if anybody does.
fn add_unclaimed(
    code: &Code,
    unclaimed: &[bool],
    given: &GivenOf<'_>,
    jobs: &mut [Candidate],
    builder: &mut Builder,
) {
    let open: Vec<usize> = (0..jobs.len())
        .filter(|at| jobs[*at].extent == Extent::Nothing)
        .collect();
    let ids: Vec<JobId> = open.iter().map(|at| jobs[*at].id).collect();
    let rest: Vec<&Metric> = code
        .metrics
        .iter()
        .zip(unclaimed)
        .filter_map(|(metric, unclaimed)| unclaimed.then_some(metric))
        .collect();
    let mut libraries = BTreeSet::new();
    for metric in &rest {
        builder.metric((*metric).clone(), &ids);
        libraries.extend(library(metric));
    }
    add_library_metrics(&libraries, &ids, builder);
    let mut nameless = false;
    for (_, from) in given
        .entries
        .iter()
        .filter(|(entry, _)| entry.jobs.is_empty())
        .copied()
    {
        let GivenFrom::Metrics(metrics) = from else {
            continue;
        };
        nameless = true;
        for metric in metrics {
            builder.metric(metric.clone(), &ids);
        }
    }
    if rest.is_empty() && !nameless {
        return;
    }
    for at in open {
        // Only where names say that the source is the job's own: others may be programs of which nothing is here.
        let own = code.gaps.is_empty() && shares_words(&jobs[at], &rest);
        jobs[at].extent = if own { Extent::Most } else { Extent::Some };
    }
}

/// Words that say nothing of whose source it is: programs count and time what they do with these, and the jobs that
/// have them in their names scrape something else.
const COMMON_WORDS: [&str; 24] = [
    "http",
    "https",
    "grpc",
    "process",
    "metrics",
    "main",
    "src",
    "lib",
    "pkg",
    "internal",
    "cmd",
    "node",
    "redis",
    "postgres",
    "postgresql",
    "mysql",
    "mongodb",
    "kafka",
    "rabbitmq",
    "nginx",
    "elasticsearch",
    "kube",
    "dns",
    "probe",
];

/// Whether a word of a job's name or addresses is one of the folders or metrics of source, and nothing says that it
/// scrapes an exporter.
fn shares_words(job: &Candidate, metrics: &[&Metric]) -> bool {
    fn words(text: &str) -> impl Iterator<Item = &str> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| {
            let is_number = word.chars().all(|c| c.is_ascii_digit());
            word.len() > 2 && !is_number && !COMMON_WORDS.contains(word)
        })
    }
    let known: BTreeSet<&str> = metrics
        .iter()
        .flat_map(|metric| {
            let path = origin_path(metric).and_then(Path::to_str).unwrap_or_default();
            let first = metric.name.split('_').next().unwrap_or_default();
            words(path).chain(words(first))
        })
        .collect();
    let own = std::iter::once(&job.name).chain(&job.addresses);
    let own: BTreeSet<&str> = own.flat_map(|text| words(text)).collect();
    !own.contains("exporter") && own.iter().any(|word| known.contains(word))
}

fn origin_path(metric: &Metric) -> Option<&Path> {
    match &metric.origin {
        Origin::Code(location) => Some(location.file.path()),
        _ => None,
    }
}

fn in_globs(metric: &Metric, globs: &Gitignore) -> bool {
    origin_path(metric).is_some_and(|path| given::matches(globs, path))
}

/// The catalog of the library that a metric in source is made with.
fn library(metric: &Metric) -> Option<&'static str> {
    match Language::of(origin_path(metric)?)? {
        Language::Python => Some("prometheus_client"),
        Language::Go => Some("client_golang"),
        Language::JavaScript | Language::TypeScript => Some("prom-client"),
    }
}

/// Adds what every program with these libraries exposes.
fn add_library_metrics(libraries: &BTreeSet<&'static str>, jobs: &[JobId], builder: &mut Builder) {
    let recorded = libraries
        .iter()
        .filter_map(|name| Exporter::named(name)?.recorded());
    for metric in recorded.flat_map(|recorded| &recorded.metrics) {
        builder.metric(metric.clone(), jobs);
    }
}

#[cfg(test)]
mod tests;

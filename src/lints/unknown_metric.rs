//! `unknown-metric`: a selector of a metric that nothing exposes which is scraped.

use super::analyses::finding;
use super::asked::{Asked, Standing, asked, stand_ins};
use super::{Context, ExpressionAt, Lint, describe};
use crate::catalog::{Catalog, Exporter, Extent};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::Expression;

/// See the module.
pub(super) struct UnknownMetric;

impl Lint for UnknownMetric {
    describe!(
        "unknown-metric",
        Error,
        "a metric that nothing exposes which is scraped, or not the job that is asked for"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let catalog = cx.catalog(at.file.path());
        let mut unknown = Vec::new();
        for asked in asked(at.expr) {
            // Among files that were named, those that record it may not be.
            if !cx.whole && asked.name.contains(':') {
                continue;
            }
            // First, as it costs little: of most projects not enough is known.
            let severity = match asked.extent(catalog) {
                Extent::All if cx.whole && !asked.name.contains(':') => Severity::Error,
                Extent::All | Extent::Most => Severity::Warning,
                Extent::Some | Extent::Nothing => continue,
            };
            match asked.standing(catalog) {
                Standing::Unknown if may_be_there(catalog, &asked) => {}
                standing @ (Standing::Unknown | Standing::OtherJobs(_)) => {
                    unknown.push((asked, severity, standing));
                }
                _ => {}
            }
        }
        if unknown.is_empty() {
            return;
        }
        let spared = stand_ins(&at.expr.parsed.expr, catalog);
        for (asked, severity, standing) in unknown {
            let within =
                |span: &promql_syntax::Span| span.start <= asked.span.start && asked.span.end <= span.end;
            if spared.iter().any(within) {
                continue;
            }
            let (message, help) = match standing {
                Standing::OtherJobs(jobs) => of_other_jobs(&asked, catalog, &jobs),
                _ => unexposed(&asked, catalog, at.expr, severity),
            };
            let finding = finding(self.code(), severity, message, at.file, at.expr, asked.span);
            found.push(finding.with_help(help));
        }
    }
}

/// A metric of node_exporter that tells of the files with other metrics that it is given.
const OF_FILES: &str = "node_textfile_scrape_error";

/// Whether the catalog of a program leaves open whether it exposes a metric: one that it must be told to, or, of
/// node_exporter, any that a file for its collector of text files holds, as nothing else has such a name.
fn may_be_there(catalog: &Catalog, asked: &Asked<'_>) -> bool {
    let jobs = asked.jobs(catalog);
    let reads_files = || {
        let variants = catalog
            .lookup(OF_FILES)
            .into_iter()
            .flat_map(|facts| &facts.variants);
        let mut by = variants.filter_map(|variant| variant.job);
        by.any(|id| jobs.iter().any(|(job, _)| *job == id))
    };
    let is_foreign = || catalog.jobs_alike(asked.name).is_empty() && Exporter::exposing(asked.name).is_none();
    Exporter::is_optional(asked.name) || !asked.name.contains(':') && is_foreign() && reads_files()
}

/// What is said of a metric that other jobs expose than the matchers choose.
fn of_other_jobs(asked: &Asked<'_>, catalog: &Catalog, jobs: &[&str]) -> (String, String) {
    let name = asked.name;
    let chosen: Vec<&str> = asked
        .jobs(catalog)
        .iter()
        .map(|(_, job)| job.name.as_str())
        .collect();
    let message = format!(
        "{name} comes from {}, not from {}: this finds no series",
        named(jobs),
        named(&chosen)
    );
    let help = "Ask for the job that exposes it, or leave the matcher out.".to_owned();
    (message, help)
}

/// What is said of a metric that nobody exposes.
fn unexposed(
    asked: &Asked<'_>,
    catalog: &Catalog,
    expr: &Expression,
    severity: Severity,
) -> (String, String) {
    let name = asked.name;
    let sure = match severity {
        Severity::Error => "exposes",
        _ => "is known to expose",
    };
    let message = format!("no job {sure} {name}: this finds no series");
    // What stands beside it already is not what it should be.
    let is_elsewhere = |name: &str| {
        let selectors = expr.parsed.expr.selectors();
        selectors
            .iter()
            .any(|s| s.name.as_ref().is_some_and(|known| known.name == name))
    };
    if let Some(nearest) = catalog.nearest(name).filter(|nearest| !is_elsewhere(nearest)) {
        return (message, format!("Did you mean {nearest}?"));
    }
    if name.contains(':') {
        let help = "It looks like the name of a recording rule, and none records it.".to_owned();
        return (message, help);
    }

    if let Some(program) = Exporter::exposing(name) {
        let help = format!("{} exposes it: add a job that scrapes one.", program.name);
        return (message, help);
    }
    let jobs: Vec<&str> = catalog.jobs_alike(name).into_iter().collect();
    let beginning = name.split(['_', ':']).next().unwrap_or(name);
    let help = match jobs.is_empty() {
        false => format!(
            "{} {} other metrics that begin with {beginning}_.",
            capital(&named(&jobs)),
            if jobs.len() == 1 { "exposes" } else { "expose" }
        ),
        true => "Have some program expose it that is scraped, or ask for another metric.".to_owned(),
    };
    (message, help)
}

/// Jobs by name: `job a`, `jobs a and b`, `5 jobs`.
fn named(jobs: &[&str]) -> String {
    match jobs {
        [one] => format!("job {one}"),
        [one, other] => format!("jobs {one} and {other}"),
        [one, two, three] => format!("jobs {one}, {two} and {three}"),
        many => format!("{} jobs", many.len()),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

//! `silent-when-target-gone`: scrape jobs that alerts depend on, and no alert says when they fail.

use std::collections::{BTreeMap, BTreeSet};

use promql_syntax::ast::{BinaryOp, Expr, ExprKind, VectorSelector};

use super::schedule::{may_select, name};
use super::{Context, Lint, RuleAt, describe};
use crate::analysis::LabelFacts;
use crate::catalog::{Catalog, JobId, Origin, Stack, Variant};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct SilentWhenTargetGone;

impl Lint for SilentWhenTargetGone {
    describe!(
        "silent-when-target-gone",
        Warning,
        "a scrape job that alerts depend on, while no alert says that it fails"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        // Of files that were named, the alerts may be elsewhere.
        for stack in cx
            .catalogs
            .stacks()
            .iter()
            .filter(|stack| cx.whole && stack.config.is_some())
        {
            let watched = Watched::by(cx, stack);
            for (id, job) in stack.catalog.jobs() {
                let Some((alert, count)) = watched.dependants.get(&id) else {
                    continue;
                };
                let labels = LabelFacts::of_catalog("up", &job.target_labels);
                let sees = |selectors: &[&VectorSelector]| selectors.iter().any(|s| may_select(s, &labels));
                let (severity, message, help) = if sees(&watched.gone) {
                    continue;
                } else if sees(&watched.down) {
                    (
                        Severity::Info,
                        format!(
                            "no alert says that {} has no targets any more: `up` is gone then, not 0, and {} silent",
                            job.name,
                            are(*count)
                        ),
                        format!("Add an alert on `absent(up{{job=\"{}\"}})`.", job.name),
                    )
                } else {
                    (
                        Severity::Warning,
                        format!(
                            "no alert says that {} cannot be scraped: {} silent then",
                            job.name,
                            are(*count)
                        ),
                        format!("Add an alert on `up{{job=\"{}\"}} == 0`.", job.name),
                    )
                };
                let (at, range) = (&job.location.file, job.location.range.clone());
                let named = alert.rule.alert.as_ref();
                let place = named.map_or(alert.rule.range.clone(), |name| name.whole(&alert.file.file));
                let finding = Diagnostic::new(self.code(), severity, message, at, range)
                    .with_secondary(&alert.file.file, place, "depends on it")
                    .with_help(help);
                found.push(finding);
            }
        }
    }
}

/// So many alerts, and the verb.
fn are(alerts: usize) -> String {
    match alerts {
        1 => "the alert on it is".to_owned(),
        alerts => format!("the {alerts} alerts on it are"),
    }
}

/// What the alerts of a stack look at.
#[derive(Default)]
struct Watched<'p> {
    /// Selectors of `up` in alerts that see a target that fails.
    down: Vec<&'p VectorSelector>,
    /// Selectors in alerts that see when nothing is left.
    gone: Vec<&'p VectorSelector>,
    /// The first alert that depends on a job, and how many there are.
    dependants: BTreeMap<JobId, (RuleAt<'p>, usize)>,
}

impl<'p> Watched<'p> {
    fn by(cx: &Context<'p>, stack: &Stack) -> Watched<'p> {
        let mut watched = Watched::default();
        for file in cx.project.rule_files() {
            if !std::ptr::eq(cx.catalogs.stack_of(file.file.path()), stack) {
                continue;
            }
            for group in &file.groups {
                for rule in group.rules.iter().filter(|rule| rule.alert.is_some()) {
                    if let Some(expr) = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty()) {
                        watched.add(RuleAt { file, group, rule }, &expr.parsed.expr, &stack.catalog);
                    }
                }
            }
        }
        watched
    }

    fn add(&mut self, at: RuleAt<'p>, expr: &'p Expr, catalog: &Catalog) {
        for node in expr.nodes() {
            match &node.kind {
                ExprKind::Call(call) if matches!(call.name.as_str(), "absent" | "absent_over_time") => {
                    // `absent(up)` is true only where not a single job is left.
                    let of_a_job = |s: &&VectorSelector| !s.matchers.is_empty();
                    self.gone.extend(node.selectors().into_iter().filter(of_a_job));
                }
                // `up offset 1h unless up`: those that were there, and are not.
                ExprKind::Binary(binary) if binary.op == BinaryOp::Unless => {
                    let is_before = |s: &&VectorSelector| s.offset.is_some() && name(s) == Some("up");
                    self.gone
                        .extend(binary.lhs.selectors().into_iter().filter(is_before));
                }
                _ => {}
            }
        }
        let mut jobs: BTreeSet<JobId> = BTreeSet::new();
        for selector in expr.selectors() {
            if name(selector) == Some("up") {
                self.down.push(selector);
            }
            jobs.extend(jobs_of(catalog, selector));
        }
        for job in jobs {
            self.dependants.entry(job).or_insert((at, 0)).1 += 1;
        }
    }
}

/// The jobs that a selector depends on: the only one that exposes what it selects, or those whose own source declares
/// it. What programs of all kinds expose is not what an alert is about.
fn jobs_of(catalog: &Catalog, selector: &VectorSelector) -> Vec<JobId> {
    let Some(series) = name(selector).and_then(|name| catalog.lookup(name)) else {
        return Vec::new();
    };
    let selected: Vec<&Variant> = series
        .variants
        .iter()
        .filter(|variant| may_select(selector, &LabelFacts::of_catalog(&series.name, &variant.labels)))
        .collect();
    let own = |variant: &&&Variant| {
        let origin = variant.metric.map(|id| &catalog.metric(id).origin);
        selected.len() == 1 || matches!(origin, Some(Origin::Code(_)))
    };
    selected
        .iter()
        .filter(own)
        .filter_map(|variant| variant.job)
        .collect()
}

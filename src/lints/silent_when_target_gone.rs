//! `silent-when-target-gone`: scrape jobs that alerts depend on, and no alert says when they fail.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use promql_syntax::ast::{BinaryOp, Expr, ExprKind, VectorSelector};

use super::schedule::{may_select, name};
use super::{Context, Lint, RuleAt, describe};
use crate::analysis::{LabelFacts, LabelValues};
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
        let stacks = cx.catalogs.stacks();
        if !cx.whole || stacks.iter().all(|stack| stack.config.is_none()) {
            return;
        }
        let by_stack = watched(cx);
        for stack in stacks {
            let Some(watched) = by_stack.get(&address(stack)).filter(|_| stack.config.is_some()) else {
                continue;
            };
            for (id, job) in stack.catalog.jobs() {
                let Some((alert, count)) = watched.dependants.get(&id) else {
                    continue;
                };
                let labels = LabelFacts::of_catalog("up", &job.target_labels);
                let sees = |selectors: &[&VectorSelector]| selectors.iter().any(|s| may_select(s, &labels));
                let (severity, message, help) = if sees(&watched.gone) || watched.missed.contains(&id) {
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
    /// Selectors of `up` in alerts that see when nothing is left.
    gone: Vec<&'p VectorSelector>,
    /// The jobs of which some other series is missed.
    missed: BTreeSet<JobId>,
    /// The first alert that depends on a job, and how many there are.
    dependants: BTreeMap<JobId, (RuleAt<'p>, usize)>,
}

/// What the alerts look at, by the address of their stack.
fn watched<'p>(cx: &Context<'p>) -> HashMap<usize, Watched<'p>> {
    let mut by_stack: HashMap<usize, Watched<'p>> = HashMap::new();
    for file in cx.project.rule_files() {
        let stack = cx.catalogs.stack_of(file.file.path());
        let watched = by_stack.entry(address(stack)).or_default();
        for group in &file.groups {
            for rule in group.rules.iter().filter(|rule| rule.alert.is_some()) {
                if let Some(expr) = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty()) {
                    watched.add(RuleAt { file, group, rule }, &expr.parsed.expr, &stack.catalog);
                }
            }
        }
    }
    by_stack
}

fn address(stack: &Stack) -> usize {
    std::ptr::from_ref(stack).addr()
}

impl<'p> Watched<'p> {
    fn add(&mut self, at: RuleAt<'p>, expr: &'p Expr, catalog: &Catalog) {
        for node in expr.nodes() {
            match &node.kind {
                ExprKind::Call(call) if matches!(call.name.as_str(), "absent" | "absent_over_time") => {
                    for selector in node.selectors() {
                        if name(selector) == Some("up") {
                            self.gone.extend(Some(selector).filter(|s| is_of_one(s)));
                        } else {
                            self.missed.extend(jobs_of(catalog, selector));
                        }
                    }
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

/// Whether it asks for a job rather than for any of several: `absent(up)` is true only where none at all is left.
fn is_of_one(selector: &VectorSelector) -> bool {
    let several =
        |matcher| matches!(LabelValues::of_matcher(matcher), LabelValues::Among(all) if all.len() > 1);
    !selector.matchers.is_empty() && !selector.matchers.iter().any(several)
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

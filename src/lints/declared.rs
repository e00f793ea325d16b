//! The metrics that the project's own source declares, and which of them rules and dashboards ask for.

use std::collections::HashSet;
use std::path::PathBuf;

use promql_syntax::LabelMatcher;
use promql_syntax::ast::MatchOp;

use super::Context;
use crate::analysis::labels::METRIC_NAME;
use crate::catalog::{Catalog, Metric, Origin};
use crate::diagnostic::Location;
use crate::model::rules::Expression;

/// The metrics of source, each once, with where they are declared and the catalog that they are in.
pub(super) fn declared<'c>(cx: &Context<'c>) -> Vec<(&'c Metric, &'c Location, &'c Catalog)> {
    let mut seen: HashSet<(PathBuf, usize)> = HashSet::new();
    let mut declared = Vec::new();
    for stack in cx.catalogs.stacks() {
        for (_, metric) in stack.catalog.metrics() {
            let Origin::Code(place) = &metric.origin else {
                continue;
            };
            if seen.insert((place.file.path().to_owned(), place.range.start)) {
                declared.push((metric, place, &stack.catalog));
            }
        }
    }
    declared
}

/// What rules and dashboards ask for.
#[derive(Default)]
pub(super) struct Wanted {
    names: HashSet<String>,
    patterns: Vec<LabelMatcher>,
    anything: bool,
}

impl Wanted {
    /// What all rules and dashboards of the project ask for.
    pub(super) fn of(cx: &Context<'_>) -> Wanted {
        let mut wanted = Wanted::default();
        let groups = cx.project.rule_files().flat_map(|file| &file.groups);
        let rules = groups.flat_map(|group| &group.rules);
        let of_rules = rules.filter_map(|rule| rule.expr.as_ref());
        let of_boards = cx.project.dashboards().flat_map(|board| board.expressions());
        for expr in of_rules.chain(of_boards) {
            wanted.add(expr);
        }
        wanted
    }

    fn add(&mut self, expr: &Expression) {
        for selector in expr.parsed.expr.selectors() {
            let is_open = |span: promql_syntax::Span| {
                let written = expr.text.as_str().get(span.start..span.end).unwrap_or_default();
                written.contains('$') || written.contains("[[")
            };
            if let Some(name) = &selector.name {
                self.anything |= is_open(name.span);
                self.names.insert(name.name.clone());
            }
            for matcher in selector.matchers.iter().filter(|m| m.name.name == METRIC_NAME) {
                self.anything |= is_open(matcher.span);
                match matcher.op {
                    MatchOp::Equal => {
                        self.names.insert(matcher.value.clone());
                    }
                    _ => self.patterns.extend(LabelMatcher::new(matcher)),
                }
            }
        }
    }

    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.patterns.is_empty() && !self.anything
    }

    /// Whether a series of a metric, or its bare name, is or may be asked for.
    pub(super) fn has(&self, metric: &Metric) -> bool {
        let asked = |name: &str| {
            self.names.contains(name) || self.patterns.iter().any(|pattern| pattern.matches(name))
        };
        self.anything || asked(&metric.name) || metric.series().iter().any(|series| asked(&series.name))
    }
}

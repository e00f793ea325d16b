//! The recording rules that an alert may read, and the labels that expressions speak of.

use std::collections::{BTreeSet, HashMap};

use promql_syntax::ast::{Expr, ExprKind};

use super::witness::selectors;
use crate::model::rules::RuleFile;
use crate::model::text::Text;

/// A recording rule.
#[derive(Debug)]
pub(super) struct RecordedRule<'r> {
    /// The metric that it writes.
    pub(super) name: &'r str,
    /// Its expression.
    pub(super) expr: &'r Expr,
    /// The labels that it sets, those of its group among them.
    pub(super) labels: Vec<(String, String)>,
}

/// Recording rules by what they write.
#[derive(Debug, Default)]
pub(super) struct Recorded<'r> {
    rules: HashMap<&'r str, Vec<RecordedRule<'r>>>,
}

impl<'r> Recorded<'r> {
    /// The sound recording rules of files.
    pub(super) fn of(files: &[&'r RuleFile]) -> Self {
        let mut rules: HashMap<&str, Vec<RecordedRule<'_>>> = HashMap::new();
        for group in files.iter().flat_map(|file| &file.groups) {
            for rule in &group.rules {
                let (Some(name), Some(expr)) = (&rule.record, &rule.expr) else {
                    continue;
                };
                if !expr.parsed.errors.is_empty() {
                    continue;
                }
                let own =
                    |label: &&(Text, Text)| !rule.labels.iter().any(|(n, _)| n.as_str() == label.0.as_str());
                let labels = group.labels.iter().filter(own).chain(&rule.labels);
                rules.entry(name.as_str()).or_default().push(RecordedRule {
                    name: name.as_str(),
                    expr: &expr.parsed.expr,
                    labels: labels
                        .map(|(n, v)| (n.as_str().to_owned(), v.as_str().to_owned()))
                        .collect(),
                });
            }
        }
        Recorded { rules }
    }

    /// The rules that write a metric.
    pub(super) fn writing(&self, metric: &str) -> &[RecordedRule<'r>] {
        self.rules.get(metric).map_or(&[], Vec::as_slice)
    }

    /// The recorded metrics that an expression reads, those behind them among them; `None` where it reads metrics
    /// that it does not name.
    pub(super) fn read_by(&self, expr: &Expr) -> Option<BTreeSet<&'r str>> {
        let mut read = BTreeSet::new();
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            let mut found = Vec::new();
            selectors(expr, &mut found);
            for selector in found {
                let name = selector.name.as_ref()?;
                for rule in self.writing(&name.name) {
                    if read.insert(rule.name) {
                        open.extend(self.writing(rule.name).iter().map(|rule| rule.expr));
                    }
                }
            }
        }
        Some(read)
    }

    /// The names of all labels that an expression and the recording rules behind it speak of.
    pub(super) fn label_names(&self, expr: &Expr) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = ["__name__", "instance", "job"].map(str::to_owned).into();
        let mut seen = BTreeSet::new();
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            collect(expr, &mut names);
            let mut found = Vec::new();
            selectors(expr, &mut found);
            for name in found.iter().filter_map(|selector| selector.name.as_ref()) {
                if seen.insert(name.name.clone()) {
                    for rule in self.writing(&name.name) {
                        names.extend(rule.labels.iter().map(|(label, _)| label.clone()));
                        open.push(rule.expr);
                    }
                }
            }
        }
        names
    }
}

fn collect(expr: &Expr, names: &mut BTreeSet<String>) {
    match &expr.kind {
        ExprKind::Paren(inner) => collect(inner, names),
        ExprKind::Unary(unary) => collect(&unary.expr, names),
        ExprKind::Subquery(subquery) => collect(&subquery.expr, names),
        ExprKind::Binary(binary) => {
            let listed = binary.matching.labels.iter().flat_map(|labels| &labels.labels);
            let included = binary.matching.group.iter().flat_map(|group| &group.include);
            names.extend(listed.chain(included).map(|label| label.name.clone()));
            collect(&binary.lhs, names);
            collect(&binary.rhs, names);
        }
        ExprKind::Aggregate(aggregate) => {
            let listed = aggregate.grouping.iter().flat_map(|grouping| &grouping.labels);
            names.extend(listed.map(|label| label.name.clone()));
            collect(&aggregate.expr, names);
            aggregate.param.iter().for_each(|param| collect(param, names));
        }
        ExprKind::Call(call) => {
            if call.name.starts_with("histogram_quantile") {
                names.insert("le".to_owned());
            }
            let texts = call.args.iter().filter_map(|arg| match &arg.kind {
                ExprKind::String(text) => Some(&text.value),
                _ => None,
            });
            if call.name.starts_with("label_") {
                names.extend(
                    texts
                        .filter(|text| promql_syntax::is_legacy_label_name(text))
                        .cloned(),
                );
            }
            call.args.iter().for_each(|arg| collect(arg, names));
        }
        ExprKind::VectorSelector(selector) => {
            names.extend(selector.matchers.iter().map(|matcher| matcher.name.name.clone()));
        }
        ExprKind::MatrixSelector(matrix) => {
            names.extend(
                matrix
                    .selector
                    .matchers
                    .iter()
                    .map(|matcher| matcher.name.name.clone()),
            );
        }
        ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Error => {}
    }
}

/// The numbers of an expression.
pub(super) fn numbers(expr: &Expr, found: &mut Vec<f64>) {
    if let Some(value) = super::witness::constant(expr) {
        return found.push(value);
    }
    match &expr.kind {
        ExprKind::Paren(inner) => numbers(inner, found),
        ExprKind::Unary(unary) => numbers(&unary.expr, found),
        ExprKind::Subquery(subquery) => numbers(&subquery.expr, found),
        ExprKind::Binary(binary) => {
            numbers(&binary.lhs, found);
            numbers(&binary.rhs, found);
        }
        ExprKind::Aggregate(aggregate) => numbers(&aggregate.expr, found),
        ExprKind::Call(call) => call.args.iter().for_each(|arg| numbers(arg, found)),
        _ => {}
    }
}

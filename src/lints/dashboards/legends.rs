//! `legend-label-gone` and `legend-not-distinct`: legends that show labels which are not there, or too few to tell the
//! series apart.

use promql_syntax::ast::{MatchOp, ValueType};

use super::super::analyses::{Known, where_lost};
use super::super::{Context, Lint, PanelAt, TargetAt, describe};
use super::series_names::{labels, written};
use crate::analysis::LabelValues;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::dashboard::{Dashboard, Panel, Target, mentioned};

/// See the module.
pub(in super::super) struct LegendLabelGone;

/// See the module.
pub(in super::super) struct LegendNotDistinct;

impl Lint for LegendLabelGone {
    describe!(
        "legend-label-gone",
        Warning,
        "a legend that shows a label which the result of the query does not have"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn target(&self, cx: &Context<'_>, at: TargetAt<'_>, found: &mut Vec<Diagnostic>) {
        let TargetAt { board, target, .. } = at;
        let (Some(legend), Some(known)) = (written(target), cx.analyses.get(&target.expr)) else {
            return;
        };
        let root = known.proven.root();
        if root.value_type != Some(ValueType::InstantVector) || root.is_surely_empty() {
            return;
        }
        for (range, label) in labels(legend.as_str()) {
            if !root.labels.surely_lacks(label) {
                continue;
            }
            let message = format!("{label} is empty in this legend: no series of the query has it");
            let at = legend.locate(&board.file, range);
            let help = format!(
                "Keep it in the query, with `by ({label})` for example, or leave it out of the legend."
            );
            let mut finding =
                Diagnostic::new(self.code(), self.severity(), message, &board.file, at).with_help(help);
            if let Some(part) = where_lost(known, &target.expr.parsed.expr, label) {
                let at = target.expr.text.locate(&board.file, part.span.into());
                finding = finding.with_secondary(&board.file, at, format!("{label} is gone from here on"));
            }
            found.push(finding);
        }
    }
}

impl Lint for LegendNotDistinct {
    describe!(
        "legend-not-distinct",
        Warning,
        "a legend that gives several series the same name"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn target(&self, cx: &Context<'_>, at: TargetAt<'_>, found: &mut Vec<Diagnostic>) {
        let TargetAt { board, panel, target } = at;
        let (Some(legend), Some(known)) = (written(target), cx.analyses.get(&target.expr)) else {
            return;
        };
        if panel.is(&["heatmap", "table"]) {
            return;
        }
        let shown: Vec<&str> = labels(legend.as_str())
            .into_iter()
            .map(|(_, label)| label)
            .collect();
        let telling = telling(known);
        let has_instance = telling.iter().any(|label| label == "instance") || shown.contains(&"instance");
        let missing: Vec<String> = telling
            .into_iter()
            .filter(|label| !shown.contains(&label.as_str()) && !is_chosen(board, panel, target, label))
            // An instance is of one job.
            .filter(|label| label != "job" || !has_instance)
            .collect();
        if missing.is_empty() {
            return;
        }
        let names = missing.join(" or ");
        let message = format!("series that differ only in {names} have the same name");
        let braces: Vec<String> = missing.iter().map(|label| format!("{{{{{label}}}}}")).collect();
        let help = format!("Show it, with {}, or aggregate it away.", braces.join(" "));
        let at = legend.whole(&board.file);
        found.push(Diagnostic::new(self.code(), Severity::Warning, message, &board.file, at).with_help(help));
    }

    fn panel(&self, _: &Context<'_>, PanelAt { board, panel }: PanelAt<'_>, found: &mut Vec<Diagnostic>) {
        let fixed = panel.shown().filter_map(|target| {
            let legend = written(target)?;
            labels(legend.as_str()).is_empty().then_some((target, legend))
        });
        let mut seen: Vec<(&str, &Target)> = Vec::new();
        for (target, legend) in fixed {
            let Some((_, first)) = seen.iter().find(|(text, _)| *text == legend.as_str()) else {
                seen.push((legend.as_str(), target));
                continue;
            };
            let message = format!(
                "two queries of this panel have the legend {}",
                legend.as_str().trim()
            );
            let at = legend.whole(&board.file);
            let finding = Diagnostic::new(self.code(), Severity::Warning, message, &board.file, at)
                .with_help("Say what tells them apart.");
            let first = first.expr.text.whole(&board.file);
            found.push(finding.with_secondary(&board.file, first, "the other query"));
        }
    }
}

/// The labels in which series of a result surely can differ.
fn telling(known: &Known<'_>) -> Vec<String> {
    let root = known.likely.root();
    let has_series = root.value_type == Some(ValueType::InstantVector);
    if !has_series || root.is_surely_empty() || root.at_most_one_series() {
        return Vec::new();
    }
    let differs = |name: &str, values: &LabelValues| {
        !name.starts_with("__")
            && !values.surely_absent()
            && values.count() != Some(1)
            && (!root.labels.is_open() || values.surely_present())
    };
    let named = root.labels.named().filter(|(name, values)| differs(name, values));
    named.map(|(name, _)| name.to_owned()).collect()
}

/// Whether the reader of the dashboard chooses one value of a label, by a variable in its matchers or for which the panel
/// is repeated.
fn is_chosen(board: &Dashboard, panel: &Panel, target: &Target, label: &str) -> bool {
    let query = target.expr.text.as_str();
    let chosen_by = |name: &str| {
        let repeated = panel
            .repeat
            .as_ref()
            .is_some_and(|repeat| repeat.as_str() == name);
        let variable = board.variables.iter().find(|variable| variable.name() == name);
        repeated || variable.is_none_or(|variable| !variable.multi && !variable.include_all)
    };
    target
        .written
        .selectors()
        .into_iter()
        .flat_map(|selector| &selector.matchers)
        .filter(|matcher| matcher.name.name == label && matches!(matcher.op, MatchOp::Equal | MatchOp::Regex))
        .any(|matcher| {
            let named = mentioned(matcher.value_span.of(query));
            let plain = matcher.op == MatchOp::Equal && !named.is_empty();
            plain || !named.is_empty() && named.iter().all(|(_, name)| chosen_by(name))
        })
}

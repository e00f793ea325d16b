//! `needless-for` and `for-below-interval`: a `for` or `keep_firing_for` that does nothing, or not what it says.

use promql_syntax::ast::ExprKind;
use promql_syntax::format_duration;

use super::schedule::renewal;
use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Edit, Location, Severity};
use crate::model::reader::Located;
use crate::model::rules::{Rule, RuleFile};

/// See the module.
pub(super) struct NeedlessFor;

/// See the module.
pub(super) struct ForBelowInterval;

/// `for` and `keep_firing_for` of an alert, where they are written.
fn written(rule: &Rule) -> Vec<(&'static str, &Located<i64>)> {
    let hold = rule.hold.iter().map(|hold| ("for", hold));
    let keep = rule.keep_firing_for.iter().map(|keep| ("keep_firing_for", keep));
    hold.chain(keep).filter(|_| rule.alert.is_some()).collect()
}

impl Lint for NeedlessFor {
    describe!(
        "needless-for",
        Info,
        "a `for` or `keep_firing_for` of zero, which is what is there without it"
    );

    fn is_on(&self) -> bool {
        // Some write it on every alert, so that each says how long it waits.
        false
    }

    fn rule(&self, _: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        for (key, time) in written(rule).into_iter().filter(|(_, time)| time.value == 0) {
            let message = format!("`{key}` of zero is what holds without it");
            let finding = Diagnostic::new(
                self.code(),
                self.severity(),
                message,
                &file.file,
                time.range.clone(),
            )
            .with_help("Leave it out.");
            found.push(match whole_line(file, key, time) {
                Some(line) => {
                    let location = Location::new(&file.file, line);
                    let text = String::new();
                    finding.with_fix(format!("leave `{key}` out"), vec![Edit { location, text }])
                }
                None => finding,
            });
        }
    }
}

/// The line that a field stands on, where nothing else is on it.
fn whole_line(file: &RuleFile, key: &str, value: &Located<i64>) -> Option<std::ops::Range<usize>> {
    let text = file.file.text();
    let start = text.get(..value.range.start)?.rfind('\n').map_or(0, |at| at + 1);
    let end = value.range.end + text.get(value.range.end..)?.find('\n')? + 1;
    let before = text.get(start..value.range.start)?.trim();
    let after = text.get(value.range.end..end)?.trim();
    (before.strip_suffix(':') == Some(key) && after.is_empty()).then_some(start..end)
}

impl Lint for ForBelowInterval {
    describe!(
        "for-below-interval",
        Warning,
        "a `for` or `keep_firing_for` that is shorter than the time between evaluations, or between samples"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let RuleAt { file, group, rule } = at;
        let evaluation = cx.evaluation_interval(file, group);
        for (key, time) in written(rule).into_iter().filter(|(_, time)| time.value > 0) {
            let (length, of) = (format_duration(time.value), file.file.path());
            let message = if let Some(every) = evaluation.filter(|every| *every > time.value) {
                let every = format_duration(every);
                match key {
                    "for" => format!(
                        "`for: {length}` is over before the next evaluation: the alert fires after {every}"
                    ),
                    _ => format!(
                        "`{key}: {length}` is over before the next evaluation: the alert fires for {every} more"
                    ),
                }
            } else if let Some(every) =
                sampled_every(cx, of, rule).filter(|every| key == "for" && *every > time.value)
            {
                let every = format_duration(every);
                format!(
                    "`for: {length}` is over before the next sample, {every} later: a single one makes the alert fire"
                )
            } else {
                continue;
            };
            let help = "Write a multiple of the interval: what is meant to happen.";
            let finding = Diagnostic::new(
                self.code(),
                Severity::Warning,
                message,
                &file.file,
                time.range.clone(),
            );
            found.push(finding.with_help(help));
        }
    }
}

/// Time between the samples that an alert looks at, where all of them are the most recent ones: the shortest.
fn sampled_every(cx: &Context<'_>, path: &std::path::Path, rule: &Rule) -> Option<i64> {
    let expr = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty())?;
    let nodes = expr.parsed.expr.nodes();
    let over_time = |node: &&promql_syntax::ast::Expr| {
        matches!(node.kind, ExprKind::MatrixSelector(_) | ExprKind::Subquery(_))
    };
    if nodes.iter().any(over_time) {
        return None;
    }
    let catalog = cx.catalog(path);
    let selectors = expr.parsed.expr.selectors().into_iter();
    let every: Option<Vec<i64>> = selectors.map(|s| renewal(catalog, s).map(|r| r.ms)).collect();
    every?.into_iter().min()
}

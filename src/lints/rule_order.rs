//! `rule-reads-later-rule`, `rule-reads-other-group`, `rule-cycle`: rules that read what has not been recorded yet.

use std::collections::HashMap;

use promql_syntax::format_duration;

use super::dependencies::{reads, reads_latest};
use super::recordings::ByName;
use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::{Rule, RuleFile};

/// See the module.
pub(super) struct RuleReadsLaterRule;

/// See the module.
pub(super) struct RuleReadsOtherGroup;

/// See the module.
pub(super) struct RuleCycle;

impl Lint for RuleReadsLaterRule {
    describe!(
        "rule-reads-later-rule",
        Warning,
        "a rule that reads what a later rule of its group records, so that it is one evaluation late"
    );

    fn rule_file(&self, cx: &Context<'_>, file: &RuleFile, found: &mut Vec<Diagnostic>) {
        for group in &file.groups {
            let mut first: HashMap<&str, usize> = HashMap::new();
            for (at, rule) in group.rules.iter().enumerate() {
                if let Some(name) = &rule.record {
                    first.entry(name.as_str()).or_insert(at);
                }
            }
            for (at, rule) in group.rules.iter().enumerate() {
                let Some(expr) = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty()) else {
                    continue;
                };
                let later = reads_latest(&expr.parsed.expr).find_map(|(name, selector)| {
                    let written = *first.get(name)?;
                    let recorder = &group.rules[written];
                    let beside = RuleAt {
                        file,
                        group,
                        rule: recorder,
                    };
                    (written > at && beside.may_be_selected(selector)).then_some((selector, recorder))
                });
                let Some((selector, recorder)) = later else {
                    continue;
                };
                let every = cx.evaluation_interval(file, group);
                let late = every.map_or("one evaluation".to_owned(), format_duration);
                let message = format!(
                    "{} is recorded further down: this reads what was recorded {late} ago",
                    recorder.name()
                );
                let range = selector
                    .name
                    .as_ref()
                    .map_or(expr.text.whole(&file.file), |name| {
                        expr.text.locate(&file.file, name.span.into())
                    });
                let finding = Diagnostic::new(self.code(), Severity::Warning, message, &file.file, range)
                    .with_secondary(&file.file, place(file, recorder), "recorded here")
                    .with_help(format!("Move it above {}.", rule.name()))
                    .with_rule(Some(group.name()), Some(rule.name()));
                found.push(finding);
            }
        }
    }
}

fn place(file: &RuleFile, rule: &Rule) -> std::ops::Range<usize> {
    let name = rule.alert.as_ref().or(rule.record.as_ref());
    name.map_or(rule.range.clone(), |name| name.whole(&file.file))
}

impl Lint for RuleReadsOtherGroup {
    describe!(
        "rule-reads-other-group",
        Info,
        "a recording rule that reads what another group records, at times of its own"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn is_on(&self) -> bool {
        // Layers of rules in groups of their own are common, and mostly do no harm.
        false
    }

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let RuleAt { file, group, rule } = at;
        let sound = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty());
        let Some(expr) = sound.filter(|_| rule.record.is_some()) else {
            return;
        };
        let mut said: Vec<&str> = Vec::new();
        for (name, selector) in reads_latest(&expr.parsed.expr) {
            let recorders = cx.recorders(file.file.path(), name);
            let Some(other) = recorders.first() else { continue };
            if said.contains(&name) || recorders.iter().any(|other| other.is_beside(&at)) {
                continue;
            }
            said.push(name);
            let every = cx.evaluation_interval(other.file, other.group);
            let own = cx.evaluation_interval(file, group);
            let age = every.map_or("one evaluation".to_owned(), format_duration);
            let seldom = match (every, own) {
                (Some(every), Some(own)) if every > own => ", and it is evaluated less often than this one",
                _ => "",
            };
            let message = format!(
                "{name} is recorded in the group {}{seldom}: what is read here is up to {age} old",
                other.group.name()
            );
            let range = selector
                .name
                .as_ref()
                .map_or(expr.text.whole(&file.file), |name| {
                    expr.text.locate(&file.file, name.span.into())
                });
            let finding = Diagnostic::new(self.code(), Severity::Info, message, &file.file, range)
                .with_secondary(&other.file.file, place(other.file, other.rule), "recorded here")
                .with_help("Put both into one group, that which is read first.");
            found.push(finding);
        }
    }
}

impl Lint for RuleCycle {
    describe!(
        "rule-cycle",
        Warning,
        "rules that read each other, so that each knows only what the others were"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for stack in cx.catalogs.stacks() {
            let Some(recorded) = cx.recordings.in_stack(stack) else {
                continue;
            };
            for cycle in cycles(recorded) {
                let Some(first) = cycle.first().and_then(|name| recorded[name].first()) else {
                    continue;
                };
                let message = format!("{} read each other", listed(&cycle));
                let range = place(first.file, first.rule);
                let mut finding = Diagnostic::new(self.code(), Severity::Warning, message, &first.file.file, range)
                    .with_help("Each reads what the other was at the last evaluation, and passes it on for ever: compute one of them from the series themselves.")
                    .with_rule(Some(first.group.name()), Some(first.rule.name()));
                for name in cycle.iter().skip(1).take(3) {
                    if let Some(other) = recorded[name].first() {
                        finding = finding.with_secondary(
                            &other.file.file,
                            place(other.file, other.rule),
                            "and this",
                        );
                    }
                }
                found.push(finding);
            }
        }
    }
}

/// Names for people: the first few.
fn listed(names: &[&str]) -> String {
    match names {
        [a, b] => format!("{a} and {b}"),
        [a, b, c] => format!("{a}, {b} and {c}"),
        [a, b, rest @ ..] => format!("{a}, {b} and {} others", rest.len()),
        _ => names.concat(),
    }
}

/// The names that depend on one another: the strongly connected components with more than one name, by Tarjan's way,
/// with a stack of its own.
fn cycles<'p>(recorded: &ByName<'p>) -> Vec<Vec<&'p str>> {
    let names: Vec<&'p str> = recorded.keys().copied().collect();
    let number: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let next: Vec<Vec<usize>> = recorded
        .values()
        .map(|rules| {
            let exprs = rules.iter().filter_map(|at| at.rule.expr.as_ref());
            let read = exprs.flat_map(|expr| reads(&expr.parsed.expr));
            read.filter_map(|(name, _)| number.get(name).copied()).collect()
        })
        .collect();
    let mut order: Vec<Option<usize>> = vec![None; names.len()];
    let (mut low, mut on_path) = (vec![0; names.len()], vec![false; names.len()]);
    let (mut path, mut found, mut count) = (Vec::new(), Vec::new(), 0);
    for root in 0..names.len() {
        let mut open: Vec<(usize, usize)> = Vec::new();
        if order[root].is_none() {
            open.push((root, 0));
        }
        while let Some((node, edge)) = open.pop() {
            if edge == 0 && order[node].is_none() {
                (order[node], low[node], on_path[node]) = (Some(count), count, true);
                path.push(node);
                count += 1;
            }
            if let Some(&to) = next[node].get(edge) {
                open.push((node, edge + 1));
                match order[to] {
                    None => open.push((to, 0)),
                    Some(at) if on_path[to] => low[node] = low[node].min(at),
                    Some(_) => {}
                }
                continue;
            }
            if let Some((parent, _)) = open.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if order[node] == Some(low[node]) {
                let from = path.iter().rposition(|on| *on == node).unwrap_or_default();
                let mut members: Vec<usize> = path.split_off(from);
                members.iter().for_each(|member| on_path[*member] = false);
                members.sort_unstable();
                if members.len() > 1 {
                    found.push(members.into_iter().map(|member| names[member]).collect());
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalogs;
    use crate::lints::Recordings;
    use crate::project::Project;
    use crate::source::discover::FoundFile;

    fn cycles_of(rules: &[(&str, &str)]) -> Vec<Vec<String>> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rules.yml");
        let rules: String = rules
            .iter()
            .map(|(name, expr)| format!("  - record: {name}\n    expr: {expr}\n"))
            .collect();
        std::fs::write(&path, format!("groups:\n- name: g\n  rules:\n{rules}")).expect("a file");
        let project = Project::load(&[FoundFile { path, named: true }], false);
        let catalogs = Catalogs::default();
        let recordings = Recordings::of(&project, &catalogs);
        let recorded = recordings.in_stack(&catalogs.stacks()[0]).expect("rules");
        let cycles = cycles(recorded).into_iter();
        cycles
            .map(|names| names.into_iter().map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn rules_that_read_each_other_are_one_cycle() {
        assert_eq!(
            cycles_of(&[("a:x", "b:x + c:x"), ("b:x", "c:x"), ("c:x", "d:x")]),
            [[""; 0]; 0]
        );
        assert_eq!(
            cycles_of(&[("a:x", "b:x"), ("b:x", "c:x"), ("c:x", "a:x"), ("d:x", "a:x")]),
            [["a:x", "b:x", "c:x"]]
        );
        assert_eq!(
            cycles_of(&[
                ("a:x", "b:x"),
                ("b:x", "a:x"),
                ("c:x", "a:x + d:x"),
                ("d:x", "c:x")
            ]),
            [["a:x", "b:x"], ["c:x", "d:x"]]
        );
    }

    #[test]
    fn what_reads_itself_or_the_past_is_no_cycle() {
        assert_eq!(cycles_of(&[("a:x", "a:x + 1")]), [[""; 0]; 0]);
        assert_eq!(
            cycles_of(&[("a:x", "b:x"), ("b:x", "a:x offset 1m")]),
            [[""; 0]; 0]
        );
    }

    #[test]
    fn many_rules_in_a_row_are_no_trouble() {
        let names: Vec<String> = (0..=3000).map(|at| format!("a:{at}")).collect();
        let mut rules: Vec<(&str, &str)> = names.windows(2).map(|pair| (&*pair[0], &*pair[1])).collect();
        assert!(cycles_of(&rules).is_empty());
        rules.push((&names[3000], &names[0]));
        assert_eq!(cycles_of(&rules)[0].len(), 3001);
    }
}

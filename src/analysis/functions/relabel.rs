//! Functions that change labels and leave values alone.

use std::collections::BTreeSet;

use promql_syntax::ast::{ExprKind, Matcher};
use promql_syntax::{LabelMatcher, compile_anchored};

use super::{Arguments, Rule};
use crate::analysis::facts::{Facts, Presence};
use crate::analysis::labels::METRIC_NAME;
use crate::analysis::values::LabelValues;

pub(super) fn rule(name: &str) -> Option<Rule> {
    Some(match name {
        "label_replace" => replace,
        "label_join" => join,
        "info" => info,
        _ => return None,
    })
}

/// `label_replace(v, destination, replacement, source, pattern)`
fn replace(call: &Arguments<'_, '_>) -> Facts {
    let mut facts = call.facts(0);
    let parts = (call.string(1), call.string(2), call.string(3), call.string(4));
    let (Some(target), Some(template), Some(source), Some(pattern)) = parts else {
        facts.labels.open();
        return facts;
    };
    let Ok(regex) = compile_anchored(pattern) else {
        return facts;
    };
    let before = facts.labels.get(target);
    let sources = facts.labels.get(source);
    // Where the pattern does not match, the label stays as it was.
    let (may_match, may_not_match) = match &sources {
        LabelValues::Among(values) => (
            values.iter().any(|value| regex.is_match(value)),
            values.iter().any(|value| !regex.is_match(value)),
        ),
        LabelValues::AllBut(_) => (true, !matches_everything(pattern)),
    };
    let written = if !template.contains('$') {
        LabelValues::only(template)
    } else if template == "$1" && matches!(pattern, "(.*)" | "(.+)") {
        match (pattern, &sources) {
            ("(.*)", _) => sources.clone(),
            (_, known) => known.and(&LabelValues::present()),
        }
    } else if has_fixed_part(template) {
        LabelValues::present()
    } else {
        LabelValues::any()
    };
    let after = match (may_match, may_not_match) {
        (true, false) => written,
        (false, _) => before,
        (true, true) if source == target => {
            // Values that match are replaced, others stay.
            let others = match &before {
                LabelValues::Among(values) => {
                    let others = values.iter().filter(|value| !regex.is_match(value));
                    LabelValues::Among(others.cloned().collect::<BTreeSet<_>>())
                }
                LabelValues::AllBut(_) => before,
            };
            written.or(&others)
        }
        (true, true) => written.or(&before),
    };
    facts.labels.set(target, after);
    facts
}

fn matches_everything(pattern: &str) -> bool {
    matches!(pattern, ".*" | "(.*)")
}

/// Whether a template leaves some text whatever its groups hold: it begins with text, or ends with it behind a brace.
fn has_fixed_part(template: &str) -> bool {
    !template.starts_with('$') && !template.is_empty()
}

/// `label_join(v, destination, separator, source…)`
fn join(call: &Arguments<'_, '_>) -> Facts {
    let mut facts = call.facts(0);
    let (Some(target), Some(separator)) = (call.string(1), call.string(2)) else {
        facts.labels.open();
        return facts;
    };
    let sources: Option<Vec<LabelValues>> = (3..call.nodes.len())
        .map(|index| call.string(index).map(|source| facts.labels.get(source)))
        .collect();
    let Some(sources) = sources else {
        facts.labels.open();
        return facts;
    };
    let single: Option<Vec<&str>> = sources.iter().map(LabelValues::single).collect();
    let joined = match single {
        Some(values) => LabelValues::only(values.join(separator)),
        None if sources.len() == 1 => sources[0].clone(),
        None if !separator.is_empty() || sources.iter().any(LabelValues::surely_present) => {
            LabelValues::present()
        }
        None => LabelValues::any(),
    };
    facts.labels.set(target, joined);
    facts
}

/// `info(v, selector)`: labels that are there stay as they are, others may be added.
fn info(call: &Arguments<'_, '_>) -> Facts {
    let mut facts = call.facts(0);
    let selector = call.nodes.get(1).and_then(|node| match &node.expr.kind {
        ExprKind::VectorSelector(selector) => Some(selector),
        _ => None,
    });
    let matchers = selector.map_or(&[][..], |selector| selector.matchers.as_slice());
    let data: Vec<&Matcher> = matchers.iter().filter(|m| m.name.name != METRIC_NAME).collect();
    let may_be_added =
        |label: &str| label != METRIC_NAME && (data.is_empty() || data.iter().any(|m| m.name.name == label));
    let lacking: Vec<String> = facts
        .labels
        .named()
        .filter(|(name, values)| may_be_added(name) && !values.surely_present())
        .map(|(name, _)| name.to_owned())
        .collect();
    let name = facts.labels.get(METRIC_NAME);
    if data.is_empty() {
        facts.labels.open();
    }
    for label in lacking
        .iter()
        .map(String::as_str)
        .chain(data.iter().map(|m| m.name.name.as_str()))
    {
        let values = facts.labels.get(label);
        if !values.surely_present() {
            facts.labels.set(label, LabelValues::any());
        }
    }
    facts.labels.set(METRIC_NAME, name);
    let passes = |matcher: &&Matcher| LabelMatcher::new(matcher).is_ok_and(|compiled| compiled.matches(""));
    let must_be_there = !data.iter().all(passes);
    if must_be_there && facts.presence == Presence::Always {
        facts.presence = Presence::Maybe;
    }
    facts
}

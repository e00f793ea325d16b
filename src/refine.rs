//! Tells the catalogs what analysis finds out about the series that recording rules make: catalogs know documents
//! and nothing of expressions, so this stands between the two.

use crate::analysis::labels::METRIC_NAME;
use crate::analysis::quantity::Kind;
use crate::analysis::{Facts, Interval, LabelFacts, LabelValues, Recorded, Trust, recording};
use crate::catalog::{Bounds, Catalog, Catalogs, Label, LabelSet, SeriesKind, Values};
use crate::model::rules::RuleFile;
use crate::project::Project;

/// Says more of the series of recording rules in catalogs than that they exist: what they are, their labels, their
/// bounds, as far as that is likely.
pub fn refine(catalogs: &mut Catalogs, project: &Project) {
    let refined: Vec<Vec<(String, Facts)>> = catalogs
        .stacks()
        .iter()
        .map(|stack| {
            let belongs = |file: &&RuleFile| std::ptr::eq(catalogs.of(file.file.path()), &stack.catalog);
            let files: Vec<&RuleFile> = project.rule_files().filter(belongs).collect();
            of_rules(&recording_rules(&files), &stack.catalog)
        })
        .collect();
    for (stack, refined) in catalogs.stacks_mut().iter_mut().zip(refined) {
        for (name, facts) in refined {
            let (kind, labels, bounds) = (kind(&facts), label_set(&facts.labels), bounds(&facts));
            stack.catalog.refine(&name, kind, labels, bounds);
        }
    }
}

/// The recording rules of files.
pub(crate) fn recording_rules<'p>(files: &[&'p RuleFile]) -> Vec<recording::Rule<'p>> {
    let groups = files.iter().flat_map(|file| &file.groups);
    groups
        .flat_map(|group| group.rules.iter().map(move |rule| (group, rule)))
        .filter_map(|(group, rule)| {
            let labels = group.labels.iter().chain(&rule.labels);
            Some(recording::Rule {
                name: rule.record.as_ref()?.as_str(),
                labels: labels
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect(),
                expr: &rule.expr.as_ref()?.parsed.expr,
            })
        })
        .collect()
}

fn of_rules(rules: &[recording::Rule<'_>], catalog: &Catalog) -> Vec<(String, Facts)> {
    let recorded = Recorded::of_rules(rules, catalog, Trust::Likely);
    let mut names: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
    names.sort_unstable();
    names.dedup();
    let known = names.into_iter();
    known
        .filter_map(|name| Some((name.to_owned(), recorded.facts(name)?)))
        .collect()
}

fn kind(facts: &Facts) -> SeriesKind {
    match facts.quantity.kind {
        _ if facts.histograms => SeriesKind::Unknown,
        Kind::Unknown => SeriesKind::Unknown,
        Kind::Counter => SeriesKind::Counter,
        Kind::HistogramBucket => SeriesKind::HistogramBucket,
        Kind::Sum => SeriesKind::HistogramSum,
        Kind::Count => SeriesKind::HistogramCount,
        Kind::Info => SeriesKind::Info,
        _ => SeriesKind::Gauge,
    }
}

fn bounds(facts: &Facts) -> Bounds {
    let value: Interval = facts.value;
    match value.has_numbers() && !facts.histograms {
        true => Bounds {
            lo: value.lo(),
            hi: value.hi(),
            nan: value.has_nan(),
        },
        false => Bounds::ANY,
    }
}

fn label_set(labels: &LabelFacts) -> LabelSet {
    let mut set = match labels.is_open() {
        true => LabelSet::open(),
        false => LabelSet::closed(),
    };
    for (name, values) in labels.named().filter(|(name, _)| *name != METRIC_NAME) {
        if values.surely_absent() {
            set.exclude(name);
            continue;
        }
        let known = match values {
            LabelValues::Among(known) => {
                Values::one_of(known.iter().filter(|value| !value.is_empty()).cloned())
            }
            LabelValues::AllBut(_) => Values::Any,
        };
        let label = match values.surely_present() {
            true => Label::always(known),
            false => Label::sometimes(known),
        };
        set.insert(name, label);
    }
    set
}

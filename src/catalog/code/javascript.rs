//! Metrics of programs in JavaScript and TypeScript: the library `prom-client`.

mod evaluate;
mod labels;

use std::sync::Arc;

use tree_sitter::Node;

use super::mentions::Mentions;
use super::syntax::{Parsed, children, field};
use super::value::{Value, bounds};
use super::{Code, Gap, Language};
use crate::catalog::labels::{Label, LabelSet, Values};
use crate::catalog::metric::{Birth, Metric, Origin, Touched};
use crate::model::exposition::MetricKind;
use crate::source::SourceFile;
use evaluate::{At, Modules};
use labels::Found;

/// The upper bounds of a histogram for which none are given.
const DEFAULT_BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The quantiles of a summary for which none are given.
const DEFAULT_QUANTILES: [f64; 7] = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999];

/// Reads the metrics that these files declare together.
pub(super) fn read(files: &[(Language, Arc<SourceFile>)]) -> Code {
    let is_ours = |language: &Language| matches!(language, Language::JavaScript | Language::TypeScript);
    if !files
        .iter()
        .any(|(language, file)| is_ours(language) && file.text().contains("prom-client"))
    {
        return Code::default();
    }
    // The grammar for JSX reads JavaScript, too; type assertions in angle brackets are TypeScript's alone.
    let (plain, jsx) = (
        tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        tree_sitter_typescript::LANGUAGE_TSX.into(),
    );
    let parsed: Vec<Parsed> = files
        .iter()
        .filter(|(language, _)| is_ours(language))
        .filter_map(|(language, file)| {
            let is_jsx = file.path().extension().is_some_and(|ending| ending == "tsx");
            let grammar = if *language == Language::JavaScript || is_jsx {
                &jsx
            } else {
                &plain
            };
            Parsed::new(file, grammar)
        })
        .collect();
    let modules = Modules::new(&parsed);
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    for (module, one) in modules.list.iter().enumerate() {
        one.parsed.walk(|node| {
            let at = At { module, node };
            let Some(kind) = made_by(&modules, at) else { return };
            match metric(&modules, at, kind) {
                Some(metric) => found.push(metric),
                None => gaps.push(Gap {
                    location: one.parsed.location(node),
                    what: "a metric whose name is put together while the program runs".to_owned(),
                }),
            }
        });
    }
    labels::add_uses(&modules, &mut found);
    let mentions = Mentions::of(&parsed);
    for one in &mut found {
        if one.metric.touched != Touched::Somewhere {
            one.metric.touched = mentions.touched(one.holder.as_deref());
        }
    }
    Code {
        metrics: found.into_iter().map(|found| found.metric).collect(),
        gaps,
    }
}

/// The type of the metric that a `new` makes.
fn made_by<'t>(modules: &Modules<'t>, at: At<'t>) -> Option<MetricKind> {
    let class = field(at.node, "constructor").filter(|_| at.node.kind() == "new_expression")?;
    match modules.library_name(At { node: class, ..at })?.as_str() {
        "Counter" => Some(MetricKind::Counter),
        "Gauge" => Some(MetricKind::Gauge),
        "Histogram" => Some(MetricKind::Histogram),
        "Summary" => Some(MetricKind::Summary),
        _ => None,
    }
}

/// The metric; `None` where its name is not known.
fn metric<'t>(modules: &Modules<'t>, at: At<'t>, kind: MetricKind) -> Option<Found> {
    let parsed = modules.list[at.module].parsed;
    let node: Node<'t> = children(field(at.node, "arguments")?).next()?;
    let options = modules.object(At { node, ..at })?;
    let option = |name: &str| modules.property(options, name);
    let Some(Value::Text(name)) = option("name").and_then(|node| modules.value(node)) else {
        return None;
    };
    // An object that takes in another one (`...common`) may have any option.
    let open = modules.is_open(options);
    let names = match option("labelNames") {
        None if open => None,
        None => Some(Vec::new()),
        Some(node) => modules.value(node).and_then(|value| value.texts()),
    };
    let labels = match &names {
        None => LabelSet::open(),
        Some(names) => names.iter().fold(LabelSet::closed(), |set, name| {
            set.with(name, Label::always(Values::Any))
        }),
    };
    let mut metric = Metric::new(name, kind, labels, Origin::Code(parsed.location(at.node)));
    metric.help = option("help")
        .and_then(|node| modules.value(node))
        .and_then(|help| help.text().map(str::to_owned));
    if open || option("collect").is_some() || modules.has_method(options, "collect") {
        // It is asked for its values at each scrape.
        metric.touched = Touched::Somewhere;
    }
    metric.birth = match &names {
        Some(names) if names.is_empty() => Birth::Start,
        _ => Birth::Unknown,
    };
    let numbers = |name: &str, default: &[f64]| match option(name) {
        None if open => None,
        None => Some(default.to_vec()),
        Some(node) => modules.value(node).and_then(|value| value.numbers()),
    };
    match kind {
        MetricKind::Histogram => metric.buckets = numbers("buckets", &DEFAULT_BUCKETS).and_then(bounds),
        MetricKind::Summary => {
            metric.quantiles = numbers("percentiles", &DEFAULT_QUANTILES).unwrap_or_default()
        }
        _ => {}
    }
    Some(Found {
        metric,
        holder: labels::holder(parsed, at.node),
        label_names: names,
    })
}

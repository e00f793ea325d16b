//! Metrics of programs in Go: the library `client_golang`.
//!
//! A metric is recognised by the options that it is made with (`prometheus.CounterOpts{…}`), whoever makes it:
//! `prometheus`, `promauto`, a factory in a variable.

mod evaluate;
mod labels;

use std::sync::Arc;

use tree_sitter::Node;

use super::mentions::Mentions;
use super::syntax::{Parsed, children, field};
use super::value::{Value, bounds};
use super::{Code, Gap};
use crate::catalog::labels::{Label, LabelSet, Values};
use crate::catalog::metric::{Birth, Metric, Origin};
use crate::model::exposition::MetricKind;
use crate::source::SourceFile;
use evaluate::{At, Packages};
use labels::Found;

/// The upper bounds of a histogram for which none are given.
const DEFAULT_BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Why a metric is not known.
const PUT_TOGETHER: &str = "a metric whose name is put together while the program runs";

/// Reads the metrics that these files declare together.
pub(super) fn read(files: &[Arc<SourceFile>]) -> Code {
    if !files.iter().any(|file| file.text().contains("prometheus")) {
        return Code::default();
    }
    let grammar = tree_sitter_go::LANGUAGE.into();
    let parsed: Vec<Parsed> = files
        .iter()
        .filter_map(|file| Parsed::new(file, &grammar))
        .collect();
    let packages = Packages::new(&parsed);
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    for (file, one) in packages.files.iter().enumerate() {
        if !one.parsed.file.text().contains("prometheus") {
            continue;
        }
        one.parsed.walk(|node| {
            if node.kind() != "call_expression" {
                return;
            }
            match metric(&packages, At { file, node }) {
                None => {}
                Some(Ok(metric)) => found.push(metric),
                Some(Err(what)) => gaps.push(Gap {
                    location: one.parsed.location(node),
                    what: what.to_owned(),
                }),
            }
        });
    }
    labels::add_uses(&packages, &mut found);
    let mentions = Mentions::of(&parsed);
    for one in &mut found {
        one.metric.touched = mentions.touched(one.holder.as_deref());
    }
    Code {
        metrics: found.into_iter().map(|found| found.metric).collect(),
        gaps,
    }
}

/// The metric that a call makes; `None` where it makes none.
fn metric<'t>(packages: &Packages<'t>, at: At<'t>) -> Option<Result<Found, &'static str>> {
    let parsed = packages.files[at.file].parsed;
    let function = field(at.node, "function")?;
    let function = match function.kind() {
        "selector_expression" => parsed.text(field(function, "field")?),
        "identifier" => parsed.text(function),
        _ => return None,
    };
    let arguments: Vec<Node<'t>> = children(field(at.node, "arguments")?).collect();
    if function == "NewDesc" && packages.is_library(at) {
        // What its collector makes of it is not followed.
        return Some(described(packages, at, &arguments).map(|metric| Found {
            metric,
            holder: None,
            label_names: None,
        }));
    }
    let (kind, is_vector) = made_by(function)?;
    let options = packages.literal(At {
        node: *arguments.first()?,
        ..at
    });
    let Some(options) = options else {
        let library = packages.is_library(at);
        return library.then_some(Err("a metric whose options are made elsewhere"));
    };
    if !packages.is_options(options) {
        return None;
    }
    let vector = is_vector.then(|| arguments.get(1).copied());
    let names = vector
        .flatten()
        .and_then(|node| packages.value(At { node, ..at }));
    let with_options = with_options(packages, at, kind, options, vector);
    Some(with_options.map(|metric| Found {
        metric,
        holder: labels::holder(parsed, at.node),
        label_names: names.as_ref().and_then(Value::texts),
    }))
}

/// The type of the metric that a function makes, and whether it has labels.
fn made_by(function: &str) -> Option<(MetricKind, bool)> {
    let kind = function.strip_prefix("New")?;
    let (kind, is_vector) = match kind.strip_suffix("Vec") {
        Some(kind) => (kind, true),
        None => (kind.strip_suffix("Func").unwrap_or(kind), false),
    };
    let kind = match kind {
        "Counter" => MetricKind::Counter,
        "Gauge" => MetricKind::Gauge,
        "Histogram" => MetricKind::Histogram,
        "Summary" => MetricKind::Summary,
        "Untyped" => MetricKind::Unknown,
        _ => return None,
    };
    Some((kind, is_vector))
}

fn with_options<'t>(
    packages: &Packages<'t>,
    at: At<'t>,
    kind: MetricKind,
    options: At<'t>,
    vector: Option<Option<Node<'t>>>,
) -> Result<Metric, &'static str> {
    let parsed = packages.files[at.file].parsed;
    let option = |name: &str| packages.member(options, name);
    let text = |name: &str| match option(name) {
        None => Ok(String::new()),
        Some(node) => match packages.value(node) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(PUT_TOGETHER),
        },
    };
    let name = full_name(&text("Namespace")?, &text("Subsystem")?, &text("Name")?);
    if name.is_empty() {
        return Err(PUT_TOGETHER);
    }
    let mut labels = match vector {
        None => LabelSet::closed(),
        Some(names) => variable_labels(packages, at, names),
    };
    if let Some(constant) = option("ConstLabels") {
        add_constant_labels(packages, constant, &mut labels);
    }
    let mut metric = Metric::new(name, kind, labels, Origin::Code(parsed.location(at.node)));
    metric.help = text("Help").ok().filter(|help| !help.is_empty());
    metric.birth = if vector.is_none() {
        Birth::Start
    } else {
        Birth::Unknown
    };
    match kind {
        MetricKind::Histogram => {
            metric.native = option("NativeHistogramBucketFactor").is_some();
            let given = option("Buckets").map(|node| packages.value(node));
            metric.buckets = match given {
                Some(value) => value.as_ref().and_then(Value::numbers).and_then(bounds),
                None if metric.native => None,
                None => Some(DEFAULT_BUCKETS.to_vec()),
            };
        }
        MetricKind::Summary => {
            if let Some(objectives) = option("Objectives") {
                let quantiles = packages.keys(objectives).into_iter().flatten();
                metric.quantiles = quantiles.filter_map(|value| value.number()).collect();
            }
        }
        _ => {}
    }
    Ok(metric)
}

/// `NewDesc(name, help, labels, constant labels)`: what a collector of the program's own exposes.
fn described<'t>(
    packages: &Packages<'t>,
    at: At<'t>,
    arguments: &[Node<'t>],
) -> Result<Metric, &'static str> {
    let parsed = packages.files[at.file].parsed;
    let [name, help, labels, constant, ..] = arguments else {
        return Err(PUT_TOGETHER);
    };
    let inside = |node: &Node<'t>| At { node: *node, ..at };
    let Some(Value::Text(name)) = packages.value(inside(name)) else {
        return Err(PUT_TOGETHER);
    };
    let mut set = variable_labels(packages, at, Some(*labels));
    add_constant_labels(packages, inside(constant), &mut set);
    let mut metric = Metric::new(
        name,
        MetricKind::Unknown,
        set,
        Origin::Code(parsed.location(at.node)),
    );
    metric.help = packages
        .value(inside(help))
        .and_then(|help| help.text().map(str::to_owned));
    Ok(metric)
}

fn variable_labels<'t>(packages: &Packages<'t>, at: At<'t>, names: Option<Node<'t>>) -> LabelSet {
    let value = names.and_then(|node| packages.value(At { node, ..at }));
    match value {
        Some(Value::Nothing) => LabelSet::closed(),
        Some(value) => match value.texts() {
            Some(names) => names.into_iter().fold(LabelSet::closed(), |set, name| {
                set.with(name, Label::always(Values::Any))
            }),
            None => LabelSet::open(),
        },
        None => LabelSet::open(),
    }
}

/// Labels that are the same for all series.
fn add_constant_labels<'t>(packages: &Packages<'t>, at: At<'t>, labels: &mut LabelSet) {
    match packages.entries(at) {
        Some(entries) => {
            for (name, value) in entries {
                let values = match packages.value(value) {
                    Some(Value::Text(text)) => Values::only(text),
                    _ => Values::Any,
                };
                labels.insert(name, Label::always(values));
            }
        }
        None => labels.set_open(),
    }
}

/// The pieces of a name, those that are not empty, with `_` between them; nothing where the last is empty.
fn full_name(namespace: &str, subsystem: &str, name: &str) -> String {
    if name.is_empty() {
        return String::new();
    }
    let pieces = [namespace, subsystem, name];
    let filled: Vec<&str> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
    filled.join("_")
}

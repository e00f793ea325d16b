//! The metrics that a program in Python declares: calls of the classes of `prometheus_client`.

use tree_sitter::Node;

use super::super::Gap;
use super::super::syntax::field;
use super::super::value::{Value, bounds};
use super::evaluate::{Arguments, DEFAULT_BUCKETS};
use super::modules::{At, Meaning, Modules};
use crate::catalog::labels::{Label, LabelSet, Values};
use crate::catalog::metric::{Birth, Metric, Origin};
use crate::model::exposition::MetricKind;

/// What was found.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) found: Vec<Found>,
    pub(super) gaps: Vec<Gap>,
    /// Whether the processes of the program may share their metrics (`MultiProcessCollector`).
    pub(super) multiprocess: bool,
}

/// A metric and what it goes by in the program.
pub(super) struct Found {
    pub(super) metric: Metric,
    /// The variable or member that holds it; `None` where it is put elsewhere.
    pub(super) name: Option<String>,
    /// Its labels in the order in which `labels(…)` takes them; `None` where they are not known.
    pub(super) label_names: Option<Vec<String>>,
}

/// A class of the library.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Info,
    Enum,
}

/// Libraries that add metrics of their own to whatever imports them.
const INSTRUMENTING: [(&str, &str); 8] = [
    ("prometheus_fastapi_instrumentator", "metrics of HTTP requests"),
    ("starlette_exporter", "metrics of HTTP requests"),
    ("starlette_prometheus", "metrics of HTTP requests"),
    ("prometheus_flask_exporter", "metrics of HTTP requests"),
    ("django_prometheus", "metrics of Django"),
    ("aioprometheus", "metrics of its own"),
    ("py_grpc_prometheus", "metrics of gRPC"),
    ("opentelemetry", "metrics of its own"),
];

/// Finds the metrics of all modules.
pub(super) fn declared<'t>(modules: &Modules<'t>) -> Declared {
    let mut declared = Declared::default();
    let mut pending = Vec::new();
    for (module, one) in modules.list.iter().enumerate() {
        one.parsed.walk(|node| {
            let at = At { module, node };
            match node.kind() {
                "call" => pending.extend(class_of_call(modules, at).map(|class| (at, class))),
                "identifier" if one.parsed.text(node) == "MultiProcessCollector" => {
                    declared.multiprocess = true
                }
                "import_statement" | "import_from_statement" => note_library(modules, at, &mut declared.gaps),
                _ => {}
            }
        });
    }
    for (at, class) in pending {
        match metric(modules, at, class, declared.multiprocess) {
            Ok(found) => declared.found.push(found),
            Err(what) => declared.gaps.push(Gap {
                location: modules.list[at.module].parsed.location(at.node),
                what: what.to_owned(),
            }),
        }
    }
    declared
}

fn note_library<'t>(modules: &Modules<'t>, at: At<'t>, gaps: &mut Vec<Gap>) {
    let parsed = modules.list[at.module].parsed;
    let words = parsed
        .text(at.node)
        .split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<&str> = words.collect();
    for (library, what) in INSTRUMENTING {
        if words.contains(&library) {
            gaps.push(Gap {
                location: parsed.location(at.node),
                what: format!("{library} adds {what}"),
            });
        }
    }
}

/// The class of the library that a call makes an object of.
fn class_of_call<'t>(modules: &Modules<'t>, at: At<'t>) -> Option<Class> {
    if at.node.kind() != "call" {
        return None;
    }
    let parsed = modules.list[at.module].parsed;
    let function = field(at.node, "function")?;
    let meanings = match function.kind() {
        "identifier" => modules.meanings(at, parsed.text(function)),
        "attribute" => {
            let name = parsed.text(field(function, "attribute")?);
            modules.members_of(at, field(function, "object")?, name)
        }
        _ => return None,
    };
    meanings.iter().find_map(|(_, meaning)| match meaning {
        Meaning::Imported(import, name) if import.package() == "prometheus_client" => class_named(name),
        _ => None,
    })
}

fn class_named(name: &str) -> Option<Class> {
    Some(match name {
        "Counter" => Class::Counter,
        "Gauge" => Class::Gauge,
        "Histogram" => Class::Histogram,
        "Summary" => Class::Summary,
        "Info" => Class::Info,
        "Enum" => Class::Enum,
        _ => return None,
    })
}

/// The metric that a call makes.
fn metric<'t>(
    modules: &Modules<'t>,
    at: At<'t>,
    class: Class,
    multiprocess: bool,
) -> Result<Found, &'static str> {
    let parsed = modules.list[at.module].parsed;
    let arguments = Arguments::of(parsed, at.node).ok_or("a metric whose arguments are not a list")?;
    let value = |name: &str, place: Option<usize>| {
        let node = arguments.get(name, place)?;
        Some(modules.value(At { node, ..at }))
    };
    // What is not given is nothing; what is given must be known.
    let text = |name: &str, place: usize| match value(name, Some(place)) {
        None => Ok(String::new()),
        Some(Some(Value::Text(text))) => Ok(text),
        Some(Some(Value::Nothing)) => Ok(String::new()),
        Some(_) => Err("a metric whose name is put together while the program runs"),
    };
    let own = text("name", 0)?;
    if own.is_empty() || arguments.open && arguments.by_place.is_empty() && arguments.by_name.is_empty() {
        return Err("a metric whose name is put together while the program runs");
    }
    let unit = text("unit", 5)?;
    let name = full_name(
        class,
        &[&text("namespace", 3)?, &text("subsystem", 4)?],
        &own,
        &unit,
    );

    let label_names = match value("labelnames", Some(2)) {
        None if arguments.open => None,
        None | Some(Some(Value::Nothing)) => Some(Vec::new()),
        Some(known) => known.as_ref().and_then(Value::texts),
    };
    let mut labels = match &label_names {
        None => LabelSet::open(),
        Some(names) => names.iter().fold(LabelSet::closed(), |set, name| {
            set.with(name, Label::always(Values::Any))
        }),
    };
    let (kind, created) = match class {
        Class::Counter => (MetricKind::Counter, true),
        Class::Gauge => (MetricKind::Gauge, false),
        Class::Histogram => (MetricKind::Histogram, true),
        Class::Summary => (MetricKind::Summary, true),
        Class::Info => (MetricKind::Info, false),
        Class::Enum => (MetricKind::StateSet, false),
    };
    match class {
        // What `info(…)` is given becomes labels.
        Class::Info => labels.set_open(),
        Class::Enum => {
            let states = value("states", Some(8)).flatten().and_then(|v| v.texts());
            labels.insert(&name, Label::always(states.map_or(Values::Any, Values::one_of)));
        }
        Class::Gauge if multiprocess => {
            let mode = match value("multiprocess_mode", Some(8)) {
                None => Some("all".to_owned()),
                Some(mode) => mode.and_then(|m| m.text().map(str::to_owned)),
            };
            if mode.is_none_or(|mode| matches!(mode.as_str(), "all" | "liveall")) {
                labels.insert("pid", Label::sometimes(Values::Any));
            }
        }
        _ => {}
    }
    let mut metric = Metric::new(name, kind, labels, Origin::Code(parsed.location(at.node)));
    metric.created = created;
    metric.help = value("documentation", Some(1))
        .flatten()
        .and_then(|v| v.text().map(str::to_owned));
    metric.unit = Some(unit).filter(|unit| !unit.is_empty());
    metric.birth = match &label_names {
        Some(names) if names.is_empty() => Birth::Start,
        _ => Birth::Unknown,
    };
    if class == Class::Histogram {
        metric.buckets = match value("buckets", Some(8)) {
            None if arguments.open => None,
            None => Some(DEFAULT_BUCKETS.to_vec()),
            Some(given) => given.as_ref().and_then(Value::numbers).and_then(bounds),
        };
    }
    Ok(Found {
        metric,
        name: variable(modules, at),
        label_names,
    })
}

/// The name as it is exposed: the library puts the pieces together, a unit behind them, and its own endings.
fn full_name(class: Class, prefixes: &[&str], own: &str, unit: &str) -> String {
    let given = prefixes.iter().filter(|prefix| !prefix.is_empty());
    let mut name: String = given.map(|prefix| format!("{prefix}_")).collect();
    name.push_str(own);
    if class == Class::Counter
        && let Some(base) = name.strip_suffix("_total")
    {
        name.truncate(base.len());
    }
    if !unit.is_empty() && !name.ends_with(&format!("_{unit}")) {
        name.push('_');
        name.push_str(unit);
    }
    match class {
        Class::Counter => name + "_total",
        Class::Info => name + "_info",
        _ => name,
    }
}

/// The variable or member that the value of a call is assigned to.
fn variable<'t>(modules: &Modules<'t>, at: At<'t>) -> Option<String> {
    let parsed = modules.list[at.module].parsed;
    let mut node: Node<'t> = at.node;
    while matches!(
        node.parent()?.kind(),
        "parenthesized_expression" | "conditional_expression"
    ) {
        node = node.parent()?;
    }
    let parent = node.parent()?;
    match parent.kind() {
        "assignment" | "named_expression" => {
            let left = field(parent, "left").or_else(|| field(parent, "name"))?;
            match left.kind() {
                "identifier" => Some(parsed.text(left).to_owned()),
                "attribute" => Some(parsed.text(field(left, "attribute")?).to_owned()),
                _ => None,
            }
        }
        _ => None,
    }
}

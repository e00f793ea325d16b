//! Catalog files: what a program exposes, recorded from a page that it once showed.
//!
//! A file is one JSON mapping with the metrics one a line, for people who compare two versions of it.

use std::path::PathBuf;
use std::sync::Arc;

use super::labels::{Label, LabelSet, Presence, Values};
use super::metric::{Metric, Origin};
use crate::diagnostic::Diagnostic;
use crate::model::exposition::MetricKind;
use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Fields, Reader, codes};
use crate::source::{Node, SourceFile, json};

/// A catalog file.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The program.
    pub program: String,
    /// Its version.
    pub version: String,
    /// The day on which it was recorded: `2026-11-24`.
    pub date: String,
    /// What was running, in words.
    pub about: Option<String>,
    /// Its metrics.
    pub metrics: Vec<Metric>,
}

/// The fields of a catalog file.
pub static CATALOG_FILE: Shape = Shape {
    name: "CatalogFile",
    what: "a catalog file",
    about: "The metrics that a program exposes, as `rulecheck catalog record` writes them.",
    fields: &[
        Field::required("program", Value::Text, "The program: `redis_exporter`."),
        Field::required("version", Value::Text, "Its version."),
        Field::required("date", Value::Text, "When it was recorded: `2026-11-24`."),
        Field::new("about", Value::Text, "What was running, for whoever reads this."),
        Field::required("metrics", Value::List(&Value::Fields(&METRIC)), "The metrics."),
    ],
};

static METRIC: Shape = Shape {
    name: "CatalogMetric",
    what: "a metric",
    about: "A metric: a histogram `x` stands for `x_bucket`, `x_sum` and `x_count`.",
    fields: &[
        Field::required("name", Value::Text, "Its name; that of a counter with `_total`."),
        Field::required(
            "type",
            Value::Choice(&[
                "counter",
                "gauge",
                "histogram",
                "gaugehistogram",
                "summary",
                "info",
                "stateset",
                "unknown",
            ]),
            "Its type.",
        ),
        Field::new("help", Value::Text, "What it means."),
        Field::new("unit", Value::Text, "Its unit: `seconds`."),
        Field::new(
            "labels",
            Value::Map(&Value::List(&Value::Text)),
            "Its labels with the values that they can have; any where the list is empty.",
        ),
        Field::new(
            "sometimes",
            Value::List(&Value::Text),
            "Those of its labels that not every series has.",
        ),
        Field::new(
            "others",
            Value::Boolean,
            "Whether its series may have labels that are not listed.",
        ),
        Field::new(
            "buckets",
            Value::List(&Value::Number),
            "Finite upper bounds of its buckets, ascending.",
        ),
        Field::new(
            "quantiles",
            Value::List(&Value::Number),
            "The quantiles of a summary.",
        ),
    ],
};

/// Reads a catalog file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(file: &Arc<SourceFile>, path: Option<PathBuf>) -> Result<Recorded, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut reader = Reader::new(file, "rulecheck", &mut found);
    let root = match json::parse(file.text()) {
        Ok(root) => root,
        Err(error) => {
            let message = format!("the catalog is no JSON: {}", error.message);
            reader.error(codes::JSON_SYNTAX, error.range, message, error.help);
            None
        }
    };
    let recorded = root.and_then(|root| read_root(&mut reader, &root, path));
    match recorded {
        Some(recorded) if found.is_empty() => Ok(recorded),
        _ => Err(found),
    }
}

fn read_root(reader: &mut Reader<'_>, root: &Node, file: Option<PathBuf>) -> Option<Recorded> {
    let fields = reader.fields(root, &CATALOG_FILE)?;
    let program = required(reader, &fields, root, "program")?;
    let version = required(reader, &fields, root, "version")?;
    let date = required(reader, &fields, root, "date")?;
    let about = optional(reader, &fields, "about");
    let origin = Origin::Recorded {
        program: program.clone(),
        version: version.clone(),
        file,
    };
    let mut metrics = Vec::new();
    if let Some(list) = fields.get("metrics") {
        for node in reader.sequence(list, "`metrics`") {
            metrics.extend(read_metric(reader, node, &origin));
        }
    }
    Some(Recorded {
        program,
        version,
        date,
        about,
        metrics,
    })
}

fn read_metric(reader: &mut Reader<'_>, node: &Node, origin: &Origin) -> Option<Metric> {
    let fields = reader.fields(node, &METRIC)?;
    let name = required(reader, &fields, node, "name")?;
    let kind = required(reader, &fields, node, "type")?;
    let Some(kind) = MetricKind::named(&kind) else {
        let message = format!("there is no type of metrics `{kind}`");
        let help = "Write `counter`, `gauge`, `histogram`, `summary`, `info`, `stateset` or `unknown`.";
        reader.error(codes::INVALID_VALUE, node.place(), message, help);
        return None;
    };
    let mut labels = LabelSet::closed();
    if let Some(written) = fields.get("labels") {
        for entry in written.as_mapping().unwrap_or_default() {
            let Some(name) = reader.text(&entry.key, "a label") else {
                continue;
            };
            let values = texts(reader, &entry.value, "the values of a label");
            let values = match values.is_empty() {
                true => Values::Any,
                false => Values::one_of(values),
            };
            labels.insert(name.as_str(), Label::always(values));
        }
    }
    if let Some(list) = fields.get("sometimes") {
        for name in texts(reader, list, "`sometimes`") {
            let values = labels
                .get(&name)
                .map_or(Values::Any, |label| label.values.clone());
            labels.insert(name, Label::sometimes(values));
        }
    }
    let others = fields
        .get("others")
        .and_then(|node| reader.boolean(node, "others"));
    if others.is_some_and(|others| others.value) {
        labels.set_open();
    }
    let mut metric = Metric::new(name, kind, labels, origin.clone());
    metric.help = optional(reader, &fields, "help");
    metric.unit = optional(reader, &fields, "unit");
    let mut numbers = |key: &str| -> Vec<f64> {
        let list = fields
            .get(key)
            .map_or(&[] as &[Node], |list| reader.sequence(list, key));
        list.iter()
            .filter_map(|node| Some(reader.float(node, key)?.value))
            .collect()
    };
    metric.buckets = Some(numbers("buckets")).filter(|bounds| !bounds.is_empty());
    metric.quantiles = numbers("quantiles");
    Some(metric)
}

fn optional(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Option<String> {
    let text = fields.get(key).and_then(|node| reader.text(node, key));
    text.map(|text| text.as_str().to_owned())
}

fn required(reader: &mut Reader<'_>, fields: &Fields<'_>, node: &Node, key: &'static str) -> Option<String> {
    let text = optional(reader, fields, key).filter(|text| !text.is_empty());
    if text.is_none() {
        reader.missing("a catalog file", key, node.place(), format!("Write its `{key}`."));
    }
    text
}

fn texts(reader: &mut Reader<'_>, list: &Node, what: &str) -> Vec<String> {
    let nodes = reader.sequence(list, what);
    nodes
        .iter()
        .filter_map(|node| Some(reader.text(node, what)?.as_str().to_owned()))
        .collect()
}

/// Writes a catalog file.
pub fn write(recorded: &Recorded) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let mut out = format!(
        "{{\n  \"program\": {},\n  \"version\": {},\n  \"date\": {},\n",
        text(&recorded.program),
        text(&recorded.version),
        text(&recorded.date)
    );
    if let Some(about) = &recorded.about {
        out.push_str(&format!("  \"about\": {},\n", text(about)));
    }
    out.push_str("  \"metrics\": [");
    for (at, metric) in recorded.metrics.iter().enumerate() {
        out.push_str(if at == 0 { "\n    " } else { ",\n    " });
        out.push_str(&line(metric));
    }
    out.push_str("\n  ]\n}\n");
    out
}

/// A metric in one line.
fn line(metric: &Metric) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let texts = |list: Vec<&str>| serde_json::Value::from(list).to_string();
    let numbers = |list: &[f64]| serde_json::Value::from(list).to_string();
    let mut fields = vec![
        format!("\"name\":{}", text(&metric.name)),
        format!("\"type\":{}", text(metric.kind.as_str())),
    ];
    let said = [("help", &metric.help), ("unit", &metric.unit)];
    fields.extend(
        said.iter()
            .filter_map(|(key, value)| Some(format!("\"{key}\":{}", text(value.as_ref()?)))),
    );
    let labels: Vec<String> = metric
        .labels
        .iter()
        .map(|(name, label)| {
            let values = match &label.values {
                Values::Any => Vec::new(),
                Values::OneOf(known) => known.iter().map(String::as_str).collect(),
            };
            format!("{}:{}", text(name), texts(values))
        })
        .collect();
    if !labels.is_empty() {
        fields.push(format!("\"labels\":{{{}}}", labels.join(",")));
    }
    let sometimes = metric
        .labels
        .iter()
        .filter(|(_, label)| label.presence == Presence::Sometimes);
    let sometimes: Vec<&str> = sometimes.map(|(name, _)| name).collect();
    if !sometimes.is_empty() {
        fields.push(format!("\"sometimes\":{}", texts(sometimes)));
    }
    if metric.labels.is_open() {
        fields.push("\"others\":true".to_owned());
    }
    if let Some(buckets) = &metric.buckets {
        fields.push(format!("\"buckets\":{}", numbers(buckets)));
    }
    if !metric.quantiles.is_empty() {
        fields.push(format!("\"quantiles\":{}", numbers(&metric.quantiles)));
    }
    format!("{{{}}}", fields.join(","))
}

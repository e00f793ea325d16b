//! What the settings say of metrics: which job exposes those of which source.

use std::ops::Range;

use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// Where the metrics of jobs are known from.
#[derive(Clone, Debug)]
pub struct CatalogSource {
    /// Byte range of the entry in the settings.
    pub range: Range<usize>,
    /// The jobs that expose them; any of which nothing else is known where empty.
    pub jobs: Vec<Text>,
    /// The configuration of Prometheus whose jobs are meant, relative to the settings; every one that has jobs of these
    /// names where none is named.
    pub config: Option<Text>,
    /// What tells them.
    pub from: MetricsFrom,
    /// Whether those jobs expose nothing else.
    pub complete: bool,
}

/// What tells which metrics there are.
#[derive(Clone, Debug)]
pub enum MetricsFrom {
    /// A program that rulecheck knows, by name.
    Exporter(Text),
    /// Source of programs: globs as in git's ignore files, relative to the settings.
    Code(Vec<Text>),
    /// A page of metrics, relative to the settings.
    Exposition(Text),
    /// A catalog file, relative to the settings.
    Recorded(Text),
}

impl CatalogSource {
    /// The globs of source, where that is what tells the metrics.
    pub fn code(&self) -> Option<&[Text]> {
        match &self.from {
            MetricsFrom::Code(globs) => Some(globs),
            _ => None,
        }
    }
}

/// The fields of an entry.
pub(super) static CATALOG_SOURCE: Shape = Shape {
    name: "CatalogSource",
    what: "an entry of `catalog`",
    about: "Where the metrics of one or several scrape jobs are known from: one of `exporter`, `code`, `exposition` \
            and `recorded`.",
    fields: &[
        Field::new(
            "job",
            Value::Any(&[Value::Text, Value::List(&Value::Text)]),
            "The scrape jobs that expose them; any of which nothing else is known where it is left out.",
        ),
        Field::new(
            "config",
            Value::Text,
            "The configuration of Prometheus that has these jobs, relative to this file; any where it is left out.",
        ),
        Field::new(
            "exporter",
            Value::Text,
            "A program that rulecheck knows: `rulecheck catalog --exporters` lists them.",
        ),
        Field::new(
            "code",
            Value::Any(&[Value::Text, Value::List(&Value::Text)]),
            "Globs of source in Python, Go, JavaScript or TypeScript, relative to this file.",
        ),
        Field::new(
            "exposition",
            Value::Text,
            "A page of metrics that a program showed, relative to this file.",
        ),
        Field::new(
            "recorded",
            Value::Text,
            "A catalog that `rulecheck catalog record` wrote, relative to this file.",
        ),
        Field::new(
            "complete",
            Value::Boolean,
            "Whether these jobs expose nothing else: then a name that is not known is surely wrong.",
        ),
    ],
};

/// Reads an entry.
pub(super) fn read_source(reader: &mut Reader<'_>, node: &Node) -> Option<CatalogSource> {
    let fields = reader.fields(node, &CATALOG_SOURCE)?;
    let jobs = fields
        .get("job")
        .map_or_else(Vec::new, |node| texts(reader, node, "a job"));
    let complete = fields
        .get("complete")
        .and_then(|node| reader.boolean(node, "complete"));
    let mut from = Vec::new();
    if let Some(node) = fields.get("code") {
        from.push(MetricsFrom::Code(texts(reader, node, "a glob")));
    }
    for key in ["exporter", "exposition", "recorded"] {
        let Some(text) = fields.get(key).and_then(|node| reader.text(node, key)) else {
            continue;
        };
        from.push(match key {
            "exporter" => MetricsFrom::Exporter(text),
            "exposition" => MetricsFrom::Exposition(text),
            _ => MetricsFrom::Recorded(text),
        });
    }
    if from.len() != 1 {
        let message = "an entry of `catalog` says where metrics are known from in one way";
        let help = "Write one of `exporter`, `code`, `exposition` and `recorded`.";
        reader.error(codes::INVALID_VALUE, node.place(), message, help);
    }
    Some(CatalogSource {
        range: node.range.clone(),
        jobs,
        config: fields.get("config").and_then(|node| reader.text(node, "config")),
        from: from.into_iter().next()?,
        complete: complete.is_some_and(|complete| complete.value),
    })
}

/// One text, or those of a list.
fn texts(reader: &mut Reader<'_>, node: &Node, what: &str) -> Vec<Text> {
    match node.as_sequence() {
        Some(list) => list.iter().filter_map(|one| reader.text(one, what)).collect(),
        None => reader.text(node, what).into_iter().collect(),
    }
}

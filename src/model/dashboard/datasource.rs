//! Where a panel, a query or a variable takes its data from.

use std::ops::Range;

use super::variable::Variable;
use crate::model::text::Text;
use crate::source::{Node, NodeKind};

/// A data source as it is named: by type and `uid`, or, in older dashboards, by its name alone.
#[derive(Clone, Debug)]
pub struct Datasource {
    /// Byte range of what is written.
    pub range: Range<usize>,
    /// Its type: `prometheus`.
    pub kind: Option<Text>,
    /// Its `uid`, or its name.
    pub id: Option<Text>,
}

/// Other programs that dashboards query: what of their name is in that of their plugin.
const OTHERS: [&str; 14] = [
    "loki",
    "tempo",
    "elastic",
    "influx",
    "graphite",
    "cloudwatch",
    "mysql",
    "postgres",
    "jaeger",
    "zipkin",
    "mssql",
    "opentsdb",
    "pyroscope",
    "testdata",
];

impl Datasource {
    /// What a field says; nothing where it is null.
    pub(super) fn read(node: Option<&Node>) -> Option<Datasource> {
        let node = node.filter(|node| !node.is_null())?;
        let (kind, id) = match &node.kind {
            NodeKind::Scalar(_) => (None, Text::of(node)),
            _ => (
                node.get("type").and_then(Text::of),
                node.get("uid").filter(|uid| !uid.is_null()).and_then(Text::of),
            ),
        };
        Some(Datasource {
            range: node.range.clone(),
            kind,
            id,
        })
    }

    /// The variable that stands for it, by its name.
    pub fn variable(&self) -> Option<&str> {
        let id = self.id.as_ref()?.as_str();
        let (range, name) = super::stand_ins::mentioned(id).into_iter().next()?;
        (range == (0..id.len())).then_some(name)
    }

    /// Whether it is one of Grafana's own: other panels, mixed ones, annotations.
    pub fn is_built_in(&self) -> bool {
        let id = self.id.as_ref().map_or("", Text::as_str);
        let kind = self.kind.as_ref().map_or("", Text::as_str);
        id.starts_with("-- ")
            || matches!(id, "grafana" | "__expr__")
            || matches!(kind, "datasource" | "__expr__" | "grafana")
    }

    /// What kind of program it is, as far as it is said: by its type, that of its variable, or a name that says it.
    fn program<'d>(&'d self, variables: &'d [Variable]) -> &'d str {
        let variable = self.variable();
        let of_variable = variable
            .and_then(|name| variables.iter().find(|variable| variable.name() == name))
            .and_then(|variable| variable.query.as_ref());
        match (&self.kind, of_variable) {
            (Some(kind), _) => kind.as_str(),
            (None, Some(kind)) => kind.as_str(),
            (None, None) => self.id.as_ref().map_or("", Text::as_str),
        }
    }

    /// Whether it can be Prometheus: nothing says otherwise.
    pub fn may_be_prometheus(&self, variables: &[Variable]) -> bool {
        let program = self.program(variables).to_ascii_lowercase();
        !OTHERS.iter().any(|other| program.contains(other)) && program != "__expr__"
    }
}

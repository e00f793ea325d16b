//! The data sources that Grafana is given by files. Nothing in them is judged: what cannot be read is passed over.

use std::sync::Arc;

use super::text::Text;
use crate::source::{Node, SourceFile};

/// A file of data sources.
#[derive(Clone, Debug)]
pub struct Datasources {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The data sources in the order written.
    pub all: Vec<Provisioned>,
}

/// A data source.
#[derive(Clone, Debug)]
pub struct Provisioned {
    /// What it is: `prometheus`, `loki`.
    pub kind: Option<Text>,
    /// Where it is asked.
    pub url: Option<Text>,
    /// Whether the browser asks it, rather than Grafana.
    pub is_direct: bool,
}

/// Reads the root of such a file.
pub fn read_datasources(file: &Arc<SourceFile>, root: &Node) -> Datasources {
    let list = root
        .get("datasources")
        .and_then(Node::as_sequence)
        .unwrap_or_default();
    let read = |node: &Node| Provisioned {
        kind: node.get("type").and_then(Text::of),
        url: node.get("url").and_then(Text::of),
        is_direct: node.get("access").and_then(Node::as_str) == Some("direct"),
    };
    Datasources {
        file: file.clone(),
        all: list.iter().map(read).collect(),
    }
}

//! Grafana dashboards: as exported, as API payloads (`{"dashboard": …}`), with rows, nested panels and
//! library panels.

mod variables;

use std::ops::Range;
use std::sync::Arc;

use promql_syntax::ParseOptions;

use super::reader::{Reader, codes};
use super::rules::Expression;
use super::text::Text;
use crate::source::{Node, SourceFile};

/// A dashboard.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Byte range of the dashboard.
    pub range: Range<usize>,
    /// Its title.
    pub title: Option<Text>,
    /// Its panels, those in rows and library panels among them, in the order written.
    pub panels: Vec<Panel>,
}

/// A panel with at least one Prometheus query.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Byte range of the panel.
    pub range: Range<usize>,
    /// Its title.
    pub title: Option<Text>,
    /// Its Prometheus queries.
    pub targets: Vec<Target>,
}

/// A Prometheus query of a panel.
#[derive(Clone, Debug)]
pub struct Target {
    /// The query, parsed with its variables replaced by stand-ins of the same length.
    pub expr: Expression,
    /// The template of the legend.
    pub legend: Option<Text>,
}

/// How deep panels may nest.
const MAX_DEPTH: usize = 8;

/// Whether a value looks like a dashboard or its API payload.
pub fn is_dashboard(root: &Node) -> bool {
    let holds_panels = |node: &Node| {
        let list = |key: &str| node.get(key).is_some_and(|n| n.as_sequence().is_some());
        let named = ["title", "schemaVersion", "uid", "templating"]
            .iter()
            .any(|key| node.get(key).is_some());
        (list("panels") || list("rows")) && named
    };
    holds_panels(root) || root.get("dashboard").is_some_and(holds_panels)
}

/// Reads a dashboard's root.
pub fn read_dashboard(reader: &mut Reader<'_>, root: &Node) -> Dashboard {
    let root = match root.get("dashboard") {
        Some(inner) if inner.as_mapping().is_some() => inner,
        _ => root,
    };
    let mut panels = Vec::new();
    collect(reader, root, &mut panels, 0);
    // Library panels travel beside the dashboard that uses them.
    if let Some(elements) = root.get("__elements").and_then(Node::as_mapping) {
        for entry in elements {
            if let Some(model) = entry.value.get("model") {
                panel(reader, model, &mut panels, 1);
            }
        }
    }
    let title = root.get("title").and_then(Text::of);
    Dashboard {
        file: reader.file.clone(),
        range: root.range.clone(),
        title,
        panels,
    }
}

fn collect(reader: &mut Reader<'_>, node: &Node, panels: &mut Vec<Panel>, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    for key in ["panels", "rows"] {
        let Some(list) = node.get(key) else { continue };
        for child in reader.sequence(list, &format!("`{key}`")) {
            panel(reader, child, panels, depth);
        }
    }
}

fn panel(reader: &mut Reader<'_>, node: &Node, panels: &mut Vec<Panel>, depth: usize) {
    if node.as_mapping().is_none() {
        return reader.wrong_kind(node, "a panel", "a mapping");
    }
    let title = node.get("title").and_then(Text::of);
    reader.rule = title.as_ref().map(|t| t.as_str().to_owned());
    let mut targets = Vec::new();
    if let Some(list) = node.get("targets") {
        for target in reader.sequence(list, "`targets`") {
            let datasource = target.get("datasource").or_else(|| node.get("datasource"));
            if is_prometheus(datasource) {
                targets.extend(read_target(reader, target));
            }
        }
    }
    if !targets.is_empty() {
        panels.push(Panel {
            range: node.range.clone(),
            title,
            targets,
        });
    }
    reader.rule = None;
    collect(reader, node, panels, depth + 1);
    if let Some(model) = node.get("libraryPanel").and_then(|l| l.get("model")) {
        panel(reader, model, panels, depth + 1);
    }
}

/// Whether a data source can be Prometheus: its type says so, or nothing says otherwise.
fn is_prometheus(datasource: Option<&Node>) -> bool {
    let Some(datasource) = datasource.filter(|d| !d.is_null()) else {
        return true;
    };
    let name = match datasource.get("type").or(Some(datasource)).and_then(Node::as_str) {
        Some(name) => name.to_ascii_lowercase(),
        None => return true,
    };
    let others = [
        "loki",
        "tempo",
        "elastic",
        "influx",
        "graphite",
        "cloudwatch",
        "mysql",
        "postgres",
        "jaeger",
    ];
    !others.iter().any(|other| name.contains(other))
}

fn read_target(reader: &mut Reader<'_>, node: &Node) -> Option<Target> {
    let expr = node.get("expr")?;
    let Some(text) = Text::of(expr) else {
        reader.wrong_kind(expr, "a query", "text");
        return None;
    };
    if text.as_str().trim().is_empty() {
        return None;
    }
    let stand_in = variables::replace(text.as_str(), |candidate| {
        promql_syntax::parse(candidate, &ParseOptions::ALL).errors
    });
    let parsed = promql_syntax::parse(&stand_in, &ParseOptions::ALL);
    let legend = node.get("legendFormat").and_then(Text::of);
    Some(Target {
        expr: Expression {
            text,
            parsed,
            not_enabled: Vec::new(),
        },
        legend,
    })
}

/// Dashboards in the `data` of Kubernetes ConfigMaps: each entry whose name ends in `.json`.
pub fn embedded(root: &Node) -> Vec<&Node> {
    let mut found = Vec::new();
    for item in super::kubernetes_items(root) {
        if item.get("kind").and_then(Node::as_str) == Some("ConfigMap") {
            let data = item.get("data").and_then(Node::as_mapping).unwrap_or_default();
            let json = data
                .iter()
                .filter(|e| e.key.as_str().is_some_and(|k| k.ends_with(".json")));
            found.extend(json.map(|e| &e.value));
        }
    }
    found
}

/// Reads a dashboard that is embedded as text in another document. The ranges of what is read lie in that
/// text, so the text is a file of its own, named after the file that holds it.
pub fn read_embedded(
    file: &Arc<SourceFile>,
    value: &Node,
    diagnostics: &mut Vec<crate::diagnostic::Diagnostic>,
) -> Option<Dashboard> {
    let text = value.as_str()?;
    match crate::source::json::parse(text) {
        Ok(Some(root)) if is_dashboard(&root) => {
            let inner = Arc::new(SourceFile::embedded(file, value.clone()));
            let mut reader = Reader::new(&inner, "Grafana", diagnostics);
            Some(read_dashboard(&mut reader, &root))
        }
        Ok(_) => None,
        Err(error) => {
            let range = value.locate(file.text(), error.range);
            let message = format!("the embedded dashboard is no JSON: {}", error.message);
            let mut reader = Reader::new(file, "Grafana", diagnostics);
            reader.error(codes::JSON_SYNTAX, range, message, error.help);
            None
        }
    }
}

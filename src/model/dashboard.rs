//! Grafana dashboards: as exported, as API payloads (`{"dashboard": …}`), with rows, nested panels and
//! library panels.

pub mod datasource;
pub mod panel;
mod stand_ins;
pub mod target;
mod unknown;
pub mod variable;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::reader::{Located, Reader, codes};
use super::rules::Expression;
use super::text::Text;
use crate::source::{Node, NodeKind, SourceFile};

pub use datasource::Datasource;
pub use panel::Panel;
pub use stand_ins::{Role, StandIn, mentioned};
pub use target::Target;
pub use variable::Variable;

/// A dashboard.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Byte range of the dashboard.
    pub range: Range<usize>,
    /// Its title.
    pub title: Option<Text>,
    /// Whether it may be changed where it is shown; nothing where it does not say so.
    pub editable: Option<Located<bool>>,
    /// Its panels, those in rows and library panels among them, in the order written.
    pub panels: Vec<Panel>,
    /// Its variables.
    pub variables: Vec<Variable>,
    /// The names that it expects whoever imports it to fill in.
    pub inputs: Vec<String>,
    /// The names of the variables that are used anywhere but in their own definition.
    pub used: BTreeSet<String>,
}

impl Dashboard {
    /// The expressions in it: of the queries of its panels, and of those of its variables that are in PromQL.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let targets = self.panels.iter().flat_map(|panel| &panel.targets);
        let variables = self.variables.iter();
        targets
            .map(|target| &target.expr)
            .chain(variables.filter_map(|variable| variable.asks.as_ref()?.expr.as_ref()))
    }
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
    let variables = variable::read_all(reader, root);
    let mut panels = Vec::new();
    collect(reader, root, &variables, &mut panels, 0);
    // Library panels travel beside the dashboard that uses them.
    if let Some(elements) = root.get("__elements").and_then(Node::as_mapping) {
        for entry in elements {
            if let Some(model) = entry.value.get("model") {
                library_panel(reader, model, &variables, &mut panels, 1);
            }
        }
    }
    let inputs = root
        .get("__inputs")
        .and_then(Node::as_sequence)
        .unwrap_or_default();
    let inputs = inputs
        .iter()
        .filter_map(|input| input.get("name").and_then(Node::as_str));
    let mut used = BTreeSet::new();
    collect_used(root, &mut used, 0);
    Dashboard {
        file: reader.file.clone(),
        range: root.range.clone(),
        title: root.get("title").and_then(Text::of),
        editable: root.get("editable").and_then(|node| {
            let value = node.as_str()?.parse().ok()?;
            Some(Located {
                value,
                range: node.range.clone(),
            })
        }),
        panels,
        variables,
        inputs: inputs.map(str::to_owned).collect(),
        used,
    }
}

fn collect(
    reader: &mut Reader<'_>,
    node: &Node,
    variables: &[Variable],
    panels: &mut Vec<Panel>,
    depth: usize,
) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Some(list) = node.get("panels") {
        for child in reader.sequence(list, "`panels`") {
            panel(reader, child, variables, panels, depth);
        }
    }
    // Rows of old are no panels.
    if let Some(list) = node.get("rows") {
        for row in reader.sequence(list, "`rows`") {
            collect(reader, row, variables, panels, depth + 1);
        }
    }
}

fn panel(
    reader: &mut Reader<'_>,
    node: &Node,
    variables: &[Variable],
    panels: &mut Vec<Panel>,
    depth: usize,
) {
    if node.as_mapping().is_none() {
        return reader.wrong_kind(node, "a panel", "a mapping");
    }
    reader.rule = node.get("title").and_then(Node::as_str).map(str::to_owned);
    panels.push(panel::read(reader, node, variables));
    reader.rule = None;
    collect(reader, node, variables, panels, depth + 1);
    if let Some(model) = node.get("libraryPanel").and_then(|l| l.get("model")) {
        library_panel(reader, model, variables, panels, depth + 1);
    }
}

/// Reads a panel that others use, under numbers of their own.
fn library_panel(
    reader: &mut Reader<'_>,
    node: &Node,
    variables: &[Variable],
    panels: &mut Vec<Panel>,
    depth: usize,
) {
    let before = panels.len();
    panel(reader, node, variables, panels, depth);
    panels.iter_mut().skip(before).for_each(|panel| panel.id = None);
}

/// Notes the variables that are used in a part of a dashboard: in any text, or to repeat a panel. What a variable says
/// of itself does not count.
fn collect_used(node: &Node, used: &mut BTreeSet<String>, depth: usize) {
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            used.extend(
                mentioned(&scalar.text)
                    .into_iter()
                    .map(|(_, name)| name.to_owned()),
            );
        }
        _ if depth > MAX_DEPTH * 8 => {}
        NodeKind::Sequence(items) => items.iter().for_each(|item| collect_used(item, used, depth + 1)),
        NodeKind::Mapping(entries) => {
            for entry in entries {
                match (entry.key.as_str(), entry.value.as_str()) {
                    (Some("repeat" | "repeatPanelId" | "variable"), Some(name)) => {
                        used.insert(name.to_owned());
                    }
                    (Some("includeVars"), Some("true")) => {
                        used.insert("__all_variables".to_owned());
                    }
                    // What is chosen at the moment, and what could be.
                    (Some("current" | "options"), _) if node.get("refresh").is_some() => {}
                    _ => collect_used(&entry.value, used, depth + 1),
                }
            }
        }
    }
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

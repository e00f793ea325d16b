//! The panels of a dashboard.

use std::ops::Range;

use super::datasource::Datasource;
use super::target::{self, Target};
use super::variable::Variable;
use crate::model::reader::{Located, Reader};
use crate::model::text::Text;
use crate::source::{Node, NodeKind};

/// A panel, whatever it shows; a row is one, too.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Byte range of the panel.
    pub range: Range<usize>,
    /// Its number.
    pub id: Option<Located<i64>>,
    /// `timeseries`, `stat`, `table`, `row`.
    pub kind: Option<Text>,
    /// Its title.
    pub title: Option<Text>,
    /// What it says of itself.
    pub description: Option<Text>,
    /// Its data source.
    pub datasource: Option<Datasource>,
    /// Its Prometheus queries.
    pub targets: Vec<Target>,
    /// How many queries it has, whomever they ask.
    pub queries: usize,
    /// The panels whose data it shows, by their numbers.
    pub shows_panels: Vec<Located<i64>>,
    /// Whether it is defined elsewhere.
    pub is_library: bool,
    /// The variable for each of whose values it is repeated.
    pub repeat: Option<Text>,
    /// How its values are shown.
    pub field: Field,
    /// Whether something is made of the data before they are shown.
    pub transformed: bool,
}

/// How a panel shows values.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The unit of all values.
    pub unit: Option<Text>,
    /// The units of some.
    pub override_units: Vec<Text>,
    /// Whether values are shown by other texts.
    pub mapped: bool,
    /// Whether labels are shown rather than values.
    pub shows_labels: bool,
    /// From which values on it shows another colour.
    pub thresholds: Vec<Located<f64>>,
    /// Whether it shows them: a graph only where it is told to.
    pub thresholds_are_shown: bool,
    /// Whether those are parts of a hundred between the least and the greatest value shown.
    pub thresholds_are_percentages: bool,
}

/// What panels show that have queries of their own, by type; older dashboards have the last two.
const SHOWING: [&str; 9] = [
    "timeseries",
    "stat",
    "gauge",
    "table",
    "bargauge",
    "barchart",
    "heatmap",
    "graph",
    "singlestat",
];

impl Panel {
    /// Its title; empty where it has none.
    pub fn title(&self) -> &str {
        self.title.as_ref().map_or("", Text::as_str)
    }

    /// Whether it is of one of these types.
    pub fn is(&self, kinds: &[&str]) -> bool {
        self.kind
            .as_ref()
            .is_some_and(|kind| kinds.contains(&kind.as_str()))
    }

    /// Whether it is there to show numbers: Grafana's own panels do, and what has Prometheus queries.
    pub fn shows_numbers(&self) -> bool {
        match &self.kind {
            Some(kind) => SHOWING.contains(&kind.as_str()),
            None => !self.targets.is_empty(),
        }
    }

    /// Whether it draws lines over time; a panel that does not say what it is, is taken for one.
    pub fn is_graph(&self) -> bool {
        self.kind.is_none() || self.is(&["timeseries", "graph"])
    }

    /// Its queries that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|target| !target.hidden)
    }

    /// Where to point for the panel as a whole: its title, or where it begins.
    pub fn place(&self) -> Range<usize> {
        match &self.title {
            Some(title) => title.raw(),
            None => self.range.start..self.range.start + 1,
        }
    }
}

/// Reads a panel without those in it.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, variables: &[Variable]) -> Panel {
    let text = |key: &str| node.get(key).filter(|n| !n.is_null()).and_then(Text::of);
    let datasource = Datasource::read(node.get("datasource"));
    let mut panel = Panel {
        range: node.range.clone(),
        id: node.get("id").and_then(number),
        kind: text("type"),
        title: text("title"),
        description: text("description"),
        targets: Vec::new(),
        queries: 0,
        shows_panels: Vec::new(),
        is_library: node.get("libraryPanel").is_some_and(|n| !n.is_null()),
        repeat: text("repeat"),
        field: read_field(node),
        transformed: node
            .get("transformations")
            .and_then(Node::as_sequence)
            .is_some_and(|list| !list.is_empty()),
        datasource,
    };
    let Some(list) = node.get("targets") else {
        return panel;
    };
    for target in reader.sequence(list, "`targets`") {
        panel.queries += 1;
        panel.shows_panels.extend(target.get("panelId").and_then(number));
        let datasource = Datasource::read(target.get("datasource")).or_else(|| panel.datasource.clone());
        if datasource.as_ref().is_none_or(|d| d.may_be_prometheus(variables)) {
            panel.targets.extend(target::read(reader, target, datasource));
        }
    }
    panel
}

fn number<N: std::str::FromStr>(node: &Node) -> Option<Located<N>> {
    Some(Located {
        value: node.as_str()?.parse().ok()?,
        range: node.range.clone(),
    })
}

fn read_field(node: &Node) -> Field {
    let mut field = Field::default();
    let text = |node: Option<&Node>| {
        node.filter(|n| !n.is_null())
            .and_then(Text::of)
            .filter(|t| !t.as_str().is_empty())
    };
    let is_filled = |node: Option<&Node>| match node.map(|node| &node.kind) {
        Some(NodeKind::Sequence(items)) => !items.is_empty(),
        Some(NodeKind::Mapping(entries)) => !entries.is_empty(),
        _ => false,
    };
    let config = node.get("fieldConfig");
    let defaults = config.and_then(|config| config.get("defaults"));
    let default = |key: &str| defaults.and_then(|defaults| defaults.get(key));
    field.unit = text(default("unit"));
    field.mapped = is_filled(default("mappings"));
    if let Some(thresholds) = default("thresholds") {
        let mode = thresholds.get("mode").and_then(Node::as_str);
        field.thresholds_are_percentages = mode == Some("percentage");
        let steps = thresholds
            .get("steps")
            .and_then(Node::as_sequence)
            .unwrap_or_default();
        field
            .thresholds
            .extend(steps.iter().filter_map(|step| number(step.get("value")?)));
    }
    let color = default("color")
        .and_then(|color| color.get("mode"))
        .and_then(Node::as_str);
    let style = default("custom").and_then(|custom| custom.get("thresholdsStyle"));
    let style = style.and_then(|style| style.get("mode")).and_then(Node::as_str);
    field.thresholds_are_shown = match node.get("type").and_then(Node::as_str) {
        Some("timeseries") => style.is_some_and(|style| style != "off") || color == Some("thresholds"),
        Some("stat" | "gauge" | "bargauge") => color.is_none_or(|color| color == "thresholds"),
        _ => false,
    };
    let overrides = config
        .and_then(|config| config.get("overrides"))
        .and_then(Node::as_sequence);
    for property in overrides
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| entry.get("properties").and_then(Node::as_sequence))
        .flatten()
    {
        match property.get("id").and_then(Node::as_str) {
            Some("unit") => field.override_units.extend(text(property.get("value"))),
            Some("mappings") => field.mapped |= is_filled(property.get("value")),
            _ => {}
        }
    }
    let reduce = node
        .get("options")
        .and_then(|options| options.get("reduceOptions"));
    field.shows_labels = text(reduce.and_then(|reduce| reduce.get("fields"))).is_some();
    // Panels of old have these elsewhere: `graph` and `singlestat`.
    let axes = node.get("yaxes").and_then(Node::as_sequence).unwrap_or_default();
    let of_axis = |at: usize| text(axes.get(at).and_then(|axis| axis.get("format")));
    let of_old = of_axis(0).or_else(|| text(node.get("format")));
    field.unit = field.unit.or(of_old);
    let series = node.get("seriesOverrides").and_then(Node::as_sequence);
    let is_on_the_right = |series: &Node| series.get("yaxis").and_then(Node::as_str) == Some("2");
    if series.unwrap_or_default().iter().any(is_on_the_right) {
        field.override_units.extend(of_axis(1));
    }
    let styles = node.get("styles").and_then(Node::as_sequence).unwrap_or_default();
    field
        .override_units
        .extend(styles.iter().filter_map(|style| text(style.get("unit"))));
    field.mapped |= is_filled(node.get("valueMaps")) || is_filled(node.get("mappings"));
    field
}

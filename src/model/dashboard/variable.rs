//! The variables that a dashboard defines.

use std::ops::Range;

use super::datasource::Datasource;
use super::stand_ins::StandIn;
use super::target::parse;
use crate::model::reader::{Located, Reader};
use crate::model::rules::Expression;
use crate::model::text::Text;
use crate::source::Node;

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Byte range of its definition.
    pub range: Range<usize>,
    /// Its name.
    pub name: Option<Text>,
    /// What the reader of the dashboard sees in its place.
    pub label: Option<Text>,
    /// `query`, `datasource`, `custom`, `constant`, `interval`, `textbox`, `adhoc`.
    pub kind: Option<Text>,
    /// Where its values come from: a query, the type of data sources, a list.
    pub query: Option<Text>,
    /// What Prometheus is asked for its values.
    pub asks: Option<Asks>,
    /// The data source of its query.
    pub datasource: Option<Datasource>,
    /// Whether several values may be chosen.
    pub multi: bool,
    /// Whether all may be chosen.
    pub include_all: bool,
    /// What stands for all of them.
    pub all_value: Option<Text>,
    /// When its values are looked up: 0 never, 1 when the dashboard is opened, 2 when its time range changes, too.
    pub refresh: Option<Located<i64>>,
    /// What is taken of each value.
    pub regex: Option<Text>,
}

/// What the query of a variable asks Prometheus.
#[derive(Clone, Debug)]
pub struct Asks {
    /// `label_values`, `query_result`, `metrics`, `label_names`; nothing where the query is none of these.
    pub function: Option<&'static str>,
    /// The expression in it, where it takes one.
    pub expr: Option<Expression>,
    /// The variables in the query, with their places in it.
    pub stand_ins: Vec<StandIn>,
    /// The label whose values are asked for.
    pub label: Option<String>,
}

/// What Grafana asks of Prometheus for the values of a variable.
const FUNCTIONS: [&str; 4] = ["label_values", "query_result", "metrics", "label_names"];

impl Variable {
    /// Its name; empty where it has none.
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or("", Text::as_str)
    }

    /// Whether it is of this type.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.as_ref().is_some_and(|own| own.as_str() == kind)
    }
}

/// Reads the variables of a dashboard.
pub(super) fn read_all(reader: &mut Reader<'_>, root: &Node) -> Vec<Variable> {
    let list = root
        .get("templating")
        .and_then(|templating| templating.get("list"));
    let nodes = match list {
        Some(list) => reader.sequence(list, "`templating.list`"),
        None => &[],
    };
    let mut variables: Vec<Variable> = nodes.iter().map(read).collect();
    // Whose query it is may be said by another variable.
    let asks: Vec<Option<Asks>> = variables
        .iter()
        .map(|variable| {
            let of_prometheus = variable
                .datasource
                .as_ref()
                .is_none_or(|d| d.may_be_prometheus(&variables));
            let query = variable
                .query
                .as_ref()
                .filter(|query| !query.as_str().trim().is_empty());
            query
                .filter(|_| variable.is("query") && of_prometheus)
                .map(read_query)
        })
        .collect();
    for (variable, asks) in variables.iter_mut().zip(asks) {
        variable.asks = asks;
    }
    variables
}

fn read(node: &Node) -> Variable {
    let text = |key: &str| node.get(key).filter(|n| !n.is_null()).and_then(Text::of);
    let is_true = |key: &str| node.get(key).and_then(Node::as_str) == Some("true");
    let refresh = node.get("refresh").and_then(|node| {
        let value = match node.as_str()? {
            // Dashboards of old say whether to look values up at all.
            "true" => 1,
            "false" => 0,
            number => number.parse().ok()?,
        };
        Some(Located {
            value,
            range: node.range.clone(),
        })
    });
    let query = node.get("query");
    Variable {
        range: node.range.clone(),
        name: text("name"),
        label: text("label"),
        kind: text("type"),
        // The query's editor wraps it.
        query: query.and_then(|query| Text::of(query.get("query").unwrap_or(query))),
        asks: None,
        datasource: Datasource::read(node.get("datasource")),
        multi: is_true("multi"),
        include_all: is_true("includeAll"),
        all_value: text("allValue"),
        refresh,
        regex: text("regex"),
    }
}

fn read_query(query: &Text) -> Asks {
    let text = query.as_str();
    let start = text.len() - text.trim_start().len();
    let called = FUNCTIONS.into_iter().find_map(|function| {
        let rest = text[start..].strip_prefix(function)?;
        let open = rest.trim_start().strip_prefix('(')?;
        let inner = open.trim_end().strip_suffix(')')?;
        let from = text.len() - open.len();
        Some((function, from..from + inner.len()))
    });
    let Some((function, inside)) = called else {
        return Asks {
            function: None,
            expr: None,
            stand_ins: Vec::new(),
            label: None,
        };
    };
    let (expression, label) = match function {
        "query_result" => (Some(inside), None),
        "label_values" => match last_argument(&text[inside.clone()]) {
            Some(comma) => {
                let label = text[inside.start + comma + 1..inside.end].trim().to_owned();
                (Some(inside.start..inside.start + comma), Some(label))
            }
            None => (None, Some(text[inside].trim().to_owned())),
        },
        _ => (None, None),
    };
    let (expr, stand_ins) = match expression {
        Some(range) => {
            let (expr, _, stand_ins) = parse(query, range);
            (Some(expr), stand_ins)
        }
        None => (None, Vec::new()),
    };
    Asks {
        function: Some(function),
        expr,
        stand_ins,
        label,
    }
}

/// Where the comma before the last argument is, outside of brackets and quotes.
fn last_argument(arguments: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote = None;
    let mut escaped = false;
    let mut last = None;
    for (at, c) in arguments.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(q) if c == '\\' && q != '`' => escaped = true,
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None => match c {
                '"' | '\'' | '`' => quote = Some(c),
                '(' | '{' | '[' => depth += 1,
                ')' | '}' | ']' => depth = depth.saturating_sub(1),
                ',' if depth == 0 => last = Some(at),
                _ => {}
            },
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(query: &str) -> Asks {
        let json = serde_json::Value::from(query).to_string();
        let node = crate::source::json::parse(&json).expect("JSON").expect("a text");
        read_query(&Text::of(&node).expect("a text"))
    }

    #[test]
    fn what_a_query_asks_is_read() {
        for (query, function, expr, label) in [
            (
                "label_values(up{job=\"a,b\"}, instance)",
                Some("label_values"),
                Some("up{job=\"a,b\"}"),
                Some("instance"),
            ),
            ("label_values(job)", Some("label_values"), None, Some("job")),
            (
                " query_result(topk(1, x)) ",
                Some("query_result"),
                Some("topk(1, x)"),
                None,
            ),
            (
                "label_values(x{a=~\"$a\"},b)",
                Some("label_values"),
                Some("x{a=~\"$a\"}"),
                Some("b"),
            ),
            ("metrics(node_.*)", Some("metrics"), None, None),
            ("up{job=\"a\"}", None, None, None),
        ] {
            let asks = asks(query);
            assert_eq!(asks.function, function, "{query}");
            assert_eq!(asks.label.as_deref(), label, "{query}");
            let span = asks.expr.as_ref().map(|expr| expr.parsed.expr.span);
            assert_eq!(span.map(|span| span.of(query)), expr, "{query}");
        }
    }
}

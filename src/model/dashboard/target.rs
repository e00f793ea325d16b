//! The queries of a panel.

use std::ops::Range;

use promql_syntax::ParseOptions;
use promql_syntax::ast::Expr;

use super::datasource::Datasource;
use super::stand_ins::{self, StandIn};
use super::unknown;
use crate::model::reader::Reader;
use crate::model::rules::Expression;
use crate::model::text::Text;
use crate::source::Node;

/// A Prometheus query of a panel.
#[derive(Clone, Debug)]
pub struct Target {
    /// Byte range of the query with its settings.
    pub range: Range<usize>,
    /// The query, as a tree that holds whatever its variables hold: what depends on them is left open in it.
    pub expr: Expression,
    /// The query as a tree in which stand-ins of the same length stand for the variables.
    pub written: Expr,
    /// The variables in the query.
    pub stand_ins: Vec<StandIn>,
    /// The template of the legend.
    pub legend: Option<Text>,
    /// The letter that names it in the panel.
    pub ref_id: Option<Text>,
    /// Whether it asks for one moment rather than for a range.
    pub instant: bool,
    /// `time_series`, `table` or `heatmap`.
    pub format: Option<Text>,
    /// Whether it is not shown.
    pub hidden: bool,
    /// Its data source, or else the panel's.
    pub datasource: Option<Datasource>,
}

/// Reads the query of a target; nothing where it has none.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, datasource: Option<Datasource>) -> Option<Target> {
    let expr = node.get("expr")?;
    let Some(text) = Text::of(expr) else {
        reader.wrong_kind(expr, "a query", "text");
        return None;
    };
    if text.as_str().trim().is_empty() {
        return None;
    }
    let (expr, written, stand_ins) = parse(&text, 0..text.as_str().len());
    let scalar = |key: &str| node.get(key).filter(|n| !n.is_null()).and_then(Text::of);
    let is_true = |key: &str| node.get(key).and_then(Node::as_str) == Some("true");
    Some(Target {
        range: node.range.clone(),
        expr,
        written,
        stand_ins,
        legend: scalar("legendFormat"),
        ref_id: scalar("refId"),
        // A query may ask for both.
        instant: is_true("instant") && !is_true("range"),
        format: scalar("format"),
        hidden: is_true("hide"),
        datasource,
    })
}

/// Parses the query in a piece of a text: as a tree in which what depends on variables is open, and as one with
/// stand-ins for them.
pub(super) fn parse(text: &Text, range: Range<usize>) -> (Expression, Expr, Vec<StandIn>) {
    let whole = text.as_str();
    // Blanks before it leave every range one in the whole text.
    let query = format!("{}{}", " ".repeat(range.start), &whole[range.clone()]);
    let (stand_in, stand_ins) = stand_ins::replace(&query, |candidate| {
        promql_syntax::parse(candidate, &ParseOptions::ALL).errors
    });
    let written = promql_syntax::parse(&stand_in, &ParseOptions::ALL);
    let parsed = unknown::without_variables(&query, &written, &stand_ins);
    let expr = Expression {
        text: text.clone(),
        parsed,
        not_enabled: Vec::new(),
    };
    (expr, written.expr, stand_ins)
}

//! Alertmanager's routing tree, and the ways of an alert through it.

use std::io::{self, Write};

use promql_syntax::format_duration;

use super::Style;
use crate::model::alertmanager::{AlertmanagerConfig, GroupBy};
use crate::replay::routing::tree::{Node, Tree};

/// Shows a tree: what each node takes, whom it notifies, and what it sets for itself.
pub fn route_tree(
    style: Style,
    config: &AlertmanagerConfig,
    tree: &Tree<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", config.file.path().display())?;
    branch(style, config, tree, 0, "", true, out)
}

fn branch(
    style: Style,
    config: &AlertmanagerConfig,
    tree: &Tree<'_>,
    number: usize,
    indent: &str,
    is_last: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let node = &tree.nodes[number];
    let mark = if is_last { "└─ " } else { "├─ " };
    let goes_on = if node.route.continues { ", and goes on" } else { "" };
    writeln!(
        out,
        "{indent}{mark}{} → {}{goes_on}  {}",
        takes(node),
        style.strong(node.receiver),
        style.faint(&notes(config, node))
    )?;
    let indent = format!("{indent}{}", if is_last { "   " } else { "│  " });
    for (at, child) in node.children.iter().enumerate() {
        let is_last = at + 1 == node.children.len();
        branch(style, config, tree, *child, &indent, is_last, out)?;
    }
    Ok(())
}

/// Shows the receiver at the end of a way through the tree, and the way.
pub fn route_path(
    style: Style,
    config: &AlertmanagerConfig,
    tree: &Tree<'_>,
    end: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", style.strong(tree.nodes[end].receiver))?;
    for number in tree.path(end) {
        let node = &tree.nodes[number];
        let place = format!("{}:{}", config.file.path().display(), line(config, node));
        writeln!(out, "  {} {}", style.faint(&place), takes(node))?;
    }
    Ok(())
}

/// Which alerts a node takes.
fn takes(node: &Node<'_>) -> String {
    match (node.parent, node.route.marks.matchers.is_empty()) {
        (None, _) => "every alert".to_owned(),
        (Some(_), true) => "the rest".to_owned(),
        (Some(_), false) => node.route.marks.text(),
    }
}

fn line(config: &AlertmanagerConfig, node: &Node<'_>) -> usize {
    config.file.line_column(node.route.range.start).line
}

/// The line of a node, and what it sets for itself; all that holds for the root.
fn notes(config: &AlertmanagerConfig, node: &Node<'_>) -> String {
    let mut notes = vec![format!("line {}", line(config, node))];
    let (is_root, route) = (node.parent.is_none(), node.route);
    if is_root || route.group_by.is_some() {
        notes.push(match &node.group_by {
            GroupBy::All => "each alert for itself".to_owned(),
            GroupBy::Labels(labels) if labels.is_empty() => "all in one group".to_owned(),
            GroupBy::Labels(labels) => format!("by {}", labels.join(", ")),
        });
    }
    for (written, what, value) in [
        (route.group_wait.is_some(), "waits", node.group_wait_ms),
        (
            route.group_interval.is_some(),
            "changes every",
            node.group_interval_ms,
        ),
        (
            route.repeat_interval.is_some(),
            "repeats after",
            node.repeat_interval_ms,
        ),
    ] {
        if is_root || written {
            notes.push(format!("{what} {}", format_duration(value)));
        }
    }
    for (names, what) in [
        (&route.mute_time_intervals, "silent during"),
        (&route.active_time_intervals, "silent outside"),
    ] {
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        if !names.is_empty() {
            notes.push(format!("{what} {}", names.join(", ")));
        }
    }
    notes.join("; ")
}

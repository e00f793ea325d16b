//! The routing tree with what its nodes inherit.

use promql_engine::Labels;

use crate::model::alertmanager::matcher::braced;
use crate::model::alertmanager::{AlertmanagerConfig, GroupBy, Route};
use crate::model::text::Text;

/// How long a new group waits for more alerts where nothing is written, in milliseconds.
const GROUP_WAIT_MS: i64 = 30_000;
/// How long a group waits before it speaks of changes where nothing is written.
const GROUP_INTERVAL_MS: i64 = 5 * 60_000;
/// How long before a group says the same again where nothing is written.
const REPEAT_INTERVAL_MS: i64 = 4 * 3_600_000;

/// A routing tree.
#[derive(Clone, Debug)]
pub struct Tree<'c> {
    /// The nodes, each before its children; the first is the root.
    pub nodes: Vec<Node<'c>>,
}

/// A node with what it has of its own and of those above it.
#[derive(Clone, Debug)]
pub struct Node<'c> {
    /// The node as written.
    pub route: &'c Route,
    /// The number of the node above it.
    pub parent: Option<usize>,
    /// The numbers of the nodes below it.
    pub children: Vec<usize>,
    /// Who is notified.
    pub receiver: &'c str,
    /// By what alerts are put together.
    pub group_by: GroupBy,
    /// How long a new group waits for more alerts, in milliseconds.
    pub group_wait_ms: i64,
    /// How long a group waits before it speaks of changes, in milliseconds.
    pub group_interval_ms: i64,
    /// How long before a group says the same again, in milliseconds.
    pub repeat_interval_ms: i64,
}

impl<'c> Tree<'c> {
    /// The tree of a configuration; none where it has no routes.
    pub fn of(config: &'c AlertmanagerConfig) -> Option<Tree<'c>> {
        let root = config.route.as_ref()?;
        let mut tree = Tree { nodes: Vec::new() };
        tree.add(root, None);
        Some(tree)
    }

    fn add(&mut self, route: &'c Route, parent: Option<usize>) -> usize {
        let above = parent.map(|parent| &self.nodes[parent]);
        let own = |written: &Option<crate::model::reader::Located<i64>>| written.as_ref().map(|w| w.value);
        let node = Node {
            route,
            parent,
            children: Vec::new(),
            receiver: route
                .receiver
                .as_ref()
                .map(Text::as_str)
                .or(above.map(|node| node.receiver))
                .unwrap_or_default(),
            group_by: route
                .group_by
                .clone()
                .or(above.map(|node| node.group_by.clone()))
                .unwrap_or(GroupBy::Labels(Vec::new())),
            group_wait_ms: own(&route.group_wait)
                .or(above.map(|node| node.group_wait_ms))
                .unwrap_or(GROUP_WAIT_MS),
            group_interval_ms: own(&route.group_interval)
                .or(above.map(|node| node.group_interval_ms))
                .unwrap_or(GROUP_INTERVAL_MS),
            repeat_interval_ms: own(&route.repeat_interval)
                .or(above.map(|node| node.repeat_interval_ms))
                .unwrap_or(REPEAT_INTERVAL_MS),
        };
        let number = self.nodes.len();
        self.nodes.push(node);
        for child in &route.routes {
            let child = self.add(child, Some(number));
            self.nodes[number].children.push(child);
        }
        number
    }

    /// The nodes that an alert ends at, in the order of the tree. There is always one, the root where no other takes
    /// it.
    pub fn ends(&self, labels: &Labels) -> Vec<usize> {
        let mut ends = Vec::new();
        self.descend(0, labels, &mut ends);
        ends
    }

    /// Collects the ends below a node; answers whether the node takes the alert.
    fn descend(&self, number: usize, labels: &Labels, ends: &mut Vec<usize>) -> bool {
        let node = &self.nodes[number];
        if !node.route.marks.matches(|name| labels.get(name)) {
            return false;
        }
        let before = ends.len();
        for child in &node.children {
            if self.descend(*child, labels, ends) && !self.nodes[*child].route.continues {
                break;
            }
        }
        if ends.len() == before {
            ends.push(number);
        }
        true
    }

    /// The way from the root to a node, both among it.
    pub fn path(&self, number: usize) -> Vec<usize> {
        let above = |number: &usize| self.nodes[*number].parent;
        let mut path: Vec<usize> = std::iter::successors(Some(number), above).collect();
        path.reverse();
        path
    }

    /// By what Alertmanager remembers what it sent for a node. Nodes with the same matchers under the same parent
    /// share it.
    pub(in crate::replay) fn key(&self, number: usize) -> String {
        let path = self.path(number).into_iter();
        let marks: Vec<String> = path
            .map(|node| braced(&self.nodes[node].route.marks.matchers))
            .collect();
        marks.join("/")
    }
}

impl Node<'_> {
    /// The labels of the group that an alert falls into.
    pub fn group_of(&self, labels: &Labels) -> Labels {
        match &self.group_by {
            GroupBy::All => labels.clone(),
            GroupBy::Labels(names) => labels.filter(|label| names.iter().any(|name| name == label)),
        }
    }
}

#[cfg(test)]
mod tests;

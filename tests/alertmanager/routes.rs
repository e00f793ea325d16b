//! Routing trees and alerts made at random: which receivers an alert goes to.

use std::fmt::Write as _;

use promql_engine::Labels;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rulecheck::model::Document;
use rulecheck::project::Project;
use rulecheck::replay::routing::tree::Tree;
use rulecheck::source::discover::FoundFile;

use crate::amtool::Amtool;

/// How many alerts amtool is asked about, where `RULECHECK_ALERTS` does not say so.
const ALERTS: usize = 300;
/// How many alerts go through one tree.
const ALERTS_PER_TREE: usize = 5;

/// A node of a tree.
#[derive(Clone, Debug)]
struct Route {
    receiver: Option<u8>,
    matchers: Vec<String>,
    match_: Option<(String, String)>,
    continues: bool,
    routes: Vec<Route>,
}

fn matcher() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "c", "\"d e\""]);
    let op = prop::sample::select(vec!["=", "!=", "=~", "!~"]);
    let value = prop::sample::select(vec![
        "1",
        "2",
        "\"\"",
        "\"1|2\"",
        "\".+\"",
        "\"1.*\"",
        "1.",
        "\"x\\ny\"",
    ]);
    (name, op, value).prop_map(|(name, op, value)| format!("{name}{op}{value}"))
}

fn route() -> impl Strategy<Value = Route> {
    let name = prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned);
    let value = prop::sample::select(vec!["1", "2", "1|2", ""]).prop_map(str::to_owned);
    let leaf = (
        prop::option::of(0u8..5),
        prop::collection::vec(matcher(), 0..3),
        prop::option::weighted(0.3, (name, value)),
        prop::bool::weighted(0.4),
    )
        .prop_map(|(receiver, matchers, match_, continues)| Route {
            receiver,
            matchers,
            match_,
            continues,
            routes: Vec::new(),
        });
    leaf.prop_recursive(4, 24, 4, |inner| {
        (inner.clone(), prop::collection::vec(inner, 0..4)).prop_map(|(mut route, routes)| {
            route.routes = routes;
            route
        })
    })
}

fn labels() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let value = || prop::sample::select(vec!["1", "2", "12", "x", "x\ny"]);
    let one = |name: &'static str| prop::option::of(value().prop_map(move |value| (name, value)));
    (one("a"), one("b"), one("c"), one("d e"))
        .prop_map(|(a, b, c, d)| [a, b, c, d].into_iter().flatten().collect())
}

fn write(route: &Route, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    let _ = writeln!(out, "continue: {}", route.continues);
    if let Some(receiver) = route.receiver {
        let _ = writeln!(out, "{pad}receiver: r{receiver}");
    }
    if let Some((name, value)) = &route.match_ {
        let key = if value.contains('|') { "match_re" } else { "match" };
        let _ = writeln!(out, "{pad}{key}: {{{name}: {value:?}}}");
    }
    if !route.matchers.is_empty() {
        let quoted: Vec<String> = route
            .matchers
            .iter()
            .map(|m| serde_json::to_string(m).expect("JSON"))
            .collect();
        let _ = writeln!(out, "{pad}matchers: [{}]", quoted.join(", "));
    }
    write_children(&route.routes, indent, out);
}

fn write_children(routes: &[Route], indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    if !routes.is_empty() {
        let _ = writeln!(out, "{pad}routes:");
    }
    for route in routes {
        let _ = write!(out, "{pad}  - ");
        write(route, indent + 4, out);
    }
}

#[test]
fn amtool_sends_alerts_to_the_same_receivers() {
    let Some(amtool) = Amtool::find() else { return };
    let asked = std::env::var("RULECHECK_ALERTS")
        .ok()
        .and_then(|n| n.parse().ok());
    let alerts: usize = asked.unwrap_or(ALERTS);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let folder = tempfile::tempdir().expect("a folder");
    let (mut several, mut compared) = (0, 0);
    for number in 0..alerts.div_ceil(ALERTS_PER_TREE) {
        let routes = prop::collection::vec(route(), 1..5);
        let routes = routes.new_tree(&mut runner).expect("a tree").current();
        let mut text = "route:\n  receiver: root\n".to_owned();
        write_children(&routes, 2, &mut text);
        text.push_str("receivers:\n  - name: root\n");
        (0..5).for_each(|n| text.push_str(&format!("  - name: r{n}\n")));
        let path = folder.path().join(format!("{number}.yml"));
        std::fs::write(&path, &text).expect("a file");
        let named = FoundFile {
            path: path.clone(),
            named: true,
        };
        let project = Project::load(&[named], false);
        let Some(Document::Alertmanager(config)) = project.files[0].documents.first() else {
            panic!("no configuration is read of\n{text}");
        };
        let tree = Tree::of(config).expect("a tree");
        for _ in 0..ALERTS_PER_TREE {
            let labels = labels().new_tree(&mut runner).expect("labels").current();
            let ends = tree.ends(&Labels::new(labels.iter().copied()));
            let ours: Vec<String> = ends
                .iter()
                .map(|end| tree.nodes[*end].receiver.to_owned())
                .collect();
            let written: Vec<String> = labels
                .iter()
                .map(|(name, value)| format!("\"{name}\"=\"{}\"", value.replace('\n', "\\n")))
                .collect();
            let theirs = amtool.receivers(&path, &written);
            assert_eq!(ours, theirs, "{labels:?}\n{text}");
            several += usize::from(ours.len() > 1);
            compared += 1;
        }
    }
    println!("{compared} alerts compared, {several} of them with several receivers");
}

use super::*;
use crate::model::alertmanager::tests::config;

const CONFIG: &str = "\
route:
  receiver: fallback
  group_by: [job]
  group_wait: 10s
  routes:
    - matchers: [team=db]
      receiver: db
      continue: true
      routes:
        - matchers: [severity=critical]
          group_by: ['...']
          repeat_interval: 1h
        - matchers: [severity=info]
          receiver: nobody
    - matchers: [severity=critical]
      receiver: pager
      group_by: []
    - matchers: ['severity=~\"critical|warning\"']
      receiver: chat
receivers: [{name: fallback}, {name: db}, {name: nobody}, {name: pager}, {name: chat}]
";

#[test]
fn alerts_go_down_the_first_branch_that_takes_them_and_on_where_it_says_so() {
    let (config, _) = config(CONFIG);
    let tree = Tree::of(&config).expect("a tree");
    for (labels, wanted) in [
        (&[("x", "y")][..], &["fallback"][..]),
        (&[("severity", "critical")], &["pager"]),
        (&[("severity", "warning")], &["chat"]),
        (&[("team", "db")], &["db"]),
        (&[("team", "db"), ("severity", "critical")], &["db", "pager"]),
        (&[("team", "db"), ("severity", "info")], &["nobody"]),
        (&[("team", "db"), ("severity", "warning")], &["db", "chat"]),
    ] {
        let ends = tree.ends(&Labels::new(labels.iter().copied()));
        let receivers: Vec<&str> = ends.iter().map(|end| tree.nodes[*end].receiver).collect();
        assert_eq!(receivers, wanted, "{labels:?}");
    }
}

#[test]
fn what_is_not_written_is_as_above() {
    let (config, _) = config(CONFIG);
    let tree = Tree::of(&config).expect("a tree");
    let times = |number: usize| {
        let node = &tree.nodes[number];
        (
            node.group_wait_ms / 1000,
            node.group_interval_ms / 1000,
            node.repeat_interval_ms / 1000,
        )
    };
    assert_eq!(times(0), (10, 300, 4 * 3600));
    assert_eq!(times(2), (10, 300, 3600));
    assert_eq!(tree.nodes[1].group_by, GroupBy::Labels(vec!["job".to_owned()]));
    assert_eq!(tree.nodes[2].group_by, GroupBy::All);
    assert_eq!(tree.nodes[4].group_by, GroupBy::Labels(Vec::new()));
    assert_eq!(tree.nodes[2].receiver, "db");
    assert_eq!(tree.path(2), [0, 1, 2]);
    assert_eq!(tree.key(2), r#"{}/{team="db"}/{severity="critical"}"#);
}

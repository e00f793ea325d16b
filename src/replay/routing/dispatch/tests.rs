use super::*;
use crate::model::alertmanager::tests::config;

/// What is sent in seconds since the start, of alerts given as when they are sent, name, and when they fired and were
/// resolved.
fn sent(text: &str, alerts: &[(i64, &str, i64, Option<i64>)], until: i64) -> Vec<String> {
    let receivers = "\
receivers:
  - name: a
    webhook_configs: [{url: 'http://a'}]
  - name: quiet
    email_configs: [{to: a, from: b, smarthost: 'c:25'}]
";
    let (config, found) = config(&format!("{text}\n{receivers}"));
    assert!(found.is_empty(), "{found:?}");
    let tree = Tree::of(&config).expect("a tree");
    let labels = |name: &str| {
        let pairs = name
            .split(' ')
            .map(|pair| pair.split_once('=').unwrap_or(("alertname", pair)));
        Labels::new(pairs)
    };
    let alerts: Vec<Sent> = alerts
        .iter()
        .map(|(at, name, fired, resolved)| Sent {
            at: at * 1000,
            labels: labels(name),
            fired_at: fired * 1000,
            resolved_at: resolved.map(|at| at * 1000),
        })
        .collect();
    let names = |labels: &[Labels]| -> String {
        let names: Vec<&str> = labels.iter().map(|l| l.get("alertname")).collect();
        names.join("+")
    };
    notifications(&config, &tree, &alerts, until * 1000)
        .iter()
        .map(|n| {
            format!(
                "{} {} [{}|{}] {}",
                n.at / 1000,
                n.receiver,
                names(&n.firing),
                names(&n.resolved),
                n.reason.as_str()
            )
        })
        .collect()
}

const ROUTE: &str = "route: {receiver: a, group_wait: 30s, group_interval: 5m, repeat_interval: 20m}";

#[test]
fn a_group_waits_and_then_speaks_of_changes_at_intervals() {
    let alerts = [
        (0, "A", 0, None),
        (15, "B", 15, None),
        (60, "C", 60, None),
        (400, "A", 0, Some(400)),
        (700, "B", 15, Some(700)),
        (700, "C", 60, Some(700)),
    ];
    assert_eq!(
        sent(ROUTE, &alerts, 3600),
        [
            "30 a [A+B|] first notification",
            "330 a [A+B+C|] new alerts added",
            "630 a [B+C|A] some alerts resolved",
            "930 a [|B+C] all alerts resolved",
        ]
    );
}

#[test]
fn what_does_not_change_is_repeated_when_more_than_the_interval_has_passed() {
    let alerts = [(0, "A", 0, None)];
    // After 20 minutes sharp nothing is repeated yet.
    assert_eq!(
        sent(ROUTE, &alerts, 3600),
        [
            "30 a [A|] first notification",
            "1530 a [A|] repeat interval elapsed",
            "3030 a [A|] repeat interval elapsed",
        ]
    );
}

#[test]
fn an_alert_that_is_over_before_the_group_speaks_is_not_spoken_of() {
    let alerts = [(0, "A", 0, None), (15, "A", 0, Some(15))];
    assert_eq!(sent(ROUTE, &alerts, 3600), Vec::<String>::new());
}

#[test]
fn an_alert_that_fires_again_begins_a_new_group() {
    let alerts = [(0, "A", 0, None), (100, "A", 0, Some(100)), (400, "A", 400, None)];
    assert_eq!(
        sent(ROUTE, &alerts, 1000),
        [
            "30 a [A|] first notification",
            "330 a [|A] all alerts resolved",
            "430 a [A|] first notification",
        ]
    );
}

#[test]
fn an_integration_that_does_not_tell_of_resolved_alerts_leaves_them_out() {
    let route = ROUTE.replace("receiver: a", "receiver: quiet");
    let alerts = [
        (0, "A", 0, None),
        (0, "B", 0, None),
        (100, "A", 0, Some(100)),
        (700, "B", 0, Some(700)),
        (1300, "B", 1300, None),
    ];
    assert_eq!(
        sent(&route, &alerts, 2000),
        [
            "30 quiet [A+B|] first notification",
            "1330 quiet [B|] first notification",
        ]
    );
}

#[test]
fn nobody_is_told_of_an_alert_while_another_silences_it() {
    let inhibited = format!(
        "{ROUTE}\ninhibit_rules: [{{source_matchers: [alertname=S], target_matchers: [alertname=T], equal: [host]}}]"
    );
    let alerts = [
        (0, "S host=1", 0, None),
        (0, "T host=1", 0, None),
        (0, "T host=2", 0, None),
        (400, "S host=1", 0, Some(400)),
    ];
    assert_eq!(
        sent(&inhibited, &alerts, 1000),
        ["30 a [S+T|] first notification", "630 a [T+T|S] new alerts added",]
    );
}

#[test]
fn a_route_is_silent_at_its_times() {
    // The clock begins at midnight.
    let muted = "\
route:
  receiver: a
  routes: [{group_wait: 30s, group_interval: 5m, mute_time_intervals: [first]}]
time_intervals:
  - name: first
    time_intervals: [{times: [{start_time: '00:00', end_time: '00:06'}]}]";
    let alerts = [(0, "A", 0, None)];
    assert_eq!(sent(muted, &alerts, 1000), ["630 a [A|] first notification"]);
    let active = muted.replace("mute_time", "active_time");
    let alerts = [(0, "A", 0, None), (400, "A", 0, Some(400))];
    // That it was resolved is never told: it was not the time for it.
    assert_eq!(sent(&active, &alerts, 3600), ["30 a [A|] first notification"]);
}

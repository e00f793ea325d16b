use std::sync::Arc;

use super::*;
use crate::source::yaml;

/// A configuration, and what is found in it, with lines.
pub(crate) fn config(text: &str) -> (AlertmanagerConfig, Vec<String>) {
    let file = Arc::new(SourceFile::new("alertmanager.yml", text));
    let mut found = Vec::new();
    let documents = yaml::parse(text);
    assert!(documents.errors.is_empty(), "{:?}", documents.errors);
    let mut reader = Reader::new(&file, "Alertmanager", &mut found);
    let config = read_config(&mut reader, &documents.roots[0]);
    let line = |d: &crate::diagnostic::Diagnostic| {
        let at = file.line_column(d.primary.location.range.start);
        let message = d.message.trim_end_matches(": Alertmanager refuses the file");
        format!("{}:{} {message}", at.line, at.column)
    };
    let found = found.iter().map(line).collect();
    (config, found)
}

#[test]
fn a_whole_configuration_is_read() {
    let text = "\
global: {resolve_timeout: 5m}
route:
  receiver: a
  group_by: [job]
  routes:
    - match: {x: '1'}
      match_re: {y: b|c}
      matchers: [z != d]
      group_by: ['...']
      continue: true
      group_wait: 0s
      repeat_interval: 1h
      active_time_intervals: [day]
receivers:
  - name: a
    webhook_configs: [{url: 'http://a'}]
    email_configs: [{to: x, from: y, smarthost: 'z:25'}, {to: x, from: y, smarthost: 'z:25', send_resolved: true}]
inhibit_rules: [{source_match: {s: '1'}, target_matchers: [t=2], equal: [job]}]
time_intervals: [{name: day, time_intervals: [{times: [{start_time: '08:00', end_time: '20:00'}]}]}]
templates: [x.tmpl]
";
    let (config, found) = config(text);
    assert!(found.is_empty(), "{found:?}");
    let root = config.route.expect("a route");
    assert_eq!(root.group_by, Some(GroupBy::Labels(vec!["job".to_owned()])));
    let child = &root.routes[0];
    assert_eq!(child.marks.text(), r#"{x="1",y=~"b|c",z!="d"}"#);
    assert_eq!(child.group_by, Some(GroupBy::All));
    assert!(child.continues);
    assert_eq!(child.group_wait.as_ref().map(|w| w.value), Some(0));
    let integrations: Vec<String> = config.receivers[0]
        .integrations
        .iter()
        .map(|i| format!("{}[{}] {}", i.kind, i.number, i.sends_resolved))
        .collect();
    assert_eq!(
        integrations,
        ["webhook[0] true", "email[0] false", "email[1] true"]
    );
    assert_eq!(config.inhibit_rules[0].source.text(), r#"{s="1"}"#);
    assert_eq!(config.time_intervals.len(), 1);
}

#[test]
fn all_faults_are_found_in_their_places() {
    let text = "\
route:
  receiver: a
  matchers: [x=1]
  continue: true
  group_by: [job, job]
  routes:
    - receiver: bb
      matchers: ['=1']
      mute_time_intervals: [night]
      group_interval: 0s
    - match: {my-label: x}
      match_re: {y: '('}
      group_by: ['...', job]
receivers:
  - name: b
  - name: b
    slack_configs: [{channel: c}]
";
    let mut found = config(text).1;
    found.sort_by_key(|line| line.split(':').next().map(|n| n.parse::<u32>().ok()));
    assert_eq!(
        found,
        [
            "2:13 undefined receiver \"a\" used in route",
            "3:14 root route must not have any matchers",
            "4:13 cannot have continue in root route",
            "5:19 duplicated label \"job\" in group_by",
            "7:17 undefined receiver \"bb\" used in route",
            "8:19 bad matcher format: =1",
            "9:29 undefined time interval \"night\" used in route",
            "10:23 group_interval cannot be zero",
            "11:15 invalid label name \"my-label\" in match",
            "12:22 error parsing regexp: missing closing ): `^(?:()$`",
            "13:17 cannot have wildcard group_by (`...`) and other labels at the same time",
            "16:11 notification config name \"b\" is not unique",
            "17:21 no Slack API URL nor App token set either inline or in a file",
        ]
    );
}

#[test]
fn every_kind_of_integration_has_its_name_in_its_field() {
    for kind in integrations::KINDS {
        assert_eq!(kind.field, format!("{}_configs", kind.name));
    }
}

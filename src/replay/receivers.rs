//! What `receivers` asserts: who is notified of the alerts that fire at a time ([`told`]), and which notifications are
//! sent up to it ([`sent`]).

mod configs;
mod sent;
mod told;

use promql_engine::Labels;

use super::compare::duration;
use super::routing::dispatch::{Notification, notifications};
use super::routing::history::History;
use super::routing::tree::Tree;
use crate::model::alertmanager::AlertmanagerConfig;
use crate::model::reader::nearest;
use crate::model::text::Text;
use crate::model::unit_tests::{AlertSelector, ReceiversTest, TestGroup};
use crate::outcome::Failure;
use crate::source::SourceFile;

pub(super) use configs::Configs;

/// A replay that came to its end, and whom Alertmanager notifies then.
pub(super) struct Receivers<'r> {
    /// The test file.
    file: &'r SourceFile,
    config: &'r AlertmanagerConfig,
    tree: Tree<'r>,
    history: &'r History<'r>,
    /// The start of the replay, in milliseconds since the epoch.
    start_ms: i64,
}

/// What does not hold of the assertions that a test makes.
pub(super) fn failures(
    file: &SourceFile,
    test: &TestGroup,
    config: Option<&AlertmanagerConfig>,
    history: &History<'_>,
    start_ms: i64,
) -> Vec<Failure> {
    let Some(config) = config else { return Vec::new() };
    let Some(tree) = Tree::of(config) else {
        return Vec::new();
    };
    let receivers = Receivers {
        file,
        config,
        tree,
        history,
        start_ms,
    };
    let mut tests: Vec<&ReceiversTest> = test.receivers.iter().collect();
    tests.sort_by_key(|test| test.eval_time.value);
    let failures = tests.into_iter().flat_map(|test| receivers.judge(test));
    failures.collect()
}

impl Receivers<'_> {
    fn judge(&self, test: &ReceiversTest) -> Vec<Failure> {
        let mut failures = self.judge_told(test);
        failures.extend(self.judge_sent(test));
        failures
    }

    /// All that is sent up to a time.
    fn notifications(&self, until: i64) -> Vec<Notification> {
        notifications(self.config, &self.tree, &self.history.sent(), until)
    }

    /// A time of the test, in milliseconds since the epoch.
    fn moment(&self, test: &ReceiversTest) -> i64 {
        self.start_ms.saturating_add(test.eval_time.value)
    }

    fn failure(&self, test: &ReceiversTest, message: String) -> Failure {
        let mut failure = Failure::new("receivers", message);
        failure.line = Some(self.file.line_column(test.range.start).line);
        failure.at_ms = Some(test.eval_time.value);
        failure
    }

    /// `alertmanager.yml:12`.
    fn place(&self, offset: usize) -> String {
        let line = self.config.file.line_column(offset).line;
        format!("{}:{line}", self.config.file.path().display())
    }

    /// That there is no receiver of a name, if there is none.
    fn unknown(&self, name: &Text) -> Option<String> {
        let known: Vec<&str> = self
            .config
            .receivers
            .iter()
            .filter_map(|receiver| receiver.name.as_ref().map(Text::as_str))
            .collect();
        let (name, path) = (name.as_str(), self.config.file.path().display());
        if known.contains(&name) {
            return None;
        }
        Some(match nearest(name, &known) {
            Some(near) => format!("{path} has no receiver {name}, did you mean {near}?"),
            None => format!("{path} has no receiver {name}"),
        })
    }
}

/// Whether an assertion is about an alert.
fn is_about(selector: Option<&AlertSelector>, labels: &Labels) -> bool {
    selector.is_none_or(|selector| {
        selector.chooses_name(labels.get("alertname")) && selector.chooses_labels(|name| labels.get(name))
    })
}

/// What an assertion is about, as text.
fn subject(selector: Option<&AlertSelector>) -> String {
    match selector {
        Some(selector) if selector.name.is_some() => selector.text.as_str().to_owned(),
        _ => "any alert".to_owned(),
    }
}

/// An alert as people write it: `HighErrorRate{job="api"}`.
fn shown(labels: &Labels) -> String {
    let name = labels.get("alertname");
    let others = labels.filter(|label| label != "alertname");
    match others.is_empty() {
        true => name.to_owned(),
        false => format!("{name}{}", others.metric_form()),
    }
}

/// `a, b and c`; `nobody` where there is none.
fn list(names: &[&str]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `at 12m`.
fn at(test: &ReceiversTest) -> String {
    format!("at {}", duration(test.eval_time.value))
}

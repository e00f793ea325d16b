//! Templates held against this crate and against promtool: a table of them, and random ones.
//!
//! The promtool to ask is that of the environment variable PROMTOOL, or the one on the path. Without one, what
//! needs it is skipped.

mod promtool;
mod random;
mod table;
mod world;

use std::fmt::Write as _;

use promtool::{ask, promtool};
use table::cases;
use world::answer;

/// A template to expand.
#[derive(Clone, Debug)]
struct Question {
    /// Whose annotation it is.
    alert: String,
    template: String,
}

impl Question {
    fn new(alert: &str, template: impl Into<String>) -> Self {
        Self {
            alert: alert.to_owned(),
            template: template.into(),
        }
    }
}

/// What becomes of a template.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    Text(String),
    /// The message of a template that fails while it runs.
    Error(String),
    /// The message of a template that cannot be read.
    Bad(String),
}

/// Collects what differs.
#[derive(Default)]
struct Differences(String);

impl Differences {
    fn compare(&mut self, name: &str, template: &str, one: (&str, &Outcome), other: (&str, &Outcome)) {
        if one.1 != other.1 {
            write!(
                self.0,
                "{name}\n  template: {template:?}\n  {}: {:?}\n  {}: {:?}\n",
                one.0, one.1, other.0, other.1
            )
            .expect("a string");
        }
    }

    fn assert_none(&self) {
        assert!(self.0.is_empty(), "\n{}", self.0);
    }
}

#[test]
fn the_table_holds() {
    let mut differences = Differences::default();
    let cases = cases();
    assert!(cases.len() >= 150, "{} cases", cases.len());
    for case in &cases {
        let got = answer(&case.question);
        let expected = case.expected.as_ref().expect("an outcome");
        differences.compare(
            &case.name,
            &case.question.template,
            ("table", expected),
            ("got  ", &got),
        );
    }
    differences.assert_none();
}

#[test]
fn promtool_agrees_with_the_table() {
    let Some(promtool) = promtool() else {
        println!("skipped: no promtool; set PROMTOOL or put it on the path");
        return;
    };
    let mut cases = cases();
    cases.retain(|case| !case.newer);
    let questions: Vec<Question> = cases.iter().map(|case| case.question.clone()).collect();
    let answers = ask(&promtool, "table", &questions);
    let mut differences = Differences::default();
    for (case, answer) in cases.iter().zip(&answers) {
        let expected = case.expected.as_ref().expect("an outcome");
        let template = &case.question.template;
        differences.compare(&case.name, template, ("table   ", expected), ("promtool", answer));
    }
    differences.assert_none();
}

//! The course of a test, put together after the replay: for whoever wants to draw it.
//!
//! This room decides what is worth drawing and how much of it; it knows nothing of pages or pictures.

mod curves;
mod expression;
mod thin;
mod unit;

use std::collections::HashSet;

use promql_engine::Labels;

use self::curves::{MOST_CURVES, ManySeries, OneSeries};
use self::expression::Hindsight;
use super::input::Input;
use super::parts::Parts;
use super::rule::{Rule, WrittenRule};
use super::schedule::Schedule;
use super::watch::Watch;
use super::world::World;
use crate::model::unit_tests::{AlertTest, TestGroup, UnitTestFile};
use crate::outcome::{
    AlertState, Assertion, ExpressionTrace, Failure, InputTrace, RuleTrace, Subject, Trace,
};

/// The most rules of one test that are drawn.
const MOST_RULES: usize = 12;
/// The most expressions of one test that are drawn.
const MOST_EXPRESSIONS: usize = 12;
/// The most metrics of the input that are drawn.
const MOST_METRICS: usize = 24;

/// A test that has been replayed.
pub(super) struct Replayed<'r> {
    /// The file of the test.
    pub(super) file: &'r UnitTestFile,
    /// The test.
    pub(super) test: &'r TestGroup,
    /// When rules were evaluated.
    pub(super) schedule: Schedule,
    /// What was fed.
    pub(super) input: &'r Input,
    /// From one sample of the input to the next, in milliseconds.
    pub(super) sample_interval_ms: i64,
    /// The rules, and where they are written, in the same order.
    pub(super) rules: &'r [Rule],
    /// See there.
    pub(super) written: &'r [WrittenRule<'r>],
    /// The series at the end.
    pub(super) world: &'r World<'r>,
    /// What is known of the alerts.
    pub(super) watch: &'r Watch<'r>,
    /// What did not hold.
    pub(super) failures: &'r [Failure],
    /// The names of the alerts of which something is asserted.
    pub(super) asserted: &'r [String],
    /// How many evaluations there were; assertions of later ones were not judged.
    pub(super) judged: usize,
}

impl Replayed<'_> {
    /// Its course.
    pub(super) fn trace(&self) -> Trace {
        let (inputs, inputs_left_out) = self.inputs();
        let (rules, rules_left_out) = self.rules();
        Trace {
            end_ms: self.schedule.elapsed(self.schedule.count - 1),
            interval_ms: self.schedule.interval_ms,
            assertions: self.assertions(),
            rules,
            rules_left_out,
            expressions: self.expressions(),
            inputs,
            inputs_left_out,
        }
    }

    fn assertions(&self) -> Vec<Assertion> {
        let line = |at: usize| self.file.file.line_column(at).line;
        let assertion = |subject, at_ms: Option<i64>, claim, start| {
            let line = line(start);
            let failed = self.failures.iter().any(|failure| failure.line == Some(line));
            // Expressions are asked once the replay has come to its end.
            let judged = match &subject {
                Subject::Alert(_) => at_ms.is_none_or(|at| self.schedule.seen_at(at) < self.judged),
                Subject::Expression(_) => self.judged == self.schedule.count,
            };
            Assertion {
                subject,
                at_ms,
                claim,
                held: judged.then_some(!failed),
                line,
            }
        };
        let alerts = self.test.alert_rule_test.iter().filter_map(|test| {
            let name = test.alertname.as_ref()?.as_str().to_owned();
            Some(assertion(
                Subject::Alert(name),
                Some(test.eval_time.value),
                claim(test),
                test.range.start,
            ))
        });
        let over_time = self.test.timeline.iter().map(|timeline| {
            let states = timeline.parts.iter().map(|part| part.state.as_str());
            let states = states.collect::<Vec<_>>().join(", then ");
            (&timeline.alert, format!("is {states}"))
        });
        let never = self
            .test
            .never_fires
            .iter()
            .map(|alert| (alert, "never fires".to_owned()));
        let over_time = over_time.chain(never).map(|(alert, claim)| {
            let name = alert.name.clone().unwrap_or("*".to_owned());
            assertion(Subject::Alert(name), None, claim, alert.text.raw().start)
        });
        let receivers = self.test.receivers.iter().filter_map(|test| {
            let names = test.exp_receivers.as_ref()?.iter().map(|name| name.as_str());
            let claim = match names.collect::<Vec<_>>().join(", ") {
                nobody if nobody.is_empty() => "nobody is notified".to_owned(),
                names => format!("{names} is notified"),
            };
            let name = test.alert.as_ref().and_then(|alert| alert.name.clone());
            let subject = Subject::Alert(name.unwrap_or("*".to_owned()));
            Some(assertion(
                subject,
                Some(test.eval_time.value),
                claim,
                test.range.start,
            ))
        });
        let expressions = self.test.promql_expr_test.iter().filter_map(|test| {
            let claim = match test.exp_samples.len() {
                0 => "returns nothing".to_owned(),
                1 => "returns 1 sample".to_owned(),
                many => format!("returns {many} samples"),
            };
            let text = test.expr.as_ref()?.text.as_str().trim().to_owned();
            Some(assertion(
                Subject::Expression(text),
                Some(test.eval_time.value),
                claim,
                test.range.start,
            ))
        });
        let mut all: Vec<Assertion> = alerts
            .chain(over_time)
            .chain(receivers)
            .chain(expressions)
            .collect();
        // Those about the whole replay come last.
        all.sort_by_key(|assertion| (assertion.at_ms.is_none(), assertion.at_ms));
        all
    }

    /// The rules that are asserted, then those that were active, and how many of them are left out.
    fn rules(&self) -> (Vec<RuleTrace>, usize) {
        let alerting = || (0..self.rules.len()).filter(|number| self.rules[*number].alerting().is_some());
        let is_asserted = |number: &usize| {
            let name = self.rules[*number].name();
            self.asserted.iter().any(|asserted| asserted == name)
        };
        let was_active = |number: &usize| {
            let spans = self.watch.spans(*number).iter();
            spans.into_iter().any(|span| span.state != AlertState::Inactive)
        };
        let chosen: Vec<usize> = alerting()
            .filter(is_asserted)
            .chain(alerting().filter(|number| !is_asserted(number) && was_active(number)))
            .collect();
        let drawn = chosen.iter().take(MOST_RULES).map(|number| self.rule(*number));
        (drawn.collect(), chosen.len().saturating_sub(MOST_RULES))
    }

    fn rule(&self, number: usize) -> RuleTrace {
        let rule = &self.rules[number];
        let written = &self.written[number];
        let parts = Parts::of(rule.query.text(), rule.query.expr());
        let hindsight = Hindsight {
            world: self.world,
            schedule: self.schedule,
            offset_ms: rule.query_offset_ms,
        };
        let ms =
            |duration: &Option<crate::model::reader::Located<i64>>| duration.as_ref().map_or(0, |d| d.value);
        RuleTrace {
            source: rule.source(),
            group: written.group.name().to_owned(),
            text: written.text(),
            hold_ms: ms(&written.rule.hold),
            keep_firing_for_ms: ms(&written.rule.keep_firing_for),
            spans: self.watch.spans(number).to_vec(),
            conditions: hindsight.conditions(&parts),
        }
    }

    fn expressions(&self) -> Vec<ExpressionTrace> {
        let mut seen = HashSet::new();
        let hindsight = Hindsight {
            world: self.world,
            schedule: self.schedule,
            offset_ms: 0,
        };
        let tests = self
            .test
            .promql_expr_test
            .iter()
            .filter_map(|test| test.expr.as_ref());
        let sound =
            tests.filter(|expr| expr.parsed.errors.is_empty() && seen.insert(expr.text.as_str().trim()));
        let drawn = sound.take(MOST_EXPRESSIONS).map(|expr| {
            let parts = Parts::of(expr.text.as_str(), &expr.parsed.expr);
            ExpressionTrace {
                text: expr.text.as_str().trim().to_owned(),
                values: hindsight.curves(&parts, 0),
            }
        });
        drawn.collect()
    }

    /// The input series by metric, and how many metrics are left out.
    fn inputs(&self) -> (Vec<InputTrace>, usize) {
        let end = self.schedule.elapsed(self.schedule.count - 1);
        let mut metrics: Vec<(String, ManySeries)> = Vec::new();
        let mut left_out = HashSet::new();
        for (labels, values) in self.input.series(self.sample_interval_ms) {
            let name = labels.metric_name();
            let known = metrics.iter().position(|(metric, _)| metric == name);
            let number = match known {
                Some(number) => number,
                None if metrics.len() == MOST_METRICS => {
                    left_out.insert(name.to_owned());
                    continue;
                }
                None => {
                    metrics.push((name.to_owned(), ManySeries::default()));
                    metrics.len() - 1
                }
            };
            let (_, many) = &mut metrics[number];
            // As written: those that come first are drawn.
            if many.len() == MOST_CURVES {
                many.leave_out();
                continue;
            }
            let mut series = OneSeries::default();
            for (at, value) in values.map_while(Result::ok).take_while(|(at, _)| *at <= end) {
                series.push(at, value.as_ref());
            }
            many.add(Labels::clone(labels), series);
        }
        let drawn = metrics.into_iter().map(|(metric, many)| InputTrace {
            values: many.finish(unit::of_metric(&metric).map(str::to_owned)),
            metric,
        });
        (drawn.collect(), left_out.len())
    }
}

/// What a test expects of an alert at a time, in a few words.
fn claim(test: &AlertTest) -> String {
    let count = |state| {
        test.exp_alerts
            .iter()
            .filter(|alert| alert.state == state)
            .count()
    };
    let words = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(one.to_owned()),
        count => Some(format!("{count} alerts {many}")),
    };
    let claims = [
        words(count(AlertState::Firing), "fires", "fire"),
        words(count(AlertState::Pending), "is pending", "are pending"),
        words(count(AlertState::Inactive), "is inactive", "are inactive"),
    ];
    let claims: Vec<String> = claims.into_iter().flatten().collect();
    match claims.is_empty() {
        true => "does not fire".to_owned(),
        false => claims.join(", "),
    }
}

impl WrittenRule<'_> {
    /// The lines of the rule as written.
    fn text(&self) -> String {
        let file = &self.file.file;
        let (first, last) = (
            file.line_column(self.rule.range.start).line,
            file.line_column(self.rule.range.end).line,
        );
        let lines: Vec<&str> = (first..=last).filter_map(|line| file.line(line)).collect();
        lines.join("\n").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests;

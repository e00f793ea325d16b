//! Explains what an expression was worth at a time: the values of its parts, why nothing came of those that are
//! empty, and when the outcome was another one.

mod empty;

use promql_engine::gofmt::float_g;
use promql_engine::{Instants, Labels, Sample, SampleValue, Value};
use promql_syntax::ast::{Expr, ExprKind};

use super::case::Case;
use super::judge::Replay;
use super::parts::{PartValue, Parts};
use super::rule::Rule;
use super::run::RuleAt;
use super::schedule::Schedule;
use super::world::World;
use crate::model::rules::Expression;
use crate::model::unit_tests::ExprTest;
use crate::outcome::{ExplainedPart, Explanation, Failure, RuleSource, Turn, Worth, WorthRange, WorthSeries};

/// How many series of a part are told.
const MOST_SERIES: usize = 5;

/// How many evaluations before and after are looked at one by one for another outcome.
const MOST_LOOKS: usize = 2000;

/// The times of a test at which an expression is evaluated.
#[derive(Clone, Copy)]
pub(super) struct Moments {
    /// The time that is explained, in milliseconds since the epoch like the others.
    pub(super) at: i64,
    /// The first time of a rule's evaluation is not before this.
    first: i64,
    /// The last time of a rule's evaluation is not after this.
    last: i64,
    interval: i64,
    /// When the replay starts.
    start: i64,
}

impl Moments {
    /// Those of a rule whose group has a `query_offset`, around one of its evaluations.
    pub(super) fn of_rule(schedule: Schedule, query_offset_ms: i64, evaluation: usize) -> Moments {
        Moments {
            at: schedule.time(evaluation) - query_offset_ms,
            first: schedule.time(0) - query_offset_ms,
            last: schedule.time(schedule.count.saturating_sub(1)) - query_offset_ms,
            interval: schedule.interval_ms,
            start: schedule.start_ms,
        }
    }

    /// Those of an expression that is evaluated at one time since the start.
    pub(super) fn of_expression(schedule: Schedule, eval_time_ms: i64) -> Moments {
        Moments {
            at: schedule.start_ms.saturating_add(eval_time_ms),
            ..Moments::of_rule(schedule, 0, 0)
        }
    }

    /// The times before, the nearest first.
    fn before(self) -> impl Iterator<Item = i64> {
        let steps = (self.at - self.first).div_euclid(self.interval);
        (1..=steps).map(move |step| self.at - step * self.interval)
    }

    /// The times after, the nearest first.
    fn after(self) -> impl Iterator<Item = i64> {
        let steps = (self.last - self.at).div_euclid(self.interval);
        (1..=steps).map(move |step| self.at + step * self.interval)
    }
}

/// How many rules of one failure are explained.
const MOST_RULES: usize = 3;

/// Explains failures: the rules that they are about at the asserted moment, or the expression.
pub(super) fn failures(case: Case<'_>, replay: &Replay<'_>, failures: &mut [Failure]) {
    for failure in failures {
        let Some(at) = failure.at_ms else { continue };
        if let Some(expr) = expression(case, failure, at) {
            let moments = Moments::of_expression(replay.schedule, at);
            let text = (expr.text.as_str(), &expr.parsed.expr);
            failure.explanations = vec![explain(&replay.world, None, text, moments)];
            continue;
        }
        let rules = replay
            .rules
            .iter()
            .filter(|rule| failure.rules.contains(&rule.source()));
        failure.explanations = rules
            .take(MOST_RULES)
            .map(|rule| rule_at(replay, rule, at))
            .collect();
    }
}

/// Explains rules that the user asked about.
pub(super) fn asked(replay: &Replay<'_>, asked: &[RuleAt]) -> Vec<Explanation> {
    let explained = asked.iter().flat_map(|asked| {
        let rules = replay.rules.iter().filter(|rule| rule.name() == asked.rule);
        rules.map(|rule| rule_at(replay, rule, asked.at_ms))
    });
    explained.collect()
}

/// Explains a rule at its last evaluation up to a time since the start.
fn rule_at(replay: &Replay<'_>, rule: &Rule, at_ms: i64) -> Explanation {
    let last = replay.schedule.count.saturating_sub(1);
    let evaluation = replay.schedule.seen_at(at_ms).min(last);
    let moments = Moments::of_rule(replay.schedule, rule.query_offset_ms, evaluation);
    let text = (rule.query.text(), rule.query.expr());
    explain(&replay.world, Some(rule.source()), text, moments)
}

/// The expression that a failure is about, where it is a test's own.
fn expression<'t>(case: Case<'t>, failure: &Failure, at: i64) -> Option<&'t Expression> {
    let line = |test: &ExprTest| case.file.file.line_column(test.range.start).line;
    let mut tests = case.test.promql_expr_test.iter();
    let test = tests.find(|test| {
        failure.kind == "promql" && Some(line(test)) == failure.line && test.eval_time.value == at
    })?;
    test.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty())
}

/// Explains an expression, given with its text.
fn explain(
    world: &World<'_>,
    rule: Option<RuleSource>,
    (text, expr): (&str, &Expr),
    moments: Moments,
) -> Explanation {
    let explainer = Explainer {
        world,
        parts: Parts::of(text, expr),
        moments,
    };
    explainer.explain(rule)
}

struct Explainer<'x> {
    world: &'x World<'x>,
    parts: Parts<'x>,
    moments: Moments,
}

impl Explainer<'_> {
    fn explain(&self, rule: Option<RuleSource>) -> Explanation {
        let at = self.moments.at;
        let values = self.values(at);
        let depths = self.depths();
        let numbered = self.parts.all().iter().enumerate();
        let explained = numbered.map(|(number, part)| ExplainedPart {
            depth: depths[number],
            text: on_one_line(part.text),
            outline: on_one_line(&self.parts.outline(number)),
            is_literal: matches!(part.expr.kind, ExprKind::Number(_)),
            worth: self.worth(&values[number].value),
            elsewhen_ms: Some(values[number].at)
                .filter(|then| *then != at)
                .map(|then| then - self.moments.start),
            why: empty::why(self.world, &self.parts, &values, number, self.moments.start),
        });
        let outcomes = self.outcomes();
        Explanation {
            rule,
            at_ms: at - self.moments.start,
            parts: explained.collect(),
            before: self.turn(&values, outcomes.as_ref(), self.moments.before()),
            after: self.turn(&values, outcomes.as_ref(), self.moments.after()),
        }
    }

    fn values(&self, at: i64) -> Vec<PartValue> {
        self.parts.values(&self.world.engine, &self.world.storage, at)
    }

    fn depths(&self) -> Vec<usize> {
        let mut depths: Vec<usize> = Vec::new();
        for part in self.parts.all() {
            depths.push(part.parent.map_or(0, |parent| depths[parent] + 1));
        }
        depths
    }

    /// The outcomes of the whole at all times, where they can be had together, with the first of the times.
    fn outcomes(&self) -> Option<(Instants, i64)> {
        let Moments {
            at,
            first,
            last,
            interval,
            ..
        } = self.moments;
        let first = at - (at - first).div_euclid(interval) * interval;
        let (engine, storage) = (&self.world.engine, &self.world.storage);
        let outcomes = self
            .parts
            .vectors(0, engine, storage, (first, last.max(at), interval))?;
        Some((outcomes, first))
    }

    /// The first of the times at which the whole returned other series.
    fn turn(
        &self,
        values: &[PartValue],
        outcomes: Option<&(Instants, i64)>,
        times: impl Iterator<Item = i64>,
    ) -> Option<Turn> {
        let now = outcome(&values[0].value);
        let at = match outcomes {
            Some((outcomes, first)) => {
                let number = |time: i64| usize::try_from((time - first) / self.moments.interval).ok();
                let mut times =
                    times.filter(|time| number(*time).is_some_and(|number| number < outcomes.len()));
                times.find(|time| {
                    let vector = number(*time).map_or(Vec::new(), |number| outcomes.vector(number));
                    Some(labels(&vector)) != now
                })?
            }
            None => {
                let (engine, storage) = (&self.world.engine, &self.world.storage);
                let mut times = times.take(MOST_LOOKS);
                times.find(|time| outcome(&self.parts.value(0, engine, storage, *time).value) != now)?
            }
        };
        let then = self.values(at);
        let pairs = then.iter().zip(values).enumerate();
        // Whatever is selected over a range is something else at each time.
        let pairs = pairs.filter(|(_, (then, _))| !matches!(then.value, Ok(Value::Matrix(_))));
        let changed = pairs.filter_map(|(number, (then, now))| {
            let worth = self.worth(&then.value);
            (worth != self.worth(&now.value)).then_some((number, worth))
        });
        Some(Turn {
            at_ms: at - self.moments.start,
            changed: changed.collect(),
        })
    }

    fn worth(&self, value: &Result<Value, String>) -> Worth {
        match value {
            Err(message) => Worth::Fault(message.clone()),
            Ok(Value::Scalar { value, .. }) => Worth::Number(*value),
            Ok(Value::String { value, .. }) => Worth::Text(value.clone()),
            Ok(Value::Vector(samples)) => Worth::Series {
                count: samples.len(),
                first: samples
                    .iter()
                    .take(MOST_SERIES)
                    .map(|sample| WorthSeries {
                        metric: sample.labels.metric_form(),
                        value: shown(&sample.value),
                    })
                    .collect(),
            },
            Ok(Value::Matrix(series)) => Worth::Ranges {
                count: series.len(),
                first: series
                    .iter()
                    .take(MOST_SERIES)
                    .filter_map(|series| self.range(series))
                    .collect(),
            },
        }
    }

    fn range(&self, series: &promql_engine::Series) -> Option<WorthRange> {
        let mut floats = series.floats.iter().map(|(at, value)| (*at, float_g(*value)));
        let mut histograms = series
            .histograms
            .iter()
            .map(|(at, histogram)| (*at, histogram.test_expression()));
        let since_start = |(at, value): (i64, String)| (at - self.moments.start, value);
        let first = floats.clone().next().into_iter().chain(histograms.clone().next());
        let last = floats.next_back().into_iter().chain(histograms.next_back());
        Some(WorthRange {
            metric: series.labels.metric_form(),
            samples: series.floats.len() + series.histograms.len(),
            first: first.min_by_key(|(at, _)| *at).map(since_start)?,
            last: last.max_by_key(|(at, _)| *at).map(since_start)?,
        })
    }
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A value as people read it.
fn shown(value: &SampleValue) -> String {
    match value {
        SampleValue::Float(value) => float_g(*value),
        SampleValue::Histogram(histogram) => histogram.test_expression(),
    }
}

/// The series of an outcome, which decide what an alert does. None where there are none to compare.
fn outcome(value: &Result<Value, String>) -> Option<Vec<Labels>> {
    match value {
        Ok(Value::Vector(samples)) => Some(labels(samples)),
        Ok(Value::Scalar { .. }) => Some(vec![Labels::default()]),
        _ => None,
    }
}

fn labels(samples: &[Sample]) -> Vec<Labels> {
    let mut labels: Vec<Labels> = samples.iter().map(|sample| sample.labels.clone()).collect();
    labels.sort();
    labels
}

#[cfg(test)]
mod tests;

//! Evaluates an expression and holds what comes out against what was claimed.

use std::collections::BTreeMap;

use promql_engine::{Engine, Query, Sample, SampleValue, Value};
use promql_syntax::ParseOptions;
use promql_syntax::ast::{BinaryOp, Expr, ExprKind};
use rulecheck::analysis::{Analysis, Context, Facts, Presence, Trust, Verdict, analyse, analyse_in, hides};
use rulecheck::catalog::Catalog;

use crate::random::Random;
use crate::world::World;

/// What has been seen so far.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) evaluations: usize,
    pub(crate) expressions: usize,
    /// How often something was claimed that is worth claiming.
    pub(crate) claims: BTreeMap<&'static str, usize>,
    /// How often functions and operators occurred.
    pub(crate) seen: BTreeMap<String, usize>,
    pub(crate) wrong: Vec<String>,
}

/// When expressions are evaluated, in seconds; the data end at 735.
const LATEST: usize = 900;

pub(crate) fn expression(text: &str, world: &World, seed: usize, random: &mut Random, outcome: &mut Outcome) {
    let expr = match promql_syntax::parse_valid(text, &ParseOptions::ALL) {
        Ok(expr) => expr,
        Err(errors) => {
            if outcome.wrong.len() < 5 {
                outcome
                    .wrong
                    .push(format!("{text} does not parse: {}", errors[0].message));
            }
            return;
        }
    };
    outcome.expressions += 1;
    let nothing_known = Catalog::default();
    let context = Context::new(Trust::Proven);
    let with_rules = Context {
        recorded: Some(&world.recorded),
        ..context
    };
    note(&expr, &mut outcome.seen);
    // As lints do, for what is likely as well.
    let likely = Context {
        trust: Trust::Likely,
        ..with_rules
    };
    let [_, analysis] = analyse_in(&expr, &world.catalog, [likely, with_rules]);
    let left_alone = left_alone(&expr, &analysis);
    let claims = [
        ("with the catalog", analysis.root().clone()),
        (
            "without a catalog",
            analyse(&expr, &nothing_known, &context).root().clone(),
        ),
    ];
    count(&claims[0].1, &mut outcome.claims);
    *outcome
        .claims
        .entry("the right side of `or` never counts")
        .or_default() += usize::from(left_alone.is_some());
    let query = Query::new(text, expr.clone());
    let judged = judge_query(&expr, text);
    let engine = Engine::default();
    for _ in 0..4 {
        let time = random.below(LATEST) as i64 * 1000 + random.pick(&[0, 0, 0, 250]);
        outcome.evaluations += 1;
        let Ok(result) = engine.instant(&world.storage, &query, time) else {
            // There is no value.
            continue;
        };
        if let Some(query) = &left_alone
            && let Ok(left) = engine.instant(&world.storage, query, time)
            && let (Value::Vector(left), Value::Vector(all)) = (&left.value, &result.value)
            && left.len() != all.len()
        {
            outcome
                .wrong
                .push(format!("seed {seed}: {text}: the right side adds something"));
            return;
        }
        let truth = judged
            .as_ref()
            .and_then(|query| engine.instant(&world.storage, query, time).ok());
        for (with, facts) in &claims {
            let fault = fault(facts, &result.value, &expr).or_else(|| {
                truth
                    .as_ref()
                    .and_then(|truth| wrong_verdict(facts, &truth.value))
            });
            if let Some(fault) = fault {
                outcome.wrong.push(format!(
                    "seed {seed}: {text} at {} s, {with}: {fault}\n  claimed: {facts}",
                    time as f64 / 1000.0
                ));
                return;
            }
        }
    }
}

/// Counts the functions and operators of an expression.
fn note(expr: &Expr, seen: &mut BTreeMap<String, usize>) {
    for node in expr.nodes() {
        let what = match &node.kind {
            ExprKind::Call(call) => call.name.clone(),
            ExprKind::Aggregate(aggregate) => aggregate.op.text().to_owned(),
            ExprKind::Binary(binary) => binary.op.text().to_owned(),
            _ => continue,
        };
        *seen.entry(what).or_default() += 1;
    }
}

/// The left side of an `or` whose right side is said never to count.
fn left_alone(expr: &Expr, analysis: &Analysis<'_>) -> Option<Query> {
    let ExprKind::Binary(or) = &without_brackets(expr).kind else {
        return None;
    };
    let hidden = or.op == BinaryOp::Or && hides(or, analysis.facts(&or.lhs), analysis.facts(&or.rhs));
    hidden.then(|| Query::new("left", Expr::clone(&or.lhs)))
}

/// Counts what a claim says that is not obvious.
fn count(facts: &Facts, claims: &mut BTreeMap<&'static str, usize>) {
    let bounded = !facts.histograms
        && facts.value.has_numbers()
        && (facts.value.lo().is_finite() || facts.value.hi().is_finite());
    let list = [
        ("a value has a bound", bounded),
        ("a value is no NaN", !facts.histograms && !facts.value.has_nan()),
        ("there is never anything", facts.presence == Presence::Never),
        ("there is always something", facts.presence == Presence::Always),
        (
            "a comparison always holds",
            facts.verdict == Some(Verdict::Always),
        ),
        ("a comparison never holds", facts.verdict == Some(Verdict::Never)),
        ("sides never match", !facts.mismatches.is_empty()),
        ("all labels are known", facts.labels.all_possible().is_some()),
        (
            "a label is always there",
            facts.labels.named().any(|(_, values)| values.surely_present()),
        ),
        (
            "there are at most so many series",
            facts.labels.most_series().is_some_and(|most| most > 1),
        ),
    ];
    for (claim, claimed) in list {
        *claims.entry(claim).or_default() += usize::from(claimed);
    }
}

/// A comparison without `bool`, with `bool`: what it says of every pair.
fn judge_query(expr: &Expr, text: &str) -> Option<Query> {
    let mut expr = without_brackets(expr).clone();
    let ExprKind::Binary(binary) = &mut expr.kind else {
        return None;
    };
    if !binary.op.is_comparison() || binary.bool_modifier.is_some() {
        return None;
    }
    binary.bool_modifier = Some(binary.op_span);
    let of_histograms = matches!(binary.op, BinaryOp::Eq | BinaryOp::Ne);
    (!of_histograms).then(|| Query::new(text, expr))
}

fn without_brackets(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => without_brackets(inner),
        _ => expr,
    }
}

fn wrong_verdict(facts: &Facts, truth: &Value) -> Option<String> {
    let wanted = match facts.verdict? {
        Verdict::Always => 1.0,
        Verdict::Never => 0.0,
        Verdict::Depends => return None,
    };
    let Value::Vector(samples) = truth else {
        return None;
    };
    let other = samples
        .iter()
        .find(|sample| sample.value != SampleValue::Float(wanted))?;
    Some(format!(
        "{:?}, but it is {:?} for {}",
        facts.verdict, other.value, other.labels
    ))
}

/// What is wrong with a claim in the light of a value.
fn fault(facts: &Facts, value: &Value, expr: &Expr) -> Option<String> {
    match value {
        Value::Scalar { value, .. } => (!facts.value.contains(*value))
            .then(|| format!("it is {value:?}, which is not in {:?}", facts.value)),
        Value::Vector(samples) => of_vector(facts, samples, expr),
        _ => None,
    }
}

fn of_vector(facts: &Facts, samples: &[Sample], expr: &Expr) -> Option<String> {
    if facts.presence == Presence::Always && samples.is_empty() {
        return Some("there is nothing".to_owned());
    }
    if facts.presence == Presence::Never && !samples.is_empty() {
        return Some(format!("there is {} {:?}", samples[0].labels, samples[0].value));
    }
    if facts
        .labels
        .most_series()
        .is_some_and(|most| most < samples.len() as u64)
    {
        return Some(format!("there are {} series", samples.len()));
    }
    let is_set_operation = matches!(&without_brackets(expr).kind, ExprKind::Binary(b) if matches!(b.op, BinaryOp::Or | BinaryOp::Unless));
    if !facts.mismatches.is_empty() && !is_set_operation && !samples.is_empty() {
        return Some(format!("series match: {:?}", facts.mismatches));
    }
    samples.iter().find_map(|sample| of_sample(facts, sample))
}

fn of_sample(facts: &Facts, sample: &Sample) -> Option<String> {
    let labels = &sample.labels;
    let named = facts.labels.named().map(|(name, _)| name);
    for name in labels.iter().map(|(name, _)| name).chain(named) {
        let (values, value) = (facts.labels.get(name), labels.get(name));
        if !values.contains(value) {
            return Some(format!(
                "label {name} is {value:?}, which is not in {values:?}, in {labels}"
            ));
        }
    }
    match &sample.value {
        SampleValue::Float(value) => (!facts.value.contains(*value))
            .then(|| format!("{labels} is {value:?}, which is not in {:?}", facts.value)),
        SampleValue::Histogram(_) => (!facts.histograms).then(|| format!("{labels} is a histogram")),
    }
}

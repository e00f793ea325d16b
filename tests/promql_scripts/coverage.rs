//! What of PromQL evaluations make use of.

use std::collections::BTreeSet;

use promql_syntax::ast::{
    AggregateOp, AtModifier, AtTime, BinaryExpr, BinaryOp, DurationExpr, DurationKind, Expr, ExprKind,
    MatchOp, Offset, RangeExtension, Side, SubqueryExpr, UnaryOp, VectorSelector,
};
use promql_syntax::functions::FUNCTIONS;
use rulecheck::model::script::{Eval, MessageMatch};

/// How the parts of PromQL that are neither functions nor operators are called here.
const MODIFIERS: [&str; 53] = [
    "number",
    "duration as number",
    "string",
    "unary -",
    "unary +",
    "parentheses",
    "=",
    "!=",
    "=~",
    "!~",
    "quoted name",
    "no name",
    "offset",
    "negative offset",
    "@ time",
    "@ start()",
    "@ end()",
    "anchored",
    "smoothed",
    "range",
    "subquery with step",
    "subquery without step",
    "subquery offset",
    "subquery @",
    "by",
    "without",
    "bool",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "group_left with labels",
    "fill",
    "fill_left",
    "fill_right",
    "fill_left and fill_right",
    "duration step()",
    "duration range()",
    "duration unary -",
    "duration parentheses",
    "duration min_of",
    "duration max_of",
    "duration +",
    "duration -",
    "duration *",
    "duration /",
    "duration %",
    "duration ^",
    "ordered",
    "expect string",
    "expect range vector",
    "expect fail",
    "range query",
];

/// How warnings and infos begin, one for each in the engine's list but the one that a `__type__` label brings about:
/// that needs an option which scripts do not set, and is tested with the engine.
const ANNOTATIONS: [&str; 27] = [
    "PromQL warning: quantile value should be between 0 and 1",
    "PromQL warning: ratio value should be between -1 and 1",
    "PromQL warning: bucket label \"le\" is missing or has a malformed value",
    "PromQL warning: encountered a mix of histograms and floats for metric name",
    "PromQL warning: encountered a mix of histograms and floats for aggregation",
    "PromQL warning: vector contains a mix of classic and native histograms",
    "PromQL warning: this native histogram metric is not a counter",
    "PromQL warning: this native histogram metric is not a gauge",
    "PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas",
    "PromQL warning: incompatible bucket layout encountered for binary operator",
    "PromQL warning: sort is ineffective for range queries",
    "PromQL warning: conflicting counter resets during histogram addition",
    "PromQL warning: conflicting counter resets during histogram subtraction",
    "PromQL warning: conflicting counter resets during histogram aggregation",
    "PromQL warning: sample has start time that overlaps with previous sample timestamp",
    "PromQL info: metric might not be a counter, name does not end in",
    "PromQL info: input to histogram_quantile needed to be fixed for monotonicity",
    "PromQL info: incompatible sample types encountered for binary operator",
    "PromQL info: ignored histogram in",
    "PromQL info: ignored histograms in a range containing both floats and histograms",
    "PromQL info: input to histogram_quantile has NaN observations, result is NaN",
    "PromQL info: input to histogram_quantile has NaN observations, result is skewed higher",
    "PromQL info: input to histogram_fraction has NaN observations",
    "PromQL info: mismatched custom buckets were reconciled during addition",
    "PromQL info: mismatched custom buckets were reconciled during subtraction",
    "PromQL info: mismatched custom buckets were reconciled during aggregation",
    "(2 occurrences)",
];

/// What none of the evaluations makes use of.
pub(crate) fn missing<'a>(evals: impl Iterator<Item = &'a Eval>) -> Vec<String> {
    let mut seen = Seen::default();
    let mut messages = Vec::new();
    for eval in evals {
        seen.expr(&eval.expr);
        messages.extend(
            eval.expected
                .warn
                .iter()
                .chain(&eval.expected.info)
                .map(|message| match message {
                    MessageMatch::Any => String::new(),
                    MessageMatch::Exact(message) => message.clone(),
                    MessageMatch::Pattern(pattern) => pattern.as_str().replace('\\', ""),
                }),
        );
        let expected = &eval.expected;
        let conditions = [
            ("ordered", expected.ordered),
            ("expect string", expected.string.is_some()),
            ("expect range vector", expected.range_vector.is_some()),
            ("expect fail", expected.fail),
            (
                "range query",
                matches!(eval.time, rulecheck::model::script::EvalTime::Range(_)),
            ),
        ];
        conditions
            .iter()
            .filter(|(_, holds)| *holds)
            .for_each(|(name, _)| seen.modifier(name));
    }
    let functions = FUNCTIONS
        .iter()
        .map(|function| format!("function {}", function.name));
    let aggregations = AggregateOp::ALL
        .iter()
        .map(|op| format!("aggregation {}", op.text()));
    let operators = BinaryOp::ALL.iter().map(|op| format!("operator {}", op.text()));
    let modifiers = MODIFIERS.iter().map(|name| format!("modifier {name}"));
    let unseen = functions
        .chain(aggregations)
        .chain(operators)
        .chain(modifiers)
        .filter(|name| !seen.0.contains(name));
    let unsaid = ANNOTATIONS
        .iter()
        .filter(|text| !messages.iter().any(|message| message.contains(*text)));
    unseen
        .chain(unsaid.map(|text| format!("annotation {text}")))
        .collect()
}

/// The engine makes annotations in one place. Addition, subtraction and aggregation share a function there, and
/// so do an annotation and its repetitions; one is not in the list.
#[test]
fn the_list_of_annotations_is_complete() {
    let source = include_str!("../../crates/promql-engine/src/annotations.rs");
    let made = source.matches("Self::warning(").count() + source.matches("Self::info(").count();
    let operations = 2 * (3 - 1);
    let repetitions = 1;
    let elsewhere = 1;
    assert_eq!(ANNOTATIONS.len() - operations - repetitions + elsewhere, made);
}

/// Names of what was seen.
#[derive(Default)]
struct Seen(BTreeSet<String>);

impl Seen {
    fn modifier(&mut self, name: &str) {
        self.0.insert(format!("modifier {name}"));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Number(number) if number.is_duration => self.modifier("duration as number"),
            ExprKind::Number(_) => self.modifier("number"),
            ExprKind::String(_) => self.modifier("string"),
            ExprKind::Paren(inner) => {
                self.modifier("parentheses");
                self.expr(inner);
            }
            ExprKind::Unary(unary) => {
                self.modifier(match unary.op {
                    UnaryOp::Minus => "unary -",
                    UnaryOp::Plus => "unary +",
                });
                self.expr(&unary.expr);
            }
            ExprKind::Binary(binary) => self.binary(binary),
            ExprKind::Aggregate(aggregate) => {
                self.0.insert(format!("aggregation {}", aggregate.op.text()));
                match &aggregate.grouping {
                    Some(grouping) if grouping.without => self.modifier("without"),
                    Some(_) => self.modifier("by"),
                    None => {}
                }
                aggregate.param.iter().for_each(|param| self.expr(param));
                self.expr(&aggregate.expr);
            }
            ExprKind::Call(call) => {
                self.0.insert(format!("function {}", call.name));
                call.args.iter().for_each(|arg| self.expr(arg));
            }
            ExprKind::VectorSelector(selector) => self.selector(selector),
            ExprKind::MatrixSelector(matrix) => {
                self.modifier("range");
                self.selector(&matrix.selector);
                self.duration(&matrix.range);
            }
            ExprKind::Subquery(subquery) => self.subquery(subquery),
            ExprKind::Error => {}
        }
    }

    fn binary(&mut self, binary: &BinaryExpr) {
        self.0.insert(format!("operator {}", binary.op.text()));
        if binary.bool_modifier.is_some() {
            self.modifier("bool");
        }
        if let Some(labels) = &binary.matching.labels {
            self.modifier(if labels.on { "on" } else { "ignoring" });
        }
        if let Some(group) = &binary.matching.group {
            self.modifier(match group.side {
                Side::Left => "group_left",
                Side::Right => "group_right",
            });
            if !group.include.is_empty() {
                self.modifier("group_left with labels");
            }
        }
        match (binary.matching.fill.left, binary.matching.fill.right) {
            (Some(left), Some(right)) if left == right => self.modifier("fill"),
            (Some(_), Some(_)) => self.modifier("fill_left and fill_right"),
            (Some(_), None) => self.modifier("fill_left"),
            (None, Some(_)) => self.modifier("fill_right"),
            (None, None) => {}
        }
        self.expr(&binary.lhs);
        self.expr(&binary.rhs);
    }

    fn selector(&mut self, selector: &VectorSelector) {
        match &selector.name {
            Some(name) if name.quoted => self.modifier("quoted name"),
            Some(_) => {}
            None => self.modifier("no name"),
        }
        for matcher in &selector.matchers {
            self.modifier(match matcher.op {
                MatchOp::Equal => "=",
                MatchOp::NotEqual => "!=",
                MatchOp::Regex => "=~",
                MatchOp::NotRegex => "!~",
            });
        }
        match selector.extension {
            Some((RangeExtension::Anchored, _)) => self.modifier("anchored"),
            Some((RangeExtension::Smoothed, _)) => self.modifier("smoothed"),
            None => {}
        }
        self.times(&selector.offset, &selector.at);
    }

    fn times(&mut self, offset: &Option<Offset>, at: &Option<AtModifier>) {
        if let Some(offset) = offset {
            let negative = match &offset.value.kind {
                DurationKind::Number(number) => number.value < 0.0,
                DurationKind::Unary(op, _) => *op == UnaryOp::Minus,
                _ => false,
            };
            self.modifier(if negative { "negative offset" } else { "offset" });
            self.duration(&offset.value);
        }
        match at.as_ref().map(|at| at.time) {
            Some(AtTime::Timestamp(_)) => self.modifier("@ time"),
            Some(AtTime::Start) => self.modifier("@ start()"),
            Some(AtTime::End) => self.modifier("@ end()"),
            None => {}
        }
    }

    fn subquery(&mut self, subquery: &SubqueryExpr) {
        self.expr(&subquery.expr);
        self.duration(&subquery.range);
        match &subquery.step {
            Some(step) => {
                self.modifier("subquery with step");
                self.duration(step);
            }
            None => self.modifier("subquery without step"),
        }
        if subquery.offset.is_some() {
            self.modifier("subquery offset");
        }
        if subquery.at.is_some() {
            self.modifier("subquery @");
        }
        self.times(&subquery.offset, &subquery.at);
    }

    fn duration(&mut self, duration: &DurationExpr) {
        let parts: Vec<&DurationExpr> = match &duration.kind {
            DurationKind::Number(_) | DurationKind::Error => vec![],
            DurationKind::Step => {
                self.modifier("duration step()");
                vec![]
            }
            DurationKind::Range => {
                self.modifier("duration range()");
                vec![]
            }
            DurationKind::Unary(op, inner) => {
                if *op == UnaryOp::Minus {
                    self.modifier("duration unary -");
                }
                vec![inner]
            }
            DurationKind::Binary(op, lhs, rhs) => {
                self.modifier(&format!("duration {}", op.text()));
                vec![lhs, rhs]
            }
            DurationKind::MinOf(lhs, rhs) => {
                self.modifier("duration min_of");
                vec![lhs, rhs]
            }
            DurationKind::MaxOf(lhs, rhs) => {
                self.modifier("duration max_of");
                vec![lhs, rhs]
            }
            DurationKind::Paren(inner) => {
                self.modifier("duration parentheses");
                vec![inner]
            }
        };
        parts.into_iter().for_each(|part| self.duration(part));
    }
}

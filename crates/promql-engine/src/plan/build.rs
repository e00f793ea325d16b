//! From the syntax tree to a plan.

use std::sync::Arc;

use promql_syntax::ast::{
    AggregateExpr, AtModifier, AtTime, BinaryExpr, BinaryOp, Call, Expr, ExprKind, MatchOp, MatrixSelector,
    SubqueryExpr, UnaryOp, ValueType, VectorSelector,
};
use promql_syntax::{Span, with_enough_stack};

use super::duration::{Sign, resolve};
use super::{
    Aggregate, At, Binary, Bound, CallNode, Function, Kind, Matching, Node, Plan, QueryShape, RangeSelector,
    Selector, Subquery,
};
use crate::call::Implementation;
use crate::error::EvalError;
use crate::functions;
use crate::labels::{Labels, LabelsBuilder, METRIC_NAME};
use crate::matcher::Matcher;

impl Plan {
    /// The plan of an expression, with the text that it was parsed from, in a query of this shape.
    pub(crate) fn new(expr: &Expr, text: &str, shape: QueryShape) -> Result<Plan, EvalError> {
        let mut builder = Builder {
            text,
            shape,
            slots: 0,
            depends_on_query: false,
            in_param: false,
            totals: Totals::Unknown,
        };
        let (root, invariance) = builder.node(expr)?;
        let root = if invariance.wrap {
            builder.invariant(root)
        } else {
            root
        };
        Ok(Plan {
            root,
            slots: builder.slots,
            depends_on_query: builder.depends_on_query,
        })
    }
}

/// Whether an expression has the same value at every step.
#[derive(Clone, Copy)]
struct Invariance {
    /// It has.
    holds: bool,
    /// It is worth computing once: neither a literal nor something that its function computes once anyway.
    wrap: bool,
}

const VARIES: Invariance = Invariance {
    holds: false,
    wrap: false,
};

/// What the functions around a selector need of histograms, innermost first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Totals {
    /// Nothing has been decided yet.
    Unknown,
    /// Sums and counts will do, as far as has been seen.
    Enough,
    /// The buckets are needed.
    No,
}

struct Builder<'t> {
    text: &'t str,
    shape: QueryShape,
    slots: usize,
    depends_on_query: bool,
    /// Inside the parameter of an aggregation, which Prometheus leaves unprepared.
    in_param: bool,
    totals: Totals,
}

impl Builder<'_> {
    fn node(&mut self, expr: &Expr) -> Result<(Node, Invariance), EvalError> {
        with_enough_stack(|| self.node_of(expr))
    }

    fn node_of(&mut self, expr: &Expr) -> Result<(Node, Invariance), EvalError> {
        let literal = Invariance {
            holds: true,
            wrap: false,
        };
        let (value_type, kind, invariance) = match &expr.kind {
            ExprKind::Number(number) => (ValueType::Scalar, Kind::Number(number.value), literal),
            ExprKind::String(string) => (
                ValueType::String,
                Kind::String(Arc::from(string.value.as_str())),
                literal,
            ),
            ExprKind::Paren(inner) => return self.node(inner),
            ExprKind::Unary(unary) => {
                let (inner, invariance) = self.node(&unary.expr)?;
                if unary.op == UnaryOp::Plus {
                    return Ok((inner, invariance));
                }
                (inner.value_type, Kind::Negate(Box::new(inner)), invariance)
            }
            ExprKind::Binary(binary) => self.binary(binary)?,
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate)?,
            ExprKind::Call(call) => self.call(call)?,
            ExprKind::VectorSelector(selector) => {
                let selector = self.selector(selector)?;
                let fixed = selector.is_fixed();
                let invariance = Invariance {
                    holds: fixed,
                    wrap: fixed,
                };
                (ValueType::InstantVector, Kind::Selector(selector), invariance)
            }
            ExprKind::MatrixSelector(selector) => {
                let range = self.range_selector(selector)?;
                let invariance = Invariance {
                    holds: range.selector.is_fixed(),
                    wrap: false,
                };
                (ValueType::RangeVector, Kind::RangeSelector(range), invariance)
            }
            ExprKind::Subquery(subquery) => {
                let subquery = self.subquery(subquery)?;
                let invariance = Invariance {
                    holds: subquery.at != At::Step,
                    wrap: false,
                };
                (
                    ValueType::RangeVector,
                    Kind::Subquery(Box::new(subquery)),
                    invariance,
                )
            }
            ExprKind::Error => return Err(EvalError::new("the expression could not be parsed")),
        };
        Ok((self.finish(expr.span, value_type, kind), invariance))
    }

    fn finish(&mut self, span: Span, value_type: ValueType, kind: Kind) -> Node {
        let slot = self.slots;
        self.slots += 1;
        Node {
            span,
            value_type,
            slot,
            kind,
        }
    }

    fn invariant(&mut self, node: Node) -> Node {
        self.finish(node.span, node.value_type, Kind::StepInvariant(Box::new(node)))
    }

    fn wrap_if(&mut self, node: Node, wrap: bool) -> Node {
        // The parameter of an aggregation is evaluated at every step.
        if wrap && !self.in_param {
            self.invariant(node)
        } else {
            node
        }
    }

    fn binary(&mut self, expr: &BinaryExpr) -> Result<(ValueType, Kind, Invariance), EvalError> {
        let totals = self.totals;
        if matches!(expr.op, BinaryOp::TrimLower | BinaryOp::TrimUpper) && totals != Totals::No {
            self.totals = Totals::No;
        }
        let (lhs, left) = self.node(&expr.lhs)?;
        let (rhs, right) = self.node(&expr.rhs)?;
        self.totals = totals;
        let value_type = match (lhs.value_type, rhs.value_type) {
            (ValueType::Scalar, ValueType::Scalar) => ValueType::Scalar,
            _ => ValueType::InstantVector,
        };
        let invariance = if left.holds && right.holds {
            Invariance {
                holds: true,
                wrap: true,
            }
        } else {
            VARIES
        };
        let (lhs, rhs) = if invariance.holds {
            (lhs, rhs)
        } else {
            (self.wrap_if(lhs, left.wrap), self.wrap_if(rhs, right.wrap))
        };
        let binary = Binary {
            op: expr.op,
            returns_bool: expr.bool_modifier.is_some(),
            matching: matching(expr),
            lhs,
            rhs,
        };
        Ok((value_type, Kind::Binary(Box::new(binary)), invariance))
    }

    fn aggregate(&mut self, expr: &AggregateExpr) -> Result<(ValueType, Kind, Invariance), EvalError> {
        let param = match &expr.param {
            Some(param) => {
                let outside = std::mem::replace(&mut self.in_param, true);
                let (param, _) = self.node(param.bare())?;
                self.in_param = outside;
                Some(param)
            }
            None => None,
        };
        let (inner, invariance) = self.node(expr.expr.bare())?;
        let aggregate = Aggregate {
            op: expr.op,
            without: expr.grouping.as_ref().is_some_and(|grouping| grouping.without),
            labels: expr
                .grouping
                .iter()
                .flat_map(|grouping| &grouping.labels)
                .map(|label| label.name.clone())
                .collect(),
            param,
            param_text: expr
                .param
                .as_ref()
                .and_then(|param| self.text.get(param.span.start..param.span.end))
                .unwrap_or_default()
                .to_owned(),
            expr: inner,
        };
        Ok((
            ValueType::InstantVector,
            Kind::Aggregate(Box::new(aggregate)),
            invariance,
        ))
    }

    fn call(&mut self, expr: &Call) -> Result<(ValueType, Kind, Invariance), EvalError> {
        let constant = match expr.name.as_str() {
            "start" => Some(Bound::Start),
            "end" => Some(Bound::End),
            "range" => Some(Bound::Range),
            "step" => Some(Bound::Step),
            _ => None,
        };
        if let Some(bound) = constant {
            let literal = Invariance {
                holds: true,
                wrap: false,
            };
            return Ok((ValueType::Scalar, Kind::Bound(bound), literal));
        }

        let totals = self.totals;
        self.totals = match (totals, expr.name.as_str()) {
            (Totals::No, _) => Totals::No,
            (_, "histogram_quantile" | "histogram_quantiles" | "histogram_fraction") => Totals::No,
            (_, "histogram_count" | "histogram_sum" | "histogram_avg") => Totals::Enough,
            (totals, _) => totals,
        };
        let args: Vec<&Expr> = expr.args.iter().map(Expr::bare).collect();
        let mut nodes = Vec::with_capacity(args.len());
        let mut invariances = Vec::with_capacity(args.len());
        for arg in &args {
            let (node, invariance) = self.node(arg)?;
            nodes.push(node);
            invariances.push(invariance);
        }
        self.totals = totals;

        let arguments_hold = invariances.iter().all(|invariance| invariance.holds);
        let selectors_only = args
            .iter()
            .all(|arg| matches!(arg.kind, ExprKind::VectorSelector(_)));
        let holds =
            arguments_hold && (!depends_on_time(&expr.name) || (expr.name == "timestamp" && selectors_only));
        let invariance = Invariance { holds, wrap: holds };
        if !holds {
            nodes = nodes
                .into_iter()
                .zip(&invariances)
                .map(|(node, invariance)| self.wrap_if(node, invariance.wrap))
                .collect();
        }

        let function = function(&expr.name, &nodes)?;
        let value_type = promql_syntax::functions::lookup(&expr.name)
            .map_or(ValueType::InstantVector, |known| known.returns);
        let call = CallNode {
            name: expr.name.clone(),
            function,
            spans: args.iter().map(|arg| arg.span).collect(),
            absent_labels: args.first().map_or_else(Labels::empty, |arg| absent_labels(arg)),
            args: nodes,
        };
        Ok((value_type, Kind::Call(Box::new(call)), invariance))
    }

    fn selector(&mut self, expr: &VectorSelector) -> Result<Selector, EvalError> {
        let mut matchers = Vec::with_capacity(expr.matchers.len() + 1);
        if let Some(name) = &expr.name {
            matchers.push(compile(METRIC_NAME, MatchOp::Equal, &name.name)?);
        }
        for matcher in &expr.matchers {
            matchers.push(compile(&matcher.name.name, matcher.op, &matcher.value)?);
        }
        Ok(Selector {
            matchers,
            offset: self.offset(expr.offset.as_ref())?,
            at: self.at(expr.at.as_ref()),
            extension: expr.extension.map(|(extension, _)| extension),
            histogram_totals_only: self.totals == Totals::Enough,
        })
    }

    fn range_selector(&mut self, expr: &MatrixSelector) -> Result<RangeSelector, EvalError> {
        let mut selector = self.selector(&expr.selector)?;
        if let At::FromFirstStep(time) = selector.at {
            // A range is read once where its time is fixed.
            selector.at = At::Time(time);
        }
        Ok(RangeSelector {
            selector,
            range: self.duration(&expr.range, Sign::Positive)?,
        })
    }

    fn subquery(&mut self, expr: &SubqueryExpr) -> Result<Subquery, EvalError> {
        let totals = std::mem::replace(&mut self.totals, Totals::No);
        let (inner, invariance) = self.node(&expr.expr)?;
        self.totals = totals;
        let inner = self.wrap_if(inner, invariance.holds);
        let at = match self.at(expr.at.as_ref()) {
            At::FromFirstStep(time) => At::Time(time),
            at => at,
        };
        Ok(Subquery {
            expr: inner,
            offset: self.offset(expr.offset.as_ref())?,
            step: match &expr.step {
                Some(step) => Some(self.duration(step, Sign::Positive)?.millis),
                None => None,
            },
            range: self.duration(&expr.range, Sign::Positive)?,
            at,
        })
    }

    fn duration(
        &mut self,
        expr: &promql_syntax::ast::DurationExpr,
        sign: Sign,
    ) -> Result<super::Length, EvalError> {
        let (length, depends) = resolve(expr, self.shape, sign)?;
        self.depends_on_query |= depends;
        Ok(length)
    }

    fn offset(&mut self, offset: Option<&promql_syntax::ast::Offset>) -> Result<i64, EvalError> {
        match offset {
            Some(offset) => Ok(self.duration(&offset.value, Sign::Any)?.millis),
            None => Ok(0),
        }
    }

    fn at(&self, at: Option<&AtModifier>) -> At {
        match at.map(|at| at.time) {
            None => At::Step,
            Some(AtTime::Timestamp(time)) if self.in_param => At::FromFirstStep(time),
            Some(AtTime::Timestamp(time)) => At::Time(time),
            Some(AtTime::Start | AtTime::End) if self.in_param => At::Step,
            Some(AtTime::Start) => At::QueryStart,
            Some(AtTime::End) => At::QueryEnd,
        }
    }
}

impl Selector {
    fn is_fixed(&self) -> bool {
        matches!(self.at, At::Time(_) | At::QueryStart | At::QueryEnd)
    }
}

fn compile(name: &str, op: MatchOp, value: &str) -> Result<Matcher, EvalError> {
    Matcher::new(name, op, value).map_err(EvalError::new)
}

/// Functions whose value depends on the time of the evaluation, so that they differ from step to step even where
/// their arguments do not.
fn depends_on_time(name: &str) -> bool {
    matches!(
        name,
        "days_in_month"
            | "day_of_month"
            | "day_of_week"
            | "day_of_year"
            | "hour"
            | "minute"
            | "month"
            | "year"
            | "predict_linear"
            | "time"
            | "timestamp"
    )
}

fn function(name: &str, args: &[Node]) -> Result<Function, EvalError> {
    let range_arg = args
        .iter()
        .position(|arg| arg.value_type == ValueType::RangeVector);
    match name {
        "timestamp" => return Ok(Function::Timestamp),
        "start_timestamp" => return Ok(Function::StartTimestamp),
        "absent_over_time" if range_arg.is_some() => return Ok(Function::AbsentOverTime),
        "info" => return Ok(Function::Info),
        _ => {}
    }
    match (functions::lookup(name), range_arg) {
        (Some(Implementation::Range(function)), Some(range_arg)) => {
            Ok(Function::Range { function, range_arg })
        }
        (Some(Implementation::Whole(function)), None) => Ok(Function::Whole(function)),
        (Some(_), _) => Err(EvalError::new(format!(
            "unexpected arguments for function {name:?}"
        ))),
        (None, _) => Err(EvalError::new(format!(
            "unexpected nil implementation for function {name:?}"
        ))),
    }
}

fn matching(expr: &BinaryExpr) -> Matching {
    let written = &expr.matching;
    let names =
        |labels: &[promql_syntax::ast::LabelName]| labels.iter().map(|label| label.name.clone()).collect();
    Matching {
        on: written.labels.as_ref().is_some_and(|labels| labels.on),
        labels: written
            .labels
            .as_ref()
            .map_or_else(Vec::new, |labels| names(&labels.labels)),
        many: written.group.as_ref().map(|group| group.side),
        include: written
            .group
            .as_ref()
            .map_or_else(Vec::new, |group| names(&group.include)),
        fill: written.fill.clone(),
    }
}

/// The labels of the series that is missing: those that exactly one matcher fixes, the name not among them.
fn absent_labels(expr: &Expr) -> Labels {
    let selector = match &expr.kind {
        ExprKind::VectorSelector(selector) => selector,
        ExprKind::MatrixSelector(range) => &range.selector,
        _ => return Labels::empty(),
    };
    let mut labels = LabelsBuilder::default();
    let mut fixed = Vec::new();
    for matcher in &selector.matchers {
        let name = matcher.name.name.as_str();
        if name == METRIC_NAME {
            continue;
        }
        if matcher.op == MatchOp::Equal && !fixed.contains(&name) {
            labels.set(name, &matcher.value);
            fixed.push(name);
        } else {
            labels.del(name);
        }
    }
    labels.build()
}

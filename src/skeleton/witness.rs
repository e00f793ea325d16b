//! A sample that an expression could return, worked out backwards: which series must be there, with which labels,
//! and which comparisons of their values must hold. Labels and values stay open as far as nothing decides them.
//!
//! Where several things could be tried (a side of `or`, how many series an aggregation sees, whether two selectors mean
//! one series) the run's [`Choices`] decide.

mod aggregate;
mod binary;
mod call;
mod histogram;
mod selector;

use std::ops::Range;

use promql_syntax::ast::{DurationExpr, DurationKind, Expr, ExprKind, UnaryOp, ValueType};

pub(super) use binary::{is_comparison, mirrored};
pub(super) use call::selectors;

use super::choices::Choices;
use super::labels::{Clash, Env, Labels, Var};
use super::recorded::Recorded;
use super::terms::{Constraint, Term, operate};
use super::words::{Demand, Demands};

/// A sample that an expression could return.
#[derive(Clone, Debug)]
pub(super) struct Witness {
    /// Its labels.
    pub(super) env: Env,
    /// The labels of a series that it comes from.
    pub(super) origin: Env,
    /// Its value.
    pub(super) value: Term,
    /// The value that it stands for, where it counts how often that occurs.
    tag: Option<Term>,
}

/// A selector that must find a series.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// The labels of the series.
    pub(super) env: Env,
    /// What the selector asks of them.
    pub(super) demands: Vec<(String, Demand)>,
    /// Whether something is divided by its value.
    pub(super) divides: bool,
    /// Whether its samples are native histograms.
    pub(super) native: bool,
}

/// What surrounds an expression.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    /// How many seconds ago it is looked at.
    offset: f64,
    /// Seconds since the epoch, where it is looked at at a fixed time.
    at: Option<f64>,
    /// Whether something is divided by it.
    divides: bool,
    /// The bucket of a histogram that is meant.
    bucket: Option<String>,
    /// Whether its series are native histograms.
    native: bool,
    /// Where its value should be.
    hint: Hint,
}

/// Between which bounds a value should be; only a hint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hint {
    /// Lower bound.
    low: f64,
    /// Upper bound.
    high: f64,
}

impl Default for Hint {
    fn default() -> Self {
        Hint {
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
        }
    }
}

/// One run of the search.
pub(super) struct Search<'s> {
    recorded: &'s Recorded<'s>,
    demands: &'s Demands,
    choices: &'s mut Choices,
    /// The names of all labels that matter.
    names: Vec<String>,
    /// The variables.
    pub(super) labels: Labels,
    /// The selectors that find something.
    pub(super) leaves: Vec<Leaf>,
    /// What must hold.
    pub(super) constraints: Vec<Constraint>,
    /// Selectors that must find nothing, by what they ask.
    pub(super) absences: Vec<Vec<(String, Demand)>>,
    /// Ranges of windows, in seconds.
    pub(super) windows: Vec<f64>,
    /// Offsets, in seconds.
    pub(super) offsets: Vec<f64>,
    /// Selectors that must not be taken for the same series as those to come.
    closed: Vec<Range<usize>>,
    depth: usize,
}

/// How deep recorded metrics are followed.
const DEEPEST: usize = 12;

impl<'s> Search<'s> {
    /// A run with these choices.
    pub(super) fn new(
        (recorded, demands): (&'s Recorded<'s>, &'s Demands),
        names: Vec<String>,
        choices: &'s mut Choices,
    ) -> Self {
        Search {
            recorded,
            demands,
            choices,
            names,
            labels: Labels::default(),
            leaves: Vec::new(),
            constraints: Vec::new(),
            absences: Vec::new(),
            windows: Vec::new(),
            offsets: Vec::new(),
            closed: Vec::new(),
            depth: 0,
        }
    }

    /// A sample that the whole expression returns.
    pub(super) fn whole(&mut self, expr: &Expr) -> Result<Witness, Clash> {
        self.sample(expr, &Surroundings::default())
    }

    /// A sample that an expression returns. A scalar is a sample without labels.
    fn sample(&mut self, expr: &Expr, around: &Surroundings) -> Result<Witness, Clash> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.sample(inner, around),
            ExprKind::Number(number) => Ok(Witness::number(Term::Number(number.value))),
            ExprKind::Unary(unary) => {
                let around = match unary.op {
                    UnaryOp::Plus => around.clone(),
                    UnaryOp::Minus => around.hinted(around.hint.map(|v| -v)),
                };
                let mut sample = self.sample(&unary.expr, &around)?;
                if unary.op == UnaryOp::Minus {
                    sample.map(|v| -v);
                }
                Ok(sample)
            }
            ExprKind::Binary(binary) => self.binary(binary, around),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, around),
            ExprKind::Call(call) => self.call(call, around),
            ExprKind::VectorSelector(selector) => self.selector(selector, around),
            ExprKind::String(_) | ExprKind::MatrixSelector(_) | ExprKind::Subquery(_) | ExprKind::Error => {
                Err(Clash::open("the expression returns no samples"))
            }
        }
    }

    /// The value of a scalar.
    fn scalar(&mut self, expr: &Expr, around: &Surroundings) -> Result<Term, Clash> {
        self.sample(expr, &around.hinted(Hint::default()))
            .map(|sample| sample.value)
    }

    /// The samples of a window, as the sample that is there all the time, with its length in seconds.
    fn window(&mut self, expr: &Expr, around: &Surroundings) -> Result<(Witness, f64), Clash> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.window(inner, around),
            ExprKind::MatrixSelector(matrix) => {
                let range = seconds(&matrix.range);
                self.windows.push(range);
                Ok((self.selector(&matrix.selector, around)?, range))
            }
            ExprKind::Subquery(subquery) => {
                let range = seconds(&subquery.range);
                self.windows.push(range.max(300.0));
                let around = self.moved(around, subquery.offset.as_ref(), subquery.at.as_ref());
                Ok((self.sample(&subquery.expr, &around)?, range))
            }
            _ => Err(Clash::open("the expression returns no windows")),
        }
    }

    /// A label of a sample.
    fn label(&mut self, env: &Env, name: &str) -> Var {
        match env.get(name) {
            Some(var) => *var,
            None => self.labels.constant(name, ""),
        }
    }

    /// Makes labels of two samples equal.
    fn equate<'n>(&mut self, a: &Env, b: &Env, names: impl Iterator<Item = &'n String>) -> Result<(), Clash> {
        for name in names {
            if !a.contains_key(name) && !b.contains_key(name) {
                continue;
            }
            let (a, b) = (self.label(a, name), self.label(b, name));
            self.labels.unify(a, b)?;
        }
        Ok(())
    }

    /// Asks for a label to be set where it may be.
    pub(super) fn name(&mut self, env: &Env, label: &str) {
        if let Some(var) = env.get(label) {
            self.labels.name(*var);
        }
    }
}

impl Witness {
    /// A sample without labels.
    fn number(value: Term) -> Self {
        Witness {
            env: Env::new(),
            origin: Env::new(),
            value,
            tag: None,
        }
    }

    /// Applies a function, which takes the name of the metric away.
    fn map(&mut self, function: fn(f64) -> f64) {
        self.env.remove("__name__");
        let value = std::mem::replace(&mut self.value, Term::Number(0.0));
        self.value = Term::Map(function, Box::new(value));
    }
}

impl Surroundings {
    fn hinted(&self, hint: Hint) -> Surroundings {
        Surroundings { hint, ..self.clone() }
    }
}

impl Hint {
    /// The bounds of what a value is computed from, given the inverse of the computation.
    fn map(self, inverse: impl Fn(f64) -> f64) -> Hint {
        let (a, b) = (inverse(self.low), inverse(self.high));
        match a.is_nan() || b.is_nan() {
            true => Hint::default(),
            false => Hint {
                low: a.min(b),
                high: a.max(b),
            },
        }
    }
}

/// A duration in seconds; where it depends on the query, as if that had a step of a minute.
pub(super) fn seconds(duration: &DurationExpr) -> f64 {
    match &duration.kind {
        DurationKind::Number(number) => number.value,
        DurationKind::Step => 60.0,
        DurationKind::Range | DurationKind::Error => 0.0,
        DurationKind::Unary(UnaryOp::Plus, of) | DurationKind::Paren(of) => seconds(of),
        DurationKind::Unary(UnaryOp::Minus, of) => -seconds(of),
        DurationKind::Binary(op, a, b) => operate(*op, seconds(a), seconds(b)),
        DurationKind::MinOf(a, b) => seconds(a).min(seconds(b)),
        DurationKind::MaxOf(a, b) => seconds(a).max(seconds(b)),
    }
}

/// The value of an expression that depends on nothing.
pub(super) fn constant(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Paren(inner) => constant(inner),
        ExprKind::Number(number) => Some(number.value),
        ExprKind::Unary(unary) => match unary.op {
            UnaryOp::Plus => constant(&unary.expr),
            UnaryOp::Minus => constant(&unary.expr).map(|v| -v),
        },
        ExprKind::Binary(binary) => Some(operate(binary.op, constant(&binary.lhs)?, constant(&binary.rhs)?)),
        ExprKind::Call(call) => match (call.name.as_str(), call.args.as_slice()) {
            ("vector" | "scalar", [of]) => constant(of),
            ("pi", []) => Some(std::f64::consts::PI),
            _ => None,
        },
        _ => None,
    }
}

fn is_scalar(expr: &Expr) -> bool {
    expr.value_type() == Some(ValueType::Scalar)
}

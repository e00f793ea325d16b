//! The syntax tree. Every node has the byte range of the text that it was parsed from.
//!
//! The tree says what was written: a metric name stays apart from the matchers, a duration stays an
//! expression, parentheses are nodes. What it means is computed by methods (`Expr::value_type`,
//! `VectorSelector::all_matchers`) and by the crates that read it.

mod operators;
mod walk;

use crate::span::Span;

/// An expression with the range of its text, modifiers and brackets included.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Byte range of the whole expression.
    pub span: Span,
    /// What kind of expression it is.
    pub kind: ExprKind,
}

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `1`, `0x1f`, `1e3`, `Inf`, `5m` (a duration used as a number of seconds).
    Number(NumberLiteral),
    /// `"text"`, `'text'` or a raw string in backquotes.
    String(StringLiteral),
    /// `(expr)`.
    Paren(Box<Expr>),
    /// `-expr`, `+expr`.
    Unary(UnaryExpr),
    /// `lhs op rhs`.
    Binary(BinaryExpr),
    /// `sum by (job) (expr)`.
    Aggregate(AggregateExpr),
    /// `rate(expr)`.
    Call(Call),
    /// `metric{label="value"} offset 5m @ 0`.
    VectorSelector(VectorSelector),
    /// `metric[5m]`.
    MatrixSelector(MatrixSelector),
    /// `expr[1h:5m]`.
    Subquery(SubqueryExpr),
    /// Where the parser found no expression and went on: an error has been reported for this range.
    Error,
}

/// A number.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberLiteral {
    /// The value; seconds where it was written as a duration.
    pub value: f64,
    /// Whether it was written as a duration (`5m`).
    pub is_duration: bool,
}

/// A string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringLiteral {
    /// The text with its escapes resolved. PromQL strings hold bytes: what is no UTF-8 after `\xff` or
    /// octal escapes is replaced by U+FFFD.
    pub value: String,
}

/// The operator before an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

/// `-expr` or `+expr`.
#[derive(Clone, Debug, PartialEq)]
pub struct UnaryExpr {
    /// The operator.
    pub op: UnaryOp,
    /// Its range.
    pub op_span: Span,
    /// The operand.
    pub expr: Box<Expr>,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `^`
    Pow,
    /// `atan2`
    Atan2,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `</`: keep a histogram's observations below a bound.
    TrimUpper,
    /// `>/`: keep a histogram's observations above a bound.
    TrimLower,
    /// `and`
    And,
    /// `or`
    Or,
    /// `unless`
    Unless,
}

/// `lhs op [bool] [on(…)|ignoring(…)] [group_left(…)] [fill(…)] rhs`.
#[derive(Clone, Debug, PartialEq)]
pub struct BinaryExpr {
    /// The operator.
    pub op: BinaryOp,
    /// Its range.
    pub op_span: Span,
    /// Range of the `bool` modifier where there is one.
    pub bool_modifier: Option<Span>,
    /// `on`, `ignoring`, `group_left`, `group_right`, `fill`, as written.
    pub matching: VectorMatching,
    /// Left operand.
    pub lhs: Box<Expr>,
    /// Right operand.
    pub rhs: Box<Expr>,
}

/// How the series of two vectors are paired, as written. All empty where nothing was written.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct VectorMatching {
    /// `on (…)` or `ignoring (…)`.
    pub labels: Option<MatchingLabels>,
    /// `group_left (…)` or `group_right (…)`.
    pub group: Option<GroupModifier>,
    /// `fill (…)`, `fill_left (…)`, `fill_right (…)`.
    pub fill: FillValues,
}

/// `on (…)` or `ignoring (…)`.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchingLabels {
    /// Range of the keyword and its list.
    pub span: Span,
    /// `on` rather than `ignoring`.
    pub on: bool,
    /// The label names.
    pub labels: Vec<LabelName>,
}

/// `group_left (…)` or `group_right (…)`.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupModifier {
    /// Range of the keyword and its list.
    pub span: Span,
    /// The side that may have many series for each one of the other.
    pub side: Side,
    /// Labels to copy from the "one" side.
    pub include: Vec<LabelName>,
}

/// A side of a binary operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The left operand.
    Left,
    /// The right operand.
    Right,
}

/// Values that stand in for a side that has no matching series.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FillValues {
    /// For the left side (`fill`, `fill_left`).
    pub left: Option<f64>,
    /// For the right side (`fill`, `fill_right`).
    pub right: Option<f64>,
    /// Range of all fill modifiers together.
    pub span: Option<Span>,
}

/// A label name as written in a list or a matcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelName {
    /// The name, unquoted.
    pub name: String,
    /// Its range, quotes included.
    pub span: Span,
}

/// An aggregation operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum AggregateOp {
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    Topk,
    Bottomk,
    CountValues,
    Quantile,
    Limitk,
    LimitRatio,
}

/// `op [by|without (…)] ([param,] expr)`, the grouping before or after the arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateExpr {
    /// The operator.
    pub op: AggregateOp,
    /// Its range.
    pub op_span: Span,
    /// `by (…)` or `without (…)` where written.
    pub grouping: Option<Grouping>,
    /// The parameter of `topk`, `bottomk`, `count_values`, `quantile`, `limitk`, `limit_ratio`.
    pub param: Option<Box<Expr>>,
    /// What is aggregated.
    pub expr: Box<Expr>,
}

/// `by (…)` or `without (…)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// Range of the keyword and its list.
    pub span: Span,
    /// `without` rather than `by`.
    pub without: bool,
    /// The label names.
    pub labels: Vec<LabelName>,
}

/// `name(args)`. Includes `step()`, `range()`, `start()` and `end()` where Prometheus takes them as scalars.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The name as written; `functions::lookup` gives its signature.
    pub name: String,
    /// Range of the name.
    pub name_span: Span,
    /// The arguments.
    pub args: Vec<Expr>,
}

/// The comparison in a matcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Regex,
    /// `!~`
    NotRegex,
}

/// `label="value"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    /// Range of the whole matcher.
    pub span: Span,
    /// The label.
    pub name: LabelName,
    /// The comparison.
    pub op: MatchOp,
    /// The value, unquoted.
    pub value: String,
    /// Range of the value, quotes included.
    pub value_span: Span,
}

/// The name of a metric, before the braces or quoted inside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricName {
    /// The name, unquoted.
    pub name: String,
    /// Its range, quotes included.
    pub span: Span,
    /// Whether it stands quoted inside the braces: `{"http.requests"}`.
    pub quoted: bool,
}

/// `metric{label="value"} [anchored|smoothed] [offset …] [@ …]`.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorSelector {
    /// The metric name where one is written (not as a `__name__` matcher).
    pub name: Option<MetricName>,
    /// The matchers in the braces, in the order written, the name not among them.
    pub matchers: Vec<Matcher>,
    /// `anchored` or `smoothed`.
    pub extension: Option<(RangeExtension, Span)>,
    /// `offset …`.
    pub offset: Option<Offset>,
    /// `@ …`.
    pub at: Option<AtModifier>,
}

/// How the edges of a range are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RangeExtension {
    /// `anchored`
    Anchored,
    /// `smoothed`
    Smoothed,
}

/// `selector[range]`. Modifiers written behind the brackets are in the selector, as in Prometheus.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixSelector {
    /// The selector before the brackets, with the modifiers behind them.
    pub selector: VectorSelector,
    /// Range of the selector itself, without brackets and modifiers.
    pub selector_span: Span,
    /// The length of the range.
    pub range: DurationExpr,
}

/// `expr[range:step] [offset …] [@ …]`.
#[derive(Clone, Debug, PartialEq)]
pub struct SubqueryExpr {
    /// What is evaluated at each step.
    pub expr: Box<Expr>,
    /// The length of the range.
    pub range: DurationExpr,
    /// The step; the default evaluation interval where none is written.
    pub step: Option<DurationExpr>,
    /// `offset …`.
    pub offset: Option<Offset>,
    /// `@ …`.
    pub at: Option<AtModifier>,
}

/// `offset …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Offset {
    /// Range of the keyword and the value.
    pub span: Span,
    /// The offset, negative to look ahead.
    pub value: DurationExpr,
}

impl Offset {
    /// Whether it moves anything: to Prometheus, an offset of zero is none.
    pub fn is_set(&self) -> bool {
        match &self.value.kind {
            DurationKind::Number(number) => (number.value * 1e9).round() != 0.0,
            _ => true,
        }
    }
}

/// `@ …`.
#[derive(Clone, Debug, PartialEq)]
pub struct AtModifier {
    /// Range of the sign and the value.
    pub span: Span,
    /// Which time it names.
    pub time: AtTime,
}

/// The time that an `@` modifier names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtTime {
    /// Milliseconds since the epoch.
    Timestamp(i64),
    /// `start()`: the start of the range query.
    Start,
    /// `end()`: the end of the range query.
    End,
}

/// A duration: a literal, or an arithmetic expression over literals, `step()` and `range()`.
#[derive(Clone, Debug, PartialEq)]
pub struct DurationExpr {
    /// Its range.
    pub span: Span,
    /// What it is.
    pub kind: DurationKind,
}

/// The kinds of duration expression.
#[derive(Clone, Debug, PartialEq)]
pub enum DurationKind {
    /// `5m` or `300`: seconds.
    Number(NumberLiteral),
    /// `step()`: the step of the query.
    Step,
    /// `range()`: the range of the query.
    Range,
    /// `-d`, `+d`.
    Unary(UnaryOp, Box<DurationExpr>),
    /// `a + b`, with `+ - * / % ^`.
    Binary(BinaryOp, Box<DurationExpr>, Box<DurationExpr>),
    /// `min_of(a, b)`.
    MinOf(Box<DurationExpr>, Box<DurationExpr>),
    /// `max_of(a, b)`.
    MaxOf(Box<DurationExpr>, Box<DurationExpr>),
    /// `(d)`.
    Paren(Box<DurationExpr>),
    /// Where the parser found no duration and went on.
    Error,
}

/// The type of an expression's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// One number at each time.
    Scalar,
    /// A string.
    String,
    /// One sample for each series at each time.
    InstantVector,
    /// A range of samples for each series at each time.
    RangeVector,
}

impl VectorSelector {
    /// All matchers, one of `__name__` for the metric name among them, where one is written.
    pub fn all_matchers(&self) -> Vec<Matcher> {
        let by_name = self.name.iter().map(|name| Matcher {
            span: name.span,
            name: LabelName {
                name: "__name__".to_owned(),
                span: name.span,
            },
            op: MatchOp::Equal,
            value: name.name.clone(),
            value_span: name.span,
        });
        self.matchers.iter().cloned().chain(by_name).collect()
    }
}

impl DurationExpr {
    /// Where Prometheus says that the duration stands: from its first operand to its last, without most of the
    /// brackets and function names around them.
    pub fn shown_span(&self) -> Span {
        match &self.kind {
            DurationKind::Paren(inner) => match inner.kind {
                DurationKind::Number(_) => Span::new(self.span.start, inner.span.end),
                _ => inner.shown_span(),
            },
            DurationKind::Unary(UnaryOp::Plus, operand) => operand.shown_span(),
            DurationKind::Unary(UnaryOp::Minus, operand) => {
                Span::new(self.span.start, operand.shown_span().end)
            }
            DurationKind::Binary(_, first, last)
            | DurationKind::MinOf(first, last)
            | DurationKind::MaxOf(first, last) => first.shown_span().to(last.shown_span()),
            DurationKind::Number(_) | DurationKind::Step | DurationKind::Range | DurationKind::Error => {
                self.span
            }
        }
    }
}

impl Expr {
    /// The type of the expression's value; `None` where it holds a fault that leaves the type open.
    pub fn value_type(&self) -> Option<ValueType> {
        match &self.kind {
            ExprKind::Number(_) => Some(ValueType::Scalar),
            ExprKind::String(_) => Some(ValueType::String),
            ExprKind::Paren(inner) => inner.value_type(),
            ExprKind::Unary(unary) => unary.expr.value_type(),
            ExprKind::Binary(binary) => match (binary.lhs.value_type()?, binary.rhs.value_type()?) {
                (ValueType::Scalar, ValueType::Scalar) => Some(ValueType::Scalar),
                _ => Some(ValueType::InstantVector),
            },
            ExprKind::Aggregate(_) | ExprKind::VectorSelector(_) => Some(ValueType::InstantVector),
            ExprKind::Call(call) => crate::functions::lookup(&call.name).map(|f| f.returns),
            ExprKind::MatrixSelector(_) | ExprKind::Subquery(_) => Some(ValueType::RangeVector),
            ExprKind::Error => None,
        }
    }
}

//! Which parts of an expression are written alike, so that they have the same value at the same time. Numbers stand
//! for what is alike; they are given from the leaves up, so the work grows with the size of the expression only.

use std::collections::HashMap;

use promql_syntax::Span;
use promql_syntax::ast::{
    AtTime, BinaryExpr, DurationExpr, DurationKind, Expr, ExprKind, LabelName, MatchOp, RangeExtension, Side,
    UnaryOp, VectorSelector,
};

/// What stands for a part of an expression: the same number, the same value.
pub(super) type Identity = u32;

/// The numbers of the parts of an expression.
#[derive(Default)]
pub(super) struct Identities {
    by_key: HashMap<Key, Identity>,
    /// In the order in which they were asked for.
    given: Vec<Identity>,
    /// So many of them were asked for since the start.
    asked: usize,
    key: Key,
}

impl Identities {
    /// The number of a part whose operands have these. Brackets have that of what is in them.
    pub(super) fn of(&mut self, expr: &Expr, operands: impl Iterator<Item = Identity>) -> Identity {
        let known = self.given.get(self.asked).copied();
        self.asked += 1;
        let identity = known.unwrap_or_else(|| self.new_of(expr, operands));
        if known.is_none() {
            self.given.push(identity);
        }
        identity
    }

    /// Starts again: the parts of the same expression are asked for a second time in the same order.
    pub(super) fn rewind(&mut self) {
        self.asked = 0;
    }

    fn new_of(&mut self, expr: &Expr, operands: impl Iterator<Item = Identity>) -> Identity {
        self.key.0.clear();
        self.key.head(expr);
        for operand in operands {
            self.key.0.extend(operand.to_le_bytes());
        }
        if let Some(known) = self.by_key.get(&self.key) {
            return *known;
        }
        let next = self.by_key.len() as Identity;
        self.by_key.insert(self.key.clone(), next);
        next
    }
}

/// Whether two selectors look at the same times of the series that they select.
pub(super) fn same_times(a: &VectorSelector, b: &VectorSelector) -> bool {
    Key::with(|key| key.times(a)) == Key::with(|key| key.times(b))
}

/// Whether two durations are written alike.
pub(super) fn same_duration(a: &DurationExpr, b: &DurationExpr) -> bool {
    Key::with(|key| key.duration(a)) == Key::with(|key| key.duration(b))
}

/// The matchers of a selector, each once, in order.
pub(super) fn matchers(selector: &VectorSelector) -> Vec<(&str, &'static str, &str)> {
    let op = |op: MatchOp| match op {
        MatchOp::Equal => "=",
        MatchOp::NotEqual => "!=",
        MatchOp::Regex => "=~",
        MatchOp::NotRegex => "!~",
    };
    let written = selector.matchers.iter();
    let mut all: Vec<_> = written
        .map(|m| (m.name.name.as_str(), op(m.op), m.value.as_str()))
        .collect();
    all.extend(
        selector
            .name
            .iter()
            .map(|name| ("__name__", "=", name.name.as_str())),
    );
    all.sort_unstable();
    all.dedup();
    all
}

/// What is written somewhere, as bytes that are the same only where the same is written: texts and lists have their
/// lengths before them.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Key(Vec<u8>);

impl Key {
    fn with(write: impl FnOnce(&mut Key)) -> Key {
        let mut key = Key::default();
        write(&mut key);
        key
    }

    fn mark(&mut self, mark: u8) {
        self.0.push(mark);
    }

    fn count(&mut self, count: usize) {
        self.0.extend((count as u64).to_le_bytes());
    }

    fn number(&mut self, number: f64) {
        self.0.extend(number.to_bits().to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend(text.as_bytes());
    }

    fn names(&mut self, labels: &[LabelName]) {
        self.count(labels.len());
        labels.iter().for_each(|label| self.text(&label.name));
    }

    fn place(&mut self, span: Span) {
        self.count(span.start);
        self.count(span.end);
    }

    /// What an expression is, without its operands.
    fn head(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Number(number) => {
                self.mark(b'n');
                self.number(number.value);
            }
            ExprKind::String(string) => {
                self.mark(b's');
                self.text(&string.value);
            }
            // They have the number of what is in them.
            ExprKind::Paren(_) => {}
            ExprKind::Unary(unary) => self.sign(unary.op),
            ExprKind::Binary(binary) => self.operation(binary),
            ExprKind::Aggregate(aggregate) => {
                self.mark(b'a');
                self.text(aggregate.op.text());
                if let Some(grouping) = &aggregate.grouping {
                    let mut labels: Vec<&str> = grouping.labels.iter().map(|l| l.name.as_str()).collect();
                    labels.sort_unstable();
                    labels.dedup();
                    self.mark(if grouping.without { b'w' } else { b'b' });
                    self.count(labels.len());
                    labels.into_iter().for_each(|label| self.text(label));
                }
            }
            ExprKind::Call(call) => {
                self.mark(b'f');
                self.text(&call.name);
            }
            ExprKind::VectorSelector(selector) => {
                self.mark(b'v');
                self.selector(selector);
            }
            ExprKind::MatrixSelector(matrix) => {
                self.mark(b'm');
                self.selector(&matrix.selector);
                self.duration(&matrix.range);
            }
            ExprKind::Subquery(subquery) => {
                self.mark(b'q');
                self.duration(&subquery.range);
                if let Some(step) = &subquery.step {
                    self.mark(b':');
                    self.duration(step);
                }
                let offset = subquery.offset.as_ref().filter(|offset| offset.is_set());
                self.moved(
                    offset.map(|offset| &offset.value),
                    subquery.at.as_ref().map(|at| at.time),
                );
            }
            // Two faults are never the same.
            ExprKind::Error => {
                self.mark(b'e');
                self.place(expr.span);
            }
        }
    }

    fn sign(&mut self, op: UnaryOp) {
        self.mark(match op {
            UnaryOp::Plus => b'+',
            UnaryOp::Minus => b'-',
        });
    }

    fn operation(&mut self, binary: &BinaryExpr) {
        self.mark(if binary.bool_modifier.is_some() {
            b'B'
        } else {
            b'b'
        });
        self.text(binary.op.text());
        let matching = &binary.matching;
        if let Some(labels) = &matching.labels {
            self.mark(if labels.on { b'o' } else { b'i' });
            self.names(&labels.labels);
        }
        if let Some(group) = &matching.group {
            self.mark(match group.side {
                Side::Left => b'<',
                Side::Right => b'>',
            });
            self.names(&group.include);
        }
        if matching.fill.span.is_some() {
            for fill in [matching.fill.left, matching.fill.right] {
                self.mark(if fill.is_some() { b'1' } else { b'0' });
                self.number(fill.unwrap_or_default());
            }
        }
    }

    fn selector(&mut self, selector: &VectorSelector) {
        let matchers = matchers(selector);
        self.count(matchers.len());
        for (name, op, value) in matchers {
            [name, op, value].into_iter().for_each(|text| self.text(text));
        }
        self.times(selector);
    }

    fn times(&mut self, selector: &VectorSelector) {
        if let Some((extension, _)) = &selector.extension {
            self.mark(match extension {
                RangeExtension::Anchored => b'a',
                RangeExtension::Smoothed => b's',
            });
        }
        let offset = selector.offset.as_ref().filter(|offset| offset.is_set());
        self.moved(
            offset.map(|offset| &offset.value),
            selector.at.as_ref().map(|at| at.time),
        );
    }

    fn moved(&mut self, offset: Option<&DurationExpr>, at: Option<AtTime>) {
        if let Some(offset) = offset {
            self.mark(b'o');
            self.duration(offset);
        }
        match at {
            Some(AtTime::Timestamp(time)) => {
                self.mark(b'@');
                self.0.extend(time.to_le_bytes());
            }
            Some(AtTime::Start) => self.mark(b'['),
            Some(AtTime::End) => self.mark(b']'),
            None => {}
        }
    }

    fn duration(&mut self, duration: &DurationExpr) {
        promql_syntax::with_enough_stack(|| match &duration.kind {
            DurationKind::Number(number) => {
                self.mark(b'n');
                self.number(number.value);
            }
            DurationKind::Step => self.mark(b's'),
            DurationKind::Range => self.mark(b'r'),
            DurationKind::Unary(op, inner) => {
                self.sign(*op);
                self.duration(inner);
            }
            DurationKind::Binary(op, a, b) => {
                self.mark(b'b');
                self.text(op.text());
                self.duration(a);
                self.duration(b);
            }
            DurationKind::MinOf(a, b) | DurationKind::MaxOf(a, b) => {
                let is_min = matches!(duration.kind, DurationKind::MinOf(..));
                self.mark(if is_min { b'<' } else { b'>' });
                self.duration(a);
                self.duration(b);
            }
            DurationKind::Paren(inner) => self.duration(inner),
            DurationKind::Error => {
                self.mark(b'e');
                self.place(duration.span);
            }
        });
    }
}

//! What an expression of a program is worth, where its text decides that.

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number with a fraction.
    Number(f64),
    /// A truth value.
    Truth(bool),
    /// `None`, `null`, `nil`, `undefined`.
    Nothing,
    /// A list in which the elements that are not known are `None`.
    List(Vec<Option<Value>>),
}

/// How many values an expression may have before it counts as unknown.
const MANY: usize = 256;

impl Value {
    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Value::Whole(number) => Some(*number as f64),
            Value::Number(number) => Some(*number),
            // Both languages read numbers from text that is one: `float("inf")`, `"+Inf"`.
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The elements, where it is a list whose elements are all known.
    pub(super) fn elements(&self) -> Option<Vec<Value>> {
        match self {
            Value::List(elements) => elements.iter().cloned().collect(),
            _ => None,
        }
    }

    /// The texts, where it is a list of texts.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        let elements = self.elements()?;
        elements.iter().map(|e| e.text().map(str::to_owned)).collect()
    }

    /// The numbers, where it is a list of numbers.
    pub(super) fn numbers(&self) -> Option<Vec<f64>> {
        self.elements()?.iter().map(Value::number).collect()
    }
}

/// The values that an expression can have: a set without order. `None` elsewhere stands for: not known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Possible(Vec<Value>);

impl Possible {
    /// One value.
    pub(super) fn one(value: Value) -> Possible {
        Possible(vec![value])
    }

    /// The one value that it can only be.
    pub(super) fn single(self) -> Option<Value> {
        let mut values = self.0;
        let first = values.pop();
        first.filter(|_| values.is_empty())
    }

    /// The values.
    pub(super) fn values(&self) -> &[Value] {
        &self.0
    }

    /// Either of two; `None` where they are too many to tell apart.
    pub(super) fn or(mut self, other: Possible) -> Option<Possible> {
        for value in other.0 {
            if !self.0.contains(&value) {
                self.0.push(value);
            }
        }
        (self.0.len() <= MANY).then_some(self)
    }

    /// Any of these values; `None` where there are none, or too many.
    pub(super) fn any(values: impl IntoIterator<Item = Value>) -> Option<Possible> {
        let mut values = values.into_iter().map(Possible::one);
        let first = values.next()?;
        values.try_fold(first, Possible::or)
    }
}

/// Finite upper bounds of buckets as a library stores them; `None` where it refuses them.
pub(super) fn bounds(numbers: Vec<f64>) -> Option<Vec<f64>> {
    let finite: Vec<f64> = numbers.into_iter().filter(|n| n.is_finite()).collect();
    let ascending = finite.windows(2).all(|pair| pair[0] < pair[1]);
    (ascending && !finite.is_empty()).then_some(finite)
}

/// Buckets each of which is wider than the one before by a factor, as the libraries for Go and JavaScript make them:
/// multiplying as they do, so that the bounds are the same to the last bit.
pub(super) fn exponential(start: f64, factor: f64, count: i64) -> Vec<f64> {
    let mut bound = start;
    let next = |_| {
        let this = bound;
        bound *= factor;
        this
    };
    (0..count).map(next).collect()
}

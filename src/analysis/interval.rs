//! Sets of floating point numbers: everything between two numbers, and whether NaN is among them.
//!
//! Numbers are ordered with `-0` below `+0`, because a division tells them apart. Ends belong to the interval: there
//! is a next number, so "greater than zero" begins at the least positive one. Rounding is monotone, so an operation on
//! the ends bounds the operation on all that lies between; only where several operations follow one another, or a
//! function is approximated, is the result widened ([`Interval::widened`]).

mod arithmetic;

#[cfg(test)]
mod tests;

use std::fmt;

use promql_engine::gofmt;
use promql_syntax::ast::BinaryOp;

/// What is larger counts as "some finite number": nothing real is measured in such numbers, and sums of them do not
/// overflow.
pub const LARGE: f64 = 1e100;

/// What is larger is shown as unbounded: so many samples there are not, and so many seconds have not gone by.
const SHOWN: f64 = 1e15;

/// What an approximated function, or a sum of many terms, may be off by, in parts of the result.
const SLACK: f64 = 1e-12;

/// The values that a number can have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    lo: f64,
    hi: f64,
    nan: bool,
}

impl Interval {
    /// Every number, NaN included.
    pub const ANY: Interval = Interval {
        lo: f64::NEG_INFINITY,
        hi: f64::INFINITY,
        nan: true,
    };
    /// No number at all.
    pub const NONE: Interval = Interval {
        lo: f64::INFINITY,
        hi: f64::NEG_INFINITY,
        nan: false,
    };
    /// NaN alone.
    pub const NAN: Interval = Interval {
        nan: true,
        ..Interval::NONE
    };
    /// Zero or more, infinity included.
    pub const NOT_NEGATIVE: Interval = Interval::new(0.0, f64::INFINITY);
    /// Zero or more, finite.
    pub const COUNTER: Interval = Interval::new(0.0, LARGE);
    /// From zero to one.
    pub const UNIT: Interval = Interval::new(0.0, 1.0);

    /// The numbers from `lo` to `hi`, without NaN.
    pub const fn new(lo: f64, hi: f64) -> Interval {
        Interval { lo, hi, nan: false }
    }

    /// One number.
    pub const fn point(value: f64) -> Interval {
        if value.is_nan() {
            Interval::NAN
        } else {
            Interval::new(value, value)
        }
    }

    /// The interval with NaN, if `nan`, or as it is.
    #[must_use]
    pub fn or_nan(self, nan: bool) -> Interval {
        Interval {
            nan: self.nan || nan,
            ..self
        }
    }

    /// The interval without NaN.
    #[must_use]
    pub fn numbers(self) -> Interval {
        Interval { nan: false, ..self }
    }

    /// The least number; meaningless where [`Interval::has_numbers`] is false.
    pub fn lo(self) -> f64 {
        self.lo
    }

    /// The greatest number; meaningless where [`Interval::has_numbers`] is false.
    pub fn hi(self) -> f64 {
        self.hi
    }

    /// Whether NaN is among the values.
    pub fn has_nan(self) -> bool {
        self.nan
    }

    /// Whether any number but NaN is among the values.
    pub fn has_numbers(self) -> bool {
        self.lo.total_cmp(&self.hi).is_le()
    }

    /// Whether there is no value at all.
    pub fn is_none(self) -> bool {
        !self.nan && !self.has_numbers()
    }

    /// Whether a number is among the values; `0` and `-0` are two numbers.
    pub fn contains(self, value: f64) -> bool {
        if value.is_nan() {
            self.nan
        } else {
            self.lo.total_cmp(&value).is_le() && value.total_cmp(&self.hi).is_le()
        }
    }

    /// Whether a zero of either sign is among the values.
    pub fn has_zero(self) -> bool {
        self.has_numbers() && self.lo <= 0.0 && self.hi >= 0.0
    }

    /// Whether an infinity is among the values.
    pub fn has_infinity(self) -> bool {
        self.has_numbers() && (self.lo == f64::NEG_INFINITY || self.hi == f64::INFINITY)
    }

    /// The only value, where there is just one and it is a number.
    pub fn single(self) -> Option<f64> {
        (!self.nan && self.lo.to_bits() == self.hi.to_bits()).then_some(self.lo)
    }

    /// Whether all values are numbers from zero up, `-0` not among them.
    pub fn is_not_negative(self) -> bool {
        !self.nan && self.lo.total_cmp(&0.0).is_ge()
    }

    /// The greatest distance from zero.
    pub fn magnitude(self) -> f64 {
        if self.has_numbers() {
            self.lo.abs().max(self.hi.abs())
        } else {
            0.0
        }
    }

    /// The smallest interval with the values of both.
    #[must_use]
    pub fn hull(self, other: Interval) -> Interval {
        Interval {
            lo: least(self.lo, other.lo),
            hi: greatest(self.hi, other.hi),
            nan: self.nan || other.nan,
        }
    }

    /// The values that both have.
    #[must_use]
    pub fn and(self, other: Interval) -> Interval {
        let both = Interval {
            lo: greatest(self.lo, other.lo),
            hi: least(self.hi, other.hi),
            nan: self.nan && other.nan,
        };
        if both.has_numbers() {
            both
        } else {
            Interval::NONE.or_nan(both.nan)
        }
    }

    /// The interval with some room on either side for rounding errors in proportion to `scale`.
    #[must_use]
    pub fn widened_by(self, scale: f64) -> Interval {
        if !self.has_numbers() {
            return self;
        }
        let room = scale * SLACK;
        let moved = |end: f64, room: f64| if end.is_infinite() { end } else { end + room };
        Interval {
            lo: moved(self.lo, -room).next_down(),
            hi: moved(self.hi, room).next_up(),
            ..self
        }
    }

    /// The interval with some room on either side for the rounding errors of several operations. Zero is an end that
    /// stays: sums and products of what is not negative are not negative.
    #[must_use]
    pub fn widened(self) -> Interval {
        if !self.has_numbers() {
            return self;
        }
        let fixed = |end: f64| end == 0.0 || end.is_infinite();
        let room = |end: f64| end.abs() * SLACK;
        let lo = match fixed(self.lo) {
            true => self.lo,
            false => (self.lo - room(self.lo)).next_down(),
        };
        let hi = match fixed(self.hi) {
            true => self.hi,
            false => (self.hi + room(self.hi)).next_up(),
        };
        Interval { lo, hi, ..self }
    }

    /// What is left of the values where only those stay that `op` holds for against some value of `other`.
    #[must_use]
    pub fn filtered(self, op: BinaryOp, other: Interval) -> Interval {
        let Some(holds) = Comparison::of(op) else {
            return self;
        };
        if op == BinaryOp::Ne {
            // NaN differs from everything, and everything from NaN.
            let differs = match (self.single(), other.single()) {
                (Some(a), Some(b)) => a != b,
                _ => true,
            };
            let nothing = other.is_none() || !differs;
            return if nothing {
                Interval::NONE
            } else {
                self.without_end(other)
            };
        }
        if !self.has_numbers() || !other.has_numbers() {
            return Interval::NONE;
        }
        let (lo, hi) = (other.lo, other.hi);
        let bounds = match holds {
            Comparison::Equal => Interval::new(lower_zero(lo), upper_zero(hi)),
            Comparison::Less(strict) => {
                Interval::new(f64::NEG_INFINITY, if strict { below(hi) } else { upper_zero(hi) })
            }
            Comparison::Greater(strict) => {
                Interval::new(if strict { above(lo) } else { lower_zero(lo) }, f64::INFINITY)
            }
            Comparison::Different => Interval::ANY,
        };
        self.numbers().and(bounds)
    }

    /// For `!=`: an end that the other side surely equals is cut off.
    fn without_end(self, other: Interval) -> Interval {
        let Some(other) = other.single() else { return self };
        let mut rest = self;
        if rest.lo == other {
            rest.lo = above(rest.lo);
        }
        if rest.hi == other {
            rest.hi = below(rest.hi);
        }
        if rest.has_numbers() {
            rest
        } else {
            Interval::NONE.or_nan(rest.nan)
        }
    }

    /// Whether `self op other` holds, whatever the values are.
    pub fn compare(self, op: BinaryOp, other: Interval) -> Verdict {
        if self.is_none() || other.is_none() {
            return Verdict::Depends;
        }
        if self.filtered(op, other).is_none() {
            return Verdict::Never;
        }
        let opposite = match op {
            BinaryOp::Eq => BinaryOp::Ne,
            BinaryOp::Ne => BinaryOp::Eq,
            BinaryOp::Lt => BinaryOp::Ge,
            BinaryOp::Le => BinaryOp::Gt,
            BinaryOp::Gt => BinaryOp::Le,
            BinaryOp::Ge => BinaryOp::Lt,
            _ => return Verdict::Depends,
        };
        // Only `!=` holds for NaN.
        let nan_spoils = op != BinaryOp::Ne && (self.nan || other.nan);
        if !nan_spoils && self.numbers().filtered(opposite, other.numbers()).is_none() {
            Verdict::Always
        } else {
            Verdict::Depends
        }
    }
}

/// What is known of the outcome of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It holds for every sample that there can be.
    Always,
    /// It holds for none.
    Never,
    /// It depends on the data.
    Depends,
}

enum Comparison {
    Equal,
    Different,
    /// Strictly or not.
    Less(bool),
    Greater(bool),
}

impl Comparison {
    fn of(op: BinaryOp) -> Option<Comparison> {
        Some(match op {
            BinaryOp::Eq => Comparison::Equal,
            BinaryOp::Ne => Comparison::Different,
            BinaryOp::Lt => Comparison::Less(true),
            BinaryOp::Le => Comparison::Less(false),
            BinaryOp::Gt => Comparison::Greater(true),
            BinaryOp::Ge => Comparison::Greater(false),
            _ => return None,
        })
    }
}

/// The zero that comes first where the number is one: comparisons do not tell zeros apart.
fn lower_zero(value: f64) -> f64 {
    if value == 0.0 { -0.0 } else { value }
}

fn upper_zero(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value }
}

/// The least number that is greater than this one; there is none above infinity, which NaN stands for.
fn above(value: f64) -> f64 {
    if value == f64::INFINITY {
        f64::NAN
    } else {
        value.next_up()
    }
}

/// The greatest number that is less than this one.
fn below(value: f64) -> f64 {
    -above(-value)
}

fn least(a: f64, b: f64) -> f64 {
    if a.total_cmp(&b).is_le() { a } else { b }
}

fn greatest(a: f64, b: f64) -> f64 {
    if a.total_cmp(&b).is_ge() { a } else { b }
}

/// `0…1`, `>0…∞`, `≥0`, `=1`, `any`, with `or NaN` behind.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.has_numbers() {
            return f.write_str(if self.nan { "NaN" } else { "nothing" });
        }
        let unbounded = |end: f64| end.abs() >= SHOWN;
        match (unbounded(self.lo), unbounded(self.hi)) {
            _ if self.lo == self.hi => write!(f, "={}", plain(self.lo))?,
            (true, true) if self.lo < 0.0 && self.hi > 0.0 => f.write_str("any")?,
            (false, true) if self.hi > 0.0 => f.write_str(&end(self.lo, ">", "≥"))?,
            (true, false) if self.lo < 0.0 => f.write_str(&end(self.hi, "<", "≤"))?,
            _ => write!(f, "{}…{}", end(self.lo, ">", ""), end(self.hi, "<", ""))?,
        }
        if self.nan && !(unbounded(self.lo) && unbounded(self.hi)) {
            f.write_str(" or NaN")?;
        }
        Ok(())
    }
}

/// An end as people write it: one that lies right beside a short number is that number, excluded.
fn end(value: f64, open: &str, closed: &str) -> String {
    let own = plain(value);
    let beside = plain(if open == ">" {
        value.next_down()
    } else {
        value.next_up()
    });
    if beside.len() + 4 < own.len() {
        format!("{open}{beside}")
    } else {
        format!("{closed}{own}")
    }
}

fn plain(value: f64) -> String {
    gofmt::float_g(if value == 0.0 { 0.0 } else { value })
}

//! Operations on intervals: the operators of PromQL, and functions of one number.

use promql_engine::gomath;
use promql_syntax::ast::BinaryOp;

use super::{Interval, greatest, least};

impl Interval {
    /// What an arithmetic operator makes of two intervals; everything for other operators.
    #[must_use]
    pub fn arithmetic(self, op: BinaryOp, other: Interval) -> Interval {
        let nan = self.nan || other.nan;
        if !self.has_numbers() || !other.has_numbers() {
            // `1 ^ NaN` and `NaN ^ 0` are 1.
            return match op {
                _ if self.is_none() || other.is_none() => Interval::NONE,
                BinaryOp::Pow => Interval::NAN.hull(Interval::point(1.0)),
                _ => Interval::NAN,
            };
        }
        let result = match op {
            BinaryOp::Add => self.plus(other),
            BinaryOp::Sub => self.plus(-other),
            BinaryOp::Mul => self.times(other),
            BinaryOp::Div => self.over(other),
            BinaryOp::Mod => self.modulo(other),
            BinaryOp::Pow => self.power(other),
            BinaryOp::Atan2 => self.angle(other),
            _ => Interval::ANY,
        };
        result.or_nan(nan)
    }

    fn plus(self, other: Interval) -> Interval {
        let opposite = |a: Interval, b: Interval| a.lo == f64::NEG_INFINITY && b.hi == f64::INFINITY;
        let nan = opposite(self, other) || opposite(other, self);
        let sum = |a: f64, b: f64, or: f64| if (a + b).is_nan() { or } else { a + b };
        Interval {
            lo: sum(self.lo, other.lo, f64::NEG_INFINITY),
            hi: sum(self.hi, other.hi, f64::INFINITY),
            nan,
        }
    }

    fn times(self, other: Interval) -> Interval {
        let nan = self.has_zero() && other.has_infinity() || self.has_infinity() && other.has_zero();
        let product = |a: f64, b: f64| {
            // Next to zero times infinity there is zero times something large.
            if (a * b).is_nan() {
                0f64.copysign(a.signum() * b.signum())
            } else {
                a * b
            }
        };
        self.corners(other, product).or_nan(nan)
    }

    fn over(self, other: Interval) -> Interval {
        let nan = self.has_zero() && other.has_zero() || self.has_infinity() && other.has_infinity();
        let below = other.and(Interval::new(f64::NEG_INFINITY, -0.0));
        let above = other.and(Interval::new(0.0, f64::INFINITY));
        let parts = [below, above].into_iter().filter(|part| part.has_numbers());
        let quotient = |a: f64, b: f64| {
            // Next to infinity by infinity there is something finite by infinity.
            if a.is_infinite() && b.is_infinite() {
                0f64.copysign(a.signum() * b.signum())
            } else {
                a / b
            }
        };
        let quotients = parts.map(|part| self.corners(part, quotient));
        quotients.fold(Interval::NONE, Interval::hull).or_nan(nan)
    }

    /// The hull of a function's values at the four corners. Corners without a value are left out.
    fn corners(self, other: Interval, f: impl Fn(f64, f64) -> f64) -> Interval {
        let mut hull = Interval::NONE;
        for a in [self.lo, self.hi] {
            for b in [other.lo, other.hi] {
                let value = f(a, b);
                if !value.is_nan() {
                    hull = hull.hull(Interval::point(value));
                }
            }
        }
        hull
    }

    /// The remainder has the sign of the dividend and is smaller than the divisor.
    fn modulo(self, other: Interval) -> Interval {
        let nan = self.has_infinity() || other.has_zero();
        if let (Some(a), Some(b)) = (self.single(), other.single()) {
            return Interval::point(a % b);
        }
        let limit = other.magnitude();
        let side = |end: f64| end.abs().min(limit).copysign(end);
        let lo = if self.lo.is_sign_negative() {
            side(self.lo)
        } else {
            0.0
        };
        let hi = if self.hi.is_sign_negative() {
            -0.0
        } else {
            side(self.hi)
        };
        Interval { lo, hi, nan }
    }

    fn power(self, other: Interval) -> Interval {
        if let (Some(a), Some(b)) = (self.single(), other.single()) {
            return Interval::point(gomath::pow(a, b));
        }
        if self.numbers().is_not_negative() {
            Interval::NOT_NEGATIVE
        } else if let Some(exponent) = other.single()
            && exponent % 2.0 == 0.0
        {
            Interval::NOT_NEGATIVE
        } else {
            Interval::ANY
        }
    }

    fn angle(self, other: Interval) -> Interval {
        if let (Some(a), Some(b)) = (self.single(), other.single()) {
            return Interval::point(gomath::atan2(a, b));
        }
        let pi = std::f64::consts::PI;
        let low = if self.lo.is_sign_negative() { -pi } else { 0.0 };
        let high = if self.hi.is_sign_negative() { -0.0 } else { pi };
        Interval::new(low, high).widened()
    }

    /// What a function makes of the interval that never decreases and is computed without error.
    #[must_use]
    pub fn rising(self, f: impl Fn(f64) -> f64) -> Interval {
        if !self.has_numbers() {
            return self;
        }
        let (lo, hi) = (f(self.lo), f(self.hi));
        if lo.is_nan() || hi.is_nan() {
            return Interval::ANY;
        }
        Interval { lo, hi, ..self }
    }

    /// What a function makes of the interval that never decreases on `domain` and is not defined elsewhere. It is
    /// computed by an approximation.
    #[must_use]
    pub fn rising_on(self, domain: Interval, f: impl Fn(f64) -> f64) -> Interval {
        let within = self.numbers().and(domain);
        let outside = self.has_numbers() && (self.lo < domain.lo || self.hi > domain.hi);
        within.rising(f).widened().or_nan(self.nan || outside)
    }

    /// The distance from zero.
    #[must_use]
    pub fn absolute(self) -> Interval {
        if !self.has_numbers() {
            return self;
        }
        let lo = if self.has_zero() {
            0.0
        } else {
            self.lo.abs().min(self.hi.abs())
        };
        Interval {
            lo,
            hi: self.magnitude(),
            nan: self.nan,
        }
    }

    /// The greater of two numbers, as Prometheus understands it.
    #[must_use]
    pub fn max(self, other: Interval) -> Interval {
        self.choice(other, f64::INFINITY, greatest)
    }

    /// The lesser of two numbers, as Prometheus understands it.
    #[must_use]
    pub fn min(self, other: Interval) -> Interval {
        self.choice(other, f64::NEG_INFINITY, least)
    }

    /// The greater or the lesser; `strongest` is the number that beats NaN.
    fn choice(self, other: Interval, strongest: f64, f: fn(f64, f64) -> f64) -> Interval {
        if self.is_none() || other.is_none() {
            return Interval::NONE;
        }
        let mut result = match self.has_numbers() && other.has_numbers() {
            true => Interval::new(f(self.lo, other.lo), f(self.hi, other.hi)),
            false => Interval::NONE,
        };
        if self.nan && other.contains(strongest) || other.nan && self.contains(strongest) {
            result = result.hull(Interval::point(strongest));
        }
        result.or_nan(self.nan || other.nan)
    }
}

impl std::ops::Neg for Interval {
    type Output = Interval;

    fn neg(self) -> Interval {
        if !self.has_numbers() {
            return self;
        }
        Interval {
            lo: -self.hi,
            hi: -self.lo,
            nan: self.nan,
        }
    }
}

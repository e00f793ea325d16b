//! Logarithms (FreeBSD's msun).

use std::f64::consts::{FRAC_1_SQRT_2, LOG2_E, LOG10_E};

use super::{frexp, horner};

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

const MANTISSA: u64 = (1 << 52) - 1;

/// Coefficients L1 to L7 of the series for `ln(1 + f)` in `s²`, `s = f / (2 + f)`.
const L: [f64; 7] = [
    0.6666666666666735,
    0.3999999999940942,
    0.2857142874366239,
    0.22222198432149784,
    0.1818357216161805,
    0.15313837699209373,
    0.14798198605116586,
];

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    // Go's amd64 code forgets to scale subnormal numbers up, so that their logarithms come out wrong.
    let mut power = (x.to_bits() >> 52) as i32 - 1022;
    let mut fraction = f64::from_bits(x.to_bits() & MANTISSA | 1022 << 52);
    if fraction <= FRAC_1_SQRT_2 {
        fraction *= 2.0;
        power -= 1;
    }
    let k = f64::from(power);
    let f = fraction - 1.0;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2 * horner(s4, [L[6], L[4], L[2], L[0]]);
    let even = s4 * horner(s4, [L[5], L[3], L[1]]);
    let half_square = 0.5 * f * f;
    k * LN2_HIGH - ((half_square - (s * (half_square + (odd + even)) + k * LN2_LOW)) - f)
}

/// Binary logarithm, exact for powers of two.
pub fn log2(x: f64) -> f64 {
    let (fraction, power) = frexp(x);
    if fraction == 0.5 {
        return f64::from(power - 1);
    }
    ln(fraction) * LOG2_E + f64::from(power)
}

/// Decimal logarithm.
pub fn log10(x: f64) -> f64 {
    ln(x) * LOG10_E
}

/// `ln(1 + x)`, accurate for small `x`.
pub(super) fn ln_1p(x: f64) -> f64 {
    const SQRT2_MINUS_1: f64 = 0.41421356237309503;
    const HALF_SQRT2_MINUS_1: f64 = -0.2928932188134525;
    /// Mantissa of √2.
    const SQRT2_MANTISSA: u64 = 0x6_A09E_667F_3BCD;

    if x < -1.0 || x.is_nan() {
        return f64::NAN;
    }
    if x == -1.0 {
        return f64::NEG_INFINITY;
    }
    if x == f64::INFINITY {
        return x;
    }
    let magnitude = x.abs();
    if magnitude < 1.0 / (1u64 << 54) as f64 {
        return x;
    }
    if magnitude < 1.0 / (1u64 << 29) as f64 {
        return x - x * x * 0.5;
    }

    // 1 + x = 2^power · (1 + f); `correction` is what rounding 1 + x has lost, relative to it.
    let (power, f, correction, tiny) = if HALF_SQRT2_MINUS_1 < x && x < SQRT2_MINUS_1 {
        (0, x, 0.0, false)
    } else {
        let exact = magnitude < (1u64 << 53) as f64;
        let u = if exact { 1.0 + x } else { x };
        let mut power = (u.to_bits() >> 52) as i64 - 1023;
        let correction = match (exact, power > 0) {
            (false, _) => 0.0,
            (true, true) => (1.0 - (u - x)) / u,
            (true, false) => (x - (u - 1.0)) / u,
        };
        let mantissa = u.to_bits() & MANTISSA;
        let (u, distance) = if mantissa < SQRT2_MANTISSA {
            (f64::from_bits(mantissa | 0x3FF << 52), mantissa)
        } else {
            power += 1;
            (
                f64::from_bits(mantissa | 0x3FE << 52),
                ((1 << 52) - mantissa) >> 2,
            )
        };
        (power, u - 1.0, correction, distance == 0)
    };
    let k = power as f64;
    let half_square = 0.5 * f * f;
    if tiny {
        if f == 0.0 {
            return if power == 0 {
                0.0
            } else {
                k * LN2_HIGH + (correction + k * LN2_LOW)
            };
        }
        let r = half_square * (1.0 - 0.6666666666666666 * f);
        return if power == 0 {
            f - r
        } else {
            k * LN2_HIGH - ((r - (k * LN2_LOW + correction)) - f)
        };
    }
    let s = f / (2.0 + f);
    let z = s * s;
    let r = z * horner(z, [L[6], L[5], L[4], L[3], L[2], L[1], L[0]]);
    if power == 0 {
        f - (half_square - s * (half_square + r))
    } else {
        k * LN2_HIGH - ((half_square - (s * (half_square + r) + (k * LN2_LOW + correction))) - f)
    }
}

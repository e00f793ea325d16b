//! Powers.

use super::{exp, frexp, ldexp, ln};

/// `x^y`: the fractional part of the exponent through `exp` and `ln`, the whole part by repeated squaring.
pub fn pow(x: f64, y: f64) -> f64 {
    if let Some(result) = special_case(x, y) {
        return result;
    }
    let magnitude = y.abs();
    let mut whole = magnitude.trunc();
    let mut fraction = magnitude - whole;
    if fraction != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= (1u64 << 63) as f64 {
        // So large an exponent is an even number.
        return if x == -1.0 {
            1.0
        } else if (x.abs() < 1.0) == (y > 0.0) {
            0.0
        } else {
            f64::INFINITY
        };
    }

    // The result is mantissa · 2^power.
    let mut mantissa = 1.0;
    let mut power = 0i64;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        mantissa = exp(fraction * ln(x));
    }
    let (mut square, exponent) = frexp(x);
    let mut square_power = i64::from(exponent);
    let mut bits = whole as u64;
    while bits != 0 {
        if !(-1 << 12..=1 << 12).contains(&square_power) {
            // The result over- or underflows whatever the remaining bits are.
            power += square_power;
            break;
        }
        if bits & 1 == 1 {
            mantissa *= square;
            power += square_power;
        }
        square *= square;
        square_power <<= 1;
        if square < 0.5 {
            square += square;
            square_power -= 1;
        }
        bits >>= 1;
    }
    if y < 0.0 {
        mantissa = 1.0 / mantissa;
        power = -power;
    }
    ldexp(mantissa, power)
}

/// The cases in which the standard prescribes the result or a shortcut is exact.
fn special_case(x: f64, y: f64) -> Option<f64> {
    let odd = |y: f64| y.trunc() == y && y.abs() < (1u64 << 63) as f64 && y as i64 & 1 == 1;
    Some(if y == 0.0 || x == 1.0 {
        1.0
    } else if y == 1.0 {
        x
    } else if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == 0.0 {
        match (y < 0.0, odd(y)) {
            (true, true) => f64::INFINITY.copysign(x),
            (true, false) => f64::INFINITY,
            (false, true) => x,
            (false, false) => 0.0,
        }
    } else if y.is_infinite() {
        if x == -1.0 {
            1.0
        } else if (x.abs() < 1.0) == (y > 0.0) {
            0.0
        } else {
            f64::INFINITY
        }
    } else if x == f64::NEG_INFINITY {
        match (y > 0.0, odd(y)) {
            (true, true) => f64::NEG_INFINITY,
            (true, false) => f64::INFINITY,
            (false, true) => -0.0,
            (false, false) => 0.0,
        }
    } else if x == f64::INFINITY {
        if y < 0.0 { 0.0 } else { f64::INFINITY }
    } else if y == 0.5 {
        x.sqrt()
    } else if y == -0.5 {
        1.0 / x.sqrt()
    } else {
        return None;
    })
}

//! Hyperbolic functions (Hart and Cheney's and Cephes' approximations) and their inverses (FreeBSD's msun).

use std::f64::consts::LN_2;

use super::log::ln_1p;
use super::{exp, horner, ln};

/// Beyond this `x² + 1` is `x²`.
const LARGE: f64 = (1u64 << 28) as f64;
const NEAR_ZERO: f64 = 1.0 / LARGE;

/// Hyperbolic sine.
pub fn sinh(x: f64) -> f64 {
    let magnitude = if x < 0.0 { -x } else { x };
    let y = if magnitude > 21.0 {
        exp(magnitude) / 2.0
    } else if magnitude > 0.5 {
        let grown = exp(magnitude);
        (grown - 1.0 / grown) / 2.0
    } else {
        let square = magnitude * magnitude;
        let p = horner(
            square,
            [
                -26.30563213397497,
                -2894.211355989564,
                -89912.72022039509,
                -630767.3640497717,
            ],
        );
        let q = horner(
            square,
            [1.0, -173.6789535582337, 15215.17378790019, -630767.3640497717],
        );
        p * magnitude / q
    };
    if x < 0.0 { -y } else { y }
}

/// Hyperbolic cosine.
pub fn cosh(x: f64) -> f64 {
    let magnitude = x.abs();
    let grown = exp(magnitude);
    if magnitude > 21.0 {
        grown / 2.0
    } else {
        (grown + 1.0 / grown) / 2.0
    }
}

/// Hyperbolic tangent.
pub fn tanh(x: f64) -> f64 {
    /// ln 2^127.
    const MAX_LOG: f64 = 88.02969193111305;
    let magnitude = x.abs();
    if magnitude > 0.5 * MAX_LOG {
        return 1f64.copysign(x);
    }
    if magnitude >= 0.625 {
        let y = 1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0);
        return if x < 0.0 { -y } else { y };
    }
    if x == 0.0 {
        return x;
    }
    let square = x * x;
    let p = horner(
        square,
        [-0.9643991794250523, -99.28772310019185, -1614.6876844170845],
    );
    let q = horner(
        square,
        [1.0, 112.81167849163293, 2235.4883906010045, 4844.063053251255],
    );
    x + x * square * p / q
}

/// Inverse hyperbolic sine.
pub fn asinh(x: f64) -> f64 {
    if !x.is_finite() {
        return x;
    }
    let magnitude = x.abs();
    let y = if magnitude > LARGE {
        ln(magnitude) + LN_2
    } else if magnitude > 2.0 {
        ln(2.0 * magnitude + 1.0 / ((magnitude * magnitude + 1.0).sqrt() + magnitude))
    } else if magnitude < NEAR_ZERO {
        magnitude
    } else {
        ln_1p(magnitude + magnitude * magnitude / (1.0 + (1.0 + magnitude * magnitude).sqrt()))
    };
    y.copysign(x)
}

/// Inverse hyperbolic cosine; NaN below 1.
pub fn acosh(x: f64) -> f64 {
    if x < 1.0 || x.is_nan() {
        f64::NAN
    } else if x == 1.0 {
        0.0
    } else if x >= LARGE {
        ln(x) + LN_2
    } else if x > 2.0 {
        ln(2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt()))
    } else {
        let t = x - 1.0;
        ln_1p(t + (2.0 * t + t * t).sqrt())
    }
}

/// Inverse hyperbolic tangent; NaN outside ±1.
pub fn atanh(x: f64) -> f64 {
    let magnitude = x.abs();
    if magnitude > 1.0 || x.is_nan() {
        return f64::NAN;
    }
    let y = if magnitude == 1.0 {
        f64::INFINITY
    } else if magnitude < NEAR_ZERO {
        magnitude
    } else if magnitude < 0.5 {
        let double = magnitude + magnitude;
        0.5 * ln_1p(double + double * magnitude / (1.0 - magnitude))
    } else {
        0.5 * ln_1p((magnitude + magnitude) / (1.0 - magnitude))
    };
    y.copysign(x)
}

//! Exponentials.

use super::{horner, ldexp};

/// Upper half of ln 2: few enough bits that its product with an exponent is exact.
const LN2_UPPER: f64 = 0.693147180559663;
const LN2_LOWER: f64 = 2.8235290563031577e-13;

/// `e^x`. Go's amd64 code: the argument is reduced to a sixteenth of ±½ ln 2, summed as a Taylor series with fused
/// multiply-adds, and `(1 + y)² - 1 = y·(y + 2)` undoes the sixteenth in four steps.
pub fn exp(x: f64) -> f64 {
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x == f64::NEG_INFINITY {
        return 0.0;
    }
    if x > 709.782712893384 {
        return f64::INFINITY;
    }
    // The machine rounds to a 32-bit integer, ties to even; out of range all results underflow below.
    let power = (x * std::f64::consts::LOG2_E).round_ties_even();
    if power < -2000.0 {
        return 0.0;
    }
    let reduced = (-power).mul_add(LN2_LOWER, (-power).mul_add(LN2_UPPER, x)) * 0.0625;
    let taylor: [f64; 8] = [
        2.48015873015873e-05,
        0.0001984126984126984,
        0.001388888888888889,
        0.008333333333333333,
        0.041666666666666664,
        0.16666666666666666,
        0.5,
        1.0,
    ];
    let mut y = reduced
        * taylor
            .into_iter()
            .reduce(|sum, c| sum.mul_add(reduced, c))
            .unwrap_or(0.0);
    for _ in 0..3 {
        y *= y + 2.0;
    }
    scale(y.mul_add(y + 2.0, 1.0), power as i32)
}

/// `fraction · 2^power` as the end of `exp` does it.
fn scale(fraction: f64, power: i32) -> f64 {
    if power > 1023 {
        f64::INFINITY
    } else if power > -1023 {
        fraction * power_of_two(power)
    } else {
        // Subnormal: scaled in two steps so that it rounds once.
        fraction * power_of_two((power + 128).max(-1022)) * power_of_two(-128)
    }
}

/// `2^power` for powers of normal numbers.
fn power_of_two(power: i32) -> f64 {
    f64::from_bits(((power + 1023) as u64) << 52)
}

/// `2^x` (FreeBSD's rational approximation of `e^r` for |r| ≤ ½ ln 2).
pub fn exp2(x: f64) -> f64 {
    const LN2_HIGH: f64 = 0.6931471803691238;
    const LN2_LOW: f64 = 1.9082149292705877e-10;
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x > 1023.9999999999999 {
        return f64::INFINITY;
    }
    if x < -1.074e3 {
        return 0.0;
    }
    let power = if x > 0.0 {
        (x + 0.5).trunc()
    } else {
        (x - 0.5).trunc()
    };
    let rest = x - power;
    let (high, low) = (rest * LN2_HIGH, -rest * LN2_LOW);
    let r = high - low;
    let t = r * r;
    // Nested from the inside: P1 + t·(P2 + t·(…)).
    let series = horner(
        t,
        [
            4.1381367970572385e-08,
            -1.6533902205465252e-06,
            6.613756321437934e-05,
            -0.0027777777777015593,
            0.16666666666666666,
        ],
    );
    let c = r - t * series;
    let y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
    ldexp(y, power as i64)
}

//! Circular functions and their inverses (Cephes).

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use super::horner;

/// Sine.
pub fn sin(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() {
        return x;
    }
    if x.is_infinite() {
        return f64::NAN;
    }
    let (octant, z) = reduce(x.abs());
    let y = if octant & 3 == 2 {
        cos_series(z)
    } else {
        sin_series(z)
    };
    if (octant > 3) != (x < 0.0) { -y } else { y }
}

/// Cosine.
pub fn cos(x: f64) -> f64 {
    if !x.is_finite() {
        return f64::NAN;
    }
    let (octant, z) = reduce(x.abs());
    let y = if octant & 3 == 2 {
        sin_series(z)
    } else {
        cos_series(z)
    };
    if (octant > 3) != (octant & 3 > 1) { -y } else { y }
}

/// Tangent.
pub fn tan(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() {
        return x;
    }
    if x.is_infinite() {
        return f64::NAN;
    }
    let (octant, z) = reduce(x.abs());
    let square = z * z;
    let mut y = z;
    if square > 1e-14 {
        let p = horner(
            square,
            [-13093.693918138379, 1153516.6483858742, -17956525.197648488],
        );
        let q = horner(
            square,
            [
                1.0,
                13681.296347069296,
                -1320892.3444021097,
                25008380.18233579,
                -53869575.592945464,
            ],
        );
        y = z + z * (square * p / q);
    }
    if octant & 2 == 2 {
        y = -1.0 / y;
    }
    if x < 0.0 { -y } else { y }
}

fn sin_series(z: f64) -> f64 {
    let square = z * z;
    z + z
        * square
        * horner(
            square,
            [
                1.5896230157654656e-10,
                -2.5050747762857807e-08,
                2.7557313621385722e-06,
                -0.0001984126982958954,
                0.008333333333322118,
                -0.1666666666666663,
            ],
        )
}

fn cos_series(z: f64) -> f64 {
    let square = z * z;
    1.0 - 0.5 * square
        + square
            * square
            * horner(
                square,
                [
                    -1.1358536521387682e-11,
                    2.087570084197473e-09,
                    -2.755731417929674e-07,
                    2.4801587288851704e-05,
                    -0.0013888888888873056,
                    0.041666666666666595,
                ],
            )
}

/// Reduces a finite `x ≥ 0` modulo 2π: the octant that it lies in (rounded up to an even one) and the distance
/// from that octant's start, within ±π/4.
fn reduce(x: f64) -> (u64, f64) {
    /// π/4 in three parts, the first two with trailing zero bits so that their multiples are exact.
    const PARTS: [f64; 3] = [0.7853981256484985, 3.774894707930798e-08, 2.6951514290790595e-15];
    if x >= (1u64 << 29) as f64 {
        return reduce_large(x);
    }
    let mut octant = (x * (4.0 / PI)) as u64;
    octant += octant & 1;
    let multiple = octant as f64;
    (
        octant & 7,
        ((x - multiple * PARTS[0]) - multiple * PARTS[1]) - multiple * PARTS[2],
    )
}

/// The same for large `x` by Payne and Hanek's method: only those digits of 4/π are multiplied that matter.
fn reduce_large(x: f64) -> (u64, f64) {
    /// Binary digits of 4/π, the leading one first, then 64 to a word.
    const FOUR_OVER_PI: [u64; 20] = [
        0x0000000000000001,
        0x45f306dc9c882a53,
        0xf84eafa3ea69bb81,
        0xb6c52b3278872083,
        0xfca2c757bd778ac3,
        0x6e48dc74849ba5c0,
        0x0c925dd413a32439,
        0xfc3bd63962534e7d,
        0xd1046bea5d768909,
        0xd338e04d68befc82,
        0x7323ac7306a673e9,
        0x3908bf177bf25076,
        0x3ff12fffbc0b301f,
        0xde5e2316b414da3e,
        0xda6cfd9e4f96136e,
        0x9e8c7ecd3cbfd45a,
        0xea4f758fd7cbe2f6,
        0x7a0e73ef14a525d4,
        0xd7f6bf623f1aba10,
        0xac06608df8f6d757,
    ];
    let bits = x.to_bits();
    // x = mantissa · 2^exponent with a whole mantissa; exponent + 61 ≥ 38 because x ≥ 2^29.
    let exponent = (bits >> 52 & 0x7FF) as usize + 61 - 1023 - 52;
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let (word, shift) = (exponent / 64, exponent % 64);
    let digits = |i: usize| {
        let pair = u128::from(FOUR_OVER_PI[i]) << 64 | u128::from(FOUR_OVER_PI[i + 1]);
        (pair << shift >> 64) as u64
    };
    let product = |i: usize| u128::from(digits(i)) * u128::from(mantissa);
    // The product's digits below 2^-125 are dropped; whole turns overflow away.
    let sum = (product(word) << 64)
        .wrapping_add(product(word + 1))
        .wrapping_add(product(word + 2) >> 64);
    let octant = (sum >> 125) as u64;
    // The fraction of an octant as a float, truncated. What follows the first 61 bits is taken from three places
    // too far left, as Go does; it only shows where the fraction is tiny.
    let (high, low) = ((sum >> 61) as u64, sum as u64);
    let zeros = high.leading_zeros();
    let mantissa = ((high << zeros << 1) | (low >> (63 - zeros))) >> 12;
    let z = f64::from_bits(u64::from(1022 - zeros) << 52 | mantissa);
    if octant & 1 == 1 {
        ((octant + 1) & 7, (z - 1.0) * FRAC_PI_4)
    } else {
        (octant, z * FRAC_PI_4)
    }
}

/// Inverse tangent.
pub fn atan(x: f64) -> f64 {
    if x == 0.0 {
        x
    } else if x > 0.0 {
        positive_atan(x)
    } else {
        -positive_atan(-x)
    }
}

fn positive_atan(x: f64) -> f64 {
    /// What π/2 lacks as a double.
    const MORE_BITS: f64 = 6.123233995736766e-17;
    const TAN_3_PI_8: f64 = 2.414213562373095;
    if x <= 0.66 {
        atan_series(x)
    } else if x > TAN_3_PI_8 {
        FRAC_PI_2 - atan_series(1.0 / x) + MORE_BITS
    } else {
        FRAC_PI_4 + atan_series((x - 1.0) / (x + 1.0)) + 0.5 * MORE_BITS
    }
}

fn atan_series(x: f64) -> f64 {
    let z = x * x;
    let p = horner(
        z,
        [
            -0.8750608600031904,
            -16.157537187333652,
            -75.00855792314705,
            -122.88666844901361,
            -64.85021904942025,
        ],
    );
    let q = horner(
        z,
        [
            1.0,
            24.858464901423062,
            165.02700983169885,
            432.88106049129027,
            485.3903996359137,
            194.5506571482614,
        ],
    );
    x * (z * p / q) + x
}

/// Inverse sine; NaN outside ±1.
pub fn asin(x: f64) -> f64 {
    if x == 0.0 {
        return x;
    }
    let magnitude = x.abs();
    if magnitude > 1.0 || x.is_nan() {
        return f64::NAN;
    }
    let other = (1.0 - magnitude * magnitude).sqrt();
    let y = if magnitude > 0.7 {
        FRAC_PI_2 - positive_atan(other / magnitude)
    } else {
        positive_atan(magnitude / other)
    };
    if x < 0.0 { -y } else { y }
}

/// Inverse cosine; NaN outside ±1.
pub fn acos(x: f64) -> f64 {
    FRAC_PI_2 - asin(x)
}

/// Angle of the point (x, y).
pub fn atan2(y: f64, x: f64) -> f64 {
    if y.is_nan() || x.is_nan() {
        return f64::NAN;
    }
    if y == 0.0 {
        return if x.is_sign_negative() { PI.copysign(y) } else { y };
    }
    if x == 0.0 {
        return FRAC_PI_2.copysign(y);
    }
    match (x.is_infinite(), y.is_infinite()) {
        (true, true) if x > 0.0 => FRAC_PI_4.copysign(y),
        (true, true) => (3.0 * PI / 4.0).copysign(y),
        (true, false) if x > 0.0 => 0f64.copysign(y),
        (true, false) => PI.copysign(y),
        (false, true) => FRAC_PI_2.copysign(y),
        (false, false) => {
            let angle = atan(y / x);
            if x >= 0.0 {
                angle
            } else if angle <= 0.0 {
                angle + PI
            } else {
                angle - PI
            }
        }
    }
}

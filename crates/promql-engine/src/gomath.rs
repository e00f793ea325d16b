//! Elementary functions with the last bit of Go's `math` package on amd64.
//!
//! Prometheus computes `ln`, `exp`, `sin`, `^` and their like with Go's own implementations, which differ from
//! those of C libraries (and so from Rust's `std`) in the last bit now and then. Rule tests compare results exactly,
//! so the engine evaluates the same approximations: Cephes' for the circular functions, FreeBSD's msun for
//! logarithms and inverse hyperbolics, Shibata's reduction for `exp`, repeated squaring for powers. The operations
//! and their order decide the bits; do not rearrange them.
//!
//! This room knows nothing of PromQL.

mod exp;
mod hyperbolic;
mod log;
mod pow;
mod trig;

#[cfg(test)]
mod tests;

pub use exp::{exp, exp2};
pub use hyperbolic::{acosh, asinh, atanh, cosh, sinh, tanh};
pub use log::{ln, log2, log10};
pub use pow::pow;
pub use trig::{acos, asin, atan, atan2, cos, sin, tan};

/// Greater of two numbers: an infinity beats NaN, NaN beats the rest, `+0` beats `-0`.
pub fn max(x: f64, y: f64) -> f64 {
    if x == f64::INFINITY || y == f64::INFINITY {
        f64::INFINITY
    } else if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == 0.0 && y == 0.0 {
        if x.is_sign_negative() { y } else { x }
    } else if x > y {
        x
    } else {
        y
    }
}

/// Lesser of two numbers: minus infinity beats NaN, NaN beats the rest, `-0` beats `+0`.
pub fn min(x: f64, y: f64) -> f64 {
    -max(-x, -y)
}

/// Evaluates a polynomial by Horner's rule; the coefficient of the highest power comes first.
fn horner<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let [first, rest @ ..] = coefficients.as_slice() else {
        return 0.0;
    };
    rest.iter().fold(*first, |sum, c| sum * x + c)
}

/// Splits a number into a fraction in ±[½, 1) and a power of two. Zeros, infinities and NaN have power 0.
fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (x, shift) = normalize(x);
    let exponent = exponent_bits(x) - 1022 + shift;
    (
        f64::from_bits(x.to_bits() & !EXPONENT_MASK | 1022 << 52),
        exponent,
    )
}

/// `fraction · 2^power`, rounded once where the result is subnormal.
pub(crate) fn ldexp(fraction: f64, power: i64) -> f64 {
    if fraction == 0.0 || !fraction.is_finite() {
        return fraction;
    }
    let (x, shift) = normalize(fraction);
    let exponent = power + i64::from(shift) + i64::from(exponent_bits(x) - 1023);
    if exponent < -1075 {
        return 0f64.copysign(x);
    }
    if exponent > 1023 {
        return f64::INFINITY.copysign(x);
    }
    let (exponent, scale) = if exponent < -1022 {
        (exponent + 53, 1.0 / (1u64 << 53) as f64)
    } else {
        (exponent, 1.0)
    };
    scale * f64::from_bits(x.to_bits() & !EXPONENT_MASK | ((exponent + 1023) as u64) << 52)
}

const EXPONENT_MASK: u64 = 0x7FF << 52;

fn exponent_bits(x: f64) -> i32 {
    (x.to_bits() >> 52 & 0x7FF) as i32
}

/// Scales a subnormal number up to a normal one; the second part is the power of two taken away.
fn normalize(x: f64) -> (f64, i32) {
    if x.abs() < f64::MIN_POSITIVE {
        (x * (1u64 << 52) as f64, -52)
    } else {
        (x, 0)
    }
}

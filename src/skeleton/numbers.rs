//! Numbers that people would write.

/// A number with as few digits as possible between two others, both included, and as near to the first as that
/// allows; the first where there is none.
pub(super) fn shortest_between(from: f64, to: f64) -> f64 {
    let (low, high) = (from.min(to), from.max(to));
    if !(low.is_finite() && high.is_finite()) {
        return from;
    }
    if low <= 0.0 && high >= 0.0 {
        return 0.0;
    }
    if high < 0.0 {
        return -shortest_between(-from, -to);
    }
    let top = high.log10().floor() as i32;
    for exponent in (top - 16..=top).rev() {
        let digits = from / 10f64.powi(exponent);
        let digits = if from < to {
            (digits - 1e-9).ceil()
        } else {
            (digits + 1e-9).floor()
        };
        let candidate = scaled(digits, exponent);
        let slack = candidate * 1e-12;
        if candidate >= low - slack && candidate <= high + slack {
            return candidate;
        }
    }
    from
}

/// The decimal `digits × 10^exponent`, as it is read from text.
fn scaled(digits: f64, exponent: i32) -> f64 {
    format!("{digits:.0}e{exponent}").parse().unwrap_or(digits)
}

/// The number with its last digits rounded away, as a computation leaves them.
pub(super) fn tidy(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

/// Numbers beyond a bound, the best first: those that a person would choose to be just over it, or just under it.
pub(super) fn beyond(bound: f64, up: bool) -> Vec<f64> {
    // What halving leaves near zero is zero.
    let bound = if bound.abs() < 1e-12 { 0.0 } else { tidy(bound) };
    if bound == 0.0 {
        return if up {
            vec![1.0, 0.1, 10.0, 100.0]
        } else {
            vec![-1.0, -0.1, -10.0, -100.0]
        };
    }
    let grows = (bound > 0.0) == up;
    let near = |a: f64, b: f64| shortest_between(bound * a, bound * b);
    let mut numbers = vec![bound];
    if bound.fract() == 0.0 && bound.abs() <= 10.0 {
        numbers.push(if up { bound + 1.0 } else { bound - 1.0 });
    }
    if grows {
        numbers.extend([
            near(1.02, 1.2),
            near(1.3, 2.0),
            near(2.0, 10.0),
            near(20.0, 100.0),
        ]);
    } else {
        numbers.extend([near(0.98, 0.8), near(0.7, 0.5), near(0.5, 0.1), near(0.05, 0.01)]);
    }
    numbers
}

/// The number as series notation has it.
pub(super) fn written(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let plain = format!("{value}");
    let scientific = format!("{value:e}");
    match plain.len() > 15 && scientific.len() < plain.len() {
        true => scientific,
        false => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let cases = [
            (0.051, 0.06, 0.06),
            (91.8, 108.0, 100.0),
            (20.4, 24.0, 21.0),
            (1.02e9, 1.2e9, 1.1e9),
            (-20.4, -24.0, -21.0),
            (0.098, 0.08, 0.09),
            (-1.0, 3.0, 0.0),
        ];
        for (low, high, expected) in cases {
            assert_eq!(shortest_between(low, high), expected, "{low} to {high}");
        }
    }

    #[test]
    fn the_first_beyond_a_bound_is_near() {
        assert_eq!(beyond(3.0, true)[..2], [3.0, 4.0]);
        assert_eq!(beyond(1.0, false)[..2], [1.0, 0.0]);
        assert_eq!(beyond(80.0, true)[1], 90.0);
        assert_eq!(beyond(0.1, false)[1], 0.09);
        assert_eq!(beyond(-5.0, true)[1], -4.0);
    }

    #[test]
    fn numbers_are_written_plainly() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1e9, "1000000000"),
            (0.05, "0.05"),
            (1e-20, "1e-20"),
        ] {
            assert_eq!(written(value), text);
        }
    }
}

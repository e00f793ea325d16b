//! Numbers and strings as Go prints them, because Prometheus' messages and labels are made that way.

pub use promql_syntax::go_quote as quote;

/// The shortest decimal digits that read back as `value`, never with an exponent (`'f'`, precision -1).
pub fn float_f(value: f64) -> String {
    match special(value) {
        Some(text) => text.to_owned(),
        None => format!("{value}"),
    }
}

/// The shortest digits, with an exponent below 1e-4 and from 1e6 on (`%g`).
pub fn float_g(value: f64) -> String {
    if let Some(text) = special(value) {
        return text.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = split_exponent(&scientific);
    if !(-4..6).contains(&exponent) {
        with_exponent(digits, exponent)
    } else {
        format!("{value}")
    }
}

/// At most `precision` significant digits, trailing zeros dropped (`%.Ng`).
pub fn float_g_precision(value: f64, precision: usize) -> String {
    if let Some(text) = special(value) {
        return text.to_owned();
    }
    let precision = precision.max(1);
    let scientific = format!("{value:.*e}", precision - 1);
    let (digits, exponent) = split_exponent(&scientific);
    let trimmed = trim_zeros(digits);
    if exponent < -4 || exponent >= precision as i32 {
        return with_exponent(trimmed, exponent);
    }
    let decimals = (precision as i32 - 1 - exponent).max(0) as usize;
    trim_zeros(&format!("{value:.decimals$}")).to_owned()
}

fn special(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("NaN")
    } else if value == f64::INFINITY {
        Some("+Inf")
    } else if value == f64::NEG_INFINITY {
        Some("-Inf")
    } else {
        None
    }
}

fn split_exponent(scientific: &str) -> (&str, i32) {
    match scientific.split_once('e') {
        Some((digits, exponent)) => (digits, exponent.parse().unwrap_or(0)),
        None => (scientific, 0),
    }
}

fn with_exponent(digits: &str, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

fn trim_zeros(digits: &str) -> &str {
    if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_as_go_prints_them() {
        let cases = [
            (0.0, "0", "0"),
            (-0.0, "-0", "-0"),
            (1.5, "1.5", "1.5"),
            (100_000.0, "100000", "100000"),
            (1e6, "1000000", "1e+06"),
            (123_456_789.0, "123456789", "1.23456789e+08"),
            (0.0001, "0.0001", "0.0001"),
            (0.00001, "0.00001", "1e-05"),
            (1e100, &format!("1{}", "0".repeat(100)), "1e+100"),
            (f64::INFINITY, "+Inf", "+Inf"),
            (f64::NEG_INFINITY, "-Inf", "-Inf"),
            (f64::NAN, "NaN", "NaN"),
        ];
        for (value, f, g) in cases {
            assert_eq!(float_f(value), f);
            assert_eq!(float_g(value), g);
        }
        assert_eq!(float_g_precision(0.012345, 2), "0.012");
        assert_eq!(float_g_precision(12345.0, 2), "1.2e+04");
        assert_eq!(float_g_precision(2.0, 2), "2");
    }
}

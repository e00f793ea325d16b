//! Durations as Prometheus writes them: `1h30m`, `500ms`.

/// Parses a duration into milliseconds: decimal numbers with the units `y w d h m s ms`, each at most once
/// and from large to small; `0` needs no unit.
///
/// # Errors
/// Prometheus' own words: `empty duration string`, `not a valid duration string: "…"`,
/// `unknown unit "…" in duration "…"`, `duration out of range`.
pub fn parse_duration(text: &str) -> Result<i64, String> {
    const UNITS: [(&str, i64); 7] = [
        ("y", 365 * 86_400_000),
        ("w", 7 * 86_400_000),
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ];
    match text {
        "" => return Err("empty duration string".to_owned()),
        "0" => return Ok(0),
        _ => {}
    }
    let invalid = || format!("not a valid duration string: {}", crate::quote::go_quote(text));
    let out_of_range = || "duration out of range".to_owned();
    let mut rest = text;
    let mut next_unit = 0;
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(invalid)?;
        let unit_len = rest[digits..]
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len() - digits);
        let count: u64 = rest[..digits].parse().map_err(|_| invalid())?;
        let unit = &rest[digits..digits + unit_len];
        let Some(at) = UNITS.iter().position(|(name, _)| *name == unit) else {
            let (unit, text) = (crate::quote::go_quote(unit), crate::quote::go_quote(text));
            return Err(format!("unknown unit {unit} in duration {text}"));
        };
        if at < next_unit {
            return Err(invalid());
        }
        next_unit = at + 1;
        let count = i64::try_from(count).map_err(|_| out_of_range())?;
        total = count
            .checked_mul(UNITS[at].1)
            .and_then(|ms| total.checked_add(ms))
            .ok_or_else(out_of_range)?;
        rest = &rest[digits + unit_len..];
    }
    // Prometheus holds durations in nanoseconds.
    total.checked_mul(1_000_000).ok_or_else(out_of_range)?;
    Ok(total)
}

/// Writes milliseconds the way Prometheus prints durations: years, weeks and days only where nothing smaller
/// follows, `0s` for none.
pub fn format_duration(ms: i64) -> String {
    const UNITS: [(&str, u64, bool); 7] = [
        ("y", 365 * 86_400_000, true),
        ("w", 7 * 86_400_000, true),
        ("d", 86_400_000, false),
        ("h", 3_600_000, false),
        ("m", 60_000, false),
        ("s", 1_000, false),
        ("ms", 1, false),
    ];
    if ms == 0 {
        return "0s".to_owned();
    }
    let mut out = String::from(if ms < 0 { "-" } else { "" });
    let mut rest = ms.unsigned_abs();
    for (unit, size, only_whole) in UNITS {
        if only_whole && !rest.is_multiple_of(size) {
            continue;
        }
        if rest >= size {
            out.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [
            ("5m", Ok(300_000)),
            ("1h30m", Ok(5_400_000)),
            ("1y2w3d4h5m6s7ms", Ok(33_019_506_007)),
            ("0", Ok(0)),
            ("0s", Ok(0)),
            ("", Err("empty duration string")),
            ("5", Err("not a valid duration string: \"5\"")),
            ("5m1h", Err("not a valid duration string: \"5m1h\"")),
            ("1m1m", Err("not a valid duration string: \"1m1m\"")),
            ("1.5h", Err("unknown unit \".\" in duration \"1.5h\"")),
            ("m", Err("not a valid duration string: \"m\"")),
            ("300y", Err("duration out of range")),
            (
                "99999999999999999999s",
                Err("not a valid duration string: \"99999999999999999999s\""),
            ),
            ("9999999999999999999s", Err("duration out of range")),
            ("5hs", Err("unknown unit \"hs\" in duration \"5hs\"")),
        ];
        for (text, expected) in cases {
            assert_eq!(
                parse_duration(text).as_ref().map_err(String::as_str),
                expected.as_ref().map_err(|e| *e),
                "{text}"
            );
        }
    }

    #[test]
    fn durations_print_as_prometheus_prints_them() {
        let cases = [
            (0, "0s"),
            (5_400_000, "1h30m"),
            (604_800_000, "1w"),
            (691_200_000, "8d"),
            (86_400_001, "1d1ms"),
        ];
        for (ms, text) in cases {
            assert_eq!(format_duration(ms), text);
        }
    }
}

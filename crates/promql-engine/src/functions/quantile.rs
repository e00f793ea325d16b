//! The quantile of a list of numbers.

use std::cmp::Ordering;

/// The quantile `q` by linear interpolation between the two nearest ranks; NaN counts as the least value. The list
/// is reordered.
pub(crate) fn quantile(q: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    let last = values.len() - 1;
    let rank = q * last as f64;
    let weight = rank - rank.floor();
    let (_, lower, above) = values.select_nth_unstable_by(rank as usize, nan_first);
    let lower = *lower;
    let upper = above.iter().copied().min_by(nan_first).unwrap_or(lower);
    lower * (1.0 - weight) + upper * weight
}

/// Orders numbers ascending, NaN before all.
fn nan_first(a: &f64, b: &f64) -> Ordering {
    a.partial_cmp(b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn interpolates_between_ranks() {
        let nan = f64::NAN;
        let inf = f64::INFINITY;
        let cases: &[(f64, &[f64], f64)] = &[
            (0.5, &[], nan),
            (nan, &[1.0], nan),
            (-0.1, &[1.0], -inf),
            (1.1, &[1.0], inf),
            (0.3, &[7.0], 7.0),
            (0.0, &[3.0, 1.0, 2.0], 1.0),
            (1.0, &[3.0, 1.0, 2.0], 3.0),
            (0.5, &[3.0, 1.0, 2.0], 2.0),
            (0.25, &[4.0, 1.0, 2.0, 3.0], 1.75),
            (0.0, &[1.0, nan, 2.0], nan),
            (1.0, &[1.0, nan, 2.0], 2.0),
            // The upper neighbour counts even with weight 0.
            (0.5, &[1.0, 2.0, inf], nan),
            (0.8, &[inf, 1.0], inf),
        ];
        for (q, values, want) in cases {
            let got = quantile(*q, &mut values.to_vec());
            assert!(
                got == *want || got.is_nan() && want.is_nan(),
                "{q} of {values:?} is {want}, not {got}"
            );
        }
    }
}

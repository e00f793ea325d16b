//! Quantiles and fractions of classic histograms: one series for each upper bound, with cumulative counts.
//!
//! Observations are assumed to lie evenly within a bucket; the lowest one begins at zero where it ends above.

use crate::sample::is_stale;

/// A bucket of a classic histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassicBucket {
    /// The value of the label `le`.
    pub upper_bound: f64,
    /// How many observations are not greater than it.
    pub count: f64,
}

/// Where counts that should grow with the bound did not, and were replaced by the count before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForcedMonotonicity {
    /// The lowest bound concerned.
    pub min_bucket: f64,
    /// The highest bound concerned.
    pub max_bucket: f64,
    /// The greatest decrease between two buckets.
    pub max_difference: f64,
}

/// Relative differences between neighbouring counts below this are taken for rounding.
const ROUNDING_TOLERANCE: f64 = 1e-12;

/// The value below which the given part of the observations lies. There must be a bucket.
///
/// The buckets are sorted and repaired in place.
pub fn quantile(q: f64, buckets: &mut Vec<ClassicBucket>) -> (f64, Option<ForcedMonotonicity>) {
    if q.is_nan() {
        return (f64::NAN, None);
    }
    if q < 0.0 {
        return (f64::NEG_INFINITY, None);
    }
    if q > 1.0 {
        return (f64::INFINITY, None);
    }
    if !sort_and_merge(buckets) {
        return (f64::NAN, None);
    }
    let forced = force_monotonicity(buckets);
    (quantile_of_monotonic(q, buckets), forced)
}

fn quantile_of_monotonic(q: f64, buckets: &[ClassicBucket]) -> f64 {
    let [finite @ .., last] = buckets else {
        return f64::NAN;
    };
    let Some(highest) = finite.last() else {
        return f64::NAN;
    };
    if last.count == 0.0 {
        return f64::NAN;
    }
    let rank = q * last.count;
    let found = first_reaching(rank, finite);
    let Some(bucket) = finite.get(found) else {
        return highest.upper_bound;
    };
    if found == 0 && bucket.upper_bound <= 0.0 {
        return bucket.upper_bound;
    }
    let (start, rank, count) = match found.checked_sub(1).map(|before| finite[before]) {
        Some(before) => (
            before.upper_bound,
            rank - before.count,
            bucket.count - before.count,
        ),
        None => (0.0, rank, bucket.count),
    };
    start + (bucket.upper_bound - start) * (rank / count)
}

/// The first bucket whose count reaches a rank, by bisection: counts that are not numbers lead Prometheus'
/// search astray in the same way.
fn first_reaching(rank: f64, buckets: &[ClassicBucket]) -> usize {
    let (mut low, mut high) = (0, buckets.len());
    while low < high {
        let middle = (low + high) / 2;
        if buckets[middle].count >= rank {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The part of the observations between two values. There must be a bucket.
///
/// The buckets are sorted and merged in place.
pub fn fraction(lower: f64, upper: f64, buckets: &mut Vec<ClassicBucket>) -> f64 {
    if !sort_and_merge(buckets) {
        return f64::NAN;
    }
    let total = buckets.last().map_or(0.0, |bucket| bucket.count);
    if total == 0.0 || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    let mut rank = 0.0;
    let mut ranks = [None; 2];
    let mut start = if buckets[0].upper_bound <= 0.0 {
        f64::NEG_INFINITY
    } else {
        0.0
    };
    for bucket in buckets.iter() {
        for (found, value) in ranks.iter_mut().zip([lower, upper]) {
            if found.is_some() {
                continue;
            }
            if start >= value {
                *found = Some(rank);
            } else if bucket.upper_bound > value {
                *found = Some(if start == f64::NEG_INFINITY {
                    bucket.count
                } else {
                    rank + (bucket.count - rank) * (value - start) / (bucket.upper_bound - start)
                });
            }
        }
        if ranks.iter().all(Option::is_some) {
            break;
        }
        rank = bucket.count;
        start = bucket.upper_bound;
    }
    let [lower, upper] = ranks.map(|rank| match rank {
        Some(rank) if rank > total => total,
        Some(rank) => rank,
        None => total,
    });
    (upper - lower) / total
}

/// Sorts by bound and adds up buckets with the same one. Returns whether the last bucket ends at infinity, without
/// which nothing can be said.
fn sort_and_merge(buckets: &mut Vec<ClassicBucket>) -> bool {
    buckets.sort_by(|a, b| a.upper_bound.total_cmp(&b.upper_bound));
    if buckets
        .last()
        .is_none_or(|last| last.upper_bound != f64::INFINITY)
    {
        return false;
    }
    buckets.dedup_by(|next, kept| {
        let same = next.upper_bound == kept.upper_bound;
        if same {
            kept.count += next.count;
        }
        same
    });
    true
}

/// Replaces counts that differ from the one before by rounding only, or that are smaller, by that one. Only the
/// latter are worth reporting.
fn force_monotonicity(buckets: &mut [ClassicBucket]) -> Option<ForcedMonotonicity> {
    let (first, rest) = buckets.split_first_mut()?;
    let mut previous = first.count;
    let mut forced: Option<ForcedMonotonicity> = None;
    for ClassicBucket { upper_bound, count } in rest {
        if *count == previous {
            continue;
        }
        if almost_equal(previous, *count, ROUNDING_TOLERANCE) {
            *count = previous;
        } else if *count < previous {
            let difference = previous - *count;
            let forced = forced.get_or_insert(ForcedMonotonicity {
                min_bucket: f64::INFINITY,
                max_bucket: f64::NEG_INFINITY,
                max_difference: 0.0,
            });
            forced.min_bucket = forced.min_bucket.min(*upper_bound);
            forced.max_bucket = forced.max_bucket.max(*upper_bound);
            forced.max_difference = forced.max_difference.max(difference);
            *count = previous;
        } else {
            previous = *count;
        }
    }
    forced
}

/// Whether two numbers differ by less than the given part of their sum. All numbers that are not numbers are equal,
/// except that the staleness marker equals only itself.
pub fn almost_equal(a: f64, b: f64, epsilon: f64) -> bool {
    if is_stale(a) || is_stale(b) {
        return is_stale(a) && is_stale(b);
    }
    if a == b || (a.is_nan() && b.is_nan()) {
        return true;
    }
    let sum = a.abs() + b.abs();
    let difference = (a - b).abs();
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        difference < epsilon * f64::MIN_POSITIVE
    } else {
        difference / sum.min(f64::MAX) < epsilon
    }
}

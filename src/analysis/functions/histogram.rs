//! Functions of histograms, classic and native.

use std::collections::BTreeSet;

use super::{Arguments, Rule, elementwise};
use crate::analysis::Trust;
use crate::analysis::facts::Facts;
use crate::analysis::interval::Interval;
use crate::analysis::labels::METRIC_NAME;
use crate::analysis::quantity::{Kind, Quantity, Unit};
use crate::analysis::values::LabelValues;
use crate::catalog::number;

pub(super) fn rule(name: &str) -> Option<Rule> {
    Some(match name {
        "histogram_avg" | "histogram_sum" => |call| native(call, Interval::ANY),
        "histogram_count" => |call| native(call, unless_proven(call, Interval::NOT_NEGATIVE)),
        "histogram_stddev" | "histogram_stdvar" => {
            |call| native(call, unless_proven(call, Interval::NOT_NEGATIVE.or_nan(true)))
        }
        "histogram_fraction" => fraction,
        "histogram_quantile" => |call| quantile(call, 1, call.scalar(0)),
        "histogram_quantiles" => quantiles,
        _ => return None,
    })
}

/// Arithmetic on histograms can make their counts negative.
fn unless_proven(call: &Arguments<'_, '_>, value: Interval) -> Interval {
    match call.trust {
        Trust::Proven => Interval::ANY,
        Trust::Likely => value,
    }
}

/// A float of each native histogram. Floats are left out, and of what describes the metric the name alone.
fn native(call: &Arguments<'_, '_>, value: Interval) -> Facts {
    let mut facts = call.facts(0);
    facts.labels.remove(METRIC_NAME);
    facts.value = if facts.histograms { value } else { Interval::NONE };
    if !facts.histograms {
        facts.why_presence = facts.why_value.then(
            call.span,
            format!(
                "`{}` is of native histograms alone, and there are none",
                call.call.name
            ),
        );
    } else if !call.facts(0).value.is_none() && facts.is_surely_present() {
        facts.presence = crate::analysis::Presence::Maybe;
    }
    facts.histograms = false;
    facts.why_value = crate::analysis::Why::nothing();
    facts.quantity = match call.call.name.as_str() {
        "histogram_count" => Quantity {
            unit: Unit::Count,
            ..facts.quantity.as_kind(Kind::Count)
        },
        "histogram_avg" | "histogram_stddev" => facts.quantity.of_observations(),
        _ => facts.quantity.as_kind(Kind::Unknown),
    };
    facts
}

/// The labels of what is computed of classic and native histograms: `le` is gone where it was that of a bucket. (A
/// native histogram may have a label of that name.)
fn without_bucket_label(facts: &mut Facts) {
    let le = facts.labels.get("le");
    let values = match facts.histograms {
        true => le.or(&LabelValues::absent()),
        false => LabelValues::absent(),
    };
    facts.labels.set("le", values);
    facts.labels.remove_metadata();
    facts.histograms = false;
    if facts.is_surely_present() {
        // Floats without a bucket's bound are left out.
        facts.presence = crate::analysis::Presence::Maybe;
    }
}

fn fraction(call: &Arguments<'_, '_>) -> Facts {
    let mut facts = call.facts(2);
    let counts = facts.value;
    let usual = counts.is_not_negative() && counts.hi().is_finite();
    let (part, quantity) = elementwise::part(call.trust);
    // Counts that do not grow with the bound can make the upper rank the lesser one.
    facts.value = match (call.trust, usual && !facts.histograms) {
        (Trust::Likely, _) => part.or_nan(true),
        (Trust::Proven, true) => part.hull(-part).or_nan(true),
        (Trust::Proven, false) => Interval::ANY,
    };
    facts.quantity = quantity;
    facts.why_value = crate::analysis::Why::new(call.span, "a fraction of the observations");
    nothing_without_bounds(call, &mut facts);
    without_bucket_label(&mut facts);
    facts
}

/// Floats count as buckets only where they have a bound.
fn nothing_without_bounds(call: &Arguments<'_, '_>, facts: &mut Facts) {
    if !facts.histograms && facts.labels.surely_lacks("le") {
        facts.presence = crate::analysis::Presence::Never;
        facts.why_presence = crate::analysis::Why::new(
            call.span,
            format!(
                "`{}` needs the label `le`, which none of the series has",
                call.call.name
            ),
        );
    }
}

/// The bounds of buckets by what their label `le` can be, where all are known: ascending, infinity among them.
pub fn bounds(values: &LabelValues) -> Option<Vec<f64>> {
    let LabelValues::Among(values) = values else {
        return None;
    };
    let values = values.iter().filter(|value| !value.is_empty());
    let mut bounds: Vec<f64> = values.map(|value| value.parse().ok()).collect::<Option<_>>()?;
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    Some(bounds)
}

fn quantile(call: &Arguments<'_, '_>, vector: usize, q: Interval) -> Facts {
    let mut facts = call.facts(vector);
    let counts = facts.value;
    let histograms = facts.histograms;
    let usual = counts.is_none() || counts.is_not_negative() && counts.hi().is_finite();
    let known = bounds(&facts.labels.get("le")).filter(|_| usual || call.trust == Trust::Likely);
    let mut value = Interval::NONE;
    if q.has_nan() {
        value = Interval::NAN;
    }
    if q.has_numbers() && q.lo() < 0.0 {
        value = value.hull(Interval::point(f64::NEG_INFINITY));
    }
    if q.has_numbers() && q.hi() > 1.0 {
        value = value.hull(Interval::point(f64::INFINITY));
    }
    let within = q.has_numbers() && q.lo() <= 1.0 && q.hi() >= 0.0;
    if within {
        let inside = match known {
            Some(bounds) if !histograms => of_buckets(&bounds),
            _ => Interval::ANY,
        };
        value = value.hull(inside.or_nan(true));
        facts.why_value = match inside == Interval::ANY {
            true => crate::analysis::Why::nothing(),
            false => crate::analysis::Why::new(
                call.span,
                format!(
                    "the last finite bucket ends at {}; no quantile is greater",
                    inside.hi()
                ),
            ),
        };
    }
    facts.value = value;
    facts.quantity = facts.quantity.of_observations();
    nothing_without_bounds(call, &mut facts);
    without_bucket_label(&mut facts);
    facts
}

/// What a quantile between zero and one can be where buckets end at these bounds. It lies within a bucket, whichever
/// those beside it are: on the line from its start to its end.
fn of_buckets(bounds: &[f64]) -> Interval {
    let Some(finite) = bounds.strip_suffix(&[f64::INFINITY]) else {
        // Without an infinite bucket there is no quantile.
        return Interval::NAN;
    };
    if finite.iter().any(|bound| !bound.is_finite()) {
        return Interval::ANY;
    }
    let (Some(lowest), Some(highest)) = (finite.first(), finite.last()) else {
        return Interval::NAN;
    };
    let starts = || finite.iter().copied().chain([0.0]);
    let ends = finite.iter().flat_map(|end| {
        let starts = starts().filter(move |start| start < end);
        starts.map(move |start| start + (end - start))
    });
    let highest = ends.fold(*highest, f64::max);
    Interval::new(lowest.min(-0.0), highest)
}

/// As many quantiles of each histogram as are asked for, told apart by a label.
fn quantiles(call: &Arguments<'_, '_>) -> Facts {
    let all: Vec<Interval> = (2..call.nodes.len()).map(|index| call.scalar(index)).collect();
    let each = all.iter().map(|q| quantile(call, 0, *q));
    let Some(mut facts) = each.reduce(|a, b| Facts {
        value: a.value.hull(b.value),
        ..a
    }) else {
        return Facts::unknown(call.facts(0).value_type);
    };
    let texts: Option<BTreeSet<String>> = all.iter().map(|q| q.single().map(|q| number(q + 0.0))).collect();
    match call.string(1) {
        Some(label) => facts.labels.set(
            label,
            match texts {
                Some(texts) => LabelValues::among(texts),
                None => LabelValues::present(),
            },
        ),
        None => facts.labels.open(),
    }
    facts
}

//! Selectors: what matchers say of labels, and what a catalog, recording rules or the name say of the series.

use promql_syntax::Span;
use promql_syntax::ast::{ValueType, VectorSelector};

use super::Trust;
use super::facts::{Facts, Presence};
use super::interval::{Interval, LARGE};
use super::labels::{LabelFacts, METRIC_NAME};
use super::quantity::{Kind, Quantity};
use super::values::LabelValues;
use super::walk::Walk;
use super::why::Why;
use crate::catalog::{Bounds, Extent, Knowledge, Origin, SeriesFacts, SeriesKind, Variant};

/// What is known of some of the series of one name.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) labels: LabelFacts,
    pub(super) value: Interval,
    pub(super) histograms: bool,
    pub(super) quantity: Quantity,
    /// Where it is known from, for people.
    pub(super) source: &'static str,
}

/// What is known of the samples that a selector selects.
pub(super) fn facts(walk: &Walk<'_>, selector: &VectorSelector, span: Span) -> Facts {
    let written = selector.name.as_ref();
    let written = written.map_or_else(LabelValues::any, |name| LabelValues::only(name.name.as_str()));
    let matchers = selector.matchers.iter().filter(|m| m.name.name == METRIC_NAME);
    let names = matchers.fold(written, |names, matcher| names.matching(matcher));
    let name_span = selector.name.as_ref().map_or(span, |name| name.span);

    let known = match &names {
        LabelValues::Among(names) => {
            let each = names.iter().map(|name| by_name(walk, name));
            each.collect::<Option<Vec<_>>>().map(|all| all.concat())
        }
        LabelValues::AllBut(_) => None,
    };
    let Some(known) = known else {
        // Nothing is known of the name.
        let quantity = names.single().map_or_else(Quantity::default, Quantity::of_name);
        let mut labels = LabelFacts::any();
        labels.set(METRIC_NAME, names);
        return Facts {
            labels: narrowed(labels, selector),
            quantity,
            ..Facts::unknown(Some(ValueType::InstantVector))
        };
    };
    let source = known.first().map(|known| known.source);
    let selected = known.into_iter().filter_map(|known| {
        let labels = narrowed(known.labels, selector);
        (!labels.are_impossible()).then_some(Known { labels, ..known })
    });
    let Some(all) = selected.reduce(|a, b| Known {
        labels: a.labels.or(&b.labels),
        value: a.value.hull(b.value),
        histograms: a.histograms || b.histograms,
        quantity: a.quantity.or(&b.quantity),
        source: a.source,
    }) else {
        let reason = match source {
            Some(source) => format!("{source}, no series has such labels"),
            None => "no program exposes a metric of this name".to_owned(),
        };
        let mut nothing = Facts::vector(LabelFacts::none(), Interval::NONE, Presence::Never);
        nothing.why_presence = Why::new(span, reason);
        return nothing;
    };
    let why_value = match all.value == Interval::ANY {
        true => Why::nothing(),
        false => Why::new(name_span, format!("{}, its values are {}", all.source, all.value)),
    };
    Facts {
        labels: all.labels,
        value: all.value,
        histograms: all.histograms,
        quantity: all.quantity,
        why_value,
        ..Facts::unknown(Some(ValueType::InstantVector))
    }
}

/// What is left of labels where the matchers of a selector hold; its name is among them already.
fn narrowed(mut labels: LabelFacts, selector: &VectorSelector) -> LabelFacts {
    for matcher in &selector.matchers {
        let label = matcher.name.name.as_str();
        let values = labels.get(label).matching(matcher);
        labels.set(label, values);
    }
    labels
}

/// What is known of the series of a name, by who exposes them: an empty list where nobody does, `None` where nothing
/// is known.
fn by_name(walk: &Walk<'_>, name: &str) -> Option<Vec<Known>> {
    if name.is_empty() {
        return None;
    }
    let likely = walk.context.trust == Trust::Likely;
    let all_is_known = walk.catalog.extent() == Extent::All;
    let recorded = walk
        .context
        .recorded
        .map_or(&[][..], |recorded| recorded.of(name));
    let exposed = walk.catalog.lookup(name);
    let mut known = Vec::new();
    if let Some(series) = exposed {
        let trusted = likely || series.knowledge == Knowledge::Complete;
        // Of what rules record more is known than the catalog says.
        let is_recorded = |variant: &&Variant| {
            let origin = variant.metric.map(|id| &walk.catalog.metric(id).origin);
            matches!(origin, Some(Origin::Rule(_)))
        };
        let others = series
            .variants
            .iter()
            .filter(|variant| recorded.is_empty() || !is_recorded(variant));
        known.extend(others.map(|variant| of_variant(walk, series, variant, trusted)));
    }
    if likely || all_is_known {
        known.extend(recorded.iter().cloned());
    } else if !recorded.is_empty() {
        return None;
    }
    if known.is_empty() && !all_is_known {
        return likely
            .then(|| by_convention(name))
            .flatten()
            .map(|known| vec![known]);
    }
    Some(known)
}

fn of_variant(walk: &Walk<'_>, series: &SeriesFacts, variant: &Variant, trusted: bool) -> Known {
    let name = series.name.as_str();
    let unit = variant
        .metric
        .and_then(|id| walk.catalog.metric(id).unit.as_deref());
    let built_in = variant.metric.is_none();
    let mut known = Known {
        labels: LabelFacts::of_catalog(name, &variant.labels),
        value: of_bounds(variant.bounds, variant.kind),
        histograms: matches!(variant.kind, SeriesKind::NativeHistogram | SeriesKind::Unknown),
        quantity: Quantity::of_catalog(name, variant.kind, unit),
        source: if built_in {
            "Prometheus makes it"
        } else {
            "by the catalog"
        },
    };
    if variant.kind == SeriesKind::NativeHistogram {
        known.value = Interval::NONE;
    }
    if !trusted {
        // Others may expose the name too; that Prometheus makes these series itself still says what they are.
        known.labels = LabelFacts::any();
        known.labels.set(METRIC_NAME, LabelValues::only(name));
        if !built_in {
            known.value = Interval::ANY;
            known.histograms = true;
        }
    }
    known
}

/// Counts are finite, whatever else is known of them.
fn of_bounds(bounds: Bounds, kind: SeriesKind) -> Interval {
    let counts = matches!(
        kind,
        SeriesKind::Counter
            | SeriesKind::HistogramBucket
            | SeriesKind::HistogramCount
            | SeriesKind::SummaryCount
            | SeriesKind::Created
    );
    let hi = if counts { bounds.hi.min(LARGE) } else { bounds.hi };
    Interval::new(bounds.lo, hi).or_nan(bounds.nan)
}

/// What the name of a series suggests.
fn by_convention(name: &str) -> Option<Known> {
    if name.contains(':') {
        // Recorded by a rule, which may have made anything of it.
        return None;
    }
    let quantity = Quantity::of_name(name);
    let value = match quantity.kind {
        Kind::Counter | Kind::Count | Kind::HistogramBucket => Interval::COUNTER,
        Kind::Info => Interval::point(1.0),
        Kind::Sum => Interval::ANY,
        _ => return None,
    };
    let mut labels = LabelFacts::any();
    labels.set(METRIC_NAME, LabelValues::only(name));
    if quantity.kind == Kind::HistogramBucket {
        labels.set("le", LabelValues::present());
    }
    Some(Known {
        labels,
        value,
        histograms: false,
        quantity,
        source: "by its name",
    })
}

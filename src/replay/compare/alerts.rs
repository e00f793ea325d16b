//! The alerts that were to be there at a time beside those that are, compared as promtool compares them where
//! nothing else is asked for.

mod message;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use promql_engine::Labels;

use super::blobs::Blobs;
use super::items::{self, Want, Wants};
use super::pairing::{Pairing, pair};
use crate::model::text::Text;
use crate::model::unit_tests::{AlertTest, ExpectedAlert, ExpectedValue, Match};
use crate::outcome::{AlertPair, AlertState, AlertsDifference, Item, ShownAlert};

pub(in crate::replay) use message::{message, no_such_alert};

/// A pending or firing alert: labels and annotations, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::replay) struct SeenAlert {
    /// Its state.
    pub(in crate::replay) state: AlertState,
    /// Its labels.
    pub(in crate::replay) labels: Vec<(String, String)>,
    /// Its annotations.
    pub(in crate::replay) annotations: Vec<(String, String)>,
}

impl SeenAlert {
    /// An alert; its annotations come sorted.
    pub(in crate::replay) fn new(
        state: AlertState,
        labels: &Labels,
        annotations: Vec<(String, String)>,
    ) -> Self {
        let labels = labels
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        SeenAlert {
            state,
            labels,
            annotations,
        }
    }
}

/// What differs between alerts, as data and as two texts.
#[derive(Debug)]
pub(in crate::replay) struct Comparison {
    /// Alert by alert and label by label.
    pub(in crate::replay) difference: AlertsDifference,
    /// What was expected, a line for each label and annotation.
    pub(in crate::replay) expected: String,
    /// What there was, in the same form.
    pub(in crate::replay) actual: String,
}

/// An alert that is expected.
struct Wanted<'t> {
    line: usize,
    entry: Range<usize>,
    state: AlertState,
    labels: Wants<'t>,
    annotations: Wants<'t>,
}

impl<'t> Wanted<'t> {
    fn of(test: &'t AlertTest, alert: &'t ExpectedAlert, line: usize) -> Self {
        let mut labels = wants(&alert.labels);
        if !test.is_about_every_alert() {
            let name = test.alertname.as_ref().map_or("", Text::as_str);
            labels.retain(|(label, _)| label != "alertname");
            labels.push(("alertname".into(), Want::Text(name.into())));
            labels.sort_by(|a, b| a.0.cmp(&b.0));
        }
        Wanted {
            line,
            entry: alert.range.clone(),
            state: alert.state,
            labels,
            annotations: wants(&alert.annotations),
        }
    }

    fn fits(&self, actual: &SeenAlert, matching: Match) -> bool {
        self.state == actual.state
            && items::fit(&self.labels, &actual.labels, matching)
            && items::fit(&self.annotations, &actual.annotations, matching)
    }

    fn pair_with(&self, actual: &SeenAlert, matching: Match) -> AlertPair {
        AlertPair {
            line: Some(self.line),
            entry: Some(self.entry.clone()),
            expected_state: self.state,
            actual_state: actual.state,
            labels: items::compare(&self.labels, &actual.labels, matching),
            annotations: items::compare(&self.annotations, &actual.annotations, matching),
        }
    }

    /// How much an alert is like the expected one; none where it is one of another name.
    fn likeness(&self, actual: &SeenAlert, matching: Match) -> Option<i64> {
        let pair = self.pair_with(actual, matching);
        let count = |items: &[Item]| {
            let agreeing = items.iter().filter(|item| items::agrees(item)).count() as i64;
            2 * agreeing - items.len() as i64
        };
        let other_name = |item: &Item| item.name == "alertname" && !items::agrees(item);
        if pair.labels.iter().any(other_name) {
            return None;
        }
        let state = if self.state == actual.state { 3 } else { 0 };
        Some(4 * count(&pair.labels) + count(&pair.annotations) + state)
    }

    fn shown(&self) -> ShownAlert {
        let shown = |wants: &Wants<'_>| {
            let pairs = wants
                .iter()
                .map(|(name, want)| (name.to_string(), want.shown().to_owned()));
            pairs.collect()
        };
        ShownAlert {
            line: Some(self.line),
            entry: Some(self.entry.clone()),
            state: self.state,
            labels: shown(&self.labels),
            annotations: shown(&self.annotations),
        }
    }

    /// What alone can be like it, where it leaves nothing open.
    fn only(&self) -> Option<Identity> {
        let plain = |wants: &Wants<'_>| -> Option<Vec<(String, String)>> {
            let plain = |(name, want): &(Cow<'_, str>, Want<'_>)| match want {
                Want::Text(text) => Some((name.to_string(), text.to_string())),
                Want::Regex(..) | Want::Matcher(..) => None,
            };
            wants.iter().map(plain).collect()
        };
        Some((self.state, plain(&self.labels)?, plain(&self.annotations)?))
    }
}

/// All that makes an alert the one it is.
type Identity = (AlertState, Vec<(String, String)>, Vec<(String, String)>);

fn wants(pairs: &[(Text, ExpectedValue)]) -> Wants<'_> {
    let mut wants: Wants<'_> = pairs
        .iter()
        .map(|(name, value)| (name.as_str().into(), Want::of(value)))
        .collect();
    wants.sort_by(|a, b| a.0.cmp(&b.0));
    wants
}

/// Compares the alerts that a test is about with those that it expects; nothing where they agree. `line` says on
/// which line of the test file an offset is.
pub(in crate::replay) fn compare(
    test: &AlertTest,
    seen: &[SeenAlert],
    line: impl Fn(usize) -> usize,
) -> Option<Comparison> {
    let wanted = test.exp_alerts.iter();
    let wanted = wanted.map(|alert| Wanted::of(test, alert, line(alert.range.start)));
    let (silent, wanted): (Vec<_>, Vec<_>) = wanted.partition(|w| w.state == AlertState::Inactive);
    // Pending alerts are looked at where one is asked for; firing ones always.
    let asks_pending = wanted.iter().any(|w| w.state == AlertState::Pending);
    let counts = |alert: &SeenAlert| alert.state == AlertState::Firing || asks_pending;
    let pairing = pair_up(&wanted, seen, test.matching);
    let mut difference = AlertsDifference {
        agreeing: pairing.agreeing.len(),
        ..AlertsDifference::default()
    };
    let mut blobs = Blobs::default();
    for (w, a) in &pairing.agreeing {
        blobs.pair(&wanted[*w].pair_with(&seen[*a], test.matching));
    }
    for (w, a) in &pairing.differing {
        let pair = wanted[*w].pair_with(&seen[*a], test.matching);
        blobs.pair(&pair);
        difference.pairs.push(pair);
    }
    for w in &pairing.missing {
        let shown = wanted[*w].shown();
        blobs.expected(&shown);
        difference.missing.push(shown);
    }
    for a in pairing.unexpected.iter().filter(|a| counts(&seen[**a])) {
        let shown = shown(&seen[*a]);
        blobs.actual(&shown);
        difference.unexpected.push(shown);
    }
    for silent in &silent {
        let active = seen
            .iter()
            .filter(|alert| items::fit(&silent.labels, &alert.labels, Match::Subset));
        for alert in active {
            blobs.actual(&shown(alert));
            difference.pairs.push(silent.pair_with(alert, Match::Subset));
        }
    }
    let agrees =
        difference.pairs.is_empty() && difference.missing.is_empty() && difference.unexpected.is_empty();
    if agrees {
        return None;
    }
    let (expected, actual) = blobs.texts();
    Some(Comparison {
        difference,
        expected,
        actual,
    })
}

/// Pairs the expected alerts with those there are. Those that leave nothing open take what is theirs first: nothing
/// else is like them, and whoever else might have taken it has no better claim.
fn pair_up(wanted: &[Wanted<'_>], seen: &[SeenAlert], matching: Match) -> Pairing {
    let mut pairing = Pairing::default();
    let mut open_wanted: Vec<usize> = (0..wanted.len()).collect();
    let mut open_seen: Vec<usize> = (0..seen.len()).collect();
    if matching == Match::Exact {
        let mut by_identity: HashMap<Identity, Vec<usize>> = HashMap::new();
        for (number, alert) in seen.iter().enumerate().rev() {
            let identity = (alert.state, alert.labels.clone(), alert.annotations.clone());
            by_identity.entry(identity).or_default().push(number);
        }
        let mut taken = vec![false; seen.len()];
        open_wanted.retain(|w| {
            let own = wanted[*w]
                .only()
                .and_then(|identity| by_identity.get_mut(&identity)?.pop());
            if let Some(a) = own {
                pairing.agreeing.push((*w, a));
                taken[a] = true;
            }
            own.is_none()
        });
        open_seen.retain(|a| !taken[*a]);
    }
    let rest = pair(
        open_wanted.len(),
        open_seen.len(),
        |w, a| wanted[open_wanted[w]].fits(&seen[open_seen[a]], matching),
        |w, a| wanted[open_wanted[w]].likeness(&seen[open_seen[a]], matching),
    );
    let global = |pairs: Vec<(usize, usize)>| {
        pairs
            .into_iter()
            .map(|(w, a)| (open_wanted[w], open_seen[a]))
            .collect::<Vec<_>>()
    };
    pairing.agreeing.extend(global(rest.agreeing));
    pairing.differing = global(rest.differing);
    pairing.missing = rest.missing.into_iter().map(|w| open_wanted[w]).collect();
    pairing.unexpected = rest.unexpected.into_iter().map(|a| open_seen[a]).collect();
    pairing
}

fn shown(alert: &SeenAlert) -> ShownAlert {
    ShownAlert {
        line: None,
        entry: None,
        state: alert.state,
        labels: alert.labels.clone(),
        annotations: alert.annotations.clone(),
    }
}

#[cfg(test)]
mod tests;

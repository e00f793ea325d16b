//! Which series of the two sides of an operation can match, and what labels the result has.

use promql_syntax::ast::{BinaryExpr, BinaryOp, Side};

use super::facts::{Facts, Mismatch, Presence};
use super::labels::{LabelFacts, METRIC_NAME};

/// How the sides of an operation between vectors are matched.
pub(super) struct Matching<'e> {
    on: bool,
    labels: Vec<&'e str>,
    /// The side with many series for each one of the other.
    pub(super) many: Option<Side>,
    include: Vec<&'e str>,
}

impl<'e> Matching<'e> {
    pub(super) fn of(binary: &'e BinaryExpr) -> Matching<'e> {
        let written = &binary.matching;
        let labels = written.labels.as_ref();
        let group = written.group.as_ref();
        Matching {
            on: labels.is_some_and(|labels| labels.on),
            labels: labels.map_or_else(Vec::new, |all| {
                all.labels.iter().map(|l| l.name.as_str()).collect()
            }),
            many: group.map(|group| group.side),
            include: group.map_or_else(Vec::new, |all| {
                all.include.iter().map(|l| l.name.as_str()).collect()
            }),
        }
    }

    /// Whether the label takes part in the matching.
    fn compares(&self, label: &str) -> bool {
        let named = self.labels.contains(&label);
        if self.on {
            named
        } else {
            !named && label != METRIC_NAME
        }
    }

    /// The labels that may be compared and of which something is known on either side.
    fn compared<'l>(&'l self, left: &'l LabelFacts, right: &'l LabelFacts) -> impl Iterator<Item = &'l str> {
        let known = left.named().chain(right.named()).map(|(name, _)| name);
        known.filter(|name| self.compares(name))
    }

    /// The labels that keep all series of one side from matching any of the other.
    pub(super) fn mismatches(&self, left: &LabelFacts, right: &LabelFacts) -> Vec<Mismatch> {
        let mut found: Vec<Mismatch> = Vec::new();
        for label in self.compared(left, right) {
            let (on_left, on_right) = (left.get(label), right.get(label));
            let known = found.iter().any(|mismatch| mismatch.label == label);
            if !known && on_left.is_disjoint(&on_right) {
                found.push(Mismatch {
                    label: label.to_owned(),
                    left: on_left,
                    right: on_right,
                });
            }
        }
        found.sort_by(|a, b| a.label.cmp(&b.label));
        found
    }

    /// Whether any series of the left matches any of the right, whichever they are.
    pub(super) fn surely_match(&self, left: &LabelFacts, right: &LabelFacts) -> bool {
        let all_known = self.on || !left.is_open() && !right.is_open();
        let same = |label: &str| {
            let (on_left, on_right) = (left.get(label), right.get(label));
            on_left.single().is_some() && on_left.single() == on_right.single()
        };
        let on = self.labels.iter().filter(|_| self.on).all(|label| same(label));
        all_known && on && self.compared(left, right).all(same)
    }

    /// The labels of the result of an arithmetic operation or a comparison.
    pub(super) fn result(&self, binary: &BinaryExpr, left: &LabelFacts, right: &LabelFacts) -> LabelFacts {
        let (many, one) = match self.many {
            Some(Side::Right) => (right, left),
            _ => (left, right),
        };
        let mut labels = match (self.many, self.on) {
            (Some(_), _) => many.clone(),
            (None, true) => many.only(self.labels.iter().copied()),
            (None, false) => {
                let mut labels = many.clone();
                self.labels.iter().for_each(|label| labels.remove(label));
                labels
            }
        };
        labels = self.narrowed(labels, left, right);
        if changes_meaning(binary.op) || binary.bool_modifier.is_some() {
            labels.remove_metadata();
        }
        for label in &self.include {
            labels.set(label, one.get(label));
        }
        labels
    }

    /// The labels of matched series of one side: what is compared has values that both sides have.
    pub(super) fn narrowed(
        &self,
        mut labels: LabelFacts,
        left: &LabelFacts,
        right: &LabelFacts,
    ) -> LabelFacts {
        let compared: Vec<&str> = self.compared(left, right).collect();
        for label in &compared {
            if !labels.surely_lacks(label) {
                let both = left.get(label).and(&right.get(label));
                labels.set(label, both);
            }
        }
        let one_is_closed = !left.is_open() || !right.is_open();
        if !self.on && one_is_closed {
            // What one side surely lacks, matched series of the other lack too.
            let own: Vec<String> = labels.named().map(|(name, _)| name.to_owned()).collect();
            let own = own.iter().map(String::as_str).chain(compared);
            let free = self.labels.iter().copied().chain([METRIC_NAME]);
            labels = labels.only(own.chain(free));
        }
        labels
    }

    /// The labels of what fill values make: series of either side may stand alone, with the labels compared.
    pub(super) fn filled(&self, labels: LabelFacts, left: &LabelFacts, right: &LabelFacts) -> LabelFacts {
        let compared = |side: &LabelFacts| match self.on {
            true => side.only(self.labels.iter().copied()),
            false => {
                let mut side = side.clone();
                self.labels
                    .iter()
                    .chain(&[METRIC_NAME])
                    .for_each(|label| side.remove(label));
                side
            }
        };
        let mut all = labels;
        for side in [left, right] {
            let mut alone = all.or(&compared(side)).or(side);
            for label in &self.include {
                let without = alone.get(label).or(&super::LabelValues::absent());
                alone.set(label, without);
            }
            all = alone;
        }
        all
    }
}

/// Arithmetic makes something else of a metric, so that its name does not fit any more.
pub(super) fn changes_meaning(op: BinaryOp) -> bool {
    use BinaryOp::{Add, Atan2, Div, Mod, Mul, Pow, Sub};
    matches!(op, Add | Sub | Mul | Div | Mod | Pow | Atan2)
}

/// Whether an operation between vectors surely has a pair of series, or surely none.
pub(super) fn presence(matching: &Matching<'_>, left: &Facts, right: &Facts, same: bool) -> Presence {
    use Presence::{Always, Maybe, Never};
    match (left.presence, right.presence) {
        (Never, _) | (_, Never) => Never,
        _ if !matching.mismatches(&left.labels, &right.labels).is_empty() => Never,
        (Always, Always) if same || matching.surely_match(&left.labels, &right.labels) => Always,
        _ => Maybe,
    }
}

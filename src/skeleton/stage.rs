//! Tries a draft: does the alert fire, is it silent before, is it resolved afterwards? The replay is the judge.

use promql_engine::Storage;

use super::attempt::{Draft, INTERVAL};
use super::draft::Quiet;
use crate::model::rules::RuleFile;
use crate::outcome::AlertState;
use crate::replay::rehearsal::{Rehearsal, Seen};

/// How many ways of being quiet are tried for one draft.
const MOST_FLIPS: usize = 16;
/// How many evaluations may be spent on that.
const LONG: usize = 8000;
/// How many evaluations before the active phase are looked at.
const LOOK_BACK: usize = 6;

/// A draft that was tried.
pub(super) struct Staged {
    /// The draft.
    pub(super) draft: Draft,
    /// What its test asserts.
    pub(super) moments: Moments,
}

/// Evaluations that are worth asserting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moments {
    /// The alert is not active yet.
    pub(super) silent: Option<usize>,
    /// It waits for `for`.
    pub(super) pending: Option<usize>,
    /// It fires.
    pub(super) fires: usize,
    /// It fires no more.
    pub(super) resolved: Option<usize>,
}

/// What came of a trial.
pub(super) enum Trial {
    /// The alert fires.
    Fires(Box<Staged>),
    /// It does not; what the storage held, and at what time that was.
    Silent(Box<Storage>, i64),
    /// A rule could not be evaluated.
    Broken(String),
}

/// Tries drafts for one alert.
pub(super) struct Stage<'s> {
    /// The rules that are needed for it.
    pub(super) rules: &'s [&'s RuleFile],
    /// The name of the alert, and its expression.
    pub(super) alert: (&'s str, &'s str),
    /// How many evaluations may still be made.
    pub(super) budget: usize,
}

impl Stage<'_> {
    /// Tries a draft in its possible variants.
    pub(super) fn try_draft(&mut self, draft: &Draft) -> Trial {
        let mut plain = draft.clone();
        // What may be absent only while the alert is silent would be a different thing to notice.
        let mut best = match self.trial(&plain) {
            Trial::Fires(staged) => Some(staged),
            other => {
                set_missing(&mut plain);
                match self.trial(&plain) {
                    Trial::Fires(staged) => Some(staged),
                    _ => return other,
                }
            }
        };
        if best.as_ref().is_some_and(|staged| staged.moments.is_complete()) {
            return best.map_or(Trial::Broken(String::new()), Trial::Fires);
        }
        // Long tests take long.
        let most = (LONG / (draft.fires + 1)).clamp(2, MOST_FLIPS);
        for (number, value) in draft.flips.iter().take(most) {
            let mut flipped = draft.clone();
            let Some(series) = flipped.series.get_mut(*number) else {
                continue;
            };
            series.quiet = Quiet::At(*value);
            self.improve(&flipped, &mut best);
            if best.as_ref().is_some_and(|staged| staged.moments.is_complete()) || self.budget == 0 {
                break;
            }
        }
        if best.as_ref().is_some_and(|staged| !staged.moments.is_complete()) {
            let mut missing = draft.clone();
            set_missing(&mut missing);
            self.improve(&missing, &mut best);
        }
        best.map_or(Trial::Broken(String::new()), Trial::Fires)
    }

    fn improve(&mut self, draft: &Draft, best: &mut Option<Box<Staged>>) {
        if let Trial::Fires(staged) = self.trial(draft)
            && best
                .as_ref()
                .is_none_or(|known| staged.moments.worth() > known.moments.worth())
        {
            *best = Some(staged);
        }
    }

    fn trial(&mut self, draft: &Draft) -> Trial {
        let from = draft.first_evaluation();
        let rehearsal = draft.rehearsal(from);
        self.budget = self.budget.saturating_sub(rehearsal.last - from + 1);
        let seen = match rehearsal.run(self.rules, self.alert, &[]) {
            Ok(seen) => seen,
            Err(message) => return Trial::Broken(message),
        };
        if let Some(error) = seen.error {
            return Trial::Broken(error);
        }
        match Moments::of(&seen, draft, from) {
            Some(moments) => Trial::Fires(Box::new(Staged {
                draft: draft.clone(),
                moments,
            })),
            None => {
                let at = rehearsal.start_ms + rehearsal.interval_ms * draft.fires as i64;
                Trial::Silent(Box::new(seen.storage), at)
            }
        }
    }
}

fn set_missing(draft: &mut Draft) {
    for series in draft
        .series
        .iter_mut()
        .filter(|series| series.course.is_some_and(|c| c.past.is_none()))
    {
        series.quiet = Quiet::Missing;
    }
}

impl Draft {
    /// The first evaluation that matters for the alert.
    pub(super) fn first_evaluation(&self) -> usize {
        match self.recorded {
            true => 0,
            false => self.active.saturating_sub(LOOK_BACK),
        }
    }

    /// The replay of the draft.
    pub(super) fn rehearsal(&self, from: usize) -> Rehearsal {
        let per_evaluation = INTERVAL / self.interval;
        let samples = self.phases.before + self.phases.active + self.phases.after;
        let last = ((samples.saturating_sub(1)) as f64 / per_evaluation).floor() as usize;
        Rehearsal {
            series: self
                .series
                .iter()
                .map(|series| (series.metric(), series.values(self.phases)))
                .collect(),
            sample_interval_ms: (self.interval * 1000.0) as i64,
            interval_ms: (INTERVAL * 1000.0) as i64,
            start_ms: (self.start * 1000.0) as i64,
            from,
            last: last.max(self.fires),
        }
    }
}

impl Moments {
    /// What can be asserted; `None` where the alert does not fire when it should.
    fn of(seen: &Seen, draft: &Draft, from: usize) -> Option<Moments> {
        let states = |evaluation: usize| seen.states.get(evaluation.checked_sub(from)?).copied();
        let own = |evaluation: usize| states(evaluation).map(|(own, _)| own);
        // What is asserted of a name is asserted of all rules that have it.
        let state = |evaluation: usize| states(evaluation).map(|(_, all)| all);
        if own(draft.fires) != Some(AlertState::Firing) {
            return None;
        }
        let before = draft.active.checked_sub(1);
        let silent = before.filter(|at| (from..=*at).all(|at| state(at) == Some(AlertState::Inactive)));
        let first = seen
            .states
            .iter()
            .position(|(_, all)| *all == AlertState::Firing)
            .map(|at| at + from);
        let waits = |at: &usize| state(*at) == Some(AlertState::Pending);
        let pending = first.and_then(|first| first.checked_sub(1)).filter(waits);
        // In which order groups are evaluated is left open: what reads other groups may be earlier or later.
        let pending = match draft.recorded {
            true => pending.and_then(|last| last.checked_sub(4)).filter(waits),
            false => pending,
        };
        let last = from + seen.states.len().saturating_sub(1);
        let resolved = (last > draft.fires && state(last) == Some(AlertState::Inactive)).then_some(last);
        Some(Moments {
            silent,
            pending,
            fires: draft.fires,
            resolved,
        })
    }

    fn worth(self) -> usize {
        2 * usize::from(self.silent.is_some()) + usize::from(self.resolved.is_some())
    }

    fn is_complete(self) -> bool {
        self.worth() == 3
    }
}

//! When a series is sampled.

use super::random::Random;
use crate::model::unit_tests::Sampling;

/// The moments at which a series is sampled, without end where the series has none.
pub(super) struct Moments {
    sampling: Sampling,
    every_ms: i64,
    /// Number of the next planned sample.
    number: i64,
    /// When the sample before was taken.
    before: Option<i64>,
    random: Random,
    ended: bool,
}

/// What happens at a moment, in milliseconds since the start of the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// A sample is taken.
    Sample(i64),
    /// A planned sample is not there.
    Missing(i64),
    /// The series ends.
    End(i64),
}

impl Moment {
    /// Its time.
    pub(super) fn time(self) -> i64 {
        match self {
            Moment::Sample(at) | Moment::Missing(at) | Moment::End(at) => at,
        }
    }
}

impl Moments {
    /// The moments of a series. `interval_ms` is the time between samples where it has none of its own.
    pub(super) fn new(sampling: &Sampling, interval_ms: i64, name: &str) -> Moments {
        Moments {
            every_ms: sampling.every_ms.unwrap_or(interval_ms),
            random: Random::new(sampling.seed, &format!("jitter of {name}")),
            sampling: sampling.clone(),
            number: 0,
            before: None,
            ended: false,
        }
    }
}

impl Iterator for Moments {
    type Item = Moment;

    fn next(&mut self) -> Option<Moment> {
        if self.ended {
            return None;
        }
        let planned = self.every_ms.checked_mul(self.number)?;
        self.number += 1;
        if planned < self.sampling.from_ms {
            return Some(Moment::Missing(planned));
        }
        if self.sampling.until_ms.is_some_and(|until| planned >= until) {
            self.ended = true;
            return Some(Moment::End(planned));
        }
        let late = match self.sampling.jitter_ms {
            0 => 0,
            most => self.random.up_to(most),
        };
        if self
            .sampling
            .gaps
            .iter()
            .any(|(from, to)| *from <= planned && planned < *to)
        {
            return Some(Moment::Missing(planned));
        }
        // Samples stay in order however late one is.
        let at = planned
            .checked_add(late)?
            .max(self.before.map_or(i64::MIN, |before| before + 1));
        self.before = Some(at);
        Some(Moment::Sample(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(sampling: Sampling, take: usize) -> Vec<Moment> {
        Moments::new(&sampling, 60, "up").take(take).collect()
    }

    #[test]
    fn a_series_begins_pauses_and_ends() {
        use Moment::{End, Missing, Sample};
        let sampling = Sampling {
            from_ms: 60,
            until_ms: Some(290),
            gaps: vec![(120, 240)],
            ..Sampling::default()
        };
        assert_eq!(
            moments(sampling, 9),
            [
                Missing(0),
                Sample(60),
                Missing(120),
                Missing(180),
                Sample(240),
                End(300)
            ]
        );
    }

    #[test]
    fn late_samples_stay_in_order() {
        let sampling = Sampling {
            jitter_ms: 500,
            ..Sampling::default()
        };
        let times: Vec<i64> = moments(sampling.clone(), 200)
            .iter()
            .map(|m| {
                if let Moment::Sample(at) = m {
                    *at
                } else {
                    panic!("{m:?}")
                }
            })
            .collect();
        assert!(times.is_sorted_by(|a, b| a < b));
        assert!(
            times
                .iter()
                .enumerate()
                .all(|(n, t)| (0..=700).contains(&(t - 60 * n as i64)))
        );
        assert_ne!(
            moments(
                Sampling {
                    seed: 1,
                    ..sampling.clone()
                },
                200
            ),
            moments(sampling, 200)
        );
    }
}

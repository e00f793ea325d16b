//! Axes: which part of the numbers or of time a chart shows, and where its lines and labels stand.

use super::super::format;

/// A label on an axis.
pub(in crate::report::html) struct Tick {
    /// Where, from 0 (begin) to 1 (end).
    pub(super) share: f64,
    /// What.
    pub(super) label: String,
}

/// The vertical axis.
pub(super) struct ValueAxis {
    low: f64,
    high: f64,
    /// Its labels, from low to high.
    pub(super) ticks: Vec<Tick>,
}

/// The horizontal axis: from the start of the replay to one interval after its last evaluation, since a state lasts
/// until the next one.
#[derive(Clone, Copy)]
pub(in crate::report::html) struct TimeAxis {
    /// Its end, in milliseconds since the start.
    pub(super) end_ms: i64,
    /// From one evaluation to the next.
    pub(super) interval_ms: i64,
}

/// How many labels a vertical axis has, about.
const VALUE_TICKS: f64 = 4.0;
/// How many labels a horizontal axis has at most.
const TIME_TICKS: i64 = 7;
/// Distances between labels on a horizontal axis, in milliseconds.
const TIME_STEPS: [i64; 26] = [
    1,
    10,
    100,
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_800_000,
    3_600_000,
    7_200_000,
    10_800_000,
    21_600_000,
    43_200_000,
    86_400_000,
    172_800_000,
    604_800_000,
    1_209_600_000,
    2_419_200_000,
    7_257_600_000,
];

impl ValueAxis {
    /// An axis for these values. What is not finite is beyond any axis.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> ValueAxis {
        let (mut low, mut high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        // Lengths can be compared only where the axis begins at zero.
        if low > 0.0 && low < 0.6 * high {
            low = 0.0;
        }
        if high < 0.0 && high > 0.6 * low {
            high = 0.0;
        }
        // What differs in digits that nobody sees is the same.
        if high / 2.0 - low / 2.0 <= 1e-9 * low.abs().max(high.abs()) {
            (low, high) = match low {
                0.0 => (0.0, 1.0),
                value => (value.min(0.0), value.max(0.0) * 1.5),
            };
        }
        let step = nice((high / VALUE_TICKS - low / VALUE_TICKS).max(f64::MIN_POSITIVE));
        let first = (low / step).floor();
        let last = (high / step).ceil();
        let decimals = (-step.log10().floor()).clamp(0.0, 17.0) as usize;
        let ticks = (0..=(last - first) as usize).map(|n| {
            let value = (first + n as f64) * step;
            let share = n as f64 / (last - first);
            Tick {
                share,
                label: tick_label(value, step, decimals),
            }
        });
        ValueAxis {
            ticks: ticks.collect(),
            low: first * step,
            high: last * step,
        }
    }

    /// Where a value stands, from 0 (bottom) to 1 (top); what is beyond the axis stands at its end.
    pub(super) fn share(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        if share.is_nan() {
            0.5
        } else {
            share.clamp(0.0, 1.0)
        }
    }
}

/// The nearest of 1, 2, 5, 10, … that is not smaller.
fn nice(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= step * 0.999);
    factor.unwrap_or(10.0) * power
}

fn tick_label(value: f64, step: f64, decimals: usize) -> String {
    let sized = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    // A letter for thousands only where nothing is lost by it.
    let size = sized
        .into_iter()
        .find(|(size, _)| value.abs() >= 10.0 * size && step >= size / 10.0)
        .filter(|_| value.abs() < 1e15);
    match size {
        _ if value == 0.0 => "0".to_owned(),
        Some((size, letter)) => format!("{}{letter}", format::number(value / size)),
        None if decimals > 6 || value.abs() >= 1e15 => format::number(value),
        None => format!("{value:.decimals$}").replace('-', "−"),
    }
}

impl TimeAxis {
    /// The axis of a replay.
    pub(in crate::report::html) fn of(end_ms: i64, interval_ms: i64) -> TimeAxis {
        TimeAxis {
            end_ms: end_ms.saturating_add(interval_ms).max(1),
            interval_ms: interval_ms.max(1),
        }
    }

    /// Where a time stands, from 0 (begin) to 1 (end).
    pub(super) fn share(&self, ms: i64) -> f64 {
        (ms as f64 / self.end_ms as f64).clamp(0.0, 1.0)
    }

    /// The labels.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let fits = |step: &&i64| self.end_ms / **step <= TIME_TICKS;
        let longest = self.end_ms / TIME_TICKS + 1;
        let step = TIME_STEPS.iter().find(fits).copied().unwrap_or(longest);
        let times = (0..=self.end_ms / step).map(|n| n * step);
        times
            .map(|at| Tick {
                share: self.share(at),
                label: format::time(at),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64]) -> Vec<String> {
        let axis = ValueAxis::of(values.iter().copied());
        axis.ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn axes_have_round_labels() {
        assert_eq!(labels(&[0.0, 0.1, 0.05]), ["0", "0.05", "0.10"]);
        assert_eq!(labels(&[0.0, 1.0]), ["0", "0.5", "1.0"]);
        assert_eq!(labels(&[3.0, 97.0]), ["0", "50", "100"]);
        assert_eq!(
            labels(&[0.0, 2_000_000.0]),
            ["0", "500k", "1000k", "1500k", "2000k"]
        );
        assert_eq!(labels(&[]), labels(&[0.0, 1.0]));
        assert_eq!(labels(&[f64::INFINITY, 0.0]), labels(&[0.0, 1.0]));
    }

    #[test]
    fn time_has_round_labels() {
        let labels = |minutes: i64| {
            let ticks = TimeAxis::of(minutes * 60_000, 30_000).ticks();
            ticks
                .into_iter()
                .map(|tick| tick.label)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(labels(30), "0s 5m 10m 15m 20m 25m 30m");
        assert_eq!(labels(0), "0s 5s 10s 15s 20s 25s 30s");
        assert_eq!(labels(60 * 24 * 10), "0s 2d 4d 6d 8d 10d");
    }

    mod always {
        use proptest::prelude::*;

        use super::super::*;

        proptest! {
            /// An axis holds all values, and has few labels, whatever the values are.
            #[test]
            fn an_axis_holds_its_values(values in prop::collection::vec(any::<f64>(), 0..5)) {
                let axis = ValueAxis::of(values.iter().copied());
                prop_assert!((2..=12).contains(&axis.ticks.len()), "{}", axis.ticks.len());
                for value in values.into_iter().filter(|value| value.is_finite()) {
                    // To within rounding.
                    let room = 1e-6 * (axis.high / 2.0 - axis.low / 2.0);
                    prop_assert!(axis.low - room <= value && value <= axis.high + room);
                }
            }

            /// Nor does time overflow.
            #[test]
            fn any_time_has_labels(end in 0..i64::MAX / 2, interval in 1..i64::MAX / 2) {
                prop_assert!((1..=8).contains(&TimeAxis::of(end, interval).ticks().len()));
            }
        }
    }
}

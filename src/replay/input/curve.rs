//! The values of described series as functions of time, in milliseconds since the start of the test.

use std::f64::consts::TAU;

use super::random::Random;
use crate::model::unit_tests::{Generator, Histogram, Noise, Phase, Point, Sampling, Sine};

/// The values of one series.
pub(super) struct Curve {
    shape: Shape,
    noise: Option<Noise>,
    random: Random,
}

#[derive(Clone)]
enum Shape {
    Counter {
        /// How much a second adds, since when.
        rates: Vec<Point>,
        from_ms: i64,
        resets: Vec<i64>,
        /// What noise has added since the last reset, and until when.
        drift: f64,
        before_ms: i64,
    },
    Steps(Vec<Point>),
    Ramp(Vec<Point>),
    Sine(Sine),
}

/// A described series and what its name has besides: the label `le` and a suffix.
pub(super) struct Part {
    /// What is added to the name of the metric.
    pub(super) suffix: &'static str,
    /// The label `le`.
    pub(super) le: Option<String>,
    shape: Shape,
}

/// The series that a generator makes.
pub(super) fn parts(generator: &Generator) -> Vec<Part> {
    let part = |suffix, le, shape| Part { suffix, le, shape };
    match generator {
        Generator::Counter(rates) => vec![part("", None, Shape::counter(rates.clone()))],
        Generator::Steps(points) => vec![part("", None, Shape::Steps(points.clone()))],
        Generator::Ramp(points) => vec![part("", None, Shape::Ramp(points.clone()))],
        Generator::Sine(sine) => vec![part("", None, Shape::Sine(*sine))],
        Generator::Histogram(histogram) => {
            let counter = |share: &dyn Fn(&Distribution) -> f64| Shape::counter(rates(histogram, share));
            let bucket = |bound: f64, text: &str| {
                part(
                    "_bucket",
                    Some(text.to_owned()),
                    counter(&|of| of.share_up_to(bound)),
                )
            };
            let bounds = histogram.bounds.iter();
            let mut parts: Vec<Part> = bounds.map(|(bound, text)| bucket(*bound, text)).collect();
            parts.push(bucket(f64::INFINITY, "+Inf"));
            parts.push(part("_sum", None, counter(&Distribution::mean)));
            parts.push(part("_count", None, counter(&|_| 1.0)));
            parts
        }
    }
}

/// How fast a counter of a histogram grows, which counts so much of each observation.
fn rates(histogram: &Histogram, of_each: &dyn Fn(&Distribution) -> f64) -> Vec<Point> {
    let phases = histogram.phases.iter();
    phases
        .map(|phase| Point {
            at_ms: phase.from_ms,
            value: phase.rate * of_each(&Distribution::of(phase)),
        })
        .collect()
}

/// Observations, spread evenly between quantiles.
struct Distribution {
    /// Shares with the values that they do not exceed, from the share 0 to the share 1.
    knots: Vec<(f64, f64)>,
}

impl Distribution {
    /// Below the least quantile that is given, values go down to 0 (or stay at the quantile where it is negative).
    /// Above the greatest they go on as densely as just below it.
    fn of(phase: &Phase) -> Distribution {
        let mut knots = phase.quantiles.clone();
        if let Some((share, value)) = knots.first().copied()
            && share > 0.0
        {
            knots.insert(0, (0.0, value.min(0.0)));
        }
        if let [.., (s0, v0), (s1, v1)] = knots[..]
            && s1 < 1.0
        {
            knots.push((1.0, v1 + (v1 - v0) * (1.0 - s1) / (s1 - s0)));
        }
        Distribution { knots }
    }

    /// The share of the observations that are not above a bound.
    fn share_up_to(&self, bound: f64) -> f64 {
        let above = self.knots.partition_point(|(_, value)| *value <= bound);
        match (
            above.checked_sub(1).map(|below| self.knots[below]),
            self.knots.get(above),
        ) {
            (None, _) => 0.0,
            (Some(_), None) => 1.0,
            (Some((s0, v0)), Some((s1, v1))) => s0 + (s1 - s0) * (bound - v0) / (v1 - v0),
        }
    }

    fn mean(&self) -> f64 {
        let pieces = self.knots.windows(2);
        pieces
            .map(|knots| (knots[1].0 - knots[0].0) * (knots[0].1 + knots[1].1) / 2.0)
            .sum()
    }
}

impl Shape {
    fn counter(rates: Vec<Point>) -> Shape {
        Shape::Counter {
            rates,
            from_ms: 0,
            resets: Vec::new(),
            drift: 0.0,
            before_ms: 0,
        }
    }
}

impl Part {
    /// Its values. `name` gives it a noise of its own.
    pub(super) fn curve(&self, sampling: &Sampling, name: &str) -> Curve {
        let mut shape = self.shape.clone();
        if let Shape::Counter {
            from_ms,
            before_ms,
            resets,
            ..
        } = &mut shape
        {
            (*from_ms, *before_ms) = (sampling.from_ms, sampling.from_ms);
            resets.clone_from(&sampling.resets);
        }
        Curve {
            shape,
            noise: sampling.noise,
            random: Random::new(sampling.seed, &format!("noise of {name}")),
        }
    }
}

impl Curve {
    /// The value at a time; times ascend from call to call.
    pub(super) fn at(&mut self, t: i64) -> f64 {
        let plain = match &mut self.shape {
            Shape::Counter {
                rates,
                from_ms,
                resets,
                drift,
                before_ms,
            } => {
                let begun = resets.iter().rev().find(|reset| **reset <= t).copied();
                let begun = begun.unwrap_or(*from_ms).max(*from_ms);
                if *before_ms < begun {
                    (*drift, *before_ms) = (0.0, begun);
                }
                if let Some(noise) = self.noise {
                    let planned = grown(rates, *before_ms, t);
                    let seconds = (t - *before_ms) as f64 / 1000.0;
                    let noisy = planned + noise.deviation * self.random.normal() * seconds;
                    let least = noise.least.unwrap_or(0.0).max(0.0) * seconds;
                    let most = noise.most.map_or(f64::INFINITY, |most| most * seconds);
                    *drift += noisy.min(most).max(least) - planned;
                }
                *before_ms = t;
                return grown(rates, begun, t) + *drift;
            }
            Shape::Steps(points) => step(points, t),
            Shape::Ramp(points) => ramp(points, t),
            Shape::Sine(sine) => {
                let turns = (t - sine.shift_ms) as f64 / sine.period_ms as f64;
                sine.mean + sine.amplitude * (TAU * turns.rem_euclid(1.0)).sin()
            }
        };
        match self.noise {
            None => plain,
            Some(noise) => {
                let noisy = plain + noise.deviation * self.random.normal();
                let noisy = noise.most.map_or(noisy, |most| noisy.min(most));
                noise.least.map_or(noisy, |least| noisy.max(least))
            }
        }
    }
}

/// The value of the last point that is not later; that of the first before it.
fn step(points: &[Point], t: i64) -> f64 {
    let later = points.partition_point(|point| point.at_ms <= t);
    points
        .get(later.saturating_sub(1))
        .map_or(0.0, |point| point.value)
}

fn ramp(points: &[Point], t: i64) -> f64 {
    let later = points.partition_point(|point| point.at_ms <= t);
    match (
        later.checked_sub(1).map(|before| points[before]),
        points.get(later),
    ) {
        (Some(a), Some(b)) => {
            a.value + (b.value - a.value) * (t - a.at_ms) as f64 / (b.at_ms - a.at_ms) as f64
        }
        _ => step(points, t),
    }
}

/// What a counter with these rates grows by between two times. Nothing is added before the first point.
fn grown(rates: &[Point], from: i64, to: i64) -> f64 {
    let ends = rates.iter().skip(1).map(|next| next.at_ms).chain([i64::MAX]);
    let phases = rates.iter().zip(ends);
    phases
        .map(|(rate, end)| {
            let lasted = end.min(to).saturating_sub(rate.at_ms.max(from)).max(0);
            rate.value * lasted as f64 / 1000.0
        })
        .sum()
}

#[cfg(test)]
mod tests;

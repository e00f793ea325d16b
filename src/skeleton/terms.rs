//! What the sample that an expression returns is worth, as a function of how the series behind it run. A model that
//! is good enough to choose values by; the engine judges what comes of them.
//!
//! Times are seconds since the moment from which the alert's condition is to hold.

use promql_syntax::ast::{AggregateOp, BinaryOp};

/// How the values of a series run: `past` up to the start, then `level`, then `step` more with each sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Course {
    /// The value at the start.
    pub(super) level: f64,
    /// What each sample adds.
    pub(super) step: f64,
    /// The value before the start, where it is another.
    pub(super) past: Option<f64>,
}

/// What can be chosen of a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// [`Course::level`]
    Level,
    /// [`Course::step`]
    Step,
    /// [`Course::past`]
    Past,
}

/// All courses, and the clock.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// The courses by the number of their series.
    pub(super) courses: Vec<Course>,
    /// Time between samples in seconds.
    pub(super) interval: f64,
    /// Time of the first samples, which is negative.
    pub(super) begin: f64,
    /// Seconds between the epoch and the start.
    pub(super) epoch: f64,
}

/// A function of the samples in a window.
#[derive(Clone, Copy, Debug)]
pub(super) enum WindowFunction {
    /// `increase`; `rate` where divided by the time.
    Increase {
        /// `rate`
        per_second: bool,
    },
    /// `irate`
    LastRate,
    /// `delta`
    Delta,
    /// `idelta`
    LastDelta,
    /// `deriv`, and `predict_linear` for so many seconds ahead.
    Regression(Option<f64>),
    /// `changes`
    Changes,
    /// `resets`
    Resets,
    /// `sum_over_time`
    Sum,
    /// `count_over_time`
    Count,
    /// What does not depend on how many samples there are.
    Fold(fn(&[f64]) -> f64),
    /// `quantile_over_time`
    Quantile(f64),
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Term {
    /// A number.
    Number(f64),
    /// Seconds since the epoch, so many seconds ago.
    Time(f64),
    /// The value of a series.
    Series {
        /// The number of the selector, later that of the series.
        id: usize,
        /// How long ago.
        offset: f64,
        /// Seconds since the epoch, where it is looked at at a fixed time.
        at: Option<f64>,
    },
    /// A function of a number.
    Map(fn(f64) -> f64, Box<Term>),
    /// An operator; a comparison is 0 or 1.
    Binary(BinaryOp, Box<Term>, Box<Term>),
    /// A function of a window of so many seconds.
    Window(WindowFunction, f64, Box<Term>),
    /// An aggregation of the values of several samples.
    Aggregate(AggregateOp, Box<Term>, Vec<Term>),
    /// The quantile of a histogram given by upper bounds and cumulative counts.
    Buckets(Box<Term>, Vec<(f64, Term)>),
}

/// How many samples of a window are looked at.
const MOST_POINTS: usize = 8;

impl Scene {
    fn sample(&self, id: usize, time: f64) -> f64 {
        let Some(course) = self.courses.get(id) else {
            return f64::NAN;
        };
        if time < self.begin {
            return f64::NAN;
        }
        if time < 0.0 {
            return course.past.unwrap_or(course.level);
        }
        let passed = (time / self.interval).floor();
        course.level + course.step * passed
    }
}

impl Term {
    /// The value at a time.
    pub(super) fn at(&self, scene: &Scene, time: f64) -> f64 {
        match self {
            Term::Number(value) => *value,
            Term::Time(ago) => scene.epoch + time - ago,
            Term::Series { id, offset, at } => {
                let time = at.map_or(time, |at| at - scene.epoch);
                scene.sample(*id, time - offset)
            }
            Term::Map(function, of) => function(of.at(scene, time)),
            Term::Binary(op, a, b) => operate(*op, a.at(scene, time), b.at(scene, time)),
            Term::Window(function, range, of) => function.at(*range, of, scene, time),
            Term::Aggregate(op, param, members) => {
                let values: Vec<f64> = members.iter().map(|member| member.at(scene, time)).collect();
                aggregate(*op, param.at(scene, time), &values)
            }
            Term::Buckets(quantile, buckets) => {
                let counts: Vec<(f64, f64)> = buckets
                    .iter()
                    .map(|(bound, count)| (*bound, count.at(scene, time)))
                    .collect();
                bucket_quantile(quantile.at(scene, time), &counts)
            }
        }
    }

    /// The parts of courses that the value depends on, those that it depends on most first.
    pub(super) fn parts(&self) -> Vec<(usize, Part)> {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        self.collect(None, &mut first, &mut second);
        first.extend(second);
        let mut seen = std::collections::HashSet::new();
        first.retain(|part| seen.insert(*part));
        first
    }

    fn collect(
        &self,
        window: Option<WindowFunction>,
        first: &mut Vec<(usize, Part)>,
        second: &mut Vec<(usize, Part)>,
    ) {
        match self {
            Term::Number(_) | Term::Time(_) => {}
            Term::Series { id, offset, .. } => {
                let mut add = |parts: &[Part]| {
                    first.extend(parts.first().map(|part| (*id, *part)));
                    second.extend(parts.iter().skip(1).map(|part| (*id, *part)));
                };
                match window {
                    None if *offset > 0.0 => add(&[Part::Past, Part::Level, Part::Step]),
                    None => add(&[Part::Level, Part::Step, Part::Past]),
                    Some(WindowFunction::Sum | WindowFunction::Fold(_) | WindowFunction::Quantile(_)) => {
                        add(&[Part::Level, Part::Past, Part::Step]);
                    }
                    Some(_) => add(&[Part::Step, Part::Level, Part::Past]),
                }
            }
            Term::Map(_, of) => of.collect(window, first, second),
            Term::Binary(_, a, b) => {
                a.collect(window, first, second);
                b.collect(window, first, second);
            }
            Term::Window(function, _, of) => of.collect(Some(*function), first, second),
            Term::Aggregate(_, param, members) => {
                for member in members {
                    member.collect(window, first, second);
                }
                param.collect(window, first, second);
            }
            Term::Buckets(_, buckets) => {
                for (_, count) in buckets {
                    count.collect(window, first, second);
                }
            }
        }
    }

    /// Calls `visit` for each series, with whether it is looked at as a counter, and how long ago.
    pub(super) fn series(&self, visit: &mut dyn FnMut(usize, bool, f64)) {
        self.visit(false, visit);
    }

    fn visit(&self, counter: bool, visit: &mut dyn FnMut(usize, bool, f64)) {
        match self {
            Term::Number(_) | Term::Time(_) => {}
            Term::Series { id, offset, .. } => visit(*id, counter, *offset),
            Term::Map(_, of) => of.visit(counter, visit),
            Term::Window(function, _, of) => {
                let counts = matches!(
                    function,
                    WindowFunction::Increase { .. } | WindowFunction::LastRate
                );
                of.visit(counts, visit);
            }
            Term::Binary(_, a, b) => {
                a.visit(counter, visit);
                b.visit(counter, visit);
            }
            Term::Aggregate(_, _, members) => members.iter().for_each(|m| m.visit(counter, visit)),
            Term::Buckets(_, buckets) => buckets.iter().for_each(|(_, count)| count.visit(counter, visit)),
        }
    }

    /// Replaces the numbers of series.
    pub(super) fn renumber(&mut self, number: &dyn Fn(usize) -> usize) {
        match self {
            Term::Number(_) | Term::Time(_) => {}
            Term::Series { id, .. } => *id = number(*id),
            Term::Map(_, of) | Term::Window(_, _, of) => of.renumber(number),
            Term::Binary(_, a, b) => {
                a.renumber(number);
                b.renumber(number);
            }
            Term::Aggregate(_, param, members) => {
                param.renumber(number);
                members.iter_mut().for_each(|member| member.renumber(number));
            }
            Term::Buckets(quantile, buckets) => {
                quantile.renumber(number);
                buckets.iter_mut().for_each(|(_, count)| count.renumber(number));
            }
        }
    }
}

/// What an operator makes of two numbers.
pub(super) fn operate(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Mod => a % b,
        BinaryOp::Pow => a.powf(b),
        BinaryOp::Atan2 => a.atan2(b),
        _ => f64::from(u8::from(compares(op, a, b))),
    }
}

/// Whether a comparison holds.
pub(super) fn compares(op: BinaryOp, a: f64, b: f64) -> bool {
    match op {
        BinaryOp::Eq => a == b,
        BinaryOp::Ne => a != b,
        BinaryOp::Lt => a < b,
        BinaryOp::Le => a <= b,
        BinaryOp::Gt => a > b,
        BinaryOp::Ge => a >= b,
        _ => true,
    }
}

fn aggregate(op: AggregateOp, param: f64, values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let sum: f64 = values.iter().sum();
    match op {
        AggregateOp::Sum => sum,
        AggregateOp::Avg => sum / count,
        AggregateOp::Count | AggregateOp::CountValues => count,
        AggregateOp::Group => 1.0,
        AggregateOp::Min => least(values),
        AggregateOp::Max => greatest(values),
        AggregateOp::Stddev => variance(values).sqrt(),
        AggregateOp::Stdvar => variance(values),
        AggregateOp::Quantile => quantile(param, values),
        AggregateOp::Topk | AggregateOp::Bottomk | AggregateOp::Limitk | AggregateOp::LimitRatio => {
            values.first().copied().unwrap_or(f64::NAN)
        }
    }
}

pub(super) fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

pub(super) fn greatest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

pub(super) fn variance(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count
}

fn quantile(q: f64, values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = q.clamp(0.0, 1.0) * (sorted.len() as f64 - 1.0);
    let (low, high) = (rank.floor() as usize, rank.ceil() as usize);
    match (sorted.get(low), sorted.get(high)) {
        (Some(a), Some(b)) => a + (b - a) * (rank - rank.floor()),
        _ => f64::NAN,
    }
}

/// The quantile of cumulative counts, interpolated linearly within its bucket.
fn bucket_quantile(q: f64, buckets: &[(f64, f64)]) -> f64 {
    let Some((_, total)) = buckets.last() else {
        return f64::NAN;
    };
    if total.is_nan() || *total <= 0.0 || buckets.len() < 2 {
        return f64::NAN;
    }
    let rank = q * total;
    let mut before = (0.0, 0.0);
    for (bound, count) in buckets {
        if *count >= rank {
            if bound.is_infinite() {
                return before.0;
            }
            return before.0 + (bound - before.0) * (rank - before.1) / (count - before.1);
        }
        before = (*bound, *count);
    }
    before.0
}

impl WindowFunction {
    fn at(self, range: f64, of: &Term, scene: &Scene, time: f64) -> f64 {
        let recorded = (time - scene.begin) / scene.interval + 1.0;
        let expected = (range / scene.interval).min(recorded).floor().max(1.0) as usize;
        // An odd stride, so that what alternates goes on doing so.
        let stride = (expected.div_ceil(MOST_POINTS)) | 1;
        let newest = (time / scene.interval).floor() * scene.interval;
        let mut points: Vec<f64> = Vec::with_capacity(MOST_POINTS);
        let mut oldest = newest;
        let mut ago = 0;
        while ago < expected {
            let at = newest - ago as f64 * scene.interval;
            let value = of.at(scene, at);
            if !value.is_nan() {
                points.push(value);
                oldest = at;
            }
            ago += stride;
        }
        points.reverse();
        let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) else {
            return f64::NAN;
        };
        let few = points.len() < 2;
        let scale = stride as f64;
        let passed = newest - oldest;
        // What the samples do not cover is extrapolated: all of it where they begin with the window.
        let reach = match oldest - (time - range) <= scene.interval * scale * 1.1 {
            true => range,
            false => passed + scene.interval / 2.0,
        };
        let pairs = || points.windows(2).map(|pair| (pair[0], pair[1]));
        match self {
            WindowFunction::Count => points.len() as f64 * scale,
            WindowFunction::Sum => points.iter().sum::<f64>() * scale,
            WindowFunction::Fold(function) => function(&points),
            WindowFunction::Quantile(q) => quantile(q, &points),
            WindowFunction::Changes => pairs().filter(|(a, b)| a != b).count() as f64 * scale,
            WindowFunction::Resets => pairs().filter(|(a, b)| b < a).count() as f64 * scale,
            _ if few => f64::NAN,
            WindowFunction::Increase { per_second } => {
                let grown: f64 = pairs().map(|(a, b)| if b < a { b } else { b - a }).sum();
                let increase = grown * reach / passed;
                if per_second { increase / range } else { increase }
            }
            WindowFunction::Delta => (last - first) * reach / passed,
            WindowFunction::LastDelta | WindowFunction::LastRate => {
                let before = of.at(scene, newest - scene.interval);
                let delta = last - before;
                match self {
                    WindowFunction::LastRate if delta < 0.0 => last / scene.interval,
                    WindowFunction::LastRate => delta / scene.interval,
                    _ => delta,
                }
            }
            WindowFunction::Regression(ahead) => {
                let slope = slope(&points) / (scene.interval * scale);
                match ahead {
                    None => slope,
                    Some(ahead) => {
                        let mean = points.iter().sum::<f64>() / points.len() as f64;
                        mean + slope * (passed / 2.0 + ahead)
                    }
                }
            }
        }
    }
}

/// The slope of a regression over points one apart.
fn slope(points: &[f64]) -> f64 {
    let middle = (points.len() as f64 - 1.0) / 2.0;
    let mean = points.iter().sum::<f64>() / points.len() as f64;
    let numbered = || {
        points
            .iter()
            .enumerate()
            .map(|(n, value)| (n as f64 - middle, value - mean))
    };
    let (up, across) = numbered().fold((0.0, 0.0), |(up, across), (x, y)| (up + x * y, across + x * x));
    up / across
}

/// A comparison that must hold.
#[derive(Clone, Debug)]
pub(super) struct Constraint {
    /// Left side.
    pub(super) lhs: Term,
    /// The comparison.
    pub(super) op: BinaryOp,
    /// Right side.
    pub(super) rhs: Term,
}

impl Constraint {
    /// How far its sides are apart.
    pub(super) fn difference(&self, scene: &Scene, time: f64) -> f64 {
        self.lhs.at(scene, time) - self.rhs.at(scene, time)
    }

    /// Whether it holds at all of these times.
    pub(super) fn holds(&self, scene: &Scene, times: &[f64]) -> bool {
        times
            .iter()
            .all(|t| compares(self.op, self.lhs.at(scene, *t), self.rhs.at(scene, *t)))
    }
}

#[cfg(test)]
mod tests;

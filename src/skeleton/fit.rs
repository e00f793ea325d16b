//! Chooses how the series run so that comparisons hold: one violated comparison after the other is repaired by
//! changing one thing, with a preference for numbers near the threshold that a person would write.

use promql_syntax::ast::BinaryOp;

use super::numbers::{beyond, tidy};
use super::terms::{Constraint, Course, Part, Scene, Term};

/// What is to be fitted.
pub(super) struct Problem<'p> {
    /// What must hold.
    pub(super) constraints: &'p [Constraint],
    /// When it must hold.
    pub(super) times: &'p [f64],
    /// What is known of each series.
    pub(super) natures: &'p [Nature],
    /// Numbers of the expression, which are worth trying.
    pub(super) constants: &'p [f64],
    /// Whether values may be negative.
    pub(super) signed: bool,
}

/// What is known of a series.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Nature {
    /// It counts.
    pub(super) counter: bool,
    /// It says yes or no.
    pub(super) flag: bool,
}

/// How many repairs are made.
const MOST_REPAIRS: usize = 12;

impl Problem<'_> {
    /// Changes the courses until everything holds, by little where that can be. Answers whether it does.
    pub(super) fn fit(&self, scene: &mut Scene) -> bool {
        let before = scene.courses.clone();
        let fits = self.repair_all(scene);
        if fits {
            for constraint in self.constraints {
                self.sharpen(constraint, scene, &before);
            }
        }
        fits
    }

    /// Moves what nobody has chosen yet closer to the bound that it is compared with, so that a test notices when the
    /// bound is moved.
    fn sharpen(&self, constraint: &Constraint, scene: &mut Scene, before: &[Course]) {
        let ordered = matches!(
            constraint.op,
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge
        );
        let guards = matches!(constraint.rhs, Term::Number(bound) if bound == 0.0);
        let Some((series, part)) = constraint
            .lhs
            .parts()
            .first()
            .copied()
            .filter(|_| ordered && !guards)
        else {
            return;
        };
        let untouched = scene.courses.get(series) == before.get(series);
        if !untouched || self.natures.get(series).is_some_and(|nature| nature.flag) {
            return;
        }
        let old = get(scene, series, part);
        for value in self.candidates(constraint, scene, series, part) {
            set(scene, series, part, Some(value));
            if self.held(scene) == self.constraints.len() {
                return;
            }
        }
        set(scene, series, part, old);
    }

    /// Why no values will do, where a side of a comparison has the same value whatever they are.
    pub(super) fn stuck(&self, scene: &mut Scene) -> Option<String> {
        let last = self.times.last().copied()?;
        let constraint = self
            .constraints
            .iter()
            .find(|c| !c.holds(scene, self.times) && !c.lhs.parts().is_empty())?;
        let (a, b) = (constraint.lhs.at(scene, last), constraint.rhs.at(scene, last));
        let parts = constraint.lhs.parts();
        let moves = parts.into_iter().any(|(series, part)| {
            let old = get(scene, series, part);
            let moved = self.grid(true, scene.interval).into_iter().any(|value| {
                set(scene, series, part, Some(value));
                let side = constraint.lhs.at(scene, last);
                !side.is_nan() && (side - a).abs() > 1e-9 * a.abs()
            });
            set(scene, series, part, old);
            moved
        });
        let fixed = constraint.rhs.parts().is_empty() && !moves && !a.is_nan();
        let op = constraint.op.text();
        fixed.then(|| format!("what is to be {op} {b} is {a} whatever the values of the series are"))
    }

    fn repair_all(&self, scene: &mut Scene) -> bool {
        for round in 0..MOST_REPAIRS {
            let violated: Vec<usize> = (0..self.constraints.len())
                .filter(|at| !self.constraints[*at].holds(scene, self.times))
                .collect();
            if violated.is_empty() {
                return true;
            }
            let at = violated[round % violated.len()];
            if !self.repair(at, scene, round) && violated.len() == 1 {
                return false;
            }
        }
        false
    }

    fn held(&self, scene: &Scene) -> usize {
        self.constraints
            .iter()
            .filter(|c| c.holds(scene, self.times))
            .count()
    }

    /// Makes one comparison hold, at the least cost for the others. Answers whether anything was changed.
    fn repair(&self, at: usize, scene: &mut Scene, round: usize) -> bool {
        let constraint = &self.constraints[at];
        let mut parts = constraint.lhs.parts();
        parts.extend(
            constraint
                .rhs
                .parts()
                .into_iter()
                .filter(|part| !parts.contains(part))
                .collect::<Vec<_>>(),
        );
        parts.sort_by_key(|(_, part)| *part == Part::Past);
        if round > 0 && round.is_multiple_of(3) && parts.len() > 1 {
            // The others did not help: begin with another one.
            let by = round % parts.len();
            parts.rotate_left(by);
        }
        let before = self.held(scene);
        let mut best: Option<(usize, usize, Part, f64)> = None;
        for (series, part) in parts {
            for value in self.candidates(constraint, scene, series, part) {
                let old = get(scene, series, part);
                set(scene, series, part, Some(value));
                let holds = constraint.holds(scene, self.times);
                let held = if holds { self.held(scene) } else { 0 };
                set(scene, series, part, old);
                if holds && best.is_none_or(|(most, ..)| held > most) {
                    best = Some((held, series, part, value));
                }
            }
            if best.is_some_and(|(held, ..)| held > before) {
                break;
            }
        }
        match best {
            Some((_, series, part, value)) => {
                set(scene, series, part, Some(value));
                true
            }
            None => false,
        }
    }

    /// Values of a part of a course for which the comparison may hold, the best first.
    fn candidates(&self, constraint: &Constraint, scene: &mut Scene, series: usize, part: Part) -> Vec<f64> {
        let nature = self.natures.get(series).copied().unwrap_or_default();
        let positive = nature.counter || (!self.signed && part != Part::Step);
        let grid = self.grid(positive, scene.interval);
        let old = get(scene, series, part);
        let last = self.times.last().copied().unwrap_or(0.0);
        let mut probe = |value: f64| {
            set(scene, series, part, Some(value));
            let holds = constraint.holds(scene, self.times);
            (holds, constraint.difference(scene, last))
        };
        let probed: Vec<(f64, (bool, f64))> = grid.iter().map(|value| (*value, probe(*value))).collect();
        let first = probed[0].1.1;
        let indifferent = probed
            .iter()
            .all(|(_, (holds, side))| !holds && (*side == first || side.is_nan()));
        let mut found: Vec<(f64, f64)> = Vec::new();
        if !indifferent {
            for pair in probed.windows(2) {
                let [(a, (a_holds, a_side)), (b, (b_holds, b_side))] = pair else {
                    continue;
                };
                if a_holds != b_holds {
                    let (mut out, mut inside) = if *a_holds { (*b, *a) } else { (*a, *b) };
                    let up = inside > out;
                    for _ in 0..60 {
                        let middle = (out + inside) / 2.0;
                        if probe(middle).0 {
                            inside = middle
                        } else {
                            out = middle
                        }
                    }
                    found.extend(
                        beyond(inside, up)
                            .into_iter()
                            .enumerate()
                            .map(|(n, value)| (n as f64, value)),
                    );
                    // An inclusive bound is among the best there is, and one found by halving lies just inside.
                    if inside.abs() > 1e-12 {
                        found.push((1.5, inside));
                    }
                }
                let crosses = (*a_side < 0.0) != (*b_side < 0.0) && a_side.is_finite() && b_side.is_finite();
                if constraint.op == BinaryOp::Eq && crosses {
                    let (mut low, mut high) = (*a, *b);
                    for _ in 0..200 {
                        let middle = (low + high) / 2.0;
                        if (probe(middle).1 < 0.0) == (*a_side < 0.0) {
                            low = middle
                        } else {
                            high = middle
                        }
                    }
                    found.extend([(0.0, tidy(low)), (0.5, tidy(high)), (1.0, low), (1.5, high)]);
                }
            }
            let holding = probed
                .iter()
                .filter(|(_, (holds, _))| *holds)
                .map(|(value, _)| *value);
            let mut holding: Vec<f64> = holding.collect();
            holding.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
            found.extend(
                holding
                    .into_iter()
                    .take(24)
                    .enumerate()
                    .map(|(n, value)| (3.0 + n as f64 / 4.0, value)),
            );
            if nature.flag && part != Part::Step {
                found.extend([(-1.0, 1.0), (-1.0, 0.0)]);
            }
        }
        set(scene, series, part, old);
        found.retain(|(_, value)| value.is_finite() && !(positive && *value < 0.0));
        found.sort_by(|a, b| {
            let key = |(rank, value): &(f64, f64)| (*value < 0.0, *rank, value.abs());
            let (a, b) = (key(a), key(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2))
        });
        found.into_iter().map(|(_, value)| value).collect()
    }

    /// Numbers of all sizes in ascending order.
    fn grid(&self, positive: bool, interval: f64) -> Vec<f64> {
        let mut sizes: Vec<f64> = (-7..=15)
            .flat_map(|exponent| [1.0, 3.0].map(|digit| digit * 10f64.powi(exponent)))
            .collect();
        for constant in self.constants {
            let constant = constant.abs();
            sizes.extend([constant, constant * interval, constant * 0.99, constant * 1.01]);
        }
        sizes.extend([2.0, 4.0, 5.0]);
        let negative: Vec<f64> = sizes.iter().map(|size| -size).collect();
        let mut grid = vec![0.0];
        grid.extend(sizes.into_iter().filter(|size| size.is_finite()));
        if !positive {
            grid.extend(negative.into_iter().filter(|size| size.is_finite()));
        }
        grid.sort_by(f64::total_cmp);
        grid.dedup();
        grid
    }
}

fn get(scene: &Scene, series: usize, part: Part) -> Option<f64> {
    let course = scene.courses.get(series)?;
    match part {
        Part::Level => Some(course.level),
        Part::Step => Some(course.step),
        Part::Past => course.past,
    }
}

fn set(scene: &mut Scene, series: usize, part: Part, value: Option<f64>) {
    let Some(course) = scene.courses.get_mut(series) else {
        return;
    };
    match (part, value) {
        (Part::Past, value) => course.past = value,
        (Part::Level, Some(value)) => course.level = value,
        (Part::Step, Some(value)) => course.step = value,
        (Part::Level | Part::Step, None) => {}
    }
}

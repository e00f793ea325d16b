//! One run of the search, from an expression to series: a witness, its labels, its values, the time it takes.

use std::collections::HashMap;

use promql_syntax::ast::Expr;

use super::choices::Choices;
use super::draft::{DraftSeries, Phases, Quiet};
use super::fit::{Nature, Problem};
use super::labels::Clash;
use super::numbers::beyond;
use super::recorded::{Recorded, numbers};
use super::terms::{Constraint, Course, Scene, Term};
use super::witness::Search;
use super::words::{Demands, words};

/// From one evaluation to the next, in seconds.
pub(super) const INTERVAL: f64 = 60.0;
/// How many evaluations the quiet phase has at least.
const QUIET_EVALUATIONS: f64 = 5.0;
/// How long a window is waited for, in seconds, until it holds nothing of the quiet phase any more.
const LONGEST_WARM_UP: f64 = 1800.0;
/// Time between samples that lets some windows have few, in seconds.
const SPARSE: f64 = 180.0;
/// The longest that is waited for the time itself to come, in seconds.
const LONGEST_WAIT: f64 = 4.0 * 86_400.0;
/// Longer tests than this are not made, in seconds: a bit more than a month.
const LONGEST: f64 = 33.0 * 86_400.0;

/// An alert that is to fire.
pub(super) struct Goal<'g> {
    /// Its expression.
    pub(super) expr: &'g Expr,
    /// How long it must hold, in seconds.
    pub(super) hold: f64,
    /// Whether it reads what other rules write.
    pub(super) reads_rules: bool,
    /// The labels that its texts show.
    pub(super) shown: &'g [String],
}

/// Series that should make an alert fire.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// The series.
    pub(super) series: Vec<DraftSeries>,
    /// The lengths of the phases in samples.
    pub(super) phases: Phases,
    /// Seconds between samples.
    pub(super) interval: f64,
    /// Seconds between the epoch and the first evaluation.
    pub(super) start: f64,
    /// The number of the first evaluation of the active phase.
    pub(super) active: usize,
    /// The number of the evaluation at which the alert should fire.
    pub(super) fires: usize,
    /// Whether what other rules write is read.
    pub(super) recorded: bool,
    /// Other values for the quiet phase, by the number of the series, the best first.
    pub(super) flips: Vec<(usize, f64)>,
}

/// Why an attempt leads nowhere.
#[derive(Clone, Debug)]
pub(super) struct DeadEnd {
    /// The reason.
    pub(super) reason: String,
    /// Whether it holds for all data.
    pub(super) certain: bool,
}

impl From<Clash> for DeadEnd {
    fn from(clash: Clash) -> Self {
        DeadEnd {
            reason: clash.reason,
            certain: clash.certain,
        }
    }
}

fn by_values(reason: &str) -> DeadEnd {
    DeadEnd {
        reason: reason.to_owned(),
        certain: false,
    }
}

/// Makes one attempt.
///
/// # Errors
/// Why it leads nowhere.
pub(super) fn attempt(
    goal: &Goal<'_>,
    (recorded, demands): (&Recorded<'_>, &Demands),
    signed: bool,
    choices: &mut Choices,
) -> Result<Draft, DeadEnd> {
    let mut names = recorded.label_names(goal.expr);
    names.extend(goal.shown.iter().cloned());
    let mut search = Search::new((recorded, demands), names.into_iter().collect(), choices);
    let witness = search.whole(goal.expr)?;
    for label in goal.shown {
        search.name(&witness.env, label);
    }
    let (mut absences, windows, offsets) = (
        std::mem::take(&mut search.absences),
        search.windows.clone(),
        search.offsets.clone(),
    );
    let mut labels = std::mem::take(&mut search.labels);
    let leaves = std::mem::take(&mut search.leaves);
    let mut constraints = std::mem::take(&mut search.constraints);
    drop(search);

    // Selectors with the same labels mean the same series.
    let mut numbered: HashMap<Vec<(String, String)>, usize> = HashMap::new();
    let mut series: Vec<DraftSeries> = Vec::new();
    let mut natures: Vec<Nature> = Vec::new();
    let mut divides: Vec<bool> = Vec::new();
    let mut number_of = Vec::with_capacity(leaves.len());
    for leaf in &leaves {
        let mut found = Vec::new();
        for (label, var) in &leaf.env {
            let value = labels.resolve(*var)?;
            if !value.is_empty() {
                found.push((label.clone(), value));
            }
        }
        let number = *numbered.entry(found.clone()).or_insert_with(|| {
            natures.push(Nature {
                counter: false,
                flag: is_flag(&found),
            });
            divides.push(false);
            series.push(DraftSeries {
                labels: found,
                course: None,
                quiet: Quiet::Still,
                counter: false,
                native: leaf.native,
            });
            series.len() - 1
        });
        divides[number] |= leaf.divides;
        number_of.push(number);
    }
    let renumber = |id: usize| number_of.get(id).copied().unwrap_or(id);
    let mut value = witness.value;
    value.renumber(&renumber);
    for constraint in &mut constraints {
        constraint.lhs.renumber(&renumber);
        constraint.rhs.renumber(&renumber);
    }
    let mut newest = vec![f64::INFINITY; series.len()];
    for term in constraints.iter().flat_map(|c| [&c.lhs, &c.rhs]).chain([&value]) {
        term.series(&mut |id, counter, offset| {
            natures[id].counter |= counter;
            newest[id] = newest[id].min(offset);
        });
    }
    // What is looked at in the past alone may end.
    let past_only: Vec<bool> = newest.iter().map(|offset| *offset > 0.0).collect();
    let ends = past_only.contains(&true) && choices.pick(2) == 1;

    let mut constants = Vec::new();
    numbers(goal.expr, &mut constants);
    let mut constants = Vec::new();
    numbers(goal.expr, &mut constants);
    let clock = Clock::new(
        goal,
        &windows,
        &offsets,
        (&constraints, &value),
        &constants,
        choices,
    )?;
    let mut scene = Scene {
        courses: natures
            .iter()
            .zip(&divides)
            .map(|(nature, divides)| initial(*nature, *divides))
            .collect(),
        interval: clock.interval,
        begin: -clock.quiet,
        epoch: clock.start + clock.quiet,
    };
    let times = [clock.warm, clock.warm + clock.hold];
    let problem = Problem {
        constraints: &constraints,
        times: &times,
        natures: &natures,
        constants: &constants,
        signed,
    };
    if !problem.fit(&mut scene) {
        return Err(match problem.stuck(&mut scene) {
            Some(reason) => by_values(&reason),
            None => by_values("no values are found for which all comparisons hold"),
        });
    }

    let flips = flips(&scene, &constraints, &natures, clock.warm + clock.hold);
    for (number, series) in series.iter_mut().enumerate() {
        let course = scene.courses[number];
        match ends && past_only[number] {
            true => series.quiet = Quiet::At(course.past.unwrap_or(course.level)),
            false => series.course = Some(course),
        }
        series.counter = natures[number].counter;
    }
    absences.dedup_by(|a, b| format!("{a:?}") == format!("{b:?}"));
    for demands in &absences {
        series.extend(absent_series(demands));
    }
    let samples = |seconds: f64| (seconds / clock.interval).round() as usize;
    let active = (clock.quiet / INTERVAL).round() as usize;
    let after = if clock.quiet + clock.warm <= 7200.0 {
        clock.warm.max(300.0) + 2.0 * INTERVAL
    } else {
        0.0
    };
    Ok(Draft {
        series,
        phases: Phases {
            before: samples(clock.quiet),
            active: samples(clock.warm + clock.hold) + 1,
            after: samples(after),
        },
        interval: clock.interval,
        start: clock.start,
        active,
        fires: active + ((clock.warm + clock.hold) / INTERVAL).round() as usize,
        recorded: goal.reads_rules,
        flips,
    })
}

/// Lengths in seconds.
struct Clock {
    /// Between samples.
    interval: f64,
    /// Of the quiet phase.
    quiet: f64,
    /// From the start of the active phase until the condition holds.
    warm: f64,
    /// From there until the alert is asserted to fire.
    hold: f64,
    /// From the epoch to the first evaluation.
    start: f64,
}

impl Clock {
    fn new(
        goal: &Goal<'_>,
        windows: &[f64],
        offsets: &[f64],
        (constraints, value): (&[Constraint], &Term),
        constants: &[f64],
        choices: &mut Choices,
    ) -> Result<Clock, DeadEnd> {
        let narrowest = windows
            .iter()
            .copied()
            .filter(|w| *w > 0.0)
            .fold(f64::INFINITY, f64::min);
        let widest = windows.iter().copied().fold(0.0, f64::max);
        let mut fine: Vec<f64> = [60.0, 30.0, 15.0, 10.0, 5.0, 1.0]
            .into_iter()
            .filter(|interval| narrowest / interval >= 4.0 || *interval == 1.0)
            .take(3)
            .collect();
        // Samples may be missing, too.
        fine.push(SPARSE);
        let interval = if windows.is_empty() {
            INTERVAL
        } else {
            fine[choices.pick(fine.len())]
        };
        let reach = offsets.iter().copied().fold(0.0, f64::max);
        let whole = |seconds: f64| (seconds / INTERVAL).ceil() * INTERVAL;
        // Until the windows see nothing of the quiet phase any more; or for as short as can be, where both are to be
        // seen. Each rule that is evaluated in between may be an evaluation behind.
        let spare = if goal.reads_rules {
            4.0 * INTERVAL
        } else {
            INTERVAL
        };
        let mut lengths = vec![(whole(widest.clamp(0.0, LONGEST_WARM_UP)), spare)];
        lengths.extend([(whole(narrowest.min(widest)), 0.0), (0.0, 0.0)]);
        lengths.dedup();
        let (warm, spare) = lengths[choices.pick(lengths.len())];
        let hold = whole(goal.hold) + spare;
        // What is looked at with an offset must see the quiet phase alone.
        let mut quiet =
            (QUIET_EVALUATIONS * INTERVAL).max(if reach > 0.0 { whole(reach) + INTERVAL } else { 0.0 });
        let calendar = constraints.iter().any(|c| has_date(&c.lhs) || has_date(&c.rhs)) || has_date(value);
        let mut start = 0.0;
        if calendar {
            let times = [quiet + warm, quiet + warm + hold];
            let scene = |start: f64| Scene {
                courses: Vec::new(),
                interval,
                begin: 0.0,
                epoch: start,
            };
            let fixed = |c: &&Constraint| c.lhs.parts().is_empty() && c.rhs.parts().is_empty();
            let suits = |start: &f64| {
                constraints
                    .iter()
                    .filter(fixed)
                    .all(|c| c.holds(&scene(*start), &times))
            };
            let found = dates().into_iter().find(suits);
            start = found.ok_or_else(|| by_values("no date and time of day satisfies the comparisons"))?;
        } else if constraints.iter().any(|c| has_time(&c.lhs) || has_time(&c.rhs)) {
            // Until enough time has passed for what is compared with it.
            let mut waits: Vec<f64> = constants
                .iter()
                .copied()
                .filter(|c| (60.0..=LONGEST_WAIT).contains(c))
                .collect();
            waits.extend([7200.0, 3.0 * 86_400.0]);
            waits.sort_by(f64::total_cmp);
            waits.dedup();
            waits.insert(0, 0.0);
            let wait = waits[choices.pick(waits.len())];
            if wait > 0.0 {
                quiet = quiet.max(whole(wait) + 2.0 * INTERVAL);
            }
        }
        let sample = interval.max(INTERVAL);
        quiet = (quiet / sample).ceil() * sample;
        if quiet + warm + hold > LONGEST {
            return Err(by_values("the test would take more than a month"));
        }
        Ok(Clock {
            interval,
            quiet,
            warm,
            hold,
            start,
        })
    }
}

/// Times at which a test could start: the epoch, then hours of a week, then days of a year, then minutes of an hour.
fn dates() -> Vec<f64> {
    const DAY: f64 = 86_400.0;
    /// Monday, the 5th of January 2026.
    const MONDAY: f64 = 1_767_571_200.0;
    let hours = (0..7 * 24).map(|hour| MONDAY + f64::from(hour) * 3600.0);
    let days = (0..4 * 366).map(|day| MONDAY - 4.0 * DAY + f64::from(day) * DAY);
    let noons = days.clone().map(|day| day + DAY / 2.0);
    let minutes = (0..60).map(|minute| MONDAY + 9.0 * 3600.0 + f64::from(minute) * 60.0);
    let years = (1970..2100).map(|year| (f64::from(year) - 1970.0) * 365.2425 * DAY);
    [0.0]
        .into_iter()
        .chain(hours)
        .chain(days)
        .chain(noons)
        .chain(minutes)
        .chain(years)
        .collect()
}

fn has_time(term: &Term) -> bool {
    match term {
        Term::Time(_) => true,
        Term::Map(_, of) | Term::Window(_, _, of) => has_time(of),
        Term::Binary(_, a, b) => has_time(a) || has_time(b),
        Term::Aggregate(_, _, members) => members.iter().any(has_time),
        Term::Number(_) | Term::Series { .. } | Term::Buckets(..) => false,
    }
}

/// Whether a date or a time of day is computed: a function is applied to the time itself.
fn has_date(term: &Term) -> bool {
    match term {
        Term::Map(_, of) => matches!(**of, Term::Time(_)) || has_date(of),
        Term::Window(_, _, of) => has_date(of),
        Term::Binary(_, a, b) => has_date(a) || has_date(b),
        Term::Aggregate(_, _, members) => members.iter().any(has_date),
        Term::Number(_) | Term::Series { .. } | Term::Buckets(..) | Term::Time(_) => false,
    }
}

fn initial(nature: Nature, divides: bool) -> Course {
    let amount = if divides { 100.0 } else { 1.0 };
    let (level, step) = match (nature.counter, divides) {
        (true, true) => (0.0, amount),
        (true, false) => (0.0, 0.0),
        (false, _) => (amount, 0.0),
    };
    Course {
        level,
        step,
        past: None,
    }
}

/// Whether the metric says yes or no.
fn is_flag(labels: &[(String, String)]) -> bool {
    let name = labels
        .iter()
        .find(|(label, _)| label == "__name__")
        .map_or("", |(_, name)| name.as_str());
    name == "up"
        || ["_up", "_success", "_ready", "_healthy", "_active"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Values for single series with which some comparison does not hold any more.
fn flips(scene: &Scene, constraints: &[Constraint], natures: &[Nature], time: f64) -> Vec<(usize, f64)> {
    let mut flips = Vec::new();
    for (number, course) in scene.courses.iter().enumerate() {
        if course.past.is_some() {
            continue;
        }
        let level = course.level;
        let mut values = vec![0.0];
        if natures[number].flag || level == 0.0 {
            values.insert(0, 1.0);
        } else {
            let near = |up: bool| beyond(level, up).into_iter().skip(1);
            values = near(false).chain(near(true)).chain([0.0, 1.0]).collect();
        }
        values.extend([100.0, 1000.0]);
        values.retain(|value| *value != level);
        for value in values {
            let mut other = scene.clone();
            let quiet = Course {
                level: value,
                step: 0.0,
                past: None,
            };
            other.courses[number] = quiet;
            if constraints.iter().any(|c| !c.holds(&other, &[time])) {
                flips.push((number, value));
            }
        }
    }
    // One flip of each series first.
    let mut seen: HashMap<usize, usize> = HashMap::new();
    let mut ranked: Vec<(usize, (usize, f64))> = flips
        .into_iter()
        .map(|flip| {
            let rank = seen.entry(flip.0).or_default();
            *rank += 1;
            (*rank, flip)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, flip)| flip).collect()
}

/// A series whose absence is noticed.
fn absent_series(demands: &[(String, super::words::Demand)]) -> Option<DraftSeries> {
    let mut by_label: Vec<(String, Vec<super::words::Demand>)> = Vec::new();
    for (label, demand) in demands {
        match by_label.iter_mut().find(|(known, _)| known == label) {
            Some((_, all)) => all.push(demand.clone()),
            None => by_label.push((label.clone(), vec![demand.clone()])),
        }
    }
    let mut labels = Vec::new();
    for (label, demands) in by_label {
        let word = words(&label, &demands).next();
        match word {
            Some(word) => labels.push((label, word)),
            None if demands.iter().all(|d| d.accepts("")) => {}
            None => return None,
        }
    }
    labels.sort();
    Some(DraftSeries {
        labels,
        course: None,
        quiet: Quiet::Still,
        counter: false,
        native: false,
    })
}

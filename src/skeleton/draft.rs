//! Series with all their values over three phases, as series notation: quiet, active, quiet again.

use super::numbers::written;
use super::terms::Course;

/// How a series runs while the alert is to be silent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Quiet {
    /// As at the start of the active phase, without changing.
    Still,
    /// At another value.
    At(f64),
    /// There are no samples.
    Missing,
}

/// A series.
#[derive(Clone, Debug)]
pub(super) struct DraftSeries {
    /// Its labels, the name of the metric among them.
    pub(super) labels: Vec<(String, String)>,
    /// How it runs in the active phase; none where it is to be absent then.
    pub(super) course: Option<Course>,
    /// How it runs otherwise.
    pub(super) quiet: Quiet,
    /// Whether it never goes down.
    pub(super) counter: bool,
    /// Whether its samples are native histograms.
    pub(super) native: bool,
}

/// The lengths of the phases, in samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phases {
    /// The first.
    pub(super) before: usize,
    /// The second.
    pub(super) active: usize,
    /// The third; none where nothing is to be seen of it.
    pub(super) after: usize,
}

/// Equal or evenly spaced values.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Run {
    Values { first: f64, step: f64, count: usize },
    Missing { count: usize },
    Stale,
}

impl DraftSeries {
    /// The metric as it is written.
    pub(super) fn metric(&self) -> String {
        let name = self
            .labels
            .iter()
            .find(|(label, _)| label == "__name__")
            .map_or("", |(_, name)| name.as_str());
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        let legacy = name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit());
        let mut inside: Vec<String> = Vec::new();
        if !legacy {
            inside.push(promql_syntax::go_quote(name));
        }
        for (label, value) in self.labels.iter().filter(|(label, _)| label != "__name__") {
            let label = match promql_syntax::is_legacy_label_name(label) {
                true => label.clone(),
                false => promql_syntax::go_quote(label),
            };
            inside.push(format!("{label}={}", promql_syntax::go_quote(value)));
        }
        let name = if legacy { name } else { "" };
        match inside.is_empty() {
            true => name.to_owned(),
            false => format!("{name}{{{}}}", inside.join(", ")),
        }
    }

    /// Its values in series notation.
    pub(super) fn values(&self, phases: Phases) -> String {
        let still = self
            .course
            .map_or(1.0, |course| course.past.unwrap_or(course.level));
        let quiet = |count: usize, still: f64| match self.quiet {
            Quiet::Missing => Run::Missing { count },
            Quiet::At(first) => Run::Values {
                first,
                step: 0.0,
                count,
            },
            Quiet::Still => Run::Values {
                first: still,
                step: 0.0,
                count,
            },
        };
        let mut runs = vec![quiet(phases.before, still)];
        match self.course {
            None => {
                runs.push(Run::Stale);
                if phases.after > 0 {
                    let count = phases.active.saturating_sub(1);
                    runs.extend([Run::Missing { count }, quiet(phases.after, still)]);
                }
            }
            Some(course) => {
                runs.push(Run::Values {
                    first: course.level,
                    step: course.step,
                    count: phases.active,
                });
                let end = course.level + course.step * phases.active.saturating_sub(1) as f64;
                if phases.after > 0 {
                    match self.quiet {
                        Quiet::Missing => runs.push(Run::Stale),
                        _ if self.counter && course.step > 0.0 => {
                            let count = phases.after;
                            runs.push(Run::Values {
                                first: end,
                                step: 0.0,
                                count,
                            });
                        }
                        _ => runs.push(quiet(phases.after, still)),
                    }
                }
            }
        }
        self.notation(&joined(runs))
    }

    fn notation(&self, runs: &[Run]) -> String {
        let mut texts = Vec::new();
        for run in runs {
            texts.push(match *run {
                Run::Stale => "stale".to_owned(),
                Run::Missing { count: 1 } => "_".to_owned(),
                Run::Missing { count } => format!("_x{count}"),
                Run::Values { first, count, .. } if self.native => Self::histograms(first, count),
                Run::Values { first, count: 1, .. } => written(first),
                Run::Values {
                    first,
                    step: 0.0,
                    count,
                } => format!("{}x{}", written(first), count - 1),
                Run::Values { first, step, count } => {
                    let sign = if step < 0.0 { '-' } else { '+' };
                    format!("{}{sign}{}x{}", written(first), written(step.abs()), count - 1)
                }
            });
        }
        texts.join(" ")
    }

    /// Histograms that count ten observations more each time, all of them about as large as `level`.
    fn histograms(level: f64, count: usize) -> String {
        // In schema 0, bucket k holds what lies in (2^(k-1), 2^k].
        let bucket = level.abs().log2().ceil() as i64;
        let place = match level {
            0.0 => "z_bucket:10".to_owned(),
            level if level < 0.0 => format!("n_offset:{bucket} n_buckets:[10]"),
            _ => format!("offset:{bucket} buckets:[10]"),
        };
        let one = format!("{{{{schema:0 sum:{} count:10 {place}}}}}", written(level * 10.0));
        match count {
            1 => one,
            _ => format!("{one}+{one}x{}", count - 1),
        }
    }
}

/// Runs of the same values as one.
fn joined(runs: Vec<Run>) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::new();
    for run in runs {
        let same = match (joined.last_mut(), run) {
            (_, Run::Values { count: 0, .. } | Run::Missing { count: 0 }) => true,
            (
                Some(Run::Values { first, step, count }),
                Run::Values {
                    first: next,
                    step: next_step,
                    count: more,
                },
            ) if first.to_bits() == next.to_bits() && *step == 0.0 && next_step == 0.0 => {
                *count += more;
                true
            }
            (Some(Run::Missing { count }), Run::Missing { count: more }) => {
                *count += more;
                true
            }
            _ => false,
        };
        if !same {
            joined.push(run);
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(course: Option<Course>, quiet: Quiet, counter: bool) -> String {
        let labels = vec![
            ("__name__".to_owned(), "m".to_owned()),
            ("job".to_owned(), "a".to_owned()),
        ];
        let series = DraftSeries {
            labels,
            course,
            quiet,
            counter,
            native: false,
        };
        assert_eq!(series.metric(), "m{job=\"a\"}");
        series.values(Phases {
            before: 5,
            active: 10,
            after: 5,
        })
    }

    fn course(level: f64, step: f64) -> Option<Course> {
        Some(Course {
            level,
            step,
            past: None,
        })
    }

    #[test]
    fn values_are_written_in_runs() {
        assert_eq!(series(course(0.0, 60.0), Quiet::Still, true), "0x4 0+60x9 540x4");
        assert_eq!(series(course(1.0, 0.0), Quiet::At(0.0), false), "0x4 1x9 0x4");
        assert_eq!(series(course(1.0, 0.0), Quiet::Still, false), "1x19");
        assert_eq!(
            series(course(90.0, -1.5), Quiet::Missing, false),
            "_x5 90-1.5x9 stale"
        );
        assert_eq!(series(None, Quiet::Still, false), "1x4 stale _x9 1x4");
    }
}

//! What a server is asked about a project, in which order: each round depends on the answers of the one before it.
//!
//! Only what rules and dashboards use is asked about, and mostly by its count, so that answers are small. No question is asked
//! twice.

mod setup;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use promql_syntax::ast::{Expr, MatchOp, Matcher, VectorSelector};

use super::answer::{Answer, Reached};
use super::fault::{Fault, Trouble};
use super::question::{Question, Server};
use crate::diagnostic::Location;
use crate::model::dashboard::Dashboard;
use crate::model::rules::{Expression, RuleFile};
use crate::observed::{
    self, Absence, Cost, MatcherSeen, Observed, Read, ResultSeen, SelectorSeen, SeriesSeen, Timeline,
    Unanswered, Unmatched, Wanted, Window,
};

/// How old the newest sample of a series may be for it to be there, in milliseconds.
const LOOKBACK_DELTA: i64 = 300_000;
/// The most series of one name, or of one alert, that are looked at.
const MOST_SERIES: usize = 1_000;
/// The most values of a label that are looked at.
const MOST_VALUES: usize = 1_000;
/// How many series of each side of an operation are looked at.
const SAMPLES: usize = 5;

/// What a server is asked about.
pub struct Interview<'p> {
    /// The rules that it evaluates.
    pub rules: Vec<&'p RuleFile>,
    /// The dashboards that show its data.
    pub boards: Vec<&'p Dashboard>,
    /// What to ask besides what is always asked.
    pub wanted: Wanted,
    /// Where it is said that it should be asked.
    pub place: Location,
}

/// Asks a server.
pub fn ask(server: &dyn Server, interview: &Interview<'_>) -> Observed {
    let now = jiff::Timestamp::now().as_millisecond();
    let mut talk = Talk {
        server,
        observed: Observed::nothing(server.address(), interview.place.clone(), now),
    };
    if setup::ask(&mut talk, interview.wanted.lookback) {
        let subject = Subject::of(interview);
        talk.ask_present(&subject);
        talk.ask_absent(&subject);
        talk.ask_operations(&subject);
        if let Some((length, step)) = interview.wanted.alerts {
            talk.ask_alerts(&subject, Window::before(talk.observed.asked, length, step));
        }
    }
    talk.observed
}

/// What the project has that is worth asking about.
struct Subject<'p> {
    selectors: BTreeMap<String, &'p VectorSelector>,
    names: BTreeSet<&'p str>,
    /// Expressions of rules, by how they are written.
    rules: BTreeMap<&'p str, &'p Expr>,
    alerts: BTreeSet<&'p str>,
}

impl<'p> Subject<'p> {
    fn of(interview: &Interview<'p>) -> Subject<'p> {
        let sound = |expr: &&Expression| expr.parsed.errors.is_empty();
        let mut subject = Subject {
            selectors: BTreeMap::new(),
            names: BTreeSet::new(),
            rules: BTreeMap::new(),
            alerts: BTreeSet::new(),
        };
        let groups = interview.rules.iter().flat_map(|file| &file.groups);
        for rule in groups.flat_map(|group| &group.rules) {
            let Some(expr) = rule.expr.as_ref().filter(sound) else {
                continue;
            };
            subject.add(&expr.parsed.expr);
            subject.rules.insert(expr.text.as_str(), &expr.parsed.expr);
            if rule.alert.is_some() {
                subject.alerts.insert(expr.text.as_str());
            }
        }
        let panels = interview.boards.iter().flat_map(|board| &board.panels);
        for target in panels.flat_map(|panel| &panel.targets) {
            // Variables of dashboards stand for anything.
            if sound(&&target.expr) && !target.expr.text.as_str().contains('$') {
                subject.add(&target.expr.parsed.expr);
            }
        }
        subject
    }

    fn add(&mut self, expr: &'p Expr) {
        for Read { selector, text, .. } in observed::reads(expr) {
            self.selectors.insert(text, selector);
        }
        let names = expr.selectors().into_iter().filter_map(|s| s.name.as_ref());
        self.names.extend(names.map(|name| name.name.as_str()));
    }
}

/// A conversation with a server.
struct Talk<'s> {
    server: &'s dyn Server,
    observed: Observed,
}

impl Talk<'_> {
    /// Asks several questions at once. What is not answered is noted.
    fn ask(&mut self, questions: Vec<Question>) -> Vec<Option<Answer>> {
        let abouts: Vec<String> = questions.iter().map(Question::about).collect();
        let answers = self.server.ask(questions);
        let pairs = answers.into_iter().zip(abouts);
        let noted = pairs.map(|(answer, about)| match answer {
            Ok(answer) => Some(answer),
            Err(fault) => {
                self.note(about, &fault);
                None
            }
        });
        noted.collect()
    }

    fn note(&mut self, question: String, fault: &Fault) {
        self.observed.unanswered.push(Unanswered {
            question,
            message: format!("{}: {}", fault.url, fault.message),
            help: fault.help.clone(),
            total: fault.is_total(),
        });
    }

    /// Which of the expressions have series, and how many.
    fn counts(&mut self, expressions: impl IntoIterator<Item = String>) -> Vec<Option<u64>> {
        let at = self.observed.asked;
        let questions = expressions.into_iter().map(|expr| Question::Instant {
            query: format!("count({expr})"),
            at,
        });
        let answers = self.ask(questions.collect());
        answers
            .into_iter()
            .map(|answer| answer.map(|answer| count(&answer)))
            .collect()
    }

    /// When the expressions had series.
    fn timelines(&mut self, expressions: Vec<String>) -> Vec<Option<Timeline>> {
        let window = self.observed.window;
        let questions = expressions.into_iter().map(|expr| Question::Range {
            query: format!("count({expr})"),
            start: window.start,
            end: window.end,
            step: window.step,
            limit: 1,
        });
        let answers = self.ask(questions.collect());
        let timeline = |answer: Answer| match answer {
            Answer::Tracks(tracks) => {
                let times = tracks.first().map(|track| track.points.iter().map(|(at, _)| *at));
                Timeline::of(times.into_iter().flatten(), window.step)
            }
            _ => Timeline::default(),
        };
        answers.into_iter().map(|answer| answer.map(timeline)).collect()
    }

    /// What there is now: the series of the names that are used, what selectors select, what expressions come to.
    fn ask_present(&mut self, subject: &Subject<'_>) {
        let now = self.observed.asked;
        let there: Vec<&str> = subject
            .names
            .iter()
            .copied()
            .filter(|name| self.observed.names.contains(*name))
            .collect();
        let questions = there.iter().map(|name| Question::Series {
            selector: of_name(name).to_owned(),
            start: now - LOOKBACK_DELTA,
            end: now,
            limit: MOST_SERIES,
        });
        let answers = self.ask(questions.collect());
        for (name, answer) in there.into_iter().zip(answers) {
            let Some(Answer::Series(mut labels)) = answer else {
                continue;
            };
            let all = labels.len() < MOST_SERIES;
            labels.truncate(MOST_SERIES);
            for one in &mut labels {
                one.remove("__name__");
            }
            self.observed
                .series
                .insert(name.to_owned(), SeriesSeen { labels, all });
        }
        let counts = self.counts(subject.selectors.keys().cloned());
        for (text, count) in subject.selectors.keys().zip(counts) {
            let seen = match count {
                None => continue,
                Some(0) => SelectorSeen::Absent(Absence {
                    name: Timeline::default(),
                    whole: Timeline::default(),
                    matchers: Vec::new(),
                }),
                Some(count) => SelectorSeen::Now(count),
            };
            self.observed.selectors.insert(text.clone(), seen);
        }
        self.ask_results(subject);
    }

    fn ask_results(&mut self, subject: &Subject<'_>) {
        let at = self.observed.asked;
        let questions = subject.rules.iter().map(|(written, expr)| Question::Instant {
            query: match expr.value_type() {
                Some(promql_syntax::ast::ValueType::InstantVector) => format!("count({expr})"),
                _ => (*written).to_owned(),
            },
            at,
        });
        let answers = self.server.ask(questions.collect());
        for (written, answer) in subject.rules.keys().zip(answers) {
            let result = match answer {
                Ok(answer) => ResultSeen::Evaluated {
                    series: count(&answer),
                    cost: cost(&answer),
                },
                Err(Fault {
                    trouble: Trouble::Rejected,
                    message,
                    ..
                }) => ResultSeen::Failed(message),
                Err(fault) => {
                    self.note(format!("`{written}`"), &fault);
                    continue;
                }
            };
            self.observed.results.insert((*written).to_owned(), result);
        }
    }

    /// What there was of selectors that select nothing: of the name, of the whole, and of each matcher.
    fn ask_absent(&mut self, subject: &Subject<'_>) {
        let absent: Vec<(String, &VectorSelector)> = subject
            .selectors
            .iter()
            .filter(|(text, _)| matches!(self.observed.selectors.get(*text), Some(SelectorSeen::Absent(_))))
            .map(|(text, selector)| (text.clone(), *selector))
            .collect();
        let mut names: Vec<&str> = absent.iter().filter_map(|(_, s)| name(s)).collect();
        names.sort_unstable();
        names.dedup();
        let of_names = self.timelines(names.iter().map(|name| of_name(name)).collect());
        let of_names: HashMap<&str, Option<Timeline>> = names.into_iter().zip(of_names).collect();
        let known = |selector: &VectorSelector| {
            let name = name(selector).and_then(|name| of_names.get(name));
            name.and_then(Option::as_ref).filter(|name| !name.is_empty())
        };
        // Where the name was never there, no more need be asked.
        let (there, never): (Vec<_>, Vec<_>) = absent.into_iter().partition(|(_, s)| known(s).is_some());
        for (text, selector) in never {
            let answered = name(selector).and_then(|name| of_names.get(name));
            if answered.is_none_or(Option::is_none) {
                self.observed.selectors.remove(&text);
            }
        }
        let wholes = self.timelines(there.iter().map(|(text, _)| text.clone()).collect());
        let asking: Vec<Vec<&Matcher>> = there.iter().map(|(_, selector)| asking(selector)).collect();
        let parts = there.iter().zip(&asking).flat_map(|((_, selector), matchers)| {
            matchers.iter().flat_map(|matcher| {
                let any = Matcher {
                    op: MatchOp::NotEqual,
                    value: String::new(),
                    ..(*matcher).clone()
                };
                [with(selector, any), with(selector, (*matcher).clone())]
            })
        });
        let parts: Vec<String> = parts.collect();
        let mut answered = self.timelines(parts).into_iter();
        for (((text, selector), whole), matchers) in there.iter().zip(wholes).zip(&asking) {
            let mut seen = Vec::new();
            for matcher in matchers {
                let (with_label, fitting) = (answered.next().flatten(), answered.next().flatten());
                seen.extend(with_label.zip(fitting).map(|(with_label, fitting)| MatcherSeen {
                    label: matcher.name.name.clone(),
                    with_label,
                    fitting,
                    values: Vec::new(),
                }));
            }
            let (Some(name), Some(whole), true) = (known(selector), whole, seen.len() == matchers.len())
            else {
                self.observed.selectors.remove(text);
                continue;
            };
            let absence = Absence {
                name: name.clone(),
                whole,
                matchers: seen,
            };
            self.observed
                .selectors
                .insert(text.clone(), SelectorSeen::Absent(absence));
        }
        self.ask_values(&there);
    }

    /// The values of labels that never had the one that is asked for.
    fn ask_values(&mut self, there: &[(String, &VectorSelector)]) {
        let Window { start, end, .. } = self.observed.window;
        let mut wanted: Vec<(String, usize, Question)> = Vec::new();
        for (text, selector) in there {
            let Some(SelectorSeen::Absent(absence)) = self.observed.selectors.get(text) else {
                continue;
            };
            for (at, matcher) in absence.matchers.iter().enumerate() {
                if !matcher.fitting.is_empty() || matcher.with_label.is_empty() {
                    continue;
                }
                let question = Question::LabelValues {
                    label: matcher.label.clone(),
                    selector: name(selector).map(of_name).unwrap_or_default(),
                    start,
                    end,
                    limit: MOST_VALUES,
                };
                wanted.push((text.clone(), at, question));
            }
        }
        let answers = self.ask(wanted.iter().map(|(_, _, question)| question.clone()).collect());
        for ((text, at, _), answer) in wanted.into_iter().zip(answers) {
            let seen = self.observed.selectors.get_mut(&text);
            if let (Some(SelectorSeen::Absent(absence)), Some(Answer::Texts(values))) = (seen, answer) {
                absence.matchers[at].values = values;
            }
        }
    }

    /// Operations in rules of which nothing comes though both sides have series.
    fn ask_operations(&mut self, subject: &Subject<'_>) {
        let empty = subject.rules.iter().filter(|(written, _)| {
            let result = self.observed.results.get(**written);
            matches!(result, Some(ResultSeen::Evaluated { series: 0, .. }))
        });
        let mut operations: BTreeMap<String, [String; 3]> = BTreeMap::new();
        for (part, binary, any) in empty.flat_map(|(_, expr)| observed::operations(expr)) {
            let asked = [any.to_string(), binary.lhs.to_string(), binary.rhs.to_string()];
            operations.insert(part.to_string(), asked);
        }
        let counts = self.counts(operations.values().map(|[any, ..]| any.clone()));
        let mut counts = counts.into_iter();
        operations.retain(|_, _| counts.next().flatten() == Some(0));
        let counts = self.counts(
            operations
                .values()
                .flat_map(|[_, left, right]| [left.clone(), right.clone()]),
        );
        let mut sides = counts.chunks(2);
        operations.retain(|_, _| {
            let sides = sides.next().unwrap_or_default();
            sides.iter().all(|count| count.is_some_and(|count| count > 0))
        });
        let at = self.observed.asked;
        let some = |side: &String| Question::Instant {
            query: format!("topk({SAMPLES}, {side})"),
            at,
        };
        let questions = operations
            .values()
            .flat_map(|[_, left, right]| [some(left), some(right)]);
        let answers = self.ask(questions.collect());
        for (operation, sides) in operations.into_keys().zip(answers.chunks(2)) {
            if let [Some(Answer::Reached(left)), Some(Answer::Reached(right))] = sides {
                let unmatched = Unmatched {
                    left: labels(left),
                    right: labels(right),
                };
                self.observed.unmatched.insert(operation, unmatched);
            }
        }
    }

    /// When the conditions of alerts held.
    fn ask_alerts(&mut self, subject: &Subject<'_>, window: Window) {
        self.observed.alert_window = window;
        let questions = subject.alerts.iter().map(|written| Question::Range {
            query: (*written).to_owned(),
            start: window.start,
            end: window.end,
            step: window.step,
            limit: MOST_SERIES,
        });
        let answers = self.ask(questions.collect());
        for (written, answer) in subject.alerts.iter().zip(answers) {
            if let Some(Answer::Tracks(tracks)) = answer {
                let times = |track: &super::answer::Track| {
                    Timeline::of(track.points.iter().map(|(at, _)| *at), window.step)
                };
                let timelines = tracks.iter().map(times).collect();
                self.observed.alerts.insert((*written).to_owned(), timelines);
            }
        }
    }
}

fn name(selector: &VectorSelector) -> Option<&str> {
    selector.name.as_ref().map(|name| name.name.as_str())
}

/// A selector of all series of a name.
fn of_name(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
    match name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        true => name.to_owned(),
        false => format!("{{__name__={name:?}}}"),
    }
}

/// The matchers of a selector that ask for a label.
fn asking(selector: &VectorSelector) -> Vec<&Matcher> {
    let asks = |matcher: &&Matcher| match matcher.op {
        MatchOp::Equal => !matcher.value.is_empty(),
        MatchOp::Regex => {
            let pattern = regex::Regex::new(&format!("^(?:{})$", matcher.value));
            pattern.is_ok_and(|pattern| !pattern.is_match(""))
        }
        MatchOp::NotEqual | MatchOp::NotRegex => false,
    };
    selector.matchers.iter().filter(asks).collect()
}

/// The series of a selector's name that fit one matcher, as text.
fn with(selector: &VectorSelector, matcher: Matcher) -> String {
    observed::plain(&VectorSelector {
        matchers: vec![matcher],
        ..selector.clone()
    })
}

/// How many series an answer speaks of: the answer to a `count(…)`, or one scalar.
fn count(answer: &Answer) -> u64 {
    match answer {
        Answer::Reached(reached) => reached.points.first().map_or(0, |point| point.value as u64),
        _ => 0,
    }
}

fn cost(answer: &Answer) -> Option<Cost> {
    let Answer::Reached(Reached {
        stats: Some(stats), ..
    }) = answer
    else {
        return None;
    };
    Some(Cost {
        seconds: stats.seconds,
        samples: stats.samples,
        peak_samples: stats.peak_samples,
    })
}

fn labels(reached: &Reached) -> Vec<observed::Labels> {
    let mut labels: Vec<observed::Labels> = reached.points.iter().map(|point| point.labels.clone()).collect();
    labels.sort();
    labels
}

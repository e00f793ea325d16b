//! Selectors that select nothing on the server that was asked, by why: `series-never-seen`, `series-gone`, `label-never-seen`,
//! `value-never-seen`, `series-intermittent`.

use promql_syntax::ast::Matcher;
use promql_syntax::{Span, format_duration};

use super::analyses::finding;
use super::{Context, ExpressionAt, Lint, LintOption, OptionKind, Place, describe};
use crate::catalog::{Catalog, Extent, Origin};
use crate::diagnostic::{Diagnostic, Severity};
use crate::observed::{self, Absence, MatcherSeen, Observed, Read, SelectorSeen};

/// See the module.
pub(super) struct SeriesNeverSeen;

/// See the module.
pub(super) struct SeriesGone;

/// See the module.
pub(super) struct LabelNeverSeen;

/// See the module.
pub(super) struct ValueNeverSeen;

/// See the module.
pub(super) struct SeriesIntermittent;

/// Why a selector selects nothing.
enum Why<'a> {
    /// No series of the name was there.
    NeverSeen,
    /// There were some until then.
    Gone(i64),
    /// No series of the name had the label.
    LabelNeverSeen(&'a Matcher),
    /// No series of the name had such a value.
    ValueNeverSeen(&'a Matcher, &'a MatcherSeen),
    /// Each matcher fitted some series, and no series fitted all.
    NeverTogether,
    /// There were some at times, the last time then.
    Intermittent(usize, i64),
}

/// A selector that selects nothing.
struct Missing<'a> {
    observed: &'a Observed,
    read: &'a Read<'a>,
    why: Why<'a>,
}

const MIN_AGE: LintOption = LintOption {
    name: "min_age",
    kind: OptionKind::Duration,
    default: "2h",
    about: "how long the series must have been gone",
};

impl Lint for SeriesNeverSeen {
    describe!(
        "series-never-seen",
        Warning,
        "a metric that the server which was asked has not had for as long as it was asked"
    );

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        each_missing(cx, at, |missing| {
            let Why::NeverSeen = missing.why else { return };
            let name = missing.read.name;
            let catalog = cx.catalog(at.file.path());
            // What nothing exposes is no wonder there, and said already.
            let is_known = catalog.extent() < Extent::Most || cx.levels.is_off("unknown-metric");
            if catalog.lookup(name).is_none() && !is_known {
                return;
            }
            let (severity, help) = match declared(catalog, name) {
                // It comes with the rules that use it.
                Some(Declared::ByRule) => return,
                Some(Declared::Elsewhere) => (
                    Severity::Info,
                    "It is declared: check that what declares it runs, is scraped by this server, and has set it.".to_owned(),
                ),
                None => (Severity::Warning, never_seen_help(missing.observed, name)),
            };
            let message = format!(
                "{} has had no series of {name} in the last {}",
                missing.observed.address,
                span(missing.observed)
            );
            found.push(missing.finding(self.code(), severity, message, help, at));
        });
    }
}

impl Lint for SeriesGone {
    describe!(
        "series-gone",
        Warning,
        "series that the server which was asked had, and has no more"
    );

    fn options(&self) -> &'static [LintOption] {
        &[MIN_AGE]
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let min_age = cx.levels.duration_ms(self, "min_age");
        each_missing(cx, at, |missing| {
            let Why::Gone(last) = missing.why else { return };
            let age = missing.observed.asked - last;
            if age < min_age {
                return;
            }
            let message = format!(
                "{} has no such series any more: the last was there {} ago",
                missing.observed.address,
                about(age)
            );
            let help = "Find out what exposed it and does not now; if it is gone for good, so is the rule.";
            found.push(missing.finding(self.code(), Severity::Warning, message, help.to_owned(), at));
        });
    }
}

impl Lint for LabelNeverSeen {
    describe!(
        "label-never-seen",
        Warning,
        "a matcher of a label that no series of the metric has on the server which was asked"
    );

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        each_missing(cx, at, |missing| {
            let Why::LabelNeverSeen(matcher) = missing.why else {
                return;
            };
            let label = &matcher.name.name;
            let message = format!(
                "{} has had no series of {} with the label {label} in the last {}",
                missing.observed.address,
                missing.read.name,
                span(missing.observed)
            );
            let series = missing.observed.series.get(missing.read.name);
            let known = series
                .into_iter()
                .flat_map(|seen| &seen.labels)
                .flat_map(|labels| labels.keys());
            let mut known: Vec<&str> = known.map(String::as_str).collect();
            known.sort_unstable();
            known.dedup();
            let help = match crate::model::reader::nearest(label, &known) {
                Some(near) => format!("Did you mean {near}?"),
                None if known.is_empty() => "Look at which labels its series have.".to_owned(),
                None => format!("Its series have the labels {}.", known.join(", ")),
            };
            found.push(missing.finding_at(self.code(), Severity::Warning, message, help, at, matcher.span));
        });
    }
}

impl Lint for ValueNeverSeen {
    describe!(
        "value-never-seen",
        Warning,
        "a matcher that fits no series of the metric on the server which was asked"
    );

    fn options(&self) -> &'static [LintOption] {
        &[LintOption {
            name: "ignore_labels",
            kind: OptionKind::Texts,
            default: "",
            about: "labels whose values come and go",
        }]
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ignored = cx.levels.texts(self, "ignore_labels");
        each_missing(cx, at, |missing| {
            let (address, name) = (&missing.observed.address, missing.read.name);
            let (severity, message, help, place) = match missing.why {
                Why::ValueNeverSeen(matcher, seen) if !ignored.contains(&seen.label) => {
                    let (severity, help) = value_help(seen, &matcher.value);
                    let text = &at.expr.text.as_str()[matcher.span.start..matcher.span.end];
                    let message = format!(
                        "{address} has had no series of {name} with {text} in the last {}",
                        span(missing.observed)
                    );
                    (severity, message, help, matcher.span)
                }
                Why::NeverTogether => {
                    let message = format!(
                        "{address} has had no series of {name} that fits all these matchers in the last {}, though each fits some",
                        span(missing.observed)
                    );
                    let help = "Check that the values belong together.".to_owned();
                    (Severity::Info, message, help, missing.read.span)
                }
                _ => return,
            };
            found.push(missing.finding_at(self.code(), severity, message, help, at, place));
        });
    }
}

impl Lint for SeriesIntermittent {
    describe!(
        "series-intermittent",
        Info,
        "series that come and go on the server which was asked, and are not there now"
    );

    fn options(&self) -> &'static [LintOption] {
        &[MIN_AGE]
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let min_age = cx.levels.duration_ms(self, "min_age");
        each_missing(cx, at, |missing| {
            let Why::Intermittent(times, last) = missing.why else {
                return;
            };
            let age = missing.observed.asked - last;
            if age < min_age {
                return;
            }
            let message = format!(
                "{} had such series {times} times in the last {}, most lately {} ago: in between, nothing comes of this",
                missing.observed.address,
                span(missing.observed),
                about(age)
            );
            let help = "Let the program set it to zero when it starts, or write what to do without it: `or vector(0)`.";
            found.push(missing.finding(self.code(), Severity::Info, message, help.to_owned(), at));
        });
    }
}

impl Missing<'_> {
    fn finding(
        &self,
        code: &'static str,
        severity: Severity,
        message: String,
        help: String,
        at: ExpressionAt<'_>,
    ) -> Diagnostic {
        self.finding_at(code, severity, message, help, at, self.read.span)
    }

    fn finding_at(
        &self,
        code: &'static str,
        severity: Severity,
        message: String,
        help: String,
        at: ExpressionAt<'_>,
        span: Span,
    ) -> Diagnostic {
        finding(code, severity, message, at.file, at.expr, span).with_help(help)
    }
}

/// Goes through the selectors of an expression that select nothing.
fn each_missing(cx: &Context<'_>, at: ExpressionAt<'_>, mut report: impl FnMut(&Missing<'_>)) {
    let Some(observed) = cx.server(at.file.path()) else {
        return;
    };
    // Variables of dashboards stand for anything.
    let varies = matches!(at.place, Place::Target(_)) && at.expr.text.as_str().contains('$');
    if varies || !at.expr.parsed.errors.is_empty() {
        return;
    }
    for read in observed::reads(&at.expr.parsed.expr) {
        let Some(SelectorSeen::Absent(absence)) = observed.selectors.get(&read.text) else {
            continue;
        };
        let is_there = |text: &String| matches!(observed.selectors.get(text), Some(SelectorSeen::Now(_)));
        if read.stand_ins.iter().any(is_there) {
            continue;
        }
        let why = why(observed, &read, absence);
        report(&Missing {
            observed,
            read: &read,
            why,
        });
    }
}

fn why<'a>(observed: &Observed, read: &'a Read<'a>, absence: &'a Absence) -> Why<'a> {
    let Some(last_of_name) = absence.name.last() else {
        return Why::NeverSeen;
    };
    let matcher_of = |seen: &MatcherSeen| {
        let mut matchers = read.selector.matchers.iter();
        matchers.find(|matcher| matcher.name.name == seen.label)
    };
    for seen in &absence.matchers {
        let Some(matcher) = matcher_of(seen) else { continue };
        if seen.with_label.is_empty() {
            return Why::LabelNeverSeen(matcher);
        }
        if seen.fitting.is_empty() {
            return Why::ValueNeverSeen(matcher, seen);
        }
    }
    // Where the name is gone altogether, its labels do not matter.
    let is_gone = last_of_name + observed.window.step < observed.asked;
    match (absence.whole.last(), absence.whole.stretches.len()) {
        (None, _) if is_gone => Why::Gone(last_of_name),
        (None, _) => Why::NeverTogether,
        (Some(last), 1) => Why::Gone(last),
        (Some(last), times) => Why::Intermittent(times, last),
    }
}

/// Who declares a name that a server has never had.
enum Declared {
    ByRule,
    Elsewhere,
}

fn declared(catalog: &Catalog, name: &str) -> Option<Declared> {
    let facts = catalog.lookup(name)?;
    let mut origins = facts.variants.iter().filter_map(|variant| variant.metric);
    let by_rule = origins.any(|id| matches!(catalog.metric(id).origin, Origin::Rule(_)));
    Some(if by_rule {
        Declared::ByRule
    } else {
        Declared::Elsewhere
    })
}

fn never_seen_help(observed: &Observed, name: &str) -> String {
    let known: Vec<&str> = observed.names.iter().map(String::as_str).collect();
    match crate::model::reader::nearest(name, &known) {
        Some(near) => format!("Did you mean {near}?"),
        None => "Check its name, that what exposes it runs, and that this server scrapes it.".to_owned(),
    }
}

/// How grave a value is that was never there, and the way out. A target's labels are there whenever the target is; others come
/// with what happens, unless they look like another one misspelt.
fn value_help(seen: &MatcherSeen, value: &str) -> (Severity, String) {
    // Numbers are near each other without being misspelt, and a pattern is no value.
    let is_word = value
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | ':'))
        && value.chars().any(char::is_alphabetic);
    if let Some(near) = seen.nearest(value).filter(|_| is_word) {
        return (Severity::Warning, format!("Did you mean {near:?}?"));
    }
    let is_target = matches!(seen.label.as_str(), "job" | "instance");
    let severity = if is_target {
        Severity::Warning
    } else {
        Severity::Info
    };
    let shown: Vec<&str> = seen.values.iter().take(8).map(String::as_str).collect();
    let more = if seen.values.len() > shown.len() {
        ", …"
    } else {
        ""
    };
    let had = match shown.is_empty() {
        true => "Check the value.".to_owned(),
        false => format!("It has had {}{more}.", shown.join(", ")),
    };
    let help = match is_target {
        true => had,
        false => format!("{had} If it comes with the first event, nothing is wrong."),
    };
    (severity, help)
}

/// How far back it was asked.
fn span(observed: &Observed) -> String {
    about(observed.window.length())
}

/// A time for people: in hours where it is long, else in minutes.
fn about(ms: i64) -> String {
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    let unit = if ms >= 24 * HOUR { HOUR } else { MINUTE };
    format_duration(((ms + unit / 2) / unit).max(1) * unit)
}

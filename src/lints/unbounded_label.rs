//! `unbounded-label`: a label that source gives a new value again and again, each of which is a series more.

use super::declared::declared;
use super::{Context, Lint, describe};
use crate::catalog::{LabelUse, Metric, Unbounded, Values};
use crate::diagnostic::{Diagnostic, Location, Severity};

/// See the module.
pub(super) struct UnboundedLabel;

/// Endings of names of what is measured.
const MEASURED: [&str; 8] = [
    "_bytes",
    "_kb",
    "_mb",
    "_gb",
    "_seconds",
    "_ms",
    "_milliseconds",
    "_timestamp",
];

/// Names of what identifies one among many.
const IDENTIFIERS: [&str; 12] = [
    "user_id",
    "request_id",
    "session_id",
    "trace_id",
    "span_id",
    "correlation_id",
    "transaction_id",
    "order_id",
    "customer_id",
    "message_id",
    "email",
    "uuid",
];

impl Lint for UnboundedLabel {
    describe!(
        "unbounded-label",
        Warning,
        "a label that the source gives ever new values, each of which is a series of its own"
    );

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for (metric, place, _) in declared(cx) {
            found.extend(
                metric
                    .label_uses
                    .iter()
                    .filter_map(|one| self.of_use(metric, one)),
            );
            let unseen = metric.labels.iter().filter(|(name, label)| {
                let is_set = metric.label_uses.iter().any(|one| one.label == *name);
                label.values == Values::Any && !is_set
            });
            found.extend(unseen.filter_map(|(name, _)| self.of_name(metric, name, place)));
        }
    }
}

impl UnboundedLabel {
    fn of_use(&self, metric: &Metric, one: &LabelUse) -> Option<Diagnostic> {
        let (what, help) = match one.unbounded? {
            Unbounded::Path => (
                "the path of the request as it came: each one that is ever asked for",
                "Give it the template of the route, such as /users/{id}, and one value for all that match none.",
            ),
            Unbounded::Identifier => (
                "what identifies one among many: each one",
                "Leave it out: single cases are for logs and traces.",
            ),
            Unbounded::Message => (
                "the text of an exception: each new one",
                "Give it the class of the exception, and log the text.",
            ),
            Unbounded::Moment => (
                "the time: each moment",
                "Leave it out, or make it the value of a gauge.",
            ),
            Unbounded::Method => (
                "the method of the request as it came: each one that a client makes up",
                "Give it one of the methods that you know, and one value for all others.",
            ),
        };
        let severity = match one.unbounded? {
            Unbounded::Method => Severity::Info,
            _ => Severity::Warning,
        };
        let message = format!(
            "the label {} of {} is {what} is a series of its own, for ever",
            one.label, metric.name
        );
        let (file, range) = (&one.location.file, one.location.range.clone());
        Some(Diagnostic::new(self.code(), severity, message, file, range).with_help(help))
    }

    /// A label that nothing is seen to set, by its name.
    fn of_name(&self, metric: &Metric, label: &str, place: &Location) -> Option<Diagnostic> {
        let (what, help) = if IDENTIFIERS.contains(&label) {
            (
                "identifies one among many",
                "Leave it out: single cases are for logs and traces.",
            )
        } else if MEASURED.iter().any(|ending| label.ends_with(ending)) {
            (
                "is a number that is measured",
                "Give it a few classes, such as 0-10 and 10-50, or observe it with a histogram of its own.",
            )
        } else {
            return None;
        };
        let message = format!(
            "by its name, the label {label} of {} {what}: each new value is a series of its own, for ever",
            metric.name
        );
        let (file, range) = (&place.file, place.range.clone());
        Some(Diagnostic::new(self.code(), Severity::Warning, message, file, range).with_help(help))
    }
}

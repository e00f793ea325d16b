//! `unreached-route`: a route of Alertmanager that no alert comes to.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use super::alerts::{self, Alert};
use super::tree::{self, Blocked};
use crate::analysis::LabelValues;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lints::{Context, Lint, describe};
use crate::model::alertmanager::{AlertmanagerConfig, Route};

/// See the module.
pub(in crate::lints) struct UnreachedRoute;

impl Lint for UnreachedRoute {
    describe!(
        "unreached-route",
        Error,
        "a route of Alertmanager that no alert comes to"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for config in cx.project.alertmanagers() {
            let Some(root) = &config.route else { continue };
            let mut blocked = HashSet::new();
            tree::blocked(root, &mut |route, why| {
                blocked.insert(address(route));
                found.push(self.blocked(config, route, &why));
            });
            let Some(alerts) = alerts::sent(cx, config) else {
                continue;
            };
            let mut reached = HashSet::new();
            for alert in &alerts {
                tree::descend(root, alert, &mut |route| {
                    reached.insert(address(route));
                });
            }
            let mut open: Vec<&Route> = root.routes.iter().collect();
            while let Some(route) = open.pop() {
                if blocked.contains(&address(route)) {
                    continue;
                }
                match reached.contains(&address(route)) {
                    true => open.extend(&route.routes),
                    false => found.push(self.unmatched(config, route, &alerts)),
                }
            }
        }
    }
}

/// By what a route can be recognised while its configuration is borrowed.
fn address(route: &Route) -> usize {
    std::ptr::from_ref(route).addr()
}

fn place(route: &Route) -> Range<usize> {
    route.marks.range.clone().unwrap_or(route.range.clone())
}

impl UnreachedRoute {
    fn blocked(&self, config: &AlertmanagerConfig, route: &Route, why: &Blocked<'_>) -> Diagnostic {
        let file = &config.file;
        let new =
            |message: String| Diagnostic::new(self.code(), Severity::Error, message, file, place(route));
        match why {
            Blocked::Before(before) => {
                new("no alert comes here: an earlier route takes all of them".to_owned())
                    .with_secondary(file, place(before), "takes them first")
                    .with_help("Write the narrower route first, or give the earlier one `continue: true`.")
            }
            Blocked::Contradiction(one, other) => new(format!(
                "no alert comes here: none is both {one} and {other}"
            ))
            .with_help("A route takes what all its matchers take, those of the routes above it among them."),
        }
    }

    fn unmatched(&self, config: &AlertmanagerConfig, route: &Route, alerts: &[Alert<'_>]) -> Diagnostic {
        let message = format!("no alert that is loaded here has {}", route.marks.text());
        let help = match known_values(route, alerts) {
            Some((label, values)) => format!("The alerts have {label} {}.", values.join(", ")),
            None => "Alerts of rules that are kept elsewhere are not known here.".to_owned(),
        };
        let file = &config.file;
        let finding = Diagnostic::new(self.code(), Severity::Warning, message, file, place(route));
        finding.with_help(help)
    }
}

/// The values that all alerts together have for the label that keeps them from a route, where they are few.
fn known_values<'c>(route: &'c Route, alerts: &[Alert<'_>]) -> Option<(&'c str, Vec<String>)> {
    route.marks.matchers.iter().find_map(|matcher| {
        let mut values = BTreeSet::new();
        for alert in alerts {
            match alert.label(&matcher.name) {
                LabelValues::Among(known) => values.extend(known),
                LabelValues::AllBut(_) => return None,
            }
        }
        let fits = values.iter().any(|value| matcher.matches(value));
        values.remove("");
        let shown = !fits && matcher.name != "alertname" && (1..=6).contains(&values.len());
        shown.then(|| (matcher.name.as_str(), values.into_iter().collect()))
    })
}

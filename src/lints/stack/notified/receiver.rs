//! `unreached-receiver`: a receiver of Alertmanager that no route names.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::alertmanager::Route;
use crate::model::reader::nearest;

/// See the module.
pub(in crate::lints) struct UnreachedReceiver;

impl Lint for UnreachedReceiver {
    describe!(
        "unreached-receiver",
        Warning,
        "a receiver of Alertmanager that no route names"
    );

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for config in cx.project.alertmanagers() {
            let mut named = HashSet::new();
            let mut open: Vec<&Route> = config.route.iter().collect();
            while let Some(route) = open.pop() {
                named.extend(route.receiver.as_ref().map(|name| name.as_str()));
                open.extend(&route.routes);
            }
            if named.is_empty() {
                continue;
            }
            let names = config
                .receivers
                .iter()
                .filter_map(|receiver| receiver.name.as_ref());
            for name in names.filter(|name| !named.contains(name.as_str())) {
                let message = format!("no route names {}: nobody is told through it", name.as_str());
                let mut others: Vec<&str> = named.iter().copied().collect();
                others.sort_unstable();
                let help = match nearest(name.as_str(), &others) {
                    Some(near) => format!("Name it in a route (one names {near}), or remove it."),
                    None => "Name it in a route, or remove it.".to_owned(),
                };
                let range = name.whole(&config.file);
                let finding = Diagnostic::new(self.code(), self.severity(), message, &config.file, range);
                found.push(finding.with_help(help));
            }
        }
    }
}

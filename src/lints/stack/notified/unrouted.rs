//! `unrouted-alert`: alerts that no route takes, where nobody is behind the root.

use super::{alerts, tree};
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::text::Text;

/// See the module.
pub(in crate::lints) struct UnroutedAlert;

impl Lint for UnroutedAlert {
    describe!(
        "unrouted-alert",
        Warning,
        "alerts that no route of Alertmanager takes, so that they go to a receiver that tells nobody"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for config in cx.project.alertmanagers() {
            let Some(root) = &config.route else { continue };
            let Some(name) = &root.receiver else { continue };
            let is_root = |own: &Option<Text>| own.as_ref().is_some_and(|own| own.as_str() == name.as_str());
            let receiver = config.receivers.iter().find(|receiver| is_root(&receiver.name));
            if receiver.is_none_or(|receiver| !receiver.integrations.is_empty()) {
                continue;
            }
            let alerts = alerts::sent(cx, config).unwrap_or_default();
            let stays = |alert: &&alerts::Alert<'_>| {
                let mut routes = 0;
                tree::descend(root, alert, &mut |_| routes += 1);
                routes == 1
            };
            let lost: Vec<&alerts::Alert<'_>> = alerts.iter().filter(stays).collect();
            if lost.is_empty() {
                continue;
            }
            let names: Vec<&str> = lost.iter().take(3).map(|alert| alert.name.as_str()).collect();
            let more = match lost.len() - names.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let message = format!(
                "nobody is told of {}{more}: no route takes them, and {} tells nobody",
                names.join(", "),
                name.as_str()
            );
            let help = "Give the receiver a way to reach somebody, or a route to these alerts; one that takes them and tells nobody says that this is meant.";
            let range = name.whole(&config.file);
            let finding = Diagnostic::new(self.code(), self.severity(), message, &config.file, range);
            let finding = lost.iter().take(3).fold(finding, |finding, alert| {
                let file = &alert.at.file.file;
                finding.with_secondary(file, alert.name.whole(file), "no route takes it")
            });
            found.push(finding.with_help(help));
        }
    }
}

//! `missing-dashboard`: a dashboard that the settings ask for and that is not there, or does not show what they ask.

use super::scope;
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::dashboard::Dashboard;
use crate::model::reader::nearest;
use crate::model::text::Text;

/// See the module.
pub(in crate::lints) struct MissingDashboard;

impl Lint for MissingDashboard {
    describe!(
        "missing-dashboard",
        Error,
        "a dashboard that the settings ask for, and that is not there or does not show what they ask"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        let Some(settings) = &cx.settings.file else { return };
        scope::each(cx, |requirement, scope| {
            let component = requirement.component.as_str();
            for wanted in &requirement.dashboards {
                let title = wanted.title.as_str();
                let mut report = |at: &Text, message: String, help: String| {
                    let finding = scope::finding(self, cx, message, at.whole(settings));
                    found.extend(finding.map(|finding| finding.with_help(help)));
                };
                let is_titled =
                    |board: &&&Dashboard| board.title.as_ref().is_some_and(|own| own.as_str() == title);
                let boards: Vec<&Dashboard> = scope.boards.iter().filter(is_titled).copied().collect();
                if boards.is_empty() {
                    let titles = scope
                        .boards
                        .iter()
                        .filter_map(|board| Some(board.title.as_ref()?.as_str()));
                    let help = match nearest(title, &titles.collect::<Vec<_>>()) {
                        Some(near) => format!("Did you mean {near}?"),
                        None => "Write the dashboard, or take it out of the requirements.".to_owned(),
                    };
                    report(
                        &wanted.title,
                        format!("{component} must have the dashboard {title}: there is none"),
                        help,
                    );
                    continue;
                }
                for metric in &wanted.shows {
                    let names = scope.derived(metric.as_str());
                    if !boards.iter().any(|board| scope::shows(board, &names)) {
                        let message = format!(
                            "{component} asks that {title} shows {}: it does not",
                            metric.as_str()
                        );
                        report(
                            metric,
                            message,
                            "Recording rules in between count, too.".to_owned(),
                        );
                    }
                }
            }
        });
    }
}

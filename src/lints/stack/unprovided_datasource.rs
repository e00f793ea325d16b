//! `unprovided-datasource`: a data source of Grafana where no service of the compose file answers.

use super::address;
use crate::deployment::Address;
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::datasources::Provisioned;
use crate::model::text::Text;

/// See the module.
pub(in crate::lints) struct UnprovidedDatasource;

impl Lint for UnprovidedDatasource {
    describe!(
        "unprovided-datasource",
        Warning,
        "a data source of Grafana where no service of the compose file answers"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        let is_known = |one: &&Provisioned| {
            let kind = one.kind.as_ref().map_or("", Text::as_str);
            !one.is_direct && ["prometheus", "alertmanager"].contains(&kind)
        };
        for sources in cx.project.datasources() {
            let file = &sources.file;
            let Some(deployment) = cx.deployments.around(file.path()).next() else {
                continue;
            };
            let urls = sources
                .all
                .iter()
                .filter(is_known)
                .filter_map(|one| one.url.as_ref());
            for url in urls {
                let Some(fault) = address::fault(deployment, &Address::read(url.as_str())) else {
                    continue;
                };
                let message = format!("nothing answers for this data source: {}", fault.message);
                let finding = Diagnostic::new(self.code(), self.severity(), message, file, url.whole(file));
                found.push(finding.with_help(fault.help));
            }
        }
    }
}

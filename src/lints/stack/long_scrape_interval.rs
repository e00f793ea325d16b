//! `long-scrape-interval`: targets that are scraped so seldom that their series have gaps.

use promql_syntax::{format_duration, parse_duration};

use crate::deployment::Deployment;
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::reader::Located;

/// See the module.
pub(in crate::lints) struct LongScrapeInterval;

/// How long a sample counts where nothing else is said, in milliseconds.
const LOOKBACK: i64 = 5 * 60_000;

impl Lint for LongScrapeInterval {
    describe!(
        "long-scrape-interval",
        Warning,
        "a scrape interval so long that one scrape that fails, or none at all, leaves a gap"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for deployment in cx.deployments.iter() {
            let config = deployment.config;
            let inherits = config.jobs.iter().any(|job| job.scrape_interval.is_none());
            let global = config.scrape_interval.as_ref().filter(|_| inherits);
            let own = config.jobs.iter().filter_map(|job| job.scrape_interval.as_ref());
            for interval in global.into_iter().chain(own) {
                found.extend(self.finding(deployment, interval));
            }
        }
    }
}

impl LongScrapeInterval {
    fn finding(&self, deployment: &Deployment<'_>, interval: &Located<i64>) -> Option<Diagnostic> {
        let server = deployment.server.as_ref();
        let flag = server.and_then(|server| server.flag("query.lookback-delta"));
        let lookback = flag
            .and_then(|text| parse_duration(text).ok())
            .unwrap_or(LOOKBACK);
        let shown = format_duration(lookback);
        let message = if interval.value >= lookback {
            format!(
                "a sample counts for {shown}: between two scrapes the series are gone, and alerts resolve"
            )
        } else if interval.value * 2 > lookback {
            format!(
                "a sample counts for {shown}: one scrape that fails leaves a gap, and alerts resolve in it"
            )
        } else {
            return None;
        };
        let help = format!(
            "Scrape at least every {}; values that stay the same cost next to nothing to store.",
            format_duration(lookback / 2)
        );
        let file = &deployment.config.file;
        let finding = Diagnostic::new(
            self.code(),
            self.severity(),
            message,
            file,
            interval.range.clone(),
        );
        Some(finding.with_help(help))
    }
}

//! `beyond-retention`: an expression that looks further back than Prometheus keeps its samples.

use std::path::Path;

use promql_syntax::{format_duration, parse_duration};

use super::analyses::finding;
use super::reach::reads;
use super::{Context, ExpressionAt, Lint, describe};
use crate::deployment::Deployment;
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct BeyondRetention;

/// The flag that says for how long samples are kept.
const FLAG: &str = "storage.tsdb.retention.time";

impl Lint for BeyondRetention {
    describe!(
        "beyond-retention",
        Warning,
        "an expression that looks further back than Prometheus keeps its samples"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(
        &self,
        cx: &Context<'_>,
        ExpressionAt { file, expr, .. }: ExpressionAt<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        if !expr.parsed.errors.is_empty() {
            return;
        }
        let Some(kept) = kept(cx, file.path()) else { return };
        for read in reads(&expr.parsed.expr)
            .into_iter()
            .filter(|read| read.age > kept)
        {
            let (age, shown) = (format_duration(read.age), format_duration(kept));
            let message = match read.newest >= kept {
                true => format!("this is {age} old, and Prometheus keeps {shown}: there is nothing"),
                false => {
                    format!("this looks {age} back, and Prometheus keeps {shown}: what is older is not there")
                }
            };
            found.push(
                finding(self.code(), self.severity(), message, file, expr, read.span).with_help(format!(
                    "Look less far back, or start Prometheus with a longer `--{FLAG}`."
                )),
            );
        }
    }
}

/// For how long samples are kept by what evaluates a file, in milliseconds: as the server says that was asked, else as it is
/// deployed.
fn kept(cx: &Context<'_>, path: &Path) -> Option<i64> {
    let told = cx.server(path).and_then(|observed| observed.retention);
    told.or_else(|| {
        let kept: Option<Vec<i64>> = cx.deployments.around(path).map(retention).collect();
        // Where one of them keeps more, the expression may be meant for that.
        kept?.into_iter().max()
    })
}

/// For how long the samples of a deployment are kept, in milliseconds, where its command says so and nothing else is read.
fn retention(deployment: &Deployment<'_>) -> Option<i64> {
    let config = deployment.config.file.text();
    if config.contains("remote_read") || config.contains("retention") {
        return None;
    }
    let server = deployment.server?;
    parse_duration(server.flag(FLAG)?).ok().filter(|kept| *kept > 0)
}

//! `unprovided-target`: a scrape target, or an Alertmanager, where no service of the compose file answers.

use std::ops::Range;

use super::address;
use crate::deployment::{Address, Deployment};
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::prometheus::{Relabelling, TargetGroup};

/// See the module.
pub(in crate::lints) struct UnprovidedTarget;

impl Lint for UnprovidedTarget {
    describe!(
        "unprovided-target",
        Warning,
        "a scrape target or an Alertmanager where no service of the compose file answers"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for deployment in cx.deployments.iter() {
            for job in &deployment.config.jobs {
                let outcome = "nothing answers for this target";
                self.targets(deployment, &job.targets, &job.relabelling, outcome, found);
            }
            let alerting = deployment.config.alerting.iter();
            for group in alerting.flat_map(|alerting| &alerting.alertmanagers) {
                let outcome = "this Alertmanager is told of no alert";
                self.targets(deployment, &group.targets, &group.relabelling, outcome, found);
            }
        }
    }
}

impl UnprovidedTarget {
    fn targets(
        &self,
        deployment: &Deployment<'_>,
        groups: &[TargetGroup],
        relabelling: &[Relabelling],
        outcome: &str,
        found: &mut Vec<Diagnostic>,
    ) {
        let file = &deployment.config.file;
        let mut look = |text: &str, range: Range<usize>| {
            let Some(fault) = address::fault(deployment, &Address::read(text)) else {
                return;
            };
            let message = format!("{outcome}: {}", fault.message);
            let finding = Diagnostic::new(self.code(), self.severity(), message, file, range);
            found.push(finding.with_help(fault.help));
        };
        let mut moves = relabelling
            .iter()
            .filter(|step| step.target_label == "__address__");
        if let Some(step) = moves.next_back() {
            // Something else is asked about the targets.
            if !step.replacement.contains('$') {
                look(&step.replacement, step.range.clone());
            }
            return;
        }
        if relabelling.iter().any(|step| step.action == "labelmap") {
            return;
        }
        for target in groups.iter().flat_map(|group| &group.targets) {
            look(target.as_str(), target.whole(file));
        }
    }
}

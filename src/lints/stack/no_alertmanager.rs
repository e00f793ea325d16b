//! `no-alertmanager`: alerts that are evaluated, in a configuration that sends them nowhere.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::deployment::normal;
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::rules::RuleFile;
use crate::model::text::Text;

/// See the module.
pub(in crate::lints) struct NoAlertmanager;

impl Lint for NoAlertmanager {
    describe!(
        "no-alertmanager",
        Warning,
        "alerts in a configuration of Prometheus that names no Alertmanager to send them to"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        let mut files: HashMap<PathBuf, Vec<&RuleFile>> = HashMap::new();
        for rules in cx.project.rule_files() {
            files.entry(normal(rules.file.path())).or_default().push(rules);
        }
        for deployment in cx.deployments.iter() {
            let config = deployment.config;
            let sends = config
                .alerting
                .as_ref()
                .is_some_and(|alerting| !alerting.alertmanagers.is_empty());
            if sends {
                continue;
            }
            let loaded = deployment
                .rule_globs
                .iter()
                .filter_map(|glob| Some((glob, glob.files.as_ref()?)));
            let mut loaded = loaded.flat_map(|(glob, paths)| paths.iter().map(move |path| (glob, path)));
            let first = loaded.find_map(|(glob, path)| {
                let mut rules = files.get(path)?.iter();
                rules.find_map(|rules| Some((glob, *rules, first_alert(rules)?)))
            });
            let Some((glob, rules, alert)) = first else {
                continue;
            };
            let message = "alerts are loaded, and no Alertmanager is named: nobody is told of them";
            let help =
                "Name it under `alerting`: `alertmanagers: [{static_configs: [{targets: [HOST:9093]}]}]`.";
            let range = glob.text.whole(&config.file);
            let finding = Diagnostic::new(self.code(), self.severity(), message, &config.file, range)
                .with_secondary(&rules.file, alert.whole(&rules.file), "such as this one")
                .with_help(help);
            found.push(finding);
        }
    }
}

fn first_alert(rules: &RuleFile) -> Option<&Text> {
    let mut all = rules.groups.iter().flat_map(|group| &group.rules);
    all.find_map(|rule| rule.alert.as_ref())
}

//! `empty-rule-glob`: a glob of rule files that matches none; `unloaded-rule-file`: a rule file that no glob matches.

use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use crate::deployment::{Deployment, RuleGlob, View, normal};
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::rules::RuleFile;

/// A glob that matches no file.
pub(in crate::lints) struct EmptyRuleGlob;

/// A rule file that no glob matches.
pub(in crate::lints) struct UnloadedRuleFile;

impl Lint for EmptyRuleGlob {
    describe!(
        "empty-rule-glob",
        Warning,
        "a glob under `rule_files` that matches no file"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for deployment in cx.deployments.iter() {
            for glob in &deployment.rule_globs {
                if glob.files.as_ref().is_some_and(Vec::is_empty) {
                    found.push(self.finding(cx, deployment, glob));
                }
            }
        }
    }
}

impl EmptyRuleGlob {
    fn finding(&self, cx: &Context<'_>, deployment: &Deployment<'_>, glob: &RuleGlob<'_>) -> Diagnostic {
        let file = &deployment.config.file;
        let place = deployment.view.place(file.path(), glob.text.as_str());
        let message = match (&deployment.view, place) {
            (View::Container { .. }, Some(place)) => format!(
                "no rule is loaded from here: in the container this is {}, where there is no file",
                seen_from(file.path(), &place).display()
            ),
            (View::Container { .. }, None) => {
                "no rule is loaded from here: nothing is mounted at that place of the container".to_owned()
            }
            _ => "no rule is loaded from here: there is no such file".to_owned(),
        };
        let help = "Prometheus starts all the same and says nothing. Name files that are there, or mount them there.";
        let range = glob.text.whole(file);
        let mut finding = Diagnostic::new(self.code(), self.severity(), message, file, range).with_help(help);
        for (unloaded, range) in unloaded(cx, deployment).take(3) {
            finding = finding.with_secondary(&unloaded.file, range, "these rules are not loaded");
        }
        finding
    }
}

/// A path as it is called beside a file.
fn seen_from(file: &Path, path: &Path) -> PathBuf {
    let folder = normal(file.parent().unwrap_or(Path::new("")));
    path.strip_prefix(folder).unwrap_or(path).to_owned()
}

impl Lint for UnloadedRuleFile {
    describe!(
        "unloaded-rule-file",
        Warning,
        "a rule file beside the configuration that its `rule_files` do not load"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for deployment in cx.deployments.iter() {
            let loads_something =
                |glob: &RuleGlob<'_>| glob.files.as_ref().is_some_and(|files| !files.is_empty());
            if !deployment.rule_globs.iter().any(loads_something) {
                // Where nothing is loaded, that is the finding.
                continue;
            }
            for (rules, range) in unloaded(cx, deployment) {
                found.push(self.finding(deployment, rules, range));
            }
        }
    }
}

impl UnloadedRuleFile {
    fn finding(&self, deployment: &Deployment<'_>, rules: &RuleFile, range: Range<usize>) -> Diagnostic {
        let config = &deployment.config.file;
        let message = format!(
            "{} does not load this file: its rules are never evaluated",
            config.path().file_name().unwrap_or_default().display()
        );
        let globs = deployment.rule_globs.iter();
        let finding = Diagnostic::new(self.code(), self.severity(), message, &rules.file, range);
        let finding = globs.take(3).fold(finding, |finding, glob| {
            finding.with_secondary(config, glob.text.whole(config), "does not match it")
        });
        finding.with_help("Name it under `rule_files`, or move it to where they look.")
    }
}

/// Folders with rules that are not meant to be loaded.
const ASIDE: [&str; 9] = [
    "test",
    "tests",
    "testdata",
    "fixtures",
    "example",
    "examples",
    "vendor",
    "node_modules",
    "archive",
];

/// The rule files below the configuration that it surely does not load, nor any other, each with its first group.
fn unloaded<'c>(
    cx: &'c Context<'_>,
    deployment: &'c Deployment<'_>,
) -> impl Iterator<Item = (&'c RuleFile, Range<usize>)> {
    let config = normal(deployment.config.file.path());
    let base = config.parent().unwrap_or(Path::new("")).to_owned();
    let is_ours = move |rules: &&RuleFile| {
        let path = normal(rules.file.path());
        let Ok(inside) = path.strip_prefix(&base) else {
            return false;
        };
        let is_aside = |part: Component<'_>| ASIDE.iter().any(|aside| part.as_os_str() == *aside);
        rules.resource.is_none()
            && !inside.components().any(is_aside)
            && deployment.loads(&path) == Some(false)
            && cx
                .deployments
                .iter()
                .all(|other| other.loads(&path) == Some(false))
    };
    let rule_files = cx.project.rule_files().filter(is_ours);
    rule_files.map(|rules| {
        let name = rules.groups.first().and_then(|group| group.name.as_ref());
        (rules, name.map_or(0..0, |name| name.whole(&rules.file)))
    })
}

//! Rules and dashboards that other people wrote, where they are at hand: all of them must parse, and nothing must be
//! called wrong in them that Prometheus takes.

#[path = "support/shared.rs"]
mod shared;

use std::collections::BTreeMap;

use rulecheck::catalog::Catalogs;
use rulecheck::diagnostic::{Diagnostic, Severity};
use rulecheck::lints::Options;
use rulecheck::model::settings::Settings;
use rulecheck::project::Project;
use rulecheck::source::discover::{FoundFile, discover};
use shared::shared;

fn load(folder: &str) -> Option<Project> {
    let folder = shared(&format!("corpus/{folder}"))?;
    let found = discover(&folder, std::slice::from_ref(&folder), &[], &[]).expect("no globs");
    assert!(found.errors.is_empty(), "{:?}", found.errors);
    Some(Project::load(&found.files, false))
}

fn lint(project: &Project, options: &Options) -> Vec<Diagnostic> {
    let catalogs = Catalogs::new(project, &[], &Settings::default()).expect("nothing is set");
    rulecheck::lints::run(project, &catalogs, options)
}

/// Prometheus takes these files, so there is nothing in them that it refuses.
fn assert_nothing_refused(project: &Project) {
    let refused: Vec<String> = rulecheck::lints::refusals(project)
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(|d| format!("{}: {}", d.primary.location.file.path().display(), d.message))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

/// The alerts that certainly cannot work as they are written, each of which was judged by hand.
fn assert_hopeless(project: &Project, wanted: &[(&str, usize)]) {
    let (mut all, mut counts) = (BTreeMap::new(), BTreeMap::new());
    for finding in lint(project, &Options::default()) {
        *all.entry((finding.code, finding.severity.as_str())).or_insert(0) += 1;
        if finding.severity == Severity::Error {
            *counts.entry(finding.code).or_insert(0) += 1;
        }
    }
    for ((code, severity), count) in all {
        println!("{count} {severity}[{code}]");
    }
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), wanted);
}

/// What is mended reads as before and leaves nothing to mend.
fn assert_mends(project: &Project) {
    let options = rulecheck::lints::Options::default();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut mended = 0;
    for (number, file) in rulecheck::fix::mend(&lint(project, &options)).iter().enumerate() {
        let path = folder.path().join(format!("{number}.yml"));
        std::fs::write(&path, &file.text).expect("a file");
        let again = Project::load(&[FoundFile { path, named: true }], false);
        let mut left = lint(&again, &options);
        left.retain(|finding| finding.fix.is_some());
        left.extend(rulecheck::lints::refusals(&again));
        let left = left
            .iter()
            .filter(|finding| finding.severity == Severity::Error || finding.fix.is_some());
        let left: Vec<&str> = left.map(|finding| finding.message.as_str()).collect();
        assert!(left.is_empty(), "{}: {left:?}", file.file.path().display());
        mended += file.count;
    }
    println!("{mended} findings mended");
}

#[test]
fn awesome_prometheus_alerts() {
    let Some(project) = load("awesome-prometheus-alerts") else {
        return;
    };
    assert_nothing_refused(&project);
    // Counts below one, sums of zeros above zero; hits added to misses, limits joined with what has no `limit`.
    assert_hopeless(
        &project,
        &[("comparison-never-true", 4), ("sides-never-match", 11)],
    );
    assert_mends(&project);
    let alerts = project
        .rule_files()
        .flat_map(|f| &f.groups)
        .flat_map(|g| &g.rules);
    let alerts = alerts.filter(|rule| rule.alert.is_some()).count();
    println!(
        "{} files, {} rules, {alerts} of them alerts",
        project.files.len(),
        project.rule_count()
    );
    assert_eq!((project.files.len(), alerts), (112, 954));
}

#[test]
fn kube_prometheus() {
    let Some(project) = load("kube-prometheus") else {
        return;
    };
    assert_nothing_refused(&project);
    assert_hopeless(&project, &[]);
    assert_mends(&project);
    let panels: Vec<_> = project.dashboards().flat_map(|d| &d.panels).collect();
    let queries: Vec<_> = panels.iter().flat_map(|p| &p.targets).collect();
    let templated = queries
        .iter()
        .filter(|t| t.expr.text.as_str().contains('$'))
        .count();
    println!(
        "{} files, {} rules, {} dashboards, {} panels, {} queries, {templated} of them with variables",
        project.files.len(),
        project.rule_count(),
        project.dashboards().count(),
        panels.len(),
        queries.len()
    );
    assert!(project.rule_count() > 200 && queries.len() > 400 && templated > 300);
}

//! Runs the lints over a project.

use std::collections::HashMap;
use std::path::Path;

use jiff::ZonedDateTime;
use jiff::civil::Date;
use rayon::prelude::*;

use super::{
    Analyses, Context, ExpressionAt, Levels, Lint, PanelAt, Place, REGISTRY, Recordings, RuleAt, TargetAt,
    Templates, VariableAt, suppress,
};
use crate::catalog::Catalogs;
use crate::deployment::Deployments;
use crate::diagnostic::Diagnostic;
use crate::model::Document;
use crate::model::dashboard::Dashboard;
use crate::model::rules::RuleFile;
use crate::model::settings::Settings;
use crate::model::unit_tests::UnitTestFile;
use crate::project::Project;

/// How lints are run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The settings of the repository.
    pub settings: Settings,
    /// What they make of the lints.
    pub levels: Levels,
    /// Whether the project is all that there is, rather than files that were named.
    pub whole: bool,
}

/// Runs all lints. Findings come in the order of files and places, those of reading among them; what is known is left
/// out.
pub fn run(project: &Project, catalogs: &Catalogs, options: &Options) -> Vec<Diagnostic> {
    let cx = &Context {
        project,
        settings: &options.settings,
        levels: &options.levels,
        whole: options.whole,
        catalogs,
        deployments: Deployments::of(project),
        templates: Templates::of(project),
        analyses: Analyses::of(project, catalogs),
        recordings: Recordings::of(project, catalogs),
        today: ZonedDateTime::now().date(),
    };
    let on = REGISTRY
        .iter()
        .copied()
        .filter(|lint| !options.levels.is_off(lint.code()));
    let mut found = run_these(&on.collect::<Vec<_>>(), cx);
    found.retain(|finding| !options.levels.is_off(finding.code));
    suppress::apply(cx, &mut found);
    for finding in &mut found {
        if let Some(Some(severity)) = options.levels.level(finding.code) {
            finding.severity = severity;
        }
    }
    sort(project, &mut found);
    found
}

/// Finds only what Prometheus, promtool or rulecheck's own tests refuse.
pub fn refusals(project: &Project) -> Vec<Diagnostic> {
    let refusing = REGISTRY.iter().copied().filter(|lint| lint.is_refusal());
    let options = Options::default();
    let cx = &Context {
        project,
        settings: &options.settings,
        levels: &options.levels,
        whole: false,
        catalogs: &Catalogs::default(),
        deployments: Deployments::default(),
        templates: Templates::of(project),
        analyses: Analyses::default(),
        recordings: Recordings::default(),
        today: Date::default(),
    };
    let mut found = run_these(&refusing.collect::<Vec<_>>(), cx);
    sort(project, &mut found);
    found
}

fn run_these(lints: &[&dyn Lint], cx: &Context<'_>) -> Vec<Diagnostic> {
    let per_file = cx.project.files.par_iter().map(|file| {
        let mut found = file.diagnostics.clone();
        for document in &file.documents {
            for lint in lints {
                document_with(*lint, cx, document, &mut found);
            }
        }
        found
    });
    let mut found = per_file.collect::<Vec<_>>().concat();
    for lint in lints {
        lint.project(cx, &mut found);
    }
    found
}

/// Puts findings into the order of files and places.
fn sort(project: &Project, found: &mut [Diagnostic]) {
    let files = project.files.iter().enumerate();
    let numbers: HashMap<&Path, usize> = files.map(|(number, file)| (file.source.path(), number)).collect();
    let place = |diagnostic: &Diagnostic| {
        let location = &diagnostic.primary.location;
        let number = numbers.get(location.file.path()).copied();
        (number.unwrap_or(usize::MAX), location.range.start)
    };
    found.sort_by(|a, b| {
        let ((a_file, a_start), (b_file, b_start)) = (place(a), place(b));
        let path = |diagnostic: &Diagnostic| diagnostic.primary.location.file.path().to_owned();
        // Source is not numbered.
        let files = a_file.cmp(&b_file).then_with(|| match a_file {
            usize::MAX => path(a).cmp(&path(b)),
            _ => std::cmp::Ordering::Equal,
        });
        files.then(a_start.cmp(&b_start))
    });
}

fn document_with(lint: &dyn Lint, cx: &Context<'_>, document: &Document, found: &mut Vec<Diagnostic>) {
    match document {
        Document::Rules(rules) => rules_with(lint, cx, rules, found),
        Document::Dashboard(board) => dashboard_with(lint, cx, board, found),
        Document::UnitTests(tests) => tests_with(lint, cx, tests, found),
        Document::Script(script) => lint.script(cx, script, found),
        _ => {}
    }
}

fn rules_with(lint: &dyn Lint, cx: &Context<'_>, file: &RuleFile, found: &mut Vec<Diagnostic>) {
    lint.rule_file(cx, file, found);
    for group in &file.groups {
        for rule in &group.rules {
            let before = found.len();
            let at = RuleAt { file, group, rule };
            lint.rule(cx, at, found);
            if let Some(expr) = &rule.expr {
                let place = Place::Rule(at);
                let file = &file.file;
                lint.expression(cx, ExpressionAt { file, expr, place }, found);
            }
            for diagnostic in &mut found[before..] {
                diagnostic.group = Some(group.name().to_owned());
                diagnostic.rule = Some(rule.name().to_owned());
            }
        }
    }
}

fn dashboard_with(lint: &dyn Lint, cx: &Context<'_>, board: &Dashboard, found: &mut Vec<Diagnostic>) {
    let title = board.title.as_ref().map(|t| t.as_str().to_owned());
    let before = found.len();
    lint.dashboard(cx, board, found);
    for variable in &board.variables {
        if let Some(expr) = variable.asks.as_ref().and_then(|asks| asks.expr.as_ref()) {
            let place = Place::Variable(VariableAt { board, variable });
            let file = &board.file;
            lint.expression(cx, ExpressionAt { file, expr, place }, found);
        }
    }
    for diagnostic in &mut found[before..] {
        diagnostic.group = title.clone();
    }
    for panel in &board.panels {
        let before = found.len();
        lint.panel(cx, PanelAt { board, panel }, found);
        for target in &panel.targets {
            let at = TargetAt { board, panel, target };
            lint.target(cx, at, found);
            let (file, expr, place) = (&board.file, &target.expr, Place::Target(at));
            lint.expression(cx, ExpressionAt { file, expr, place }, found);
        }
        for diagnostic in &mut found[before..] {
            diagnostic.group = title.clone();
            diagnostic.rule = panel.title.as_ref().map(|t| t.as_str().to_owned());
        }
    }
}

fn tests_with(lint: &dyn Lint, cx: &Context<'_>, file: &UnitTestFile, found: &mut Vec<Diagnostic>) {
    for test in &file.tests {
        let known = found.len();
        lint.test(cx, file, test, found);
        if test.row.is_some() {
            // The rows of a test share most of their texts.
            let new = found.split_off(known);
            let is_new = |new: &Diagnostic| !found.iter().any(|known| known.is_same_as(new));
            let new: Vec<Diagnostic> = new.into_iter().filter(is_new).collect();
            found.extend(new);
        }
    }
}

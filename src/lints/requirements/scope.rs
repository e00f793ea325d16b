//! Where a requirement looks: the rules and dashboards around a configuration, or all, and who reads what among them.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use promql_syntax::ast::{Expr, MatchOp};

use crate::catalog::Catalog;
use crate::deployment::Deployment;
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, RuleAt};
use crate::model::dashboard::Dashboard;
use crate::model::settings::Requirement;
use crate::source::SourceFile;

/// Where a requirement looks.
pub(super) struct Scope<'p> {
    /// The alerts, in the order of the files.
    pub(super) alerts: Vec<RuleAt<'p>>,
    /// The dashboards.
    pub(super) boards: Vec<&'p Dashboard>,
    /// The metrics that are known there.
    pub(super) catalog: &'p Catalog,
    /// Recorded names by the names that they are made of.
    recorded: HashMap<&'p str, Vec<&'p str>>,
}

/// The series that a metric may be read by: a counter, or the parts of a histogram or a summary.
const PARTS: [&str; 5] = ["", "_total", "_bucket", "_sum", "_count"];

/// The names of the series of a metric.
pub(super) fn series(metric: &str) -> impl Iterator<Item = String> {
    PARTS.iter().map(move |part| format!("{metric}{part}"))
}

/// Calls back for each requirement that can be judged, with where it looks.
pub(super) fn each<'p>(cx: &Context<'p>, mut look: impl FnMut(&'p Requirement, &Scope<'p>)) {
    // Most requirements look in the same place.
    let mut known: Vec<(Option<&str>, Scope<'p>)> = Vec::new();
    for requirement in &cx.settings.requirements {
        let config = requirement.config.as_ref().map(|config| config.as_str());
        let at = match known.iter().position(|(known, _)| *known == config) {
            Some(at) => at,
            None => {
                let Some(scope) = Scope::of(cx, config) else {
                    continue;
                };
                known.push((config, scope));
                known.len() - 1
            }
        };
        look(requirement, &known[at].1);
    }
}

impl<'p> Scope<'p> {
    /// What is around a configuration, or everything; nothing where that was not looked at as a whole.
    fn of(cx: &Context<'p>, config: Option<&str>) -> Option<Scope<'p>> {
        let Some(config) = config else {
            let anywhere = Path::new("");
            return cx
                .whole
                .then(|| Scope::new(cx, cx.catalog(anywhere), |_| true, |_| true));
        };
        let settings = cx.settings.file.as_ref()?.path();
        let wanted = settings.parent()?.join(config).canonicalize().ok()?;
        let is_wanted = |one: &&Deployment<'p>| {
            let path = one.config.file.path().canonicalize();
            path.is_ok_and(|path| path == wanted)
        };
        let deployment = cx.deployments.iter().find(is_wanted)?;
        let catalog = cx.catalog(deployment.config.file.path());
        let loaded = |path: &Path| deployment.loads(path) != Some(false);
        let around = |path: &Path| std::ptr::eq(cx.catalog(path), catalog);
        Some(Scope::new(
            cx,
            catalog,
            |path| around(path) && loaded(path),
            around,
        ))
    }

    fn new(
        cx: &Context<'p>,
        catalog: &'p Catalog,
        has_rules: impl Fn(&Path) -> bool,
        has_board: impl Fn(&Path) -> bool,
    ) -> Scope<'p> {
        let mut scope = Scope {
            alerts: Vec::new(),
            boards: cx
                .project
                .dashboards()
                .filter(|board| has_board(board.file.path()))
                .collect(),
            catalog,
            recorded: HashMap::new(),
        };
        for file in cx.project.rule_files().filter(|file| has_rules(file.file.path())) {
            for group in &file.groups {
                for rule in &group.rules {
                    if rule.alert.is_some() {
                        scope.alerts.push(RuleAt { file, group, rule });
                    }
                    let (Some(name), Some(expr)) = (&rule.record, &rule.expr) else {
                        continue;
                    };
                    for read in names(&expr.parsed.expr) {
                        scope.recorded.entry(read).or_default().push(name.as_str());
                    }
                }
            }
        }
        scope
    }

    /// The names of the series of a metric, and of those that are recorded from it.
    pub(super) fn derived(&self, metric: &str) -> HashSet<String> {
        let mut found: HashSet<String> = series(metric).collect();
        let mut open: Vec<String> = found.iter().cloned().collect();
        while let Some(name) = open.pop() {
            for recorded in self.recorded.get(name.as_str()).into_iter().flatten() {
                if found.insert((*recorded).to_owned()) {
                    open.push((*recorded).to_owned());
                }
            }
        }
        found
    }

    /// The alerts that read one of these series.
    pub(super) fn readers<'s>(&'s self, names: &'s HashSet<String>) -> impl Iterator<Item = RuleAt<'p>> + 's {
        self.alerts.iter().copied().filter(|at| reads(at, names))
    }

    /// The dashboards that show one of these series.
    pub(super) fn shown<'s>(
        &'s self,
        names: &'s HashSet<String>,
    ) -> impl Iterator<Item = &'p Dashboard> + 's {
        self.boards.iter().copied().filter(|board| shows(board, names))
    }
}

/// Whether an alert reads one of these series.
pub(super) fn reads(at: &RuleAt<'_>, wanted: &HashSet<String>) -> bool {
    let expr = at.rule.expr.as_ref().map(|expr| &expr.parsed.expr);
    expr.is_some_and(|expr| names(expr).any(|name| wanted.contains(name)))
}

/// Whether a panel of a dashboard reads one of these series.
pub(super) fn shows(board: &Dashboard, wanted: &HashSet<String>) -> bool {
    let mut targets = board.panels.iter().flat_map(|panel| &panel.targets);
    targets.any(|target| names(&target.written).any(|name| wanted.contains(name)))
}

/// The metrics that an expression names.
fn names(expr: &Expr) -> impl Iterator<Item = &str> {
    expr.selectors().into_iter().flat_map(|selector| {
        let named = selector.name.as_ref().map(|name| name.name.as_str());
        let is_name = |m: &&promql_syntax::ast::Matcher| m.name.name == "__name__" && m.op == MatchOp::Equal;
        let matched = selector.matchers.iter().filter(is_name).map(|m| m.value.as_str());
        named.into_iter().chain(matched)
    })
}

/// A finding about what the settings ask for.
pub(super) fn finding(
    lint: &dyn Lint,
    cx: &Context<'_>,
    message: String,
    range: std::ops::Range<usize>,
) -> Option<Diagnostic> {
    let file: Arc<SourceFile> = cx.settings.shown_file()?;
    Some(Diagnostic::new(
        lint.code(),
        lint.severity(),
        message,
        &file,
        range,
    ))
}

/// What something is for, in brackets behind its name.
pub(super) fn about(text: Option<&crate::model::text::Text>) -> String {
    text.map_or_else(String::new, |text| format!(" ({})", text.as_str()))
}

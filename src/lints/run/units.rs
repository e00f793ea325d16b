//! The pieces of a project that lints look at on their own, each with what is known of it.

use super::super::{Context, ExpressionAt, Lint, PanelAt, Place, RuleAt, TargetAt, Templates, VariableAt};
use super::Whole;
use crate::diagnostic::Diagnostic;
use crate::model::dashboard::Dashboard;
use crate::model::rules::{Group, Rule, RuleFile};
use crate::model::unit_tests::UnitTestFile;
use crate::model::{Document, ScriptFile};
use crate::project::Project;

/// So many rules are looked at together: enough that handing them out costs nothing beside them.
const RULES: usize = 16;

/// A piece of a project that is looked at without regard to others, but for what is known of the whole.
pub(super) enum Unit<'p> {
    /// A document of rules as a whole.
    RuleFile(&'p RuleFile),
    /// Some rules of a group.
    Rules(&'p RuleFile, &'p Group, &'p [Rule]),
    Dashboard(&'p Dashboard),
    Tests(&'p UnitTestFile),
    Script(&'p ScriptFile),
}

impl<'p> Unit<'p> {
    /// The pieces of a project, in the order of the files.
    pub(super) fn all(project: &'p Project) -> Vec<Unit<'p>> {
        let mut units = Vec::new();
        for document in project.files.iter().flat_map(|file| &file.documents) {
            match document {
                Document::Rules(file) => {
                    units.push(Unit::RuleFile(file));
                    for group in &file.groups {
                        let parts = group.rules.chunks(RULES);
                        units.extend(parts.map(|rules| Unit::Rules(file, group, rules)));
                    }
                }
                Document::Dashboard(board) => units.push(Unit::Dashboard(board)),
                Document::UnitTests(tests) => units.push(Unit::Tests(tests)),
                Document::Script(script) => units.push(Unit::Script(script)),
                _ => {}
            }
        }
        units
    }

    /// What lints find in it.
    pub(super) fn look(&self, lints: &[&dyn Lint], whole: &Whole<'p>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let cx = &self.context(whole);
        for lint in lints {
            match self {
                Unit::RuleFile(file) => lint.rule_file(cx, file, &mut found),
                Unit::Rules(file, group, rules) => rules_with(*lint, cx, (file, group, rules), &mut found),
                Unit::Dashboard(board) => dashboard_with(*lint, cx, board, &mut found),
                Unit::Tests(tests) => tests_with(*lint, cx, tests, &mut found),
                Unit::Script(script) => lint.script(cx, script, &mut found),
            }
        }
        found
    }

    /// What is known of the project, with what is found out about this piece alone: it is forgotten afterwards, so that
    /// a project of any size needs no more memory for it than its largest piece.
    fn context(&self, whole: &Whole<'p>) -> Context<'p> {
        let (analyses, templates) = match self {
            Unit::Rules(file, group, rules) => {
                let expressions = rules.iter().filter_map(|rule| rule.expr.as_ref());
                let analyses = whole.analyses(file.file.path(), expressions);
                (analyses, Templates::of(group, rules))
            }
            Unit::Dashboard(board) => {
                let analyses = whole.analyses(board.file.path(), board.expressions());
                (analyses, Templates::default())
            }
            Unit::RuleFile(_) | Unit::Tests(_) | Unit::Script(_) => Default::default(),
        };
        whole.context(analyses, templates)
    }
}

fn rules_with(
    lint: &dyn Lint,
    cx: &Context<'_>,
    (file, group, rules): (&RuleFile, &Group, &[Rule]),
    found: &mut Vec<Diagnostic>,
) {
    for rule in rules {
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

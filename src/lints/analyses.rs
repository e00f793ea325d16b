//! What is known of the expressions of a project, found out once for all lints: what is certain, and what is likely.

use std::collections::HashMap;

use promql_syntax::Span;
use promql_syntax::ast::Expr;
use rayon::prelude::*;

use crate::analysis::{self, Analysis, Facts, Recorded, Trust};
use crate::catalog::{Catalog, Catalogs};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::dashboard::Dashboard;
use crate::model::rules::{Expression, RuleFile};
use crate::project::Project;
use crate::refine::recording_rules;
use crate::source::SourceFile;

/// What is known of the expressions of a project. Of expressions with faults nothing is.
#[derive(Debug, Default)]
pub struct Analyses<'p> {
    /// By the address of the expression, which does not move while the project is borrowed.
    known: HashMap<usize, Known<'p>>,
}

/// What is known of an expression.
#[derive(Debug)]
pub struct Known<'p> {
    /// What is certain.
    pub proven: Analysis<'p>,
    /// What is likely.
    pub likely: Analysis<'p>,
}

impl<'p> Analyses<'p> {
    /// Finds out about all expressions of rules and dashboards.
    pub fn of(project: &'p Project, catalogs: &Catalogs) -> Analyses<'p> {
        let mut known = HashMap::new();
        for stack in catalogs.stacks() {
            let belongs = |path: &std::path::Path| std::ptr::eq(catalogs.of(path), &stack.catalog);
            let rules = project.rule_files().filter(|file| belongs(file.file.path()));
            let boards = project.dashboards().filter(|board| belongs(board.file.path()));
            known.extend(of_stack(
                &stack.catalog,
                &rules.collect::<Vec<_>>(),
                &boards.collect::<Vec<_>>(),
            ));
        }
        Analyses { known }
    }

    /// What is known of an expression.
    pub fn get(&self, expression: &Expression) -> Option<&Known<'p>> {
        self.known.get(&address(expression))
    }
}

fn of_stack<'p>(
    catalog: &Catalog,
    files: &[&'p RuleFile],
    boards: &[&'p Dashboard],
) -> Vec<(usize, Known<'p>)> {
    let of_groups = files.iter().flat_map(|file| &file.groups);
    let recording = recording_rules(files);
    let [proven, likely] =
        [Trust::Proven, Trust::Likely].map(|trust| (trust, Recorded::of_rules(&recording, catalog, trust)));
    let of_rules = of_groups
        .flat_map(|group| &group.rules)
        .filter_map(|rule| rule.expr.as_ref());
    let of_panels = boards
        .iter()
        .flat_map(|board| &board.panels)
        .flat_map(|panel| &panel.targets)
        .map(|target| &target.expr);
    let of_variables = boards
        .iter()
        .flat_map(|board| &board.variables)
        .filter_map(|variable| variable.asks.as_ref()?.expr.as_ref());
    let expressions: Vec<&'p Expression> = of_rules.chain(of_panels).chain(of_variables).collect();
    let sound = expressions
        .into_par_iter()
        .filter(|expr| expr.parsed.errors.is_empty());
    let analysed = sound.map(|expr| {
        let analyse = |(trust, recorded): &(Trust, Recorded)| {
            let context = analysis::Context {
                trust: *trust,
                recorded: Some(recorded),
            };
            analysis::analyse(&expr.parsed.expr, catalog, &context)
        };
        let known = Known {
            proven: analyse(&proven),
            likely: analyse(&likely),
        };
        (address(expr), known)
    });
    analysed.collect()
}

fn address(expression: &Expression) -> usize {
    std::ptr::from_ref(&expression.parsed.expr).addr()
}

impl<'p> Known<'p> {
    /// The analysis behind a finding of this severity.
    pub(super) fn strength(&self, severity: Severity) -> &Analysis<'p> {
        match severity {
            Severity::Error => &self.proven,
            _ => &self.likely,
        }
    }

    /// The facts of a part of the expression that show something, and how grave it is: an error where it is certain, a
    /// warning where it is likely.
    pub(super) fn shown<T>(&self, part: &Expr, show: impl Fn(&Facts) -> Option<T>) -> Option<(Severity, T)> {
        let certain = show(&self.proven.facts(part)).map(|shown| (Severity::Error, shown));
        certain.or_else(|| show(&self.likely.facts(part)).map(|shown| (Severity::Warning, shown)))
    }
}

/// The outermost part of an expression that loses a label which one of its operands may have.
pub(super) fn where_lost<'e>(known: &Known<'_>, expr: &'e Expr, label: &str) -> Option<&'e Expr> {
    let lacks = |part: &Expr| known.proven.facts(part).labels.surely_lacks(label);
    expr.nodes().into_iter().find(|part| {
        let operands = part.children();
        lacks(part) && !operands.is_empty() && operands.iter().any(|operand| !lacks(operand))
    })
}

/// A finding in a part of an expression.
pub(super) fn finding(
    code: &'static str,
    severity: Severity,
    message: String,
    file: &std::sync::Arc<SourceFile>,
    expr: &Expression,
    span: Span,
) -> Diagnostic {
    Diagnostic::new(code, severity, message, file, expr.text.locate(file, span.into()))
}

/// The reasons behind a fact as remarks in a finding, the nearest left out: the finding says that itself.
pub(super) fn with_reasons(
    mut finding: Diagnostic,
    why: &analysis::Why,
    file: &std::sync::Arc<SourceFile>,
    expr: &Expression,
) -> Diagnostic {
    for step in why.steps().skip(1).take(3) {
        let range = expr.text.locate(file, step.span.into());
        finding = finding.with_secondary(file, range, step.reason.as_str());
    }
    finding
}

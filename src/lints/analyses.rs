//! What is known of the expressions of a project, found out once for all lints: what is certain, and what is likely.

use std::path::Path;
use std::sync::OnceLock;

use promql_syntax::Span;
use promql_syntax::ast::Expr;

use crate::analysis::{self, Analysis, Facts, Recorded, Trust};
use crate::catalog::{Catalog, Catalogs};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::{Expression, RuleFile};
use crate::project::Project;
use crate::refine::recording_rules;
use crate::source::SourceFile;

/// What expressions are analysed by, found out once for a project.
#[derive(Debug, Default)]
pub struct Grounds<'p> {
    catalogs: Option<&'p Catalogs>,
    all: Vec<Ground<'p>>,
}

/// What the expressions of a stack are analysed by.
#[derive(Debug)]
pub struct Ground<'p> {
    catalog: &'p Catalog,
    files: Vec<&'p RuleFile>,
    /// What is certain and what is likely of recorded series.
    recorded: OnceLock<[Recorded; 2]>,
}

impl<'p> Grounds<'p> {
    /// Those of a project. What rules record is found out when it is asked for.
    pub fn of(project: &'p Project, catalogs: &'p Catalogs) -> Grounds<'p> {
        let mut all: Vec<Ground<'p>> = catalogs
            .stacks()
            .iter()
            .map(|stack| Ground::of(&stack.catalog))
            .collect();
        for file in project.rule_files() {
            let catalog = catalogs.of(file.file.path());
            if let Some(ground) = all
                .iter_mut()
                .find(|ground| std::ptr::eq(ground.catalog, catalog))
            {
                ground.files.push(file);
            }
        }
        Grounds {
            catalogs: Some(catalogs),
            all,
        }
    }

    /// What the expressions of a file are analysed by.
    pub fn under(&self, path: &Path) -> Option<&Ground<'p>> {
        let catalog = self.catalogs?.of(path);
        self.all
            .iter()
            .find(|ground| std::ptr::eq(ground.catalog, catalog))
    }
}

impl<'p> Ground<'p> {
    fn of(catalog: &'p Catalog) -> Ground<'p> {
        Ground {
            catalog,
            files: Vec::new(),
            recorded: OnceLock::new(),
        }
    }

    fn recorded(&self) -> &[Recorded; 2] {
        self.recorded.get_or_init(|| {
            let rules = recording_rules(&self.files);
            TRUSTS.map(|trust| Recorded::of_rules(&rules, self.catalog, trust))
        })
    }

    /// What is known of an expression; nothing where it has faults.
    pub fn analyse<'e>(&self, expression: &'e Expression) -> Option<Known<'e>> {
        if !expression.parsed.errors.is_empty() {
            return None;
        }
        let recorded = self.recorded();
        let contexts = [0, 1].map(|at| analysis::Context {
            trust: TRUSTS[at],
            recorded: Some(&recorded[at]),
        });
        let [proven, likely] = analysis::analyse_in(&expression.parsed.expr, self.catalog, contexts);
        Some(Known { proven, likely })
    }
}

/// How much is believed: what is certain, and what is likely.
const TRUSTS: [Trust; 2] = [Trust::Proven, Trust::Likely];

/// What is known of the expressions of a piece of a project. Of expressions with faults nothing is.
#[derive(Debug, Default)]
pub struct Analyses<'p> {
    /// By the address of the expression, which does not move while the project is borrowed; sorted.
    known: Vec<(usize, Option<Known<'p>>)>,
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
    /// Finds out about expressions.
    pub fn of(expressions: impl Iterator<Item = &'p Expression>, ground: &Ground<'_>) -> Analyses<'p> {
        let mut known: Vec<_> = expressions
            .map(|expr| (address(expr), ground.analyse(expr)))
            .collect();
        known.sort_unstable_by_key(|(address, _)| *address);
        Analyses { known }
    }

    /// What is known of an expression of the piece that is looked at.
    pub fn get(&self, expression: &Expression) -> Option<&Known<'p>> {
        let at = self
            .known
            .binary_search_by_key(&address(expression), |(address, _)| *address);
        debug_assert!(at.is_ok(), "{} was not analysed", expression.parsed.expr);
        self.known[at.ok()?].1.as_ref()
    }
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
        let certain = show(self.proven.facts(part)).map(|shown| (Severity::Error, shown));
        certain.or_else(|| show(self.likely.facts(part)).map(|shown| (Severity::Warning, shown)))
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

//! The recording rules of a project by name and by what they compute, for lints that look from one rule to others.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use promql_syntax::ast::Expr;

use super::RuleAt;
use crate::catalog::{Catalogs, Stack};
use crate::project::Project;

/// The recording rules of a project.
#[derive(Debug, Default)]
pub struct Recordings<'p> {
    by_name: HashMap<&'p str, Vec<RuleAt<'p>>>,
    by_text: HashMap<String, Vec<RuleAt<'p>>>,
    /// What the expressions read first, as the texts of few other expressions need to be made then.
    read_first: HashSet<Option<&'p str>>,
    all: Vec<RuleAt<'p>>,
    chosen: OnceLock<HashSet<String>>,
    /// By the address of the stack, which does not move while the catalogs are borrowed.
    by_stack: HashMap<usize, ByName<'p>>,
}

/// Recording rules by what they record, each in the order of the files.
pub(super) type ByName<'p> = BTreeMap<&'p str, Vec<RuleAt<'p>>>;

impl<'p> Recordings<'p> {
    /// Finds all that have a name, and of those whose expression is without fault what they compute.
    pub fn of(project: &'p Project, catalogs: &Catalogs) -> Recordings<'p> {
        let mut recordings = Recordings::default();
        for file in project.rule_files() {
            let stack = address(catalogs.stack_of(file.file.path()));
            for group in &file.groups {
                for rule in &group.rules {
                    recordings.add(stack, RuleAt { file, group, rule });
                }
            }
        }
        recordings
    }

    fn add(&mut self, stack: usize, at: RuleAt<'p>) {
        let Some(name) = &at.rule.record else { return };
        let of_stack = self.by_stack.entry(stack).or_default();
        of_stack.entry(name.as_str()).or_default().push(at);
        let Some(expr) = &at.rule.expr else { return };
        if !expr.parsed.errors.is_empty() {
            return;
        }
        self.all.push(at);
        self.by_name.entry(name.as_str()).or_default().push(at);
        self.read_first.insert(first_read(&expr.parsed.expr));
        let text = text_of(&expr.parsed.expr);
        self.by_text.entry(text).or_default().push(at);
    }

    /// All of them, in the order of the files.
    pub fn all(&self) -> impl Iterator<Item = RuleAt<'p>> {
        self.all.iter().copied()
    }

    /// The metrics that are recorded only while something holds, found out once by the lint that asks for them.
    pub(super) fn chosen_by(&self, find: impl FnOnce(&Self) -> HashSet<String>) -> &HashSet<String> {
        self.chosen.get_or_init(|| find(self))
    }

    /// Those that record a metric.
    pub fn named(&self, name: &str) -> &[RuleAt<'p>] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Those of a stack.
    pub(super) fn in_stack(&self, stack: &Stack) -> Option<&ByName<'p>> {
        self.by_stack.get(&address(stack))
    }

    /// Those that compute what an expression does, but for layout and brackets around it.
    pub fn computing(&self, expr: &Expr) -> &[RuleAt<'p>] {
        if !self.read_first.contains(&first_read(expr)) {
            return &[];
        }
        self.by_text.get(&text_of(expr)).map_or(&[], Vec::as_slice)
    }
}

fn address(stack: &Stack) -> usize {
    std::ptr::from_ref(stack).addr()
}

/// The metric that is read first in an expression; `None` where a selector gives it no name, or there is none.
fn first_read(expr: &Expr) -> Option<&str> {
    let selectors = expr.selectors();
    Some(selectors.first()?.name.as_ref()?.name.as_str())
}

/// An expression as it would be printed, without brackets around it.
fn text_of(expr: &Expr) -> String {
    expr.bare().to_string()
}

//! Matchers that keep nothing out.

use promql_syntax::LabelMatcher;
use promql_syntax::ast::{Expr, MatchOp, Matcher, VectorSelector};

use super::Proof;
use crate::model::rules::Rule;
use crate::replay::mutation::change::Change;
use crate::replay::mutation::subject::Subject;
use crate::replay::nodes::{self, Node};

/// A matcher that another one implies: `code=~"5.."` beside `code="500"`.
pub(super) const IMPLIED: Proof = Proof {
    name: "implied-matcher",
    prove: implied,
};

/// A matcher that every value matches: `code=~".*"`.
pub(super) const EVERYTHING: Proof = Proof {
    name: "matches-everything",
    prove: everything,
};

fn implied(subject: &Subject<'_>, change: &Change, changed: &Rule) -> Option<String> {
    let (selector, dropped) = dropped(subject, change, changed)?;
    let compiled = LabelMatcher::new(dropped).ok()?;
    let name = selector.name.iter().filter(|_| dropped.name.name == "__name__");
    let name_implies = name.into_iter().any(|name| compiled.matches(&name.name));
    let implying = selector.matchers.iter().find(|other| {
        other.span != dropped.span
            && other.name.name == dropped.name.name
            && other.op == MatchOp::Equal
            && compiled.matches(&other.value)
    });
    if name_implies {
        return Some("the name of the metric implies the matcher".to_owned());
    }
    let implying = subject.piece(implying?.span);
    Some(format!("`{implying}` implies the matcher"))
}

fn everything(subject: &Subject<'_>, change: &Change, changed: &Rule) -> Option<String> {
    let (_, dropped) = dropped(subject, change, changed)?;
    let all = dropped.op == MatchOp::Regex && dropped.value == ".*";
    all.then(|| "the matcher matches every value, and series without the label".to_owned())
}

/// The selector and the matcher of it that a change drops: the changed expression has all others, and no more.
fn dropped<'r>(
    subject: &Subject<'r>,
    change: &Change,
    changed: &Rule,
) -> Option<(&'r VectorSelector, &'r Matcher)> {
    let Change::Expr { span, with } = change else {
        return None;
    };
    if !with.is_empty() {
        return None;
    }
    let before = selectors(subject.expr);
    let after = selectors(&changed.expr.as_ref()?.parsed.expr);
    let (before_at, after_at) = before
        .iter()
        .zip(&after)
        .find(|(before, after)| before.matchers.len() != after.matchers.len())?;
    let within = before_at
        .matchers
        .iter()
        .find(|matcher| span.start <= matcher.span.start && matcher.span.end <= span.end)?;
    let only_one = before_at.matchers.len() == after_at.matchers.len() + 1;
    (before.len() == after.len() && only_one).then_some((*before_at, within))
}

fn selectors(expr: &Expr) -> Vec<&VectorSelector> {
    nodes::of(expr).iter().filter_map(Node::selector).collect()
}

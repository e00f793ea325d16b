//! `label-in-pieces`: a matcher that picks a label to pieces, because it holds several things at once.

use promql_syntax::ast::{MatchOp, Matcher};
use regex_syntax::hir::{Hir, HirKind};

use super::analyses::finding;
use super::{Context, ExpressionAt, Lint, LintOption, OptionKind, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct LabelInPieces;

impl Lint for LabelInPieces {
    describe!(
        "label-in-pieces",
        Info,
        "a matcher that looks for a piece of a label, which holds several things at once"
    );

    fn is_on(&self) -> bool {
        false
    }

    fn options(&self) -> &'static [LintOption] {
        &[LintOption {
            name: "labels",
            kind: OptionKind::Texts,
            default: "job, cluster, env, environment, service, region, zone, team",
            about: "the labels that hold one thing each",
        }]
    }

    fn expression(
        &self,
        cx: &Context<'_>,
        ExpressionAt { file, expr, .. }: ExpressionAt<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        let selectors = expr.parsed.expr.selectors().into_iter();
        let matchers = selectors.flat_map(|selector| &selector.matchers);
        let mut regexes = matchers
            .filter(|matcher| matches!(matcher.op, MatchOp::Regex | MatchOp::NotRegex))
            .peekable();
        if regexes.peek().is_none() {
            return;
        }
        let labels = cx.levels.texts(self, "labels");
        for matcher in regexes.filter(|matcher| labels.contains(&matcher.name.name) && is_in_pieces(matcher))
        {
            let message = format!(
                "the label {} holds several things, of which this looks for some",
                matcher.name.name
            );
            let help = "Give each its own label where targets are scraped, with `relabel_configs`, and compare with `=`.";
            found.push(
                finding(self.code(), self.severity(), message, file, expr, matcher.span).with_help(help),
            );
        }
    }
}

/// Whether a regular expression has fixed text on both sides of something that may be anything.
fn is_in_pieces(matcher: &Matcher) -> bool {
    let Ok(hir) = regex_syntax::parse(&matcher.value) else {
        return false;
    };
    let HirKind::Concat(parts) = hir.kind() else {
        return false;
    };
    let is_text = |part: &Hir| matches!(part.kind(), HirKind::Literal(_));
    let is_anything = |part: &Hir| match part.kind() {
        HirKind::Repetition(repeated) => {
            repeated.max.is_none() && matches!(repeated.sub.kind(), HirKind::Class(_))
        }
        _ => false,
    };
    let first = parts.iter().position(is_text);
    let last = parts.iter().rposition(is_text);
    matches!((first, last), (Some(first), Some(last)) if parts[first..last].iter().any(is_anything))
}

//! `needless-regex`: a matcher with a regular expression that says what could be said without.

use promql_syntax::ast::{MatchOp, Matcher};

use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Edit};
use crate::model::rules::{Expression, RuleFile};

/// See the module.
pub(super) struct NeedlessRegex;

/// What a matcher could be instead.
struct Plainer {
    message: String,
    /// What the finding underlines, as a range of the expression.
    at: std::ops::Range<usize>,
    help: String,
    /// Ranges of the expression and what takes their place.
    edits: Vec<(std::ops::Range<usize>, String)>,
}

impl Lint for NeedlessRegex {
    describe!(
        "needless-regex",
        Info,
        "a matcher with a regular expression that says what could be said without"
    );

    fn rule(&self, _: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty()) else {
            return;
        };
        for selector in expr.parsed.expr.selectors() {
            let plainer = selector
                .matchers
                .iter()
                .filter_map(|m| plainer(expr.text.as_str(), m));
            found.extend(plainer.map(|plainer| self.report(file, expr, plainer)));
        }
    }
}

impl NeedlessRegex {
    fn report(&self, file: &RuleFile, expr: &Expression, plainer: Plainer) -> Diagnostic {
        let range = expr.text.locate(&file.file, plainer.at);
        let finding = Diagnostic::new(self.code(), self.severity(), plainer.message, &file.file, range)
            .with_help(&plainer.help);
        let edits = plainer.edits.into_iter();
        let edits: Option<Vec<Edit>> = edits
            .map(|(at, new)| expr.text.edit(&file.file, at, &new))
            .collect();
        match edits.filter(|edits| !edits.is_empty()) {
            Some(edits) => finding.with_fix(plainer.help, edits),
            None => finding,
        }
    }
}

/// What a matcher could be instead, if it could be plainer.
fn plainer(text: &str, matcher: &Matcher) -> Option<Plainer> {
    let (negated, equal) = match matcher.op {
        MatchOp::Regex => (false, "="),
        MatchOp::NotRegex => (true, "!="),
        MatchOp::Equal | MatchOp::NotEqual => return None,
    };
    let label = &matcher.name.name;
    let (written, value) = (
        &text[matcher.value_span.start..matcher.value_span.end],
        matcher.value.as_str(),
    );
    let op = operator(text, matcher)?;
    if value == ".*" && !negated {
        return Some(Plainer {
            message: format!(
                "the matcher for {label} lets every series through, also those without the label"
            ),
            at: matcher.span.start..matcher.span.end,
            help: "Leave it out; where the label must be there, write != \"\".".to_owned(),
            edits: Vec::new(),
        });
    }
    if value == ".+" && !negated {
        return Some(Plainer {
            message: format!("the regular expression for {label} asks for any value but the empty one"),
            at: op.start..matcher.value_span.end,
            help: "Write !=\"\".".to_owned(),
            edits: vec![(op.start..matcher.value_span.end, "!=\"\"".to_owned())],
        });
    }
    let bare = value.strip_prefix('^').unwrap_or(value);
    let bare = bare
        .strip_suffix('$')
        .filter(|bare| !bare.ends_with('\\'))
        .unwrap_or(bare);
    // With escapes in the literal it is not told what stands where.
    let simple = !written.contains('\\');
    if bare.contains([
        '\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$',
    ]) {
        let anchored = bare.len() < value.len() && simple && !bare.contains('|') && !bare.contains("(?");
        return anchored.then(|| Plainer {
            message: format!("the regular expression for {label} is anchored, as all of them are"),
            at: matcher.value_span.start..matcher.value_span.end,
            help: "Leave ^ and $ out: PromQL compares whole values.".to_owned(),
            edits: vec![(
                matcher.value_span.start + 1..matcher.value_span.end - 1,
                bare.to_owned(),
            )],
        });
    }
    let mut edits = vec![(op.clone(), equal.to_owned())];
    if bare.len() < value.len() {
        edits.push((
            matcher.value_span.start + 1..matcher.value_span.end - 1,
            bare.to_owned(),
        ));
    }
    Some(Plainer {
        message: format!("the regular expression for {label} is a plain text"),
        at: op,
        help: format!("Compare with {equal}."),
        edits: if simple { edits } else { Vec::new() },
    })
}

/// Where the operator of a matcher stands.
fn operator(text: &str, matcher: &Matcher) -> Option<std::ops::Range<usize>> {
    let between = matcher.name.span.end..matcher.value_span.start;
    let at = text.get(between.clone())?.find(['=', '!'])? + between.start;
    Some(at..at + 2)
}

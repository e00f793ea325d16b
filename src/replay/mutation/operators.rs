//! The kinds of change. Each has a file that says what it changes and into what; this one lists them.

mod aggregation;
mod arithmetic;
mod comparison;
mod function;
mod grouping;
mod hold;
mod matcher;
mod number;
mod quantile;
mod range;
mod removal;
mod set_operator;
mod text;

use promql_syntax::Span;

use super::change::Change;
use super::subject::Subject;

/// A kind of change.
pub(super) struct Operator {
    /// Its name.
    pub(super) name: &'static str,
    /// Proposes changes of a rule.
    pub(super) propose: fn(&Subject<'_>, &mut Proposals),
}

/// All of them. Of two changes at the same place, the one whose operator stands first comes first.
pub(super) const OPERATORS: [&Operator; 13] = [
    &comparison::OPERATOR,
    &number::OPERATOR,
    &quantile::OPERATOR,
    &arithmetic::OPERATOR,
    &set_operator::OPERATOR,
    &aggregation::OPERATOR,
    &grouping::OPERATOR,
    &function::OPERATOR,
    &range::OPERATOR,
    &matcher::OPERATOR,
    &hold::OPERATOR,
    &text::OPERATOR,
    &removal::OPERATOR,
];

/// A change that is proposed.
pub(super) struct Proposal {
    /// The change.
    pub(super) change: Change,
    /// What it does, in a few words.
    pub(super) about: String,
    /// An input on which the rule and the mutant differ, where one can be named.
    pub(super) input: Option<String>,
}

/// The changes that an operator proposes.
#[derive(Default)]
pub(super) struct Proposals(Vec<Proposal>);

impl Proposals {
    /// Proposes a change.
    pub(super) fn add(&mut self, change: Change, about: impl Into<String>) -> &mut Proposal {
        self.0.push(Proposal {
            change,
            about: about.into(),
            input: None,
        });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// Proposes another piece of text in the expression.
    pub(super) fn expr(
        &mut self,
        span: Span,
        with: impl Into<String>,
        about: impl Into<String>,
    ) -> &mut Proposal {
        let with = with.into();
        self.add(Change::Expr { span, with }, about)
    }

    /// What was proposed.
    pub(super) fn into_vec(self) -> Vec<Proposal> {
        self.0
    }
}

impl Proposal {
    /// Names an input on which the rule and the mutant differ.
    pub(super) fn told_by(&mut self, input: impl Into<String>) {
        self.input = Some(input.into());
    }
}

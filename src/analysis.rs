//! What can be known of an expression without data: for every part of it the type, the labels, what its values can
//! be, what they measure, whether there surely is something or surely nothing, how comparisons come out, which
//! operands can never match. An abstract interpretation: what is claimed holds for all data that the catalog allows.
//!
//! This room knows expressions and the catalog; it knows nothing of rules, files and findings.
//!
//! Claims come in two strengths ([`Trust`]): those that follow from the expression and from what a catalog knows
//! completely, and those that also take names at their word (`…_total` is a counter) and believe a catalog that is not
//! complete. A lint asks for the first, and may warn where only the second says so. Both assume that samples of what a
//! catalog calls a counter are finite numbers from zero up, that evaluations and samples are from after 1970, and that
//! names are dropped at once (Prometheus' default) rather than at the end of a query.
//!
//! - Domains: `interval` (values), `values` and `labels` (labels), `quantity` (kind and unit), put together in `facts`.
//! - Rules: `selectors`, `binary` (with `matching`, `ratio` and `age`), `aggregate`, `functions`; `walk` applies them from the
//!   leaves up, in time that grows with the size of the expression only.
//! - `recording` finds out about recorded series, in the order in which rules need one another.

mod age;
mod aggregate;
mod binary;
mod facts;
mod functions;
mod identity;
pub mod interval;
pub mod labels;
mod matching;
pub mod quantity;
mod ratio;
pub mod recording;
mod selectors;
pub mod values;
mod walk;
pub mod why;

#[cfg(test)]
mod tests;

use std::marker::PhantomData;
use std::sync::{Arc, LazyLock};

use promql_syntax::ast::Expr;

use crate::catalog::Catalog;

pub use binary::hides;
pub use facts::{Facts, Mismatch, Presence};
pub use functions::bucket_bounds;
pub use interval::{Interval, Verdict};
pub use labels::LabelFacts;
pub use quantity::Quantity;
pub use recording::Recorded;
pub use values::LabelValues;
pub use why::Why;

/// How much is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Trust {
    /// Only what the expression itself says, and what a catalog knows completely.
    #[default]
    Proven,
    /// Also what names suggest, that what is given to `rate` is a counter, and what a catalog knows in part; rounding
    /// errors are passed over.
    Likely,
}

/// What an analysis goes by beside the expression and the catalog.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'c> {
    /// How much is believed.
    pub trust: Trust,
    /// What is known of recorded series.
    pub recorded: Option<&'c Recorded>,
}

impl<'c> Context<'c> {
    /// Believes this much, and knows no recorded series.
    pub fn new(trust: Trust) -> Context<'c> {
        Context {
            trust,
            recorded: None,
        }
    }
}

/// What is known of an expression and all its parts.
#[derive(Debug)]
pub struct Analysis<'e> {
    root: Arc<Facts>,
    /// By the address of the part, which does not move while the expression is borrowed; sorted.
    parts: Vec<(usize, Arc<Facts>)>,
    expr: PhantomData<&'e Expr>,
}

/// Finds out what can be known of an expression.
pub fn analyse<'e>(expr: &'e Expr, catalog: &Catalog, context: &Context<'_>) -> Analysis<'e> {
    let [analysis] = analyse_in(expr, catalog, [*context]);
    analysis
}

/// Finds out what can be known of an expression in each of several contexts.
pub fn analyse_in<'e, const N: usize>(
    expr: &'e Expr,
    catalog: &Catalog,
    contexts: [Context<'_>; N],
) -> [Analysis<'e>; N] {
    let mut identities = identity::Identities::default();
    contexts.map(|context| {
        identities.rewind();
        let mut walk = walk::Walk::new(catalog, context, &mut identities);
        let root = walk.node(expr, walk::Env::default()).facts;
        let mut parts = walk.parts;
        parts.sort_unstable_by_key(|(address, _)| *address);
        Analysis {
            root,
            parts,
            expr: PhantomData,
        }
    })
}

impl Analysis<'_> {
    /// What is known of the expression as a whole.
    pub fn root(&self) -> &Facts {
        &self.root
    }

    /// What is known of a part of the expression that was analysed. Of anything else nothing is.
    pub fn facts(&self, part: &Expr) -> &Facts {
        static NOTHING: LazyLock<Facts> = LazyLock::new(|| Facts::unknown(None));
        let at = self
            .parts
            .binary_search_by_key(&address(part), |(address, _)| *address);
        at.map_or_else(|_| &*NOTHING, |at| &self.parts[at].1)
    }
}

fn address(expr: &Expr) -> usize {
    std::ptr::from_ref(expr).addr()
}

//! `server-silent`: a server that should be asked does not answer, or not all.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Context, Lint, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::observed::Observed;

/// See the module.
pub(super) struct ServerSilent;

impl Lint for ServerSilent {
    describe!(
        "server-silent",
        Warning,
        "a server that should be asked does not answer, so that what needs its answers is not checked"
    );

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        let mut seen = HashSet::new();
        for stack in cx.catalogs.stacks() {
            // One server may stand for several stacks.
            let new = |observed: &&Arc<Observed>| seen.insert(Arc::as_ptr(observed));
            let Some(observed) = stack.observed.as_ref().filter(new) else {
                continue;
            };
            found.extend(self.report(observed));
        }
    }
}

impl ServerSilent {
    fn report(&self, observed: &Observed) -> Option<Diagnostic> {
        let (message, help) = match observed.unanswered.as_slice() {
            [] if observed.names.is_empty() => (
                format!(
                    "{} has no series at all: nothing is checked by it",
                    observed.address
                ),
                "Check that it is the server that evaluates these rules.".to_owned(),
            ),
            [] => return None,
            all => {
                let first = all.iter().find(|one| one.total).unwrap_or(&all[0]);
                let message = if first.total || observed.names.is_empty() {
                    format!("nothing is checked by it: {}", first.message)
                } else {
                    let (count, question) = (all.len(), &first.question);
                    let answers = if count == 1 { "answer is" } else { "answers are" };
                    format!(
                        "{count} {answers} missing, of {question} for one: {}",
                        first.message
                    )
                };
                (message, first.help.clone())
            }
        };
        let place = &observed.place;
        let range = place.range.clone();
        Some(Diagnostic::new(self.code(), Severity::Warning, message, &place.file, range).with_help(help))
    }
}

//! The whole rule removed.

use super::{Operator, Proposals};
use crate::replay::mutation::change::Change;
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator {
    name: "removal",
    propose,
};

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    let what = if subject.rule.alert.is_some() {
        "the alert is removed"
    } else {
        "the recording rule is removed"
    };
    let name = subject.rule.name();
    proposals
        .add(Change::Removed, what)
        .told_by(format!("series for which `{name}` returns something"));
}

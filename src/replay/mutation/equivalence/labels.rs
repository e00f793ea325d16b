//! Labels that something else overrides.

use super::Proof;
use crate::model::rules::Rule;
use crate::replay::mutation::change::{Change, Pair};
use crate::replay::mutation::subject::Subject;

/// The name of an alert is its label `alertname`, whatever the rule says.
pub(super) const OVERRIDDEN: Proof = Proof {
    name: "overridden",
    prove: overridden,
};

fn overridden(subject: &Subject<'_>, change: &Change, _: &Rule) -> Option<String> {
    let (Change::Text {
        of: pair @ Pair::Label(_),
        ..
    }
    | Change::Dropped(pair @ Pair::Label(_))) = change
    else {
        return None;
    };
    let (name, _) = pair.of(subject.rule);
    (subject.rule.alert.is_some() && name.as_str() == "alertname")
        .then(|| "the name of the alert overrides the label".to_owned())
}

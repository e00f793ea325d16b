//! `for` and `keep_firing_for` removed or doubled.

use promql_syntax::format_duration;

use super::{Operator, Proposals};
use crate::replay::mutation::change::Change;
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator { name: "for", propose };

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    let mut propose = |key: &str, ms: i64, change: fn(i64) -> Change, removed: String, doubled: String| {
        let double = ms.saturating_mul(2);
        proposals
            .add(change(0), format!("`{key}` is removed"))
            .told_by(removed);
        proposals
            .add(
                change(double),
                format!("`{key}: {}` is doubled", format_duration(ms)),
            )
            .told_by(doubled);
    };
    if let Some(hold) = &subject.rule.hold {
        let (once, twice) = (
            format_duration(hold.value),
            format_duration(hold.value.saturating_mul(2)),
        );
        propose(
            "for",
            hold.value,
            Change::Hold,
            format!("series for which the expression returns something for less than {once}"),
            format!(
                "series for which the expression returns something for longer than {once} and less than {twice}"
            ),
        );
    }
    if let Some(keep) = &subject.rule.keep_firing_for {
        let (once, twice) = (
            format_duration(keep.value),
            format_duration(keep.value.saturating_mul(2)),
        );
        propose(
            "keep_firing_for",
            keep.value,
            Change::KeepFiring,
            "series for which the alert fires and the expression then returns nothing".to_owned(),
            format!(
                "series for which the alert fires and the expression then returns nothing, for between {once} and \
                 {twice}"
            ),
        );
    }
}

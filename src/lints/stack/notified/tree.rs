//! Which alerts come to which routes.

use super::alerts::{Alert, Taken};
use crate::model::alertmanager::Route;
use crate::model::alertmanager::matcher::Matcher;

/// Calls back for each route that an alert may come to; tells whether it may end at the root.
pub(super) fn descend<'c>(root: &'c Route, alert: &Alert<'_>, reached: &mut impl FnMut(&'c Route)) -> bool {
    reached(root);
    children(root, alert, reached)
}

/// Goes through the children of a route that an alert has come to; tells whether it may be that none takes it.
fn children<'c>(route: &'c Route, alert: &Alert<'_>, reached: &mut impl FnMut(&'c Route)) -> bool {
    let mut may_stay = true;
    for child in &route.routes {
        let Taken { some, all } = alert.taken(&child.marks);
        if !some {
            continue;
        }
        reached(child);
        children(child, alert, reached);
        may_stay &= !all;
        if all && !child.continues {
            break;
        }
    }
    may_stay
}

/// Why no alert whatever its labels can come to a route.
pub(super) enum Blocked<'c> {
    /// An earlier route takes all of them, and none goes on.
    Before(&'c Route),
    /// Two matchers on the way exclude each other.
    Contradiction(&'c Matcher, &'c Matcher),
}

/// Calls back for each route that no alert can come to, those below it left out.
pub(super) fn blocked<'c>(root: &'c Route, found: &mut impl FnMut(&'c Route, Blocked<'c>)) {
    let mut way: Vec<&Matcher> = Vec::new();
    below(root, &mut way, found);
}

fn below<'c>(route: &'c Route, way: &mut Vec<&'c Matcher>, found: &mut impl FnMut(&'c Route, Blocked<'c>)) {
    for (number, child) in route.routes.iter().enumerate() {
        let length = way.len();
        way.extend(&child.marks.matchers);
        let takes_all = |before: &&Route| {
            let own = &before.marks.matchers;
            !before.continues
                && !before.marks.broken
                && own.iter().all(|m| way.iter().any(|known| implies(known, m)))
        };
        if let Some((one, other)) = contradiction(way) {
            found(child, Blocked::Contradiction(one, other));
        } else if let Some(before) = route.routes[..number].iter().find(takes_all) {
            found(child, Blocked::Before(before));
        } else {
            below(child, way, found);
        }
        way.truncate(length);
    }
}

/// Whether what one matcher takes, another surely takes, too.
fn implies(known: &Matcher, other: &Matcher) -> bool {
    let same = known.name == other.name && known.value == other.value && known.op == other.op;
    let is_value = known.op == promql_syntax::ast::MatchOp::Equal;
    same || is_value && known.name == other.name && other.matches(&known.value)
}

/// Two matchers that exclude each other: a value, and what does not take it.
fn contradiction<'c>(way: &[&'c Matcher]) -> Option<(&'c Matcher, &'c Matcher)> {
    let values = way.iter().filter(|m| m.op == promql_syntax::ast::MatchOp::Equal);
    values.into_iter().find_map(|value| {
        let excludes = |other: &&&Matcher| other.name == value.name && !other.matches(&value.value);
        way.iter().find(excludes).map(|other| (*value, *other))
    })
}

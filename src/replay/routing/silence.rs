//! At what times a route is silent.

use crate::model::alertmanager::{AlertmanagerConfig, Route, TimeInterval};
use crate::model::text::Text;

/// Why a route is silent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::replay) enum Muted {
    /// It is time for one of its `mute_time_intervals`.
    During(String),
    /// It is time for none of its `active_time_intervals`.
    Outside(Vec<String>),
}

/// Why a route is silent at a time, in milliseconds since the epoch.
pub(in crate::replay) fn muted(config: &AlertmanagerConfig, route: &Route, at: i64) -> Option<Muted> {
    let is_in = |name: &&Text| {
        let named = |interval: &&TimeInterval| {
            let own = interval.name.as_ref().map(Text::as_str);
            own == Some(name.as_str())
        };
        let interval = config.time_intervals.iter().find(named);
        interval.is_some_and(|interval| interval.contains(at))
    };
    let active = &route.active_time_intervals;
    if !active.is_empty() && !active.iter().any(|name| is_in(&name)) {
        let names = active.iter().map(|name| name.as_str().to_owned());
        return Some(Muted::Outside(names.collect()));
    }
    let mute = route.mute_time_intervals.iter().find(is_in);
    mute.map(|name| Muted::During(name.as_str().to_owned()))
}

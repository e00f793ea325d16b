//! The names that a legend gives to series: texts with labels in double braces.

use std::ops::Range;

use crate::model::dashboard::Target;
use crate::model::text::Text;

/// The legend of a query that is more than a list of all labels: tables have no legend, and an empty one is made of all
/// labels.
pub(super) fn written(target: &Target) -> Option<&Text> {
    let is_table = target
        .format
        .as_ref()
        .is_some_and(|format| format.as_str() == "table");
    let legend = target.legend.as_ref().filter(|_| !is_table && !target.hidden)?;
    let text = legend.as_str().trim();
    (!text.is_empty() && text != "__auto").then_some(legend)
}

/// The labels in a legend, with their places in it.
pub(super) fn labels(legend: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = legend[at..].find("{{").map(|open| at + open + 2) {
        let Some(close) = legend[open..].find("}}").map(|close| open + close) else {
            break;
        };
        let label = legend[open..close].trim();
        if !label.is_empty() {
            let start = open + legend[open..close].find(label).unwrap_or_default();
            found.push((start..start + label.len(), label));
        }
        at = close + 2;
    }
    found
}

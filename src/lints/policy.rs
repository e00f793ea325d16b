//! What `policy` in the settings asks of rules: one file for what is asked, and one for which rules it is asked of.

mod applies;
mod groups;
mod holds;
mod names;
mod reach;
mod results;
mod selectors;
mod texts;

pub(super) use applies::asked;
pub(super) use groups::GroupNotAllowed;
pub(super) use holds::ForNotAllowed;
pub(super) use names::{NameNotAllowed, RuleNotAllowed};
pub(super) use reach::RangeNotAllowed;
pub(super) use results::ResultLabels;
pub(super) use selectors::SelectorNotAllowed;
pub(super) use texts::{AnnotationNotAllowed, LabelNotAllowed};

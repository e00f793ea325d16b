//! rulecheck lints and tests Prometheus alert rules.
//!
//! What flows through it, in one direction: files are read into [`source`] (text with positions) and
//! `model` (typed documents); lints turn those into [`diagnostic`]s, the replay turns them into
//! [`outcome`]s; the renderers in `report` show both. A later stage never reaches back to an earlier one.

pub mod analysis;
pub mod catalog;
pub mod cli;
pub mod deployment;
pub mod diagnostic;
pub mod fix;
pub mod git;
pub mod lints;
pub mod live;
pub mod model;
pub mod observed;
pub mod outcome;
pub mod project;
pub mod refine;
pub mod replay;
pub mod report;
pub mod skeleton;
pub mod source;
pub mod update;

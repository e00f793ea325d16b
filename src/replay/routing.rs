//! Who is notified of alerts: what one Alertmanager does with what Prometheus sends it, on the clock of a replay.
//!
//! - [`tree`]: which receivers an alert goes to, by its labels;
//! - [`history`]: when alerts fire and resolve, and so when Prometheus sends them;
//! - [`inhibition`]: which alerts silence which others at a time;
//! - [`silence`]: at what times a route is silent;
//! - [`dispatch`]: which notifications are sent, and when.
//!
//! What Prometheus sends arrives at once, and every notification succeeds. Silences that people set, a cluster of
//! Alertmanagers, and relabelling in Prometheus are not known here.

pub(super) mod dispatch;
pub(super) mod history;
pub(super) mod inhibition;
pub(super) mod silence;
pub mod tree;

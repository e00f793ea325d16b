//! Placeholder replaced by the template engine.

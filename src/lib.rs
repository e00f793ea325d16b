//! rulecheck lints and tests Prometheus alert rules.

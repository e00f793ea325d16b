//! What stands around the rules: who is scraped, which rules are loaded, who is told.

mod address;
pub(super) mod long_scrape_interval;
pub(super) mod missing_mount;
pub(super) mod no_alertmanager;
pub(super) mod notified;
pub(super) mod postgres_tls;
pub(super) mod rule_files;
pub(super) mod undefined_service;
pub(super) mod unprovided_datasource;
pub(super) mod unprovided_target;

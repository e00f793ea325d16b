//! The same verdicts as amtool, which runs here where it is on the path or named by `AMTOOL`.
//!
//! - [`configs`]: a configuration with everything in it, as it stands and bent in each line;
//! - [`matchers`]: texts that are matchers, and texts that nearly are;
//! - [`routes`]: routing trees and alerts made at random.

#[path = "../support/amtool.rs"]
mod amtool;
mod configs;
mod matchers;
mod routes;

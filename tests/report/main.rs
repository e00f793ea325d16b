//! The page of `rulecheck test --report`: written by the program, opened in a browser.

mod browser;
mod page;
mod written;

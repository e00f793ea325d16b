//! Outcomes as one page for a browser, whole in one file: for pull requests, archives, and whoever asks why.
//!
//! The page reads without scripts; a script adds searching, shortcuts, the choice of colours and values under the
//! pointer. It loads nothing, and the same outcomes give the same page to the last byte. All text goes through
//! [`maud`], which escapes it; what is not escaped is the style sheet and the script alone, which are constants.

mod chart;
mod covered;
mod difference;
mod failure;
mod format;
mod mutants;
mod overview;
mod rules;
mod source;
mod test;

use std::cell::Cell;

use maud::{DOCTYPE, PreEscaped, html};

use crate::outcome::{Measures, TestOutcome};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");
/// What a browser lets run: this script and no other. The page asks for nothing and sends nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
                      form-action 'none'; script-src 'sha256-8HIvbW7UG5LIIywnlqHjuQlnkvmPSuJEUKQWV2LNeIM='";

/// Numbers for the elements that others on the page refer to.
#[derive(Default)]
struct Names(Cell<usize>);

impl Names {
    /// The next number.
    fn next(&self) -> usize {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }
}

/// The page.
pub fn page(outcomes: &[TestOutcome], measures: &Measures) -> String {
    let names = Names::default();
    let rules = rules::known(outcomes, measures);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (overview::title(outcomes)) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#tests" { "Skip to the tests" }
                (overview::header(outcomes))
                main {
                    (overview::section(outcomes, &rules, measures))
                    (test::section(outcomes, &names))
                    (rules::section(&rules, outcomes, measures))
                }
                footer {
                    p { "Written by rulecheck. The page is complete in itself: it can be kept, sent and opened from disk." }
                }
                (overview::shortcuts())
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests;

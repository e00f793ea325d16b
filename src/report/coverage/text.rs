//! Coverage for people: a line for each file and rule, and under a rule what is missing, with its place.

use std::io::{self, Write};

use crate::outcome::{Coverage, CoverageTally, CoveredRule, Element};
use crate::report::{Style, counted};

pub(in crate::report) fn render(style: Style, coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    let by_file = |a: &CoveredRule, b: &CoveredRule| a.place.file.path() == b.place.file.path();
    let width = coverage.rules.iter().map(|rule| rule.name.chars().count()).max();
    for rules in coverage.rules.chunk_by(by_file) {
        let path = rules[0].place.file.path().display();
        let tally: CoverageTally = rules.iter().map(CoveredRule::tally).sum();
        writeln!(
            out,
            "{path}  {}",
            style.faint(&format!("{} covered", percent(tally)))
        )?;
        for rule in rules {
            one(style, rule, width.unwrap_or(0), out)?;
        }
    }
    let tally = coverage.tally();
    writeln!(
        out,
        "\n{} of {}: {} of {} covered",
        percent(tally),
        counted(coverage.rules.len(), "rule"),
        tally.covered,
        tally.all
    )
}

fn one(style: Style, rule: &CoveredRule, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let tally = rule.tally();
    let mark = if tally.covered == tally.all {
        style.good("✓")
    } else {
        style.bad("✗")
    };
    writeln!(
        out,
        "  {mark} {:width$}  {:>5}  {}",
        rule.name,
        percent(tally),
        style.faint(&format!("{}/{}", tally.covered, tally.all))
    )?;
    let path = rule.place.file.path().display();
    if rule.tests == 0 {
        // What is missing is everything.
        return writeln!(
            out,
            "      no test: `rulecheck init --tests {path}` writes one to begin with"
        );
    }
    for element in rule.elements.iter().filter(|element| element.tests == 0) {
        let place = format!("({path}:{})", line_column(element));
        writeln!(out, "      {} {}", element.missing, style.faint(&place))?;
    }
    Ok(())
}

fn line_column(element: &Element) -> String {
    let at = element.place.file.line_column(element.place.range.start);
    format!("{}:{}", at.line, at.column)
}

/// `98.7 %`, never rounded up to what it is not.
fn percent(tally: CoverageTally) -> String {
    format!("{} %", (tally.percent() * 10.0).floor() / 10.0)
}

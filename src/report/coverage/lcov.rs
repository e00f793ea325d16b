//! Coverage as LCOV's tracefile, which editors and CI systems show on the source.
//!
//! A rule is a function, a line with something to see on it is a line of code: hit as often as the tests cover the
//! least covered of it. What may go one way or another (an alert that fires or resolves, a comparison that holds or does
//! not) is a branch.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use crate::outcome::{Coverage, CoveredRule, Element, ElementKind};

pub(in crate::report) fn render(coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    let mut by_file: BTreeMap<&Path, Vec<&CoveredRule>> = BTreeMap::new();
    for rule in &coverage.rules {
        by_file.entry(rule.place.file.path()).or_default().push(rule);
    }
    for (path, rules) in by_file {
        file(path, &rules, out)?;
    }
    Ok(())
}

fn file(path: &Path, rules: &[&CoveredRule], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "TN:rulecheck\nSF:{}", path.display())?;
    for rule in rules {
        let line = rule.place.file.line_column(rule.place.range.start).line;
        writeln!(out, "FN:{line},{}", rule.name)?;
    }
    for rule in rules {
        writeln!(out, "FNDA:{},{}", times_evaluated(rule), rule.name)?;
    }
    let hit = rules.iter().filter(|rule| times_evaluated(rule) > 0).count();
    writeln!(out, "FNF:{}\nFNH:{hit}", rules.len())?;
    let elements = || rules.iter().flat_map(|rule| &rule.elements);
    let branches: Vec<&Element> = elements().filter(|element| !element.kind.is_line()).collect();
    for (number, branch) in branches.iter().enumerate() {
        let taken = match branch.tests {
            0 => "-".to_owned(),
            tests => tests.to_string(),
        };
        writeln!(out, "BRDA:{},0,{number},{taken}", branch.line())?;
    }
    let taken = branches.iter().filter(|branch| branch.tests > 0).count();
    writeln!(out, "BRF:{}\nBRH:{taken}", branches.len())?;
    let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
    let mut see = |line: usize, tests: usize| {
        let least = lines.entry(line).or_insert(tests);
        *least = (*least).min(tests);
    };
    for rule in rules {
        for element in &rule.elements {
            // The lines of the expression are run whenever the rule is.
            let tests = match element.kind.is_line() {
                true => element.tests,
                false => times_evaluated(rule),
            };
            see(element.line(), tests);
        }
    }
    for (line, tests) in &lines {
        writeln!(out, "DA:{line},{tests}")?;
    }
    let hit = lines.values().filter(|tests| **tests > 0).count();
    writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len())
}

/// How many tests evaluate a rule with data.
fn times_evaluated(rule: &CoveredRule) -> usize {
    let evaluated = rule.elements.iter().find(|e| e.kind == ElementKind::Evaluated);
    evaluated.map_or(0, |element| element.tests)
}

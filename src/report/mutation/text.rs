//! Mutants for people: those that survived as a difference of the rule with what would have noticed, then the score of
//! each rule.

use std::collections::BTreeMap;
use std::io::{self, Write};

use promql_syntax::format_duration;

use crate::outcome::{Fate, Mutant, MutatedRule, Mutation, MutationScore, Remedy, TestName};
use crate::report::{Style, counted};

pub(in crate::report) fn render(style: Style, mutation: &Mutation, out: &mut dyn Write) -> io::Result<()> {
    for rule in &mutation.rules {
        survivors(style, rule, out)?;
    }
    scores(style, mutation, out)?;
    equivalent(style, mutation, out)?;
    idle_series(mutation, out)?;
    writeln!(out, "{}", total(style, mutation))
}

/// `451 mutants of 22 rules: 445 killed, 6 survived, score 98.7 % (12 more are equivalent)`.
fn total(style: Style, mutation: &Mutation) -> String {
    let score = mutation.score();
    let mut line = format!(
        "{} of {}: {}",
        counted(score.killed + score.survived, "mutant"),
        counted(mutation.rules.len(), "rule"),
        style.good(&format!("{} killed", score.killed)),
    );
    if score.survived > 0 {
        line.push_str(&format!(
            ", {}",
            style.bad(&format!("{} survived", score.survived))
        ));
    }
    line.push_str(&format!(", score {}", percent(score)));
    if score.equivalent > 0 {
        line.push_str(&format!("; {} more can make no difference", score.equivalent));
    }
    line
}

/// A score as `98.7 %`, never rounded up to what it is not.
fn percent(score: MutationScore) -> String {
    match score.percent() {
        Some(percent) => format!("{} %", (percent * 10.0).floor() / 10.0),
        None => "–".to_owned(),
    }
}

fn survivors(style: Style, rule: &MutatedRule, out: &mut dyn Write) -> io::Result<()> {
    let survived: Vec<(&Mutant, &Remedy)> = rule
        .mutants
        .iter()
        .filter_map(|mutant| match &mutant.fate {
            Fate::Survived { remedy } => Some((mutant, remedy)),
            Fate::Killed { .. } | Fate::Equivalent { .. } => None,
        })
        .collect();
    // Where nothing is asserted at all, the single mutants say no more.
    if rule.tests == 0 {
        if !survived.is_empty() {
            let file = &rule.place.file;
            let line = file.line_column(rule.place.range.start).line;
            writeln!(
                out,
                "{} {}: no test asserts anything that depends on it",
                style.bad("UNTESTED"),
                style.strong(&rule.name),
            )?;
            writeln!(
                out,
                "  {}",
                style.faint(&format!("{}:{line}", file.path().display()))
            )?;
            writeln!(
                out,
                "  `rulecheck init --tests {}` writes a test to begin with",
                file.path().display()
            )?;
            writeln!(out)?;
        }
        return Ok(());
    }
    for (mutant, remedy) in survived {
        survivor(style, rule, mutant, remedy, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn survivor(
    style: Style,
    rule: &MutatedRule,
    mutant: &Mutant,
    remedy: &Remedy,
    out: &mut dyn Write,
) -> io::Result<()> {
    let file = &mutant.place.file;
    let at = file.line_column(mutant.place.range.start);
    writeln!(
        out,
        "{} {}: {} ({})",
        style.bad("SURVIVED"),
        style.strong(&rule.name),
        mutant.change,
        mutant.operator,
    )?;
    let place = format!("{}:{}:{}", file.path().display(), at.line, at.column);
    writeln!(out, "  {}", style.faint(&place))?;
    if mutant.operator != "removal" {
        let (before, after) = mutant.lines();
        let after = after.lines().filter(|line| !line.trim().is_empty());
        let indent = |line: &str| line.len() - line.trim_start().len();
        let indents = before.lines().chain(after.clone()).map(indent);
        let shared = indents.min().unwrap_or(0);
        for line in before.lines() {
            let line = format!("- {}", line.get(shared..).unwrap_or_default().trim_end());
            writeln!(out, "  {}", style.bad(&line))?;
        }
        for line in after {
            let line = format!("+ {}", line.get(shared..).unwrap_or_default().trim_end());
            writeln!(out, "  {}", style.good(&line))?;
        }
    }
    match remedy {
        Remedy::Assertion {
            test,
            at_ms,
            difference,
            key,
            entry,
        } => {
            writeln!(
                out,
                "  At {} of {}, {difference}. This would notice:",
                format_duration(*at_ms),
                shown(test),
            )?;
            writeln!(out, "    {key}:")?;
            for line in entry.lines() {
                writeln!(out, "      {line}")?;
            }
        }
        Remedy::Input(input) => {
            writeln!(
                out,
                "  No series of the tests tell the two apart. These would: {input}."
            )?;
        }
        Remedy::Test => writeln!(out, "  No test asserts anything that depends on the rule.")?,
    }
    Ok(())
}

/// `"a test" (path:line)`.
fn shown(test: &TestName) -> String {
    let line = test.line.map_or(String::new(), |line| format!(":{line}"));
    format!("\"{}\" ({}{line})", test.name, test.path.display())
}

/// A line for each rule, under its file.
fn scores(style: Style, mutation: &Mutation, out: &mut dyn Write) -> io::Result<()> {
    let width = mutation.rules.iter().map(|rule| rule.name.chars().count()).max();
    let width = width.unwrap_or(0);
    let by_file = |a: &MutatedRule, b: &MutatedRule| a.place.file.path() == b.place.file.path();
    for rules in mutation.rules.chunk_by(by_file) {
        let score = rules.iter().map(MutatedRule::score);
        let score = score.fold(MutationScore::default(), |a, b| a + b);
        let path = rules[0].place.file.path().display();
        writeln!(out, "{path}  {}", style.faint(&tally(score)))?;
        for rule in rules {
            let score = rule.score();
            let mark = if score.survived == 0 {
                style.good("✓")
            } else {
                style.bad("✗")
            };
            writeln!(out, "  {mark} {:width$}  {}", rule.name, tally(score))?;
        }
    }
    writeln!(out)
}

fn tally(score: MutationScore) -> String {
    format!("{}/{} killed", score.killed, score.killed + score.survived)
}

/// How many mutants are equivalent, by proof.
fn equivalent(style: Style, mutation: &Mutation, out: &mut dyn Write) -> io::Result<()> {
    let mut proofs: BTreeMap<&str, Vec<(&MutatedRule, &Mutant, &str)>> = BTreeMap::new();
    for rule in &mutation.rules {
        for mutant in &rule.mutants {
            if let Fate::Equivalent { proof, reason } = &mutant.fate {
                proofs.entry(proof).or_default().push((rule, mutant, reason));
            }
        }
    }
    if proofs.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "These make no difference, whatever the series are, and do not count:"
    )?;
    for (proof, mutants) in &proofs {
        for (rule, mutant, reason) in mutants {
            writeln!(
                out,
                "  {}: {} {}",
                rule.name,
                mutant.change,
                style.faint(&format!("({proof}: {reason})"))
            )?;
        }
    }
    writeln!(out)
}

/// How many series nothing needs. Many are there for the reader, and so they are not listed.
fn idle_series(mutation: &Mutation, out: &mut dyn Write) -> io::Result<()> {
    if mutation.idle_series.is_empty() {
        return Ok(());
    }
    let (idle, all) = (mutation.idle_series.len(), mutation.series_removed);
    writeln!(
        out,
        "{idle} of {all} input series can be taken out, and their tests still pass: `--format json` lists them\n"
    )
}

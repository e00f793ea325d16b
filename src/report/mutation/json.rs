//! Mutants as a part of the JSON document of `rulecheck test`.

use serde::Serialize;

use crate::outcome::{Fate, Mutant, MutatedRule, Mutation, MutationScore, Remedy, TestName};

/// All mutants.
#[derive(Serialize)]
pub(in crate::report) struct MutationJson<'a> {
    rules: Vec<RuleJson<'a>>,
    idle_series: Vec<SeriesJson<'a>>,
    series_removed: usize,
    summary: ScoreJson,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    path: String,
    line: usize,
    group: &'a str,
    rule: &'a str,
    tests: usize,
    mutants: Vec<MutantJson<'a>>,
    summary: ScoreJson,
}

#[derive(Serialize)]
struct MutantJson<'a> {
    operator: &'a str,
    change: &'a str,
    line: usize,
    column: usize,
    before: String,
    after: String,
    fate: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    killed_by: Option<TestJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<RemedyJson<'a>>,
}

#[derive(Serialize)]
struct TestJson<'a> {
    path: String,
    name: &'a str,
    line: Option<usize>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum RemedyJson<'a> {
    Assertion {
        test: TestJson<'a>,
        at_ms: i64,
        difference: &'a str,
        key: &'a str,
        entry: &'a str,
    },
    Input {
        series: &'a str,
    },
    Test,
}

#[derive(Serialize)]
struct SeriesJson<'a> {
    path: String,
    line: usize,
    test: &'a str,
    series: &'a str,
}

#[derive(Serialize)]
struct ScoreJson {
    killed: usize,
    survived: usize,
    equivalent: usize,
    score: Option<f64>,
}

/// The document.
pub(in crate::report) fn json(mutation: &Mutation) -> MutationJson<'_> {
    MutationJson {
        rules: mutation.rules.iter().map(rule).collect(),
        idle_series: mutation
            .idle_series
            .iter()
            .map(|idle| SeriesJson {
                path: idle.test.path.display().to_string(),
                line: idle.line,
                test: &idle.test.name,
                series: &idle.series,
            })
            .collect(),
        series_removed: mutation.series_removed,
        summary: score(mutation.score()),
    }
}

fn score(score: MutationScore) -> ScoreJson {
    ScoreJson {
        killed: score.killed,
        survived: score.survived,
        equivalent: score.equivalent,
        score: score.percent(),
    }
}

fn rule(rule: &MutatedRule) -> RuleJson<'_> {
    let file = &rule.place.file;
    RuleJson {
        path: file.path().display().to_string(),
        line: file.line_column(rule.place.range.start).line,
        group: &rule.group,
        rule: &rule.name,
        tests: rule.tests,
        mutants: rule.mutants.iter().map(mutant).collect(),
        summary: score(rule.score()),
    }
}

fn mutant(mutant: &Mutant) -> MutantJson<'_> {
    let at = mutant.place.file.line_column(mutant.place.range.start);
    let (before, after) = mutant.lines();
    let mut json = MutantJson {
        operator: mutant.operator,
        change: &mutant.change,
        line: at.line,
        column: at.column,
        before,
        after,
        fate: "",
        killed_by: None,
        proof: None,
        reason: None,
        remedy: None,
    };
    match &mutant.fate {
        Fate::Killed { by } => {
            json.fate = "killed";
            json.killed_by = Some(test(by));
        }
        Fate::Survived { remedy: found } => {
            json.fate = "survived";
            json.remedy = Some(remedy(found));
        }
        Fate::Equivalent { proof, reason } => {
            json.fate = "equivalent";
            json.proof = Some(proof);
            json.reason = Some(reason);
        }
    }
    json
}

fn test(name: &TestName) -> TestJson<'_> {
    TestJson {
        path: name.path.display().to_string(),
        name: &name.name,
        line: name.line,
    }
}

fn remedy(remedy: &Remedy) -> RemedyJson<'_> {
    match remedy {
        Remedy::Assertion {
            test: name,
            at_ms,
            difference,
            key,
            entry,
        } => RemedyJson::Assertion {
            test: test(name),
            at_ms: *at_ms,
            difference,
            key,
            entry,
        },
        Remedy::Input(series) => RemedyJson::Input { series },
        Remedy::Test => RemedyJson::Test,
    }
}

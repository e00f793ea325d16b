//! Coverage as a part of the JSON document of `rulecheck test`.

use serde::Serialize;

use crate::outcome::{Coverage, CoverageTally, CoveredRule, Element};

/// All rules.
#[derive(Serialize)]
pub(in crate::report) struct CoverageJson<'a> {
    rules: Vec<RuleJson<'a>>,
    summary: TallyJson,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    path: String,
    line: usize,
    group: &'a str,
    rule: &'a str,
    tests: usize,
    elements: Vec<ElementJson<'a>>,
    summary: TallyJson,
}

#[derive(Serialize)]
struct ElementJson<'a> {
    kind: &'static str,
    line: usize,
    column: usize,
    text: &'a str,
    tests: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'a str>,
}

#[derive(Serialize)]
struct TallyJson {
    covered: usize,
    all: usize,
    percent: f64,
}

/// The document.
pub(in crate::report) fn json(coverage: &Coverage) -> CoverageJson<'_> {
    CoverageJson {
        rules: coverage.rules.iter().map(rule).collect(),
        summary: tally(coverage.tally()),
    }
}

fn tally(tally: CoverageTally) -> TallyJson {
    TallyJson {
        covered: tally.covered,
        all: tally.all,
        percent: tally.percent(),
    }
}

fn rule(rule: &CoveredRule) -> RuleJson<'_> {
    let file = &rule.place.file;
    RuleJson {
        path: file.path().display().to_string(),
        line: file.line_column(rule.place.range.start).line,
        group: &rule.group,
        rule: &rule.name,
        tests: rule.tests,
        elements: rule.elements.iter().map(element).collect(),
        summary: tally(rule.tally()),
    }
}

fn element(element: &Element) -> ElementJson<'_> {
    let place = &element.place;
    let at = place.file.line_column(place.range.start);
    ElementJson {
        kind: element.kind.as_str(),
        line: at.line,
        column: at.column,
        text: &place.file.text()[place.range.clone()],
        tests: element.tests,
        missing: (element.tests == 0).then_some(&*element.missing),
    }
}

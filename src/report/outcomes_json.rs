//! Outcomes as one JSON document. The format is documented in `docs/output.md`; keys are only ever added.

use std::io::{self, Write};

use serde::Serialize;

use super::TestSummary;
use super::coverage::{self, CoverageJson};
use super::explanation_json::{ExplanationJson, explanation};
use super::mutation::{self, MutationJson};
use crate::outcome::{Failure, Measures, Remark, RuleSource, TestOutcome, Timeline};

#[derive(Serialize)]
struct Document<'a> {
    tests: Vec<Test<'a>>,
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<CoverageJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutation: Option<MutationJson<'a>>,
}

#[derive(Serialize)]
struct Test<'a> {
    path: String,
    name: &'a str,
    line: Option<usize>,
    status: &'a str,
    alerts: &'a [String],
    failures: Vec<FailureJson<'a>>,
    remarks: Vec<RemarkJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explanations: Vec<ExplanationJson<'a>>,
}

#[derive(Serialize)]
struct RemarkJson<'a> {
    message: &'a str,
    line: Option<usize>,
}

#[derive(Serialize)]
struct FailureJson<'a> {
    kind: &'a str,
    message: &'a str,
    expected: Option<&'a str>,
    actual: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    at_ms: Option<i64>,
    rules: Vec<RuleJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeline: Option<Vec<Span>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explanations: Vec<ExplanationJson<'a>>,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    name: &'a str,
    path: String,
    line: usize,
}

#[derive(Serialize)]
struct Span {
    from_ms: i64,
    to_ms: i64,
    state: &'static str,
    active: usize,
}

#[derive(Serialize)]
struct Summary {
    passed: usize,
    failed: usize,
    errors: usize,
}

pub(super) fn render(outcomes: &[TestOutcome], measures: &Measures, out: &mut dyn Write) -> io::Result<()> {
    let TestSummary {
        passed,
        failed,
        errors,
    } = TestSummary::of(outcomes);
    let document = Document {
        tests: outcomes.iter().map(test).collect(),
        summary: Summary {
            passed,
            failed,
            errors,
        },
        coverage: measures.coverage.as_ref().map(coverage::json),
        mutation: measures.mutation.as_ref().map(mutation::json),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn test(outcome: &TestOutcome) -> Test<'_> {
    Test {
        path: outcome.path.display().to_string(),
        name: &outcome.name,
        line: outcome.line,
        status: outcome.status.as_str(),
        alerts: &outcome.alerts,
        failures: outcome.failures.iter().map(failure).collect(),
        remarks: outcome.remarks.iter().map(remark).collect(),
        explanations: outcome.explanations.iter().map(explanation).collect(),
    }
}

fn failure(failure: &Failure) -> FailureJson<'_> {
    FailureJson {
        kind: failure.kind,
        message: &failure.message,
        expected: failure.expected.as_deref(),
        actual: failure.actual.as_deref(),
        line: failure.line,
        column: failure.column,
        at_ms: failure.at_ms,
        rules: failure.rules.iter().map(rule).collect(),
        timeline: failure.timeline.as_ref().map(spans),
        explanations: failure.explanations.iter().map(explanation).collect(),
    }
}

fn rule(rule: &RuleSource) -> RuleJson<'_> {
    RuleJson {
        name: &rule.name,
        path: rule.path.display().to_string(),
        line: rule.line,
    }
}

fn remark(remark: &Remark) -> RemarkJson<'_> {
    RemarkJson {
        message: &remark.message,
        line: remark.line,
    }
}

fn spans(timeline: &Timeline) -> Vec<Span> {
    let span = |s: &crate::outcome::TimelineSpan| Span {
        from_ms: s.from_ms,
        to_ms: s.to_ms,
        state: s.state.as_str(),
        active: s.active,
    };
    timeline.spans.iter().map(span).collect()
}

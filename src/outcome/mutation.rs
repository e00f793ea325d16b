//! What became of rules that were changed on purpose.

use std::path::PathBuf;

use crate::diagnostic::Location;

/// All rules with their mutants, in the order of files and lines.
#[derive(Clone, Debug, Default)]
pub struct Mutation {
    /// The rules.
    pub rules: Vec<MutatedRule>,
    /// The input series that could be taken out of a test without anything noticing, in the order of files and lines.
    pub idle_series: Vec<IdleSeries>,
    /// How many input series were taken out.
    pub series_removed: usize,
}

/// A rule and its mutants.
#[derive(Clone, Debug)]
pub struct MutatedRule {
    /// The rule in its file.
    pub place: Location,
    /// The name of its group.
    pub group: String,
    /// The name of the alert or of the recorded metric.
    pub name: String,
    /// Whether it is an alerting rule.
    pub is_alert: bool,
    /// How many passing tests assert anything that depends on the rule.
    pub tests: usize,
    /// The mutants, in the order of their places.
    pub mutants: Vec<Mutant>,
}

/// A rule with one change.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The kind of change: the name of the operator.
    pub operator: &'static str,
    /// What was changed, in a few words.
    pub change: String,
    /// The piece of the file that was changed.
    pub place: Location,
    /// What stands there instead, as it would be written in the file.
    pub replacement: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a mutant.
#[derive(Clone, Debug)]
pub enum Fate {
    /// A test failed, or could not be judged any more.
    Killed {
        /// The first test that noticed.
        by: TestName,
    },
    /// No test noticed.
    Survived {
        /// What would have.
        remedy: Remedy,
    },
    /// It can be proved that nothing can notice. It does not count.
    Equivalent {
        /// The name of the proof.
        proof: &'static str,
        /// Why, in one sentence.
        reason: String,
    },
}

/// A test of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestName {
    /// The test file, as shown.
    pub path: PathBuf,
    /// The name of the test, or its place where it has none.
    pub name: String,
    /// Its line, from 1.
    pub line: Option<usize>,
}

/// What would have noticed a mutant that survived.
#[derive(Clone, Debug)]
pub enum Remedy {
    /// An assertion on the series of an existing test.
    Assertion {
        /// The test that it belongs to.
        test: TestName,
        /// When it is made, in milliseconds since the start of the test.
        at_ms: i64,
        /// What the mutant does at that time, in a few words.
        difference: String,
        /// The key of the test that it goes under: `alert_rule_test` or `promql_expr_test`.
        key: &'static str,
        /// The entry, as YAML.
        entry: String,
    },
    /// No series of the existing tests tell the two apart; these would.
    Input(String),
    /// No test asserts anything about the rule.
    Test,
}

/// An input series that no assertion needs.
#[derive(Clone, Debug)]
pub struct IdleSeries {
    /// The test that it is in.
    pub test: TestName,
    /// Its line in the file, from 1.
    pub line: usize,
    /// The series as written.
    pub series: String,
}

/// Mutants in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MutationScore {
    /// Those that a test noticed.
    pub killed: usize,
    /// Those that none did.
    pub survived: usize,
    /// Those that nothing can notice.
    pub equivalent: usize,
}

impl MutationScore {
    /// Which part of the mutants that count was noticed, in percent; nothing where there are none.
    pub fn percent(&self) -> Option<f64> {
        let counted = self.killed + self.survived;
        (counted > 0).then(|| self.killed as f64 / counted as f64 * 100.0)
    }

    /// Whether at least this part of the mutants was noticed, in percent. No mutants are noticed in full.
    pub fn reaches(&self, percent: f64) -> bool {
        self.percent().is_none_or(|own| own >= percent)
    }
}

impl std::ops::Add for MutationScore {
    type Output = MutationScore;

    fn add(self, other: MutationScore) -> MutationScore {
        MutationScore {
            killed: self.killed + other.killed,
            survived: self.survived + other.survived,
            equivalent: self.equivalent + other.equivalent,
        }
    }
}

impl MutatedRule {
    /// Its mutants in numbers.
    pub fn score(&self) -> MutationScore {
        let mut score = MutationScore::default();
        for mutant in &self.mutants {
            match mutant.fate {
                Fate::Killed { .. } => score.killed += 1,
                Fate::Survived { .. } => score.survived += 1,
                Fate::Equivalent { .. } => score.equivalent += 1,
            }
        }
        score
    }
}

impl Mutation {
    /// All mutants in numbers.
    pub fn score(&self) -> MutationScore {
        let scores = self.rules.iter().map(MutatedRule::score);
        scores.fold(MutationScore::default(), |a, b| a + b)
    }
}

impl Mutant {
    /// The lines of the file that the change touches, as they are and as they would be. The second is empty where
    /// the lines go.
    pub fn lines(&self) -> (String, String) {
        let Location { file, range } = &self.place;
        let text = file.text();
        let start = file.line_start(file.line_column(range.start).line);
        let last = range.end.max(range.start + 1) - 1;
        let end = file.line_end(file.line_column(last).line).max(range.end);
        let before = text[start..end].to_owned();
        let after = format!(
            "{}{}{}",
            &text[start..range.start],
            self.replacement,
            &text[range.end..end]
        );
        (before, after)
    }
}

//! promtool as an oracle: expressions are put into a unit-test file with expectations that cannot hold, and what it
//! says it got is read back.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use crate::data::Data;

/// An expression to be evaluated at a time.
pub(crate) struct Question {
    pub(crate) expression: String,
    pub(crate) time_seconds: i64,
}

/// A sample's value; floats are the same where their bits are.
#[derive(Debug)]
pub(crate) enum Number {
    Float(f64),
    Histogram(String),
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Number::Float(a), Number::Float(b)) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            (Number::Histogram(a), Number::Histogram(b)) => a == b,
            _ => false,
        }
    }
}

/// What became of an expression.
pub(crate) enum Answer {
    Error(String),
    /// Labels and values, sorted by labels.
    Samples(Vec<(String, Number)>),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Error(message) => write!(f, "error: {message}"),
            Answer::Samples(samples) if samples.is_empty() => f.write_str("nothing"),
            Answer::Samples(samples) => {
                for (i, (labels, number)) in samples.iter().enumerate() {
                    let separator = if i > 0 { ", " } else { "" };
                    match number {
                        Number::Float(value) => write!(f, "{separator}{labels} {value:e}")?,
                        Number::Histogram(text) => write!(f, "{separator}{labels} {text}")?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// promtool holds at most 10,000 samples in a test, which its users cannot change.
pub(crate) fn beyond_its_limits(answer: &Answer) -> bool {
    matches!(answer, Answer::Error(message) if message.contains("too many samples"))
}

/// The program.
pub(crate) struct Promtool(PathBuf);

impl Promtool {
    pub(crate) fn find() -> Option<Self> {
        let named = std::env::var_os("PROMTOOL").map(PathBuf::from);
        let program = named.unwrap_or_else(|| PathBuf::from("promtool"));
        let works = Command::new(&program)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success());
        works.then_some(Promtool(program))
    }

    /// Whether it gives another answer when asked again: it loads series in random order.
    pub(crate) fn wavers(
        &self,
        data: &Data,
        question: &Question,
        delayed_name_removal: bool,
        ours: &Answer,
        theirs: &Answer,
    ) -> bool {
        (0..10).any(|_| {
            let again = self.ask(data, std::slice::from_ref(question), delayed_name_removal);
            again
                .iter()
                .any(|again| same(again, ours) || !same(again, theirs))
        })
    }

    /// What it makes of the questions.
    pub(crate) fn ask(&self, data: &Data, questions: &[Question], delayed_name_removal: bool) -> Vec<Answer> {
        let folder = tempfile::tempdir().expect("a folder for the test file");
        let file = folder.path().join("test.yml");
        std::fs::write(&file, test_file(data, questions)).expect("writes the test file");
        let mut features = "promql-experimental-functions".to_owned();
        if delayed_name_removal {
            features.push_str(",promql-delayed-name-removal");
        }
        let output = Command::new(&self.0)
            .arg(format!("--enable-feature={features}"))
            .args(["test", "rules"])
            .arg(&file)
            .output()
            .expect("runs promtool");
        let text = [output.stdout, output.stderr].concat();
        let answers = read_answers(&String::from_utf8_lossy(&text));
        assert_eq!(
            answers.len(),
            questions.len(),
            "{}",
            String::from_utf8_lossy(&text)
        );
        answers
    }
}

fn test_file(data: &Data, questions: &[Question]) -> String {
    let mut text = String::from("evaluation_interval: 1m\ntests:\n- interval: 15s\n  input_series:\n");
    for (name, values) in data.notation() {
        text.push_str(&format!("  - series: '{name}'\n    values: '{values}'\n"));
    }
    text.push_str("  promql_expr_test:\n");
    for question in questions {
        text.push_str(&format!(
            "  - expr: '{}'\n    eval_time: {}s\n    exp_samples: [{{labels: never, value: 1}}]\n",
            question.expression, question.time_seconds
        ));
    }
    text
}

fn read_answers(text: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for line in text.lines() {
        if let Some(got) = line.strip_prefix("        got: ") {
            answers.push(Answer::Samples(read_samples(got)));
        } else if line.starts_with("    expr: ")
            && let Some((_, message)) = line.split_once(", err: ")
        {
            answers.push(Answer::Error(message.to_owned()));
        }
    }
    answers
}

/// Reads `{a="1"} 2E+00, {a="2"} {{count:1 …}}`. No label value of ours has a brace or a comma in it.
fn read_samples(mut text: &str) -> Vec<(String, Number)> {
    let mut samples = Vec::new();
    while text.starts_with('{') {
        let Some((labels, rest)) = text.split_once("} ") else {
            break;
        };
        let end = if rest.starts_with("{{") {
            rest.find("}}").map_or(rest.len(), |end| end + 2)
        } else {
            rest.find(", ").unwrap_or(rest.len())
        };
        let (value, rest) = rest.split_at(end);
        let number = match value.parse() {
            Ok(float) => Number::Float(float),
            Err(_) => Number::Histogram(without_hint(value)),
        };
        samples.push((format!("{labels}}}"), number));
        text = rest.strip_prefix(", ").unwrap_or(rest);
    }
    samples
}

/// A histogram without its counter reset hint, which has changed with Prometheus' versions.
pub(crate) fn without_hint(histogram: &str) -> String {
    let hint = " counter_reset_hint:";
    match histogram.split_once(hint) {
        Some((before, rest)) => {
            let end = rest.find([' ', '}']).unwrap_or(rest.len());
            format!("{before}{}", &rest[end..])
        }
        None => histogram.to_owned(),
    }
}

/// The same error, or the same labels with the same bits.
pub(crate) fn same(a: &Answer, b: &Answer) -> bool {
    match (a, b) {
        (Answer::Error(a), Answer::Error(b)) => gist(a) == gist(b),
        (Answer::Samples(a), Answer::Samples(b)) => a == b,
        _ => false,
    }
}

/// An error without its position and the numbers of tokens, which change with the version, and without the series that
/// it names: promtool loads them in random order.
fn gist(message: &str) -> String {
    let message = message
        .split_once("parse error: ")
        .map_or(message, |(_, message)| message);
    let duplicates = "found duplicate series for the match group";
    if message.starts_with(duplicates) {
        return duplicates.to_owned();
    }
    let token = message
        .split_once("\"<Item ")
        .and_then(|(before, rest)| Some((before, rest.split_once(">\" ")?.1)));
    token.map_or(message.to_owned(), |(before, rest)| format!("{before}{rest}"))
}

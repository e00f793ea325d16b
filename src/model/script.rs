//! Test scripts: Prometheus' language for testing PromQL, one command after the other.
//!
//! A script loads synthetic series, evaluates queries and says what must come out. It is read line by line; a command
//! ends at an empty line or a comment. A command that cannot be understood is kept as such, and the next one is read
//! after the next empty line.
//!
//! This room knows what a script says, not what comes of it.

mod eval;
mod expect;
mod lines;
mod load;

#[cfg(test)]
mod tests;

use std::ops::Range;

use promql_syntax::ast::Expr;
use promql_syntax::series::SequenceItem;
use regex::Regex;

use crate::source::SourceFile;

/// A test script.
#[derive(Clone, Debug)]
pub struct Script {
    /// The commands in the order of the file.
    pub commands: Vec<Command>,
}

/// One command.
#[derive(Clone, Debug)]
pub enum Command {
    /// Removes all series.
    Clear,
    /// Adds series.
    Load(Load),
    /// Evaluates a query and compares the result.
    Eval(Box<Eval>),
    /// It was not understood.
    Broken(Broken),
}

/// A command that was not understood.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Line of the command, from 1.
    pub line: usize,
    /// The command's first line.
    pub header: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a script, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte range in the file.
    pub range: Range<usize>,
    /// One sentence.
    pub message: String,
}

/// `load 1m`, `load_with_nhcb 1m`, and the series below it.
#[derive(Clone, Debug)]
pub struct Load {
    /// Line of the command, from 1.
    pub line: usize,
    /// Time between two values, in milliseconds.
    pub interval_ms: i64,
    /// Also load classic histograms as native ones with custom buckets.
    pub with_nhcb: bool,
    /// The series. Of several with the same labels the last counts.
    pub series: Vec<LoadedSeries>,
}

/// A series to load.
#[derive(Clone, Debug)]
pub struct LoadedSeries {
    /// Its place and values.
    pub series: ScriptSeries,
    /// When each sample began to count, in milliseconds relative to the sample; empty where no `@st` line says.
    pub starts: Vec<StartRun>,
}

/// A run of start timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartRun {
    /// For how many samples it is.
    pub count: u64,
    /// The first offset, and what is added from one to the next; none where no start is known.
    pub offsets_ms: Option<(i64, i64)>,
}

/// A line with a series and its values.
#[derive(Clone, Debug)]
pub struct ScriptSeries {
    /// Its line, from 1.
    pub line: usize,
    /// Byte range of the line in the file.
    pub range: Range<usize>,
    /// Labels, `__name__` among them.
    pub labels: Vec<(String, String)>,
    /// The values, with ranges relative to the line.
    pub items: Vec<SequenceItem>,
}

/// `eval instant at 5m up`, `eval range from 0 to 1h step 5m up`, and the expectations below it.
#[derive(Clone, Debug)]
pub struct Eval {
    /// Line of the command, from 1.
    pub line: usize,
    /// The command's first line.
    pub header: String,
    /// The query as written.
    pub query: String,
    /// Its tree.
    pub expr: Expr,
    /// When it is evaluated.
    pub time: EvalTime,
    /// What must come out.
    pub expected: Expectations,
}

/// When a query is evaluated, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvalTime {
    /// At one time.
    Instant(i64),
    /// At each step of a range.
    Range(Steps),
}

/// Equidistant times, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The first.
    pub start: i64,
    /// None is later than this.
    pub end: i64,
    /// The distance.
    pub step: i64,
}

/// What must come out of an evaluation.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// The query must fail.
    pub fail: bool,
    /// How the error must read.
    pub fail_message: Option<MessageMatch>,
    /// Each must match a warning, and each warning must match one of these; without any, warnings are free.
    pub warn: Vec<MessageMatch>,
    /// The same for infos.
    pub info: Vec<MessageMatch>,
    /// There must be no warning.
    pub no_warn: bool,
    /// There must be no info.
    pub no_info: bool,
    /// The series must come in the order in which they are listed.
    pub ordered: bool,
    /// The result is this string.
    pub string: Option<String>,
    /// The result of an instant query is a range vector with samples at these times.
    pub range_vector: Option<Steps>,
    /// The values.
    pub result: ExpectedResult,
}

/// The values that must come out.
#[derive(Clone, Debug)]
pub enum ExpectedResult {
    /// A number.
    Scalar(f64),
    /// Series. Of several with the same labels the last counts.
    Series(Vec<ScriptSeries>),
}

impl Default for ExpectedResult {
    fn default() -> Self {
        ExpectedResult::Series(Vec::new())
    }
}

/// How a message must read.
#[derive(Clone, Debug)]
pub enum MessageMatch {
    /// In any way.
    Any,
    /// Exactly so.
    Exact(String),
    /// This must match somewhere in it.
    Pattern(Regex),
}

impl MessageMatch {
    /// Whether a message reads that way.
    pub fn matches(&self, message: &str) -> bool {
        match self {
            MessageMatch::Any => true,
            MessageMatch::Exact(expected) => expected == message,
            MessageMatch::Pattern(pattern) => pattern.is_match(message),
        }
    }
}

impl Script {
    /// Whether any command was understood.
    pub fn is_recognised(&self) -> bool {
        self.commands
            .iter()
            .any(|command| !matches!(command, Command::Broken(_)))
    }

    /// Reads a script. What cannot be understood is among the commands.
    pub fn parse(file: &SourceFile) -> Script {
        let mut lines = lines::Lines::new(file);
        let mut commands = Vec::new();
        while let Some(line) = lines.next_command() {
            let parsed = match line.text.clone().next_word().text.to_ascii_lowercase() {
                word if word == "clear" => Ok(Command::Clear),
                word if word.starts_with("load") => load::parse(line, &mut lines).map(Command::Load),
                word if word.starts_with("eval") => {
                    eval::parse(line, &mut lines).map(|eval| Command::Eval(Box::new(eval)))
                }
                _ => Err(line.text.fault("a command begins with `load`, `clear` or `eval`")),
            };
            commands.push(parsed.unwrap_or_else(|fault| {
                lines.skip_block();
                Command::Broken(Broken {
                    line: line.number,
                    header: line.text.text.to_owned(),
                    fault,
                })
            }));
        }
        Script { commands }
    }
}

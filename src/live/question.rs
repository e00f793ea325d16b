//! What a Prometheus is asked.

use super::answer::Answer;
use super::fault::Fault;

/// A question to a Prometheus. Times are milliseconds since the epoch.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// What time it is there.
    Time,
    /// Which version it is.
    BuildInfo,
    /// How it was started.
    Flags,
    /// Its configuration.
    Config,
    /// Type, help and unit of metrics.
    Metadata,
    /// The names of the series between two times.
    Names {
        /// From when.
        start: i64,
        /// To when.
        end: i64,
    },
    /// The values that a label has on the series of a selector between two times.
    LabelValues {
        /// The label.
        label: String,
        /// The selector.
        selector: String,
        /// From when.
        start: i64,
        /// To when.
        end: i64,
        /// The most values to answer with.
        limit: usize,
    },
    /// The series of a selector between two times.
    Series {
        /// The selector.
        selector: String,
        /// From when.
        start: i64,
        /// To when.
        end: i64,
        /// The most series to answer with.
        limit: usize,
    },
    /// The value of an expression at a time, with what it cost.
    Instant {
        /// The expression.
        query: String,
        /// When.
        at: i64,
    },
    /// The values of an expression at the steps between two times.
    Range {
        /// The expression.
        query: String,
        /// From when.
        start: i64,
        /// To when.
        end: i64,
        /// Between two steps.
        step: i64,
        /// The most series to answer with.
        limit: usize,
    },
}

/// What answers questions: a Prometheus, or what stands in for one.
pub trait Server {
    /// Its address, for people.
    fn address(&self) -> String;

    /// Answers questions, in their order.
    fn ask(&self, questions: Vec<Question>) -> Vec<Result<Answer, Fault>>;
}

impl Question {
    /// Where it is asked, below the address of the server, and with which parameters. The last says whether the parameters
    /// are sent as a body: an expression may be longer than an address.
    pub(super) fn request(
        &self,
        timeout: std::time::Duration,
    ) -> (String, Vec<(&'static str, String)>, bool) {
        let between = |start: &i64, end: &i64| vec![("start", seconds(*start)), ("end", seconds(*end))];
        let with = |mut parameters: Vec<(&'static str, String)>, more: &[(&'static str, String)]| {
            parameters.extend_from_slice(more);
            parameters
        };
        let patience = ("timeout", format!("{}ms", timeout.as_millis()));
        match self {
            Question::Time => (
                "api/v1/query".to_owned(),
                vec![("query", "time()".to_owned())],
                true,
            ),
            Question::BuildInfo => ("api/v1/status/buildinfo".to_owned(), Vec::new(), false),
            Question::Flags => ("api/v1/status/flags".to_owned(), Vec::new(), false),
            Question::Config => ("api/v1/status/config".to_owned(), Vec::new(), false),
            Question::Metadata => (
                "api/v1/metadata".to_owned(),
                vec![("limit_per_metric", "4".to_owned())],
                false,
            ),
            Question::Names { start, end } => (
                "api/v1/label/__name__/values".to_owned(),
                between(start, end),
                false,
            ),
            Question::LabelValues {
                label,
                selector,
                start,
                end,
                limit,
            } => (
                format!("api/v1/label/{label}/values"),
                with(
                    between(start, end),
                    &[("match[]", selector.clone()), ("limit", limit.to_string())],
                ),
                false,
            ),
            Question::Series {
                selector,
                start,
                end,
                limit,
            } => (
                "api/v1/series".to_owned(),
                with(
                    between(start, end),
                    &[("match[]", selector.clone()), ("limit", limit.to_string())],
                ),
                true,
            ),
            Question::Instant { query, at } => (
                "api/v1/query".to_owned(),
                vec![
                    ("query", query.clone()),
                    ("time", seconds(*at)),
                    ("stats", "all".to_owned()),
                    patience,
                ],
                true,
            ),
            Question::Range {
                query,
                start,
                end,
                step,
                limit,
            } => (
                "api/v1/query_range".to_owned(),
                with(
                    between(start, end),
                    &[
                        ("query", query.clone()),
                        ("step", seconds(*step)),
                        ("limit", limit.to_string()),
                        patience,
                    ],
                ),
                true,
            ),
        }
    }

    /// What it asks, in a few words.
    pub fn about(&self) -> String {
        match self {
            Question::Time => "the time".to_owned(),
            Question::BuildInfo => "its version".to_owned(),
            Question::Flags => "its flags".to_owned(),
            Question::Config => "its configuration".to_owned(),
            Question::Metadata => "the types of metrics".to_owned(),
            Question::Names { .. } => "the names of metrics".to_owned(),
            Question::LabelValues { label, selector, .. } => format!("the values of {label} on {selector}"),
            Question::Series { selector, .. } => format!("the series of {selector}"),
            Question::Instant { query, .. } | Question::Range { query, .. } => format!("`{query}`"),
        }
    }
}

/// A time as the API takes it.
fn seconds(milliseconds: i64) -> String {
    let (whole, rest) = (milliseconds.div_euclid(1000), milliseconds.rem_euclid(1000));
    format!("{whole}.{rest:03}")
}

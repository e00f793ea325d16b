//! Go's text/template, with the functions that Prometheus adds.
//!
//! Prometheus expands the labels and annotations of alerts with it. This crate does the same, to the byte:
//! the same output, the same messages with the same positions, and the same quirks.
//!
//! ```
//! use gotemplate::prometheus::{AlertContext, AlertTemplate, Sample, SampleValue};
//!
//! let template = AlertTemplate::parse("HighLoad", "{{ $labels.job }}: {{ $value | humanize }}").unwrap();
//! let context = AlertContext {
//!     labels: &[("job".to_owned(), "api".to_owned())],
//!     external_labels: &[],
//!     external_url: "",
//!     server_url: None,
//!     value: &SampleValue::Float(12345.0),
//!     timestamp_ms: 0,
//! };
//! let mut no_data = |_: &str, _: i64| Ok::<Vec<Sample>, String>(Vec::new());
//! assert_eq!(template.expand(&context, &mut no_data).unwrap(), "api: 12.35k");
//! ```
//!
//! # Why not one of the crates there are
//!
//! `gtmpl` 0.7.1 has not followed Go for years: it knows neither `break` nor assignment, and its messages are
//! its own. `gotmpl` 0.6.1 is maintained and close, but its values have no Go types beyond their kind, so that
//! messages such as `wrong type for value; expected *template.sample; got float64` and the verbs of `printf`
//! cannot be had; it has no methods on times and durations; its errors come one at a time, with a line and a
//! column that Go does not print; its templates may call each other 200 deep where Go allows 100000; and it bounds
//! loops but not the text that they make. A linter and a test runner need all of these.
//!
//! # Bounds
//!
//! A template from a stranger cannot hang, overflow the stack, or eat memory: steps, text and nesting are
//! bounded (see [`Limits`]). Beyond the bounds it fails with [`ExecError::limit`] set. Go has one bound, on the
//! depth of templates that call each other, which is the same here.
//!
//! # Where it differs from Prometheus
//!
//! - Parentheses nest at most 100 deep (Go: 10000), results of `args` 50 (Go: no limit).
//! - Addresses of pointers, which Go prints for `{{ query "up" }}`, are always the same.
//! - Of a native histogram there are the text and the fields `Schema`, `ZeroThreshold`, `ZeroCount`, `Count` and
//!   `Sum`. Of times there is UTC only: `Local` is UTC, `In` is missing, and so are the methods that encode.
//! - Regular expressions that are too large or nest too deep fail with another message.
//! - Characters that one version of Unicode has and another has not.
//!
//! Promtool 3.5, which the tests ask, has no `now`, `toDuration`, `urlQueryEscape` and negative durations, which
//! came later.
//!
//! # Rooms
//!
//! `lexer` and `parser` turn text into the instructions of `syntax`; `exec` runs them over `value`s, which have
//! `types`. `fmt`, `strconv`, `time` and `regexp` are what Go's packages of these names do, as far as templates
//! need it. `builtins` are Go's functions, `prometheus` are Prometheus'. `check` looks at a template without
//! running it. `scope` knows which variables are visible where.

mod builtins;
mod check;
mod exec;
mod fmt;
mod functions;
mod lexer;
mod parser;
pub mod prometheus;
mod regexp;
mod scope;
mod strconv;
mod syntax;
mod time;
mod types;
mod value;

pub use check::{LabelSource, Literal, TemplateUse, Use, check_alert_template};
pub use exec::ExecError;
pub use functions::FunctionSet;
pub use parser::ParseError;

use functions::Env;
use prometheus::{AlertContext, Query};
use regexp::RegexCache;
use syntax::Program;

/// How much a template may use up. The defaults are far beyond what any alert needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Instructions, commands and arguments; a query counts as 100.
    pub steps: u64,
    /// Bytes of text: what is written, and what functions return.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 5_000_000,
            bytes: 16 << 20,
        }
    }
}

/// A template that has been read. It can be executed any number of times, by any number of threads.
#[derive(Debug)]
pub struct Template {
    program: Program,
    regexes: RegexCache,
    limits: Limits,
}

impl Template {
    /// Reads a template, or says everything that is wrong with it; the first error is the one that Go reports.
    pub fn parse(name: &str, text: &str, functions: FunctionSet) -> Result<Self, Vec<ParseError>> {
        Ok(Self {
            program: parser::parse(name, text, &functions)?,
            regexes: RegexCache::default(),
            limits: Limits::default(),
        })
    }

    /// The same template with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The name, which messages begin with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.program.name
    }

    /// Runs the template for an alert. Bytes that are not UTF-8, which only literals and slicing can bring
    /// about, become replacement characters.
    pub fn execute(&self, context: &AlertContext<'_>, query: &mut dyn Query) -> Result<String, ExecError> {
        let mut env = Env {
            query,
            timestamp_ms: context.timestamp_ms,
            server_url: context.server_url,
            regexes: &self.regexes,
            steps: self.limits.steps,
            bytes: self.limits.bytes,
            exceeded: false,
        };
        let data = prometheus::alert_data(context);
        match exec::execute(&self.program, data, &mut env) {
            Ok(out) => Ok(String::from_utf8(out)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())),
            Err(error) => Err(*error),
        }
    }
}

//! Which tests are run, and how rules are evaluated.

use regex::Regex;

use crate::replay::run::RunOptions;

/// The options.
#[derive(clap::Args)]
pub(super) struct RunningArgs {
    /// Run only the tests whose name matches this regular expression, in Go's syntax; may be given several times
    #[arg(long, value_name = "REGEX", value_parser = promql_syntax::compile_unanchored)]
    run: Vec<Regex>,

    /// Leave fields of rule files alone that Prometheus does not know
    #[arg(long)]
    ignore_unknown_fields: bool,

    /// Evaluate as a Prometheus with this feature flag does; may be given several times, or a list with commas
    #[arg(long, value_name = "FEATURE", value_delimiter = ',')]
    enable_feature: Vec<String>,
}

/// The flags that change how expressions are evaluated.
const DELAYED_NAME_REMOVAL: &str = "promql-delayed-name-removal";
/// The flags for syntax. All of it is understood anyway.
const SYNTAX: [&str; 4] = [
    "promql-experimental-functions",
    "promql-duration-expr",
    "promql-extended-range-selectors",
    "promql-binop-fill-modifiers",
];

impl RunningArgs {
    /// The options for the replay.
    pub(super) fn options(&self) -> RunOptions {
        RunOptions {
            run: self.run.clone(),
            ignore_unknown_fields: self.ignore_unknown_fields,
            delayed_name_removal: self.enable_feature.iter().any(|f| f == DELAYED_NAME_REMOVAL),
            ..RunOptions::default()
        }
    }

    /// The features that nobody knows. As for promtool, naming one is no error.
    pub(super) fn unknown_features(&self) -> impl Iterator<Item = &str> {
        let features = self.enable_feature.iter().map(String::as_str);
        features.filter(|f| !f.is_empty() && *f != DELAYED_NAME_REMOVAL && !SYNTAX.contains(f))
    }
}

//! Which tests are run, and how rules are evaluated.

use regex::Regex;

use crate::replay::run::{RuleAt, RunOptions};

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

    /// Explain failures, or a rule at a time (`--explain=ALERT@TIME`): what each part of its expression was worth
    #[arg(long, value_name = "RULE@TIME", num_args = 0..=1, require_equals = true, default_missing_value = "", value_parser = asked)]
    explain: Vec<Asked>,

    /// Print all series at the end of each test, and how long it took, on standard error
    #[arg(long)]
    pub(super) debug: bool,
}

/// What is to be explained.
#[derive(Clone)]
enum Asked {
    Failures,
    Rule(RuleAt),
}

impl Asked {
    fn rule(&self) -> Option<&RuleAt> {
        match self {
            Asked::Failures => None,
            Asked::Rule(rule) => Some(rule),
        }
    }
}

/// A rule at a time, written `RULE@TIME`; all failures where nothing is written.
fn asked(text: &str) -> Result<Asked, String> {
    if text.is_empty() {
        return Ok(Asked::Failures);
    }
    let form = "write RULE@TIME, such as HighErrorRate@12m";
    let (rule, time) = text.rsplit_once('@').ok_or(form)?;
    let at_ms = promql_syntax::parse_duration(time).map_err(|_| form)?;
    Ok(Asked::Rule(RuleAt {
        rule: rule.to_owned(),
        at_ms,
    }))
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
            explain_failures: self.explain.iter().any(|asked| matches!(asked, Asked::Failures)),
            explain: self.explain.iter().filter_map(Asked::rule).cloned().collect(),
            dump: self.debug,
            ..RunOptions::default()
        }
    }

    /// The features that nobody knows. As for promtool, naming one is no error.
    pub(super) fn unknown_features(&self) -> impl Iterator<Item = &str> {
        let features = self.enable_feature.iter().map(String::as_str);
        features.filter(|f| !f.is_empty() && *f != DELAYED_NAME_REMOVAL && !SYNTAX.contains(f))
    }
}

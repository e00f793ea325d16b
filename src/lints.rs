//! What can be wrong: one file a lint, and this registry.
//!
//! A lint sees the project and builds diagnostics; it never reads a file. To add one, copy a file, add a
//! line to [`REGISTRY`], and write its page in `docs/lints/`: the page holds the examples that test it.

mod absent;
mod absent_grouping_label;
mod alert_without_comparison;
mod alert_would_fire;
mod always_fires;
mod analyses;
mod asked;
mod beyond_retention;
mod bucket_interpolation;
mod comparison;
mod counter_threshold;
mod dashboards;
mod dead_alternative;
mod declared;
mod dependencies;
mod duplicate_group;
mod duplicate_rule;
mod external_labels;
mod function_of_type;
mod implicit_matching;
mod invalid_name;
mod join_without_effect;
mod label_from_value;
mod label_gone;
mod label_in_pieces;
mod levels;
mod long_interval;
mod malformed_link;
mod matched_labels;
mod metric_names;
mod metric_naming;
mod name_by_regex;
mod nan_spreads;
mod needless_for;
mod needless_regex;
mod never_set_metric;
mod origin;
mod policy;
mod promql_feature;
mod promql_syntax;
mod quantile;
mod quantile_beyond_buckets;
mod quantile_without_le;
mod query_cost;
mod query_fails;
mod ranges;
mod rate_of_sum;
mod reach;
mod recorded_already;
mod recordings;
mod required;
mod requirements;
mod rule_order;
mod run;
mod running_total;
mod schedule;
mod script_syntax;
mod series_notation;
mod series_seen;
mod server_silent;
mod short_range;
mod sides_never_match;
mod sides_unmatched;
mod silent_at_zero;
mod silent_when_target_gone;
mod slow_alert;
mod spoken_units;
mod stack;
mod subquery_resolution;
mod suppress;
mod template_query;
mod template_syntax;
mod templates;
mod unbounded_label;
mod unequal_windows;
mod unformatted_value;
mod unit_mismatch;
mod unknown_metric;
mod unless_takes_all;
mod unrecorded_series;
mod unsteady_alert;
mod unused_metric;
mod vanishing;

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use crate::catalog::{Catalog, Catalogs};
use crate::deployment::Deployments;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::ScriptFile;
use crate::model::dashboard::{Dashboard, Panel, Target, Variable};
use crate::model::prometheus::PrometheusConfig;
use crate::model::rules::{Expression, Group, Rule, RuleFile};
use crate::model::settings::Settings;
use crate::model::unit_tests::{TestGroup, UnitTestFile};
use crate::observed::Observed;
use crate::project::Project;
use crate::source::SourceFile;

pub use alert_would_fire::wanted;
pub use analyses::{Analyses, Ground, Grounds, Known};
pub use levels::{Levels, LintOption, OptionKind};
pub use recordings::Recordings;
pub use run::{Options, refusals, run};
pub use templates::Templates;

/// What all lints can look at.
pub struct Context<'p> {
    /// All that was read.
    pub project: &'p Project,
    /// The settings of the repository.
    pub settings: &'p Settings,
    /// What they make of the lints.
    pub levels: &'p Levels,
    /// Whether the project is all that there is, rather than files that were named.
    pub whole: bool,
    /// The metrics that are known.
    pub catalogs: &'p Catalogs,
    /// What is started together.
    pub deployments: &'p Deployments<'p>,
    /// The recording rules, to look from one rule to another.
    pub recordings: &'p Recordings<'p>,
    /// What expressions are analysed by.
    pub grounds: &'p Grounds<'p>,
    /// What the templates of the rules use that are looked at.
    pub templates: Templates,
    /// What is known of the expressions that are looked at: of those of other pieces of the project, and where the whole
    /// is looked at, nothing is.
    pub analyses: Analyses<'p>,
    /// The current day.
    pub today: Date,
}

impl<'p> Context<'p> {
    /// The metrics that are known where a file belongs.
    pub fn catalog(&self, path: &Path) -> &'p Catalog {
        self.catalogs.of(path)
    }

    /// The configuration of the Prometheus that a file belongs to, where the project has one.
    pub fn config(&self, path: &Path) -> Option<&'p PrometheusConfig> {
        let catalog = self.catalog(path);
        let stack = self
            .catalogs
            .stacks()
            .iter()
            .find(|stack| std::ptr::eq(&stack.catalog, catalog));
        let config = stack?.config.as_deref()?;
        self.project
            .prometheus_configs()
            .find(|known| known.file.path() == config)
    }

    /// What a running Prometheus answered that evaluates the rules in a file, where one was asked.
    pub fn server(&self, path: &Path) -> Option<&'p Observed> {
        self.catalogs.observed(path)
    }
}

/// A rule where it stands.
#[derive(Clone, Copy, Debug)]
pub struct RuleAt<'p> {
    /// Its file.
    pub file: &'p RuleFile,
    /// Its group.
    pub group: &'p Group,
    /// The rule.
    pub rule: &'p Rule,
}

/// A panel where it stands.
#[derive(Clone, Copy, Debug)]
pub struct PanelAt<'p> {
    /// Its dashboard.
    pub board: &'p Dashboard,
    /// The panel.
    pub panel: &'p Panel,
}

/// A query of a dashboard where it stands.
#[derive(Clone, Copy, Debug)]
pub struct TargetAt<'p> {
    /// Its dashboard.
    pub board: &'p Dashboard,
    /// Its panel.
    pub panel: &'p Panel,
    /// The query.
    pub target: &'p Target,
}

/// A variable of a dashboard where it stands.
#[derive(Clone, Copy, Debug)]
pub struct VariableAt<'p> {
    /// Its dashboard.
    pub board: &'p Dashboard,
    /// The variable.
    pub variable: &'p Variable,
}

/// An expression of a rule or a dashboard where it stands.
#[derive(Clone, Copy, Debug)]
pub struct ExpressionAt<'p> {
    /// Its file.
    pub file: &'p Arc<SourceFile>,
    /// The expression.
    pub expr: &'p Expression,
    /// What it is for.
    pub place: Place<'p>,
}

/// What an expression is for.
#[derive(Clone, Copy, Debug)]
pub enum Place<'p> {
    /// A rule evaluates it.
    Rule(RuleAt<'p>),
    /// A dashboard shows it.
    Target(TargetAt<'p>),
    /// A variable of a dashboard takes its values from it.
    Variable(VariableAt<'p>),
}

/// Something that can be wrong. A lint is described by one line ([`describe!`]) and implements the methods for what
/// it looks at.
pub trait Lint: Sync {
    /// The code, as in `docs/lints/CODE.md`.
    fn code(&self) -> &'static str;

    /// What it finds, in one line.
    fn summary(&self) -> &'static str;

    /// How sure and how grave its findings are at most.
    fn severity(&self) -> Severity;

    /// Its page, `docs/lints/CODE.md`.
    fn page(&self) -> &'static str;

    /// Whether Prometheus, promtool or rulecheck's own tests refuse what it finds.
    fn is_refusal(&self) -> bool {
        false
    }

    /// Whether what it finds in a file depends on others.
    fn looks_beyond(&self) -> bool {
        false
    }

    /// Whether it is on where the settings do not name it.
    fn is_on(&self) -> bool {
        true
    }

    /// What it can be told in the settings.
    fn options(&self) -> &'static [LintOption] {
        &[]
    }

    /// Looks at everything at once.
    fn project(&self, _cx: &Context<'_>, _found: &mut Vec<Diagnostic>) {}

    /// Looks at the rules of one document.
    fn rule_file(&self, _cx: &Context<'_>, _file: &RuleFile, _found: &mut Vec<Diagnostic>) {}

    /// Looks at one rule.
    fn rule(&self, _cx: &Context<'_>, _at: RuleAt<'_>, _found: &mut Vec<Diagnostic>) {}

    /// Looks at the expression of one rule, at one query of a dashboard, or at that of a variable.
    fn expression(&self, _cx: &Context<'_>, _at: ExpressionAt<'_>, _found: &mut Vec<Diagnostic>) {}

    /// Looks at one dashboard.
    fn dashboard(&self, _cx: &Context<'_>, _board: &Dashboard, _found: &mut Vec<Diagnostic>) {}

    /// Looks at one panel of a dashboard.
    fn panel(&self, _cx: &Context<'_>, _at: PanelAt<'_>, _found: &mut Vec<Diagnostic>) {}

    /// Looks at one query of a dashboard.
    fn target(&self, _cx: &Context<'_>, _at: TargetAt<'_>, _found: &mut Vec<Diagnostic>) {}

    /// Looks at one test.
    fn test(&self, _cx: &Context<'_>, _file: &UnitTestFile, _test: &TestGroup, _found: &mut Vec<Diagnostic>) {
    }

    /// Looks at one test script.
    fn script(&self, _cx: &Context<'_>, _file: &ScriptFile, _found: &mut Vec<Diagnostic>) {}
}

/// Describes a lint: its code, the highest severity of its findings, and what it finds, in one line.
macro_rules! describe {
    ($code:literal, $severity:ident, $summary:literal) => {
        fn code(&self) -> &'static str {
            $code
        }

        fn summary(&self) -> &'static str {
            $summary
        }

        fn severity(&self) -> $crate::diagnostic::Severity {
            $crate::diagnostic::Severity::$severity
        }

        fn page(&self) -> &'static str {
            $crate::lints::page!($code)
        }
    };
}
use describe;

/// The page of a code.
macro_rules! page {
    ($code:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lints/", $code, ".md"))
    };
}
use page;

/// All lints.
pub static REGISTRY: &[&dyn Lint] = &[
    &promql_syntax::PromqlSyntax,
    &promql_feature::PromqlFeature,
    &invalid_name::InvalidName,
    &duplicate_group::DuplicateGroup,
    &duplicate_rule::DuplicateRule,
    &series_notation::SeriesNotation,
    &template_syntax::TemplateSyntax,
    &needless_regex::NeedlessRegex,
    &label_in_pieces::LabelInPieces,
    &implicit_matching::ImplicitMatching,
    &join_without_effect::JoinWithoutEffect,
    &required::RequiredLabel,
    &required::RequiredAnnotation,
    &policy::LabelNotAllowed,
    &policy::AnnotationNotAllowed,
    &policy::NameNotAllowed,
    &policy::ForNotAllowed,
    &policy::ResultLabels,
    &policy::SelectorNotAllowed,
    &policy::RangeNotAllowed,
    &policy::GroupNotAllowed,
    &policy::RuleNotAllowed,
    &beyond_retention::BeyondRetention,
    &comparison::NeverTrue,
    &comparison::AlwaysTrue,
    &quantile_beyond_buckets::QuantileBeyondBuckets,
    &bucket_interpolation::BucketInterpolation,
    &quantile_without_le::QuantileWithoutLe,
    &always_fires::AlwaysFires,
    &dead_alternative::DeadAlternative,
    &unless_takes_all::UnlessTakesAll,
    &counter_threshold::CounterThreshold,
    &function_of_type::RateOfGauge,
    &function_of_type::GaugeFunctionOnCounter,
    &rate_of_sum::RateOfSum,
    &unit_mismatch::UnitMismatch,
    &sides_never_match::SidesNeverMatch,
    &label_gone::LabelGone,
    &short_range::ShortRange,
    &subquery_resolution::SubqueryResolution,
    &long_interval::RangeBelowInterval,
    &long_interval::LongInterval,
    &needless_for::ForBelowInterval,
    &needless_for::NeedlessFor,
    &unknown_metric::UnknownMetric,
    &metric_names::BareHistogram,
    &metric_names::CounterSuffix,
    &alert_without_comparison::AlertWithoutComparison,
    &label_from_value::LabelFromValue,
    &external_labels::UnknownExternalLabel,
    &external_labels::ExternalLabelConflict,
    &template_query::TemplateQuery,
    &unformatted_value::UnformattedValue,
    &malformed_link::MalformedLink,
    &unsteady_alert::UnsteadyAlert,
    &nan_spreads::NanSpreads,
    &name_by_regex::NameByRegex,
    &metric_naming::MetricNaming,
    &recorded_already::RecordedAlready,
    &unequal_windows::UnequalWindows,
    &slow_alert::SlowAlert,
    &silent_at_zero::AbsentBeforeFirstEvent,
    &silent_at_zero::CountNeverZero,
    &absent::AbsentWithoutFor,
    &absent::AbsentBesideSeries,
    &absent::AbsentDecided,
    &absent::AbsentOfSeveral,
    &silent_when_target_gone::SilentWhenTargetGone,
    &rule_order::RuleReadsLaterRule,
    &rule_order::RuleReadsOtherGroup,
    &rule_order::RuleCycle,
    &unrecorded_series::UnrecordedSeries,
    &never_set_metric::NeverSetMetric,
    &unused_metric::UnusedMetric,
    &unbounded_label::UnboundedLabel,
    &matched_labels::UnknownLabel,
    &matched_labels::ImpossibleLabelValue,
    &absent_grouping_label::AbsentGroupingLabel,
    &dashboards::legends::LegendLabelGone,
    &dashboards::legends::LegendNotDistinct,
    &dashboards::unit_mismatch::PanelUnitMismatch,
    &dashboards::unknown_unit::MissingUnit,
    &dashboards::unknown_unit::UnknownUnit,
    &dashboards::thresholds::PanelThresholdUnreachable,
    &dashboards::counters::PanelShowsCounter,
    &dashboards::instants::InstantInGraph,
    &dashboards::ranges::FixedRange,
    &dashboards::ranges::RateOverStep,
    &dashboards::ranges::RateIntervalInSubquery,
    &dashboards::variable_names::UndefinedVariable,
    &dashboards::variable_names::UnusedVariable,
    &dashboards::variable_queries::VariableQuery,
    &dashboards::variable_queries::VariableNotRefreshed,
    &dashboards::datasources::FixedDatasource,
    &dashboards::without_query::PanelWithoutQuery,
    &dashboards::without_query::MissingPanel,
    &dashboards::ids::DuplicatePanelId,
    &dashboards::texts::UntitledPanel,
    &dashboards::texts::UndescribedPanel,
    &dashboards::texts::UntypedPanel,
    &dashboards::matchers::RequiredMatcher,
    &dashboards::variables_required::RequiredVariable,
    &dashboards::editable::EditableDashboard,
    &script_syntax::ScriptSyntax,
    &requirements::alert::MissingAlert,
    &requirements::metric::MissingMetric,
    &requirements::dashboard::MissingDashboard,
    &stack::unprovided_target::UnprovidedTarget,
    &stack::unprovided_datasource::UnprovidedDatasource,
    &stack::missing_mount::MissingMount,
    &stack::postgres_tls::PostgresExporterTls,
    &stack::undefined_service::UndefinedService,
    &stack::rule_files::EmptyRuleGlob,
    &stack::rule_files::UnloadedRuleFile,
    &stack::no_alertmanager::NoAlertmanager,
    &stack::long_scrape_interval::LongScrapeInterval,
    &stack::notified::route::UnreachedRoute,
    &stack::notified::receiver::UnreachedReceiver,
    &stack::notified::unrouted::UnroutedAlert,
    &stack::notified::inhibition::UnreachedInhibition,
    &server_silent::ServerSilent,
    &query_fails::QueryFails,
    &series_seen::SeriesNeverSeen,
    &series_seen::SeriesGone,
    &series_seen::LabelNeverSeen,
    &series_seen::ValueNeverSeen,
    &series_seen::SeriesIntermittent,
    &sides_unmatched::SidesUnmatched,
    &alert_would_fire::WouldFire,
    &query_cost::QueryCost,
];

macro_rules! reading {
    ($($code:literal, $severity:ident, $summary:literal;)*) => {
        &[$(Code {
            code: $code,
            severity: Severity::$severity,
            summary: $summary,
            page: page!($code),
        }),*]
    };
}

/// What is found while reading, before any lint runs, and what is said of findings.
static READING: &[Code] = reading![
    "unreadable-file", Error, "a file cannot be opened, is too large, or is no UTF-8 text";
    "unknown-file", Error, "a file that was named holds nothing that rulecheck knows";
    "yaml-syntax", Error, "a file is no YAML";
    "json-syntax", Error, "a file is no JSON";
    "metrics-syntax", Error, "a line of a page of metrics that Prometheus cannot read";
    "unknown-field", Error, "a field that the format does not have, often a misspelt one";
    "duplicate-field", Error, "a field that is written twice";
    "missing-field", Error, "a field that must be there is not";
    "invalid-value", Error, "a value of the wrong kind";
    "invalid-duration", Error, "a duration that does not parse";
    "matcher-syntax", Error, "a matcher in Alertmanager's configuration that does not parse, or only for now";
    "undefined-name", Error, "a receiver or a time interval that is used and not defined";
    "invalid-suppression", Warning, "a comment to rulecheck that cannot be understood";
    "unused-suppression", Warning, "a finding is said to be known where there is none, or no longer";
    "foreign-suppression", Info, "a comment to another linter about something that rulecheck finds, too";
    "ignored-document", Warning, "a document that is not read because it is not the first of its file";
];

/// Every code that a finding can have.
pub fn codes() -> impl Iterator<Item = Code> {
    let lints = REGISTRY.iter().map(|lint| Code {
        code: lint.code(),
        severity: lint.severity(),
        summary: lint.summary(),
        page: lint.page(),
    });
    READING.iter().copied().chain(lints)
}

//! The texts of labels and annotations.

use gotemplate::check_alert_template;
use gotemplate::prometheus::{AlertContext, AlertTemplate, Histogram, Query, SampleValue};
use promql_engine::FloatHistogram;

/// A text that may be a template.
pub(super) enum TemplateText {
    /// A text without actions, which stands for itself.
    Plain(String),
    /// A template.
    Template {
        /// Ready to be expanded.
        template: Box<AlertTemplate>,
        /// What it asks the storage.
        queries: Queries,
    },
    /// A template that does not parse, with what Prometheus puts in its place.
    Broken(String),
}

/// What a template asks the storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Queries {
    /// These expressions, or fewer.
    Known(Vec<String>),
    /// Expressions that it makes up as it goes.
    Unknown,
}

impl TemplateText {
    /// Reads the text of a label or an annotation of an alert.
    pub(super) fn new(alert: &str, text: &str) -> Self {
        if !text.contains("{{") {
            return TemplateText::Plain(text.to_owned());
        }
        match AlertTemplate::parse(alert, text) {
            Ok(template) => TemplateText::Template {
                template: Box::new(template),
                queries: Queries::of(alert, text),
            },
            Err(errors) => {
                let first = errors.first().map_or("", |error| error.message.as_str());
                let place = format!("error parsing template __alert_{alert}");
                TemplateText::Broken(format!("<error expanding template: {place}: {first}>"))
            }
        }
    }

    /// The text, where it is no template.
    pub(super) fn plain(&self) -> Option<&str> {
        match self {
            TemplateText::Plain(text) | TemplateText::Broken(text) => Some(text),
            TemplateText::Template { .. } => None,
        }
    }

    /// What it asks the storage.
    pub(super) fn queries(&self) -> &Queries {
        static NONE: Queries = Queries::Known(Vec::new());
        match self {
            TemplateText::Template { queries, .. } => queries,
            TemplateText::Plain(_) | TemplateText::Broken(_) => &NONE,
        }
    }

    /// Whether it asks the storage anything.
    pub(super) fn asks(&self) -> bool {
        *self.queries() != Queries::Known(Vec::new())
    }

    /// The text for an alert.
    pub(super) fn expand(&self, context: &AlertContext<'_>, query: &mut dyn Query) -> String {
        match self {
            TemplateText::Plain(text) | TemplateText::Broken(text) => text.clone(),
            TemplateText::Template { template, .. } => template.expand_or_message(context, query),
        }
    }
}

impl Queries {
    fn of(alert: &str, text: &str) -> Queries {
        let used = check_alert_template(alert, text);
        let calls = used.functions.iter().filter(|f| f.text == "query").count();
        if calls == used.queries.len() {
            Queries::Known(used.queries.into_iter().map(|query| query.text).collect())
        } else {
            Queries::Unknown
        }
    }
}

/// A sample's value as templates see it.
pub(super) fn template_value(value: &promql_engine::SampleValue) -> SampleValue {
    match value {
        promql_engine::SampleValue::Float(value) => SampleValue::Float(*value),
        promql_engine::SampleValue::Histogram(histogram) => histogram_of(histogram),
    }
}

/// A native histogram as templates see it.
fn histogram_of(histogram: &FloatHistogram) -> SampleValue {
    SampleValue::Histogram(Box::new(Histogram {
        text: histogram.to_string(),
        schema: histogram.schema,
        zero_threshold: histogram.zero_threshold,
        zero_count: histogram.zero_count,
        count: histogram.count,
        sum: histogram.sum,
    }))
}

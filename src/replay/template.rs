//! The texts of labels and annotations.

use gotemplate::prometheus::{AlertContext, AlertTemplate, Histogram, Query, SampleValue};
use promql_engine::FloatHistogram;

/// A text that may be a template.
pub(super) enum TemplateText {
    /// A text without actions, which stands for itself.
    Plain(String),
    /// A template.
    Template(Box<AlertTemplate>),
    /// A template that does not parse, with what Prometheus puts in its place.
    Broken(String),
}

impl TemplateText {
    /// Reads the text of a label or an annotation of an alert.
    pub(super) fn new(alert: &str, text: &str) -> Self {
        if !text.contains("{{") {
            return TemplateText::Plain(text.to_owned());
        }
        match AlertTemplate::parse(alert, text) {
            Ok(template) => TemplateText::Template(Box::new(template)),
            Err(errors) => {
                let first = errors.first().map_or("", |error| error.message.as_str());
                let place = format!("error parsing template __alert_{alert}");
                TemplateText::Broken(format!("<error expanding template: {place}: {first}>"))
            }
        }
    }

    /// The text for an alert.
    pub(super) fn expand(&self, context: &AlertContext<'_>, query: &mut dyn Query) -> String {
        match self {
            TemplateText::Plain(text) | TemplateText::Broken(text) => text.clone(),
            TemplateText::Template(template) => template.expand_or_message(context, query),
        }
    }
}

/// A native histogram as templates see it.
pub(super) fn histogram_of(histogram: &FloatHistogram) -> SampleValue {
    SampleValue::Histogram(Box::new(Histogram {
        text: histogram.to_string(),
        schema: histogram.schema,
        zero_threshold: histogram.zero_threshold,
        zero_count: histogram.zero_count,
        count: histogram.count,
        sum: histogram.sum,
    }))
}

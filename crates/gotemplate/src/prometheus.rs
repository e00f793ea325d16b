//! What Prometheus adds: its functions, the data of an alert, and the variables it defines before the text.

mod duration;
mod functions;
mod hosts;
mod humanize;
mod title;

pub(crate) use functions::FUNCTIONS;

use crate::types::{Field, Method, MethodBody, Named, Type};
use crate::value::{LABELS, Value};
use crate::{ExecError, FunctionSet, ParseError, Template};

/// What Prometheus puts before each label and annotation. Positions in messages count it.
pub const DEFINITIONS: &str = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}\
                               {{$externalURL := .ExternalURL}}{{$value := .Value}}";

/// What an alert's template can see.
#[derive(Clone, Debug)]
pub struct AlertContext<'a> {
    /// The labels of the series that the alert's expression returned, with its name if it has one.
    pub labels: &'a [(String, String)],
    /// The labels that Prometheus adds to everything it sends.
    pub external_labels: &'a [(String, String)],
    /// `$externalURL`.
    pub external_url: &'a str,
    /// What the functions `externalURL` and `pathPrefix` know. Promtool knows nothing there, and they fail.
    pub server_url: Option<&'a str>,
    /// `$value`.
    pub value: &'a SampleValue,
    /// The time of the evaluation, in milliseconds since 1970: what `now` returns and when `query` asks.
    pub timestamp_ms: i64,
}

/// A value of a series.
#[derive(Clone, Debug, PartialEq)]
pub enum SampleValue {
    /// A number.
    Float(f64),
    /// A native histogram.
    Histogram(Box<Histogram>),
}

/// A native histogram, as far as templates can see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// How Prometheus prints it: `{count:1, sum:2, (0.5,1]:1}`.
    pub text: String,
    /// `Schema`
    pub schema: i32,
    /// `ZeroThreshold`
    pub zero_threshold: f64,
    /// `ZeroCount`
    pub zero_count: f64,
    /// `Count`
    pub count: f64,
    /// `Sum`
    pub sum: f64,
}

/// An element of the result of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// All labels, with the series' name as `__name__`.
    pub labels: Vec<(String, String)>,
    /// Its value.
    pub value: SampleValue,
}

/// Answers the function `query`.
pub trait Query {
    /// The instant vector that the expression gives at a time in milliseconds since 1970, or what went
    /// wrong.
    fn query(&mut self, expression: &str, timestamp_ms: i64) -> Result<Vec<Sample>, String>;
}

impl<F: FnMut(&str, i64) -> Result<Vec<Sample>, String>> Query for F {
    fn query(&mut self, expression: &str, timestamp_ms: i64) -> Result<Vec<Sample>, String> {
        self(expression, timestamp_ms)
    }
}

/// The template of a label or an annotation of an alert. Parsed once, it can be expanded for every alert.
#[derive(Debug)]
pub struct AlertTemplate {
    template: Template,
}

impl AlertTemplate {
    /// Reads a template. Ranges in errors are in `text`; lines and columns in messages are Prometheus', which
    /// count its own definitions.
    pub fn parse(alert: &str, text: &str) -> Result<Self, Vec<ParseError>> {
        let source = format!("{DEFINITIONS}{text}");
        match Template::parse(&template_name(alert), &source, FunctionSet::prometheus()) {
            Ok(template) => Ok(Self { template }),
            Err(errors) => Err(errors.into_iter().map(into_text).collect()),
        }
    }

    /// The text for an alert. Ranges in errors are in the text that was parsed.
    pub fn expand(&self, context: &AlertContext<'_>, query: &mut dyn Query) -> Result<String, ExecError> {
        self.template.execute(context, query).map_err(|mut error| {
            error.range = shift(&error.range);
            error
        })
    }

    /// The text for an alert; if the template fails, what Prometheus puts in its place.
    pub fn expand_or_message(&self, context: &AlertContext<'_>, query: &mut dyn Query) -> String {
        self.expand(context, query).unwrap_or_else(|error| {
            let name = self.template.name();
            format!("<error expanding template: error executing template {name}: {error}>")
        })
    }
}

/// Expands a label or annotation as Prometheus does, errors and all.
pub fn expand_alert_template(
    alert: &str,
    text: &str,
    context: &AlertContext<'_>,
    query: &mut dyn Query,
) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    match AlertTemplate::parse(alert, text) {
        Ok(template) => template.expand_or_message(context, query),
        Err(errors) => {
            let name = template_name(alert);
            let first = errors.first().map_or("", |error| error.message.as_str());
            format!("<error expanding template: error parsing template {name}: {first}>")
        }
    }
}

/// The name that Prometheus gives to an alert's templates.
pub(crate) fn template_name(alert: &str) -> String {
    format!("__alert_{alert}")
}

/// A range behind the definitions, as a range of the text alone.
pub(crate) fn shift(range: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let skip = DEFINITIONS.len();
    range.start.saturating_sub(skip)..range.end.saturating_sub(skip)
}

/// An error with its ranges in the text alone.
pub(crate) fn into_text(error: ParseError) -> ParseError {
    ParseError {
        range: shift(&error.range),
        opened: error.opened.as_ref().map(shift),
        ..error
    }
}

/// The struct that an alert's template gets as its dot.
static ALERT: Type = Type::Struct(&[
    Field {
        name: "Labels",
        ty: LABELS,
    },
    Field {
        name: "ExternalLabels",
        ty: LABELS,
    },
    Field {
        name: "ExternalURL",
        ty: Type::String,
    },
    Field {
        name: "Value",
        ty: Type::Interface,
    },
]);

static SAMPLE_NAMED: Named = Named {
    name: "template.sample",
    underlying: Type::Struct(&[
        Field {
            name: "Labels",
            ty: LABELS,
        },
        Field {
            name: "Value",
            ty: Type::Interface,
        },
    ]),
    methods: || &[],
    pointer_methods: false,
};
static SAMPLE: Type = Type::Named(&SAMPLE_NAMED);

/// Its values have one more than it has fields: the text that its method returns.
static HISTOGRAM_NAMED: Named = Named {
    name: "histogram.FloatHistogram",
    underlying: Type::Struct(&[
        Field {
            name: "Schema",
            ty: Type::Int32,
        },
        Field {
            name: "ZeroThreshold",
            ty: Type::Float64,
        },
        Field {
            name: "ZeroCount",
            ty: Type::Float64,
        },
        Field {
            name: "Count",
            ty: Type::Float64,
        },
        Field {
            name: "Sum",
            ty: Type::Float64,
        },
    ]),
    methods: || HISTOGRAM_METHODS,
    pointer_methods: true,
};

const HISTOGRAM_METHODS: &[Method] = &[Method {
    name: "String",
    params: &[],
    body: MethodBody::Run(|histogram, _| match histogram {
        Value::Struct(_, values) => values.last().cloned().unwrap_or(Value::Nil),
        _ => Value::Nil,
    }),
}];
static HISTOGRAM: Type = Type::Named(&HISTOGRAM_NAMED);

fn labels(pairs: &[(String, String)]) -> Value {
    Value::labels(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

fn sample_value(value: &SampleValue) -> Value {
    match value {
        SampleValue::Float(value) => Value::Float(*value),
        SampleValue::Histogram(histogram) => {
            let fields = [
                Value::Int(Type::Int32, histogram.schema.into()),
                Value::Float(histogram.zero_threshold),
                Value::Float(histogram.zero_count),
                Value::Float(histogram.count),
                Value::Float(histogram.sum),
                Value::string(&histogram.text),
            ];
            Value::pointer_to(&HISTOGRAM, Value::Struct(HISTOGRAM, fields.into()))
        }
    }
}

/// The dot of an alert's template.
pub(crate) fn alert_data(context: &AlertContext<'_>) -> Value {
    let fields = [
        labels(context.labels),
        labels(context.external_labels),
        Value::string(context.external_url),
        Value::in_interface(sample_value(context.value)),
    ];
    Value::Struct(ALERT, fields.into())
}

fn sample(sample: &Sample) -> Value {
    let fields = [
        labels(&sample.labels),
        Value::in_interface(sample_value(&sample.value)),
    ];
    Value::pointer_to(&SAMPLE, Value::Struct(SAMPLE, fields.into()))
}

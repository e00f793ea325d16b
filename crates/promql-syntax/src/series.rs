//! The notation for synthetic series in unit tests and scripts: a metric and its values,
//! `http_requests_total{job="api"} 0+10x5 _x3 stale {{schema:0 sum:3 count:2 buckets:[1 1]}}`.
//!
//! Values are described, not listed: a repetition of a hundred million values is one item here, and whoever
//! expands it decides how much is too much.

mod histogram;
mod scan;

pub use histogram::{CounterResetHint, HistogramDescription};

use crate::error::{ErrorKind, ParseError};
use crate::parser::parse_number;
use crate::quote::{go_quote, unquote};
use crate::span::Span;
use scan::Scanner;

/// A series with its values described.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesDescription {
    /// Labels, `__name__` among them, in the order written.
    pub labels: Vec<(String, String)>,
    /// Range of the metric and its labels.
    pub metric_span: Span,
    /// The values, in order.
    pub items: Vec<SequenceItem>,
}

/// A run of values, one for each interval.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceItem {
    /// Its range.
    pub span: Span,
    /// What it stands for.
    pub values: SequenceValues,
}

/// What a run of values holds.
#[derive(Clone, Debug, PartialEq)]
pub enum SequenceValues {
    /// `_`, `_x3`: no sample, this many times.
    Omitted {
        /// Number of intervals without a sample.
        count: u64,
    },
    /// `stale`, `stalex3`: a staleness marker and this many more.
    Stale {
        /// How often it is repeated after the first.
        repeat: u64,
    },
    /// `1`, `1x3`, `1+2x3`: a first value and this many more, each larger by `step`.
    Floats {
        /// The first value.
        start: f64,
        /// What is added from one value to the next.
        step: f64,
        /// How many values follow the first.
        repeat: u64,
    },
    /// `{{…}}`, `{{…}}x3`, `{{…}}+{{…}}x3`.
    Histograms {
        /// The first histogram.
        start: Box<HistogramDescription>,
        /// What is added (or taken away, where `subtract`) from one to the next.
        step: Option<Box<HistogramDescription>>,
        /// Whether the step is taken away.
        subtract: bool,
        /// How many histograms follow the first.
        repeat: u64,
    },
}

impl SequenceValues {
    /// For how many intervals they stand, those without a sample among them.
    pub fn count(&self) -> u64 {
        match self {
            SequenceValues::Omitted { count } => *count,
            SequenceValues::Stale { repeat }
            | SequenceValues::Floats { repeat, .. }
            | SequenceValues::Histograms { repeat, .. } => repeat.saturating_add(1),
        }
    }
}

/// For how many intervals the items stand together.
pub fn value_count(items: &[SequenceItem]) -> u64 {
    items
        .iter()
        .fold(0, |sum, item| sum.saturating_add(item.values.count()))
}

/// Parses a series and its values.
///
/// # Errors
/// The first fault, with its range and Prometheus' words for it.
pub fn parse_series_description(text: &str) -> Result<SeriesDescription, ParseError> {
    let mut scanner = Scanner::new(text);
    scanner.skip_spaces();
    let start = scanner.at();
    let labels = metric(&mut scanner)?;
    let metric_span = Span::new(start, scanner.at());
    let mut items = Vec::new();
    loop {
        let spaced = scanner.skip_spaces();
        let Some(next) = scanner.peek() else { break };
        if !spaced {
            return Err(unexpected(
                &scanner,
                "series values",
                "",
                "Separate values by spaces.",
            ));
        }
        let from = scanner.at();
        let values = match next {
            '_' => omitted(&mut scanner)?,
            '{' => histograms(&mut scanner)?,
            _ => floats(&mut scanner)?,
        };
        items.push(SequenceItem {
            span: Span::new(from, scanner.at()),
            values,
        });
    }
    Ok(SeriesDescription {
        labels,
        metric_span,
        items,
    })
}

/// Parses a metric with its labels, `name{label="value"}`, into labels with `__name__` among them; nothing is
/// no labels.
///
/// # Errors
/// The first fault, with its range and Prometheus' words for it.
pub fn parse_metric(text: &str) -> Result<Vec<(String, String)>, ParseError> {
    let mut scanner = Scanner::new(text);
    scanner.skip_spaces();
    if scanner.peek().is_none() {
        return Ok(Vec::new());
    }
    let labels = metric(&mut scanner)?;
    scanner.skip_spaces();
    match scanner.peek() {
        None => Ok(labels),
        Some(_) => Err(unexpected(&scanner, "", "", "The metric ends before this.")),
    }
}

fn metric(scanner: &mut Scanner<'_>) -> Result<Vec<(String, String)>, ParseError> {
    let mut labels = Vec::new();
    let name = scanner.take_while(|c| c == '_' || c == ':' || c.is_ascii_alphanumeric());
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        let span = Span::new(scanner.at() - name.len(), scanner.at());
        let message = format!("unexpected number {}", go_quote(name));
        return Err(fault(span, message, "A series begins with a metric name or `{`."));
    }
    if !name.is_empty() {
        labels.push(("__name__".to_owned(), name.to_owned()));
        let before = scanner.at();
        scanner.skip_spaces();
        // `{{` behind a name is a histogram value, not labels.
        if scanner.peek() != Some('{') || scanner.rest().starts_with("{{") {
            scanner.back_to(before);
            return Ok(labels);
        }
    }
    if !scanner.eat("{") {
        return Err(unexpected(
            scanner,
            "",
            "",
            "A series begins with a metric name or `{`.",
        ));
    }
    loop {
        scanner.skip_spaces();
        if scanner.eat("}") {
            return Ok(labels);
        }
        label(scanner, &mut labels)?;
        scanner.skip_spaces();
        if !scanner.eat(",") && scanner.peek() != Some('}') {
            let help = "Separate labels with commas and close them with `}`.";
            return Err(unexpected(scanner, "label set", "\",\" or \"}\"", help));
        }
    }
}

fn label(scanner: &mut Scanner<'_>, labels: &mut Vec<(String, String)>) -> Result<(), ParseError> {
    let quoted = matches!(scanner.peek(), Some('"' | '\'' | '`'));
    let name = if quoted {
        string(scanner)?
    } else {
        scanner
            .take_while(|c| c == '_' || c.is_ascii_alphanumeric())
            .to_owned()
    };
    if name.is_empty() && !quoted {
        let help = "Labels read `label=\"value\"`.";
        return Err(unexpected(scanner, "label set", "identifier or \"}\"", help));
    }
    scanner.skip_spaces();
    if !scanner.eat("=") {
        if quoted {
            labels.push(("__name__".to_owned(), name));
            return Ok(());
        }
        return Err(unexpected(
            scanner,
            "label set",
            "\"=\"",
            "Labels read `label=\"value\"`.",
        ));
    }
    scanner.skip_spaces();
    if !matches!(scanner.peek(), Some('"' | '\'' | '`')) {
        return Err(unexpected(
            scanner,
            "label set",
            "string",
            "Put the value in quotes.",
        ));
    }
    let value = string(scanner)?;
    labels.push((name, value));
    Ok(())
}

fn string(scanner: &mut Scanner<'_>) -> Result<String, ParseError> {
    let start = scanner.at();
    let Some(literal) = scanner.string_literal() else {
        let span = Span::new(start, scanner.end());
        return Err(fault(
            span,
            "unterminated quoted string",
            "Add the closing quote.",
        ));
    };
    unquote(literal).ok_or_else(|| {
        let span = Span::new(start, scanner.at());
        fault(
            span,
            "unknown escape sequence",
            "Double the backslash to mean a backslash.",
        )
    })
}

fn omitted(scanner: &mut Scanner<'_>) -> Result<SequenceValues, ParseError> {
    scanner.eat("_");
    let count = if scanner.eat("x") { repetition(scanner)? } else { 1 };
    Ok(SequenceValues::Omitted { count })
}

fn floats(scanner: &mut Scanner<'_>) -> Result<SequenceValues, ParseError> {
    let start = scanner.at();
    let signed = if scanner.eat("-") {
        -1.0
    } else {
        scanner.eat("+");
        1.0
    };
    let unsigned = scanner.at() == start;
    if unsigned && scanner.rest().starts_with("stale") {
        scanner.eat("stale");
        let repeat = if scanner.eat("x") { repetition(scanner)? } else { 0 };
        return Ok(SequenceValues::Stale { repeat });
    }
    let first = signed * number(scanner)?;
    let mut step = 0.0;
    let stepped = match scanner.peek() {
        Some('+') => Some(1.0),
        Some('-') => Some(-1.0),
        _ => None,
    };
    if let Some(sign) = stepped {
        scanner.bump();
        step = sign * number(scanner)?;
    }
    let repeat = if scanner.eat("x") {
        repetition(scanner)?
    } else if stepped.is_some() {
        let help = "Say how often the step is taken: `0+10x5`.";
        return Err(unexpected(scanner, "series values", "", help));
    } else {
        0
    };
    Ok(SequenceValues::Floats {
        start: first,
        step,
        repeat,
    })
}

fn histograms(scanner: &mut Scanner<'_>) -> Result<SequenceValues, ParseError> {
    let start = Box::new(histogram::parse(scanner)?);
    let (step, subtract) = if scanner.rest().starts_with("+{{") || scanner.rest().starts_with("-{{") {
        let subtract = scanner.peek() == Some('-');
        scanner.bump();
        (Some(Box::new(histogram::parse(scanner)?)), subtract)
    } else {
        (None, false)
    };
    let repeat = if scanner.eat("x") {
        repetition(scanner)?
    } else if step.is_some() {
        let help = "Say how often the step is taken: `{{…}}+{{…}}x5`.";
        return Err(unexpected(scanner, "series values", "", help));
    } else {
        0
    };
    Ok(SequenceValues::Histograms {
        start,
        step,
        subtract,
        repeat,
    })
}

/// A number without its sign.
fn number(scanner: &mut Scanner<'_>) -> Result<f64, ParseError> {
    let start = scanner.at();
    let word = scanner.number();
    if word.is_empty() {
        let help = "Values read `1`, `-0.5`, `1e3`, `Inf`, `NaN`, `_` or `stale`, with `x5` to repeat them.";
        return Err(unexpected(scanner, "series values", "number or \"stale\"", help));
    }
    parse_number(word).ok_or_else(|| {
        let message = format!(
            "error parsing number: strconv.ParseFloat: parsing {}: invalid syntax",
            go_quote(word)
        );
        fault(
            Span::new(start, scanner.at()),
            message,
            "Numbers read `1`, `-0.5`, `1e3`, `Inf` or `NaN`.",
        )
    })
}

fn repetition(scanner: &mut Scanner<'_>) -> Result<u64, ParseError> {
    let start = scanner.at();
    let digits = scanner.take_while(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    digits.parse().map_err(|_| {
        let reason = if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            "value out of range"
        } else {
            "invalid syntax"
        };
        let quoted = go_quote(digits);
        let message =
            format!("invalid repetition in series values: strconv.ParseUint: parsing {quoted}: {reason}");
        fault(
            Span::new(start, scanner.at()),
            message,
            "Write how often to repeat it: `x5`.",
        )
    })
}

fn fault(span: Span, message: impl Into<String>, help: &str) -> ParseError {
    ParseError::new(ErrorKind::Syntax, span, message, help)
}

/// Reports the next word as one that cannot stand here.
fn unexpected(scanner: &Scanner<'_>, context: &str, expected: &str, help: &str) -> ParseError {
    let word = scanner.next_word();
    let span = Span::new(scanner.at(), scanner.at() + word.len());
    let mut message = if word.is_empty() {
        "unexpected end of input".to_owned()
    } else {
        format!("unexpected {}", go_quote(word))
    };
    if !context.is_empty() {
        message.push_str(&format!(" in {context}"));
    }
    if !expected.is_empty() {
        message.push_str(&format!(", expected {expected}"));
    }
    fault(span, message, help)
}

#[cfg(test)]
mod tests;

//! One line of a page of metrics.

use super::{ExposedSample, Fault, MetricKind};

/// What a line says.
pub(super) enum Line {
    /// Nothing: empty, a comment.
    Nothing,
    /// `# TYPE name kind`.
    Kind(String, MetricKind),
    /// `# HELP name text`.
    Help(String, String),
    /// `# UNIT name unit`.
    Unit(String, String),
    /// A value.
    Sample(ExposedSample),
}

/// Reads a line that begins at this offset of the page.
pub(super) fn read(text: &str, start: usize, open_metrics: bool) -> Result<Line, Fault> {
    let mut scan = Scan { text, at: 0, start };
    scan.space();
    match scan.peek() {
        None => Ok(Line::Nothing),
        Some('#') => scan.comment(),
        Some(_) => scan.sample(open_metrics).map(Line::Sample),
    }
}

struct Scan<'l> {
    text: &'l str,
    at: usize,
    /// Where the line begins on the page.
    start: usize,
}

impl<'l> Scan<'l> {
    fn rest(&self) -> &'l str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// What stands before the next space.
    fn word(&mut self) -> &'l str {
        let rest = self.rest();
        let word = &rest[..rest.find([' ', '\t']).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    fn fault(&self, from: usize, message: impl Into<String>, help: &'static str) -> Fault {
        // Where nothing is left the end of the line is meant.
        let to = self.at.max(from).min(self.text.len());
        Fault {
            range: self.start + from..self.start + to,
            message: message.into(),
            help,
        }
    }

    fn comment(&mut self) -> Result<Line, Fault> {
        self.at += 1;
        if !self.rest().starts_with([' ', '\t']) {
            return Ok(Line::Nothing);
        }
        self.space();
        let keyword = self.word();
        if !["TYPE", "HELP", "UNIT"].contains(&keyword) {
            return Ok(Line::Nothing);
        }
        self.space();
        let from = self.at;
        let name = match self.peek() {
            Some('"') => self.quoted()?,
            _ => self.word().to_owned(),
        };
        if name.is_empty() {
            return Err(self.fault(
                from,
                format!("`# {keyword}` without a metric"),
                "Write the name of the metric behind it.",
            ));
        }
        self.space();
        let from = self.at;
        let value = self.rest();
        self.at = self.text.len();
        match keyword {
            "HELP" => Ok(Line::Help(name, unescaped(value))),
            "UNIT" => Ok(Line::Unit(name, value.trim_end().to_owned())),
            _ => match MetricKind::named(value.trim_end()) {
                Some(kind) => Ok(Line::Kind(name, kind)),
                None => Err(self.fault(
                    from,
                    format!("`{}` is no type of metrics", value.trim_end()),
                    "The types are counter, gauge, histogram, summary and untyped; in OpenMetrics also gaugehistogram, info, stateset and unknown.",
                )),
            },
        }
    }

    fn sample(&mut self, open_metrics: bool) -> Result<ExposedSample, Fault> {
        let rest = self.rest();
        let named = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        let mut name = rest[..named].to_owned();
        self.at += named;
        self.space();
        let mut labels = Vec::new();
        if self.peek() == Some('{') {
            self.at += 1;
            self.labels(&mut name, &mut labels)?;
        }
        if name.is_empty() {
            self.at = self.text.len();
            return Err(self.fault(
                0,
                "a line without the name of a metric",
                "Write `name{label=\"value\"} 1`.",
            ));
        }
        self.space();
        let from = self.at;
        let word = self.word();
        let help = "Write a number, `NaN`, `+Inf` or `-Inf` behind the series.";
        let number = word
            .parse::<f64>()
            .ok()
            .filter(|_| !word.contains(['_', 'p', 'P']));
        let Some(value) = number else {
            let message = match word {
                "" => format!("the series {name} has no value"),
                word => format!("`{word}` is no number"),
            };
            return Err(self.fault(from, message, help));
        };
        self.space();
        let timestamp_ms = self.timestamp(open_metrics)?;
        Ok(ExposedSample {
            name,
            labels,
            value,
            timestamp_ms,
            range: self.start..self.start + self.text.len(),
        })
    }

    /// What stands behind a value: a time, in milliseconds or, in OpenMetrics, in seconds; and exemplars.
    fn timestamp(&mut self, open_metrics: bool) -> Result<Option<i64>, Fault> {
        let from = self.at;
        let is_exemplar = |scan: &Self| open_metrics && scan.rest().starts_with('#');
        if self.rest().is_empty() || is_exemplar(self) {
            return Ok(None);
        }
        let word = self.word();
        let read = match open_metrics {
            true => word
                .parse::<f64>()
                .ok()
                .filter(|t| t.is_finite())
                .map(|t| (t * 1000.0).round() as i64),
            false => word.parse::<i64>().ok(),
        };
        let Some(read) = read else {
            return Err(self.fault(
                from,
                format!("`{word}` is no time"),
                "Behind the value may stand milliseconds since the epoch; in OpenMetrics, seconds.",
            ));
        };
        self.space();
        if !self.rest().is_empty() && !is_exemplar(self) {
            let from = self.at;
            self.at = self.text.len();
            return Err(self.fault(
                from,
                "more than a value and a time",
                "Write one sample on a line.",
            ));
        }
        Ok(Some(read))
    }

    /// Labels up to the closing brace. A quoted text without a value is the name of the metric.
    fn labels(&mut self, name: &mut String, labels: &mut Vec<(String, String)>) -> Result<(), Fault> {
        let help = "Write labels as `{name=\"value\", other=\"value\"}`.";
        loop {
            self.space();
            let from = self.at;
            let quoted = self.peek() == Some('"');
            let label = match self.peek() {
                Some('}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some('"') => self.quoted()?,
                _ => {
                    let rest = self.rest();
                    let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
                    self.at += end;
                    rest[..end].to_owned()
                }
            };
            if label.is_empty() {
                self.at += self.peek().map_or(0, char::len_utf8);
                return Err(self.fault(from, "the name of a label is expected here", help));
            }
            self.space();
            if self.peek() == Some('=') {
                self.at += 1;
                self.space();
                let at = self.at;
                if self.peek() != Some('"') {
                    self.word();
                    return Err(self.fault(at, format!("the value of {label} is not in quotes"), help));
                }
                let value = self.quoted()?;
                if labels.iter().any(|(known, _)| *known == label) {
                    return Err(self.fault(
                        from,
                        format!("the label {label} is written twice"),
                        "Keep one of the two.",
                    ));
                }
                labels.push((label, value));
            } else if quoted && name.is_empty() {
                *name = label;
            } else {
                return Err(self.fault(from, format!("the label {label} has no value"), help));
            }
            self.space();
            match self.peek() {
                Some(',') => self.at += 1,
                Some('}') => {}
                _ => {
                    let from = self.at;
                    self.at = self.text.len();
                    return Err(self.fault(from, "the labels do not end", help));
                }
            }
        }
    }

    /// A text in double quotes.
    fn quoted(&mut self) -> Result<String, Fault> {
        let from = self.at;
        let mut escaped = false;
        for (at, c) in self.rest().char_indices().skip(1) {
            match (escaped, c) {
                (true, _) => escaped = false,
                (false, '\\') => escaped = true,
                (false, '"') => {
                    let text = &self.rest()[1..at];
                    self.at += at + 1;
                    return Ok(unescaped(text));
                }
                (false, _) => {}
            }
        }
        self.at = self.text.len();
        Err(self.fault(
            from,
            "the quotes do not end",
            "Close the text with `\"`, and write one within it as `\\\"`.",
        ))
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

/// A text without the three escapes that the format knows; any other is kept as written.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some(c @ ('\\' | '"')) => out.push(c),
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

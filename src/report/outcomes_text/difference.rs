//! What differs, piece by piece: a line for each label, annotation and value. In front of it stands `-` where it was
//! expected and did not come, `+` where it came unexpected, `~` where it came with another value. In such values
//! `[-…-]` was expected and `{+…+}` came.

use std::io::{self, Write};
use std::path::Path;

use promql_engine::gofmt::{float_g, float_g_precision};
use promql_syntax::format_duration;

use super::{place, states};
use crate::outcome::{
    AlertPair, AlertsDifference, Change, Difference, Fired, Item, NumberPair, SamplePair, SamplesDifference,
    ShownAlert, ShownSample, StatesDifference, Word,
};
use crate::report::{Style, counted};

pub(super) fn draw(
    style: Style,
    path: &Path,
    difference: &Difference,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut drawn = Lines { style, path, out };
    match difference {
        Difference::Alerts(alerts) => {
            drawn.legend()?;
            drawn.alerts(alerts)
        }
        Difference::Samples(samples) => {
            drawn.legend()?;
            drawn.samples(samples)
        }
        Difference::States(states) => drawn.states(states),
        Difference::Fired(fired) => fired.iter().try_for_each(|fired| drawn.fired(fired)),
    }
}

struct Lines<'d> {
    style: Style,
    path: &'d Path,
    out: &'d mut dyn Write,
}

/// How a line begins.
#[derive(Clone, Copy)]
enum Mark {
    Same,
    NotCompared,
    Differs,
    Missing,
    Unexpected,
}

impl Lines<'_> {
    fn legend(&mut self) -> io::Result<()> {
        let (expected, actual) = (self.style.bad("- expected"), self.style.good("+ actual"));
        writeln!(self.out, "      {expected} {actual}")
    }

    fn alerts(&mut self, alerts: &AlertsDifference) -> io::Result<()> {
        for pair in &alerts.pairs {
            self.alert_pair(pair)?;
        }
        for alert in &alerts.missing {
            self.alert(Mark::Missing, alert)?;
        }
        for alert in &alerts.unexpected {
            self.alert(Mark::Unexpected, alert)?;
        }
        self.agreeing(alerts.agreeing, "alert")
    }

    fn alert_pair(&mut self, pair: &AlertPair) -> io::Result<()> {
        self.heading(Mark::Differs, "alert", pair.line)?;
        if pair.expected_state != pair.actual_state {
            let value = self.replaced(pair.expected_state.as_str(), pair.actual_state.as_str());
            self.line(Mark::Differs, "state", &value)?;
        }
        self.items(&pair.labels)?;
        if !pair.annotations.is_empty() {
            writeln!(self.out, "          annotations")?;
            self.items(&pair.annotations)?;
        }
        Ok(())
    }

    /// An alert that only one side has.
    fn alert(&mut self, mark: Mark, alert: &ShownAlert) -> io::Result<()> {
        self.heading(mark, &format!("{} alert", alert.state.as_str()), alert.line)?;
        for (name, value) in &alert.labels {
            self.line(mark, name, value)?;
        }
        if !alert.annotations.is_empty() {
            writeln!(self.out, "          annotations")?;
            for (name, value) in &alert.annotations {
                self.line(mark, name, value)?;
            }
        }
        Ok(())
    }

    fn samples(&mut self, samples: &SamplesDifference) -> io::Result<()> {
        for pair in &samples.pairs {
            self.sample_pair(pair)?;
        }
        for sample in &samples.missing {
            self.sample(Mark::Missing, sample)?;
        }
        for sample in &samples.unexpected {
            self.sample(Mark::Unexpected, sample)?;
        }
        self.agreeing(samples.agreeing, "sample")
    }

    fn sample_pair(&mut self, pair: &SamplePair) -> io::Result<()> {
        self.heading(Mark::Differs, &pair.metric, pair.line)?;
        let same = |item: &Item| matches!(item.change, Change::Same(_) | Change::NotCompared(_));
        // The metric above says all labels where they agree.
        if !pair.labels.iter().all(same) {
            self.items(&pair.labels)?;
        }
        if let Some(value) = pair.value {
            self.numbers(value)?;
        }
        if let Some(histogram) = &pair.histogram {
            self.item("histogram", histogram)?;
        }
        Ok(())
    }

    fn sample(&mut self, mark: Mark, sample: &ShownSample) -> io::Result<()> {
        self.heading(mark, &format!("{} {}", sample.metric, sample.value), sample.line)
    }

    fn numbers(&mut self, pair: NumberPair) -> io::Result<()> {
        if pair.same {
            return self.line(Mark::Same, "value", &float_g(pair.actual));
        }
        let value = self.replaced(&float_g(pair.expected), &float_g(pair.actual));
        let mut by = String::new();
        if pair.difference().is_finite() {
            by = signed(pair.difference());
            if let Some(share) = pair.relative() {
                by.push_str(&format!(", {} %", signed(share * 100.0)));
            }
            by = self.style.faint(&format!("  ({by})"));
        }
        self.line(Mark::Differs, "value", &format!("{value}{by}"))
    }

    fn states(&mut self, states: &StatesDifference) -> io::Result<()> {
        let expected = states.expected.iter().map(|span| {
            let state = span.state.as_str();
            match span.until_ms {
                Some(until) => format!("{} {state}", states::range(span.from_ms, until)),
                None => format!("from {} {state}", format_duration(span.from_ms)),
            }
        });
        let expected: Vec<String> = expected.collect();
        writeln!(self.out, "      expected: {}", expected.join(", "))?;
        for deviation in &states.deviations {
            let range = states::range(deviation.from_ms, deviation.to_ms);
            let value = self.replaced(deviation.expected.as_str(), deviation.actual.as_str());
            self.line(Mark::Differs, &range, &value)?;
        }
        Ok(())
    }

    fn fired(&mut self, fired: &Fired) -> io::Result<()> {
        let labels = fired.labels.iter();
        let labels: Vec<String> = labels.map(|(name, value)| format!("{name}={value:?}")).collect();
        let spans: Vec<String> = fired
            .spans
            .iter()
            .map(|(from, to)| states::range(*from, *to))
            .collect();
        let line = format!("+ {{{}}} fired {}", labels.join(", "), spans.join(", "));
        writeln!(self.out, "      {}", self.style.good(&line))
    }

    /// What is compared, and where it is expected.
    fn heading(&mut self, mark: Mark, what: &str, line: Option<usize>) -> io::Result<()> {
        let what = match mark {
            Mark::Missing => self.style.bad(&format!("- {what}")),
            Mark::Unexpected => self.style.good(&format!("+ {what}")),
            Mark::Differs | Mark::Same | Mark::NotCompared => format!("~ {what}"),
        };
        let place = match line {
            Some(_) => self.style.faint(&format!(" ({})", place(self.path, line, None))),
            None => String::new(),
        };
        writeln!(self.out, "      {what}{place}")
    }

    fn items(&mut self, items: &[Item]) -> io::Result<()> {
        items
            .iter()
            .try_for_each(|item| self.item(&item.name, &item.change))
    }

    fn item(&mut self, name: &str, change: &Change) -> io::Result<()> {
        match change {
            Change::Same(value) => self.line(Mark::Same, name, value),
            Change::NotCompared(value) => self.line(Mark::NotCompared, name, value),
            Change::Missing { expected } => self.line(Mark::Missing, name, expected),
            Change::Unexpected { actual } => self.line(Mark::Unexpected, name, actual),
            Change::Differs {
                expected,
                actual,
                words,
            } => {
                let value = if words.iter().any(|word| matches!(word, Word::Same(_))) {
                    words.iter().map(|word| self.word(word)).collect()
                } else {
                    self.replaced(expected, actual)
                };
                self.line(Mark::Differs, name, &value)
            }
        }
    }

    fn word(&self, word: &Word) -> String {
        match word {
            Word::Same(text) => text.clone(),
            Word::Expected(text) => self.expected(text),
            Word::Actual(text) => self.actual(text),
        }
    }

    fn replaced(&self, expected: &str, actual: &str) -> String {
        format!("{}{}", self.expected(expected), self.actual(actual))
    }

    fn expected(&self, text: &str) -> String {
        self.style.bad(&format!("[-{text}-]"))
    }

    fn actual(&self, text: &str) -> String {
        self.style.good(&format!("{{+{text}+}}"))
    }

    fn agreeing(&mut self, count: usize, noun: &str) -> io::Result<()> {
        if count == 0 {
            return Ok(());
        }
        let line = format!("{} as expected", counted(count, noun));
        writeln!(self.out, "        {}", self.style.faint(&line))
    }

    /// A name and a value; the lines of a value of several stand below each other.
    fn line(&mut self, mark: Mark, name: &str, value: &str) -> io::Result<()> {
        let value = value.replace('\r', "\\r").replace('\n', "\n            ");
        let line = format!("{name}: {value}");
        match mark {
            Mark::Same => writeln!(self.out, "          {}", self.style.faint(&line)),
            Mark::NotCompared => writeln!(
                self.out,
                "          {}",
                self.style.faint(&format!("{line} (not compared)"))
            ),
            Mark::Differs => writeln!(self.out, "        ~ {line}"),
            Mark::Missing => writeln!(self.out, "        {}", self.style.bad(&format!("- {line}"))),
            Mark::Unexpected => writeln!(self.out, "        {}", self.style.good(&format!("+ {line}"))),
        }
    }
}

/// `+2`, `-0.5`, to six digits.
fn signed(number: f64) -> String {
    let text = float_g_precision(number, 6);
    if number >= 0.0 { format!("+{text}") } else { text }
}

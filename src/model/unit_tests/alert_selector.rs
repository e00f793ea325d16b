//! Which alerts an assertion is about: `HighErrorRate`, `HighErrorRate{job="web"}`, `*`.

use promql_syntax::LabelMatcher;

use crate::model::reader::{Reader, codes};
use crate::model::text::Text;

/// The name that stands for every alert.
pub const EVERY_ALERT: &str = "*";

/// A choice of alerts by name and labels.
#[derive(Clone, Debug)]
pub struct AlertSelector {
    /// What is written.
    pub text: Text,
    /// The name of the alert; none where every name will do.
    pub name: Option<String>,
    /// Labels with what they must match.
    pub matchers: Vec<(String, LabelMatcher)>,
}

impl AlertSelector {
    /// Whether it chooses an alert by its name.
    pub fn chooses_name(&self, name: &str) -> bool {
        self.name.as_deref().is_none_or(|own| own == name)
    }

    /// Whether it chooses an alert by its labels. A label that it does not have has the empty value.
    pub fn chooses_labels<'l>(&self, label: impl Fn(&str) -> &'l str) -> bool {
        self.matchers
            .iter()
            .all(|(name, matcher)| matcher.matches(label(name)))
    }

    /// Reads what is written.
    pub(super) fn read(reader: &mut Reader<'_>, text: Text) -> Option<AlertSelector> {
        let written = text.as_str().trim_end();
        let help = "Write the name of an alert, with matchers behind it where only some of its alerts are meant: \
                    `HighErrorRate{job=\"web\"}`. `*` is every alert.";
        let (name, matchers) = match written.find('{') {
            None => (written.trim(), Vec::new()),
            Some(brace) => {
                // The parser wants a name before the braces.
                let selector = format!("x{}", &written[brace..]);
                match promql_syntax::parse_metric_selector(&selector) {
                    Ok(matchers) => (written[..brace].trim(), matchers),
                    Err(errors) => {
                        let at = |offset: usize| offset.saturating_sub(1) + brace;
                        let (span, reason) = errors.first().map_or((0..1, String::new()), |error| {
                            (error.span.start..error.span.end, error.message.clone())
                        });
                        let range = text.locate(reader.file, at(span.start)..at(span.end));
                        let message = format!("`{written}` does not choose alerts: {reason}");
                        reader.error(codes::INVALID_VALUE, range, message, help);
                        return None;
                    }
                }
            }
        };
        if name.is_empty() {
            let message = format!("`{written}` names no alert: the test cannot run");
            reader.error(codes::INVALID_VALUE, text.whole(reader.file), message, help);
            return None;
        }
        let mut read = Vec::new();
        for matcher in matchers.iter().filter(|matcher| matcher.name.name != "__name__") {
            // The parser has checked the expressions.
            read.push((matcher.name.name.clone(), LabelMatcher::new(matcher).ok()?));
        }
        Some(AlertSelector {
            name: (name != EVERY_ALERT).then(|| name.to_owned()),
            matchers: read,
            text,
        })
    }
}

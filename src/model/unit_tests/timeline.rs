//! The states of an alert over time in one line: `0m..5m inactive, 5m..10m pending, 10m..30m firing, then inactive`.
//!
//! `A..B STATE` holds at every moment from A up to before B, so that one span begins where another ends; `A STATE`
//! holds at that moment alone, `A.. STATE` from there until the end of the run, and `then STATE`, the last of them,
//! from the end of the span before. Nothing is said of moments between spans. Spans ascend and do not overlap.

use std::ops::Range;

use promql_syntax::parse_duration;

use super::alert_selector::AlertSelector;
use super::alerts::{STATES, state_of};
use crate::model::reader::{Reader, codes, nearest};
use crate::model::text::Text;
use crate::outcome::AlertState;
use crate::source::Node;

/// The states that an alert is to have over time.
#[derive(Clone, Debug)]
pub struct ExpectedTimeline {
    /// Byte range of the entry's value.
    pub range: Range<usize>,
    /// The alert. Where several are meant, the highest of their states counts.
    pub alert: AlertSelector,
    /// The spans in ascending order.
    pub parts: Vec<TimelinePart>,
}

impl ExpectedTimeline {
    /// The last moment that is named, in milliseconds since the start.
    pub fn last_ms(&self) -> i64 {
        let times = self
            .parts
            .iter()
            .map(|part| part.until_ms.unwrap_or(part.from_ms));
        times.max().unwrap_or(0)
    }
}

/// A span of time in which a state is expected. Times are milliseconds since the start.
#[derive(Clone, Debug)]
pub struct TimelinePart {
    /// Byte range in the file.
    pub range: Range<usize>,
    /// The first moment.
    pub from_ms: i64,
    /// The first moment that is no longer part of it; none where it lasts until the end of the run.
    pub until_ms: Option<i64>,
    /// The state.
    pub state: AlertState,
}

/// Reads `timeline`: a mapping of alerts to their states.
pub(super) fn read_timelines(reader: &mut Reader<'_>, node: &Node) -> Vec<ExpectedTimeline> {
    let mut timelines = Vec::new();
    for (name, states) in reader.text_map(node, "timeline") {
        let alert = AlertSelector::read(reader, name);
        let parts = Parts {
            reader,
            text: &states,
            read: Vec::new(),
        };
        let parts = parts.read();
        if let (Some(alert), Some(parts)) = (alert, parts) {
            timelines.push(ExpectedTimeline {
                range: states.raw(),
                alert,
                parts,
            });
        }
    }
    timelines
}

/// A fault in a piece of the text.
struct Fault {
    /// Its range in the decoded text.
    at: Range<usize>,
    message: String,
    help: String,
}

impl Fault {
    fn new(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault {
            at,
            message: message.into(),
            help: help.into(),
        }
    }
}

struct Parts<'p, 'r> {
    reader: &'p mut Reader<'r>,
    text: &'p Text,
    read: Vec<TimelinePart>,
}

impl Parts<'_, '_> {
    /// The parts; none where one of them is malformed.
    fn read(mut self) -> Option<Vec<TimelinePart>> {
        let whole = self.text.as_str();
        let mut sound = true;
        for (at, piece) in split(whole, |c| c == ',') {
            if let Err(fault) = self.part(at, piece) {
                let range = self.text.locate(self.reader.file, fault.at);
                let message = format!("{}: the test cannot run", fault.message);
                self.reader
                    .error(codes::INVALID_VALUE, range, message, fault.help);
                sound = false;
            }
        }
        sound.then_some(self.read)
    }

    fn part(&mut self, at: usize, piece: &str) -> Result<(), Fault> {
        let words: Vec<(usize, &str)> = split(piece, |c| c.is_ascii_whitespace())
            .filter(|(_, word)| !word.is_empty())
            .map(|(offset, word)| (at + offset, word))
            .collect();
        let whole = match (words.first(), words.last()) {
            (Some((first, _)), Some((last, word))) => *first..last + word.len(),
            _ => at..at + piece.len(),
        };
        let [times @ .., (state_at, state)] = &words[..] else {
            let help = "Write spans with states: `0m..5m inactive, 5m..10m pending, 10m.. firing`.";
            return Err(Fault::new(whole, "a part of the timeline is empty", help));
        };
        let state = state_of(state).ok_or_else(|| {
            let help = match nearest(state, &STATES) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => "The states are pending, firing and inactive, behind the time.".to_owned(),
            };
            let message = format!("`{state}` is no state of an alert");
            Fault::new(*state_at..state_at + state.len(), message, help)
        })?;
        // `5m .. 10m` is the same as `5m..10m`.
        let times: String = times.iter().map(|(_, word)| *word).collect();
        let of_times = whole.start..*state_at;
        let (from_ms, until_ms) = self.times(&times, &of_times)?;
        self.must_follow(from_ms, &of_times)?;
        self.read.push(TimelinePart {
            range: self.text.locate(self.reader.file, whole),
            from_ms,
            until_ms,
            state,
        });
        Ok(())
    }

    /// The first moment of a part, and the first that is no longer in it.
    fn times(&self, times: &str, at: &Range<usize>) -> Result<(i64, Option<i64>), Fault> {
        if times == "then" {
            let before = self.read.last().and_then(|part| part.until_ms);
            let from = before.ok_or_else(|| {
                let help = "Write a span with an end before it: `0m..5m pending, then firing`.";
                Fault::new(at.clone(), "`then` follows no span that ends", help)
            })?;
            return Ok((from, None));
        }
        let help = "Write `5m..10m`, `5m..` until the end of the run, `5m` for one moment, or `then`.";
        let time = |text: &str| {
            parse_duration(text).map_err(|reason| {
                let message = format!("`{text}` is no time: {reason}");
                Fault::new(at.clone(), message, help)
            })
        };
        match times.split_once("..") {
            _ if times.is_empty() => Err(Fault::new(
                at.clone(),
                "a state of the timeline has no time",
                help,
            )),
            None => {
                let from = time(times)?;
                Ok((from, Some(from.saturating_add(1))))
            }
            Some((from, "")) => Ok((time(from)?, None)),
            Some((from, until)) => {
                let (from, until) = (time(from)?, time(until)?);
                if from < until {
                    return Ok((from, Some(until)));
                }
                let message = format!("the span `{times}` ends before it begins");
                Err(Fault::new(at.clone(), message, "Write the earlier time first."))
            }
        }
    }

    /// Spans ascend and do not overlap.
    fn must_follow(&self, from_ms: i64, at: &Range<usize>) -> Result<(), Fault> {
        let Some(before) = self.read.last() else {
            return Ok(());
        };
        match before.until_ms {
            None => {
                let help = "Remove it, or give the span before it an end.";
                let message = "the span before this one lasts until the end of the run";
                Err(Fault::new(at.clone(), message, help))
            }
            Some(until) if from_ms < until => {
                let message = format!(
                    "a span begins at {}, and the one before it lasts until {}",
                    promql_syntax::format_duration(from_ms),
                    promql_syntax::format_duration(until)
                );
                let help =
                    "Write the spans in the order of time; each may begin where the one before it ends.";
                Err(Fault::new(at.clone(), message, help))
            }
            Some(_) => Ok(()),
        }
    }
}

/// The pieces of a text between separators of one byte, with their offsets.
fn split(text: &str, separator: impl Fn(char) -> bool) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    text.split(separator).map(move |piece| {
        let at = next;
        next += piece.len() + 1;
        (at, piece)
    })
}

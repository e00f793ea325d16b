//! The way back from an offset in a decoded scalar to the file.
//!
//! The readers decode scalars; what they do not keep is which bytes of the file each character came from.
//! [`locate`] finds that out when a diagnostic needs it, by walking the raw text and the decoded text side by
//! side under the rules of the scalar's style.

use std::ops::Range;

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A JSON string, or another JSON value as written.
    Json,
}

/// A piece of decoded text as it is written within a scalar of this style. In a block it must not break the line.
pub fn written(style: Style, piece: &str) -> String {
    match style {
        Style::Plain | Style::Literal | Style::Folded => piece.to_owned(),
        Style::SingleQuoted => piece.replace('\'', "''"),
        Style::DoubleQuoted | Style::Json => {
            let mut written = String::with_capacity(piece.len());
            for c in piece.chars() {
                match c {
                    '"' | '\\' => written.extend(['\\', c]),
                    '\n' => written.push_str("\\n"),
                    '\t' => written.push_str("\\t"),
                    c => written.push(c),
                }
            }
            written
        }
    }
}

/// The smallest range of `file_text` that holds the characters `decoded` of the scalar written at `raw`.
/// An empty range maps to an empty one: before the character at its start, or behind the last.
pub fn locate(
    file_text: &str,
    raw: Range<usize>,
    style: Style,
    text: &str,
    decoded: Range<usize>,
) -> Range<usize> {
    let places = places(file_text, raw.clone(), style, text);
    let at = |offset: usize| places.partition_point(|p| p.decoded < offset);
    let first = at(decoded.start.min(text.len()));
    let end_of_text = places.last().map_or(raw.start, |p| p.source.end);
    if decoded.start >= decoded.end {
        let offset = places.get(first).map_or(end_of_text, |p| p.source.start);
        return offset..offset;
    }
    let last = at(decoded.end.min(text.len())).saturating_sub(1);
    match (places.get(first), places.get(last.max(first))) {
        (Some(first), Some(last)) => first.source.start..last.source.end,
        _ => end_of_text..end_of_text,
    }
}

/// How a piece of text is written within a scalar of a style. Nothing where it cannot be told from the piece alone
/// whether the scalar would hold it: line breaks, and what means something in YAML.
pub fn encode(style: Style, text: &str) -> Option<String> {
    if text.contains(|c: char| c.is_control()) {
        return None;
    }
    match style {
        Style::Plain => {
            let harmless = |c: char| c.is_alphanumeric() || " _-.()<>=+*/^%~$!\"'".contains(c);
            let edges = text.trim().len() == text.len();
            (edges && text.chars().all(harmless)).then(|| text.to_owned())
        }
        Style::SingleQuoted => Some(text.replace('\'', "''")),
        Style::DoubleQuoted | Style::Json => Some(text.replace('\\', "\\\\").replace('"', "\\\"")),
        Style::Literal | Style::Folded => Some(text.to_owned()),
    }
}

/// Where one decoded character came from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    /// Its offset in the decoded text.
    pub(crate) decoded: usize,
    /// The bytes of the file that stand for it.
    pub(crate) source: Range<usize>,
}

/// The place of every character of the decoded text.
pub(crate) fn places(file_text: &str, raw: Range<usize>, style: Style, text: &str) -> Vec<Place> {
    let raw_text = file_text.get(raw.clone()).unwrap_or_default();
    let mut walk = Walk {
        raw: raw_text,
        base: raw.start,
        at: 0,
        text,
        done: 0,
        places: Vec::with_capacity(text.len()),
    };
    match style {
        Style::Plain => walk.flow(None),
        Style::SingleQuoted => {
            walk.at = 1;
            walk.flow(Some('\''));
        }
        Style::DoubleQuoted => {
            walk.at = 1;
            walk.flow(Some('"'));
        }
        Style::Json => {
            walk.at = usize::from(raw_text.starts_with('"'));
            walk.json();
        }
        Style::Literal | Style::Folded => walk.block(),
    }
    walk.places
}

struct Walk<'a> {
    raw: &'a str,
    /// Offset of `raw` in the file.
    base: usize,
    /// Offset in `raw`.
    at: usize,
    text: &'a str,
    /// How much of `text` has its place.
    done: usize,
    places: Vec<Place>,
}

impl<'a> Walk<'a> {
    fn next_raw(&self) -> Option<char> {
        self.raw[self.at..].chars().next()
    }

    fn next_text(&self) -> Option<char> {
        self.text[self.done..].chars().next()
    }

    /// Gives the next decoded character the next `len` raw bytes.
    fn emit(&mut self, len: usize) {
        let Some(c) = self.next_text() else { return };
        let start = self.base + self.at;
        self.places.push(Place {
            decoded: self.done,
            source: start..start + len,
        });
        self.done += c.len_utf8();
        self.at += len;
    }

    /// Length of the line break at an offset of `raw`, if there is one.
    fn line_break(&self, at: usize) -> Option<usize> {
        let rest = &self.raw[at..];
        if rest.starts_with("\r\n") {
            Some(2)
        } else {
            rest.starts_with(['\n', '\r']).then_some(1)
        }
    }

    /// Plain and quoted scalars: line breaks fold, quotes and escapes decode.
    fn flow(&mut self, quote: Option<char>) {
        while let (Some(raw), Some(_)) = (self.next_raw(), self.next_text()) {
            match raw {
                '\\' if quote == Some('"') => self.escape(),
                '\'' if quote == Some('\'') => self.emit(2),
                ' ' | '\t' | '\n' | '\r' => self.white_space(),
                _ => self.emit(raw.len_utf8()),
            }
        }
    }

    /// A run of white space: kept as it is within a line; where it holds line breaks, one break is a space
    /// and more are one line break less.
    fn white_space(&mut self) {
        let start = self.at;
        let mut end = start;
        let mut breaks = Vec::new();
        while let Some(c) = self.raw[end..].chars().next() {
            if let Some(len) = self.line_break(end) {
                breaks.push(end..end + len);
                end += len;
            } else if c == ' ' || c == '\t' {
                end += 1;
            } else {
                break;
            }
        }
        if breaks.is_empty() {
            while self.at < end {
                self.emit(1);
            }
            return;
        }
        // An escaped blank before the break is content; those are handled by `escape`, so blanks here are
        // dropped together with the indentation behind the break.
        let folded = if breaks.len() == 1 {
            &breaks[..]
        } else {
            &breaks[1..]
        };
        for piece in folded {
            self.at = piece.start;
            self.emit(piece.len());
        }
        self.at = end;
    }

    fn escape(&mut self) {
        let rest = &self.raw[self.at + 1..];
        if let Some(len) = self.line_break(self.at + 1) {
            // An escaped line break joins the lines, without the next one's indentation.
            self.at += 1 + len;
            let after = &self.raw[self.at..];
            self.at += after.len() - after.trim_start_matches([' ', '\t']).len();
            // Blank lines behind it are line breaks of the text.
            while let Some(len) = self.line_break(self.at) {
                if self.next_text() != Some('\n') {
                    break;
                }
                self.emit(len);
                let after = &self.raw[self.at..];
                self.at += after.len() - after.trim_start_matches([' ', '\t']).len();
            }
            return;
        }
        let digits = match rest.chars().next() {
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some(c) => return self.emit(1 + c.len_utf8()),
            None => return self.emit(1),
        };
        let mut len = 2 + digits;
        // A pair of surrogates stands for one character.
        let beyond_bmp = self.next_text().is_some_and(|c| u32::from(c) > 0xFFFF);
        if digits == 4
            && beyond_bmp
            && self.raw[self.at..]
                .get(len..)
                .is_some_and(|r| r.starts_with("\\u"))
        {
            len += 6;
        }
        self.emit(len.min(self.raw.len() - self.at));
    }

    fn json(&mut self) {
        while let (Some(raw), Some(_)) = (self.next_raw(), self.next_text()) {
            if raw == '\\' {
                self.escape()
            } else {
                self.emit(raw.len_utf8())
            }
        }
    }

    /// Literal and folded blocks: the header line, then lines without their indentation.
    fn block(&mut self) {
        // Comments and blanks may follow the indicator.
        let header = self.raw.find(['\n', '\r']).unwrap_or(self.raw.len());
        self.at = header + self.line_break(header).unwrap_or(0);
        let indentation = self.indentation();
        while self.next_text().is_some() && self.at < self.raw.len() {
            let line = &self.raw[self.at..];
            let blanks = line.len() - line.trim_start_matches(' ').len();
            self.at += blanks.min(indentation);
            while let (Some(c), Some(_)) = (self.next_raw(), self.next_text()) {
                if self.line_break(self.at).is_some() {
                    break;
                }
                self.emit(c.len_utf8());
            }
            let Some(len) = self.line_break(self.at) else {
                break;
            };
            // A folded break is a space, a kept one itself, and a dropped one nothing.
            let next_line = &self.raw[self.at + len..];
            match self.next_text() {
                Some('\n') => self.emit(len),
                Some(' ') if !is_kept(next_line, indentation) => self.emit(len),
                _ => self.at += len,
            }
        }
    }

    /// How many blanks of each line are indentation: what the first line with content has more than its
    /// decoded form.
    fn indentation(&self) -> usize {
        let decoded = self.text.split('\n').find(|l| !l.trim_matches(' ').is_empty());
        let raw = self.raw[self.at..]
            .lines()
            .find(|l| !l.trim_matches(' ').is_empty());
        if let (Some(decoded), Some(raw)) = (decoded, raw) {
            return leading_blanks(raw).saturating_sub(leading_blanks(decoded));
        }
        // Blank lines alone: the first that keeps blanks tells.
        let mut pairs = self.raw[self.at..].lines().zip(self.text.split('\n'));
        pairs
            .find(|(_, decoded)| !decoded.is_empty())
            .map_or(usize::MAX, |(raw, decoded)| {
                leading_blanks(raw).saturating_sub(leading_blanks(decoded))
            })
    }
}

/// Whether the break before this line is kept by folding: more indented lines and blank ones are.
fn is_kept(line: &str, indentation: usize) -> bool {
    let content = line
        .get(leading_blanks(line).min(indentation)..)
        .unwrap_or_default();
    content.starts_with([' ', '\t', '\n', '\r'])
}

fn leading_blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests;

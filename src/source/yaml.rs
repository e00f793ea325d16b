//! YAML documents as trees of [`Node`]s.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::node::{Entry, Node, NodeKind, Scalar};
use super::scalar::Style;

/// How deep collections may nest.
const MAX_DEPTH: usize = 128;
/// How many values a file may hold once its aliases are followed; as many as a 20 MB file could.
const MAX_NODES: usize = 4_000_000;
/// How many values aliases may add.
const MAX_ALIASED: usize = 200_000;

/// Why a text is no YAML, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The place; empty where it is a point.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

/// The documents of a file, and the faults met. A fault ends its document; the documents behind it are read.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// The roots of the documents that were read, empty ones left out.
    pub roots: Vec<Node>,
    /// The faults, at most one for each document.
    pub errors: Vec<SyntaxError>,
}

/// Reads all documents of a YAML text.
pub fn parse(text: &str) -> Documents {
    let mut documents = Documents::default();
    let mut parser = Parser::new_from_str(text);
    loop {
        let mut builder = Builder {
            text,
            anchors: HashMap::new(),
            stack: Vec::new(),
            root: None,
            nodes: 0,
            aliased: 0,
        };
        match builder.run(&mut parser) {
            Ok(End::Document) => documents.roots.extend(builder.root.filter(|r| !r.is_null())),
            Ok(End::Stream) => return documents,
            Err(error) => {
                let fatal = error.range.start >= text.len();
                documents.errors.push(error);
                if fatal || !matches!(parser.proceed_next_document(), Ok(true)) {
                    return documents;
                }
            }
        }
    }
}

enum End {
    Document,
    Stream,
}

struct Builder<'t> {
    text: &'t str,
    anchors: HashMap<usize, Node>,
    stack: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    aliased: usize,
}

/// A collection that is being read.
struct Open {
    start: usize,
    anchor: usize,
    kind: OpenKind,
}

enum OpenKind {
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>, Option<Node>),
}

impl Builder<'_> {
    fn run<'i>(&mut self, parser: &mut Parser<'i, granit_parser::StrInput<'i>>) -> Result<End, SyntaxError> {
        loop {
            let (event, span) = match parser.next() {
                None => return Ok(End::Stream),
                Some(Ok(event)) => event,
                Some(Err(error)) => return Err(self.scan_error(&error)),
            };
            let range = span.byte_range().unwrap_or(0..0);
            match event {
                Event::StreamEnd => return Ok(End::Stream),
                Event::DocumentEnd => return Ok(End::Document),
                Event::Scalar(value, style, anchor, _) => {
                    let node = self.scalar(value.into_owned(), style, &span);
                    self.add(node, anchor)?;
                }
                Event::SequenceStart(_, anchor, _) => {
                    self.open(range, anchor, OpenKind::Sequence(Vec::new()))?
                }
                Event::MappingStart(_, anchor, _) => {
                    self.open(range, anchor, OpenKind::Mapping(Vec::new(), None))?
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(range)?,
                Event::Alias(id) => self.alias(id, range)?,
                _ => {}
            }
        }
    }

    fn scalar(&self, text: String, style: ScalarStyle, span: &Span) -> Node {
        let range = span.byte_range().unwrap_or(0..0);
        let style = match style {
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
            _ => Style::Plain,
        };
        let range = match style {
            Style::Literal | Style::Folded => block_indicator(self.text, range.start)..range.end,
            _ => range,
        };
        Node {
            range,
            alias: None,
            kind: NodeKind::Scalar(Scalar { text, style }),
        }
    }

    fn open(&mut self, range: Range<usize>, anchor: usize, kind: OpenKind) -> Result<(), SyntaxError> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(SyntaxError {
                range: range.start..range.start,
                message: format!("the document nests deeper than {MAX_DEPTH} levels"),
                help: "No file that rulecheck reads nests so deep; check the brackets.".to_owned(),
            });
        }
        self.stack.push(Open {
            start: range.start,
            anchor,
            kind,
        });
        Ok(())
    }

    fn close(&mut self, range: Range<usize>) -> Result<(), SyntaxError> {
        let Some(open) = self.stack.pop() else {
            return Ok(());
        };
        let (kind, last) = match open.kind {
            OpenKind::Sequence(items) => {
                let last = items.last().map(|n| n.place().end);
                (NodeKind::Sequence(items), last)
            }
            OpenKind::Mapping(entries, _) => {
                let last = entries.last().map(|e| e.value.place().end.max(e.key.place().end));
                (NodeKind::Mapping(entries), last)
            }
        };
        // A block collection ends where its last value does, not where the next thing begins.
        let end = if range.is_empty() {
            last.unwrap_or(open.start)
        } else {
            range.end
        };
        let node = Node {
            range: open.start..end.max(open.start),
            alias: None,
            kind,
        };
        self.add(node, open.anchor)
    }

    fn alias(&mut self, id: usize, range: Range<usize>) -> Result<(), SyntaxError> {
        let Some(anchored) = self.anchors.get(&id) else {
            return Err(SyntaxError {
                range,
                message: "the alias refers to a value that contains it".to_owned(),
                help: "A value cannot contain itself; write it out.".to_owned(),
            });
        };
        self.aliased += size(anchored);
        if self.aliased > MAX_ALIASED {
            return Err(SyntaxError {
                range,
                message: format!("aliases expand the document to more than {MAX_ALIASED} values"),
                help: "Write the values out, or use fewer aliases of aliases.".to_owned(),
            });
        }
        let mut node = anchored.clone();
        set_alias(&mut node, &range);
        self.add(node, 0)
    }

    /// Puts a finished value where it belongs.
    fn add(&mut self, node: Node, anchor: usize) -> Result<(), SyntaxError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(SyntaxError {
                range: node.place(),
                message: format!("the document holds more than {MAX_NODES} values"),
                help: "Split the file.".to_owned(),
            });
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.stack.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(OpenKind::Sequence(items)) => items.push(node),
            Some(OpenKind::Mapping(entries, key)) => match key.take() {
                None => *key = Some(node),
                Some(key) => merge(entries, key, node),
            },
        }
        Ok(())
    }

    fn scan_error(&self, error: &ScanError) -> SyntaxError {
        let offset = error
            .marker()
            .byte_offset()
            .unwrap_or(self.text.len())
            .min(self.text.len());
        let line_start = self.text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let before = &self.text[line_start..offset];
        let rest = &self.text[offset..];
        let tab = before.trim_start_matches(' ').starts_with('\t')
            || (before.trim().is_empty() && rest.starts_with('\t'));
        let help = if tab {
            "YAML does not allow tabs as indentation; use spaces."
        } else {
            "Check indentation, quotes and colons here and on the line before."
        };
        if tab && before.ends_with('\t') {
            return SyntaxError {
                range: offset - 1..offset,
                message: error.info(),
                help: help.to_owned(),
            };
        }
        let message = match error.info() {
            info if info == "recursion limit exceeded" => "the document nests too deep".to_owned(),
            info => info,
        };
        let end = rest
            .chars()
            .next()
            .filter(|c| !c.is_whitespace())
            .map_or(offset, |c| offset + c.len_utf8());
        SyntaxError {
            range: offset..end,
            message,
            help: help.to_owned(),
        }
    }
}

/// Adds an entry; `<<` brings in the entries of other mappings, which those written here override.
fn merge(entries: &mut Vec<Entry>, key: Node, value: Node) {
    let is_merge = matches!(&key.kind, NodeKind::Scalar(s) if s.style == Style::Plain && s.text == "<<");
    if !is_merge {
        // An entry written here replaces one that was merged in.
        let merged =
            |e: &Entry| e.value.alias.is_some() && e.key.alias.is_some() && e.key.as_str() == key.as_str();
        entries.retain(|e| !merged(e));
        entries.push(Entry { key, value });
        return;
    }
    let sources = match value.kind {
        NodeKind::Sequence(items) => items,
        _ => vec![value],
    };
    for source in sources {
        let NodeKind::Mapping(merged) = source.kind else {
            continue;
        };
        for entry in merged {
            if !entries.iter().any(|e| e.key.as_str() == entry.key.as_str()) {
                entries.push(entry);
            }
        }
    }
}

/// Where the `|` or `>` stands whose block begins at `start`: the parser answers the indicator itself for a
/// block without content, else the first content, whose indicator ends the last line before that is not
/// blank.
fn block_indicator(text: &str, start: usize) -> usize {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |at| at + 1);
    let mut line = line_start(start);
    if !text[line..start].trim().is_empty() {
        return start;
    }
    while line > 0 {
        let end = line - 1;
        line = line_start(end);
        let before = &text[line..end];
        if !before.trim().is_empty() {
            return indicator_in(before).map_or(start, |at| line + at);
        }
    }
    start
}

/// The first place in a line where a block indicator ends it: `|` or `>`, an indentation and a chomping
/// indicator, a comment.
fn indicator_in(line: &str) -> Option<usize> {
    let candidates = line.match_indices(['|', '>']).map(|(at, _)| at);
    let fits = |at: &usize| {
        let (before, behind) = (&line[..*at], &line[at + 1..]);
        let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
        let rest = behind.trim_start();
        let ends = rest.is_empty() || (rest.starts_with('#') && rest.len() < behind.len());
        ends && (before.is_empty() || before.ends_with([' ', '\t']))
    };
    candidates.into_iter().find(fits)
}

fn set_alias(node: &mut Node, range: &Range<usize>) {
    node.alias = Some(range.clone());
    match &mut node.kind {
        NodeKind::Scalar(_) => {}
        NodeKind::Sequence(items) => items.iter_mut().for_each(|n| set_alias(n, range)),
        NodeKind::Mapping(entries) => {
            for entry in entries {
                set_alias(&mut entry.key, range);
                set_alias(&mut entry.value, range);
            }
        }
    }
}

fn size(node: &Node) -> usize {
    match &node.kind {
        NodeKind::Scalar(_) => 1,
        NodeKind::Sequence(items) => 1 + items.iter().map(size).sum::<usize>(),
        NodeKind::Mapping(entries) => {
            1 + entries
                .iter()
                .map(|e| size(&e.key) + size(&e.value))
                .sum::<usize>()
        }
    }
}

#[cfg(test)]
mod tests;

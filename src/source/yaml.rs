//! YAML documents as trees of [`Node`]s.

mod faults;
mod tabs;

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, YamlVersion};

use super::node::{Entry, Node, NodeKind, Scalar};
use super::scalar::Style;
use tabs::{Piece, Pieces};

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
    /// The faults: at most one for each document, and tabs that indent.
    pub errors: Vec<SyntaxError>,
}

/// Reads all documents of a YAML text.
pub fn parse(text: &str) -> Documents {
    let mut documents = Documents::default();
    let mut parser = Parser::new_from_str(text);
    let mut pieces = tabs::possible(text).then(Pieces::default);
    loop {
        let mut builder = Builder {
            text,
            anchors: HashMap::new(),
            stack: Vec::new(),
            root: None,
            nodes: 0,
            aliased: 0,
            pieces: pieces.as_mut(),
        };
        match builder.run(&mut parser) {
            Ok(End::Document) => documents.roots.extend(builder.root.filter(|r| !r.is_null())),
            Ok(End::Stream) => break,
            Err(error) => {
                let fatal = error.range.start >= text.len();
                documents.errors.push(error);
                if fatal || !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }
    if let Some(pieces) = pieces {
        // Behind a fault it is not known what the text is; one right behind a tab is its doing.
        let fault = documents.errors.first().map_or(text.len(), |e| e.range.start);
        let tabs = tabs::refused(text, fault, &pieces);
        let is_cause = |tab: &SyntaxError| text[tab.range.end..fault].trim().is_empty();
        if !documents.errors.is_empty() && tabs.last().is_some_and(is_cause) {
            documents.errors.remove(0);
        }
        documents.errors.splice(0..0, tabs);
    }
    documents
}

enum End {
    Document,
    Stream,
}

struct Builder<'t, 'p> {
    text: &'t str,
    anchors: HashMap<usize, Node>,
    stack: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    aliased: usize,
    /// Where tabs may stand, in a text that has some.
    pieces: Option<&'p mut Pieces>,
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

impl Builder<'_, '_> {
    fn run<'i>(&mut self, parser: &mut Parser<'i, granit_parser::StrInput<'i>>) -> Result<End, SyntaxError> {
        loop {
            let (event, span) = match parser.next() {
                None => return Ok(End::Stream),
                Some(Ok(event)) => event,
                Some(Err(error)) => return Err(faults::explain(self.text, &error)),
            };
            let range = span.byte_range().unwrap_or(0..0);
            match event {
                Event::StreamEnd => return Ok(End::Stream),
                Event::DocumentEnd => return Ok(End::Document),
                Event::DocumentStart(_, Some(version)) if version != YamlVersion::new(1, 1) => {
                    return Err(self.version_error(range.start));
                }
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

    fn scalar(&mut self, text: String, style: ScalarStyle, span: &Span) -> Node {
        let parent_start = self.stack.last().map_or(0, |open| open.start);
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
        if let Some(pieces) = &mut self.pieces {
            let line = self.text[..parent_start].rfind('\n').map_or(0, |at| at + 1);
            pieces.scalars.push(Piece {
                range: range.clone(),
                style,
                indent: parent_start - line + 1,
            });
        }
        Node {
            range,
            alias: None,
            kind: NodeKind::Scalar(Scalar::new(text, style)),
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
        if let Some(pieces) = self.pieces.as_mut().filter(|_| !range.is_empty()) {
            pieces.flow.push(open.start..range.end);
        }
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
                Some(key) => merge(entries, key, node)?,
            },
        }
        Ok(())
    }

    /// `%YAML 1.2` before a document that begins at an offset.
    fn version_error(&self, start: usize) -> SyntaxError {
        let at = self.text[..start].rfind("%YAML").unwrap_or(start);
        let len = self.text[at..].find(['\n', '\r']).unwrap_or(0);
        SyntaxError {
            range: at..at + len,
            message:
                "the document is declared to be of a version other than 1.1, which Prometheus' reader refuses"
                    .to_owned(),
            help: "Remove the line.".to_owned(),
        }
    }
}

/// Adds an entry; `<<` brings in the entries of other mappings, which those written here override.
fn merge(entries: &mut Vec<Entry>, key: Node, value: Node) -> Result<(), SyntaxError> {
    let is_merge = matches!(&key.kind, NodeKind::Scalar(s) if s.style == Style::Plain && s.text == "<<");
    if !is_merge {
        // An entry written here replaces one that was merged in.
        let merged =
            |e: &Entry| e.value.alias.is_some() && e.key.alias.is_some() && e.key.as_str() == key.as_str();
        entries.retain(|e| !merged(e));
        entries.push(Entry { key, value });
        return Ok(());
    }
    let sources = match value.kind {
        NodeKind::Sequence(items) => items,
        _ => vec![value],
    };
    for source in sources {
        let place = source.place();
        let NodeKind::Mapping(merged) = source.kind else {
            return Err(SyntaxError {
                range: place,
                message: "`<<` merges mappings, and this is none".to_owned(),
                help: "Name a mapping by its alias, `<<: *name`, or a list of such.".to_owned(),
            });
        };
        for entry in merged {
            if !entries.iter().any(|e| e.key.as_str() == entry.key.as_str()) {
                entries.push(entry);
            }
        }
    }
    Ok(())
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

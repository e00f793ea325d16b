//! A YAML or JSON document as a tree in which everything knows its place.

use std::ops::Range;
use std::sync::Arc;

use super::Rewritten;
use super::scalar::{self, Style};

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Byte range in the file: the scalar with its quotes or block indicator, or the whole collection. For an
    /// alias, the range of the anchored value.
    pub range: Range<usize>,
    /// Where the alias stands that brought the value here, for values that come by an alias.
    pub alias: Option<Range<usize>>,
    /// What it is.
    pub kind: NodeKind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// Text; what it means (number, truth value) depends on the field.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order written.
    Mapping(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Node,
    /// The value.
    pub value: Node,
}

/// A scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// Its decoded text.
    pub text: String,
    /// How it was written.
    pub style: Style,
    /// What is written in place of the text, where pieces of it were replaced after reading.
    pub rewritten: Option<Arc<Rewritten>>,
}

impl Scalar {
    /// A scalar whose text is as written.
    pub fn new(text: impl Into<String>, style: Style) -> Scalar {
        Scalar {
            text: text.into(),
            style,
            rewritten: None,
        }
    }

    /// The scalar with pieces of its text replaced, given in ascending order by their ranges.
    pub fn replaced(&self, replacements: &[(Range<usize>, String)]) -> Scalar {
        let (text, rewritten) = Rewritten::new(&self.text, replacements);
        Scalar {
            text,
            style: self.style,
            rewritten: Some(Arc::new(rewritten)),
        }
    }

    /// The piece of the file that holds a range of the decoded text, `raw` being where the scalar stands.
    pub fn locate(&self, file_text: &str, raw: Range<usize>, decoded: Range<usize>) -> Range<usize> {
        match &self.rewritten {
            None => scalar::locate(file_text, raw, self.style, &self.text, decoded),
            Some(rewritten) => {
                let decoded = rewritten.written(decoded);
                scalar::locate(file_text, raw, self.style, &rewritten.text, decoded)
            }
        }
    }
}

impl Node {
    /// The text, where it is a scalar.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// Whether it is nothing: an empty value, `~` or `null`, not quoted.
    pub fn is_null(&self) -> bool {
        match &self.kind {
            NodeKind::Scalar(s) => {
                s.style == Style::Plain
                    && s.rewritten.is_none()
                    && matches!(s.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            _ => false,
        }
    }

    /// The elements, where it is a list.
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.kind {
            NodeKind::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, where it is a mapping.
    pub fn as_mapping(&self) -> Option<&[Entry]> {
        match &self.kind {
            NodeKind::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key, where it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_mapping()?
            .iter()
            .find(|e| e.key.as_str() == Some(key))
            .map(|e| &e.value)
    }

    /// `a list`, `a mapping`, `text`: for messages.
    pub fn kind_name(&self) -> &'static str {
        match &self.kind {
            NodeKind::Scalar(_) if self.is_null() => "nothing",
            NodeKind::Scalar(_) => "text",
            NodeKind::Sequence(_) => "a list",
            NodeKind::Mapping(_) => "a mapping",
        }
    }

    /// Where to point for this value: the alias where there is one, else the value itself.
    pub fn place(&self) -> Range<usize> {
        self.alias.clone().unwrap_or_else(|| self.range.clone())
    }

    /// The piece of the file that holds a range of the decoded text; the whole value where it is no scalar.
    pub fn locate(&self, file_text: &str, decoded: Range<usize>) -> Range<usize> {
        match &self.kind {
            NodeKind::Scalar(scalar) => scalar.locate(file_text, self.range.clone(), decoded),
            _ => self.range.clone(),
        }
    }
}

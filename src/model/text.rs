//! A piece of text from a file, decoded, that knows where each of its characters stands.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Edit, Location};
use crate::source::scalar::{self, Style};
use crate::source::{Node, NodeKind, SourceFile};

/// A decoded scalar with the way back to the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    text: String,
    style: Style,
    raw: Range<usize>,
    alias: Option<Range<usize>>,
}

impl Text {
    /// The text of a scalar; `None` for lists and mappings.
    pub fn of(node: &Node) -> Option<Text> {
        let NodeKind::Scalar(scalar) = &node.kind else {
            return None;
        };
        // Null stands for the empty text, as when Go decodes it into a string.
        let text = if node.is_null() {
            String::new()
        } else {
            scalar.text.clone()
        };
        Some(Text {
            text,
            style: scalar.style,
            raw: node.range.clone(),
            alias: node.alias.clone(),
        })
    }

    /// The same place with another text, as if that stood there.
    pub fn with(&self, text: String) -> Text {
        Text { text, ..self.clone() }
    }

    /// A piece of text as it would be written within this scalar.
    pub fn written(&self, piece: &str) -> String {
        scalar::written(self.style, piece)
    }

    /// The decoded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it was written in quotes or as a block, so that it is text and no number or truth value.
    pub fn is_quoted(&self) -> bool {
        self.style != Style::Plain
    }

    /// The byte range in the file of a range of the decoded text.
    pub fn locate(&self, file: &SourceFile, decoded: Range<usize>) -> Range<usize> {
        scalar::locate(file.text(), self.raw.clone(), self.style, &self.text, decoded)
    }

    /// The change of the file that puts other text in the place of a range of the decoded text. Nothing where the text
    /// stands for several values, or cannot be written there without looking at more of it.
    pub fn edit(&self, file: &Arc<SourceFile>, decoded: Range<usize>, text: &str) -> Option<Edit> {
        // At its start, a plain scalar may hold less than within.
        let begins = decoded.start == 0 && self.style == Style::Plain;
        if self.alias.is_some() || (begins && !text.starts_with(char::is_alphanumeric)) {
            return None;
        }
        let range = self.locate(file, decoded);
        let text = file.encode(&scalar::encode(self.style, text)?)?;
        Some(Edit {
            location: Location::new(file, range),
            text,
        })
    }

    /// The byte range in the file of the whole text, without quotes or block indicator where it is not empty.
    pub fn whole(&self, file: &SourceFile) -> Range<usize> {
        let trimmed = self.text.trim_end().len();
        if trimmed == 0 {
            self.raw.clone()
        } else {
            self.locate(file, 0..trimmed)
        }
    }

    /// The byte range in the file of the scalar as written.
    pub fn raw(&self) -> Range<usize> {
        self.raw.clone()
    }

    /// Where the alias stands that brought the text here, where it came by one.
    pub fn alias(&self) -> Option<Range<usize>> {
        self.alias.clone()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}@{:?}", self.text, self.raw)
    }
}

//! A piece of text from a file, decoded, that knows where each of its characters stands.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Edit, Location};
use crate::source::scalar::{self, Style};
use crate::source::{Node, NodeKind, Scalar, SourceFile};

/// A decoded scalar with the way back to the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    scalar: Scalar,
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
        let mut scalar = scalar.clone();
        if node.is_null() {
            scalar.text.clear();
        }
        Some(Text {
            scalar,
            raw: node.range.clone(),
            alias: node.alias.clone(),
        })
    }

    /// The same place with another text, as if that stood there.
    pub fn with(&self, text: String) -> Text {
        Text {
            scalar: Scalar::new(text, self.scalar.style),
            ..self.clone()
        }
    }

    /// A piece of text as it would be written within this scalar.
    pub fn written(&self, piece: &str) -> String {
        scalar::written(self.scalar.style, piece)
    }

    /// The decoded text.
    pub fn as_str(&self) -> &str {
        &self.scalar.text
    }

    /// Whether it was written in quotes or as a block, so that it is text and no number or truth value. A text with
    /// a replaced piece may be either, however it was written.
    pub fn is_quoted(&self) -> bool {
        self.scalar.style != Style::Plain && self.scalar.rewritten.is_none()
    }

    /// The byte range in the file of a range of the decoded text.
    pub fn locate(&self, file: &SourceFile, decoded: Range<usize>) -> Range<usize> {
        self.scalar.locate(file.text(), self.raw.clone(), decoded)
    }

    /// The change of the file that puts other text in the place of a range of the decoded text. Nothing where the text
    /// stands for several values, or cannot be written there without looking at more of it.
    pub fn edit(&self, file: &Arc<SourceFile>, decoded: Range<usize>, text: &str) -> Option<Edit> {
        // At its start, a plain scalar may hold less than within.
        let begins = decoded.start == 0 && self.scalar.style == Style::Plain;
        let replaced = self.scalar.rewritten.is_some();
        if self.alias.is_some() || replaced || (begins && !text.starts_with(char::is_alphanumeric)) {
            return None;
        }
        let range = self.locate(file, decoded);
        let text = file.encode(&scalar::encode(self.scalar.style, text)?)?;
        Some(Edit {
            location: Location::new(file, range),
            text,
        })
    }

    /// The byte range in the file of the whole text, without quotes or block indicator where it is not empty.
    pub fn whole(&self, file: &SourceFile) -> Range<usize> {
        let trimmed = self.scalar.text.trim_end().len();
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
        write!(f, "{:?}@{:?}", self.scalar.text, self.raw)
    }
}

//! One file's text and the index of its lines.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Node, NodeKind, scalar};

/// A file that was read, with an index of its lines.
pub struct SourceFile {
    path: PathBuf,
    text: String,
    /// Byte offset of the first character of each line.
    line_starts: Vec<usize>,
    /// Where the text stands, where it is a value in another file.
    host: Option<(Arc<SourceFile>, Node)>,
}

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: usize,
}

impl SourceFile {
    /// Takes the text of the file at `path` (as it is to be shown).
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(
            text.bytes()
                .enumerate()
                .filter(|(_, b)| *b == b'\n')
                .map(|(i, _)| i + 1),
        );
        SourceFile {
            path: path.into(),
            line_starts: line_starts.collect(),
            host: None,
            text,
        }
    }

    /// A text that is a value in another file, such as a dashboard in a Kubernetes resource. It goes by that
    /// file's path, and its ranges lead there by [`SourceFile::resolve`].
    pub fn embedded(host: &Arc<SourceFile>, value: Node) -> Self {
        let text = value.as_str().unwrap_or_default().to_owned();
        SourceFile {
            host: Some((host.clone(), value)),
            ..SourceFile::new(host.path(), text)
        }
    }

    /// The file that a range of this text is in, and the range there.
    pub fn resolve(self: &Arc<Self>, range: Range<usize>) -> (Arc<SourceFile>, Range<usize>) {
        match &self.host {
            None => (self.clone(), range),
            Some((host, value)) => host.resolve(value.locate(host.text(), range)),
        }
    }

    /// A piece of this text as it is written in the file that holds it, where the text is embedded in one; nothing
    /// where that cannot be told.
    pub fn encode(&self, text: &str) -> Option<String> {
        match &self.host {
            None => Some(text.to_owned()),
            Some((host, value)) => match &value.kind {
                NodeKind::Scalar(value) => host.encode(&scalar::encode(value.style, text)?),
                _ => None,
            },
        }
    }

    /// The path as it is shown to the user.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset; offsets past the end count as the end.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text.as_bytes()[self.line_starts[line]..offset];
        // Every byte but a continuation byte starts a character.
        let column = before.iter().filter(|b| (**b & 0xC0) != 0x80).count();
        LineColumn {
            line: line + 1,
            column: column + 1,
        }
    }

    /// Byte offset of the first character of a line (from 1); the end of the text for lines past the last.
    pub fn line_start(&self, line: usize) -> usize {
        self.line_starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(self.text.len())
    }

    /// Byte offset just past the last character of a line (from 1), its line break excluded.
    pub fn line_end(&self, line: usize) -> usize {
        self.line_starts
            .get(line)
            .map_or(self.text.len(), |next| next - 1)
    }

    /// How many lines there are; a line break at the end begins an empty one.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// The text of a line (from 1) without its line break.
    pub fn line(&self, line: usize) -> Option<&str> {
        let start = *self.line_starts.get(line.checked_sub(1)?)?;
        let end = self
            .line_starts
            .get(line)
            .map_or(self.text.len(), |next| next - 1);
        Some(self.text[start..end].trim_end_matches('\r'))
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SourceFile({}, {} bytes)",
            self.path.display(),
            self.text.len()
        )
    }
}

//! Reads files, refusing what cannot be text of ours with a reason and, where there is one, a place.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::SourceFile;

/// The largest file that is read, in bytes. The largest rule files and dashboards in use are a few MB.
pub const LARGEST_FILE: u64 = 20 << 20;

/// Why a file could not be read.
#[derive(Clone, Debug)]
pub struct LoadError {
    /// The file, with what could be read of it.
    pub file: Arc<SourceFile>,
    /// Where the fault is; empty at the start where it concerns the whole file.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

/// Reads a UTF-8 file. A byte-order mark is dropped.
///
/// # Errors
/// Where it cannot be opened, is a folder, larger than [`LARGEST_FILE`], or is no UTF-8 text.
pub fn load(path: &Path) -> Result<Arc<SourceFile>, LoadError> {
    match read(path) {
        Ok(bytes) => decode(path, bytes),
        Err((message, help)) => Err(LoadError {
            file: Arc::new(SourceFile::new(path, "")),
            range: 0..0,
            message: format!("cannot read the file: {message}"),
            help,
        }),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, (String, String)> {
    let explain = |error: io::Error| {
        let help = match error.kind() {
            io::ErrorKind::NotFound => {
                "Check the path; globs must be quoted from the shell or matched by it."
            }
            io::ErrorKind::PermissionDenied => "Give the user who runs rulecheck the right to read it.",
            _ => "Check that it is a regular file on a working disk.",
        };
        (error.to_string(), help.to_owned())
    };
    let file = File::open(path).map_err(explain)?;
    let metadata = file.metadata().map_err(explain)?;
    if metadata.is_dir() {
        return Err((
            "it is a folder".to_owned(),
            "Name a file, or the folder on the command line.".to_owned(),
        ));
    }
    let mut bytes = Vec::new();
    // The limit also holds for pipes and devices, whose size nobody knows before.
    file.take(LARGEST_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(explain)?;
    if bytes.len() as u64 > LARGEST_FILE {
        let size = metadata.len().max(bytes.len() as u64) >> 20;
        let message = format!("it has {size} MB, the most is {} MB", LARGEST_FILE >> 20);
        return Err((
            message,
            "Split it, or exclude it if it holds no rules.".to_owned(),
        ));
    }
    Ok(bytes)
}

fn decode(path: &Path, bytes: Vec<u8>) -> Result<Arc<SourceFile>, LoadError> {
    let error = |text: String, offset: usize, message: &str, help: &str| {
        let file = SourceFile::new(path, text);
        let end = file.text()[offset..]
            .chars()
            .next()
            .map_or(offset, |c| offset + c.len_utf8());
        LoadError {
            file: Arc::new(file),
            range: offset..end,
            message: message.to_owned(),
            help: help.to_owned(),
        }
    };
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let help = "Save it as UTF-8.";
        return Err(error(String::new(), 0, "the file is encoded in UTF-16", help));
    }
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        let before = String::from_utf8_lossy(&bytes[..at]).into_owned();
        let at = before.len();
        let help = "It holds a zero byte, as no YAML or JSON file does.";
        return Err(error(before, at, "the file is binary, not text", help));
    }
    match String::from_utf8(bytes) {
        Ok(text) => {
            let text = match text.strip_prefix('\u{feff}') {
                Some(rest) => rest.to_owned(),
                None => text,
            };
            Ok(Arc::new(SourceFile::new(path, text)))
        }
        Err(invalid) => {
            let at = invalid.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(invalid.as_bytes()).into_owned();
            let help = "Save it as UTF-8.";
            Err(error(text, at, "the file is not valid UTF-8", help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_bytes(bytes: &[u8]) -> Result<String, String> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("file.yml");
        std::fs::write(&path, bytes).expect("a file");
        match load(&path) {
            Ok(file) => Ok(file.text().to_owned()),
            Err(e) => {
                let at = e.file.line_column(e.range.start);
                Err(format!("{}:{} {}", at.line, at.column, e.message))
            }
        }
    }

    #[test]
    fn text_is_read_and_the_rest_refused() {
        assert_eq!(load_bytes(b"a: 1\n"), Ok("a: 1\n".to_owned()));
        assert_eq!(load_bytes(b"\xef\xbb\xbfa: 1"), Ok("a: 1".to_owned()));
        assert_eq!(
            load_bytes(b"a\nb\xff"),
            Err("2:2 the file is not valid UTF-8".to_owned())
        );
        assert_eq!(
            load_bytes(b"a\n\0b"),
            Err("2:1 the file is binary, not text".to_owned())
        );
        assert_eq!(
            load_bytes(b"\xff\xfea\0"),
            Err("1:1 the file is encoded in UTF-16".to_owned())
        );
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for path in [dir.path().to_path_buf(), dir.path().join("absent.yml")] {
            let message = load(&path).expect_err("no file").message;
            assert!(message.starts_with("cannot read the file: "), "{message}");
        }
    }
}

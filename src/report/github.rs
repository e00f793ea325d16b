//! Annotations of GitHub Actions: workflow commands that put a message beside a line of a pull request.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A message beside a piece of a file.
pub(super) struct Annotation<'a> {
    /// `error`, `warning` or `notice`.
    pub(super) level: &'static str,
    /// The file.
    pub(super) path: &'a Path,
    /// `line`, `col`, `endLine`, `endColumn`, all from 1, as far as they are known.
    pub(super) place: Vec<(&'static str, usize)>,
    /// The heading.
    pub(super) title: &'a str,
    /// The text; it may have several lines.
    pub(super) message: String,
}

/// Writes an annotation.
pub(super) fn write(annotation: &Annotation<'_>, out: &mut dyn Write) -> io::Result<()> {
    let workspace = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from);
    let path = within(annotation.path, workspace.as_deref())
        .display()
        .to_string();
    write!(out, "::{} file={}", annotation.level, escaped_property(&path))?;
    for (name, number) in &annotation.place {
        write!(out, ",{name}={number}")?;
    }
    let (title, message) = (escaped_property(annotation.title), escaped(&annotation.message));
    writeln!(out, ",title={title}::{message}")
}

/// The path as GitHub knows it: from the root of the repository.
fn within(path: &Path, workspace: Option<&Path>) -> PathBuf {
    let Some(workspace) = workspace else {
        return path.to_owned();
    };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.strip_prefix(workspace).unwrap_or(path).to_owned()
}

/// A message on one line: what would end it is written as percent codes.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, in which commas and colons mean something, too.
fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_is_escaped() {
        let annotation = Annotation {
            level: "error",
            path: Path::new("a,b.yml"),
            place: vec![("line", 3), ("col", 5)],
            title: "a: b",
            message: "50%\nof: it, all".to_owned(),
        };
        let mut out = Vec::new();
        write(&annotation, &mut out).unwrap();
        let expected = "::error file=a%2Cb.yml,line=3,col=5,title=a%3A b::50%25%0Aof: it, all\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn text_is_escaped_as_the_runner_unescapes_it() {
        assert_eq!(escaped("100%\r\na:b,c"), "100%25%0D%0Aa:b,c");
        assert_eq!(escaped_property("100%\r\na:b,c"), "100%25%0D%0Aa%3Ab%2Cc");
    }

    #[test]
    fn paths_are_those_of_the_repository() {
        let here = std::env::current_dir().expect("a folder");
        let above = here.parent().expect("a folder above");
        let folder = here.file_name().expect("a name");
        assert_eq!(
            within(Path::new("a.yml"), Some(above)),
            PathBuf::from(folder).join("a.yml")
        );
        assert_eq!(within(Path::new("a.yml"), Some(&here)), PathBuf::from("a.yml"));
        assert_eq!(within(Path::new("a.yml"), None), PathBuf::from("a.yml"));
        assert_eq!(
            within(Path::new("/x/a.yml"), Some(&here)),
            PathBuf::from("/x/a.yml")
        );
    }
}

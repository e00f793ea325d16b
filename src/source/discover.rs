//! Which files to look at: paths as given, folders searched with git's ignore rules.

use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};

/// Endings of the files that may hold rules, tests, dashboards or configuration.
const ENDINGS: [&str; 5] = ["yml", "yaml", "json", "test", "rules"];

/// Endings of source that may declare metrics.
const CODE_ENDINGS: [&str; 10] = ["py", "go", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"];

/// What was found.
#[derive(Debug, Default)]
pub struct Discovered {
    /// The files, sorted, each once.
    pub files: Vec<FoundFile>,
    /// Source that may declare metrics, sorted, each once.
    pub code: Vec<PathBuf>,
    /// Folders and paths that could not be read, with the reason.
    pub errors: Vec<(PathBuf, io::Error)>,
    /// The globs of what is left alone.
    excluded: Option<Override>,
}

impl Discovered {
    /// Whether a path is among those that are left alone, although something else may name it.
    pub fn excludes(&self, path: &Path) -> bool {
        let matched = |globs: &Override| globs.matched(path, false).is_ignore();
        self.excluded.as_ref().is_some_and(matched)
    }
}

/// A file to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFile {
    /// Its path, as it is to be shown.
    pub path: PathBuf,
    /// Whether the user named it, rather than a folder above it. A named file must be something that
    /// rulecheck can read; a found one may be anything.
    pub named: bool,
}

/// Collects the files among `paths` and below the folders among them. `include` and `exclude` are globs
/// as in git's ignore files, relative to `root`; they apply to what is found, not to what is named.
///
/// # Errors
/// A glob that does not parse, with its text.
pub fn discover(
    root: &Path,
    paths: &[PathBuf],
    include: &[String],
    exclude: &[String],
) -> Result<Discovered, ignore::Error> {
    let excluded = globs(root, &[], exclude)?;
    let globs = globs(root, include, exclude)?;
    let mut found = Discovered {
        excluded: Some(excluded),
        ..Discovered::default()
    };
    for path in paths {
        if path.is_dir() {
            walk(path, &globs, &mut found);
        } else if has_ending(path, &CODE_ENDINGS) {
            found.code.push(tidy(path));
        } else {
            found.files.push(FoundFile {
                path: tidy(path),
                named: true,
            });
        }
    }
    // A file that is both named and found counts as named, which sorts last.
    found
        .files
        .sort_by(|a, b| a.path.cmp(&b.path).then(b.named.cmp(&a.named)));
    found.files.dedup_by(|a, b| a.path == b.path);
    found.code.sort();
    found.code.dedup();
    Ok(found)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|e| endings.iter().any(|w| e == *w))
}

fn globs(root: &Path, include: &[String], exclude: &[String]) -> Result<Override, ignore::Error> {
    let mut builder = OverrideBuilder::new(root);
    for glob in include {
        builder.add(glob)?;
    }
    for glob in exclude {
        builder.add(&format!("!{glob}"))?;
    }
    builder.build()
}

fn walk(folder: &Path, globs: &Override, found: &mut Discovered) {
    let walker = WalkBuilder::new(folder)
        .overrides(globs.clone())
        // Ignore files count without a repository too: an exported tree is the same tree.
        .require_git(false)
        .sort_by_file_path(Path::cmp)
        .build();
    for entry in walker {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|t| t.is_file())
                    || (entry.path_is_symlink() && entry.path().is_file());
                if is_file && has_ending(entry.path(), &CODE_ENDINGS) {
                    found.code.push(tidy(entry.path()));
                } else if is_file && has_ending(entry.path(), &ENDINGS) {
                    found.files.push(FoundFile {
                        path: tidy(entry.path()),
                        named: false,
                    });
                }
            }
            Err(error) => {
                let message = io::Error::other(error.to_string());
                found.errors.push((folder.to_path_buf(), message));
            }
        }
    }
}

/// The path without a leading `./`, as people write it.
fn tidy(path: &Path) -> PathBuf {
    path.strip_prefix("./").unwrap_or(path).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, text).expect("a file");
        }
        dir
    }

    fn names(dir: &tempfile::TempDir, include: &[&str], exclude: &[&str]) -> Vec<String> {
        let owned = |globs: &[&str]| globs.iter().map(|g| (*g).to_owned()).collect::<Vec<_>>();
        let found = discover(
            dir.path(),
            &[dir.path().to_path_buf()],
            &owned(include),
            &owned(exclude),
        )
        .expect("globs that parse");
        let relative = |f: &FoundFile| {
            f.path
                .strip_prefix(dir.path())
                .expect("below")
                .display()
                .to_string()
        };
        found.files.iter().map(relative).collect()
    }

    #[test]
    fn finds_by_ending_and_honours_ignore_files() {
        let dir = tree(&[
            (".gitignore", "build/\n"),
            ("a.yml", ""),
            ("b/c.json", ""),
            ("b/notes.txt", ""),
            ("build/d.yml", ""),
            ("e.test", ""),
            ("f.rules", ""),
        ]);
        assert_eq!(names(&dir, &[], &[]), ["a.yml", "b/c.json", "e.test", "f.rules"]);
    }

    #[test]
    fn globs_choose_among_what_is_found() {
        let dir = tree(&[("rules/a.yml", ""), ("rules/old/b.yml", ""), ("deploy/c.yml", "")]);
        assert_eq!(
            names(&dir, &["rules/**"], &[]),
            ["rules/a.yml", "rules/old/b.yml"]
        );
        assert_eq!(names(&dir, &["rules/**"], &["rules/old/**"]), ["rules/a.yml"]);
        assert_eq!(names(&dir, &[], &["deploy/"]), ["rules/a.yml", "rules/old/b.yml"]);
    }

    #[test]
    fn a_named_file_is_taken_whatever_its_ending() {
        let dir = tree(&[("alerts.conf", "")]);
        let path = dir.path().join("alerts.conf");
        let found = discover(dir.path(), &[path.clone(), path.clone()], &[], &[]).expect("no globs");
        assert_eq!(found.files, [FoundFile { path, named: true }]);
    }
}

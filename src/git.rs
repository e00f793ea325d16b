//! What git knows of the repository: how it was at another commit. The program `git` is asked; nothing in the
//! repository is changed, its index neither.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The files of a repository as they were at a commit, in a temporary folder.
#[derive(Debug)]
pub struct Before {
    /// The root of the repository as it is.
    pub root: PathBuf,
    folder: TempDir,
    /// For files that were moved since, where they were.
    moved: HashMap<PathBuf, PathBuf>,
}

impl Before {
    /// The files as they were where the history of `here`, a folder of a repository, last met that of `revision`.
    ///
    /// # Errors
    /// Where there is no git or no repository, or where it knows no such revision; ready to be shown.
    pub fn of(here: &Path, revision: &str) -> Result<Before, String> {
        let root = PathBuf::from(line(&git(here, &["rev-parse", "--show-toplevel"], None)?));
        let commit = format!("{revision}^{{commit}}");
        // A revision is never taken for an option.
        let commit = git(
            &root,
            &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit],
            None,
        )
        .map_err(|_| format!("git knows no commit {revision}: fetch it, or name another"))?;
        let commit = line(&commit);
        // Where the histories never met, the revision itself is what there was before.
        let base = git(&root, &["merge-base", &commit, "HEAD"], None).map_or(commit, |base| line(&base));
        let folder = tempfile::tempdir().map_err(|e| format!("cannot make a temporary folder: {e}"))?;
        let index = folder.path().join("index");
        git(&root, &["read-tree", &base], Some(&index))?;
        let prefix = format!("--prefix={}/", folder.path().join("tree").display());
        git(
            &root,
            &["checkout-index", "--all", "--force", &prefix],
            Some(&index),
        )?;
        let moved = git(
            &root,
            &[
                "diff",
                "--name-status",
                "-z",
                "--find-renames",
                "--diff-filter=R",
                &base,
            ],
            None,
        )?;
        let mut fields = moved.split('\0');
        let mut before = HashMap::new();
        while let (Some(_), Some(from), Some(to)) = (fields.next(), fields.next(), fields.next()) {
            before.insert(PathBuf::from(to), PathBuf::from(from));
        }
        Ok(Before {
            root,
            folder,
            moved: before,
        })
    }

    /// The folder that holds the files.
    pub fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    /// Where a file was; paths are relative to the root of the repository.
    pub fn place<'p>(&'p self, path: &'p Path) -> &'p Path {
        self.moved.get(path).map_or(path, PathBuf::as_path)
    }
}

/// What git answers, or why it does not.
fn git(folder: &Path, args: &[&str], index: Option<&Path>) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(args);
    if let Some(index) = index {
        command.env("GIT_INDEX_FILE", AsRef::<OsStr>::as_ref(index));
    }
    let output = command.output().map_err(|e| format!("cannot run git: {e}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!(
        "git {}: {}",
        args.first().unwrap_or(&""),
        String::from_utf8_lossy(&output.stderr).trim()
    ))
}

fn line(text: &str) -> String {
    text.trim_end_matches(['\n', '\r']).to_owned()
}

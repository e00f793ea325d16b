//! Paths of a project, as they are written.

use std::path::{Component, Path, PathBuf};

/// A path without `.` and `..` in it, as far as that can be told without looking.
pub fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}

/// The folder of a file.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// The folders that share most of their path with a file.
pub(super) fn nearest(folders: &[&Path], path: &Path) -> Vec<usize> {
    let shared = |folder: &Path| {
        let pairs = folder.components().zip(path.components());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let shared: Vec<usize> = folders.iter().map(|folder| shared(folder)).collect();
    let most = shared.iter().max().copied();
    (0..folders.len())
        .filter(|at| Some(shared[*at]) == most)
        .collect()
}

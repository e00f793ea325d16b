//! `--changed-since`: which findings a change has brought.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::cli::inputs::Inputs;
use crate::cli::servers::Servers;
use crate::diagnostic::Diagnostic;
use crate::git::Before;
use crate::lints::{self, Options};
use crate::project::Project;

/// Everything about a finding but its place.
type Identity = (PathBuf, Vec<String>);

/// Leaves out the findings that were there before the change. Answers how many were.
///
/// # Errors
/// Where the files cannot be had as they were; ready to be shown.
pub(super) fn retain_new(
    (inputs, servers): (&Inputs, &Servers),
    revision: &str,
    options: &Options,
    findings: &mut Vec<Diagnostic>,
) -> Result<usize, String> {
    let here = std::env::current_dir().map_err(|e| format!("cannot tell the current folder: {e}"))?;
    let before = Before::of(&here, revision)?;
    let tree = before.tree();
    let found = inputs.find_before(&before)?;
    let project = Project::load(&found.files, true);
    let mut known: HashMap<Identity, usize> = HashMap::new();
    // What was there before is asked about too, so that what the servers say of it is not new.
    let asked = servers.ask(&project, options)?;
    let catalogs = inputs.catalogs(&project, &found, &asked)?;
    for finding in lints::run(&project, &catalogs, options) {
        let path = relative(finding.primary.location.file.path(), &tree);
        *known.entry(identity(&finding, path)).or_default() += 1;
    }
    let count = findings.len();
    findings.retain(|finding| {
        let path = relative(&absolute(finding.primary.location.file.path()), &before.root);
        let identity = identity(finding, before.place(&path).to_owned());
        match known.get_mut(&identity) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        }
    });
    Ok(count - findings.len())
}

fn identity(finding: &Diagnostic, path: PathBuf) -> Identity {
    let identity = finding.identity();
    // The first part is the path as it is shown.
    (
        path,
        identity[1..].iter().map(|part| (*part).to_owned()).collect(),
    )
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn relative(path: &Path, root: &Path) -> PathBuf {
    let root = absolute(root);
    absolute(path).strip_prefix(&root).unwrap_or(path).to_owned()
}

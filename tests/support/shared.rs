//! Test data of other projects, which is no part of this one: the folder `shared` beside the project, or the one that
//! `RULECHECK_SHARED` names in its place.

use std::path::{Path, PathBuf};

/// A part of the folder; where it is absent, says so.
pub(crate) fn shared(part: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("RULECHECK_SHARED").map_or_else(beside, PathBuf::from);
    let part = shared.join(part);
    if !part.is_dir() {
        println!("skipped: {} is not there", part.display());
        return None;
    }
    Some(part)
}

//! How a Prometheus sees the files of a project: as they lie there, or through the mounts of its container.

use std::path::{Path, PathBuf};

use super::ServiceAt;
use super::paths::{folder, normal};
use crate::model::compose::Compose;
use crate::model::prometheus::PrometheusConfig;

/// How a program sees the files of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// As they lie there.
    Plain,
    /// In a container.
    Container {
        /// What is mounted: where it is there, and what path of the project that is, where it is known to be one. The
        /// longest come first.
        mounts: Vec<(PathBuf, Option<PathBuf>)>,
        /// Where the configuration is there.
        config: PathBuf,
    },
}

/// Where the image of Prometheus looks for its configuration.
const CONFIG: &str = "/etc/prometheus/prometheus.yml";

/// The service that runs a configuration, and how it sees files.
pub(super) fn of<'p>(config: &PrometheusConfig, composes: &[&'p Compose]) -> (Option<ServiceAt<'p>>, View) {
    let mut by_name = None;
    for compose in composes {
        for service in &compose.services {
            let at = ServiceAt { compose, service };
            if at.program().is_none_or(|program| program.name != "prometheus") {
                continue;
            }
            let inside = PathBuf::from(at.flag("config.file").unwrap_or(CONFIG));
            let mounts = mounts(at);
            let Some(source) = source(&mounts, &inside) else {
                continue;
            };
            let view = View::Container {
                mounts,
                config: inside,
            };
            if source == normal(config.file.path()) {
                return (Some(at), view);
            }
            // A file of this name that is not where it is mounted from: it is put there before, or the mount is wrong.
            if !source.exists() && source.file_name() == config.file.path().file_name() {
                by_name.get_or_insert((Some(at), view));
            }
        }
    }
    by_name.unwrap_or((None, View::Plain))
}

/// What is mounted into a container, the longest paths first.
fn mounts(at: ServiceAt<'_>) -> Vec<(PathBuf, Option<PathBuf>)> {
    let base = folder(at.compose.file.path());
    let mut mounts: Vec<(PathBuf, Option<PathBuf>)> = at
        .service
        .mounts
        .iter()
        .map(|mount| {
            let source = mount.path().map(|path| normal(&base.join(path)));
            (normal(Path::new(&mount.target)), source)
        })
        .collect();
    mounts.sort_by_key(|(target, _)| std::cmp::Reverse(target.components().count()));
    mounts
}

/// What of the project is at a place in a container.
fn source(mounts: &[(PathBuf, Option<PathBuf>)], inside: &Path) -> Option<PathBuf> {
    mounts.iter().find_map(|(target, source)| {
        let rest = inside.strip_prefix(target).ok()?;
        let source = source.as_ref()?;
        // Joined with nothing, a path would end in a slash.
        Some(if rest.as_os_str().is_empty() {
            source.clone()
        } else {
            source.join(rest)
        })
    })
}

impl View {
    /// The files that a glob in the configuration names, sorted; nothing where that cannot be told.
    pub(super) fn files(&self, config: &Path, pattern: &str) -> Option<Vec<PathBuf>> {
        // Go's globs know no `**` that reaches deeper.
        let pattern = pattern.replace("**", "*");
        let mut files = match self {
            View::Plain if Path::new(&pattern).is_absolute() => return None,
            View::Plain => listed(folder(config), &pattern),
            View::Container { mounts, config } => {
                let whole = normal(&folder(config).join(&pattern));
                mounted(mounts, &whole)?
            }
        };
        files.sort();
        files.dedup();
        Some(files)
    }

    /// The path of the project whose files a glob would name, where it is known: for a message.
    pub fn place(&self, config: &Path, pattern: &str) -> Option<PathBuf> {
        match self {
            View::Plain => (!Path::new(pattern).is_absolute()).then(|| normal(&folder(config).join(pattern))),
            View::Container { mounts, config } => source(mounts, &normal(&folder(config).join(pattern))),
        }
    }
}

/// The files of a project that a glob names within a container.
fn mounted(mounts: &[(PathBuf, Option<PathBuf>)], whole: &Path) -> Option<Vec<PathBuf>> {
    let pattern = glob::Pattern::new(&whole.to_string_lossy()).ok()?;
    let options = glob::MatchOptions {
        require_literal_separator: true,
        ..glob::MatchOptions::new()
    };
    let mut files = Vec::new();
    for (target, source) in mounts {
        if let Ok(rest) = whole.strip_prefix(target) {
            // The longest mount hides what others have there.
            let rest = rest.to_string_lossy();
            let source = source.as_ref()?;
            let found = if rest.is_empty() {
                vec![source.clone()]
            } else {
                listed(source, &rest)
            };
            files.extend(found.into_iter().filter(|file| file.is_file()));
            break;
        }
        if pattern.matches_path_with(target, options) {
            let source = source.as_ref()?;
            files.extend(source.is_file().then(|| source.clone()));
        }
    }
    Some(files)
}

/// The files below a folder that a glob names.
fn listed(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let base = glob::Pattern::escape(&folder.to_string_lossy());
    let whole = Path::new(&base).join(pattern);
    let found = glob::glob(&whole.to_string_lossy());
    let found = found.into_iter().flatten().flatten();
    found
        .map(|path| normal(&path))
        .filter(|path| path.is_file())
        .collect()
}

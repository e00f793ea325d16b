//! Which files a command looks at: those named, or what the settings say of the current folder.

use std::path::{Path, PathBuf};

use crate::catalog::{Asked, Catalogs, code};
use crate::diagnostic::Diagnostic;
use crate::git::Before;
use crate::lints::{self, Levels};
use crate::model::settings::{self, CatalogSource, Settings};
use crate::project::Project;
use crate::refine::refine;
use crate::report::{self, Style};
use crate::source::discover::{Discovered, discover};

/// The name of the settings file.
pub(super) const SETTINGS: &str = "rulecheck.yml";

/// The paths to look at.
#[derive(Default, clap::Args)]
pub(super) struct Inputs {
    /// Files and folders to look at [default: what `rulecheck.yml` includes, else the current folder]
    paths: Vec<PathBuf>,

    /// Leave files alone that hold nothing rulecheck knows, even when they are named
    #[arg(long)]
    pub(super) skip_unrecognised: bool,
}

/// What the user asked for.
pub(super) enum Selection<'i> {
    /// Whatever there is.
    Everything,
    /// These files and folders.
    Named(&'i [PathBuf]),
}

impl Inputs {
    /// Whether files or folders were named.
    pub(super) fn is_some(&self) -> bool {
        !self.paths.is_empty()
    }

    /// What the user asked for.
    pub(super) fn selection(&self) -> Selection<'_> {
        if self.paths.is_empty() {
            Selection::Everything
        } else {
            Selection::Named(&self.paths)
        }
    }

    /// Finds the files that were named, or everything where none was.
    ///
    /// # Errors
    /// What is wrong with the settings, ready to be shown.
    pub(super) fn find(&self) -> Result<Discovered, String> {
        match self.selection() {
            Selection::Everything => self.find_everything(),
            // Folders that are named are searched whole; the globs choose what is looked at unasked.
            Selection::Named(paths) => search(Path::new("."), paths, &Settings::default()),
        }
    }

    /// Finds, in a repository as it was before, the files that [`Inputs::find`] finds in it now.
    ///
    /// # Errors
    /// What is wrong with the settings, ready to be shown.
    pub(super) fn find_before(&self, before: &Before) -> Result<Discovered, String> {
        let here = here()?;
        let tree = before.tree();
        let moved = |path: &Path| {
            let path = path.canonicalize().unwrap_or_else(|_| here.join(path));
            let path = path.strip_prefix(&before.root).unwrap_or(&path);
            tree.join(before.place(path))
        };
        match self.selection() {
            Selection::Everything => {
                let settings = settings(&here)?;
                let root = settings.file.as_ref().and_then(|file| file.path().parent());
                let root = moved(root.unwrap_or(&here));
                search(&root, std::slice::from_ref(&root), &settings)
            }
            Selection::Named(paths) => {
                // What was not there yet has no findings.
                let there = paths.iter().map(|path| moved(path)).filter(|path| path.exists());
                search(&tree, &there.collect::<Vec<_>>(), &Settings::default())
            }
        }
    }

    /// The catalogs of a project: what its documents, the source that was found, the settings, and the servers that were
    /// asked say of metrics.
    ///
    /// # Errors
    /// What is wrong with the settings, ready to be shown.
    pub(super) fn catalogs(
        &self,
        project: &Project,
        found: &Discovered,
        asked: &[Asked],
    ) -> Result<Catalogs, String> {
        let here = here()?;
        let settings = settings(&here)?;
        let mut paths = found.code.clone();
        for globs in settings.catalog.iter().filter_map(CatalogSource::code) {
            // What the settings name is looked at even where they do not include it.
            let chosen = Settings {
                include: globs.iter().map(|glob| glob.as_str().to_owned()).collect(),
                ..Settings::default()
            };
            let root = settings.file.as_ref().and_then(|file| file.path().parent());
            paths.extend(search_below(&here, root, &chosen)?.code);
        }
        paths.sort();
        paths.dedup();
        let catalogs = Catalogs::with_servers(project, &code::load(&paths), &settings, asked);
        let mut catalogs = catalogs.map_err(drawn)?;
        refine(&mut catalogs, project);
        Ok(catalogs)
    }

    /// How lints go about in the current folder.
    ///
    /// # Errors
    /// What is wrong with the settings, ready to be shown.
    pub(super) fn lint_options(&self) -> Result<lints::Options, String> {
        let settings = settings(&here()?)?;
        Ok(lints::Options {
            levels: Levels::of(&settings).map_err(drawn)?,
            whole: matches!(self.selection(), Selection::Everything),
            settings,
        })
    }

    /// Reads the settings of the current folder, or of the nearest one above it that has some, and finds
    /// the files that they include.
    ///
    /// # Errors
    /// What is wrong with the settings, ready to be shown.
    pub(super) fn find_everything(&self) -> Result<Discovered, String> {
        let here = here()?;
        let settings = settings(&here)?;
        let root = settings.file.as_ref().and_then(|file| file.path().parent());
        search_below(&here, root, &settings)
    }
}

/// Finds what the globs of the settings choose below their folder, or below the current one where they have none.
fn search_below(here: &Path, root: Option<&Path>, settings: &Settings) -> Result<Discovered, String> {
    let root = root.unwrap_or(here);
    let shown = if root == here {
        PathBuf::from(".")
    } else {
        root.to_path_buf()
    };
    search(root, &[shown], settings)
}

fn here() -> Result<PathBuf, String> {
    std::env::current_dir().map_err(|e| format!("cannot tell the current folder: {e}"))
}

/// The settings of a folder, or of the nearest one above it that has some.
fn settings(folder: &Path) -> Result<Settings, String> {
    let mut paths = folder.ancestors().map(|dir| dir.join(SETTINGS));
    match paths.find(|path| path.is_file()) {
        Some(path) => settings::load(&path).map_err(drawn),
        None => Ok(Settings::default()),
    }
}

/// Prints which folders could not be searched.
pub(super) fn complain(found: &Discovered) {
    for (path, error) in &found.errors {
        eprintln!("rulecheck: {}: {error}", path.display());
    }
}

fn search(root: &Path, paths: &[PathBuf], settings: &Settings) -> Result<Discovered, String> {
    discover(root, paths, &settings.include, &settings.exclude)
        .map_err(|e| format!("{SETTINGS}: a glob does not parse: {e}"))
}

/// What is wrong with the settings, drawn for people.
fn drawn(found: Vec<Diagnostic>) -> String {
    let mut drawn = Vec::new();
    // Writing into memory cannot fail.
    let _ = report::diagnostics(Style::PLAIN, &found, &mut drawn);
    format!(
        "the settings cannot be used\n\n{}",
        String::from_utf8_lossy(&drawn).trim_end()
    )
}

/// A path by which a file can be recognised, however it was named.
pub(super) fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

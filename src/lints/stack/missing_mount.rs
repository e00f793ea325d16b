//! `missing-mount`: configuration that a compose file mounts, and that is not there.

use std::path::Path;

use crate::deployment::{ServiceAt, normal};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lints::{Context, Lint, describe};
use crate::model::compose::{Compose, Mount};

/// See the module.
pub(in crate::lints) struct MissingMount;

/// Folders in which programs look for their configuration, and what comes of an empty one.
const PLACES: &[(&str, &str)] = &[
    ("/etc/prometheus", "Prometheus"),
    ("/etc/alertmanager", "Alertmanager"),
    ("/etc/grafana", "Grafana"),
];

impl Lint for MissingMount {
    describe!(
        "missing-mount",
        Warning,
        "configuration that a compose file mounts into Prometheus, Alertmanager or Grafana, and that is not there"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for compose in cx.project.compose_files() {
            for service in &compose.services {
                let at = ServiceAt { compose, service };
                let missing = service.mounts.iter().filter_map(|mount| missing(compose, mount));
                found.extend(missing.map(|(mount, path)| self.finding(at, mount, path)));
            }
        }
    }
}

/// A mount whose source is a path in the project at which there is nothing.
fn missing<'p>(compose: &Compose, mount: &'p Mount) -> Option<(&'p Mount, &'p str)> {
    let path = mount.path().filter(|path| path.starts_with('.'))?;
    let base = compose.file.path().parent().unwrap_or(Path::new(""));
    let is_configuration = PLACES
        .iter()
        .any(|(place, _)| Path::new(&mount.target).starts_with(place));
    (is_configuration && !normal(&base.join(path)).exists()).then_some((mount, path))
}

impl MissingMount {
    fn finding(&self, at: ServiceAt<'_>, mount: &Mount, path: &str) -> Diagnostic {
        let target = Path::new(&mount.target);
        let program = PLACES.iter().find(|(place, _)| target.starts_with(place));
        let program = program.map_or("the program", |(_, program)| program);
        let outcome = match target.extension() {
            Some(_) => format!("Docker makes a folder of that name, and {program} cannot read it as a file"),
            None => format!("Docker makes an empty folder, and {program} finds nothing in it"),
        };
        let message = format!("there is no {path}: {outcome}");
        let file = &at.compose.file;
        let (severity, help) = match seen_from_above(at.compose, path) {
            true => (
                Severity::Info,
                "It is there seen from a folder above: name that with `--project-directory`, or write the path from the compose file.",
            ),
            false => (
                self.severity(),
                "Put it there, or mount what is meant; paths are relative to the compose file.",
            ),
        };
        Diagnostic::new(self.code(), severity, message, file, mount.range.clone()).with_help(help)
    }
}

/// Whether a path leads somewhere from a folder above the compose file: then that may be the one that Compose is told.
fn seen_from_above(compose: &Compose, path: &str) -> bool {
    /// So many folders up.
    const STEPS: usize = 3;
    let folder = compose.file.path().parent().unwrap_or(Path::new(""));
    let above = folder.ancestors().skip(1).take(STEPS);
    above.into_iter().any(|above| normal(&above.join(path)).exists())
}

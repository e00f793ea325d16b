//! Metrics from the source of programs that expose them: Python's `prometheus_client`, Go's `client_golang`,
//! JavaScript's and TypeScript's `prom-client`.
//!
//! Source is parsed by grammars, never searched for patterns. Nothing is executed: what an expression is worth is
//! said where constants of the project decide it, and left open everywhere else. This room knows the libraries; it
//! knows nothing of jobs.

mod files;
mod go;
mod javascript;
mod mentions;
mod python;
mod syntax;
mod unbounded;
mod uses;
mod value;

use std::sync::Arc;

use super::metric::Metric;
use crate::diagnostic::Location;
use crate::source::SourceFile;

pub use files::{Language, load};

/// What the source of a project declares.
#[derive(Clone, Debug, Default)]
pub struct Code {
    /// The metrics, in the order of files and places.
    pub metrics: Vec<Metric>,
    /// What keeps it from being all that the programs expose.
    pub gaps: Vec<Gap>,
}

/// A place that may declare metrics that nobody can tell without running the program.
#[derive(Clone, Debug)]
pub struct Gap {
    /// Where.
    pub location: Location,
    /// What it is.
    pub what: String,
}

/// Reads the metrics that these files declare.
pub fn read(files: &[(Language, Arc<SourceFile>)]) -> Code {
    let of = |wanted: Language| -> Vec<Arc<SourceFile>> {
        let chosen = files.iter().filter(|(language, _)| *language == wanted);
        chosen.map(|(_, file)| file.clone()).collect()
    };
    let parts = [
        python::read(&of(Language::Python)),
        go::read(&of(Language::Go)),
        javascript::read(files),
    ];
    let mut code = Code::default();
    for part in parts {
        code.metrics.extend(part.metrics);
        code.gaps.extend(part.gaps);
    }
    code
}

#[cfg(test)]
mod tests;

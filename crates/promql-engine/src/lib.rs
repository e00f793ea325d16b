//! Evaluates PromQL over series in memory, with the results of Prometheus 3.14.
//!
//! This crate knows the syntax tree and samples; it knows nothing of rules, alerts or files.
//!
//! # What is where
//!
//! - What callers use: [`Labels`], [`Storage`], [`Engine`], [`Query`], [`QueryResult`].
//! - Evaluation runs over all steps of a query at once: `steps` is the time grid, `columns` holds the
//!   values of a vector at every step, `call` is the contract between the evaluator and the functions.
//! - An instant query is the same thing with a single step.

pub mod annotations;
pub mod engine;
pub mod error;
pub mod gofmt;
pub mod gomath;
pub mod histogram;
pub mod labels;
pub mod matcher;
pub mod query;
pub mod sample;
pub mod series_notation;
pub mod storage;
pub mod value;

mod calendar;
mod call;
mod columns;
mod eval;
mod functions;
mod kahan;
mod plan;
mod samples;
mod steps;
#[cfg(test)]
mod testing;

pub use annotations::{Annotation, Annotations, Level};
pub use engine::{Engine, EngineOptions};
pub use error::EvalError;
pub use histogram::FloatHistogram;
pub use labels::{Labels, LabelsBuilder, LabelsMap, LabelsSet};
pub use matcher::Matcher;
pub use query::Query;
pub use sample::SampleValue;
pub use storage::{AppendError, SeriesId, Storage};
pub use value::{Instants, QueryResult, Sample, Series, Value};

//! Tests of the evaluator, by operator, modifier and aggregation, on data in a few lines.

mod aggregations;
mod growth;
mod histograms;
mod info;
mod limits;
mod matching;
mod names;
mod operators;
mod selectors;
mod subqueries;

use crate::engine::{Engine, EngineOptions};
use crate::storage::Storage;
use crate::testing::{query, show};

/// Evaluates expressions with the same engine over the same data.
struct Table {
    engine: Engine,
    storage: Storage,
}

impl Table {
    fn new(storage: Storage) -> Self {
        Self::with(EngineOptions::default(), storage)
    }

    fn with(options: EngineOptions, storage: Storage) -> Self {
        Table {
            engine: Engine::new(options),
            storage,
        }
    }

    /// Each expression at a time, in seconds, and what it gives: elements joined by ` | `, then annotations.
    #[track_caller]
    fn at(&self, seconds: i64, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            let result = self.engine.instant(&self.storage, &query(text), seconds * 1000);
            assert_eq!(&shown(text, result), expected, "{text} at {seconds}s");
        }
    }

    /// Each expression over a range, in seconds, likewise.
    #[track_caller]
    fn over(&self, (start, end, step): (i64, i64, i64), cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            let (start_ms, end_ms, step_ms) = (start * 1000, end * 1000, step * 1000);
            let result = self
                .engine
                .range(&self.storage, &query(text), start_ms, end_ms, step_ms);
            assert_eq!(
                &shown(text, result),
                expected,
                "{text} from {start}s to {end}s by {step}s"
            );
        }
    }
}

fn shown(text: &str, result: Result<crate::QueryResult, crate::EvalError>) -> String {
    match result {
        Ok(result) => {
            let mut lines = vec![show(&result.value).replace('\n', " | ")];
            lines.extend(
                result
                    .annotations
                    .iter()
                    .map(|annotation| format!("<{}>", annotation.text(text))),
            );
            lines.retain(|line| !line.is_empty());
            lines.join(" ")
        }
        Err(error) => format!("error: {error}"),
    }
}

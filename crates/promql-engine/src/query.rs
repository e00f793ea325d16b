//! A query: text and tree, and what has been found out about them.

use std::sync::{Arc, Mutex, TryLockError};

use promql_syntax::ast::Expr;

use crate::error::EvalError;
use crate::eval::Slots;
use crate::plan::{Plan, QueryShape};

/// A query, prepared once and evaluated many times. It remembers what it found out about a storage's series, so
/// an evaluation costs less while no series are added. A clone shares the text and remembers for itself: use one
/// for each storage.
pub struct Query {
    source: Arc<Source>,
    memory: Mutex<Memory>,
}

struct Source {
    text: String,
    expr: Expr,
}

/// What a query knows beyond its tree.
#[derive(Default)]
pub(crate) struct Memory {
    /// The plan, and the shape and names handling that it and the memories of its nodes are for.
    prepared: Option<(QueryShape, bool, Arc<Plan>)>,
    /// What the nodes remember.
    pub(crate) slots: Slots,
}

impl Query {
    /// A query from its text and its tree.
    pub fn new(text: impl Into<String>, expr: Expr) -> Self {
        Query {
            source: Arc::new(Source {
                text: text.into(),
                expr,
            }),
            memory: Mutex::default(),
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// The tree.
    pub fn expr(&self) -> &Expr {
        &self.source.expr
    }

    /// Hands out the query's memory. Whoever comes while another thread has it starts without.
    pub(crate) fn with_memory<T>(&self, run: impl FnOnce(&mut Memory) -> T) -> T {
        match self.memory.try_lock() {
            Ok(mut memory) => run(&mut memory),
            Err(TryLockError::Poisoned(poisoned)) => {
                let mut memory = poisoned.into_inner();
                *memory = Memory::default();
                run(&mut memory)
            }
            Err(TryLockError::WouldBlock) => run(&mut Memory::default()),
        }
    }

    /// The plan for a query of this shape.
    pub(crate) fn plan(
        &self,
        memory: &mut Memory,
        shape: QueryShape,
        delayed_names: bool,
    ) -> Result<Arc<Plan>, EvalError> {
        if let Some((known, delayed, plan)) = &memory.prepared
            && *delayed == delayed_names
            && (*known == shape || !plan.depends_on_query)
        {
            return Ok(Arc::clone(plan));
        }
        let plan = Arc::new(Plan::new(&self.source.expr, &self.source.text, shape)?);
        memory.slots.clear();
        memory.slots.resize_with(plan.slots, || None);
        memory.prepared = Some((shape, delayed_names, Arc::clone(&plan)));
        Ok(plan)
    }
}

impl Clone for Query {
    fn clone(&self) -> Self {
        Query {
            source: Arc::clone(&self.source),
            memory: Mutex::default(),
        }
    }
}

impl std::fmt::Debug for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Query").field(&self.source.text).finish()
    }
}

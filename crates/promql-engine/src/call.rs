//! The contract between the evaluator and the functions.
//!
//! A function comes in one of two forms ([`Implementation`]):
//!
//! - **Over a range vector** ([`RangeFunction`]): it is called once for each series, with the samples of the
//!   series as columns and one window into them for each step, and writes the results of all steps. The evaluator
//!   selects the series, slides the windows, leaves empty windows out, drops names, adds the "might not be a
//!   counter" infos of `rate` and `increase`, and checks for duplicate labels and for limits. A subquery's result
//!   looks the same as a stored series.
//! - **Over everything else** ([`WholeFunction`]): it is called once with all its arguments evaluated at all
//!   steps and returns its result at all steps. The evaluator then merges rows of equal labels and refuses
//!   two values for the same labels at the same step.
//!
//! The evaluator itself answers `timestamp`, `start_timestamp`, `absent_over_time`, `info`, and the four
//! constants of a query `start()`, `end()`, `range()` and `step()`; the rest is in `functions`.
//!
//! Floats of absent steps are marked ([`crate::columns::ABSENT`]); a function must neither read one as a number
//! nor write one where it means a value. (It cannot do so by arithmetic: the marker is a signalling NaN, which no
//! operation returns.)

use std::any::Any;
use std::sync::Arc;

use promql_syntax::Span;
use promql_syntax::ast::RangeExtension;

use crate::annotations::Annotations;
use crate::columns::{ColumnWriter, Columns, SeriesSet};
use crate::error::EvalError;
use crate::labels::Labels;
pub(crate) use crate::samples::{Samples, Window};
use crate::steps::Steps;

/// A scalar at every step.
#[derive(Clone, Debug)]
pub(crate) enum Scalar {
    /// The same at every step.
    Constant(f64),
    /// One value for each step.
    PerStep(Vec<f64>),
}

impl Scalar {
    /// The value at a step.
    #[inline]
    pub(crate) fn at(&self, step: usize) -> f64 {
        match self {
            Scalar::Constant(value) => *value,
            Scalar::PerStep(values) => values[step],
        }
    }
}

/// The value of an expression at every step.
#[derive(Clone, Debug)]
pub(crate) enum Evaluated {
    /// A scalar.
    Scalar(Scalar),
    /// A string, the same at every step.
    String(Arc<str>),
    /// An instant vector.
    Vector(Columns),
}

/// How a function is computed.
#[derive(Clone, Copy)]
pub(crate) enum Implementation {
    /// Over the samples of a range vector, one series at a time.
    Range(RangeFunction),
    /// Over instant vectors, scalars and strings, all at once.
    Whole(WholeFunction),
}

/// A function of a range vector and scalars.
#[derive(Clone, Copy)]
pub(crate) struct RangeFunction {
    /// Computes one series.
    pub(crate) eval: fn(&mut RangeCall<'_>, &RangeSeries<'_>, &mut ColumnWriter<'_>) -> Result<(), EvalError>,
    /// Whether the result is still the metric itself, so that it keeps its name (`last_over_time`).
    pub(crate) keeps_name: bool,
    /// Whether it looks at start timestamps where the engine uses them.
    pub(crate) uses_start_timestamps: bool,
}

/// What a range function is called with beside the series.
pub(crate) struct RangeCall<'a> {
    /// When it is evaluated.
    pub(crate) steps: Steps,
    /// The scalar arguments, in order, the range vector not among them.
    pub(crate) scalars: &'a [Scalar],
    /// Where the arguments stand in the query, the range vector among them; without enclosing parentheses.
    pub(crate) spans: &'a [Span],
    /// The length of the range in seconds, with the part of a millisecond that the windows leave out.
    pub(crate) range_seconds: f64,
    /// `anchored` or `smoothed`: the windows then also hold the samples around the range.
    pub(crate) extension: Option<RangeExtension>,
    /// Warnings and infos go here.
    pub(crate) annotations: &'a mut Annotations,
    /// What the function wants to keep from series to series.
    pub(crate) scratch: &'a mut Scratch,
}

/// What a range function keeps from series to series of the same call.
#[derive(Default)]
pub(crate) struct Scratch(Option<Box<dyn Any>>);

impl Scratch {
    /// What was kept, or what `make` makes.
    pub(crate) fn get<T: 'static>(&mut self, make: impl Fn() -> T) -> &mut T {
        let kept = self.0.get_or_insert_with(|| Box::new(make()));
        if !kept.is::<T>() {
            *kept = Box::new(make());
        }
        match kept.downcast_mut() {
            Some(kept) => kept,
            None => unreachable!("it has just been made"),
        }
    }
}

/// The samples of one series of a range vector. There are no staleness markers among them.
pub(crate) struct RangeSeries<'a> {
    /// The labels, the name among them.
    pub(crate) labels: &'a Labels,
    /// The samples that any of the windows covers, and possibly more.
    pub(crate) samples: Samples<'a>,
    /// One window for each step; empty windows stand for steps to leave out.
    pub(crate) windows: &'a [Window],
}

impl<'a> RangeSeries<'a> {
    /// The samples of a window.
    #[inline]
    pub(crate) fn samples(&self, window: &Window) -> Samples<'a> {
        self.samples.within(window)
    }

    /// The steps whose windows are not empty, with the window and its samples.
    #[inline]
    pub(crate) fn steps(&self) -> impl Iterator<Item = (usize, &'a Window, Samples<'a>)> {
        self.windows
            .iter()
            .enumerate()
            .map(|(step, window)| (step, window, self.samples(window)))
            .filter(|(_, _, samples)| !samples.is_empty())
    }
}

/// A function of everything but range vectors.
#[derive(Clone, Copy)]
pub(crate) struct WholeFunction {
    /// Computes the result at all steps.
    pub(crate) eval: fn(&mut Call<'_>) -> Result<Evaluated, EvalError>,
    /// What happens to rows that have the same labels.
    pub(crate) duplicates: Duplicates,
}

/// What happens to rows of a result that have the same labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duplicates {
    /// As for any operation on samples: in an instant query they are an error at once (unless names are removed at
    /// the end only), in a range query they are merged, and an error where they have values at the same step.
    ByStep,
    /// As for an operation on series (`label_replace`, `label_join`): they are merged, and an error where they have
    /// values at the same step.
    Merge,
}

/// What a function is called with.
pub(crate) struct Call<'a> {
    /// When it is evaluated.
    pub(crate) steps: Steps,
    /// The arguments; a function may take them out.
    pub(crate) args: Vec<Evaluated>,
    /// Where the arguments stand in the query, without enclosing parentheses.
    pub(crate) spans: &'a [Span],
    /// Where the call stands in the query.
    pub(crate) span: Span,
    /// For `absent`: the labels that the argument's matchers fix.
    pub(crate) absent_labels: &'a Labels,
    /// Whether names are removed at the end of the query only.
    pub(crate) delayed_name_removal: bool,
    /// Warnings and infos go here.
    pub(crate) annotations: &'a mut Annotations,
    /// What the function wants to keep for the next call with the same series.
    pub(crate) memo: &'a mut Memo,
}

impl Call<'_> {
    /// Takes a vector argument.
    pub(crate) fn take_vector(&mut self, index: usize) -> Result<Columns, EvalError> {
        match self.args.get_mut(index) {
            Some(Evaluated::Vector(columns)) => {
                Ok(std::mem::replace(columns, Columns::empty(self.steps.count)))
            }
            _ => Err(EvalError::new(format!("argument {index} is no instant vector"))),
        }
    }

    /// A scalar argument.
    pub(crate) fn scalar(&self, index: usize) -> Result<&Scalar, EvalError> {
        match self.args.get(index) {
            Some(Evaluated::Scalar(scalar)) => Ok(scalar),
            _ => Err(EvalError::new(format!("argument {index} is no scalar"))),
        }
    }

    /// A string argument.
    pub(crate) fn string(&self, index: usize) -> Result<Arc<str>, EvalError> {
        match self.args.get(index) {
            Some(Evaluated::String(text)) => Ok(Arc::clone(text)),
            _ => Err(EvalError::new(format!("argument {index} is no string"))),
        }
    }

    /// The float of a scalar argument at each step replaced, names dropped: a function of each float alone.
    /// Histograms are left out.
    pub(crate) fn map_floats(
        &mut self,
        index: usize,
        mut f: impl FnMut(usize, f64) -> f64,
    ) -> Result<Evaluated, EvalError> {
        let mut columns = self.take_vector(index)?;
        columns.set = columns.set.dropping_names(self.delayed_name_removal);
        columns.histograms = None;
        let steps = columns.steps.max(1);
        for (cell, value) in columns.floats.iter_mut().enumerate() {
            if !crate::columns::is_absent(*value) {
                *value = f(cell % steps, *value);
            }
        }
        Ok(Evaluated::Vector(columns))
    }
}

/// What a place in a query remembers between evaluations about the series that it was given.
#[derive(Default)]
pub(crate) struct Memo(Option<(Arc<SeriesSet>, Arc<dyn Any + Send + Sync>)>);

impl Memo {
    /// What was computed for the same series before, else what `compute` makes of them.
    pub(crate) fn for_set<T: Send + Sync + 'static>(
        &mut self,
        set: &Arc<SeriesSet>,
        compute: impl FnOnce(&SeriesSet) -> T,
    ) -> Arc<T> {
        if let Some((known, value)) = &self.0
            && Arc::ptr_eq(known, set)
            && let Ok(value) = Arc::downcast::<T>(Arc::clone(value))
        {
            return value;
        }
        let value = Arc::new(compute(set));
        self.0 = Some((Arc::clone(set), Arc::clone(&value) as Arc<dyn Any + Send + Sync>));
        value
    }
}

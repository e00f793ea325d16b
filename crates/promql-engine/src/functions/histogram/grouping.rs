//! Which series of a vector make up a classic histogram, and the computation of a float from every histogram of the
//! vector, classic or native.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use promql_syntax::Span;

use crate::annotations::{Annotation, Annotations};
use crate::call::Call;
use crate::columns::{Columns, SeriesSet, is_absent};
use crate::error::EvalError;
use crate::histogram::FloatHistogram;
use crate::histogram::classic::ClassicBucket;
use crate::labels::{BUCKET_BOUND, Labels};
use crate::steps::Steps;

/// A vector of histograms, with what is known about its series.
pub(super) struct Input {
    columns: Columns,
    grouping: Arc<Grouping>,
    steps: Steps,
    span: Span,
    /// Whether names are still there when the histograms are looked at.
    delayed_name_removal: bool,
}

/// Where and when a histogram is looked at.
#[derive(Clone, Copy)]
pub(super) struct Moment<'a> {
    pub(super) step: usize,
    pub(super) time: i64,
    /// The name of the histogram's metric; empty where names are dropped early.
    pub(super) metric: &'a str,
    /// The argument that the histogram comes from.
    pub(super) span: Span,
}

/// How a set of series divides into classic histograms and the rest.
struct Grouping {
    groups: Vec<Group>,
    /// For each series, the group that has the same labels without `le` as this one has with all.
    namesakes: Vec<Option<usize>>,
    /// The series whose `le` is no number.
    unbounded: Vec<usize>,
    /// The series of a result: one for each group, and these behind one for each series.
    of_groups: OnceLock<Arc<SeriesSet>>,
    of_all: OnceLock<Arc<SeriesSet>>,
}

/// A classic histogram.
struct Group {
    /// Its labels without `le`.
    labels: Labels,
    /// Upper bounds, ascending, and the series that count up to them.
    buckets: Vec<(f64, usize)>,
    /// The series that may hold a native histogram of the same labels.
    namesake: Option<usize>,
}

impl Grouping {
    fn new(set: &SeriesSet) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let mut by_labels: HashMap<Labels, usize> = HashMap::new();
        let mut unbounded = Vec::new();
        for (series, labels) in set.labels.iter().enumerate() {
            let Some(bound) = parse_bound(labels.get(BUCKET_BOUND)) else {
                unbounded.push(series);
                continue;
            };
            let labels = labels.filter(|name| name != BUCKET_BOUND);
            let group = *by_labels.entry(labels.clone()).or_insert_with(|| {
                groups.push(Group {
                    labels,
                    buckets: Vec::new(),
                    namesake: None,
                });
                groups.len() - 1
            });
            groups[group].buckets.push((bound, series));
        }
        for group in &mut groups {
            group.buckets.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        }
        let namesakes: Vec<Option<usize>> = set
            .labels
            .iter()
            .map(|labels| by_labels.get(labels).copied())
            .collect();
        for (series, group) in namesakes.iter().enumerate() {
            if let Some(group) = group {
                groups[*group].namesake = Some(series);
            }
        }
        Grouping {
            groups,
            namesakes,
            unbounded,
            of_groups: OnceLock::new(),
            of_all: OnceLock::new(),
        }
    }

    /// The series of a result, names dropped: those of the vector first, if wanted, then the groups.
    fn result_set(&self, input: &Arc<SeriesSet>, with_series: bool, delayed: bool) -> Arc<SeriesSet> {
        if with_series && self.groups.is_empty() {
            return input.dropping_names(delayed);
        }
        let cached = if with_series {
            &self.of_all
        } else {
            &self.of_groups
        };
        Arc::clone(cached.get_or_init(|| {
            let series = if with_series { input.labels.as_slice() } else { &[] };
            let groups = self.groups.iter().map(|group| &group.labels);
            let labels = series.iter().chain(groups).cloned().collect();
            SeriesSet::new(labels).dropping_names(delayed)
        }))
    }
}

impl Input {
    /// Takes a vector argument.
    pub(super) fn new(call: &mut Call<'_>, argument: usize) -> Result<Self, EvalError> {
        let columns = call.take_vector(argument)?;
        let grouping = call.memo.for_set(&columns.set, Grouping::new);
        Ok(Input {
            columns,
            grouping,
            steps: call.steps,
            span: call.spans[argument],
            delayed_name_removal: call.delayed_name_removal,
        })
    }

    /// Computes a float from every histogram at every step. Where a native and a classic histogram have the same
    /// labels at the same step both are left out.
    pub(super) fn evaluate(
        &self,
        annotations: &mut Annotations,
        mut of_native: impl FnMut(Moment<'_>, &FloatHistogram, &mut Annotations) -> f64,
        mut of_classic: impl FnMut(Moment<'_>, &mut Vec<ClassicBucket>, &mut Annotations) -> f64,
    ) -> Columns {
        let (columns, grouping) = (&self.columns, &*self.grouping);
        self.report_unbounded(annotations);
        let has_natives = columns.histograms.is_some();
        let set = grouping.result_set(&columns.set, has_natives, self.delayed_name_removal);
        let mut result = Columns::absent(set, columns.steps);
        let mut row = 0;
        if has_natives {
            for (series, namesake) in grouping.namesakes.iter().enumerate() {
                let metric = self.metric(&columns.set.labels[series]);
                for (step, histogram) in columns.histogram_column(series).into_iter().flatten().enumerate() {
                    let Some(histogram) = histogram else { continue };
                    if namesake.is_some_and(|group| self.has_bucket(&grouping.groups[group], step)) {
                        annotations.add(Annotation::mixed_classic_native(metric, self.span));
                        continue;
                    }
                    let value = of_native(self.moment(step, metric), histogram, annotations);
                    result.column_mut(row)[step] = value;
                }
                row += 1;
            }
        }
        let mut buckets = Vec::new();
        for group in &grouping.groups {
            let metric = self.metric(&group.labels);
            for step in 0..columns.steps {
                let native = group.namesake.and_then(|series| columns.histogram_column(series));
                if native.is_some_and(|column| column[step].is_some()) {
                    continue;
                }
                buckets.clear();
                buckets.extend(self.buckets(group, step));
                if !buckets.is_empty() {
                    let value = of_classic(self.moment(step, metric), &mut buckets, annotations);
                    result.column_mut(row)[step] = value;
                }
            }
            row += 1;
        }
        result
    }

    fn buckets(&self, group: &Group, step: usize) -> impl Iterator<Item = ClassicBucket> {
        let Columns { floats, steps, .. } = &self.columns;
        group.buckets.iter().filter_map(move |(upper_bound, series)| {
            let count = floats[series * steps + step];
            (!is_absent(count)).then_some(ClassicBucket {
                upper_bound: *upper_bound,
                count,
            })
        })
    }

    fn has_bucket(&self, group: &Group, step: usize) -> bool {
        self.buckets(group, step).next().is_some()
    }

    fn report_unbounded(&self, annotations: &mut Annotations) {
        for series in &self.grouping.unbounded {
            if self.columns.column(*series).iter().all(|value| is_absent(*value)) {
                continue;
            }
            let labels = &self.columns.set.labels[*series];
            let bound = labels.get(BUCKET_BOUND);
            annotations.add(Annotation::bad_bucket_label(
                self.metric(labels),
                bound,
                self.span,
            ));
        }
    }

    /// The metric's name as messages show it.
    fn metric<'a>(&self, labels: &'a Labels) -> &'a str {
        if self.delayed_name_removal {
            labels.metric_name()
        } else {
            ""
        }
    }

    fn moment<'a>(&self, step: usize, metric: &'a str) -> Moment<'a> {
        Moment {
            step,
            time: self.steps.at(step),
            metric,
            span: self.span,
        }
    }
}

/// The number in a label `le`.
fn parse_bound(text: &str) -> Option<f64> {
    let bound: f64 = text.parse().ok()?;
    // What is too large to be a number is no number; infinity is spelled out.
    let spelled_out = text.contains(['i', 'I']);
    (bound.is_finite() || bound.is_nan() || spelled_out).then_some(bound)
}

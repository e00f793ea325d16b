//! Aggregations that pick some series of each group: `topk`, `bottomk`, `limitk`, `limit_ratio`.

use promql_syntax::ast::AggregateOp;

use super::Evaluator;
use super::aggregate::Parameter;
use super::group::Groups;
use crate::annotations::Annotation;
use crate::columns::{Columns, ValueRef};
use crate::error::EvalError;
use crate::gofmt::float_f;
use crate::plan::{Aggregate, Node};

/// The greatest number that Prometheus takes for a count of series, and the least, both excluded.
const COUNT_LIMITS: (f64, f64) = (-9_223_372_036_854_775_808.0, 9_223_372_036_854_774_784.0);

impl Evaluator<'_> {
    pub(super) fn pick(
        &mut self,
        node: &Node,
        aggregate: &Aggregate,
        parameter: &Parameter,
        input: &Columns,
        groups: &Groups,
    ) -> Result<Columns, EvalError> {
        let op = aggregate.op;
        if op == AggregateOp::LimitRatio {
            if parameter.max == 0.0 && parameter.min == 0.0 {
                return Ok(Columns::empty(input.steps));
            }
            if parameter.has_nan {
                return Err(EvalError::new("Ratio value is NaN"));
            }
            let span = aggregate.param.as_ref().map_or(node.span, |param| param.span);
            if parameter.max > 1.0 {
                self.annotations
                    .add(Annotation::invalid_ratio(parameter.max, 1.0, span));
            }
            if parameter.min < -1.0 {
                self.annotations
                    .add(Annotation::invalid_ratio(parameter.min, -1.0, span));
            }
        } else {
            if parameter.max < 1.0 {
                return Ok(Columns::empty(input.steps));
            }
            if parameter.has_nan {
                return Err(EvalError::new("Parameter value is NaN"));
            }
            if parameter.min <= COUNT_LIMITS.0 {
                let value = float_f(parameter.min);
                return Err(EvalError::new(format!("Scalar value {value} underflows int64")));
            }
            if parameter.max >= COUNT_LIMITS.1 {
                let value = float_f(parameter.max);
                return Err(EvalError::new(format!("Scalar value {value} overflows int64")));
            }
        }

        if input.set.is_empty() {
            return Ok(Columns::empty(input.steps));
        }
        let mut chosen = Chosen::new(op, input, groups);
        let mut ignored_histogram = false;
        if input.steps == 1 {
            let order = chosen.at(0, parameter.values.at(0), &mut ignored_histogram);
            self.mention_ignored(ignored_histogram, op, node);
            return Ok(input.reordered(&order));
        }
        let mut result = Columns::absent(input.set.clone(), input.steps);
        for step in 0..input.steps {
            for series in chosen.at(step, parameter.values.at(step), &mut ignored_histogram) {
                result.copy_cell(series, input, series, step);
            }
        }
        self.mention_ignored(ignored_histogram, op, node);
        // Rows are found again by their labels.
        super::rows::merge_equal_labels(result)
    }

    fn mention_ignored(&mut self, ignored: bool, op: AggregateOp, node: &Node) {
        if ignored {
            self.annotations
                .add(Annotation::histogram_ignored_in_aggregation(op.text(), node.span));
        }
    }
}

/// Chooses series at one step after the other.
struct Chosen<'a> {
    op: AggregateOp,
    input: &'a Columns,
    groups: &'a Groups,
    heaps: Vec<Vec<Element>>,
}

/// A series in a heap, with its value; that of a histogram is 0.
#[derive(Clone, Copy)]
struct Element {
    value: f64,
    series: usize,
}

impl<'a> Chosen<'a> {
    fn new(op: AggregateOp, input: &'a Columns, groups: &'a Groups) -> Self {
        Chosen {
            op,
            input,
            groups,
            heaps: vec![Vec::new(); groups.len()],
        }
    }

    /// The series chosen at a step, group after group, in the order in which they are returned.
    fn at(&mut self, step: usize, parameter: f64, ignored_histogram: &mut bool) -> Vec<usize> {
        let mut group_order = Vec::new();
        let mut met = vec![false; self.groups.len()];
        self.heaps.iter_mut().for_each(Vec::clear);
        let count = (parameter as i64).min(self.input.set.len() as i64);
        if match self.op {
            AggregateOp::LimitRatio => parameter == 0.0,
            _ => count < 1,
        } {
            return Vec::new();
        }
        let count = count.max(0) as usize;
        for series in 0..self.input.set.len() {
            let (value, is_histogram) = match self.input.get(series, step) {
                Some(ValueRef::Float(value)) => (value, false),
                Some(ValueRef::Histogram(_)) => (0.0, true),
                None => continue,
            };
            let group = self.groups.of[series];
            let heap = &mut self.heaps[group];
            if !std::mem::replace(&mut met[group], true) {
                group_order.push(group);
            }
            let element = Element { value, series };
            match self.op {
                AggregateOp::Topk | AggregateOp::Bottomk if is_histogram => *ignored_histogram = true,
                AggregateOp::Topk => keep_first(heap, element, count, |a, b| a < b),
                AggregateOp::Bottomk => keep_first(heap, element, count, |a, b| a > b),
                AggregateOp::Limitk if heap.len() < count => push(heap, element, |a, b| a < b),
                AggregateOp::Limitk => {}
                _ => {
                    if in_ratio(parameter, self.input.set.labels[series].hash64()) {
                        push(heap, element, |a, b| a < b);
                    }
                }
            }
        }
        let mut order = Vec::new();
        for group in group_order {
            let heap = &mut self.heaps[group];
            match self.op {
                AggregateOp::Topk => sort_descending(heap, |a, b| a < b),
                AggregateOp::Bottomk => sort_descending(heap, |a, b| a > b),
                _ => {}
            }
            order.extend(heap.iter().map(|element| element.series));
        }
        order
    }
}

/// Whether a series is among those that `limit_ratio` takes: its hash, as a number from 0 to 1, lies below the
/// ratio, or for negative ratios in the complement of that.
fn in_ratio(ratio: f64, hash: u64) -> bool {
    let ratio = ratio.clamp(-1.0, 1.0);
    let offset = hash as f64 / u64::MAX as f64;
    if ratio >= 0.0 {
        offset < ratio
    } else {
        offset >= 1.0 + ratio
    }
}

type Less = fn(f64, f64) -> bool;

/// The order of a heap: NaN comes first, whatever it is compared with.
fn comes_first(a: Element, b: Element, less: Less) -> bool {
    a.value.is_nan() || less(a.value, b.value)
}

/// Keeps the `count` elements that come last in the order of `less`, the least of them at the top.
fn keep_first(heap: &mut Vec<Element>, element: Element, count: usize, less: Less) {
    if heap.len() < count {
        push(heap, element, less);
    } else if let Some(top) = heap.first_mut()
        && (less(top.value, element.value) || (top.value.is_nan() && !element.value.is_nan()))
    {
        *top = element;
        sift_down(heap, 0, less);
    }
}

fn push(heap: &mut Vec<Element>, element: Element, less: Less) {
    heap.push(element);
    let mut child = heap.len() - 1;
    while child > 0 {
        let parent = (child - 1) / 2;
        if !comes_first(heap[child], heap[parent], less) {
            break;
        }
        heap.swap(child, parent);
        child = parent;
    }
}

fn sift_down(heap: &mut [Element], mut parent: usize, less: Less) {
    loop {
        let left = 2 * parent + 1;
        if left >= heap.len() {
            return;
        }
        let right = left + 1;
        let first = if right < heap.len() && comes_first(heap[right], heap[left], less) {
            right
        } else {
            left
        };
        if !comes_first(heap[first], heap[parent], less) {
            return;
        }
        heap.swap(parent, first);
        parent = first;
    }
}

/// Sorts against the order of the heap.
fn sort_descending(heap: &mut [Element], less: Less) {
    crate::functions::sort_like_go(heap, &|a: Element, b: Element| comes_first(b, a, less));
}

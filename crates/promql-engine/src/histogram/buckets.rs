//! One side of a histogram: the populated stretches of its buckets and their counts.

use super::bounds::coarser_index;

/// A stretch of consecutive buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketSpan {
    /// The gap behind the previous span; for the first span the index of its first bucket, which may be negative.
    pub offset: i32,
    /// How many buckets there are.
    pub length: u32,
}

/// The buckets of one side.
#[derive(Clone, Debug, Default)]
pub struct Buckets {
    /// Which buckets there are.
    pub spans: Vec<BucketSpan>,
    /// How many observations each of them holds, in the order of the spans.
    pub counts: Vec<f64>,
}

impl Buckets {
    /// Consecutive buckets from an index on; none where there are no counts.
    pub fn consecutive(first: i32, counts: Vec<f64>) -> Self {
        if counts.is_empty() {
            return Buckets::default();
        }
        let span = BucketSpan {
            offset: first,
            length: counts.len() as u32,
        };
        Buckets {
            spans: vec![span],
            counts,
        }
    }

    /// Whether there are no buckets.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Index and count of each bucket in ascending order of index.
    pub fn iter(&self) -> impl Iterator<Item = (i32, f64)> + '_ {
        indices(&self.spans).zip(self.counts.iter().copied())
    }

    /// Index and count of each bucket in descending order of index.
    pub fn iter_rev(&self) -> impl Iterator<Item = (i32, f64)> + '_ {
        let end = self.spans.iter().fold(0i32, |end, span| {
            end.wrapping_add(span.offset).wrapping_add_unsigned(span.length)
        });
        self.spans
            .iter()
            .rev()
            .scan(end, |end, span| {
                let last = *end;
                let first = last.wrapping_sub_unsigned(span.length);
                *end = first.wrapping_sub(span.offset);
                Some((1..=span.length).map(move |back| last.wrapping_sub_unsigned(back)))
            })
            .flatten()
            .zip(self.counts.iter().rev().copied())
    }

    /// Index and count of each bucket as it would be in a coarser schema.
    pub(super) fn iter_coarser(&self, from: i32, to: i32) -> impl Iterator<Item = (i32, f64)> + '_ {
        let mut buckets = self
            .iter()
            .map(move |(index, count)| (coarser_index(index, from, to), count))
            .peekable();
        std::iter::from_fn(move || {
            let (index, mut sum) = buckets.next()?;
            while let Some((_, count)) = buckets.next_if(|(next, _)| *next == index) {
                sum += count;
            }
            Some((index, sum))
        })
    }

    /// Whether two sides have the same spans, leaving those of length zero out of account, and the same counts
    /// bit by bit.
    pub(super) fn equals(&self, other: &Buckets) -> bool {
        self.counts.len() == other.counts.len()
            && std::iter::zip(&self.counts, &other.counts).all(|(a, b)| a.to_bits() == b.to_bits())
            && self.same_layout(other)
    }

    /// Whether two sides have the same spans, leaving those of length zero out of account.
    pub fn same_layout(&self, other: &Buckets) -> bool {
        self.spans == other.spans || solid(&self.spans).eq(solid(&other.spans))
    }
}

/// The spans with those of length zero absorbed by the next one; at the end they mean nothing.
fn solid(spans: &[BucketSpan]) -> impl Iterator<Item = BucketSpan> + '_ {
    let mut skipped = 0i32;
    spans.iter().filter_map(move |span| {
        let offset = span.offset.wrapping_add(skipped);
        skipped = if span.length == 0 { offset } else { 0 };
        (span.length > 0).then_some(BucketSpan {
            offset,
            length: span.length,
        })
    })
}

/// The indices of the buckets in ascending order.
pub(super) fn indices(spans: &[BucketSpan]) -> impl Iterator<Item = i32> + '_ {
    spans
        .iter()
        .scan(0i32, |next, span| {
            let first = next.wrapping_add(span.offset);
            *next = first.wrapping_add_unsigned(span.length);
            Some((0..span.length).map(move |within| first.wrapping_add_unsigned(within)))
        })
        .flatten()
}

/// Builds a side bucket by bucket. `T` is a count, or a count with its compensation.
pub(super) struct SideBuilder<T> {
    spans: Vec<BucketSpan>,
    values: Vec<T>,
    /// The index behind the last bucket; 0 before the first.
    end: i32,
}

impl<T: Copy> SideBuilder<T> {
    pub(super) fn with_capacity(buckets: usize) -> Self {
        SideBuilder {
            spans: Vec::new(),
            values: Vec::with_capacity(buckets),
            end: 0,
        }
    }

    /// The index behind the last bucket, if there is one.
    pub(super) fn end(&self) -> Option<i32> {
        (!self.spans.is_empty()).then_some(self.end)
    }

    /// The value of the last bucket.
    pub(super) fn last_mut(&mut self) -> Option<&mut T> {
        self.values.last_mut()
    }

    /// Adds a bucket behind the last one, to the same span where they are neighbours.
    pub(super) fn push(&mut self, index: i32, value: T) {
        if self.end() == Some(index) {
            self.extend(value);
        } else {
            self.begin(index, value);
        }
    }

    /// Adds a bucket in a span of its own.
    pub(super) fn begin(&mut self, index: i32, value: T) {
        self.spans.push(BucketSpan {
            offset: index.wrapping_sub(self.end),
            length: 1,
        });
        self.values.push(value);
        self.end = index.wrapping_add(1);
    }

    /// Adds the next bucket to the last span.
    pub(super) fn extend(&mut self, value: T) {
        if let Some(span) = self.spans.last_mut() {
            span.length += 1;
            self.values.push(value);
            self.end = self.end.wrapping_add(1);
        }
    }

    pub(super) fn finish(self) -> (Vec<BucketSpan>, Vec<T>) {
        (self.spans, self.values)
    }
}

/// The same observations in the buckets of a coarser schema.
pub(super) fn coarsen<T: Copy>(
    spans: &[BucketSpan],
    values: &[T],
    from: i32,
    to: i32,
    combine: impl Fn(T, T) -> T,
) -> (Vec<BucketSpan>, Vec<T>) {
    let mut side = SideBuilder::with_capacity(values.len());
    for (index, value) in indices(spans).zip(values) {
        let index = coarser_index(index, from, to);
        match side.end() {
            Some(end) if index.wrapping_add(1) == end => {
                if let Some(last) = side.last_mut() {
                    *last = combine(*last, *value);
                }
            }
            _ => side.push(index, *value),
        }
    }
    side.finish()
}

/// Leaves empty buckets out, except for runs of at most `max_empty` between others.
pub(super) fn compact<T: Copy>(
    spans: &[BucketSpan],
    values: &[T],
    max_empty: u32,
    empty: T,
    is_empty: impl Fn(T) -> bool,
) -> (Vec<BucketSpan>, Vec<T>) {
    let mut side = SideBuilder::with_capacity(values.len());
    for (index, value) in indices(spans).zip(values) {
        if is_empty(*value) {
            continue;
        }
        match side.end() {
            Some(end) if i64::from(index) - i64::from(end) <= i64::from(max_empty) => {
                for _ in end..index {
                    side.extend(empty);
                }
                side.extend(*value);
            }
            _ => side.begin(index, *value),
        }
    }
    side.finish()
}

/// Whether compacting without leave for empty buckets would change nothing.
pub(super) fn is_compact(spans: &[BucketSpan], counts: &[f64]) -> bool {
    counts.iter().all(|count| *count != 0.0)
        && spans.iter().all(|span| span.length > 0)
        && spans.iter().skip(1).all(|span| span.offset > 0)
}

/// All buckets of two sides. Where both have one the values are combined.
///
/// A bucket that only the second side has joins the span before or behind it; two spans of the first side stay
/// two even where the gap between them closes, as in Prometheus, because comparing histograms compares spans.
pub(super) fn unite<T: Copy>(
    (spans, values): (&[BucketSpan], &[T]),
    added: impl Iterator<Item = (i32, T)>,
    combine: impl Fn(T, T) -> T,
) -> (Vec<BucketSpan>, Vec<T>) {
    let mut side = SideBuilder::with_capacity(values.len());
    let mut added = added.peekable();
    let mut position = 0;
    let mut end = 0i32;
    for span in spans {
        let first = end.wrapping_add(span.offset);
        end = first.wrapping_add_unsigned(span.length);
        let mut begun = false;
        while let Some((index, value)) = added.next_if(|(index, _)| *index < first) {
            if side.end() == Some(index) {
                side.extend(value);
            } else {
                side.begin(index, value);
                begun = index.wrapping_add(1) == first;
            }
        }
        for within in 0..span.length {
            let index = first.wrapping_add_unsigned(within);
            let Some(value) = values.get(position) else { break };
            position += 1;
            let value = match added.next_if(|(next, _)| *next == index) {
                Some((_, more)) => combine(*value, more),
                None => *value,
            };
            if begun {
                side.extend(value);
            } else {
                side.begin(index, value);
                begun = true;
            }
        }
    }
    for (index, value) in added {
        side.push(index, value);
    }
    side.finish()
}

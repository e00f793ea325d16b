//! Addition and subtraction of histograms whose layouts may differ.
//!
//! The result has the coarser schema and a zero bucket wide enough for both; custom buckets are reduced to the
//! bounds in common. Each operation comes plain and with Kahan's compensation, which is a second histogram of the
//! same layout.

use std::sync::Arc;

use super::bounds::{exponential_bound, is_exponential};
use super::buckets::{self, SideBuilder, coarsen, indices, unite};
use super::reset::common_bounds;
use super::{BucketSpan, Buckets, CounterResetHint, FloatHistogram};
use crate::kahan::{self, KahanSum};

/// What there is to say about two histograms that were combined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Combined {
    /// One claimed a counter reset, the other that there was none.
    pub counter_reset_collision: bool,
    /// Custom bounds differed and were reduced to those in common.
    pub custom_buckets_reconciled: bool,
}

/// One histogram has exponential buckets, the other custom ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncompatibleSchemas;

impl std::fmt::Display for IncompatibleSchemas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "cannot apply this operation on histograms with a mix of exponential and custom bucket schemas",
        )
    }
}

impl std::error::Error for IncompatibleSchemas {}

impl FloatHistogram {
    /// Adds another histogram.
    pub fn add(&mut self, other: &FloatHistogram) -> Result<Combined, IncompatibleSchemas> {
        self.combine(other, 1.0)
    }

    /// Subtracts another histogram. The counter reset hint is treated as in an addition.
    pub fn sub(&mut self, other: &FloatHistogram) -> Result<Combined, IncompatibleSchemas> {
        self.combine(other, -1.0)
    }

    fn combine(&mut self, other: &FloatHistogram, sign: f64) -> Result<Combined, IncompatibleSchemas> {
        let mut combined = self.begin_combining(other)?;
        if !self.uses_custom_buckets() {
            let (zero_count, _) = self.reconcile_zero_buckets(other, None);
            self.zero_count += sign * zero_count;
        }
        self.count += sign * other.count;
        self.sum += sign * other.sum;

        if self.uses_custom_buckets() && self.custom_values != other.custom_values {
            combined.custom_buckets_reconciled = true;
            self.combine_custom(other, sign, None);
            return Ok(combined);
        }
        let schema = self.schema.min(other.schema);
        let threshold = self.zero_threshold;
        let finer = self.schema;
        for (side, added) in [
            (&mut self.positive, &other.positive),
            (&mut self.negative, &other.negative),
        ] {
            if finer > schema {
                (side.spans, side.counts) = coarsen(&side.spans, &side.counts, finer, schema, |a, b| a + b);
            }
            if other.schema > schema {
                let added = coarsened(added, other.schema, schema);
                add_side(side, &added, sign, schema, threshold);
            } else {
                add_side(side, added, sign, schema, threshold);
            }
        }
        self.schema = schema;
        Ok(combined)
    }

    /// Adds another histogram; the bits lost are collected in a second one, which the caller adds in the end.
    pub fn kahan_add(
        &mut self,
        other: &FloatHistogram,
        compensation: &mut Option<FloatHistogram>,
    ) -> Result<Combined, IncompatibleSchemas> {
        let mut combined = self.begin_combining(other)?;
        let c = compensation.get_or_insert_with(|| self.nothing());
        if !self.uses_custom_buckets() {
            let (zero_count, zero_compensation) = self.reconcile_zero_buckets(other, Some(&mut *c));
            for term in [zero_count, zero_compensation] {
                (self.zero_count, c.zero_count) = kahan::add(term, self.zero_count, c.zero_count);
            }
        }
        (self.count, c.count) = kahan::add(other.count, self.count, c.count);
        (self.sum, c.sum) = kahan::add(other.sum, self.sum, c.sum);

        if self.uses_custom_buckets() && self.custom_values != other.custom_values {
            combined.custom_buckets_reconciled = true;
            self.combine_custom(other, 1.0, Some(c));
            return Ok(combined);
        }
        let schema = self.schema.min(other.schema);
        let threshold = self.zero_threshold;
        let finer = self.schema;
        let sides = [
            (&mut self.positive, &mut c.positive, &other.positive),
            (&mut self.negative, &mut c.negative, &other.negative),
        ];
        for (side, c, added) in sides {
            if finer == schema && other.schema == schema && side.spans == added.spans {
                let within = within_zero_bucket(&added.spans, schema, threshold);
                let numbers = side.counts.iter_mut().zip(&mut c.counts).zip(&added.counts);
                for ((count, c), term) in numbers.skip(within) {
                    (*count, *c) = kahan::add(*term, *count, *c);
                }
                continue;
            }
            let mut values = paired(&side.counts, &c.counts);
            if finer > schema {
                (side.spans, values) = coarsen(&side.spans, &values, finer, schema, kahan_combine);
            }
            let mut added_values: Vec<_> = added.counts.iter().copied().map(KahanSum::new).collect();
            let mut added_spans = added.spans.as_slice();
            let coarse;
            if other.schema > schema {
                (coarse, added_values) =
                    coarsen(&added.spans, &added_values, other.schema, schema, kahan_combine);
                added_spans = &coarse;
            }
            let within = within_zero_bucket(added_spans, schema, threshold);
            let added = indices(added_spans).zip(added_values).skip(within);
            (side.spans, values) = unite((&side.spans, &values), added, kahan_combine);
            (side.counts, c.counts) = unpaired(values);
            c.spans.clone_from(&side.spans);
        }
        self.schema = schema;
        c.schema = schema;
        c.zero_threshold = threshold;
        Ok(combined)
    }

    fn begin_combining(&mut self, other: &FloatHistogram) -> Result<Combined, IncompatibleSchemas> {
        if self.uses_custom_buckets() != other.uses_custom_buckets() {
            return Err(IncompatibleSchemas);
        }
        Ok(Combined {
            counter_reset_collision: self.adjust_counter_reset(other.counter_reset_hint),
            custom_buckets_reconciled: false,
        })
    }

    /// What a combination knows about counter resets: with a gauge it is a gauge, with the unknown unknown.
    /// Returns whether the hints contradict each other.
    fn adjust_counter_reset(&mut self, other: CounterResetHint) -> bool {
        use CounterResetHint::{Gauge, Unknown};
        let (hint, collision) = match (self.counter_reset_hint, other) {
            (a, b) if a == b => (a, false),
            (Gauge, _) | (_, Gauge) => (Gauge, false),
            (Unknown, _) | (_, Unknown) => (Unknown, false),
            _ => (Unknown, true),
        };
        self.counter_reset_hint = hint;
        collision
    }

    /// A histogram of the same layout without observations.
    fn nothing(&self) -> FloatHistogram {
        let side = |side: &Buckets| Buckets {
            spans: side.spans.clone(),
            counts: vec![0.0; side.counts.len()],
        };
        FloatHistogram {
            zero_count: 0.0,
            count: 0.0,
            sum: 0.0,
            positive: side(&self.positive),
            negative: side(&self.negative),
            custom_values: self.custom_values.clone(),
            ..*self
        }
    }

    /// Adds or subtracts a histogram with other custom bounds: both are moved to the bounds in common first.
    fn combine_custom(
        &mut self,
        other: &FloatHistogram,
        sign: f64,
        compensation: Option<&mut FloatHistogram>,
    ) {
        let bounds = common_bounds(&self.custom_values, &other.custom_values);
        let mut target = vec![KahanSum::default(); bounds.len() + 1];
        let mut start = 0;
        for (position, (index, count)) in self.positive.iter().enumerate() {
            let cell = &mut target[place(index, &self.custom_values, &bounds, &mut start)];
            cell.add(count);
            if let Some(c) = &compensation {
                let lost = c.positive.counts.get(position).copied().unwrap_or_default();
                cell.add(lost);
            }
        }
        start = 0;
        for (index, count) in other.positive.iter() {
            let cell = &mut target[place(index, &other.custom_values, &bounds, &mut start)];
            cell.add(sign * count);
        }

        let mut side = SideBuilder::with_capacity(target.len());
        for (index, value) in (0..).zip(target) {
            if value != KahanSum::default() {
                side.push(index, value);
            }
        }
        let (spans, values) = side.finish();
        let (counts, compensations) = unpaired(values);
        self.custom_values = Arc::from(bounds);
        if let Some(c) = compensation {
            c.positive = Buckets {
                spans: spans.clone(),
                counts: compensations,
            };
            c.custom_values = self.custom_values.clone();
        }
        self.positive = Buckets { spans, counts };
    }

    /// Widens this histogram's zero bucket until it is as wide as the other's would have to be, such that it
    /// cuts through no populated bucket of either. Returns the other's zero count then, and its compensation.
    fn reconcile_zero_buckets(
        &mut self,
        other: &FloatHistogram,
        mut compensation: Option<&mut FloatHistogram>,
    ) -> (f64, f64) {
        let mut wanted = (other.zero_count, other.zero_threshold, 0.0);
        // Neither comparison holds for a threshold that is not a number: it is left alone.
        while self.zero_threshold > wanted.1 || wanted.1 > self.zero_threshold {
            if self.zero_threshold > wanted.1 {
                wanted = other.zero_bucket_up_to(self.zero_threshold, None);
            }
            if wanted.1 > self.zero_threshold {
                let widened = self.zero_bucket_up_to(wanted.1, compensation.as_deref());
                (self.zero_count, self.zero_threshold) = (widened.0, widened.1);
                if let Some(c) = compensation.as_deref_mut() {
                    c.zero_count = widened.2;
                }
                self.empty_within_zero_bucket(compensation.as_deref_mut());
            }
        }
        (wanted.0, wanted.2)
    }

    /// What the zero bucket would hold with a larger threshold. Where that lies within a populated bucket it is
    /// moved to the bucket's end. Returns count, threshold, and the compensation of the count.
    pub(super) fn zero_bucket_up_to(
        &self,
        threshold: f64,
        compensation: Option<&FloatHistogram>,
    ) -> (f64, f64, f64) {
        let mut threshold = threshold;
        let mut lost = compensation.map_or(0.0, |c| c.zero_count);
        if threshold == self.zero_threshold || self.uses_custom_buckets() {
            return (self.zero_count, threshold, lost);
        }
        'again: loop {
            let mut sum = KahanSum {
                sum: self.zero_count,
                compensation: lost,
            };
            let sides = [
                (&self.positive, compensation.map(|c| &c.positive)),
                (&self.negative, compensation.map(|c| &c.negative)),
            ];
            for (turn, (side, compensation)) in sides.into_iter().enumerate() {
                for (position, (index, count)) in side.iter().enumerate() {
                    if exponential_bound(index.wrapping_sub(1), self.schema) >= threshold {
                        break;
                    }
                    sum.add(count);
                    if let Some(c) = compensation {
                        sum.add(c.counts.get(position).copied().unwrap_or_default());
                    }
                    let end = exponential_bound(index, self.schema);
                    if end > threshold {
                        if count != 0.0 {
                            threshold = end;
                            if turn == 1 {
                                // The positive side has to be looked at again with the new threshold. The
                                // compensation so far is kept, as in Prometheus.
                                lost = sum.compensation;
                                continue 'again;
                            }
                        }
                        break;
                    }
                }
            }
            return (sum.sum, threshold, sum.compensation);
        }
    }

    /// Removes the buckets that the zero bucket has taken in.
    fn empty_within_zero_bucket(&mut self, compensation: Option<&mut FloatHistogram>) {
        let (schema, threshold) = (self.schema, self.zero_threshold);
        let lowers = |side: &Buckets| {
            let inside = |index: &i32| exponential_bound(index.wrapping_sub(1), schema) < threshold;
            indices(&side.spans).take_while(inside).count()
        };
        let Some(c) = compensation else {
            for side in [&mut self.positive, &mut self.negative] {
                let inside = lowers(side);
                side.counts.iter_mut().take(inside).for_each(|count| *count = 0.0);
            }
            self.compact(0);
            return;
        };
        for (side, c) in [
            (&mut self.positive, &mut c.positive),
            (&mut self.negative, &mut c.negative),
        ] {
            let empty = KahanSum::default();
            let inside = lowers(side);
            let mut values = paired(&side.counts, &c.counts);
            values.iter_mut().take(inside).for_each(|value| *value = empty);

            (side.spans, values) = buckets::compact(&side.spans, &values, 0, empty, |value| value == empty);
            (side.counts, c.counts) = unpaired(values);
            c.spans.clone_from(&side.spans);
        }
    }
}

/// Adds `sign` times the buckets of one side to another one, except for those within the zero bucket.
fn add_side(side: &mut Buckets, added: &Buckets, sign: f64, schema: i32, threshold: f64) {
    let within = within_zero_bucket(&added.spans, schema, threshold);
    if side.spans == added.spans {
        let numbers = side.counts.iter_mut().zip(&added.counts);
        numbers
            .skip(within)
            .for_each(|(count, term)| *count += sign * term);
        return;
    }
    let added = added
        .iter()
        .skip(within)
        .map(|(index, count)| (index, sign * count));
    (side.spans, side.counts) = unite((&side.spans, &side.counts), added, |a, b| a + b);
}

/// How many buckets at the beginning of a side end within the zero bucket.
fn within_zero_bucket(spans: &[BucketSpan], schema: i32, threshold: f64) -> usize {
    if !is_exponential(schema) {
        return 0;
    }
    indices(spans)
        .take_while(|index| exponential_bound(*index, schema) <= threshold)
        .count()
}

fn coarsened(side: &Buckets, from: i32, to: i32) -> Buckets {
    let (spans, counts) = coarsen(&side.spans, &side.counts, from, to, |a, b| a + b);
    Buckets { spans, counts }
}

/// Into which of the buckets with the bounds in common a bucket with bounds of its own goes. `start` is where the
/// previous one went.
fn place(index: i32, own: &[f64], common: &[f64], start: &mut usize) -> usize {
    let Some(bound) = usize::try_from(index).ok().and_then(|index| own.get(index)) else {
        return common.len();
    };
    while common.get(*start).is_some_and(|common| common < bound) {
        *start += 1;
    }
    *start
}

fn kahan_combine(sum: KahanSum, added: KahanSum) -> KahanSum {
    sum.plus(added.sum).plus(added.compensation)
}

fn paired(counts: &[f64], compensations: &[f64]) -> Vec<KahanSum> {
    let compensations = compensations.iter().copied().chain(std::iter::repeat(0.0));
    counts
        .iter()
        .zip(compensations)
        .map(|(sum, compensation)| KahanSum {
            sum: *sum,
            compensation,
        })
        .collect()
}

fn unpaired(values: Vec<KahanSum>) -> (Vec<f64>, Vec<f64>) {
    values
        .into_iter()
        .map(|value| (value.sum, value.compensation))
        .unzip()
}

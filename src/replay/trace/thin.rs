//! Fewer points for the same picture.

use crate::outcome::CurvePoint;

/// The most points of a curve. A chart is not much wider in pixels.
const MOST_POINTS: usize = 400;

/// A curve that is being put together, point by point. A point on the line between its neighbours is dropped at once:
/// nothing is lost of a counter that rises steadily, however long.
#[derive(Default)]
pub(super) struct Line {
    points: Vec<CurvePoint>,
}

impl Line {
    /// Adds a point; times only rise.
    pub(super) fn push(&mut self, at_ms: i64, value: Option<f64>) {
        let point = CurvePoint { at_ms, value };
        match self.points[..] {
            // A gap begins once, and not before the curve does.
            [] if value.is_none() => return,
            [.., last] if last.value.is_none() && value.is_none() => return,
            [.., before, last] if on_the_line(before, last, point) => {
                self.points.pop();
            }
            _ => {}
        }
        self.points.push(point);
    }

    /// The points, and how many there were where some are missing that lie off the lines between the others.
    pub(super) fn finish(mut self) -> (Vec<CurvePoint>, Option<usize>) {
        if self.points.last().is_some_and(|last| last.value.is_none()) {
            self.points.pop();
        }
        let all = self.points.len();
        if all <= MOST_POINTS {
            return (self.points, None);
        }
        (thinned(&self.points), Some(all))
    }
}

/// Whether a point lies on the line between two others, to within what nobody can see or read.
fn on_the_line(before: CurvePoint, between: CurvePoint, after: CurvePoint) -> bool {
    let (Some(a), Some(b), Some(c)) = (before.value, between.value, after.value) else {
        return false;
    };
    if a == b && b == c {
        return true;
    }
    if ![a, b, c].iter().all(|value| value.is_finite()) {
        return false;
    }
    let share = (between.at_ms - before.at_ms) as f64 / (after.at_ms - before.at_ms) as f64;
    let expected = a + (c - a) * share;
    (expected - b).abs() <= 1e-12 * a.abs().max(c.abs())
}

/// The first and the last point, and of each of equal spans of points the lowest, the highest and the beginning of
/// a gap, if there is one.
fn thinned(points: &[CurvePoint]) -> Vec<CurvePoint> {
    let spans = (MOST_POINTS - 2) / 3;
    let size = points.len().div_ceil(spans);
    let mut kept = Vec::with_capacity(MOST_POINTS);
    for (number, span) in points.chunks(size).enumerate() {
        let values = || {
            let numbered = span.iter().enumerate();
            numbered.filter_map(|(index, point)| Some((index, point.value?)))
        };
        let low = values().min_by(|a, b| a.1.total_cmp(&b.1));
        let high = values().max_by(|a, b| a.1.total_cmp(&b.1));
        let gap = span.iter().position(|point| point.value.is_none());
        let mut chosen: Vec<usize> = [low, high]
            .into_iter()
            .flatten()
            .map(|(index, _)| index)
            .collect();
        chosen.extend(gap);
        if number == 0 {
            chosen.push(0);
        }
        if (number + 1) * size >= points.len() {
            chosen.push(span.len() - 1);
        }
        chosen.sort_unstable();
        chosen.dedup();
        kept.extend(chosen.into_iter().map(|index| span[index]));
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(values: &[Option<f64>]) -> (Vec<CurvePoint>, Option<usize>) {
        let mut line = Line::default();
        for (at, value) in values.iter().enumerate() {
            line.push(at as i64 * 1000, *value);
        }
        line.finish()
    }

    fn shown(values: &[Option<f64>]) -> Vec<(i64, Option<f64>)> {
        let (points, thinned) = line(values);
        assert_eq!(thinned, None);
        points.iter().map(|p| (p.at_ms / 1000, p.value)).collect()
    }

    #[test]
    fn what_lies_between_on_a_line_is_dropped() {
        let ramp: Vec<_> = (0..1000).map(|n| Some(f64::from(n) * 0.1)).collect();
        assert_eq!(shown(&ramp), [(0, Some(0.0)), (999, Some(999.0 * 0.1))]);
        let step = [Some(1.0), Some(1.0), Some(1.0), Some(0.0), Some(0.0)];
        assert_eq!(
            shown(&step),
            [(0, Some(1.0)), (2, Some(1.0)), (3, Some(0.0)), (4, Some(0.0))]
        );
    }

    #[test]
    fn gaps_are_kept_once_and_not_at_the_ends() {
        let values = [None, Some(1.0), None, None, Some(1.0), Some(1.0), None];
        assert_eq!(
            shown(&values),
            [(1, Some(1.0)), (2, None), (4, Some(1.0)), (5, Some(1.0))]
        );
        assert_eq!(shown(&[None, None]), []);
    }

    #[test]
    fn no_line_leads_through_what_is_no_number() {
        let values = [
            Some(1.0),
            Some(f64::INFINITY),
            Some(f64::INFINITY),
            Some(f64::NAN),
            Some(1.0),
        ];
        assert_eq!(line(&values).0.len(), 5);
    }

    fn value() -> impl Strategy<Value = Option<f64>> {
        prop_oneof![8 => (-1e6..1e6).prop_map(Some), 1 => Just(None), 1 => Just(Some(f64::INFINITY))]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// However many points there are, few are drawn, and the first, the last and the extremes are among them.
        #[test]
        fn extremes_survive(values in prop::collection::vec(value(), 1..3000)) {
            let (points, thinned) = line(&values);
            let given: Vec<(i64, f64)> = values.iter().enumerate().filter_map(|(n, v)| Some((n as i64 * 1000, (*v)?))).collect();
            let drawn: Vec<(i64, f64)> = points.iter().filter_map(|p| Some((p.at_ms, p.value?))).collect();
            prop_assert!(points.len() <= MOST_POINTS);
            prop_assert!(points.is_sorted_by(|a, b| a.at_ms < b.at_ms));
            prop_assert!(thinned.is_none_or(|all| all > points.len()));
            let bounds = |of: &[(i64, f64)]| {
                let values = || of.iter().map(|(_, value)| *value);
                (of.first().copied(), of.last().copied(), values().reduce(f64::min), values().reduce(f64::max))
            };
            prop_assert_eq!(bounds(&given), bounds(&drawn));
        }
    }
}

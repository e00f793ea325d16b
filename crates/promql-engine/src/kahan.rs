//! Compensated summation (Kahan's, with Neumaier's improvement), in Prometheus' order of operations.

/// Adds `term` to a sum that carries a compensation for the bits lost so far. Returns the new sum and compensation; the
/// true sum is that of the two. Once the sum is infinite there is nothing left to compensate.
#[inline]
pub(crate) fn add(term: f64, sum: f64, compensation: f64) -> (f64, f64) {
    let total = sum + term;
    // Without branches, which data would make hard to predict.
    let (large, small) = if sum.abs() >= term.abs() {
        (sum, term)
    } else {
        (term, sum)
    };
    let compensated = compensation + ((large - total) + small);
    (total, if total.is_infinite() { 0.0 } else { compensated })
}

/// A running sum with the part that rounding has cut off.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct KahanSum {
    /// The rounded sum.
    pub(crate) sum: f64,
    /// What is to be added to it in the end.
    pub(crate) compensation: f64,
}

impl KahanSum {
    /// A sum of one term.
    #[inline]
    pub(crate) fn new(sum: f64) -> Self {
        KahanSum {
            sum,
            compensation: 0.0,
        }
    }

    /// The sum with one term more.
    #[inline]
    #[must_use]
    pub(crate) fn plus(self, term: f64) -> Self {
        let (sum, compensation) = add(term, self.sum, self.compensation);
        KahanSum { sum, compensation }
    }

    /// Adds a term.
    #[inline]
    pub(crate) fn add(&mut self, term: f64) {
        *self = self.plus(term);
    }

    /// Sum and compensation in one number.
    #[inline]
    pub(crate) fn total(self) -> f64 {
        self.sum + self.compensation
    }
}

#[cfg(test)]
mod tests {
    use super::KahanSum;

    fn sum(terms: &[f64]) -> f64 {
        terms
            .iter()
            .fold(KahanSum::default(), |sum, term| sum.plus(*term))
            .total()
    }

    #[test]
    fn small_terms_survive_large_ones() {
        assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(sum(&[1e100, 1.0, -1e100, 1.0]), 2.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
    }

    #[test]
    fn infinities_leave_no_compensation() {
        assert_eq!(sum(&[f64::MAX, f64::MAX, 1.0]), f64::INFINITY);
        assert_eq!(sum(&[1.0, f64::NEG_INFINITY]), f64::NEG_INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
        assert!(sum(&[1.0, f64::NAN]).is_nan());
    }
}

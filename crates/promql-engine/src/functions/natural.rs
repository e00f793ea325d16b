//! Natural order of label values: runs of digits compare as numbers.

/// Whether `a` comes before `b`, as the sort functions see it: the strings are cut where digits begin or end, and the
/// first pieces that differ decide. Pieces that are both 64-bit numbers compare as such, others byte by byte. Of two
/// equal strings the first comes before the second.
pub(crate) fn comes_before(a: &str, b: &str) -> bool {
    let mut left = Chunks { rest: a };
    let mut right = Chunks { rest: b };
    loop {
        let Some(x) = left.next() else {
            // Only an empty `a` ends here: otherwise its last piece has returned below.
            return false;
        };
        let Some(y) = right.next() else {
            return false;
        };
        let equal = match (x.parse::<i64>(), y.parse::<i64>()) {
            (Ok(x), Ok(y)) if x == y => true,
            (Ok(x), Ok(y)) => return x < y,
            _ if x == y => true,
            _ => return x < y,
        };
        if equal && left.rest.is_empty() {
            return true;
        }
    }
}

/// Maximal runs of digits and of other characters.
struct Chunks<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let digits = self.rest.bytes().next()?.is_ascii_digit();
        let end = self
            .rest
            .bytes()
            .position(|b| b.is_ascii_digit() != digits)
            .unwrap_or(self.rest.len());
        let (chunk, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::comes_before;

    #[test]
    fn order() {
        let cases = [
            ("cpu2", "cpu10", true),
            ("cpu10", "cpu2", false),
            ("cpu", "cpu2", true),
            ("cpu2", "cpu", false),
            ("10", "9a", false),
            ("01", "1", true),
            ("1", "01", true),
            ("a01b", "a1c", true),
            ("B", "a", true),
            ("a", "1", false),
            ("1", "a", true),
            ("", "a", false),
            ("a", "", false),
            ("", "", false),
            ("a", "a", true),
            // Too large for 64 bits: compared as text.
            ("99999999999999999999", "100000000000000000000", false),
            ("é2", "é10", true),
        ];
        for (a, b, want) in cases {
            assert_eq!(comes_before(a, b), want, "{a:?} before {b:?}");
        }
    }
}

//! Scalars whose text is not what is written, because pieces of it were replaced after reading.

use std::ops::Range;

/// The text that is written where a scalar's pieces were replaced, and which piece stands for which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The decoded text as it is written.
    pub text: String,
    /// The replaced pieces in ascending order.
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    /// Range in the written text.
    written: Range<usize>,
    /// Range in the new text.
    new: Range<usize>,
}

impl Rewritten {
    /// Replaces pieces of a text, given in ascending order by their ranges. Answers the new text too.
    pub fn new(text: &str, replacements: &[(Range<usize>, String)]) -> (String, Rewritten) {
        let mut new = String::with_capacity(text.len());
        let mut pieces = Vec::with_capacity(replacements.len());
        let mut done = 0;
        for (written, replacement) in replacements {
            new.push_str(&text[done..written.start]);
            let start = new.len();
            new.push_str(replacement);
            pieces.push(Piece {
                written: written.clone(),
                new: start..new.len(),
            });
            done = written.end;
        }
        new.push_str(&text[done..]);
        let rewritten = Rewritten {
            text: text.to_owned(),
            pieces,
        };
        (new, rewritten)
    }

    /// The range of the written text that a range of the new text comes from. What comes from a replaced piece comes
    /// from all of it.
    pub fn written(&self, new: Range<usize>) -> Range<usize> {
        let start = self.offset(new.start, |piece| piece.written.start);
        if new.is_empty() {
            return start..start;
        }
        // Its last byte decides on its end.
        let last = new.end - 1;
        let end = self.offset(last, |piece| piece.written.end.saturating_sub(1)) + 1;
        start..end.max(start)
    }

    /// Where an offset in the new text comes from; `inside` says what stands for those in a replaced piece.
    fn offset(&self, new: usize, inside: impl Fn(&Piece) -> usize) -> usize {
        let before = self.pieces.partition_point(|piece| piece.new.end <= new);
        match self.pieces.get(before) {
            Some(piece) if piece.new.contains(&new) => inside(piece),
            _ => match before.checked_sub(1).map(|last| &self.pieces[last]) {
                None => new,
                Some(last) => last.written.end + (new - last.new.end),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_lead_back_to_what_is_written() {
        let (new, rewritten) =
            Rewritten::new("a ${x} b ${y}", &[(2..6, "xx".into()), (9..13, String::new())]);
        assert_eq!(new, "a xx b ");
        let cases = [
            (0..1, 0..1),
            (2..4, 2..6),
            (3..4, 2..6),
            (0..6, 0..8),
            (5..6, 7..8),
            (7..7, 13..13),
        ];
        for (in_new, in_written) in cases {
            assert_eq!(rewritten.written(in_new.clone()), in_written, "{in_new:?}");
        }
    }
}

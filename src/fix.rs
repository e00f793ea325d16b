//! Mends findings: makes the changes that they bring, in the text and nowhere else.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Fix};
use crate::source::SourceFile;

/// A file with changes made.
#[derive(Clone, Debug)]
pub struct Mended {
    /// The file as it was.
    pub file: Arc<SourceFile>,
    /// Its new text.
    pub text: String,
    /// How many findings it mends.
    pub count: usize,
}

/// Makes the changes of findings, a file each. Of two changes that touch each other only the first is made; the
/// other is found again afterwards, if it is still needed.
pub fn mend(findings: &[Diagnostic]) -> Vec<Mended> {
    let mut files: BTreeMap<&Path, (&Arc<SourceFile>, Vec<&Fix>)> = BTreeMap::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        let Some(first) = fix.edits.first() else { continue };
        let file = &first.location.file;
        let one_file = fix
            .edits
            .iter()
            .all(|edit| edit.location.file.path() == file.path());
        if one_file {
            files.entry(file.path()).or_insert((file, Vec::new())).1.push(fix);
        }
    }
    files
        .into_values()
        .map(|(file, fixes)| mend_file(file, &fixes))
        .collect()
}

fn mend_file(file: &Arc<SourceFile>, fixes: &[&Fix]) -> Mended {
    let mut edits: Vec<(usize, usize, &str)> = Vec::new();
    let mut count = 0;
    for fix in fixes {
        let own: Vec<(usize, usize, &str)> = fix
            .edits
            .iter()
            .map(|edit| {
                (
                    edit.location.range.start,
                    edit.location.range.end,
                    edit.text.as_str(),
                )
            })
            .collect();
        let free =
            |(start, end, _): &(usize, usize, &str)| edits.iter().all(|(s, e, _)| end < s || e < start);
        if own.iter().all(free) {
            edits.extend(own);
            count += 1;
        }
    }
    edits.sort_by_key(|(start, ..)| *start);
    let mut text = String::with_capacity(file.text().len());
    let mut done = 0;
    for (start, end, new) in edits {
        text.push_str(&file.text()[done..start]);
        text.push_str(new);
        done = end;
    }
    text.push_str(&file.text()[done..]);
    Mended {
        file: file.clone(),
        text,
        count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Edit, Location, Severity};

    fn finding(file: &Arc<SourceFile>, edits: &[(usize, usize, &str)]) -> Diagnostic {
        let edit = |(start, end, text): &(usize, usize, &str)| Edit {
            location: Location::new(file, *start..*end),
            text: (*text).to_owned(),
        };
        Diagnostic::new("x", Severity::Info, "x", file, 0..1).with_fix("x", edits.iter().map(edit).collect())
    }

    #[test]
    fn changes_that_touch_each_other_wait_for_the_next_time() {
        let file = Arc::new(SourceFile::new("a", "0123456789"));
        let findings = [
            finding(&file, &[(8, 9, "B"), (2, 4, "A")]),
            finding(&file, &[(3, 5, "x"), (0, 0, "x")]),
            finding(&file, &[(5, 5, "-")]),
        ];
        let mended = mend(&findings);
        assert_eq!((mended[0].text.as_str(), mended[0].count), ("01A4-567B9", 2));
    }
}

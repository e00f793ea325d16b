//! The comments of YAML texts. YAML's readers drop them; they are what stands between the values.

use std::ops::Range;

use super::node::{Node, NodeKind};

/// The byte ranges of the comments of a text, from `#` to the end of the line, given the documents in it.
pub fn comments(text: &str, roots: &[Node]) -> Vec<Range<usize>> {
    let mut scalars = Vec::new();
    for root in roots {
        collect(root, &mut scalars);
    }
    scalars.sort_by_key(|range| range.start);
    let mut comments: Vec<Range<usize>> = Vec::new();
    let mut next = 0;
    for (at, _) in text.match_indices('#') {
        let begins = at == 0 || text[..at].ends_with([' ', '\t', '\n', '\r']);
        if !begins || comments.last().is_some_and(|last| at < last.end) {
            continue;
        }
        while scalars.get(next).is_some_and(|scalar| scalar.end <= at) {
            next += 1;
        }
        if scalars.get(next).is_some_and(|scalar| scalar.start <= at) {
            continue;
        }
        let end = text[at..].find(['\n', '\r']).map_or(text.len(), |end| at + end);
        comments.push(at..end);
    }
    comments
}

fn collect(node: &Node, scalars: &mut Vec<Range<usize>>) {
    match &node.kind {
        NodeKind::Scalar(_) => scalars.push(node.range.clone()),
        NodeKind::Sequence(items) => items.iter().for_each(|item| collect(item, scalars)),
        NodeKind::Mapping(entries) => {
            for entry in entries {
                collect(&entry.key, scalars);
                collect(&entry.value, scalars);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::comments;
    use crate::source::yaml;

    #[test]
    fn comments_stand_between_values() {
        let text = "# first\na: b # second\nc: 'no # comment'\nd: x#y\ne: |\n  text # of it\n  # and this\n# third\nf: [1, # fourth\n  2]\n#";
        let found = comments(text, &yaml::parse(text).roots);
        let found: Vec<&str> = found.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["# first", "# second", "# third", "# fourth", "#"]);
    }
}

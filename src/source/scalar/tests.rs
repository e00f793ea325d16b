use proptest::prelude::*;

use super::*;
use crate::source::{Node, NodeKind, yaml};

/// The scalar under the key `k` of a YAML text, if the text is YAML at all.
fn scalar_of(text: &str) -> Option<Node> {
    let documents = yaml::parse(text);
    if !documents.errors.is_empty() {
        return None;
    }
    documents
        .roots
        .into_iter()
        .next()?
        .get("k")
        .filter(|n| n.as_str().is_some())
        .cloned()
}

/// Checks that every character of the decoded text has a place, in order, that stands for it.
fn check_places(text: &str, node: &Node) {
    let NodeKind::Scalar(scalar) = &node.kind else {
        panic!("no scalar in {text:?}")
    };
    let places = places(text, node.range.clone(), scalar.style, &scalar.text);
    let decoded: Vec<(usize, char)> = scalar.text.char_indices().collect();
    let found: Vec<usize> = places.iter().map(|p| p.decoded).collect();
    let wanted: Vec<usize> = decoded.iter().map(|(at, _)| *at).collect();
    assert_eq!(found, wanted, "{text:?} decodes to {:?}", scalar.text);
    let mut end = 0;
    for (place, (_, c)) in places.iter().zip(decoded) {
        assert!(place.source.start >= end, "places go back in {text:?}");
        end = place.source.end;
        let piece = &text[place.source.clone()];
        assert!(
            stands_for(piece, c, scalar.style),
            "{piece:?} does not stand for {c:?} in {text:?}"
        );
    }
}

fn stands_for(piece: &str, c: char, style: Style) -> bool {
    let breaks = ["\n", "\r\n", "\r"];
    match (style, piece) {
        (Style::DoubleQuoted, _) if piece.starts_with('\\') => true,
        (Style::SingleQuoted, "''") => c == '\'',
        (Style::Literal, _) if c == '\n' => breaks.contains(&piece),
        (_, _) if c == '\n' => breaks.contains(&piece),
        (_, _) if c == ' ' && breaks.contains(&piece) => style != Style::Literal,
        _ => piece.chars().eq([c]),
    }
}

#[test]
fn each_style_leads_back_to_the_file() {
    let cases = [
        ("k: plain text", "text", "text"),
        ("k: plain\n  folded\n\n  text", "folded\ntext", "folded\n\n  text"),
        ("k: 'it''s'", "'", "''"),
        ("k: \"a\\tb \\u00e9\"", "é", "\\u00e9"),
        ("k: \"joined \\\n   line\"", "line", "line"),
        ("k: |\n  one\n  two\n", "two", "two"),
        ("k: |2\n    one\n   two\n", "  one", "  one"),
        ("k: >-\n  one\n  two\n\n  three\n", "two\nthree", "two\n\n  three"),
        ("k: >\n  one\n    more\n  two\n", "  more", "  more"),
        ("k: |+\r\n  one\r\n\r\n", "one\n", "one\r\n"),
        ("x: &a |\n  héllo\nk: *a", "llo", "llo"),
    ];
    for (text, decoded, piece) in cases {
        let node = scalar_of(text).expect(text);
        check_places(text, &node);
        let whole = node.as_str().expect("text");
        let at = whole
            .find(decoded)
            .unwrap_or_else(|| panic!("{decoded:?} is not in {whole:?}"));
        assert_eq!(
            &text[node.locate(text, at..at + decoded.len())],
            piece,
            "{text:?}"
        );
    }
}

#[test]
fn an_empty_range_is_a_point() {
    let text = "k: 'ab'";
    let node = scalar_of(text).expect(text);
    assert_eq!(node.locate(text, 1..1), 5..5);
    assert_eq!(node.locate(text, 2..2), 6..6);
}

fn word() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[a-zé漢e\u{301}😀(){}=~,.+*/<>-]{1,6}").expect("a pattern")
}

fn block() -> impl Strategy<Value = String> {
    let line = (
        0usize..4,
        prop::collection::vec(prop_oneof![word(), Just(" ".into()), Just("\t".into())], 0..4),
    );
    let lines = prop::collection::vec(line, 0..6);
    (
        prop::bool::ANY,
        0usize..3,
        0usize..4,
        lines,
        prop::bool::ANY,
        0usize..3,
    )
        .prop_map(|(folded, chomping, explicit, lines, crlf, tail)| {
            let indicator = if explicit > 0 {
                explicit.to_string()
            } else {
                String::new()
            };
            let base = if explicit > 0 { explicit } else { 2 };
            let mut text = format!(
                "k: {}{indicator}{}\n",
                if folded { '>' } else { '|' },
                ["", "-", "+"][chomping]
            );
            for (extra, words) in lines {
                text.push_str(&" ".repeat(base + extra));
                text.push_str(&words.concat());
                text.push('\n');
            }
            text.push_str(&"\n".repeat(tail));
            if crlf { text.replace('\n', "\r\n") } else { text }
        })
}

fn flow() -> impl Strategy<Value = String> {
    let gap = prop_oneof![
        Just(" ".to_owned()),
        Just("  ".to_owned()),
        Just("\n  ".to_owned()),
        Just(" \n\n   ".to_owned()),
        Just("\n \n  ".to_owned()),
        Just("\t".to_owned()),
    ];
    let escape = prop_oneof![
        Just("\\n".to_owned()),
        Just("\\\\".to_owned()),
        Just("\\\"".to_owned()),
        Just("\\x41".to_owned()),
        Just("\\u00e9".to_owned()),
        Just("\\U0001F600".to_owned()),
        Just("\\\n   ".to_owned()),
        Just("\\ ".to_owned()),
        Just("\\t".to_owned()),
    ];
    let single = prop_oneof![3 => word(), 2 => gap.clone(), 1 => Just("''".to_owned())];
    let double = prop_oneof![3 => word(), 2 => gap.clone(), 1 => escape];
    let plain = (word(), prop::collection::vec((gap, word()), 0..5));
    prop_oneof![
        prop::collection::vec(single, 0..8).prop_map(|p| format!("k: '{}'\n", p.concat())),
        prop::collection::vec(double, 0..8).prop_map(|p| format!("k: \"{}\"\n", p.concat())),
        plain.prop_map(|(first, rest)| {
            let rest: String = rest.into_iter().flat_map(|(gap, word)| [gap, word]).collect();
            format!("k: {first}{rest}\n")
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_offset_of_a_block_leads_back(text in block()) {
        if let Some(node) = scalar_of(&text) {
            check_places(&text, &node);
        }
    }

    #[test]
    fn every_offset_of_a_flow_scalar_leads_back(text in flow(), crlf: bool) {
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        if let Some(node) = scalar_of(&text) {
            check_places(&text, &node);
        }
    }
}

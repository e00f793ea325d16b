//! Reads the table of cases.

use crate::{Outcome, Question};

/// A case of the table.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) question: Question,
    pub(crate) expected: Option<Outcome>,
    /// Promtool 3.5 does not know what it uses.
    pub(crate) newer: bool,
}

/// All cases, in order.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut key = "";
    for line in include_str!("cases.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let text = match line.strip_prefix("     |") {
            Some(text) => format!("\n{text}"),
            None => {
                let (name, text) = line.split_once(':').unwrap_or_else(|| panic!("no key: {line}"));
                key = name;
                // Text begins in the seventh column.
                text.get(5 - name.len()..).unwrap_or_default().to_owned()
            }
        };
        if key == "case" {
            cases.push(Case {
                name: text,
                question: Question::new("X", ""),
                expected: None,
                newer: false,
            });
            continue;
        }
        let case = cases.last_mut().expect("a case");
        match key {
            "on" => case.question.alert = text,
            "new" => case.newer = true,
            "in" => case.question.template.push_str(&text),
            "out" => match &mut case.expected {
                Some(Outcome::Text(before)) => before.push_str(&text),
                place => *place = Some(Outcome::Text(text)),
            },
            "err" => case.expected = Some(Outcome::Error(text)),
            "bad" => case.expected = Some(Outcome::Bad(text)),
            other => panic!("unknown key {other:?}"),
        }
    }
    for case in &mut cases {
        if let Some(Outcome::Text(text)) = &mut case.expected {
            *text = unescape(text);
        }
        assert!(case.expected.is_some(), "{}", case.name);
    }
    cases
}

/// Resolves Go's escapes. Bytes that are no UTF-8 become replacement characters.
pub(crate) fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' => chars.next().expect("an escape"),
            c => {
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
        };
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code: String = chars.by_ref().take(digits).collect();
        let code = u32::from_str_radix(&code, 16).unwrap_or_default();
        let c = match c {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'x' => {
                bytes.push(code as u8);
                continue;
            }
            'u' | 'U' => char::from_u32(code).expect("a character"),
            c => c,
        };
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

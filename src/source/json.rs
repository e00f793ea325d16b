//! JSON documents as trees of [`Node`]s.

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::node::{Entry, Node, NodeKind, Scalar};
use super::scalar::Style;
use super::yaml::SyntaxError;

/// Strict JSON: none of the extensions.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a JSON text; `None` where it is empty.
///
/// # Errors
/// The first place where it is no JSON.
pub fn parse(text: &str) -> Result<Option<Node>, SyntaxError> {
    match parse_to_ast(text, &CollectOptions::default(), &STRICT) {
        Ok(result) => Ok(result.value.map(node)),
        Err(error) => {
            let range = error.range();
            let message = lower_first(&error.kind().to_string());
            let help = "JSON takes no comments and no commas behind the last value; strings and keys stand in \
                        double quotes.";
            Err(SyntaxError {
                range: range.start..range.end,
                message,
                help: help.to_owned(),
            })
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or(String::new(), |c| c.to_lowercase().chain(chars).collect())
}

fn node(value: Value<'_>) -> Node {
    let range = value.range();
    let scalar = |text: String, style| NodeKind::Scalar(Scalar::new(text, style));
    let kind = match value {
        Value::StringLit(literal) => scalar(literal.value.into_owned(), Style::Json),
        Value::NumberLit(literal) => scalar(literal.value.to_owned(), Style::Plain),
        Value::BooleanLit(literal) => scalar(literal.value.to_string(), Style::Plain),
        Value::NullKeyword(_) => scalar("null".to_owned(), Style::Plain),
        Value::Array(array) => NodeKind::Sequence(array.elements.into_iter().map(node).collect()),
        Value::Object(object) => {
            let entries = object.properties.into_iter().map(|property| {
                let key_range = property.name.range();
                let name = match property.name {
                    ObjectPropName::String(literal) => literal.value.into_owned(),
                    ObjectPropName::Word(word) => word.value.to_owned(),
                };
                let key = Node {
                    range: key_range.start..key_range.end,
                    alias: None,
                    kind: NodeKind::Scalar(Scalar::new(name, Style::Json)),
                };
                Entry {
                    key,
                    value: node(property.value),
                }
            });
            NodeKind::Mapping(entries.collect())
        }
    };
    Node {
        range: range.start..range.end,
        alias: None,
        kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_places() {
        let text = r#"{"a": [1, "x\u00e9\n\ud83d\ude00y"], "b": null}"#;
        let root = parse(text).expect("JSON").expect("a value");
        let string = &root.get("a").and_then(Node::as_sequence).expect("a list")[1];
        assert_eq!(string.as_str(), Some("xé\n😀y"));
        let place = |decoded| &text[string.locate(text, decoded)];
        assert_eq!(place(0..1), "x");
        assert_eq!(place(1..3), r"\u00e9");
        assert_eq!(place(3..4), r"\n");
        assert_eq!(place(4..8), r"\ud83d\ude00");
        assert_eq!(place(8..9), "y");
        assert!(root.get("b").is_some_and(Node::is_null));
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for text in ["{", "[1,]", "{'a': 1}", "{\"a\": 1} x", "// a\n1", "[01]", "\"\t"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(" ").expect("nothing").is_none());
    }
}

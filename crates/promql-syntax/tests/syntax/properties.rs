//! What must hold of every text and every expression.

use promql_syntax::ast::Expr;
use promql_syntax::{ParseOptions, Span, format, parse};
use proptest::prelude::*;

use crate::generate;

/// The tree without its places.
fn shape(expr: &Expr) -> String {
    let text = format!("{expr:?}");
    regex::Regex::new(r"\b\d+\.\.\d+\b")
        .expect("a pattern")
        .replace_all(&text, "")
        .into_owned()
}

fn check_spans(text: &str, expr: &Expr, within: Span) {
    let Span { start, end } = expr.span;
    assert!(
        start <= end && text.is_char_boundary(start) && text.is_char_boundary(end),
        "{text:?}: {:?}",
        expr.span
    );
    assert!(
        within.start <= start && end <= within.end,
        "{:?} is not within {within:?} in {text:?}",
        expr.span
    );
    for child in expr.children() {
        check_spans(text, child, expr.span);
    }
}

proptest! {
    #[test]
    fn printing_and_parsing_is_the_identity(text in generate::expression()) {
        let parsed = parse(&text, &ParseOptions::ALL);
        if parsed.errors.is_empty() {
            let printed = parsed.expr.to_string();
            let again = parse(&printed, &ParseOptions::ALL);
            prop_assert_eq!(&again.errors, &[], "{} printed as {}", &text, &printed);
            // What printing makes normal stays as it is.
            prop_assert_eq!(again.expr.to_string(), printed.clone(), "{}", &text);
            let third = parse(&again.expr.to_string(), &ParseOptions::ALL);
            prop_assert_eq!(shape(&again.expr), shape(&third.expr));

            let laid_out = format(&text, &parsed);
            let of_layout = parse(&laid_out, &ParseOptions::ALL);
            prop_assert_eq!(&of_layout.errors, &[], "{} laid out as {}", &text, &laid_out);
            prop_assert_eq!(of_layout.expr.to_string(), printed);
            prop_assert_eq!(format(&laid_out, &of_layout), laid_out);
        }
    }

    #[test]
    fn every_place_lies_in_the_text_and_in_its_parent(text in prop_oneof![generate::expression(), generate::damaged()]) {
        let parsed = parse(&text, &ParseOptions::ALL);
        check_spans(&text, &parsed.expr, Span::new(0, text.len()));
        for error in &parsed.errors {
            let Span { start, end } = error.span;
            prop_assert!(start <= end && end <= text.len(), "{:?}: {:?}", &text, error);
            prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{:?}: {:?}", &text, error);
            prop_assert!(!error.message.is_empty() && !error.help.is_empty());
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let parsed = parse(&text, &ParseOptions::default());
        let _ = parsed.expr.to_string();
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = parse(&String::from_utf8_lossy(&bytes), &ParseOptions::ALL);
    }

    #[test]
    fn no_series_panics(text in "[a-z{}\"=,: 0-9x+_.\\[\\]-]{0,40}") {
        let _ = promql_syntax::series::parse_series_description(&text);
    }
}

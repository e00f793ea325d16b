//! Any text: parsing, printing and laying out never fail, and what is printed means the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use promql_syntax::series::parse_series_description;
use promql_syntax::{ParseOptions, format, parse};

fuzz_target!(|text: &str| {
    let _ = parse_series_description(text);
    let parsed = parse(text, &ParseOptions::ALL);
    for error in &parsed.errors {
        assert!(text.get(error.span.start..error.span.end).is_some());
    }
    if parsed.errors.is_empty() {
        let printed = parsed.expr.to_string();
        let again = parse(&printed, &ParseOptions::ALL);
        assert!(again.errors.is_empty(), "{printed}: {:?}", again.errors);
        assert_eq!(again.expr.to_string(), printed);
        let laid_out = format(text, &parsed);
        assert!(parse(&laid_out, &ParseOptions::ALL).errors.is_empty(), "{laid_out}");
    }
});

//! What holds for every template.

use gotemplate::prometheus::{AlertContext, AlertTemplate, Sample, SampleValue, expand_alert_template};
use gotemplate::{FunctionSet, check_alert_template};
use proptest::prelude::*;

/// Pieces of templates, in no sensible order.
fn pieces() -> impl Strategy<Value = String> {
    let mut words: Vec<String> = [
        "{{",
        "}}",
        "{{- ",
        " -}}",
        "{{ if ",
        "{{ else }}",
        "{{ else if ",
        "{{ end }}",
        "{{ range ",
        "{{ with ",
        "{{ define ",
        "{{ template ",
        "{{ block ",
        "{{ break }}",
        "{{ continue }}",
        "{{/*",
        "*/}}",
        "(",
        ")",
        "|",
        ".",
        ":=",
        "=",
        ",",
        "$x",
        "$",
        "$labels",
        "$value",
        ".Labels",
        ".job",
        " ",
        "\n",
        "\"",
        "\"a\"",
        "\"%*d\"",
        "`",
        "'a'",
        "1",
        "-1",
        "1.5e300",
        "0x",
        "1i",
        "nil",
        "true",
        "é",
        "\u{0}",
        "{{ $labels.job }}",
        "{{ $value }}",
        "text",
    ]
    .map(str::to_owned)
    .to_vec();
    words.extend(FunctionSet::prometheus().names().map(|name| format!("{name} ")));
    prop::collection::vec(prop::sample::select(words), 0..20).prop_map(|words| words.concat())
}

fn expand(text: &str) -> String {
    let context = AlertContext {
        labels: &[("job".to_owned(), "api".to_owned())],
        external_labels: &[],
        external_url: "http://localhost",
        server_url: None,
        value: &SampleValue::Float(1.5),
        timestamp_ms: 1_700_000_000_000,
    };
    let mut query = |expression: &str, _: i64| match expression {
        "a" => Ok(vec![Sample {
            labels: vec![("job".to_owned(), "db".to_owned())],
            value: SampleValue::Float(f64::NAN),
        }]),
        other => Err(format!("no {other}")),
    };
    expand_alert_template("X", text, &context, &mut query)
}

/// Formats, right and wrong.
const FORMAT: &str = r"(%[-+# 0]{0,3}(\[[0-9]\])?[0-9*]{0,2}(\.[0-9*]{0,2})?[a-zA-Z%]){0,4}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Text without actions stays as it is.
    #[test]
    fn text_is_itself(text in "[^{]*|(\\{[^{])*") {
        prop_assert_eq!(expand(&text), text);
    }

    /// Whatever the template, there is a text, and errors point into the template.
    #[test]
    fn nothing_panics(text in prop_oneof![pieces(), any::<String>()]) {
        expand(&text);
        let found = check_alert_template("X", &text);
        for error in &found.errors {
            prop_assert!(text.get(error.range.clone()).is_some(), "{error:?}");
            if let Some(opened) = &error.opened {
                prop_assert!(text.get(opened.clone()).is_some(), "{error:?}");
            }
        }
        let parsed = AlertTemplate::parse("X", &text);
        prop_assert_eq!(parsed.err().unwrap_or_default(), found.errors);
        for label in &found.labels {
            prop_assert!(text.get(label.range.clone()).is_some(), "{label:?}");
        }
    }

    /// What a string literal says is what is printed.
    #[test]
    fn a_quoted_string_is_its_text(text in "[^\"\\\\\n{}]*") {
        let template = format!("{{{{ \"{text}\" }}}}");
        prop_assert_eq!(expand(&template), text);
    }

    /// Formats and values of any kind give a text.
    #[test]
    fn formats_never_panic(format in FORMAT, number in any::<f64>(), int in any::<i64>()) {
        expand(&format!("{{{{ printf {format:?} {int} \"s\" {number:e} $labels (toTime 1.5) }}}}"));
    }

    /// The shortest form of a number reads back as the same number.
    #[test]
    fn numbers_read_back(number in any::<f64>().prop_filter("finite", |number| number.is_finite())) {
        let text = expand(&format!("{{{{ print {number:e} }}}}"));
        prop_assert_eq!(text.parse::<f64>(), Ok(number));
    }
}

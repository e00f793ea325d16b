//! What is said of a template without running it.

use gotemplate::{LabelSource, TemplateUse, check_alert_template};

fn check(text: &str) -> TemplateUse {
    check_alert_template("X", text)
}

/// The errors as "message @ the text that they point to".
fn errors(text: &str) -> Vec<String> {
    let found = check(text).errors;
    let show = |error: gotemplate::ParseError| format!("{} @ {:?}", error.reason, &text[error.range]);
    found.into_iter().map(show).collect()
}

#[test]
fn errors_point_to_what_is_wrong() {
    let cases: &[(&str, &[&str])] = &[
        ("nothing wrong {{ $labels.job }}", &[]),
        (
            "{{ $labels.job | nope }}",
            &[r#"function "nope" not defined @ "nope""#],
        ),
        ("é {{ $nope.job }}", &[r#"undefined variable "$nope" @ "$nope""#]),
        ("a {{ if }}b{{ end }}", &[r#"missing value for if @ "{{ if }}""#]),
        ("a {{ if true }}b", &[r#"unexpected EOF @ """#]),
        ("a {{ end }}", &[r#"unexpected {{end}} @ "{{ end }}""#]),
        ("{{ $labels.job", &[r#"unclosed action @ "{{ $labels.job""#]),
        (r#"{{ "abc }}"#, &[r#"unterminated quoted string @ "\"abc }}""#]),
        ("{{ $labels.a-b }}", &[r#"bad character U+002D '-' @ "-""#]),
        (
            "{{ 1 | 2 }}",
            &[r#"non executable command in pipeline stage 2 @ "2""#],
        ),
        ("{{ print (1 }}", &[r#"unclosed left paren @ "(""#]),
        ("{{ break }}", &[r#"{{break}} outside {{range}} @ "break""#]),
    ];
    for (text, expected) in cases {
        assert_eq!(errors(text), *expected, "{text}");
    }
}

#[test]
fn more_than_one_error_is_found() {
    let cases: &[(&str, &[&str])] = &[
        (
            "{{ one }}{{ two 1 (three) }}",
            &[
                r#"function "one" not defined @ "one""#,
                r#"function "two" not defined @ "two""#,
                r#"function "three" not defined @ "three""#,
            ],
        ),
        (
            r#"{{ $a }}{{ "\z" }}{{ "ok" }}{{ nope }}"#,
            &[
                r#"undefined variable "$a" @ "$a""#,
                r#"invalid syntax @ "\"\\z\"""#,
                r#"function "nope" not defined @ "nope""#,
            ],
        ),
        // Blocks that the unreadable action opens are open all the same.
        (
            "{{ if , }}{{ nope }}{{ else }}x{{ end }}",
            &[
                r#"unexpected "," in if @ ",""#,
                r#"function "nope" not defined @ "nope""#,
            ],
        ),
        // After an unreadable action, a missing end may be its fault.
        (
            "{{ if true }}{{ ens, }} text {{ $labels.job }}",
            &[
                r#"function "ens" not defined @ "ens""#,
                r#"unexpected "," in operand @ ",""#,
            ],
        ),
        (
            "{{ 'a }}{{ \"b }}{{ nope }}",
            &[
                r#"unterminated character constant @ "'a }}{{ \"b }}{{ nope }}""#,
                r#"unterminated quoted string @ "\"b }}{{ nope }}""#,
                r#"function "nope" not defined @ "nope""#,
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(errors(text), *expected, "{text}");
    }
}

#[test]
fn the_block_that_is_left_open_is_named() {
    let text = "a {{ if true }}{{ range $labels }}b{{ end }} c";
    let errors = check(text).errors;
    assert_eq!(errors.len(), 1);
    assert_eq!(&text[errors[0].opened.clone().unwrap()], "{{ if true }}");
}

/// The labels as "source name @ offset".
fn labels(text: &str) -> Vec<String> {
    let show = |found: gotemplate::Use| {
        let at = text[found.range.clone()].trim_matches(['"', '`']);
        assert_eq!(at, found.label);
        let source = match found.source {
            LabelSource::Alert => "alert",
            LabelSource::External => "external",
            LabelSource::Other => "other",
        };
        format!("{source} {}", found.label)
    };
    check(text).labels.into_iter().map(show).collect()
}

#[test]
fn labels_are_found_where_they_are_read() {
    let cases: &[(&str, &[&str])] = &[
        ("no template", &[]),
        (
            "{{ $labels.job }} {{ .Labels.instance }}",
            &["alert job", "alert instance"],
        ),
        ("{{ $.Labels.job }}", &["alert job"]),
        (r#"{{ index $labels "job" }}"#, &["alert job"]),
        ("{{ index .Labels `job` | title }}", &["alert job"]),
        ("{{ $externalLabels.region }}", &["external region"]),
        ("{{ .ExternalLabels.region }}", &["external region"]),
        ("{{ $l := $labels }}{{ $l.job }}", &["alert job"]),
        ("{{ with $labels }}{{ .job }}{{ end }}", &["alert job"]),
        (
            "{{ with $l := .Labels }}{{ $l.job }}{{ else }}{{ .Labels.a }}{{ end }}",
            &["alert job", "alert a"],
        ),
        (
            r#"{{ range query "up" }}{{ .Labels.instance }}{{ $labels.job }}{{ end }}{{ .Labels.a }}"#,
            &["other instance", "alert job", "alert a"],
        ),
        (
            r#"{{ (query "up" | first).Labels.instance }}"#,
            &["other instance"],
        ),
        (
            r#"{{ query "up" | first | label "instance" }}"#,
            &["other instance"],
        ),
        (
            "{{ if $labels.a }}{{ $labels.b }}{{ else if $labels.c }}{{ end }}",
            &["alert a", "alert b", "alert c"],
        ),
        (
            "{{ ($labels).job }} {{ (.).Labels.a }}",
            &["alert job", "alert a"],
        ),
        ("{{ printf \"%s\" $labels.job }}", &["alert job"]),
        ("{{ index (args 1) \"arg0\" }}{{ (args 1).arg0 }}", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(labels(text), *expected, "{text}");
    }
}

#[test]
fn the_use_of_all_labels_is_noted() {
    let cases: &[(&str, &[&str])] = &[
        ("{{ $labels.job }}", &[]),
        ("{{ $labels }}", &["$labels"]),
        ("{{ . }}", &["."]),
        ("{{ printf \"%v\" $labels }}", &["$labels"]),
        ("{{ range $k, $v := $labels }}{{ $k }}{{ end }}", &["$labels"]),
        ("{{ $l := $labels }}", &[]),
        ("{{ with $labels }}{{ .job }}{{ end }}", &[]),
        ("{{ ($labels).job }}", &[]),
        ("{{ print ($labels) }}", &["($labels)"]),
        ("{{ index $labels $name }}", &["$labels"]),
        ("{{ len .Labels }}", &[".Labels"]),
        ("{{ template \"t\" . }}", &["."]),
        ("{{ if $labels }}{{ end }}", &["$labels"]),
    ];
    for (text, expected) in cases {
        let found = check(text).whole_labels;
        let shown: Vec<&str> = found.into_iter().map(|range| &text[range]).collect();
        assert_eq!(shown, *expected, "{text}");
    }
}

#[test]
fn functions_variables_values_and_queries_are_listed() {
    let text = r#"{{ $x := $value | humanize }}{{ $x }}{{ query "up == 0" | first | value | printf "%.2f" }}{{ .Value }}"#;
    let found = check(text);
    let words = |found: &[gotemplate::Literal]| -> Vec<String> {
        found
            .iter()
            .map(|word| format!("{} @ {}", word.text, &text[word.range.clone()]))
            .collect()
    };
    assert_eq!(
        words(&found.functions),
        [
            "humanize @ humanize",
            "query @ query",
            "first @ first",
            "value @ value",
            "printf @ printf"
        ]
    );
    assert_eq!(words(&found.variables), ["$value @ $value", "$x @ $x"]);
    assert_eq!(words(&found.queries), [r#"up == 0 @ "up == 0""#]);
    let values: Vec<&str> = found.values.into_iter().map(|range| &text[range]).collect();
    assert_eq!(values, ["$value", ".Value"]);
}

#[test]
fn a_value_in_a_condition_decides_and_is_not_shown() {
    let text = "{{ if gt $value 5.0 }}much{{ else if lt $value 1.0 }}{{ .Value }}{{ end }}{{ with $value }}{{ . }}{{ end }}";
    let found = check(text);
    let pieces = |ranges: Vec<std::ops::Range<usize>>| -> Vec<&str> {
        ranges.into_iter().map(|range| &text[range]).collect()
    };
    assert_eq!(pieces(found.deciding_values), ["$value", "$value"]);
    assert_eq!(pieces(found.values), [".Value", "$value", "."]);
}

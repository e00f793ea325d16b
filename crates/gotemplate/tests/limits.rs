//! No template hangs, overflows the stack, or eats memory.

use std::time::{Duration, Instant};

use gotemplate::prometheus::{AlertContext, DEFINITIONS, Sample, SampleValue};
use gotemplate::{ExecError, FunctionSet, Limits, Template, check_alert_template};

fn run_with(limits: Limits, text: &str) -> Result<String, ExecError> {
    let source = format!("{DEFINITIONS}{text}");
    let template = Template::parse("X", &source, FunctionSet::prometheus())
        .unwrap_or_else(|errors| panic!("{text}: {}", errors[0]))
        .with_limits(limits);
    let context = AlertContext {
        labels: &[],
        external_labels: &[],
        external_url: "",
        server_url: Some("http://example.org/prom"),
        value: &SampleValue::Float(1.0),
        timestamp_ms: 0,
    };
    template.execute(&context, &mut |_: &str, _: i64| {
        Ok::<Vec<Sample>, String>(Vec::new())
    })
}

#[test]
fn templates_that_go_on_for_ever_are_stopped() {
    let endless = [
        ("a loop", "{{ range 1000000000000 }}{{ end }}"),
        (
            "loops in loops",
            "{{ range 100000 }}{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}{{ end }}",
        ),
        ("output", "{{ range 1000000000 }}0123456789{{ end }}"),
        (
            "growing text",
            r#"{{ $x := "ab" }}{{ range 1000 }}{{ $x = print $x $x }}{{ end }}"#,
        ),
        (
            "padding",
            r#"{{ range 1000 }}{{ printf "%1000000d" 1 }}{{ end }}"#,
        ),
        (
            "padding in one format",
            r#"{{ printf (printf "%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s" "%1000000[1]d%1000000[1]d") 1 }}"#,
        ),
        (
            "escaping",
            r#"{{ $x := "<" }}{{ range 1000 }}{{ $x = html $x $x }}{{ end }}"#,
        ),
        (
            "replacing",
            r#"{{ $x := "a" }}{{ range 1000 }}{{ $x = reReplaceAll "a" "aaaaaaaaaa" $x }}{{ end }}"#,
        ),
        (
            "nesting",
            "{{ $x := 1 }}{{ range 100000 }}{{ $x = args $x $x }}{{ end }}{{ $x }}",
        ),
        (
            "queries",
            r#"{{ range 1000000000 }}{{ $x := query "up" }}{{ end }}"#,
        ),
        (
            "calls",
            r#"{{ define "t" }}{{ range 10 }}{{ template "t" }}{{ end }}{{ end }}{{ template "t" }}"#,
        ),
        (
            "calls of two",
            r#"{{ define "a" }}{{ template "b" }}{{ template "b" }}{{ end }}{{ define "b" }}{{ template "a" }}{{ template "a" }}{{ end }}{{ template "a" }}"#,
        ),
    ];
    // A tenth of the usual, since the tests are not optimized.
    let limits = Limits {
        steps: Limits::default().steps / 10,
        bytes: Limits::default().bytes / 10,
    };
    for (name, text) in endless {
        let start = Instant::now();
        let error = run_with(limits, text).expect_err(name);
        let depth = error.reason == "exceeded maximum template depth (100000)";
        assert!(error.limit || depth, "{name}: {error}");
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{name}: {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn limits_are_where_they_are_set() {
    let limits = Limits {
        steps: 100,
        bytes: 100,
    };
    assert_eq!(
        run_with(limits, "{{ range 10 }}x{{ end }}").as_deref(),
        Ok("xxxxxxxxxx")
    );
    let error = run_with(limits, "{{ range 1000 }}{{ end }}").expect_err("steps");
    assert_eq!(error.reason, "too many steps: the template was stopped");
    let error = run_with(limits, r#"{{ printf "%101d" 1 }}"#).expect_err("bytes");
    assert_eq!(error.reason, "too much text: the template was stopped");
}

/// What takes long for each of many parts must not look at all of the parts.
#[test]
fn large_templates_take_no_longer_than_their_size() {
    let many = 8_000;
    let parts: [(&str, &dyn Fn(usize) -> String); 6] = [
        ("variables", &|n| {
            format!("{{{{ $v{n} := 1 }}}}{{{{ $v{} }}}}", n / 2)
        }),
        ("unknown functions", &|n| format!("{{{{ f{n} }}}}\n")),
        ("unknown variables", &|n| format!("{{{{ $v{n} }}}}\n")),
        ("definitions", &|n| {
            format!("{{{{ define \"t{n}\" }}}}x{{{{ end }}}}")
        }),
        ("labels", &|n| format!("{{{{ $labels.l{n} }}}}")),
        ("mistakes", &|n| format!("{{{{ {n}a }}}}{{{{/* }}}}")),
    ];
    for (name, part) in parts {
        let text: String = (0..many).map(part).collect();
        let start = Instant::now();
        let found = check_alert_template("X", &text);
        if found.errors.is_empty() {
            // It may be too much, but not for long.
            let _ = run_with(Limits::default(), &text);
        }
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{name}: {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn blocks_may_nest_deeply() {
    let deep = "{{ if true }}".repeat(20_000) + "x" + &"{{ end }}".repeat(20_000);
    assert_eq!(run_with(Limits::default(), &deep).as_deref(), Ok("x"));
    let chain = "{{ if false }}".to_owned() + &"{{ else if false }}".repeat(20_000) + "{{ else }}x{{ end }}";
    assert_eq!(run_with(Limits::default(), &chain).as_deref(), Ok("x"));
}

#[test]
fn parentheses_may_nest_a_hundred_deep() {
    let nested = |depth: usize| format!("{{{{ {}1{} }}}}", "(print ".repeat(depth), ")".repeat(depth));
    assert_eq!(run_with(Limits::default(), &nested(100)).as_deref(), Ok("1"));
    let errors = Template::parse("X", &nested(101), FunctionSet::go()).expect_err("too deep");
    assert_eq!(errors[0].message, "template: X:1: max expression depth exceeded");
    assert!(Template::parse("X", &nested(100_000), FunctionSet::go()).is_err());
}

#[test]
fn a_server_has_a_url() {
    let text = "{{ externalURL }} {{ pathPrefix }}";
    assert_eq!(
        run_with(Limits::default(), text).as_deref(),
        Ok("http://example.org/prom /prom")
    );
}

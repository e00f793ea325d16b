use super::*;

mod go;
mod javascript;
mod python;

/// What a project of these files declares, a line each: name, type, labels, buckets.
fn shown(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| {
            let language = Language::of(std::path::Path::new(path)).expect("a known ending");
            (language, Arc::new(SourceFile::new(*path, *text)))
        })
        .collect();
    let code = read(&files);
    let mut lines: Vec<String> = code.metrics.iter().map(line).collect();
    lines.extend(code.gaps.iter().map(|gap| format!("gap: {}", gap.what)));
    lines
}

fn line(metric: &Metric) -> String {
    use crate::catalog::labels::{Presence, Values};
    let mut line = format!("{} {:?}", metric.name, metric.kind);
    for (name, label) in metric.labels.iter() {
        let mark = if label.presence == Presence::Always {
            ""
        } else {
            "?"
        };
        let values = match &label.values {
            Values::Any => "*".to_owned(),
            Values::OneOf(known) => known.iter().cloned().collect::<Vec<_>>().join("|"),
        };
        line.push_str(&format!(" {name}{mark}={values}"));
    }
    if metric.labels.is_open() {
        line.push_str(" …");
    }
    if let Some(buckets) = &metric.buckets {
        line.push_str(&format!(" {buckets:?}"));
    }
    line
}

/// Pieces of source, put together in any order: what parsers and evaluation see when somebody is typing.
const PIECES: [&str; 34] = [
    "from prometheus_client import Counter, Histogram\n",
    "Counter(",
    "'a'",
    "\"b\"",
    "f'{x}'",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "x",
    " = ",
    ".labels(",
    "for x in ",
    "\n",
    "    ",
    "def f(",
    "):\n",
    "class C:\n",
    "lambda x: ",
    "import \"github.com/prometheus/client_golang/prometheus\"\n",
    "prometheus.NewCounterVec(prometheus.CounterOpts{Name: ",
    "const x = ",
    "[]string{",
    "import c from 'prom-client';\n",
    "new c.Histogram({ name: ",
    "labelNames: ",
    "`${x}`",
    "...",
    ",",
    " if ",
    " else ",
    "\\",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn no_source_makes_it_panic(pieces in proptest::collection::vec(0..PIECES.len(), 0..60), ending in 0..4usize) {
        let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
        let path = ["m.py", "m.go", "m.js", "m.ts"][ending];
        shown(&[(path, &format!("# prometheus prom-client\n{text}")), ("other.py", &text)]);
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}", ending in 0..4usize) {
        let path = ["m.py", "m.go", "m.js", "m.ts"][ending];
        shown(&[(path, &format!("{text} prometheus prom-client"))]);
    }
}

#[test]
fn names_that_stand_for_each_other_and_deep_nesting_end() {
    let imports = "from prometheus_client import Counter\n";
    let circle = format!("{imports}a = b\nb = a\nCounter(a, 'h')\n");
    let deep = format!(
        "{imports}Counter({}'x'{}, 'h')\n",
        "(".repeat(20_000),
        ")".repeat(20_000)
    );
    let long = format!("{imports}Counter('x', 'h', [{}])\n", "'a', ".repeat(10_000));
    for text in [circle, deep, long] {
        shown(&[("m.py", &text)]);
    }
    let circle = [
        (
            "a.py",
            "from b import X\nfrom prometheus_client import Counter\nCounter(X, 'h')\n",
        ),
        ("b.py", "from a import X\n"),
    ];
    shown(&circle);
}

use super::shown;

fn one(expression: &str) -> String {
    let text = format!("import client, {{ Counter as C }} from 'prom-client';\nconst x = {expression};\n");
    shown(&[("app/metrics.ts", &text)]).join("\n")
}

#[test]
fn names_types_and_buckets_as_the_library_makes_them() {
    let cases = [
        (
            "new client.Counter({ name: 'jobs_total', help: 'h' })",
            "jobs_total Counter",
        ),
        (
            "new C({ name: \"jobs\", help: 'h', labelNames: ['a', 'b'] as const })",
            "jobs Counter a=* b=*",
        ),
        (
            "new client.Gauge<string>({ name: `depth`, labelNames: [...names] })",
            "depth Gauge …",
        ),
        (
            "new client.Histogram({ name: 'h', help: 'h' })",
            "h Histogram [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]",
        ),
        (
            "new client.Histogram({ name: 'h', buckets: [0.1, 1, Infinity] })",
            "h Histogram [0.1, 1.0]",
        ),
        (
            "new client.Histogram({ name: 'h', buckets: client.linearBuckets(0, 10, 3) })",
            "h Histogram [0.0, 10.0, 20.0]",
        ),
        (
            "new client.Histogram({ name: 'h', buckets: client.exponentialBuckets(1, 2, 3) })",
            "h Histogram [1.0, 2.0, 4.0]",
        ),
        ("new client.Histogram({ ...common, name: 'h' })", "h Histogram …"),
        (
            "new client.Gauge({ name: prefix() + '_x' })",
            "gap: a metric whose name is put together while the program runs",
        ),
        ("new client.Registry()", ""),
        ("new Map({ name: 'x' })", ""),
    ];
    for (expression, wanted) in cases {
        assert_eq!(one(expression), wanted, "{expression}");
    }
}

#[test]
fn the_library_and_constants_come_in_every_way() {
    let files = [
        (
            "src/metrics.js",
            "const prom = require('prom-client');\nconst { Gauge, Histogram: H } = require('prom-client');\n\
             const { PREFIX, NAMES } = require('./names');\n\
             new prom.Counter({ name: `${PREFIX}_a`, help: 'h' });\nnew Gauge({ name: NAMES.depth, help: 'h' });\n\
             const options = { name: PREFIX + '_b', help: 'h', buckets: [1] };\nnew H(options);\n",
        ),
        (
            "src/names.js",
            "export const PREFIX = 'app';\nexport const NAMES = Object.freeze({ depth: 'queue_depth' });\n",
        ),
        (
            "src/more.tsx",
            "import * as prom from 'prom-client';\nclass M { q = new prom.Summary({ name: 'q', help: 'h' }) }\n",
        ),
    ];
    assert_eq!(
        shown(&files),
        [
            "app_a Counter",
            "queue_depth Gauge",
            "app_b Histogram [1.0]",
            "q Summary"
        ]
    );
}

#[test]
fn label_values_are_known_where_all_calls_give_constants() {
    let cases = [
        ("", "kind=*"),
        ("hits.labels('a').inc()", "kind=a"),
        (
            "hits.inc({ kind: 'a' }); this.hits.labels({ kind: BIG }).inc(2)",
            "kind=a|big",
        ),
        ("hits.inc({ kind }, 1)", "kind=*"),
        ("hits.inc({ kind: 'a' }); hits.inc()", "kind=*"),
        ("hits.labels('a').inc(); metric.labels(kind).inc()", "kind=*"),
        ("hits.labels('a').inc(); new Map().set('x', kind)", "kind=a"),
        ("hits.labels('a').inc(); hits.inc({ ...common })", "kind=*"),
    ];
    for (uses, wanted) in cases {
        let text = format!(
            "import client from 'prom-client';\nconst BIG = 'big';\n\
             const hits = new client.Counter({{ name: 'hits', labelNames: ['kind'] }});\n\
             function f(kind, metric, common) {{ {uses} }}\n"
        );
        assert_eq!(
            shown(&[("m.js", &text)]),
            [format!("hits Counter {wanted}")],
            "{uses}"
        );
    }
}

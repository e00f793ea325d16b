use super::shown;

const IMPORTS: &str = "from prometheus_client import Counter, Gauge, Histogram, Summary, Info, Enum\n";

fn one(expression: &str) -> String {
    shown(&[("app/metrics.py", &format!("{IMPORTS}X = {expression}\n"))]).join("\n")
}

#[test]
fn names_types_and_buckets_as_the_library_makes_them() {
    let cases = [
        ("Counter('jobs', 'h')", "jobs_total Counter"),
        (
            "Counter('jobs_total', 'h', unit='bytes')",
            "jobs_bytes_total Counter",
        ),
        (
            "Counter(name='jobs', documentation='h', namespace='app', subsystem='q')",
            "app_q_jobs_total Counter",
        ),
        (
            "Gauge('depth_total', 'h', ['queue'])",
            "depth_total Gauge queue=*",
        ),
        (
            "Gauge('depth', 'h', ('queue', 'host'))",
            "depth Gauge host=* queue=*",
        ),
        ("Gauge('age', 'h', unit='seconds')", "age_seconds Gauge"),
        ("Gauge('age_seconds', 'h', unit='seconds')", "age_seconds Gauge"),
        ("Summary('size', 'h', labelnames=['kind'])", "size Summary kind=*"),
        ("Info('build', 'h')", "build_info Info …"),
        (
            "Enum('state', 'h', states=['on', 'off'])",
            "state StateSet state=off|on",
        ),
        (
            "Histogram('t', 'h', buckets=[1, 2.5, float('inf')])",
            "t Histogram [1.0, 2.5]",
        ),
        (
            "Histogram('t', 'h', buckets=(.1, 1e1))",
            "t Histogram [0.1, 10.0]",
        ),
        (
            "Histogram('t', 'h')",
            "t Histogram [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0]",
        ),
        ("Histogram('t', 'h', buckets=load())", "t Histogram"),
        ("Histogram('t', 'h', **options)", "t Histogram …"),
        ("Gauge('g', 'h', labels())", "g Gauge …"),
        (
            "Gauge(f'{name}_x', 'h')",
            "gap: a metric whose name is put together while the program runs",
        ),
    ];
    for (expression, wanted) in cases {
        assert_eq!(one(expression), wanted, "{expression}");
    }
}

#[test]
fn constants_are_followed_through_the_file_and_imports() {
    let files = [
        (
            "app/constants.py",
            "PREFIX = 'stt'\nCOMMON = ('job_type',)\nclass Names:\n    DEPTH = PREFIX + '_depth'\nEDGES = [2 ** n for n in range(3)]\n",
        ),
        (
            "app/metrics.py",
            "import prometheus_client as prom\nfrom .constants import PREFIX as P, COMMON, Names\nfrom app import constants\n\
             A = prom.Counter(f'{P}_done', 'h', [*COMMON, 'status'])\n\
             B = prom.Gauge(Names.DEPTH, 'h', COMMON + ('x',))\n\
             C = prom.Gauge(constants.PREFIX + '_c', 'h', list(constants.COMMON))\n\
             D = prom.Histogram('d', 'h', buckets=constants.EDGES)\n",
        ),
    ];
    assert_eq!(
        shown(&files),
        [
            "stt_done_total Counter job_type=* status=*",
            "stt_depth Gauge job_type=* x=*",
            "stt_c Gauge job_type=*",
            "d Histogram",
        ]
    );
}

#[test]
fn only_the_library_is_meant() {
    let text = "import collections\nfrom collections import Counter\nA = Counter('abc')\nB = collections.Counter('abc')\n\
                def prometheus(Gauge):\n    return Gauge('x', 'h')\n";
    assert_eq!(shown(&[("a.py", text)]), [""; 0]);
}

#[test]
fn the_library_is_known_through_other_modules_too() {
    let files = [
        ("app/prom.py", "from prometheus_client import Counter\n"),
        (
            "app/m.py",
            "from app.prom import Counter\nX = Counter('x', 'h')\n",
        ),
    ];
    assert_eq!(shown(&files), ["x_total Counter"]);
}

/// What follows the declaration of `HITS` with the label `kind`, and of `OTHER` with two.
fn with_uses(uses: &str) -> String {
    let text = format!(
        "{IMPORTS}KINDS = ('a', 'b')\nHITS = Counter('hits', 'h', ['kind'])\n\
         OTHER = Counter('other', 'h', ['kind', 'code'])\n{uses}\n"
    );
    shown(&[("app/metrics.py", &text)]).remove(0)
}

#[test]
fn label_values_are_known_where_all_calls_give_constants() {
    let cases = [
        ("", "kind=*"),
        ("HITS.labels('a').inc()", "kind=a"),
        ("HITS.labels(kind='a').inc(); HITS.labels('b').inc()", "kind=a|b"),
        ("HITS.labels(200).inc()", "kind=200"),
        ("for k in KINDS:\n    HITS.labels(k)", "kind=a|b"),
        ("def f(k):\n    HITS.labels(k).inc()", "kind=*"),
        (
            "HITS.labels('a').inc()\ndef f(k):\n    HITS.labels(k).inc()",
            "kind=*",
        ),
        ("def f(x):\n    HITS.labels('c' if x else 'd').inc()", "kind=c|d"),
        (
            "def f(k):\n    HITS.labels(k if k in KINDS else 'other').inc()",
            "kind=a|b|other",
        ),
        (
            "def f(k):\n    x = k if k in KINDS else 'other'\n    HITS.labels(x).inc()",
            "kind=a|b|other",
        ),
        // Whoever `metric` is, it may be HITS.
        (
            "HITS.labels('a')\ndef f(metric, x):\n    metric.labels(x)",
            "kind=*",
        ),
        (
            "HITS.labels('a')\ndef f(metric):\n    metric.labels('z')",
            "kind=a|z",
        ),
        // It has two labels, so it is not HITS.
        (
            "HITS.labels('a')\ndef f(metric, x):\n    metric.labels(x, x)",
            "kind=a",
        ),
        ("HITS.labels('a')\nf(OTHER.labels)", "kind=a"),
        ("HITS.labels('a')\nf(HITS.labels)", "kind=*"),
        ("HITS.labels('a')\nHITS.labels(*args)", "kind=*"),
    ];
    for (uses, wanted) in cases {
        assert_eq!(with_uses(uses), format!("hits_total Counter {wanted}"), "{uses}");
    }
}

#[test]
fn processes_that_share_their_metrics_tell_gauges_apart_by_pid() {
    let text = format!(
        "{IMPORTS}from prometheus_client.multiprocess import MultiProcessCollector\n\
         A = Gauge('a', 'h')\nB = Gauge('b', 'h', multiprocess_mode='livesum')\n\
         C = Gauge('c', 'h', multiprocess_mode='liveall')\n"
    );
    assert_eq!(
        shown(&[("m.py", &text)]),
        ["a Gauge pid?=*", "b Gauge", "c Gauge pid?=*"]
    );
}

#[test]
fn libraries_that_add_metrics_are_gaps() {
    let text =
        "from prometheus_fastapi_instrumentator import Instrumentator\nInstrumentator().instrument(app)\n";
    assert_eq!(
        shown(&[("main.py", text)]),
        ["gap: prometheus_fastapi_instrumentator adds metrics of HTTP requests"]
    );
}

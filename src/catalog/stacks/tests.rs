use super::*;
use crate::catalog::tests::shown;
use crate::source::discover::FoundFile;

struct Tree(tempfile::TempDir);

fn tree(files: &[(&str, &str)]) -> Tree {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    Tree(dir)
}

impl Tree {
    fn paths(&self) -> Vec<PathBuf> {
        let walk = ignore::WalkBuilder::new(self.0.path())
            .sort_by_file_path(Path::cmp)
            .build();
        let files = walk
            .flatten()
            .filter(|e| e.file_type().is_some_and(|t| t.is_file()));
        files.map(ignore::DirEntry::into_path).collect()
    }

    fn catalogs(&self) -> Catalogs {
        let settings = self.0.path().join("rulecheck.yml");
        let settings = match settings.is_file() {
            true => crate::model::settings::load(&settings).expect("settings"),
            false => Settings::default(),
        };
        let found: Vec<FoundFile> = self
            .paths()
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "yml"))
            .map(|path| FoundFile { path, named: false })
            .collect();
        let project = Project::load(&found, false);
        Catalogs::new(&project, &code::load(&self.paths()), &settings).expect("catalogs")
    }
}

fn series(catalog: &Catalog, name: &str) -> String {
    catalog
        .lookup(name)
        .map_or_else(|| "unknown".to_owned(), |facts| shown(&facts.labels))
}

const CONFIG: &str = "
global: {scrape_interval: 15s}
scrape_configs:
  - job_name: cache
    static_configs: [{targets: ['redis-exporter:9121']}]
  - job_name: backend
    scrape_interval: 10s
    static_configs: [{targets: ['backend:8000'], labels: {zone: a}}]
";
const COMPOSE: &str = "
services:
  redis-exporter: {image: 'oliver006/redis_exporter:latest'}
  backend: {image: app}
";
const CODE: &str = "
from prometheus_client import Counter
HITS = Counter('hits', 'h', ['kind', 'job'])
";

#[test]
fn jobs_expose_what_their_targets_are() {
    let tree = tree(&[
        ("prometheus.yml", CONFIG),
        ("compose.yml", COMPOSE),
        ("backend/metrics.py", CODE),
    ]);
    let catalogs = tree.catalogs();
    let catalog = &catalogs.stacks()[0].catalog;
    let cases = [
        (
            "hits_total",
            "exported_job=* instance=backend:8000 job=backend kind=* zone=a",
        ),
        ("redis_up", "instance=redis-exporter:9121 job=cache"),
        ("redis_db_keys", "db=* instance=redis-exporter:9121 job=cache"),
        (
            "python_info",
            "implementation=* instance=backend:8000 job=backend major=* minor=* patchlevel=* version=* zone=a",
        ),
        (
            "up",
            "instance=backend:8000|redis-exporter:9121 job=backend|cache zone?=a",
        ),
        ("hits", "unknown"),
    ];
    for (name, labels) in cases {
        assert_eq!(series(catalog, name), labels, "{name}");
    }
    assert_eq!(catalog.extent(), Extent::Most);
    assert_eq!(
        catalog.lookup("hits_total").and_then(|facts| facts.interval),
        Some(10_000)
    );
    assert_eq!(
        catalog.lookup("redis_up").and_then(|facts| facts.interval),
        Some(15_000)
    );
}

#[test]
fn the_settings_say_which_job_exposes_what() {
    let settings = "
catalog:
  - {job: backend, code: 'services/**', complete: true}
  - {job: cache, exposition: page.txt, complete: true}
";
    let tree = tree(&[
        ("prometheus.yml", CONFIG),
        ("rulecheck.yml", settings),
        ("services/metrics.py", CODE),
        ("page.txt", "# TYPE cached gauge\ncached{a=\"b\"} 1\n"),
        (
            "other/metrics.py",
            "import prometheus_client as p\nX = p.Gauge('other', 'h')\n",
        ),
    ]);
    let catalogs = tree.catalogs();
    let catalog = &catalogs.stacks()[0].catalog;
    assert_eq!(
        series(catalog, "cached"),
        "a=* instance=redis-exporter:9121 job=cache"
    );
    assert_eq!(series(catalog, "redis_up"), "unknown");
    assert_eq!(catalog.extent(), Extent::All);
    // Nobody scrapes it that is known.
    assert_eq!(series(catalog, "other"), "instance?=* job?=* …");
}

#[test]
fn relabelling_changes_targets_and_series() {
    let config = "
scrape_configs:
  - job_name: api
    static_configs: [{targets: ['a:80', 'b:80'], labels: {env: prod}}]
    relabel_configs:
      - {source_labels: [__address__], regex: 'b:.*', action: drop}
      - {source_labels: [__address__], regex: '(.+):80', target_label: host}
      - {regex: env, action: labeldrop}
    metric_relabel_configs:
      - {source_labels: [__name__], regex: 'hits_created', action: drop}
      - {regex: kind, action: labeldrop}
";
    let tree = tree(&[("prometheus.yml", config), ("api/metrics.py", CODE)]);
    let catalogs = tree.catalogs();
    let catalog = &catalogs.stacks()[0].catalog;
    assert_eq!(series(catalog, "up"), "host=a instance=a:80 job=api");
    assert_eq!(
        series(catalog, "hits_total"),
        "exported_job=* host=a instance=a:80 job=api"
    );
    assert_eq!(series(catalog, "hits_created"), "unknown");
}

#[test]
fn targets_in_files_and_those_that_are_discovered() {
    let config = "
scrape_configs:
  - job_name: files
    file_sd_configs: [{files: ['targets/*.json']}]
  - job_name: pods
    kubernetes_sd_configs: [{role: pod}]
    relabel_configs: [{action: labelmap, regex: '__meta_kubernetes_pod_label_(.+)'}]
  - job_name: elsewhere
    file_sd_configs: [{files: [/nowhere/*.json]}]
";
    let targets = r#"[{"targets": ["a:1", "b:2"], "labels": {"team": "x"}}]"#;
    let tree = tree(&[("prometheus.yml", config), ("targets/a.json", targets)]);
    let catalogs = tree.catalogs();
    let jobs: Vec<(&str, String)> = catalogs.stacks()[0]
        .catalog
        .jobs()
        .map(|(_, job)| (job.name.as_str(), shown(&job.target_labels)))
        .collect();
    assert_eq!(
        jobs,
        [
            ("files", "instance=a:1|b:2 job=files team=x".to_owned()),
            ("pods", "instance=* job?=* …".to_owned()),
            ("elsewhere", "instance=* job=elsewhere …".to_owned()),
        ]
    );
}

#[test]
fn each_stack_has_its_own_catalog() {
    let tree = tree(&[
        ("one/prometheus.yml", CONFIG),
        (
            "one/app/metrics.py",
            "from prometheus_client import Gauge\nX = Gauge('one', 'h')\n",
        ),
        ("two/prometheus.yml", CONFIG),
        (
            "two/app/metrics.py",
            "from prometheus_client import Gauge\nX = Gauge('two', 'h')\n",
        ),
    ]);
    let catalogs = tree.catalogs();
    for (rules, known, unknown) in [
        ("one/rules/a.yml", "one", "two"),
        ("two/rules/a.yml", "two", "one"),
    ] {
        let catalog = catalogs.of(&tree.0.path().join(rules));
        assert!(catalog.lookup(known).is_some(), "{rules}");
        assert!(catalog.lookup(unknown).is_none(), "{rules}");
    }
}

#[test]
fn recording_rules_make_series() {
    let rules = "
groups:
  - name: g
    labels: {team: x}
    rules: [{record: 'job:hits:rate5m', expr: 'sum by (job) (rate(hits_total[5m]))', labels: {level: job}}]
";
    let tree = tree(&[("rules.yml", rules)]);
    let mut catalogs = tree.catalogs();
    let catalog = &mut catalogs.stacks_mut()[0].catalog;
    assert_eq!(series(catalog, "job:hits:rate5m"), "level=job team=x …");
    let labels = LabelSet::closed().with("job", Label::always(Values::Any));
    catalog.refine(
        "job:hits:rate5m",
        crate::catalog::SeriesKind::Gauge,
        labels,
        crate::catalog::Bounds::NOT_NEGATIVE,
    );
    assert_eq!(series(catalog, "job:hits:rate5m"), "job=*");
}

#[test]
fn what_the_settings_name_must_be_there() {
    for (entry, message) in [
        ("{job: a, exporter: redis}", "no catalog of `redis` is known"),
        ("{job: a, exposition: no.txt}", "no.txt: cannot read the file"),
        ("{job: a, recorded: bad.json}", "the catalog is no JSON"),
    ] {
        let text = format!("catalog: [{entry}]\n");
        let tree = tree(&[("rulecheck.yml", &text), ("bad.json", "{")]);
        let settings = crate::model::settings::load(&tree.0.path().join("rulecheck.yml")).expect("settings");
        let wrong = Catalogs::new(&Project::default(), &[], &settings).expect_err(entry);
        assert!(wrong[0].message.starts_with(message), "{}", wrong[0].message);
    }
}

#[test]
fn source_is_a_job_s_own_only_where_names_say_so() {
    let cases = [
        ("backend", "backend:8000", Extent::Most),
        ("celery-workers", "worker:9540", Extent::Most),
        ("celery", "celery-exporter:9808", Extent::Some),
        ("cadvisor", "cadvisor:8080", Extent::Some),
        ("blackbox-http", "probe:9115", Extent::Some),
    ];
    let code =
        "from prometheus_client import Gauge\nA = Gauge('celery_depth', 'h')\nB = Gauge('http_open', 'h')\n";
    for (job, target, extent) in cases {
        let config =
            format!("scrape_configs: [{{job_name: {job}, static_configs: [{{targets: ['{target}']}}]}}]\n");
        let tree = tree(&[("prometheus.yml", &config), ("backend/metrics.py", code)]);
        assert_eq!(tree.catalogs().stacks()[0].catalog.extent(), extent, "{job}");
    }
}

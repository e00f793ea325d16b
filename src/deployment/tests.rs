use std::fs;
use std::path::PathBuf;

use super::*;
use crate::source::discover::discover;

/// A project in a folder of its own.
fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    let found = discover(folder.path(), &[folder.path().to_path_buf()], &[], &[]).expect("no globs");
    let project = Project::load(&found.files, true);
    (folder, project)
}

const COMPOSE: &str = "
services:
  prometheus:
    image: prom/prometheus
    command: ['--config.file=/etc/prometheus/main.yml', --web.enable-lifecycle]
    volumes:
      - ../prometheus:/etc/prometheus:ro
      - ./extra.yml:/etc/prometheus/more/extra.yml
      - made:/etc/prometheus/made
  api: {image: example/api, hostname: backend}
";

const RULES: &str = "groups: []\n";

/// What each glob names, relative to the folder; nothing where that is not known.
fn loaded(folder: &tempfile::TempDir, deployment: &Deployment<'_>) -> Vec<Option<Vec<PathBuf>>> {
    let relative = |path: &PathBuf| path.strip_prefix(folder.path()).expect("below").to_owned();
    let files = |glob: &RuleGlob<'_>| {
        glob.files
            .as_ref()
            .map(|files| files.iter().map(relative).collect())
    };
    deployment.rule_globs.iter().map(files).collect()
}

#[test]
fn rule_files_are_found_through_the_mounts_of_the_container() {
    let config = "
scrape_configs: []
rule_files: [rules/*.yml, /etc/prometheus/more/*.yml, made/*.yml, /elsewhere/*.yml, rules/**/*.yml]
";
    let (folder, project) = project(&[
        ("deploy/compose.yml", COMPOSE),
        ("deploy/extra.yml", RULES),
        ("prometheus/main.yml", config),
        ("prometheus/rules/a.yml", RULES),
        ("prometheus/rules/deep/b.yml", RULES),
        ("prometheus/rules/deep/er/c.yml", RULES),
    ]);
    let deployments = Deployments::of(&project);
    let deployment = deployments.iter().next().expect("a deployment");
    assert!(deployment.server.is_some() && deployment.knows_hosts());
    let files = |names: &[&str]| Some(names.iter().map(PathBuf::from).collect::<Vec<_>>());
    let expected = [
        files(&["prometheus/rules/a.yml"]),
        files(&["deploy/extra.yml"]),
        // A volume may hold anything.
        None,
        files(&[]),
        // Prometheus' `**` is no more than `*`.
        files(&["prometheus/rules/deep/b.yml"]),
    ];
    assert_eq!(loaded(&folder, deployment), expected);
    let loads = |name: &str| deployment.loads(&folder.path().join(name));
    assert_eq!(loads("prometheus/rules/a.yml"), Some(true));
    // The volume could hold a link to it.
    assert_eq!(loads("prometheus/rules/deep/er/c.yml"), None);
}

#[test]
fn without_a_container_relative_globs_begin_at_the_configuration() {
    let config = "scrape_configs: []\nrule_files: [r/*.yml, /etc/prometheus/*.yml]\n";
    let (folder, project) = project(&[("p/prometheus.yml", config), ("p/r/a.yml", RULES)]);
    let deployments = Deployments::of(&project);
    let deployment = deployments.iter().next().expect("a deployment");
    assert_eq!(
        loaded(&folder, deployment),
        [Some(vec![PathBuf::from("p/r/a.yml")]), None]
    );
    assert!(deployment.server.is_none() && !deployment.knows_hosts());
}

#[test]
fn services_belong_to_the_nearest_configuration() {
    let config = "scrape_configs: []\n";
    let (_folder, project) = project(&[
        ("one/prometheus/main.yml", config),
        ("one/deploy/compose.yml", COMPOSE),
        ("two/prometheus.yml", config),
        ("two/compose.yml", "services: {web: {image: example/web}}"),
    ]);
    let deployments = Deployments::of(&project);
    let [one, two] = deployments.iter().collect::<Vec<_>>()[..] else {
        panic!("two deployments");
    };
    assert!(one.service("backend").is_some() && one.service("web").is_none());
    assert!(two.service("web").is_some() && two.service("api").is_none());
    assert!(one.server.is_some() && two.server.is_none());
    assert_eq!(
        one.server.as_ref().and_then(|s| s.flag("config.file")),
        Some("/etc/prometheus/main.yml")
    );
}

#[test]
fn addresses_with_and_without_port_scheme_and_path() {
    let cases = [
        ("api:8000", "api", Some(8000), true),
        ("api", "api", Some(80), false),
        ("https://api/metrics", "api", Some(443), false),
        ("http://user@grafana:3000/d", "grafana", Some(3000), true),
        ("${HOST}:9090", "${HOST}", Some(9090), false),
        ("[::1]:9100", "[::1]", Some(9100), false),
        ("10.0.0.1:9100", "10.0.0.1", Some(9100), false),
        ("localhost:9100", "localhost", Some(9100), false),
    ];
    for (text, host, port, is_local_name) in cases {
        let address = Address::read(text);
        assert_eq!((address.host, address.port), (host, port), "{text}");
        let expected = is_local_name || matches!(host, "api");
        assert_eq!(address.is_local_name(), expected, "{text}");
    }
}

use super::*;
use crate::source::yaml;

fn services(text: &str) -> Vec<Service> {
    let file = Arc::new(SourceFile::new("compose.yml", text));
    let root = yaml::parse(file.text()).roots.remove(0);
    read_compose(&file, &root).services
}

#[test]
fn ports_of_the_container_in_every_notation() {
    let cases = [
        ("ports: ['3001:3000']", vec![3000]),
        ("ports: [8000, '127.0.0.1:9000:9001/tcp']", vec![8000, 9001]),
        ("ports: ['7000-7002:8000-8002']", vec![8000, 8001, 8002]),
        ("ports: [{target: 80, published: 8080}]", vec![80]),
        ("expose: ['9540']", vec![9540]),
        ("ports: ['${PORT}:${PORT}', {}]", vec![]),
    ];
    for (written, ports) in cases {
        let found = services(&format!("services: {{a: {{{written}}}}}"));
        assert_eq!(found[0].ports, ports, "{written}");
    }
}

#[test]
fn services_with_what_is_merged_into_them() {
    let text = "
x-worker: &worker
  image: app:1
  environment: {A: b}
services:
  high:
    <<: *worker
    container_name: app-high
    networks: {back: {aliases: [worker]}}
  built:
    build: {context: ./backend}
    environment: [C=d, E]
";
    let found = services(text);
    assert_eq!(found[0].image.as_ref().map(Text::as_str), Some("app:1"));
    assert_eq!(found[0].hosts, ["high", "app-high", "worker"]);
    assert_eq!(found[0].environment, [("A".to_owned(), "b".to_owned())]);
    assert_eq!(found[1].build.as_ref().map(Text::as_str), Some("./backend"));
    assert_eq!(found[1].environment, [("C".to_owned(), "d".to_owned())]);
}

#[test]
fn ports_of_the_host_with_those_behind_them() {
    let cases = [
        ("ports: ['3001:3000']", vec![(3001, 3000)]),
        ("ports: [8000, '127.0.0.1:9000:9001/tcp']", vec![(9000, 9001)]),
        ("ports: ['7000-7001:8000-8001']", vec![(7000, 8000), (7001, 8001)]),
        ("ports: [{target: 80, published: 8080}]", vec![(8080, 80)]),
    ];
    for (written, published) in cases {
        let found = services(&format!("services: {{a: {{{written}}}}}"));
        assert_eq!(found[0].published, published, "{written}");
    }
}

#[test]
fn commands_mounts_and_dependencies() {
    let text = "
services:
  prometheus:
    entrypoint: [/bin/prometheus]
    command: --config.file=/etc/p.yml --web.enable-lifecycle
    depends_on: {app: {condition: service_started}}
    volumes:
      - ./rules:/etc/rules:ro
      - data:/prometheus
      - {type: bind, source: /srv/p, target: /srv}
    configs: [{source: main, target: /etc/p.yml}]
  app:
    depends_on: [db]
    network_mode: host
configs:
  main: {file: ./p.yml}
";
    let found = services(text);
    let texts = |texts: &[Text]| texts.iter().map(|t| t.as_str().to_owned()).collect::<Vec<_>>();
    let words = [
        "/bin/prometheus",
        "--config.file=/etc/p.yml",
        "--web.enable-lifecycle",
    ];
    assert_eq!(texts(&found[0].command), words);
    assert_eq!(texts(&found[0].depends_on), ["app"]);
    assert_eq!(texts(&found[1].depends_on), ["db"]);
    let mounts = found[0]
        .mounts
        .iter()
        .map(|m| (m.source.as_str(), m.target.as_str()));
    let expected = [
        ("./rules", "/etc/rules"),
        ("data", "/prometheus"),
        ("/srv/p", "/srv"),
        ("./p.yml", "/etc/p.yml"),
    ];
    assert_eq!(mounts.collect::<Vec<_>>(), expected);
    assert!(found[1].shares_network && !found[0].shares_network);
}

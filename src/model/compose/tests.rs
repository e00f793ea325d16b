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

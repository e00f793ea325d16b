//! `--prometheus`, against a real Prometheus that scrapes real programs.

use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::prometheus::{Prometheus, free_port, program};
use crate::support::Folder;

/// A gauge that was there until a day ago, high for a while two days ago.
fn history() -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a time")
        .as_secs();
    let day = 86_400;
    let mut page = "# TYPE queue_depth gauge\n".to_owned();
    for at in (now - 3 * day..now - day).step_by(60) {
        let since = at - (now - 3 * day);
        let value = if (day..day + 3600).contains(&since) {
            500
        } else {
            5
        };
        writeln!(page, "queue_depth{{queue=\"high\"}} {value} {at}").expect("text");
    }
    page + "# EOF\n"
}

const RULES: &str = r#"
groups:
- name: sound
  rules:
  - alert: TargetDown
    expr: up{job="prometheus"} == 0
    for: 5m
    annotations: {summary: '{{ $labels.instance }} is down in {{ $externalLabels.cluster }}'}
  - record: handler:requests:rate5m
    expr: sum by (handler) (rate(prometheus_http_requests_total[5m]))
- name: wrong
  rules:
  - alert: NeverThere
    expr: prometheus_http_request_total > 0
  - alert: QueueFull
    expr: queue_depth{queue="high"} > 100
    for: 30m
  - alert: NoSuchLabel
    expr: rate(prometheus_http_requests_total{handlr="/metrics"}[5m]) > 100
  - alert: NoSuchJob
    expr: up{job="promtheus"} == 0
  - record: instance:many
    expr: prometheus_http_requests_total / on (instance) prometheus_http_requests_total
  - record: up:avg30d
    expr: avg_over_time(up[30d])
  - record: job:goroutines:rate5m
    expr: rate(go_goroutines[5m])
  - alert: DownSomewhere
    expr: up{job="prometheus"} == 0
    annotations: {summary: 'Down in {{ $externalLabels.region }}'}
"#;

#[test]
fn what_a_real_server_has_and_has_not_is_found() {
    let Some(server) = Prometheus::start(&[], Some(&history()), &[]) else {
        return;
    };
    server.wait_for("prometheus_http_requests_total%7Bhandler%3D%22%2Fapi%2Fv1%2Fquery%22%7D");
    let url = format!("http://{}", server.address);
    let settings = "lints: {alert-would-fire: {level: info, range: 3d}}\n";
    let folder = Folder::with(&[("rules.yml", RULES), ("rulecheck.yml", settings)]);
    let run = folder.run(&["check", "--prometheus", &url, "--format", "json"]);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let findings = json["findings"].as_array().expect("findings");
    let mut found: Vec<(&str, &str)> = findings
        .iter()
        .map(|finding| {
            (
                finding["rule"].as_str().unwrap_or_default(),
                finding["code"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    found.sort_unstable();
    let wanted = [
        ("DownSomewhere", "unknown-external-label"),
        ("NeverThere", "series-never-seen"),
        ("NoSuchJob", "value-never-seen"),
        ("NoSuchLabel", "label-never-seen"),
        ("QueueFull", "alert-would-fire"),
        ("QueueFull", "series-gone"),
        ("instance:many", "query-fails"),
        ("up:avg30d", "beyond-retention"),
    ];
    for one in wanted {
        assert!(found.contains(&one), "{one:?} is not in {found:?}\n{}", run.out);
    }
    // The type comes from the server alone.
    assert!(
        found.iter().any(|(rule, _)| *rule == "job:goroutines:rate5m"),
        "{found:?}"
    );
    let sound = ["TargetDown", "handler:requests:rate5m", ""];
    assert!(
        !found.iter().any(|(rule, _)| sound.contains(rule)),
        "{found:?}\n{}",
        run.out
    );
    assert!(
        run.out.contains("would have fired 1 time in the last 3d"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("Did you mean prometheus_http_requests_total?"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("Did you mean \\\"prometheus\\\"?"),
        "{}",
        run.out
    );

    let folder = Folder::with(&[("rules.yml", RULES)]);
    let run = folder.run(&[
        "catalog",
        "--prometheus",
        &url,
        "--series=prometheus_http_requests",
    ]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let shown = format!(
        "  prometheus_http_requests_total  counter\n    labels: code, handler, instance, job\n    from {url}\n"
    );
    assert!(run.out.contains(&shown), "{}", run.out);
}

/// An exporter that runs. It ends with the value.
struct Exporter(Child);

impl Drop for Exporter {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_exporter_of_the_machine_is_recorded_and_known() {
    let Some(program) = program("prometheus-node-exporter") else {
        return;
    };
    let address = format!("127.0.0.1:{}", free_port());
    let _exporter = Exporter(
        Command::new(program)
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the exporter starts"),
    );
    let Some(server) = Prometheus::start(&[("node", address.clone())], None, &[]) else {
        return;
    };
    server.wait_for("node_load1");
    let rules = "groups: [{name: a, rules: [{alert: Load, expr: 'node_load1 > 100'}, {alert: Lod, expr: 'node_lod1 > 100'}]}]\n";
    let folder = Folder::with(&[("rules.yml", rules)]);
    let page = format!("http://{address}/metrics");
    let run = folder.run(&["catalog", "record", &page, "--program", "node_exporter"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("\"name\":\"node_load1\""), "{}", run.out);
    let url = format!("http://{}", server.address);
    let run = folder.run(&["check", "--prometheus", &url]);
    assert_eq!(run.out.matches("series-never-seen").count(), 1, "{}", run.out);
    assert!(run.out.contains("Did you mean node_load1?"), "{}", run.out);
}

/// A hash of `test`, by bcrypt.
const HASH: &str = "$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay";

#[test]
fn a_server_with_tls_and_a_password_is_asked_in_the_right_way_only() {
    let keys = tempfile::tempdir().expect("a folder");
    let path = |name: &str| keys.path().join(name).display().to_string();
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=prometheus",
        ])
        .args([
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ])
        .args(["-keyout", &path("key.pem"), "-out", &path("cert.pem")])
        .output();
    if !made.is_ok_and(|made| made.status.success()) {
        println!("skipped: there is no openssl");
        return;
    }
    let web = format!(
        "tls_server_config: {{cert_file: {}, key_file: {}}}\nbasic_auth_users: {{jane: '{HASH}'}}\n",
        path("cert.pem"),
        path("key.pem")
    );
    std::fs::write(path("web.yml"), web).expect("the configuration");
    let flag = format!("--web.config.file={}", path("web.yml"));
    let Some(server) = Prometheus::start(&[], None, &[&flag]) else {
        return;
    };
    let port = server.address.clone();
    server.wait_until("a connection", || std::net::TcpStream::connect(&port).is_ok());
    let folder = Folder::with(&[
        ("rules.yml", "groups: []\n"),
        ("password", "test\n"),
        ("wrong", "guess\n"),
    ]);
    let cert = path("cert.pem");
    let ask = |more: &str| {
        let settings = format!("prometheus: {{url: 'https://{}', {more}}}\n", server.address);
        folder.write("rulecheck.yml", settings.as_bytes());
        let run = folder.run(&["catalog", "--live", "--series=up", "."]);
        format!("{}{}", run.out, run.err)
    };
    let right = format!("user: jane, password_file: password, ca_file: {cert}");
    // Until it is ready, it answers 503.
    server.wait_until("readiness", || !ask(&right).contains("503"));
    for (more, wanted) in [
        (right.as_str(), "up"),
        (
            "user: jane, password_file: password, insecure_skip_verify: true",
            "up",
        ),
        (
            "user: jane, password_file: password",
            "Name its authority with `ca_file`",
        ),
        (
            &format!("user: jane, password_file: wrong, ca_file: {cert}"),
            "It does not take the token or the password",
        ),
        (&format!("ca_file: {cert}"), "It asks who you are"),
    ] {
        let all = ask(more);
        assert!(all.contains(wanted), "{more}: {all}");
        assert_eq!(all.contains("api/v1/"), wanted != "up", "{more}: {all}");
        assert!(!all.contains("guess"), "{all}");
    }
}

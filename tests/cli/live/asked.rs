//! `rulecheck check --prometheus`, against a server that does as it is told.

use super::misbehaving::{Asked, Deed, Misbehaving};
use crate::support::{Folder, Run};

const RULES: &str = "\
groups:
  - name: api
    rules:
      - alert: QueueFull
        expr: queue_depth > 100
";

fn check(server: &Misbehaving, format: &str) -> Run {
    let settings = format!(
        "prometheus: {{url: 'http://{}', timeout: 1s}}\n",
        server.address()
    );
    let folder = Folder::with(&[("rules.yml", RULES), ("rulecheck.yml", &settings)]);
    folder.run(&["check", "--live", "--format", format])
}

fn json(body: &str) -> Deed {
    Deed::Answer(200, "application/json", body.to_owned())
}

/// What a Prometheus without a series of `queue_depth` answers.
fn sane(asked: &Asked) -> Deed {
    let path = asked.line.split([' ', '?']).nth(1).unwrap_or_default();
    let query = asked.body.contains("query=time");
    json(match path {
        "/api/v1/query" if query => {
            r#"{"status":"success","data":{"resultType":"scalar","result":[1767225600,"1767225600"]}}"#
        }
        "/api/v1/query" => {
            r#"{"status":"success","data":{"resultType":"vector","result":[],"stats":{"timings":{"evalTotalTime":0.1},"samples":{"totalQueryableSamples":1,"peakSamples":1}}}}"#
        }
        "/api/v1/query_range" => r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#,
        "/api/v1/status/buildinfo" => r#"{"status":"success","data":{"version":"3.5.0"}}"#,
        "/api/v1/status/flags" => r#"{"status":"success","data":{"storage.tsdb.retention.time":"15d"}}"#,
        "/api/v1/status/config" => {
            r#"{"status":"success","data":{"yaml":"global:\n  scrape_interval: 15s\n"}}"#
        }
        "/api/v1/metadata" => r#"{"status":"success","data":{"up":[{"type":"gauge","help":"","unit":""}]}}"#,
        "/api/v1/label/__name__/values" => r#"{"status":"success","data":["up","queue_depths"]}"#,
        _ => r#"{"status":"success","data":[]}"#,
    })
}

#[test]
fn a_server_that_answers_is_believed() {
    let server = Misbehaving::new(|asked, _| sane(asked));
    let run = check(&server, "json");
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    let message = format!(
        "http://{} has had no series of queue_depth in the last 1w",
        server.address()
    );
    assert!(run.out.contains(&message), "{}", run.out);
    assert!(run.out.contains("series-never-seen"), "{}", run.out);
    assert!(run.out.contains("Did you mean queue_depths?"), "{}", run.out);
    // Nothing was asked twice.
    let mut asked: Vec<String> = server
        .asked()
        .iter()
        .map(|asked| format!("{} {}", asked.line, asked.body))
        .collect();
    let count = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), count, "{asked:#?}");
}

#[test]
fn without_the_option_nothing_is_sent() {
    let server = Misbehaving::new(|asked, _| sane(asked));
    let settings = format!("prometheus: {{url: 'http://{}'}}\n", server.address());
    let folder = Folder::with(&[("rules.yml", RULES), ("rulecheck.yml", &settings)]);
    let run = folder.run(&["check"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(server.asked().is_empty());
}

/// Whatever the server does, there is one finding about it, and the check goes on.
#[test]
fn a_server_in_trouble_is_one_finding() {
    let answer = |status, kind, body: &str| Deed::Answer(status, kind, body.to_owned());
    for (deed, wanted) in [
        (answer(401, "text/plain", "who?"), "401 Unauthorized: who?"),
        (
            answer(401, "application/json", r#"{"status":"error"}"#),
            "401 Unauthorized",
        ),
        (answer(403, "text/html", "<html>"), "403 Forbidden"),
        (answer(404, "text/plain", "not here"), "404 Not Found: not here"),
        (
            answer(500, "text/plain", "boom"),
            "500 Internal Server Error: boom (3 attempts)",
        ),
        (
            Deed::AnswerWith(429, "text/plain", "Retry-After: 900", String::new()),
            "429 Too Many Requests",
        ),
        (
            answer(200, "text/html", "<html>Log in"),
            "the answer is a page for browsers",
        ),
        (json("[1, 2"), "the answer is not what Prometheus gives: "),
        (json("{}"), "missing field `status`"),
        (
            json(r#"{"status":"success"}"#),
            "the answer is not what Prometheus gives: ",
        ),
        (
            json(r#"{"status":"success","data":{"resultType":"vector","result":7}}"#),
            "the answer is not what Prometheus gives: in `data`",
        ),
        (
            json(r#"{"status":"success","data":{"resultType":"banana","result":[]}}"#),
            "its type is `banana`",
        ),
        (
            json(r#"{"status":"error","errorType":"internal","error":"disk on fire"}"#),
            "internal: disk on fire",
        ),
        (
            answer(
                422,
                "application/json",
                r#"{"status":"error","errorType":"execution","error":"no"}"#,
            ),
            "execution: no",
        ),
        (
            json(&format!(
                "{{\"status\":\"success\",\"data\":{}",
                "[".repeat(10_000)
            )),
            "the answer is not what Prometheus gives: recursion limit",
        ),
        (Deed::HangUp("{\"status\":"), "the connection broke"),
        (Deed::Refuse, "the connection broke"),
        (Deed::Sleep, "no answer within 1 s"),
        (Deed::Flood, "the answer is larger than 32 MB"),
    ] {
        let server = Misbehaving::always(deed);
        let run = check(&server, "json");
        assert_eq!(run.code, Some(1), "{wanted}: {}{}", run.out, run.err);
        assert_eq!(
            run.out.matches("\"code\": \"server-silent\"").count(),
            1,
            "{wanted}: {}",
            run.out
        );
        assert!(run.out.contains(wanted), "{wanted}: {}", run.out);
        assert!(server.asked().len() <= 30, "{wanted}: {}", server.asked().len());
    }
}

#[test]
fn secrets_are_sent_and_never_shown() {
    let echo = |asked: &Asked, _| {
        let said = asked.headers.join(" ");
        Deed::Answer(401, "text/plain", format!("no: {said}"))
    };
    let server = Misbehaving::new(echo);
    let url = format!("http://{}", server.address());
    let folder = Folder::with(&[
        ("rules.yml", RULES),
        ("secrets/token", "t0ken-of-file\n"),
        ("secrets/password", "passw0rd\n"),
        (
            "token.yml",
            &format!("prometheus: {{url: '{url}', token_file: secrets/token}}\n"),
        ),
        (
            "user.yml",
            &format!("prometheus: {{url: '{url}', user: jane, password_file: secrets/password}}\n"),
        ),
    ]);
    for (settings, sent) in [
        ("token.yml", "authorization: Bearer t0ken-of-file"),
        ("user.yml", "authorization: Basic amFuZTpwYXNzdzByZA=="),
    ] {
        let text = std::fs::read(folder.path().join(settings)).expect("settings");
        folder.write("rulecheck.yml", &text);
        for format in [
            "text",
            "json",
            "sarif",
            "github",
            "gitlab",
            "checkstyle",
            "rdjson",
        ] {
            let run = folder.run(&["check", "--live", "--format", format]);
            let all = format!("{}{}", run.out, run.err);
            assert!(all.contains("server-silent"), "{all}");
            for secret in ["t0ken", "passw0rd", "amFuZTpwYXNzdzByZA"] {
                assert!(!all.contains(secret), "{format}: {all}");
            }
        }
        let asked = server.asked();
        let last = asked.last().expect("it was asked");
        assert!(last.headers.contains(&sent.to_owned()), "{last:?}");
    }
}

#[test]
fn secrets_that_are_not_there_are_named() {
    for (settings, wanted) in [
        ("token_file: nowhere", "rulecheck.yml: prometheus: cannot read "),
        (
            "token_env: RULECHECK_TEST_UNSET",
            "the environment variable RULECHECK_TEST_UNSET is not set",
        ),
        ("ca_file: rules.yml", "holds no certificates in PEM"),
        ("cert_file: rules.yml", "needs both cert_file and key_file"),
        (
            "cert_file: rules.yml, key_file: rules.yml",
            "are no certificate and key in PEM",
        ),
        ("headers: {'a b': c}", "`a b` is no name of a header"),
    ] {
        let settings = format!("prometheus: {{url: 'https://127.0.0.1:1', {settings}}}\n");
        let folder = Folder::with(&[("rules.yml", RULES), ("rulecheck.yml", &settings)]);
        let run = folder.run(&["check", "--live"]);
        assert_eq!(run.code, Some(2), "{}{}", run.out, run.err);
        assert!(run.err.contains(wanted), "{}", run.err);
    }
    let folder = Folder::with(&[("rules.yml", RULES)]);
    let run = folder.run(&["check", "--live"]);
    assert!(
        run.err.contains("--live asks the servers under `prometheus`"),
        "{}",
        run.err
    );
    let run = folder.run(&["check", "--prometheus", "http://jane:s3cret@"]);
    assert!(
        run.err
            .starts_with("rulecheck: --prometheus: the address is no URL"),
        "{}",
        run.err
    );
    assert!(!run.err.contains("s3cret"), "{}", run.err);
}

#[test]
fn settings_are_checked() {
    for (settings, wanted) in [
        ("{timeout: 1s}", "has no `url`"),
        (
            "{url: 'http://p', token_file: a, user: b}",
            "only one of token_file, token_env, user can be",
        ),
        ("{url: 'http://p', concurrency: 0}", "concurrency is from 1 to 64"),
        ("{url: 'http://p', timeout: 0s}", "timeout must not be zero"),
        ("[{url: 'http://p', token: s3cret}]", "has no field `token`"),
    ] {
        let folder = Folder::with(&[
            ("rules.yml", RULES),
            ("rulecheck.yml", &format!("prometheus: {settings}\n")),
        ]);
        let run = folder.run(&["check"]);
        assert_eq!(run.code, Some(2), "{settings}");
        assert!(run.err.contains(wanted), "{settings}: {}", run.err);
    }
}

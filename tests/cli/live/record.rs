//! `rulecheck catalog record URL`.

use super::misbehaving::{Deed, Misbehaving};
use crate::support::{Folder, Run};

const PAGE: &str = "# HELP q_depth Waiting.\n# TYPE q_depth gauge\nq_depth{queue=\"a\"} 1\n";

fn record(url: &str) -> Run {
    let folder = Folder::with(&[]);
    folder.run(&["catalog", "record", url, "--program", "q", "--timeout", "2"])
}

#[test]
fn the_page_of_a_program_is_recorded() {
    let server = Misbehaving::always(Deed::Answer(200, "text/plain; version=0.0.4", PAGE.to_owned()));
    let run = record(&server.url("/metrics"));
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("\"name\":\"q_depth\""), "{}", run.out);
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].line, "GET /metrics");
}

/// What is said of each kind of trouble, and how often the server was asked.
#[test]
fn what_goes_wrong_is_said_with_the_address_and_the_way_out() {
    let answer = |status, kind, body: &str| Deed::Answer(status, kind, body.to_owned());
    for (deed, wanted, attempts) in [
        (
            answer(401, "text/plain", "who?"),
            "the server answered 401 Unauthorized: who?. It asks who you are",
            1,
        ),
        (
            answer(403, "text/plain", ""),
            "the server answered 403 Forbidden. Give this token or user the right",
            1,
        ),
        (
            answer(404, "text/plain", "404 page not found"),
            "404 Not Found: 404 page not found",
            1,
        ),
        (
            answer(500, "text/plain", "out of memory"),
            "500 Internal Server Error: out of memory (3 attempts)",
            3,
        ),
        (
            answer(503, "text/html", "<html>"),
            "503 Service Unavailable (3 attempts)",
            3,
        ),
        (
            answer(200, "text/html", "<html>Hello"),
            "the answer is a page for browsers",
            1,
        ),
        (answer(200, "text/plain", "a{ 1"), "/metrics:1: ", 1),
        (answer(200, "text/plain", ""), "/metrics holds no metrics", 1),
        (
            Deed::AnswerWith(429, "text/plain", "Retry-After: 3600", String::new()),
            "429 Too Many Requests",
            1,
        ),
        (
            Deed::AnswerWith(
                302,
                "text/plain",
                "Location: http://u:pw@other/x?k=v",
                String::new(),
            ),
            "Write the address that it leads to: http://other/x.",
            1,
        ),
        (Deed::HangUp("a 1\n"), "the connection broke", 3),
        (Deed::Refuse, "the connection broke", 3),
        (Deed::Sleep, "no answer within 2 s. Give it more time", 1),
        (Deed::Flood, "the answer is larger than 64 MB", 1),
    ] {
        let server = Misbehaving::always(deed.clone());
        let run = record(&server.url("/metrics"));
        assert_eq!(run.code, Some(2), "{deed:?}");
        let beginning = format!("rulecheck: {}", server.url("/metrics"));
        assert!(run.err.starts_with(&beginning), "{deed:?}: {}", run.err);
        assert!(run.err.contains(wanted), "{deed:?}: {}", run.err);
        assert_eq!(server.asked().len(), attempts, "{deed:?}");
    }
}

#[test]
fn what_passes_is_waited_for() {
    let server = Misbehaving::new(|_, before| match before {
        0 => Deed::AnswerWith(429, "text/plain", "Retry-After: 0", String::new()),
        1 => Deed::HangUp("a"),
        _ => Deed::Answer(200, "text/plain", PAGE.to_owned()),
    });
    let run = record(&server.url("/metrics"));
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn nobody_there_is_said() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let run = record(&format!("http://127.0.0.1:{port}/metrics"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("no connection: "), "{}", run.err);
    assert!(
        run.err.contains("Check the address, and that the server runs."),
        "{}",
        run.err
    );
}

#[test]
fn a_password_in_the_address_is_sent_and_not_shown() {
    let echo = |asked: &super::misbehaving::Asked, _| {
        let said = format!("no: {} s3cret", asked.headers.join(" "));
        Deed::Answer(401, "text/plain", said)
    };
    let server = Misbehaving::new(echo);
    let run = record(&format!(
        "http://jane:s3cret@{}/metrics?key=hidden",
        server.address()
    ));
    assert_eq!(run.code, Some(2));
    let asked = server.asked();
    assert!(
        asked[0]
            .headers
            .contains(&"authorization: Basic amFuZTpzM2NyZXQ=".to_owned()),
        "{asked:?}"
    );
    assert_eq!(asked[0].line, "GET /metrics?key=hidden");
    for secret in ["s3cret", "hidden", "amFuZTpzM2NyZXQ="] {
        assert!(!run.err.contains(secret), "{}", run.err);
    }
}

//! A server that does as it is told, good or bad.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// Answers with a status, a content type and a body.
    Answer(u16, &'static str, String),
    /// The same, with another header.
    AnswerWith(u16, &'static str, &'static str, String),
    /// Announces a long body, sends its beginning, and hangs up.
    HangUp(&'static str),
    /// Hangs up at once.
    Refuse,
    /// Says nothing.
    Sleep,
    /// Sends bytes without end.
    Flood,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `GET /path?query`.
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

/// The server. It ends with the test.
pub(crate) struct Misbehaving {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Misbehaving {
    /// A server that decides what to do by the request, and how many there were before it.
    pub(crate) fn new(decide: impl Fn(&Asked, usize) -> Deed + Send + Sync + 'static) -> Misbehaving {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, decide) = (asked.clone(), Arc::new(decide));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, decide) = (log.clone(), decide.clone());
                thread::spawn(move || {
                    let Some(request) = read(&stream) else { return };
                    let before = {
                        let mut log = log.lock().expect("the log");
                        log.push(request.clone());
                        log.len() - 1
                    };
                    // Who hangs up meanwhile does not disturb it.
                    let _ = act(&stream, decide(&request, before));
                    let _ = stream.shutdown(Shutdown::Both);
                });
            }
        });
        Misbehaving { address, asked }
    }

    /// Does this with whatever comes.
    pub(crate) fn always(deed: Deed) -> Misbehaving {
        Misbehaving::new(move |_, _| deed.clone())
    }

    /// An address below it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What it was asked.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("the log").clone()
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        match header.trim_end() {
            "" => break,
            header => headers.push(header.to_owned()),
        }
    }
    let length = headers
        .iter()
        .find_map(|h| h.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Asked {
        line: line.trim_end().trim_end_matches(" HTTP/1.1").to_owned(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

fn act(mut stream: &TcpStream, deed: Deed) -> std::io::Result<()> {
    let head = |status: u16, kind: &str, more: &str, length: usize| {
        format!(
            "HTTP/1.1 {status} So\r\nContent-Type: {kind}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    };
    match deed {
        Deed::Answer(status, kind, body) => write!(stream, "{}{body}", head(status, kind, "", body.len())),
        Deed::AnswerWith(status, kind, header, body) => {
            let more = format!("{header}\r\n");
            write!(stream, "{}{body}", head(status, kind, &more, body.len()))
        }
        Deed::HangUp(beginning) => write!(stream, "{}{beginning}", head(200, "text/plain", "", 1 << 20)),
        Deed::Refuse => Ok(()),
        Deed::Sleep => {
            thread::sleep(Duration::from_secs(20));
            Ok(())
        }
        Deed::Flood => {
            write!(stream, "{}", head(200, "text/plain", "", 1 << 40))?;
            let line = [b'a'; 1 << 16];
            loop {
                stream.write_all(&line)?;
            }
        }
    }
}

//! Sends one request and reads its answer: with patience for what passes, and none for what does not.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{StatusCode, Url};

use super::access::{self, Access};
use super::fault::{Fault, Trouble};

/// How often something is asked at most.
const ATTEMPTS: u32 = 3;
/// How long is waited after the first attempt that failed; then twice that.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// How much of what a server says of an error is repeated.
const SAID: usize = 300;

/// A connection to one server.
#[derive(Debug)]
pub(super) struct Transport {
    client: reqwest::Client,
    access: Access,
    /// The most bytes that an answer may have.
    limit: usize,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
}

/// Why an attempt failed, and whether another may fare better.
struct Failed {
    fault: Fault,
    again: Again,
}

enum Again {
    Never,
    Soon,
    /// After this time: the server said so.
    After(Duration),
}

impl Transport {
    /// # Errors
    /// What is wrong with certificates and headers; ready to be shown.
    pub(super) fn new(access: Access, limit: usize) -> Result<Transport, String> {
        let client = access.client()?;
        Ok(Transport {
            client,
            access,
            limit,
        })
    }

    pub(super) fn access(&self) -> &Access {
        &self.access
    }

    /// Asks; `form` is sent as a body, where there is one. An answer of the content type that `speaks` names is given back
    /// with most statuses that are no success too: what they mean stands in it.
    pub(super) async fn fetch(
        &self,
        url: Url,
        form: Option<String>,
        speaks: Option<&str>,
    ) -> Result<Body, Fault> {
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let failed = match self.attempt(&url, form.clone(), speaks).await {
                Ok(body) => return Ok(body),
                Err(failed) => failed,
            };
            let wait = match failed.again {
                Again::Never => return Err(failed.fault),
                Again::Soon => pause,
                Again::After(told) if told > self.access.timeout => return Err(failed.fault),
                Again::After(told) => told,
            };
            if attempt >= ATTEMPTS {
                return Err(tried(failed.fault, attempt));
            }
            tokio::time::sleep(wait).await;
            pause *= 2;
        }
        unreachable!("the loop ends with an answer")
    }

    async fn attempt(&self, url: &Url, form: Option<String>, speaks: Option<&str>) -> Result<Body, Failed> {
        let shown = access::shown(url);
        let request = match form {
            Some(form) => self
                .client
                .post(url.clone())
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form),
            None => self.client.get(url.clone()),
        };
        let sent = request.send().await;
        let mut response = sent.map_err(|error| self.no_answer(&shown, &error))?;
        let status = response.status();
        let headers = response.headers().clone();
        let content_type = header(&headers, CONTENT_TYPE.as_str()).to_owned();
        let mut bytes = Vec::new();
        loop {
            let chunk = response.chunk().await.map_err(|e| self.no_answer(&shown, &e))?;
            let Some(chunk) = chunk else { break };
            if bytes.len() + chunk.len() > self.limit {
                let message = format!("the answer is larger than {} MB", self.limit >> 20);
                let help = "Ask a server with less in it, or exclude the metric that has so many series.";
                let fault = Fault::new(&shown, Trouble::TooLarge, message, help);
                return Err(Failed {
                    fault,
                    again: Again::Never,
                });
            }
            bytes.extend_from_slice(&chunk);
        }
        let understood = speaks.is_some_and(|speaks| content_type.starts_with(speaks))
            && !matches!(status.as_u16(), 401 | 429);
        if status.is_success() || understood && !status.is_redirection() && status.as_u16() < 500 {
            return Ok(Body { content_type, bytes });
        }
        Err(self.refusal(&shown, status, &headers, &bytes))
    }

    /// What a status that is no success means.
    fn refusal(&self, shown: &str, status: StatusCode, headers: &HeaderMap, bytes: &[u8]) -> Failed {
        let said = self.said(bytes);
        let mut again = Again::Never;
        let (trouble, help) = match status.as_u16() {
            401 if self.access.has_credentials() => (
                Trouble::Refused,
                "It does not take the token or the password: check where they come from.".to_owned(),
            ),
            401 => (
                Trouble::Refused,
                "It asks who you are: give it a token or a user, as docs/live.md says.".to_owned(),
            ),
            403 => (
                Trouble::Refused,
                "Give this token or user the right to read, or ask another server.".to_owned(),
            ),
            404 => (Trouble::Absent, "Check the path of the address.".to_owned()),
            300..=399 => {
                let to = Url::parse(header(headers, LOCATION.as_str())).ok();
                let to = to.map(|to| format!(": {}", access::shown(&to)));
                let help = format!("Write the address that it leads to{}.", to.unwrap_or_default());
                (Trouble::Absent, help)
            }
            429 => {
                let told = header(headers, RETRY_AFTER.as_str())
                    .parse()
                    .ok()
                    .map(Duration::from_secs);
                again = told.map_or(Again::Soon, Again::After);
                let wait = told.map_or(String::new(), |wait| format!(", or wait {} s", wait.as_secs()));
                (
                    Trouble::Failing,
                    format!("Ask less at a time (`concurrency`){wait}."),
                )
            }
            501 => (
                Trouble::Absent,
                "It cannot do this: ask Prometheus itself.".to_owned(),
            ),
            500.. => {
                again = Again::Soon;
                (
                    Trouble::Failing,
                    "Look into the server's log, or try again later.".to_owned(),
                )
            }
            _ => (
                Trouble::Nonsense,
                "Check that the address is that of a Prometheus.".to_owned(),
            ),
        };
        let message = format!("the server answered {status}{said}");
        let fault = Fault::new(shown, trouble, message, help);
        Failed { fault, again }
    }

    /// The beginning of what the server says of an error, as a piece of a sentence.
    pub(super) fn said(&self, bytes: &[u8]) -> String {
        let beginning = &bytes[..bytes.len().min(4 * SAID)];
        let text = String::from_utf8_lossy(beginning);
        if text.trim_start().starts_with('<') {
            // A page for browsers says nothing here.
            return String::new();
        }
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let words: String = words.chars().filter(|c| !c.is_control()).collect();
        let words = self.access.blot(&words);
        let short: String = words.chars().take(SAID).collect();
        match short.as_str() {
            "" => String::new(),
            short => format!(": {}", short.trim_end_matches('.')),
        }
    }

    /// What an error of the connection means.
    fn no_answer(&self, shown: &str, error: &reqwest::Error) -> Failed {
        let seconds = self.access.timeout.as_secs_f64();
        let (trouble, message, help, again) = if error.is_connect() && error.is_timeout() {
            (
                Trouble::Unreachable,
                "no connection within the time for it".to_owned(),
                "Check the address, and that nothing between here and there drops the connection.",
                Again::Never,
            )
        } else if error.is_timeout() {
            (
                Trouble::Slow,
                format!("no answer within {seconds} s"),
                "Give it more time (`timeout`), or ask when it has less to do.",
                Again::Never,
            )
        } else {
            let kind = io_kind(error);
            let cause = self.access.blot(&innermost(error));
            if error.is_connect() && !matches!(kind, Some(io::ErrorKind::ConnectionReset)) {
                let help = if cause.contains("certificate") {
                    "Name its authority with `ca_file`, or check the host name."
                } else {
                    "Check the address, and that the server runs."
                };
                (
                    Trouble::Unreachable,
                    format!("no connection: {cause}"),
                    help,
                    Again::Never,
                )
            } else {
                let help = "Look into the server's log, or that of the proxy before it.";
                (
                    Trouble::Failing,
                    format!("the connection broke: {cause}"),
                    help,
                    Again::Soon,
                )
            }
        };
        Failed {
            fault: Fault::new(shown, trouble, message, help),
            again,
        }
    }
}

fn tried(mut fault: Fault, attempts: u32) -> Fault {
    fault.message = format!("{} ({attempts} attempts)", fault.message);
    fault
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    let found = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    found.last().map(io::Error::kind)
}

/// The innermost cause, which says most.
fn innermost(error: &reqwest::Error) -> String {
    match causes(error).last() {
        Some(cause) => cause.to_string(),
        // The error itself would repeat the address with all that is in it.
        None => "the request could not be sent".to_owned(),
    }
}

//! Asks a Prometheus by its HTTP API.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::access::{self, Access};
use super::answer::{self, Answer, Unread};
use super::fault::{Fault, Trouble};
use super::question::{Question, Server};
use super::transport::Transport;

/// The most bytes that an answer may have.
const LARGEST_ANSWER: usize = 32 << 20;
/// After so many questions in a row without an answer, no more are asked.
const PATIENCE: usize = 5;

/// A Prometheus that is asked.
#[derive(Debug)]
pub struct Client {
    runtime: Runtime,
    line: Arc<Line>,
}

/// The connection, and how it has gone so far.
#[derive(Debug)]
struct Line {
    transport: Transport,
    /// Questions in a row without an answer.
    failures: AtomicUsize,
    /// Why no more are asked.
    ended: Mutex<Option<Fault>>,
}

impl Client {
    /// A client; nothing is sent yet.
    ///
    /// # Errors
    /// What is wrong with certificates and headers; ready to be shown.
    pub fn new(access: Access) -> Result<Client, String> {
        let line = Line {
            transport: Transport::new(access, LARGEST_ANSWER)?,
            failures: AtomicUsize::new(0),
            ended: Mutex::new(None),
        };
        Ok(Client {
            runtime: runtime()?,
            line: Arc::new(line),
        })
    }
}

impl Server for Client {
    fn address(&self) -> String {
        self.line.transport.access().shown()
    }

    fn ask(&self, questions: Vec<Question>) -> Vec<Result<Answer, Fault>> {
        let count = questions.len();
        let questions: Arc<[Question]> = questions.into();
        let next = Arc::new(AtomicUsize::new(0));
        let askers = self.line.transport.access().concurrency.clamp(1, count.max(1));
        let answered = self.runtime.block_on(async {
            let mut set = JoinSet::new();
            for _ in 0..askers {
                let (line, questions, next) = (self.line.clone(), questions.clone(), next.clone());
                set.spawn(async move {
                    let mut answers = Vec::new();
                    while let Some((at, question)) = take(&next, &questions) {
                        answers.push((at, line.ask(question).await));
                    }
                    answers
                });
            }
            set.join_all().await
        });
        let mut answers: Vec<(usize, Result<Answer, Fault>)> = answered.into_iter().flatten().collect();
        answers.sort_by_key(|(at, _)| *at);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

/// The next question that nobody has taken yet.
fn take<'q>(next: &AtomicUsize, questions: &'q [Question]) -> Option<(usize, &'q Question)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    questions.get(at).map(|question| (at, question))
}

/// A runtime for the requests of one client.
pub(super) fn runtime() -> Result<Runtime, String> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(|e| format!("no connection can be opened here: {e}"))
}

impl Line {
    async fn ask(&self, question: &Question) -> Result<Answer, Fault> {
        if let Some(fault) = self.ended() {
            return Err(fault);
        }
        let answer = self.fetch(question).await;
        match &answer {
            Ok(_) => self.failures.store(0, Ordering::Relaxed),
            Err(fault) => self.note(fault),
        }
        answer
    }

    fn ended(&self) -> Option<Fault> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Decides whether to go on asking.
    fn note(&self, fault: &Fault) {
        let over = match fault.trouble {
            Trouble::Unreachable => true,
            Trouble::Slow | Trouble::Failing | Trouble::Refused | Trouble::Nonsense | Trouble::Absent => {
                self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= PATIENCE
            }
            Trouble::Rejected | Trouble::TooLarge | Trouble::GivenUp => false,
        };
        if over {
            let fault = Fault {
                trouble: Trouble::GivenUp,
                ..fault.clone()
            };
            *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
        }
    }

    async fn fetch(&self, question: &Question) -> Result<Answer, Fault> {
        let access = self.transport.access();
        let (path, parameters, as_body) = question.request(access.timeout);
        let mut url = access.below(&path);
        url.query_pairs_mut().extend_pairs(&parameters);
        let shown = access::shown(&url);
        let mut form = None;
        if as_body {
            form = url.query().map(str::to_owned);
            // What stands in the address of the server itself stays there.
            url.set_query(access.url().query());
        }
        let body = self.transport.fetch(url, form, Some("application/json")).await?;
        answer::read(question, &body.bytes).map_err(|unread| match unread {
            Unread::Rejected(kind, error) => {
                let said = self.transport.said(error.as_bytes());
                let message = format!("{kind}{said}");
                let trouble = match kind.as_str() {
                    "execution" | "bad_data" => Trouble::Rejected,
                    "timeout" => Trouble::Slow,
                    _ => Trouble::Failing,
                };
                Fault::new(&shown, trouble, message, help(&kind))
            }
            Unread::Nonsense(what) => {
                let what = access.blot(&what);
                let is_page = body.content_type.starts_with("text/html");
                let (message, help) = if is_page {
                    (
                        "the answer is a page for browsers".to_owned(),
                        "It may be that of a login: check the address, and who asks.",
                    )
                } else {
                    (
                        format!("the answer is not what Prometheus gives: {what}"),
                        "Check that the address is that of a Prometheus.",
                    )
                };
                Fault::new(&shown, Trouble::Nonsense, message, help)
            }
        })
    }
}

fn help(kind: &str) -> &'static str {
    match kind {
        "timeout" => "Give it more time (`timeout`), or ask when it has less to do.",
        _ => "See what it says.",
    }
}

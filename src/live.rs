//! Asks programs that run: a Prometheus by its HTTP API, and exporters for their page of metrics.
//!
//! This is the only room that opens connections, and the only one with an asynchronous runtime: a small one, inside the
//! [`Client`], that nobody else sees. What it brings back is data ([`crate::observed`]); nothing that looks at the data
//! later asks again. Secrets go into requests and nowhere else.

mod access;
mod answer;
mod client;
mod environment;
mod fault;
mod interview;
mod page;
mod question;
mod secret;
mod transport;

pub use access::{Access, Tls};
pub use answer::{Answer, BuildInfo, Flags, Point, Reached, Stats, Track};
pub use client::Client;
pub use environment::of_environment;
pub use fault::{Fault, Trouble};
pub use interview::{Interview, ask};
pub use page::read_page;
pub use question::{Question, Server};
pub use secret::Secret;

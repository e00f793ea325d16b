//! Reads the page of metrics of a program.

use super::access::Access;
use super::fault::{Fault, Trouble};
use super::transport::Transport;

/// The most bytes that a page may have: kube-state-metrics of a large cluster has this much.
const LARGEST_PAGE: usize = 64 << 20;

/// The page of metrics that a program shows under an address.
///
/// # Errors
/// What went wrong, with the address and the way out.
pub fn read_page(access: Access) -> Result<String, String> {
    let shown = access.shown();
    let broken = |message: String| format!("{shown}: {message}");
    let url = access.url().clone();
    let transport = Transport::new(access, LARGEST_PAGE).map_err(broken)?;
    let runtime = super::client::runtime().map_err(broken)?;
    let body = runtime.block_on(transport.fetch(url, None, None));
    let body = body.map_err(|fault| fault.to_string())?;
    let wrong = |message: String, help: &str| {
        let fault = Fault::new(&shown, Trouble::Nonsense, message, help);
        Err(fault.to_string())
    };
    if body.content_type.starts_with("text/html") {
        return wrong(
            "the answer is a page for browsers".to_owned(),
            "Most programs show their metrics under /metrics.",
        );
    }
    match String::from_utf8(body.bytes) {
        Ok(text) => Ok(text),
        Err(_) => wrong(
            format!("the answer is no text but {}", body.content_type),
            "Most programs show their metrics under /metrics.",
        ),
    }
}

//! How far a long run has come: one line on standard error, on a terminal only, after a while, and gone in the end.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::replay::run::Progress;

/// A run that takes no longer than this is not worth a line.
const PATIENCE: Duration = Duration::from_secs(1);
/// From one line to the next.
const INTERVAL: Duration = Duration::from_millis(100);

/// Does something long and shows how far it has come.
pub(super) fn shown<T>(progress: &Progress, work: impl FnOnce() -> T) -> T {
    let terminal = io::stderr();
    if !terminal.is_terminal() {
        return work();
    }
    let (finished, finish) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || show(progress, &finish, &mut io::stderr()));
        let result = work();
        drop(finished);
        result
    })
}

/// Shows lines until the other end of the channel is dropped.
fn show(progress: &Progress, finish: &mpsc::Receiver<()>, out: &mut dyn Write) {
    let mut wait = PATIENCE;
    let mut shown = false;
    while let Err(RecvTimeoutError::Timeout) = finish.recv_timeout(wait) {
        wait = INTERVAL;
        shown = true;
        // Who cannot see the line misses nothing.
        let _ = write!(out, "\r\x1b[K{}", line(progress.done(), progress.total())).and_then(|()| out.flush());
    }
    if shown {
        let _ = write!(out, "\r\x1b[K").and_then(|()| out.flush());
    }
}

/// `[=====>    ] 12 of 24 tests`.
fn line(done: usize, total: usize) -> String {
    const WIDTH: usize = 30;
    let filled = (done * WIDTH).checked_div(total).unwrap_or(0).min(WIDTH);
    format!(
        "[{}{}] {done} of {total} tests",
        "=".repeat(filled),
        " ".repeat(WIDTH - filled)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_cleared_in_the_end() {
        let (finished, finish) = mpsc::channel::<()>();
        let mut out = Vec::new();
        thread::scope(|scope| {
            let out = &mut out;
            scope.spawn(move || show(&Progress::default(), &finish, out));
            thread::sleep(PATIENCE + INTERVAL / 2);
            drop(finished);
        });
        let out = String::from_utf8(out).expect("text");
        assert!(out.starts_with("\r\x1b[K["), "{out:?}");
        assert!(out.ends_with("] 0 of 0 tests\r\x1b[K"), "{out:?}");
    }

    #[test]
    fn a_short_run_shows_nothing() {
        let (finished, finish) = mpsc::channel::<()>();
        let mut out = Vec::new();
        drop(finished);
        show(&Progress::default(), &finish, &mut out);
        assert!(out.is_empty());
    }

    #[test]
    fn the_bar_fills() {
        assert_eq!(line(0, 4), format!("[{}] 0 of 4 tests", " ".repeat(30)));
        assert_eq!(
            line(2, 4),
            format!("[{}{}] 2 of 4 tests", "=".repeat(15), " ".repeat(15))
        );
        assert_eq!(line(4, 4), format!("[{}] 4 of 4 tests", "=".repeat(30)));
    }
}

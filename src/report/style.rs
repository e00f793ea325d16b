//! Whether and how text is coloured.

use std::io::IsTerminal;

/// How text output is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours are written.
    pub colour: bool,
    /// Width of the terminal in columns.
    pub width: usize,
}

impl Style {
    /// No colours, a width that does not depend on the terminal: for files, pipes and tests.
    pub const PLAIN: Style = Style {
        colour: false,
        width: 100,
    };

    /// What suits the stream: colours only on a terminal and only where `NO_COLOR` is unset or empty.
    pub fn for_stream(stream: &impl IsTerminal) -> Style {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Style {
            colour: stream.is_terminal() && !refused,
            ..Style::PLAIN
        }
    }

    /// `text` in bold red.
    pub fn bad(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    /// `text` in green.
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// `text` in yellow.
    pub fn caution(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// `text` in bold.
    pub fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// `text` dimmed.
    pub fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    fn paint(self, sgr: &str, text: &str) -> String {
        if self.colour {
            format!("\x1b[{sgr}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

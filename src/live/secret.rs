//! Texts that must not be shown.

use std::fmt;
use std::path::Path;

/// A text that is sent and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The secret in a file, without the white space around it.
    ///
    /// # Errors
    /// Where it cannot be read, or holds nothing; ready to be shown.
    pub fn of_file(path: &Path) -> Result<Secret, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read {shown}: {e}"))?;
        match text.trim() {
            "" => Err(format!("{shown} is empty")),
            text => Ok(Secret::new(text)),
        }
    }

    /// The secret in a variable of the environment.
    ///
    /// # Errors
    /// Where there is none; ready to be shown.
    pub fn of_variable(name: &str) -> Result<Secret, String> {
        match std::env::var(name) {
            Ok(text) if !text.trim().is_empty() => Ok(Secret::new(text.trim())),
            Ok(_) => Err(format!("the environment variable {name} is empty")),
            Err(_) => Err(format!("the environment variable {name} is not set")),
        }
    }

    /// The secret, to be sent.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// A text in which the secret is blotted out.
    pub(super) fn blot(&self, text: &str) -> String {
        match self.0.is_empty() {
            true => text.to_owned(),
            false => text.replace(&self.0, "…"),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

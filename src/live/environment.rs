//! Who asks, where the settings do not say it: variables of the environment.

use std::path::Path;

use super::access::{Access, Tls};
use super::secret::Secret;

/// Gives an address what the environment says of how to reach it: `RULECHECK_TOKEN` or `RULECHECK_TOKEN_FILE`, `RULECHECK_USER` with
/// `RULECHECK_PASSWORD` or `RULECHECK_PASSWORD_FILE`, `RULECHECK_CA_FILE`. User and password in the address itself come first.
///
/// # Errors
/// Files that cannot be read; ready to be shown.
pub fn of_environment(access: Access) -> Result<Access, String> {
    let access = match std::env::var_os("RULECHECK_CA_FILE") {
        Some(path) => access.with_tls(Tls {
            ca_file: Some(path.into()),
            ..Tls::default()
        }),
        None => access,
    };
    if access.has_credentials() {
        return Ok(access);
    }
    if let Some(token) = secret("RULECHECK_TOKEN")? {
        return Ok(access.with_bearer(token));
    }
    match std::env::var("RULECHECK_USER") {
        Ok(user) if !user.is_empty() => Ok(access.with_basic(user, secret("RULECHECK_PASSWORD")?)),
        _ => Ok(access),
    }
}

/// A secret in a variable, or in the file that another one names.
fn secret(name: &str) -> Result<Option<Secret>, String> {
    if std::env::var_os(name).is_some() {
        return Secret::of_variable(name).map(Some);
    }
    let file = std::env::var_os(format!("{name}_FILE"));
    file.map(|path| Secret::of_file(Path::new(&path))).transpose()
}

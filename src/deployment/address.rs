//! The address of something that is asked over HTTP.

/// Host and port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'t> {
    /// The host.
    pub host: &'t str,
    /// The port; none where it is no number.
    pub port: Option<u16>,
    /// Whether the port is written, rather than the scheme's own.
    pub is_port_written: bool,
}

impl<'t> Address<'t> {
    /// Reads `host:port`, with a scheme before it or a path behind it or without.
    pub fn read(text: &'t str) -> Address<'t> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let authority = rest.split('/').next().unwrap_or_default();
        let authority = authority.rsplit('@').next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let usual = if scheme == "https" { 443 } else { 80 };
        Address {
            host,
            port: port.map_or(Some(usual), |port| port.parse().ok()),
            is_port_written: port.is_some(),
        }
    }

    /// Whether the host is a name that only a network of containers can know: no address, no name with a domain, no
    /// variable.
    pub fn is_local_name(&self) -> bool {
        let is_word = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        !self.host.is_empty() && self.host != "localhost" && self.host.chars().all(is_word)
    }
}

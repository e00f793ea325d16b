//! Hosts with ports, and the path of a URL.

use std::net::IpAddr;

/// Host and port of `host:port`, `[host]:port`, as Go's `net.SplitHostPort` splits them.
fn split(address: &str) -> Option<(&str, &str)> {
    let colon = address.rfind(':')?;
    let (host, before, after) = match address.strip_prefix('[') {
        Some(inside) => {
            let close = inside.find(']')?;
            if close + 2 != colon {
                return None;
            }
            (&inside[..close], inside, &inside[close + 1..])
        }
        None => {
            let host = &address[..colon];
            if host.contains(':') {
                return None;
            }
            (host, address, address)
        }
    };
    if before.contains('[') || after.contains(']') {
        return None;
    }
    Some((host, &address[colon + 1..]))
}

pub(super) fn strip_port(address: &str) -> String {
    split(address).map_or(address, |(host, _)| host).to_owned()
}

/// The first part of a host's name, with the port if it has one. Addresses of numbers stay.
pub(super) fn strip_domain(address: &str) -> String {
    let (host, port) = split(address).unwrap_or((address, ""));
    if host.parse::<IpAddr>().is_ok() {
        return address.to_owned();
    }
    let short = host.split('.').next().unwrap_or_default();
    match port {
        "" => short.to_owned(),
        port if short.contains(':') => format!("[{short}]:{port}"),
        port => format!("{short}:{port}"),
    }
}

/// The path of a URL, with its percent signs resolved.
pub(super) fn path(url: &str) -> Vec<u8> {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let rest = match url.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/').unwrap_or(rest.len())..],
        None => url,
    };
    let bytes = rest.as_bytes();
    let mut path = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = rest.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                path.push(byte);
                at += 3;
            }
            None => {
                path.push(bytes[at]);
                at += 1;
            }
        }
    }
    path
}

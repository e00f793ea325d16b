//! Whether something answers at an address within a network of containers.

use crate::catalog::Exporter;
use crate::deployment::{Address, Deployment, ServiceAt};
use crate::model::reader::nearest;

/// Why nothing answers there, and the way out.
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: String,
}

/// Images of servers that do not speak HTTP on a port.
const NO_HTTP: &[(&str, u16)] = &[
    ("redis", 6379),
    ("valkey/valkey", 6379),
    ("postgres", 5432),
    ("mysql", 3306),
    ("mariadb", 3306),
    ("mongo", 27017),
    ("memcached", 11211),
    ("rabbitmq", 5672),
];

/// What is wrong with an address that Prometheus or Grafana asks; nothing where that cannot be told.
pub(super) fn fault(deployment: &Deployment<'_>, address: &Address<'_>) -> Option<Fault> {
    if !address.is_local_name() || !deployment.knows_hosts() {
        return None;
    }
    let Some(at) = deployment.service(address.host) else {
        return Some(unknown_host(deployment, address.host));
    };
    let port = address.port?;
    if at.service.shares_network {
        return None;
    }
    wrong_side(at, address.host, port)
        .or_else(|| no_http(at, address.host, port))
        .or_else(|| other_port(at, address))
}

fn unknown_host(deployment: &Deployment<'_>, host: &str) -> Fault {
    let mut files: Vec<String> = deployment
        .composes
        .iter()
        .map(|compose| {
            compose
                .file
                .path()
                .file_name()
                .unwrap_or_default()
                .display()
                .to_string()
        })
        .collect();
    files.dedup();
    let mut hosts: Vec<&str> = deployment.hosts().collect();
    hosts.sort_unstable();
    let help = match nearest(host, &hosts) {
        Some(near) => format!("Did you mean {near}?"),
        None => "Add the service, or name the one that is meant.".to_owned(),
    };
    Fault {
        message: format!("no service of {} is called {host}", files.join(" and ")),
        help,
    }
}

/// A port of the host, where that of the container is asked for.
fn wrong_side(at: ServiceAt<'_>, host: &str, port: u16) -> Option<Fault> {
    let service = at.service;
    let (_, inside) = service.published.iter().find(|(outside, _)| *outside == port)?;
    if service.ports.contains(&port) {
        return None;
    }
    Some(Fault {
        message: format!("{port} is the port of {host} on the host, other containers reach it at {inside}"),
        help: format!("Write {host}:{inside}."),
    })
}

/// A server that is no web server.
fn no_http(at: ServiceAt<'_>, host: &str, port: u16) -> Option<Fault> {
    let image = at.service.image.as_ref()?.as_str();
    let bare = image.split([':', '@']).next().unwrap_or_default();
    let bare = bare.strip_prefix("docker.io/").unwrap_or(bare);
    let bare = bare.strip_prefix("library/").unwrap_or(bare);
    NO_HTTP.iter().find(|known| **known == (bare, port))?;
    Some(Fault {
        message: format!("{host} runs {bare}, which does not speak HTTP on {port}"),
        help: format!("Run an exporter beside it, and scrape that: {bare} itself shows no metrics."),
    })
}

/// A known program on another port than its own, where nothing says that it was moved there.
fn other_port(at: ServiceAt<'_>, address: &Address<'_>) -> Option<Fault> {
    let (program, port) = (at.program()?, address.port?);
    let usual = program.port()?;
    let moves = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("listen") || text.contains("port") || text.contains("web.config")
    };
    let service = at.service;
    let is_moved = service.environment_from_elsewhere
        || service.environment.iter().any(|(name, _)| moves(name))
        || service.command.iter().any(|word| moves(word.as_str()));
    if port == usual || service.ports.contains(&port) || is_moved {
        return None;
    }
    Some(moved(program, address, port, usual))
}

fn moved(program: &Exporter, address: &Address<'_>, port: u16, usual: u16) -> Fault {
    let (name, host) = (program.name, address.host);
    let message = match address.is_port_written {
        true => format!("{host} runs {name}, which listens on {usual}, not on {port}"),
        false => format!(
            "no port is written, which means {port}, and {host} runs {name}, which listens on {usual}"
        ),
    };
    Fault {
        message,
        help: format!("Write {host}:{usual}."),
    }
}

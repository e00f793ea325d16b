//! Compose files, as far as they say who listens where. Nothing in them is judged: what cannot be read is passed
//! over.

use std::ops::Range;
use std::sync::Arc;

use super::text::Text;
use crate::source::{Node, SourceFile};

/// A compose file.
#[derive(Clone, Debug)]
pub struct Compose {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The services in the order written.
    pub services: Vec<Service>,
}

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name.
    pub name: Text,
    /// Byte range of what is said of it.
    pub range: Range<usize>,
    /// The image that it runs.
    pub image: Option<Text>,
    /// The folder that its image is built from.
    pub build: Option<Text>,
    /// The names that others reach it by: its own, its container's, its host's, its aliases.
    pub hosts: Vec<String>,
    /// The ports of the container that are named.
    pub ports: Vec<u16>,
    /// The environment that is set in the file itself.
    pub environment: Vec<(String, String)>,
}

/// Reads the root of a compose file.
pub fn read_compose(file: &Arc<SourceFile>, root: &Node) -> Compose {
    let entries = root
        .get("services")
        .and_then(Node::as_mapping)
        .unwrap_or_default();
    let services = entries.iter().filter_map(|entry| {
        let name = Text::of(&entry.key).filter(|_| !entry.key.is_null())?;
        entry.value.as_mapping()?;
        Some(read_service(name, &entry.value))
    });
    Compose {
        file: file.clone(),
        services: services.collect(),
    }
}

fn read_service(name: Text, node: &Node) -> Service {
    let mut hosts = vec![name.as_str().to_owned()];
    for key in ["container_name", "hostname"] {
        hosts.extend(field(node, key).and_then(Node::as_str).map(str::to_owned));
    }
    let networks = field(node, "networks")
        .and_then(Node::as_mapping)
        .unwrap_or_default();
    for network in networks {
        let aliases = field(&network.value, "aliases").and_then(Node::as_sequence);
        hosts.extend(
            aliases
                .unwrap_or_default()
                .iter()
                .filter_map(|a| a.as_str().map(str::to_owned)),
        );
    }
    let build = field(node, "build").and_then(|build| match build.as_mapping() {
        Some(_) => field(build, "context"),
        None => Some(build),
    });
    Service {
        range: node.range.clone(),
        image: field(node, "image").and_then(Text::of),
        build: build.and_then(Text::of),
        hosts,
        ports: read_ports(node),
        environment: read_environment(node),
        name,
    }
}

/// A field of a mapping, or of those that `<<` merges into it. Merges in merged mappings count too, a few deep.
fn field<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    fn within<'n>(node: &'n Node, key: &str, depth: usize) -> Option<&'n Node> {
        if let Some(own) = node.get(key) {
            return Some(own);
        }
        let merged = node.get("<<").filter(|_| depth > 0)?;
        let list = merged.as_sequence().unwrap_or(std::slice::from_ref(merged));
        list.iter().find_map(|one| within(one, key, depth - 1))
    }
    within(node, key, 4)
}

/// The ports of the container among `ports` (`"3001:3000"`, `8000`, `target: 80`) and `expose`.
fn read_ports(node: &Node) -> Vec<u16> {
    let mut ports = Vec::new();
    for key in ["ports", "expose"] {
        let list = field(node, key).and_then(Node::as_sequence).unwrap_or_default();
        for port in list {
            let written = match port.as_mapping() {
                Some(_) => field(port, "target").and_then(Node::as_str),
                None => port.as_str(),
            };
            let inside = written.and_then(|w| w.rsplit(':').next()).unwrap_or_default();
            let inside = inside.split('/').next().unwrap_or_default();
            let (first, last) = inside.split_once('-').unwrap_or((inside, inside));
            if let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) {
                ports.extend(first..=last);
            }
        }
    }
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// The environment, as a mapping or as a list of `NAME=value`.
fn read_environment(node: &Node) -> Vec<(String, String)> {
    let Some(environment) = field(node, "environment") else {
        return Vec::new();
    };
    let list = environment.as_sequence().unwrap_or_default();
    let listed = list.iter().filter_map(|item| {
        let (name, value) = item.as_str()?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    let mapped = environment
        .as_mapping()
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| {
            let (name, value) = (entry.key.as_str()?, entry.value.as_str()?);
            Some((name.to_owned(), value.to_owned()))
        });
    listed.chain(mapped).collect()
}

#[cfg(test)]
mod tests;

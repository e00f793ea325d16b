//! Compose files, as far as they say who listens where, what is mounted, and who needs whom. Nothing in them is judged:
//! what cannot be read is passed over.

mod mounts;
mod ports;

use std::ops::Range;
use std::sync::Arc;

use super::reader::Reader;
use super::text::Text;
use crate::source::{Node, SourceFile};

pub use mounts::Mount;

/// A compose file.
#[derive(Clone, Debug)]
pub struct Compose {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The services in the order written.
    pub services: Vec<Service>,
    /// Whether services of other files belong to them: `include`.
    pub includes_others: bool,
    /// Whether services of other projects can be reached: a network from outside.
    pub joins_others: bool,
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
    /// Ports of the host with those of the container behind them.
    pub published: Vec<(u16, u16)>,
    /// The environment that is set in the file itself.
    pub environment: Vec<(String, String)>,
    /// Whether environment comes from elsewhere, too: from a file, or from whoever runs compose.
    pub environment_from_elsewhere: bool,
    /// The words that it is started with: those of `entrypoint`, then those of `command`.
    pub command: Vec<Text>,
    /// The services that it is started after.
    pub depends_on: Vec<Text>,
    /// Files and folders of the host in the container.
    pub mounts: Vec<Mount>,
    /// Whether it has no network of its own, but that of the host or of another container.
    pub shares_network: bool,
}

/// Reads the root of a compose file.
pub fn read_compose(file: &Arc<SourceFile>, root: &Node) -> Compose {
    let mapping = |key: &str| root.get(key).and_then(Node::as_mapping).unwrap_or_default();
    let given = mounts::named_files(mapping("configs"));
    let services = mapping("services").iter().filter_map(|entry| {
        let name = Text::of(&entry.key).filter(|_| !entry.key.is_null())?;
        entry.value.as_mapping()?;
        Some(read_service(name, &entry.value, &given))
    });
    let is_from_outside = |network: &Node| {
        network
            .get("external")
            .is_some_and(|e| e.as_str() != Some("false"))
    };
    Compose {
        file: file.clone(),
        services: services.collect(),
        includes_others: root.get("include").is_some(),
        joins_others: mapping("networks")
            .iter()
            .any(|entry| is_from_outside(&entry.value)),
    }
}

/// Reports services that do not stand under `services`, in a file that is named like a compose file: so they stood in the
/// first version of the format, which Compose reads no more.
pub fn refuse_bare_services(reader: &mut Reader<'_>, root: &Node) {
    let name = reader
        .file
        .path()
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let entries = root.as_mapping().unwrap_or_default();
    let is_service = |node: &Node| {
        node.get("image")
            .or(node.get("build"))
            .is_some_and(|n| n.as_sequence().is_none())
    };
    let bare = entries.iter().find(|entry| is_service(&entry.value));
    let is_compose = name.starts_with("docker-compose") || name.starts_with("compose");
    if let Some(service) = bare.filter(|_| is_compose && root.get("services").is_none()) {
        let help = "Write the services under `services:`.";
        reader.missing("the compose file", "services", service.key.range.clone(), help);
    }
}

fn read_service(name: Text, node: &Node, given: &mounts::Named) -> Service {
    let build = field(node, "build").and_then(|build| match build.as_mapping() {
        Some(_) => field(build, "context"),
        None => Some(build),
    });
    let (environment, unset) = read_environment(node);
    let (ports, published) = ports::read(node);
    let network = field(node, "network_mode").and_then(Node::as_str);
    Service {
        range: node.range.clone(),
        image: field(node, "image").and_then(Text::of),
        build: build.and_then(Text::of),
        hosts: read_hosts(&name, node),
        ports,
        published,
        environment_from_elsewhere: unset || field(node, "env_file").is_some(),
        environment,
        command: [words(node, "entrypoint"), words(node, "command")].concat(),
        depends_on: names(node, "depends_on"),
        mounts: mounts::read(node, given),
        shares_network: network.is_some_and(|network| network != "bridge"),
        name,
    }
}

/// The names that others reach a service by.
fn read_hosts(name: &Text, node: &Node) -> Vec<String> {
    let mut hosts = vec![name.as_str().to_owned()];
    for key in ["container_name", "hostname"] {
        hosts.extend(field(node, key).and_then(Node::as_str).map(str::to_owned));
    }
    let networks = field(node, "networks").and_then(Node::as_mapping);
    for network in networks.unwrap_or_default() {
        let aliases = field(&network.value, "aliases").and_then(Node::as_sequence);
        let aliases = aliases.unwrap_or_default().iter();
        hosts.extend(aliases.filter_map(|alias| alias.as_str().map(str::to_owned)));
    }
    hosts
}

/// The words of a command that is written as a list, or as one text with spaces between them.
fn words(node: &Node, key: &str) -> Vec<Text> {
    let Some(written) = field(node, key) else {
        return Vec::new();
    };
    match written.as_sequence() {
        Some(list) => list.iter().filter_map(Text::of).collect(),
        None => {
            let whole = Text::of(written);
            let split = |text: &Text| {
                let words = text.as_str().split_whitespace();
                words.map(|word| text.with(word.to_owned())).collect()
            };
            whole.as_ref().map(split).unwrap_or_default()
        }
    }
}

/// Names in a list, or the keys of a mapping.
fn names(node: &Node, key: &str) -> Vec<Text> {
    let Some(written) = field(node, key) else {
        return Vec::new();
    };
    match written.as_mapping() {
        Some(entries) => entries.iter().filter_map(|entry| Text::of(&entry.key)).collect(),
        None => written
            .as_sequence()
            .unwrap_or_default()
            .iter()
            .filter_map(Text::of)
            .collect(),
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

/// The environment, as a mapping or as a list of `NAME=value`, and whether there are names without a value.
fn read_environment(node: &Node) -> (Vec<(String, String)>, bool) {
    let Some(environment) = field(node, "environment") else {
        return (Vec::new(), false);
    };
    let mut unset = false;
    let mut set = Vec::new();
    for item in environment.as_sequence().unwrap_or_default() {
        match item.as_str().and_then(|item| item.split_once('=')) {
            Some((name, value)) => set.push((name.to_owned(), value.to_owned())),
            None => unset = true,
        }
    }
    for entry in environment.as_mapping().unwrap_or_default() {
        match (entry.key.as_str(), entry.value.as_str()) {
            (Some(name), Some(value)) if !entry.value.is_null() => {
                set.push((name.to_owned(), value.to_owned()))
            }
            _ => unset = true,
        }
    }
    (set, unset)
}

#[cfg(test)]
mod tests;

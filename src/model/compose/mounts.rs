//! What of the host is in a container.

use std::collections::HashMap;
use std::ops::Range;

use super::field;
use crate::model::text::Text;
use crate::source::{Entry, Node};

/// A file or folder of the host, or a volume, in a container.
#[derive(Clone, Debug)]
pub struct Mount {
    /// Where it is on the host, as written: relative to the compose file, where it begins with a dot. The name of a
    /// volume is no path.
    pub source: Text,
    /// Where it is in the container.
    pub target: String,
    /// Byte range of the entry.
    pub range: Range<usize>,
}

impl Mount {
    /// The path on the host, relative to the compose file; nothing for volumes, and where variables or the user's home
    /// are in it.
    pub fn path(&self) -> Option<&str> {
        let source = self.source.as_str();
        (source.starts_with(['.', '/']) && !source.contains('$')).then_some(source)
    }
}

/// The files that are given by name under `configs`.
pub(super) type Named = HashMap<String, Text>;

/// Reads the `configs` of a compose file that are files.
pub(super) fn named_files(entries: &[Entry]) -> Named {
    let named = entries.iter().filter_map(|entry| {
        let file = entry.value.get("file").and_then(Text::of)?;
        Some((entry.key.as_str()?.to_owned(), file))
    });
    named.collect()
}

/// Reads the mounts of a service: `volumes` and `configs`.
pub(super) fn read(node: &Node, given: &Named) -> Vec<Mount> {
    let list = |key: &str| field(node, key).and_then(Node::as_sequence).unwrap_or_default();
    let volumes = list("volumes").iter().filter_map(read_volume);
    let configs = list("configs").iter().filter_map(|config| {
        let (name, target) = match config.as_mapping() {
            Some(_) => (
                config.get("source")?.as_str()?,
                config.get("target").and_then(Node::as_str),
            ),
            None => (config.as_str()?, None),
        };
        Some(Mount {
            source: given.get(name)?.clone(),
            target: target.map_or_else(|| format!("/{name}"), str::to_owned),
            range: config.range.clone(),
        })
    });
    volumes.chain(configs).collect()
}

/// `./a:/b:ro`, or a mapping with `source` and `target`.
fn read_volume(node: &Node) -> Option<Mount> {
    let (source, target) = match node.as_mapping() {
        Some(_) => (
            node.get("source").and_then(Text::of)?,
            node.get("target")?.as_str()?.to_owned(),
        ),
        None => {
            let whole = Text::of(node)?;
            let (source, rest) = whole.as_str().split_once(':')?;
            let target = rest.split(':').next().unwrap_or_default().to_owned();
            (whole.with(source.to_owned()), target)
        }
    };
    Some(Mount {
        source,
        target,
        range: node.range.clone(),
    })
}

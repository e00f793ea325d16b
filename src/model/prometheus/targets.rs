//! The targets of a scrape job: those that are listed in the configuration, and where others are found.

use super::fields;
use crate::model::reader::{Fields, Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// Targets with the labels that they share.
#[derive(Clone, Debug, Default)]
pub struct TargetGroup {
    /// `host:port` of each.
    pub targets: Vec<Text>,
    /// Their labels.
    pub labels: Vec<(Text, Text)>,
}

/// Reads the targets that are listed in the file itself.
pub(super) fn read_static(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<TargetGroup> {
    let mut groups = Vec::new();
    let Some(list) = fields.get("static_configs") else {
        return groups;
    };
    for node in reader.sequence(list, "`static_configs`") {
        if node.is_null() {
            let help = "Write the targets: `- targets: [host:port]`.";
            reader.empty("an entry of `static_configs`", node.place(), help);
            continue;
        }
        let Some(written) = reader.mapping(node, "an entry of `static_configs`", fields::STATIC_TARGETS)
        else {
            continue;
        };
        let mut group = TargetGroup::default();
        if let Some(list) = written.get("targets") {
            for target in reader.sequence(list, "`targets`") {
                group.targets.extend(reader.text(target, "a target"));
            }
            check_addresses(reader, fields, &group.targets);
        }
        if let Some(labels) = written.get("labels") {
            group.labels = reader.text_map(labels, "labels");
        }
        groups.push(group);
    }
    groups
}

/// Targets are addresses, unless a relabelling may make some of them.
fn check_addresses(reader: &mut Reader<'_>, fields: &Fields<'_>, targets: &[Text]) {
    let relabelled = fields.get("relabel_configs").and_then(Node::as_sequence);
    if relabelled.is_some_and(|steps| !steps.is_empty()) {
        return;
    }
    for target in targets.iter().filter(|target| target.as_str().contains('/')) {
        let message = format!(
            "the target `{}` is no `host:port`: Prometheus refuses the file",
            target.as_str()
        );
        let help = "Write `host:port` alone; the scheme and the path stand in `scheme` and `metrics_path` of the job.";
        reader.error(codes::INVALID_VALUE, target.whole(reader.file), message, help);
    }
}

/// Reads the globs of the files that list targets.
pub(super) fn read_files(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<Text> {
    let mut globs = Vec::new();
    let Some(list) = fields.get("file_sd_configs") else {
        return globs;
    };
    for node in reader.sequence(list, "`file_sd_configs`") {
        let written = reader.mapping(
            node,
            "an entry of `file_sd_configs`",
            &["files", "refresh_interval"],
        );
        if let Some(list) = written.and_then(|written| written.get("files")) {
            for file in reader.sequence(list, "`files`") {
                globs.extend(reader.text(file, "a file of targets"));
            }
        }
    }
    globs
}

/// Whether targets are found while Prometheus runs.
pub(super) fn are_discovered(fields: &Fields<'_>) -> bool {
    let known = ["static_configs", "file_sd_configs"];
    let others = fields::DISCOVERY.iter().filter(|key| !known.contains(key));
    others.into_iter().any(|key| fields.get(key).is_some())
}

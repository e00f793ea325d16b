//! Where alerts are sent.

use super::relabelling::{self, Relabelling};
use super::targets::{self, TargetGroup};
use super::{fields, read_duration};
use crate::model::reader::Reader;
use crate::source::Node;

/// Where alerts are sent, and what is done to their labels before.
#[derive(Clone, Debug, Default)]
pub struct Alerting {
    /// The Alertmanagers.
    pub alertmanagers: Vec<AlertmanagerGroup>,
    /// How the labels of alerts are changed before they are sent, for all or some Alertmanagers.
    pub relabelling: Vec<Relabelling>,
}

/// Alertmanagers that are found in the same way.
#[derive(Clone, Debug, Default)]
pub struct AlertmanagerGroup {
    /// Those that are listed in the file itself.
    pub targets: Vec<TargetGroup>,
    /// Whether there are others that are found while Prometheus runs.
    pub discovers: bool,
    /// How their addresses are changed.
    pub relabelling: Vec<Relabelling>,
}

/// Reads the section.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Alerting> {
    let fields = reader.mapping(node, "`alerting`", fields::ALERTING)?;
    let mut alerting = Alerting {
        relabelling: relabelling::read(reader, &fields, "alert_relabel_configs"),
        ..Alerting::default()
    };
    let Some(list) = fields.get("alertmanagers") else {
        return Some(alerting);
    };
    let known = [fields::ALERTMANAGER, fields::DISCOVERY, fields::HTTP_CLIENT].concat();
    for node in reader.sequence(list, "`alertmanagers`") {
        let Some(group) = reader.mapping(node, "an entry of `alertmanagers`", &known) else {
            continue;
        };
        read_duration(reader, &group, "timeout");
        let of_group = relabelling::read(reader, &group, "alert_relabel_configs");
        alerting.relabelling.extend(of_group);
        alerting.alertmanagers.push(AlertmanagerGroup {
            targets: targets::read_static(reader, &group),
            discovers: targets::are_discovered(&group) || group.get("file_sd_configs").is_some(),
            relabelling: relabelling::read(reader, &group, "relabel_configs"),
        });
    }
    Some(alerting)
}

//! Where alerts are sent.

use super::naming::Names;
use super::relabelling::{self, Relabelling};
use super::targets::{self, TargetGroup};
use super::{fields, read_duration};
use crate::model::reader::Reader;
use crate::model::shapes::http;
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
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, names: Names) -> Option<Alerting> {
    let fields = reader.mapping(node, "`alerting`", fields::ALERTING)?;
    let mut alerting = Alerting {
        relabelling: relabelling::read(reader, &fields, "alert_relabel_configs", names),
        ..Alerting::default()
    };
    let Some(list) = fields.get("alertmanagers") else {
        return Some(alerting);
    };
    let known = fields::with_http_client(&[fields::ALERTMANAGER, fields::DISCOVERY]);
    for node in reader.sequence(list, "`alertmanagers`") {
        let Some(group) = reader.mapping(node, "an entry of `alertmanagers`", &known) else {
            continue;
        };
        http::read_among(reader, &group, "an entry of `alertmanagers`");
        read_duration(reader, &group, "timeout");
        if let Some(node) = group.get("api_version") {
            reader.choice(node, "api_version", &["v2"]);
        }
        let of_group = relabelling::read(reader, &group, "alert_relabel_configs", names);
        alerting.relabelling.extend(of_group);
        alerting.alertmanagers.push(AlertmanagerGroup {
            targets: targets::read_static(reader, &group),
            discovers: targets::are_discovered(&group) || group.get("file_sd_configs").is_some(),
            relabelling: relabelling::read(reader, &group, "relabel_configs", names),
        });
    }
    Some(alerting)
}

//! Names that are used and not defined, or defined twice.

use super::{AlertmanagerConfig, Route};
use crate::model::reader::{Reader, codes, nearest};
use crate::model::text::Text;

/// Reports them.
pub(super) fn check(reader: &mut Reader<'_>, config: &AlertmanagerConfig) {
    let receivers: Vec<&Text> = config.receivers.iter().filter_map(|r| r.name.as_ref()).collect();
    let intervals: Vec<&Text> = config
        .time_intervals
        .iter()
        .filter_map(|t| t.name.as_ref())
        .collect();
    report_repeated(reader, &receivers, "notification config name");
    report_repeated(reader, &intervals, "time interval");
    if let Some(route) = &config.route {
        let known =
            |names: &[&Text]| -> Vec<String> { names.iter().map(|n| n.as_str().to_owned()).collect() };
        check_route(reader, route, &known(&receivers), &known(&intervals));
    }
}

fn report_repeated(reader: &mut Reader<'_>, names: &[&Text], what: &str) {
    for (number, name) in names.iter().enumerate() {
        let same = |other: &&&Text| other.as_str() == name.as_str();
        if let Some(first) = names[..number].iter().find(same) {
            let line = reader.file.line_column(first.raw().start).line;
            let message = format!(
                "{what} {:?} is not unique: Alertmanager refuses the file",
                name.as_str()
            );
            let help = format!("Rename one of the two; the first is on line {line}.");
            reader.error(codes::INVALID_VALUE, name.whole(reader.file), message, help);
        }
    }
}

fn check_route(reader: &mut Reader<'_>, route: &Route, receivers: &[String], intervals: &[String]) {
    if let Some(name) = &route.receiver {
        check_name(reader, name, receivers, "receiver");
    }
    for name in route
        .active_time_intervals
        .iter()
        .chain(&route.mute_time_intervals)
    {
        check_name(reader, name, intervals, "time interval");
    }
    for child in &route.routes {
        check_route(reader, child, receivers, intervals);
    }
}

fn check_name(reader: &mut Reader<'_>, name: &Text, known: &[String], what: &str) {
    if known.iter().any(|k| k == name.as_str()) {
        return;
    }
    let message = format!(
        "undefined {what} {:?} used in route: Alertmanager refuses the file",
        name.as_str()
    );
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let help = match (nearest(name.as_str(), &known), known.is_empty()) {
        (Some(near), _) => format!("Did you mean `{near}`?"),
        (None, true) => format!("The file defines no {what}."),
        (None, false) => format!("Define it; the file has {}.", known.join(", ")),
    };
    reader.error(codes::UNDEFINED_NAME, name.whole(reader.file), message, help);
}

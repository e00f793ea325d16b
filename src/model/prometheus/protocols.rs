//! In which formats pages of metrics are asked for, and how large they may be.

use crate::model::reader::{Fields, Reader, codes};
use crate::model::text::Text;

const PROTOCOLS: [&str; 5] = [
    "PrometheusProto",
    "PrometheusText0.0.4",
    "PrometheusText1.0.0",
    "OpenMetricsText0.0.1",
    "OpenMetricsText1.0.0",
];

/// Units of sizes, each 1024 times the one before.
const UNITS: [&str; 13] = [
    "B", "KB", "MB", "GB", "TB", "PB", "EB", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB",
];

/// Reports formats that there are not or that are listed twice, and a limit of size that is none.
pub(super) fn check(reader: &mut Reader<'_>, fields: &Fields<'_>) {
    if let Some(node) = fields.get("scrape_protocols").filter(|node| !node.is_null()) {
        let listed = reader.sequence(node, "`scrape_protocols`");
        if node.as_sequence().is_some_and(<[_]>::is_empty) {
            let message = "`scrape_protocols` is empty: Prometheus refuses the file";
            let help = "Leave it out, for those that Prometheus prefers itself.";
            reader.error(codes::INVALID_VALUE, node.place(), message, help);
        }
        let mut seen: Vec<String> = Vec::new();
        for node in listed {
            let Some(text) = reader.text(node, "a scrape protocol") else {
                continue;
            };
            let lower = text.as_str().to_lowercase();
            if seen.contains(&lower) {
                let message = format!("{} is listed twice: Prometheus refuses the file", text.as_str());
                let range = text.whole(reader.file);
                reader.error(codes::INVALID_VALUE, range, message, "Keep the first.");
            } else {
                check_protocol(reader, &text);
            }
            seen.push(lower);
        }
    }
    let fallback = fields
        .get("fallback_scrape_protocol")
        .filter(|node| !node.is_null());
    let fallback = fallback.and_then(|node| reader.text(node, "fallback_scrape_protocol"));
    if let Some(text) = fallback.filter(|text| !text.as_str().is_empty()) {
        check_protocol(reader, &text);
    }
    let limit = fields.get("body_size_limit").filter(|node| !node.is_null());
    let limit = limit.and_then(|node| reader.text(node, "body_size_limit"));
    if let Some(limit) = limit.filter(|limit| !is_size(limit.as_str())) {
        let message = format!(
            "body_size_limit cannot be `{}`: Prometheus refuses the file",
            limit.as_str()
        );
        let help = "Write a number with a unit: `10MB`; without a limit, `0`.";
        reader.error(codes::INVALID_VALUE, limit.whole(reader.file), message, help);
    }
}

fn check_protocol(reader: &mut Reader<'_>, text: &Text) {
    if PROTOCOLS.contains(&text.as_str()) {
        return;
    }
    let message = format!(
        "there is no scrape protocol `{}`: Prometheus refuses the file",
        text.as_str()
    );
    let help = format!("Those that there are: {}.", PROTOCOLS.join(", "));
    reader.error(codes::INVALID_VALUE, text.whole(reader.file), message, help);
}

/// Whether a text is a size: numbers, each with a unit, one behind the other, or zero.
fn is_size(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let mut any = false;
    while !rest.is_empty() {
        let number = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (digits, behind) = rest.split_at(number);
        let unit = behind
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(unit);
        let is_number = digits.contains(|c: char| c.is_ascii_digit()) && digits.matches('.').count() < 2;
        if !is_number || !UNITS.contains(&unit) {
            return false;
        }
        (rest, any) = (behind, true);
    }
    any
}

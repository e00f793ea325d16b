//! The moment at which the clock of a test starts.

use crate::model::reader::{Located, Reader, codes};
use crate::source::Node;

/// A time in RFC 3339 or in seconds since the epoch.
pub(super) fn read_timestamp(reader: &mut Reader<'_>, node: &Node) -> Option<Located<i64>> {
    let text = reader.text(node, "start_timestamp")?;
    if node.is_null() {
        return None;
    }
    let seconds = text.as_str().parse::<f64>().ok().filter(|s| s.is_finite());
    let millis = seconds.map(|s| (s * 1000.0).round() as i64).or_else(|| {
        text.as_str()
            .parse::<jiff::Timestamp>()
            .ok()
            .map(|t| t.as_millisecond())
    });
    match millis {
        Some(value) => Some(Located {
            value,
            range: text.raw(),
        }),
        None => {
            let message = format!(
                "cannot parse \"{}\" to a valid timestamp: {} refuses the file",
                text.as_str(),
                reader.consumer
            );
            let help = "Write seconds since the epoch, or a time like `2026-01-31T12:00:00Z`.";
            reader.error(codes::INVALID_VALUE, text.whole(reader.file), message, help);
            None
        }
    }
}

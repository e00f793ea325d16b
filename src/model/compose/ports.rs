//! The ports of a service.

use super::field;
use crate::source::Node;

/// The ports of the container among `ports` (`"3001:3000"`, `8000`, `target: 80`) and `expose`, and those of the host
/// with the ones behind them.
pub(super) fn read(node: &Node) -> (Vec<u16>, Vec<(u16, u16)>) {
    let (mut ports, mut published) = (Vec::new(), Vec::new());
    for key in ["ports", "expose"] {
        let list = field(node, key).and_then(Node::as_sequence).unwrap_or_default();
        for port in list {
            let (outside, inside) = match port.as_mapping() {
                Some(_) => {
                    let side = |key: &str| field(port, key).and_then(Node::as_str).unwrap_or_default();
                    (side("published"), side("target"))
                }
                None => sides(port.as_str().unwrap_or_default()),
            };
            let inside = range(inside);
            ports.extend(inside.clone());
            published.extend(range(outside).zip(inside));
        }
    }
    ports.sort_unstable();
    ports.dedup();
    (ports, published)
}

/// The port of the host, which may be missing, and that of the container: `127.0.0.1:3001:3000/tcp`.
fn sides(written: &str) -> (&str, &str) {
    let (before, inside) = written.rsplit_once(':').unwrap_or(("", written));
    (before.rsplit(':').next().unwrap_or_default(), inside)
}

/// The ports from `8000-8002`, or the one that is named; none where it is no number.
fn range(written: &str) -> std::ops::RangeInclusive<u16> {
    let bare = written.split('/').next().unwrap_or_default();
    let (first, last) = bare.split_once('-').unwrap_or((bare, bare));
    match (first.parse::<u16>(), last.parse::<u16>()) {
        (Ok(first), Ok(last)) => first..=last,
        #[expect(clippy::reversed_empty_ranges, reason = "it is to be empty")]
        _ => 1..=0,
    }
}

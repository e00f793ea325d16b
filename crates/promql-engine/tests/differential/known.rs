//! What has changed between promtool 3.5 and Prometheus 3.14, as far as generated expressions come upon it, and what the
//! engine does otherwise.

use std::sync::LazyLock;

use regex::Regex;

use crate::promtool::Answer;

/// Why results of an expression may differ, by a pattern that the expression matches.
const CHANGES: &[(&str, &str)] = &[
    (
        r"timestamp\([a-z_]+(\{[^}]*\})? @ 470.5 offset",
        "3.14 takes the selector as it is and forgets the offset beside @ (#16896)",
    ),
    (
        r"mad_over_time",
        "NaN among the samples makes the result NaN since 3.14 (#19040)",
    ),
    (
        r"(avg|sum)[a-z_]*[^(]*\(.*(latency|size|mixed)",
        "histograms are added up with compensation since 3.10 (#18252)",
    ),
    (
        r"(rate|increase|delta)\(.*(latency|size|mixed)",
        "histograms are not extrapolated below zero since 3.6 (#16828)",
    ),
    (
        r"histogram_fraction\(.*",
        "buckets are put in order first since 3.8 (#17424)",
    ),
    (
        r"(stddev|stdvar)[^(]*\(.*(latency|size|mixed)",
        "a group of histograms alone has no deviation in 3.14, where it was 0",
    ),
    (
        r"@ [a-z0-9.()]+.*\)\[[^\]]+:[^\]]*\] (@|offset)",
        "where a subquery shifts fixed times within it, Prometheus reads beyond the samples that it has loaded",
    ),
    (
        r"last_over_time\(\(",
        "names dropped within a subquery stay dropped since 3.12 (#18409)",
    ),
];

/// Why a result may differ from promtool's, if the engine's is `ours`.
pub(crate) fn change(expression: &str, ours: &Answer) -> Option<&'static str> {
    if matches!(ours, Answer::Error(message) if message.starts_with("multiple matches for labels")) {
        return Some("comparisons notice several matches too since 3.9 (#17668)");
    }
    static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let compiled = CHANGES
            .iter()
            .map(|(pattern, why)| (Regex::new(pattern).expect("compiles"), *why));
        compiled.collect()
    });
    PATTERNS
        .iter()
        .find(|(pattern, _)| pattern.is_match(expression))
        .map(|(_, why)| *why)
}

//! Scripts with words taken out, doubled, and put in other places: whatever they say, running them does no harm.
//!
//! `PROPTEST_CASES=50000 cargo test --release --test promql_scripts mutated` looks for longer.

use std::time::{Duration, Instant};

use promql_engine::EngineOptions;
use proptest::prelude::*;
use rulecheck::model::script::Script;
use rulecheck::replay::script;
use rulecheck::source::SourceFile;

/// Words that are likely to hurt.
const WORDS: [&str; 40] = [
    "0",
    "-1",
    "NaN",
    "Inf",
    "-Inf",
    "1e308",
    "5e-324",
    "0x1p3",
    "18446744073709551615",
    "1x9999999999",
    "0+1x50000",
    "_x18446744073709551615",
    "stalex99",
    "292y",
    "1ms",
    "0s",
    "99999y",
    "{{}}",
    "{{schema:9}}",
    "{{schema:-53 custom_values:[1 2] buckets:[1 2 3 4]}}",
    "{{count:NaN sum:Inf z_bucket_w:NaN buckets:[1]}}",
    "{{schema:8 offset:2147483647 buckets:[1 1]}}",
    "{{schema:-4 offset:-2147483648 n_offset:70 buckets:[1] n_buckets:[2]}}",
    "{a=\"\\xff\"}",
    "[5m:1ms]",
    "[1y:]",
    "@ 9223372036854775807",
    "offset -292y",
    "on ()",
    "group_left",
    "fill (NaN)",
    "bool",
    "by (le)",
    "without ()",
    "((((",
    "))))",
    "!",
    "\u{0}",
    "日本",
    "anchored",
];

/// A script of ours with a few changes.
fn mutated() -> impl Strategy<Value = String> {
    let texts: Vec<String> = super::scripts()
        .iter()
        .map(|(file, _)| file.text().to_owned())
        .collect();
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0usize..WORDS.len() + 3,
    );
    (
        prop::sample::select(texts),
        any::<prop::sample::Index>(),
        prop::collection::vec(change, 1..12),
    )
        .prop_map(|(text, start, changes)| {
            // A part of the script is enough, and faster.
            let blocks: Vec<&str> = text.split("\n\n").collect();
            let start = start.index(blocks.len());
            let part = [
                &blocks[..2.min(blocks.len())],
                &blocks[start..(start + 12).min(blocks.len())],
            ]
            .concat();
            let mut words: Vec<String> = part
                .join("\n\n")
                .split_inclusive([' ', '\n'])
                .map(str::to_owned)
                .collect();
            for (at, other, change) in changes {
                let (at, other) = (at.index(words.len()), other.index(words.len()));
                match change.checked_sub(3) {
                    Some(word) => words[at] = format!("{} ", WORDS[word]),
                    None if change == 0 => words[at].clear(),
                    None if change == 1 => words.swap(at, other),
                    None => words[at] = format!("{}{}", words[at], words[other]),
                }
            }
            words.concat()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn mutated_scripts_do_no_harm(text in mutated()) {
        let options = EngineOptions {
            max_samples: 1_000_000,
            timeout: Some(Duration::from_secs(1)),
            ..script::engine_options()
        };
        let file = SourceFile::new("mutated.test", text.as_str());
        let began = Instant::now();
        script::run(&file, &Script::parse(&file), &options);
        prop_assert!(began.elapsed() < Duration::from_secs(20), "took {:?}", began.elapsed());
    }
}

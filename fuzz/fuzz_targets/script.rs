//! Any script: it is read and run to its end, within bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use promql_engine::EngineOptions;
use rulecheck::model::script::Script;
use rulecheck::replay::script;
use rulecheck::source::SourceFile;

fuzz_target!(|text: &str| {
    let file = SourceFile::new("fuzz.test", text);
    let script = Script::parse(&file);
    let options = EngineOptions {
        max_samples: 100_000,
        timeout: Some(std::time::Duration::from_secs(2)),
        ..script::engine_options()
    };
    let _ = script::run(&file, &script, &options);
});

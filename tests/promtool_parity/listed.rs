//! Prometheus' own test files, in the folder `shared/conformance/promtool` beside the project or in the one that
//! `RULECHECK_SHARED` names in the place of `shared`. Their verdicts are listed there in `EXPECTED.tsv`.

use regex::Regex;
use rulecheck::outcome::Status;
use rulecheck::replay::run::RunOptions;

use crate::ours;
use crate::shared::shared;

#[test]
fn prometheus_own_test_files_have_their_verdicts() {
    let Some(folder) = shared("conformance/promtool") else {
        return;
    };
    let list = std::fs::read_to_string(folder.join("EXPECTED.tsv")).expect("the list can be read");
    let mut wrong = Vec::new();
    let mut rows = 0;
    for row in list.lines().filter(|row| !row.starts_with('#')) {
        let fields: Vec<&str> = row.split('\t').collect();
        let [file, filters, flags, code] = fields[..] else {
            panic!("a row has four fields: {row}");
        };
        let filters = filters.split_whitespace();
        let options = RunOptions {
            run: filters.map(|f| Regex::new(f).expect("compiles")).collect(),
            ignore_unknown_fields: flags == "ignore unknown fields",
            ..RunOptions::default()
        };
        let verdict = ours::test(&[folder.join(file)], &options);
        let passes = verdict.unreadable.is_empty()
            && !verdict.outcomes.is_empty()
            && verdict.outcomes.iter().all(|o| o.status == Status::Passed);
        if passes != (code == "0") {
            wrong.push(format!("{row}: {:?} {:#?}", verdict.unreadable, verdict.outcomes));
        }
        rows += 1;
    }
    println!("{rows} verdicts");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

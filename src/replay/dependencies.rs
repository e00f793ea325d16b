//! Which files the tests of a file depend on.

use std::path::{Path, PathBuf};

use super::rule_files::{is_glob, resolve};
use super::run::TestFile;
use crate::model::text::Text;

/// The files that a file of tests depends on, itself among them, as paths from the current folder. A file that is
/// named and does not exist is one of them.
pub fn files_read(file: &TestFile<'_>) -> Vec<PathBuf> {
    let mut paths = vec![file.path().to_owned()];
    if let TestFile::UnitTests { tests, .. } = file {
        let beside = |name: &Text| {
            tests
                .file
                .path()
                .parent()
                .unwrap_or(Path::new(""))
                .join(name.as_str())
        };
        for pattern in &tests.rule_files {
            match resolve(tests, pattern) {
                Ok(found) => paths.extend(found),
                Err(_) if !is_glob(pattern.as_str()) => paths.push(beside(pattern)),
                Err(_) => {}
            }
        }
        let configs = tests.tests.iter().filter_map(|test| test.alertmanager.as_ref());
        paths.extend(configs.chain(&tests.alertmanager).map(beside));
        let series = tests.tests.iter().flat_map(|test| &test.input_series);
        paths.extend(series.flat_map(|series| series.files()).map(beside));
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::testing::test_file;

    #[test]
    fn rule_files_and_data_are_read() {
        let tests = test_file(
            "rule_files: [missing.yml, ../rules.yml, 'no*.yml']\nalertmanager: am.yml\ntests:\n- input_series:\n  - {series: up, values: 1}\n  \
             - csv: data/a.csv\n  - metrics: [{file: b.prom}, {file: c.prom, at: 5m}]\n  - tsdb_dump: d.txt\n",
        );
        let file = TestFile::UnitTests {
            tests: &tests,
            diagnostics: &[],
        };
        let read: Vec<String> = files_read(&file)
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        assert_eq!(
            read,
            [
                "file.yml",
                "missing.yml",
                "../rules.yml",
                "am.yml",
                "data/a.csv",
                "b.prom",
                "c.prom",
                "d.txt"
            ]
        );
    }
}

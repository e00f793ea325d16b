//! The configurations of Alertmanager that a test file names.

use std::collections::HashMap;
use std::path::Path;

use crate::model::alertmanager::{self, AlertmanagerConfig};
use crate::model::text::Text;
use crate::model::unit_tests::{TestGroup, UnitTestFile};
use crate::replay::rule_files::{clean, one_line};

/// The configurations by their names in the test file, or what is wrong with them.
#[derive(Default)]
pub(in crate::replay) struct Configs(HashMap<String, Result<AlertmanagerConfig, Vec<String>>>);

impl Configs {
    /// Reads those that tests of a file ask.
    pub(in crate::replay) fn read(file: &UnitTestFile) -> Configs {
        let base = file.file.path().parent().unwrap_or(Path::new(""));
        let names = file.tests.iter().filter_map(|test| name_of(file, test));
        let read = names.map(|name| {
            let config = alertmanager::load(&clean(&base.join(name.as_str())));
            let config = config.map_err(|found| found.iter().map(one_line).collect());
            (name.as_str().to_owned(), config)
        });
        Configs(read.collect())
    }

    /// The configuration that a test asks.
    pub(in crate::replay) fn of(&self, file: &UnitTestFile, test: &TestGroup) -> Option<&AlertmanagerConfig> {
        self.0.get(name_of(file, test)?.as_str())?.as_ref().ok()
    }

    /// What is wrong with the configuration that a test asks, and where the test file names it.
    pub(in crate::replay) fn faults(&self, file: &UnitTestFile, test: &TestGroup) -> Vec<(usize, &str)> {
        let Some(name) = name_of(file, test) else {
            return Vec::new();
        };
        match self.0.get(name.as_str()) {
            Some(Err(faults)) => faults
                .iter()
                .map(|fault| (name.raw().start, fault.as_str()))
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The name of the configuration that a test asks, if it asks one.
fn name_of<'t>(file: &'t UnitTestFile, test: &'t TestGroup) -> Option<&'t Text> {
    if test.receivers.is_empty() {
        return None;
    }
    test.alertmanager.as_ref().or(file.alertmanager.as_ref())
}

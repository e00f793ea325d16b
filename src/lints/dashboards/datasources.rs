//! `fixed-datasource`: panels that ask one data source of one Grafana.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::{Context, Lint, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::dashboard::{Dashboard, Datasource};

/// See the module.
pub(in super::super) struct FixedDatasource;

impl Lint for FixedDatasource {
    describe!(
        "fixed-datasource",
        Warning,
        "a dashboard that asks one data source, whichever Grafana shows it"
    );

    fn dashboard(&self, _: &Context<'_>, board: &Dashboard, found: &mut Vec<Diagnostic>) {
        let file = &board.file;
        let mut fixed: BTreeMap<&str, (Range<usize>, usize)> = BTreeMap::new();
        let mut none: Option<(Range<usize>, usize)> = None;
        let of_variables = board
            .variables
            .iter()
            .filter(|variable| variable.is("query"))
            .map(|variable| (variable.datasource.as_ref(), variable.name.as_ref()));
        let of_queries = board.panels.iter().flat_map(|panel| {
            let targets = panel.targets.iter();
            targets.map(|target| (target.datasource.as_ref(), panel.title.as_ref()))
        });
        for (datasource, place) in of_variables.chain(of_queries) {
            let start = board.range.start..board.range.start + 1;
            let place = place.map_or(start, |text| text.raw());
            match datasource {
                Some(datasource) if datasource.is_built_in() || datasource.variable().is_some() => {}
                Some(Datasource { id: Some(id), .. }) if !["", "default"].contains(&id.as_str()) => {
                    // In the order of the file, the first comes first.
                    fixed.entry(id.as_str()).or_insert((id.whole(file), 0)).1 += 1;
                }
                _ => none.get_or_insert((place, 0)).1 += 1,
            }
        }
        for (id, (at, count)) in fixed {
            let message = format!(
                "{} the data source {id} by its name: in another Grafana it is not there",
                asks(count)
            );
            let help = "Let the reader choose it, with a variable of the type datasource.";
            found.push(Diagnostic::new(self.code(), Severity::Warning, message, file, at).with_help(help));
        }
        if let Some((at, count)) = none {
            let message = format!("{} whatever data source is the default one", asks(count));
            let help = "Name it, by a variable of the type datasource.";
            found.push(Diagnostic::new(self.code(), Severity::Info, message, file, at).with_help(help));
        }
    }
}

fn asks(count: usize) -> String {
    match count {
        1 => "a query of this dashboard asks".to_owned(),
        _ => format!("{count} queries of this dashboard ask"),
    }
}

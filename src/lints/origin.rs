//! Where a metric is known from, told in a finding.

use crate::catalog::{Catalog, Metric, Origin};
use crate::diagnostic::Diagnostic;

/// The metric that declares the series of one of these names, the first that a catalog knows.
pub(super) fn declared<'c, 's>(
    catalog: &'c Catalog,
    mut series: impl Iterator<Item = &'s str>,
) -> Option<&'c Metric> {
    series.find_map(|name| {
        let variants = &catalog.lookup(name)?.variants;
        let metric = variants.iter().find_map(|variant| variant.metric)?;
        Some(catalog.metric(metric))
    })
}

/// The finding with the place where a metric is declared, if that is in a file.
pub(super) fn with_place(finding: Diagnostic, metric: &Metric, remark: impl Into<String>) -> Diagnostic {
    match &metric.origin {
        Origin::Code(at) | Origin::Exposition(at) | Origin::Rule(at) => {
            finding.with_secondary(&at.file, at.range.clone(), remark)
        }
        _ => finding,
    }
}

/// The program whose catalog a metric is known from, where it is not one of the project's own.
pub(super) fn program(metric: &Metric) -> Option<String> {
    match &metric.origin {
        Origin::Recorded { program, version, .. } => Some(format!("{program} {version}")),
        _ => None,
    }
}

//! `panel-unit-mismatch`: a panel whose unit is not that of its values.

use super::super::{Context, Lint, PanelAt, describe};
use super::units::{Base, Measure, measure, of_quantity};
use crate::analysis::Quantity;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::dashboard::{Panel, Target};

/// See the module.
pub(in super::super) struct PanelUnitMismatch;

impl Lint for PanelUnitMismatch {
    describe!(
        "panel-unit-mismatch",
        Warning,
        "a panel that shows its values with the unit of something else, or with none"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn panel(&self, cx: &Context<'_>, PanelAt { board, panel }: PanelAt<'_>, found: &mut Vec<Diagnostic>) {
        for (target, quantity) in measured(cx, panel) {
            let field = &panel.field;
            let unit = field.unit.as_ref().map_or("", |unit| unit.as_str());
            let (is, shown) = (of_quantity(&quantity), measure(unit));
            let Some(consequence) = consequence(is, shown) else {
                continue;
            };
            let severity = match shown {
                Measure::Plain => Severity::Info,
                _ => Severity::Warning,
            };
            let what = is.text();
            let message = match unit {
                "" => format!("these are {what}, and the panel has no unit: {consequence}"),
                _ => format!("these are {what}, and the unit of the panel is {unit}: {consequence}"),
            };
            let at = target.expr.text.whole(&board.file);
            let mut finding = Diagnostic::new(self.code(), severity, message, &board.file, at);
            finding = finding.with_help(help(is, unit));
            if let Some(unit) = &field.unit {
                finding = finding.with_secondary(&board.file, unit.whole(&board.file), "the unit");
            }
            found.push(finding);
            // One unit is wrong once.
            return;
        }
    }
}

/// The queries of a panel whose values are shown with the unit of the panel, and what they measure.
pub(super) fn measured<'p>(cx: &Context<'_>, panel: &'p Panel) -> Vec<(&'p Target, Quantity)> {
    let field = &panel.field;
    let of_some = !field.override_units.is_empty() || field.mapped || field.shows_labels || panel.transformed;
    if of_some || !panel.shows_numbers() || panel.is(&["table", "heatmap"]) {
        return Vec::new();
    }
    let known = panel.shown().filter_map(|target| {
        let facts = cx.analyses.get(&target.expr)?.likely.root().quantity.clone();
        Some((target, facts))
    });
    known.collect()
}

/// What comes of showing one measure as another; nothing where it is right, or may be meant.
pub(super) fn consequence(is: Measure, shown: Measure) -> Option<String> {
    let Measure::Of(base, per_second) = is else {
        return match (is, shown) {
            (Measure::Date, Measure::Date) => {
                Some("Grafana takes dates in milliseconds, and shows 1970".to_owned())
            }
            (Measure::Date, Measure::Of(Base::Time(_), _)) => {
                Some("it shows for how long the world has counted seconds".to_owned())
            }
            _ => None,
        };
    };
    match shown {
        Measure::Other => None,
        Measure::Plain => match base {
            // A ratio, or a number of things, reads well as it is.
            Base::Ratio | Base::Percent | Base::Things => None,
            _ => Some("large and small values are hard to read".to_owned()),
        },
        Measure::Date => Some("the dates shown mean nothing".to_owned()),
        Measure::Of(as_base, as_rate) if base == as_base => match (per_second, as_rate) {
            (true, false) => Some("nobody sees that it is a rate".to_owned()),
            (false, true) => Some("what is shown as a rate is none".to_owned()),
            _ => None,
        },
        Measure::Of(Base::Percent, _) if base == Base::Ratio => Some("a half is shown as 0.5 %".to_owned()),
        Measure::Of(Base::Ratio, _) if base == Base::Percent => Some("50 is shown as 5000 %".to_owned()),
        Measure::Of(Base::Bits, _) if matches!(base, Base::Bytes(_)) => {
            Some("what is shown is an eighth of what there is".to_owned())
        }
        Measure::Of(..) => Some("what is shown is wrong".to_owned()),
    }
}

fn help(is: Measure, unit: &str) -> String {
    match is {
        Measure::Date => {
            "Multiply by 1000 and show it as a date, or subtract it from time() and show it in s.".to_owned()
        }
        _ => match is.unit() {
            Some(right) if unit != right => format!("The unit for them is {right}."),
            _ => "Give the panel the unit that its values have.".to_owned(),
        },
    }
}

//! `missing-unit` and `unknown-unit`: panels that do not say what their numbers are, or in a unit that Grafana does not
//! have.

use super::super::{Context, Lint, PanelAt, describe};
use super::unit_mismatch::{consequence, measured};
use super::units::{Measure, is_known, near, of_quantity};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(in super::super) struct MissingUnit;

/// See the module.
pub(in super::super) struct UnknownUnit;

impl Lint for MissingUnit {
    describe!(
        "missing-unit",
        Info,
        "a panel that does not say in what its numbers are"
    );

    fn panel(&self, cx: &Context<'_>, PanelAt { board, panel }: PanelAt<'_>, found: &mut Vec<Diagnostic>) {
        let field = &panel.field;
        let has_one = field.unit.is_some() || !field.override_units.is_empty();
        if has_one || field.mapped || field.shows_labels || !panel.shows_numbers() || panel.targets.is_empty()
        {
            return;
        }
        let measured = measured(cx, panel);
        let measures = || measured.iter().map(|(_, quantity)| of_quantity(quantity));
        // That is said more plainly where it is known what they are.
        if measures().any(|is| consequence(is, Measure::Plain).is_some()) {
            return;
        }
        let help = match measures().find_map(Measure::unit) {
            Some(unit) => format!("They look like {unit}; where there is no unit, write none."),
            None => "Set `fieldConfig.defaults.unit`; where there is no unit, to none.".to_owned(),
        };
        let message = "this panel does not say in what its numbers are";
        found.push(
            Diagnostic::new(self.code(), Severity::Info, message, &board.file, panel.place()).with_help(help),
        );
    }
}

impl Lint for UnknownUnit {
    describe!("unknown-unit", Warning, "a unit that Grafana does not have");

    fn panel(&self, _: &Context<'_>, PanelAt { board, panel }: PanelAt<'_>, found: &mut Vec<Diagnostic>) {
        let units = panel.field.unit.iter().chain(&panel.field.override_units);
        for unit in units.filter(|unit| !is_known(unit.as_str()) && !unit.as_str().contains('$')) {
            let name = unit.as_str();
            let message = format!("Grafana has no unit {name}: it is written behind every number as it is");
            let (severity, help) = match near(name) {
                Some(near) => (Severity::Warning, format!("Did you mean {near}?")),
                None => (
                    Severity::Info,
                    format!("Where that is what you want, say so: suffix:{name}."),
                ),
            };
            let at = unit.whole(&board.file);
            let finding = Diagnostic::new(self.code(), severity, message, &board.file, at).with_help(help);
            let edit = near(name).and_then(|near| unit.edit(&board.file, 0..name.len(), near));
            found.push(match edit {
                Some(edit) => finding.with_fix("Write the unit that was meant.", vec![edit]),
                None => finding,
            });
        }
    }
}

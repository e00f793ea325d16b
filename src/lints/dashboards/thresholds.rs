//! `panel-threshold-unreachable`: a threshold of a panel that no value reaches.

use promql_syntax::ast::ValueType;

use super::super::{Context, Lint, PanelAt, describe};
use crate::analysis::Interval;
use crate::diagnostic::Diagnostic;

/// See the module.
pub(in super::super) struct PanelThresholdUnreachable;

impl Lint for PanelThresholdUnreachable {
    describe!(
        "panel-threshold-unreachable",
        Warning,
        "a threshold of a panel that no value of its queries reaches"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn panel(&self, cx: &Context<'_>, PanelAt { board, panel }: PanelAt<'_>, found: &mut Vec<Diagnostic>) {
        let field = &panel.field;
        let counts = panel.shows_numbers() && field.thresholds_are_shown && !field.thresholds_are_percentages;
        if !counts || panel.transformed || panel.queries > panel.targets.len() {
            return;
        }
        let mut values = Interval::NONE;
        for target in panel.shown() {
            let Some(known) = cx.analyses.get(&target.expr) else {
                return;
            };
            let root = known.likely.root();
            if root.histograms || root.value_type.is_none() || root.value_type == Some(ValueType::String) {
                return;
            }
            values = values.hull(root.value);
        }
        if !values.has_numbers() || values.hi().is_infinite() {
            return;
        }
        for threshold in field
            .thresholds
            .iter()
            .filter(|threshold| threshold.value > values.hi())
        {
            let message = format!(
                "no value reaches {}: they are {}",
                threshold.value,
                values.numbers()
            );
            let finding = Diagnostic::new(
                self.code(),
                self.severity(),
                message,
                &board.file,
                threshold.range.clone(),
            );
            let help = "The panel never takes this colour. Set a threshold that its values can reach.";
            found.push(finding.with_help(help));
        }
    }
}

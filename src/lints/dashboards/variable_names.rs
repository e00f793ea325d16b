//! `undefined-variable` and `unused-variable`: variables that are used and not defined, or the other way round.

use std::ops::Range;

use promql_syntax::ast::ExprKind;

use super::super::{Context, Lint, TargetAt, describe};
use crate::diagnostic::Diagnostic;
use crate::model::dashboard::{Dashboard, StandIn, Target};

/// See the module.
pub(in super::super) struct UndefinedVariable;

/// See the module.
pub(in super::super) struct UnusedVariable;

impl Lint for UndefinedVariable {
    describe!(
        "undefined-variable",
        Warning,
        "a variable in a query that the dashboard does not define"
    );

    fn target(&self, _: &Context<'_>, at: TargetAt<'_>, found: &mut Vec<Diagnostic>) {
        let TargetAt { board, target, .. } = at;
        let used = target.stand_ins.iter().filter(|used| !is_group(target, used));
        for used in used.filter(|used| !is_defined(board, &used.name)) {
            let at = target.expr.text.locate(&board.file, used.range.clone());
            found.push(self.report(board, used, at));
        }
    }

    fn dashboard(&self, _: &Context<'_>, board: &Dashboard, found: &mut Vec<Diagnostic>) {
        let queries = board
            .variables
            .iter()
            .filter_map(|variable| variable.query.as_ref().zip(variable.asks.as_ref()));
        for (query, asks) in queries {
            for used in asks
                .stand_ins
                .iter()
                .filter(|used| !is_defined(board, &used.name))
            {
                let at = query.locate(&board.file, used.range.clone());
                found.push(self.report(board, used, at));
            }
        }
    }
}

impl UndefinedVariable {
    fn report(&self, board: &Dashboard, used: &StandIn, at: Range<usize>) -> Diagnostic {
        let name = &used.name;
        let message = format!("the dashboard has no variable {name}: Grafana sends this as it is written");
        let names: Vec<&str> = board.variables.iter().map(|variable| variable.name()).collect();
        let help = match crate::model::reader::nearest(name, &names) {
            Some(near) => format!("Did you mean ${near}?"),
            None => "Define it under `templating.list`, or write what it stands for.".to_owned(),
        };
        Diagnostic::new(self.code(), self.severity(), message, &board.file, at).with_help(help)
    }
}

/// Whether a name is that of a variable: of the dashboard, of Grafana, or of those that are filled in on import.
fn is_defined(board: &Dashboard, name: &str) -> bool {
    name.starts_with("__")
        || board.variables.iter().any(|variable| variable.name() == name)
        || board.inputs.iter().any(|input| input == name)
}

/// Whether it is the name of a group in a regular expression, in what takes the place of a match.
fn is_group(target: &Target, used: &StandIn) -> bool {
    let mut replacing = target
        .written
        .calls()
        .filter(|(_, call)| call.name == "label_replace");
    replacing.any(|(_, call)| {
        let texts = call
            .args
            .iter()
            .filter(|arg| matches!(arg.kind, ExprKind::String(_)));
        texts.into_iter().any(|text| used.is_within(text.span))
    })
}

impl Lint for UnusedVariable {
    describe!(
        "unused-variable",
        Info,
        "a variable that nothing in the dashboard uses"
    );

    fn dashboard(&self, _: &Context<'_>, board: &Dashboard, found: &mut Vec<Diagnostic>) {
        // All are handed on.
        if board.used.contains("__all_variables") {
            return;
        }
        for variable in &board.variables {
            let Some(name) = &variable.name else { continue };
            // Filters go into every query by themselves.
            if variable.is("adhoc") || board.used.contains(name.as_str()) {
                continue;
            }
            let message = format!("nothing uses the variable {}", name.as_str());
            let at = name.whole(&board.file);
            let finding = Diagnostic::new(self.code(), self.severity(), message, &board.file, at);
            found.push(
                finding.with_help("Whatever is chosen, the panels stay as they are. Use it, or remove it."),
            );
        }
    }
}

//! What the settings make of the lints: which are off, how grave findings are, what options hold.

use std::collections::HashMap;
use std::sync::Arc;

use promql_syntax::parse_duration;

use super::{Lint, REGISTRY, codes};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::reader::{codes as reading, nearest};
use crate::model::settings::{LintSetting, Settings};
use crate::model::text::Text;
use crate::source::SourceFile;

/// Something that a lint can be told.
#[derive(Clone, Copy, Debug)]
pub struct LintOption {
    /// Its name in the settings.
    pub name: &'static str,
    /// What it holds.
    pub kind: OptionKind,
    /// What it holds where the settings say nothing, as it is written there.
    pub default: &'static str,
    /// What it means, in one line.
    pub about: &'static str,
}

/// What an option holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// A duration.
    Duration,
    /// A number.
    Number,
    /// Texts.
    Texts,
}

/// How the lints go about.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// Level by code, where one is set; nothing for a lint that is off.
    by_code: HashMap<&'static str, Option<Severity>>,
    options: HashMap<(&'static str, &'static str), Vec<String>>,
}

impl Levels {
    /// What the settings say.
    ///
    /// # Errors
    /// Codes and options that do not exist, and values that they cannot hold.
    pub fn of(settings: &Settings) -> Result<Levels, Vec<Diagnostic>> {
        let mut levels = Levels::default();
        let mut found = Vec::new();
        let Some(file) = &settings.file else {
            return Ok(levels);
        };
        for setting in &settings.lints {
            match code(&setting.code) {
                Some(code) => levels.take(file, code, setting, &mut found),
                None => found.push(unknown_code(file, &setting.code)),
            }
        }
        let suppressed = settings.suppress.iter().map(|suppression| &suppression.code);
        let unknown = suppressed.filter(|named| code(named).is_none());
        found.extend(unknown.map(|named| unknown_code(file, named)));
        if found.is_empty() { Ok(levels) } else { Err(found) }
    }

    fn take(
        &mut self,
        file: &Arc<SourceFile>,
        code: &'static str,
        setting: &LintSetting,
        found: &mut Vec<Diagnostic>,
    ) {
        if let Some(level) = setting.level {
            self.by_code.insert(code, level);
        }
        let lint = REGISTRY.iter().find(|lint| lint.code() == code);
        let known = lint.map_or(&[][..], |lint| lint.options());
        for (name, values) in &setting.options {
            let Some(option) = known.iter().find(|option| option.name == name.as_str()) else {
                found.push(unknown_option(file, code, name, known));
                continue;
            };
            let texts: Vec<String> = values.iter().map(|value| value.as_str().to_owned()).collect();
            if option.kind.holds(&texts) {
                self.options.insert((code, option.name), texts);
            } else {
                let message = format!("`{}` of {code} must be {}", option.name, option.kind.what());
                let help = format!("It is {} where nothing is written.", option.default);
                found.push(fault(file, name, message, help));
            }
        }
    }

    /// The level that is set for a code.
    pub fn level(&self, code: &str) -> Option<Option<Severity>> {
        self.by_code.get(code).copied()
    }

    /// Whether a lint is off.
    pub fn is_off(&self, code: &str) -> bool {
        match self.level(code) {
            Some(level) => level.is_none(),
            None => REGISTRY.iter().any(|lint| lint.code() == code && !lint.is_on()),
        }
    }

    /// What an option of a lint holds, as it is written.
    ///
    /// # Panics
    /// Where the lint has no option of this name, which is a fault of the lint.
    pub fn texts(&self, lint: &dyn Lint, name: &'static str) -> Vec<String> {
        if let Some(texts) = self.options.get(&(lint.code(), name)) {
            return texts.clone();
        }
        let option = lint.options().iter().find(|option| option.name == name);
        let default = option.expect("a lint asks for its own options").default;
        match default {
            "" => Vec::new(),
            text => text.split(", ").map(str::to_owned).collect(),
        }
    }

    /// What an option that is a duration holds, in milliseconds.
    pub fn duration_ms(&self, lint: &dyn Lint, name: &'static str) -> i64 {
        let text = self.texts(lint, name).concat();
        // Settings are checked when they are read, and defaults by a test.
        parse_duration(&text).unwrap_or_default()
    }

    /// What an option that is a number holds.
    pub fn number(&self, lint: &dyn Lint, name: &'static str) -> f64 {
        self.texts(lint, name).concat().parse().unwrap_or_default()
    }
}

impl OptionKind {
    /// Whether texts can be what it holds.
    fn holds(self, texts: &[String]) -> bool {
        match (self, texts) {
            (OptionKind::Texts, _) => true,
            (OptionKind::Duration, [text]) => parse_duration(text).is_ok(),
            (OptionKind::Number, [text]) => text.parse::<f64>().is_ok_and(f64::is_finite),
            _ => false,
        }
    }

    fn what(self) -> &'static str {
        match self {
            OptionKind::Duration => "a duration",
            OptionKind::Number => "a number",
            OptionKind::Texts => "a text or a list of texts",
        }
    }
}

/// The code that a text names.
fn code(text: &Text) -> Option<&'static str> {
    codes().map(|code| code.code).find(|code| *code == text.as_str())
}

fn unknown_code(file: &Arc<SourceFile>, text: &Text) -> Diagnostic {
    let known: Vec<&str> = codes().map(|code| code.code).collect();
    let help = suggestion(text.as_str(), &known);
    fault(file, text, format!("there is no code {}", text.as_str()), help)
}

/// What was probably meant by a code that does not exist.
pub(super) fn suggestion(text: &str, known: &[&str]) -> String {
    match nearest(text, known) {
        Some(near) => format!("Did you mean {near}?"),
        None => "`rulecheck explain` lists all codes.".to_owned(),
    }
}

fn unknown_option(file: &Arc<SourceFile>, code: &str, name: &Text, known: &[LintOption]) -> Diagnostic {
    let names: Vec<&str> = std::iter::once("level")
        .chain(known.iter().map(|option| option.name))
        .collect();
    let help = match nearest(name.as_str(), &names) {
        Some(near) => format!("Did you mean {near}?"),
        None => format!("Its options are {}.", names.join(", ")),
    };
    fault(
        file,
        name,
        format!("{code} has no option `{}`", name.as_str()),
        help,
    )
}

fn fault(file: &Arc<SourceFile>, at: &Text, message: String, help: String) -> Diagnostic {
    Diagnostic::new(reading::INVALID_VALUE, Severity::Error, message, file, at.raw()).with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_what_options_can_hold() {
        for lint in REGISTRY {
            for option in lint.options() {
                let texts = Levels::default().texts(*lint, option.name);
                assert!(option.kind.holds(&texts), "{} {}", lint.code(), option.name);
            }
        }
    }
}

//! Which names of metrics and labels there may be, and how they are asked for in a scrape.

use promql_syntax::is_legacy_label_name;

use crate::model::reader::{Fields, Reader, codes};
use crate::source::Node;

/// Which names there may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Names {
    /// Any text.
    #[default]
    Utf8,
    /// Letters, digits and `_`, no digit first.
    Legacy,
}

const SCHEME: &str = "metric_name_validation_scheme";
const ESCAPING: &str = "metric_name_escaping_scheme";
const UNESCAPED: &str = "allow-utf-8";

impl Names {
    /// Those that a section allows; where it does not say, those that the section around it does.
    pub(super) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>, around: Names) -> Names {
        let node = fields.get(SCHEME);
        let chosen = node.and_then(|node| reader.choice(node, SCHEME, &["utf8", "legacy", ""]));
        match chosen {
            Some("utf8") => Names::Utf8,
            Some("legacy") => Names::Legacy,
            _ => around,
        }
    }

    /// Whether a label may have this name.
    pub(super) fn fit(self, name: &str) -> bool {
        match self {
            Names::Utf8 => !name.is_empty(),
            Names::Legacy => is_legacy_label_name(name),
        }
    }

    /// Whether a label may have this name, in which groups of a match are written as `$1` or `${name}`.
    pub(super) fn fit_with_groups(self, name: &str) -> bool {
        if self == Names::Utf8 {
            return !name.is_empty();
        }
        let mut rest = name;
        let mut begun = false;
        while let Some(c) = rest.chars().next() {
            let word = |text: &str| {
                text.chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .count()
            };
            let length = match c {
                '$' if rest[1..].starts_with('{') => match word(&rest[2..]) {
                    0 => return false,
                    length if rest[2 + length..].starts_with('}') => length + 3,
                    _ => return false,
                },
                '$' => match word(&rest[1..]) {
                    0 => return false,
                    length => length + 1,
                },
                c if c.is_ascii_alphabetic() || c == '_' || begun && c.is_ascii_digit() => 1,
                _ => return false,
            };
            begun = true;
            rest = &rest[length..];
        }
        begun
    }
}

/// The ways of escaping names.
const WAYS: [&str; 5] = [UNESCAPED, "underscores", "dots", "values", ""];

/// How `global` says that names are escaped. Prometheus looks at it where there are jobs.
pub(super) fn global_escaping<'n>(reader: &mut Reader<'_>, global: &Fields<'n>) -> Option<&'n Node> {
    let node = global.get(ESCAPING)?;
    reader.choice(node, ESCAPING, &WAYS).map(|_| node)
}

/// Reports a job that escapes names in a way that there is not, or asks for names that it then refuses.
pub(super) fn check_escaping(reader: &mut Reader<'_>, job: &Fields<'_>, global: Option<&Node>, names: Names) {
    let is_empty = |node: &&Node| node.as_str().is_none_or(str::is_empty);
    let own = job.get(ESCAPING).filter(|node| !is_empty(node));
    // A job that says which names there may be is not held to how others are escaped.
    let inherited = global.filter(|_| job.get(SCHEME).is_none_or(|node| is_empty(&node)));
    let way = match (own, inherited) {
        (Some(own), _) => reader.choice(own, ESCAPING, &WAYS).map(|way| (own, way)),
        (None, Some(global)) => global.as_str().map(|way| (global, way)),
        (None, None) => None,
    };
    if let Some((node, UNESCAPED)) = way
        && names == Names::Legacy
    {
        let message =
            format!("{ESCAPING} asks for names that {SCHEME} does not allow: Prometheus refuses the file");
        let help =
            "Write `underscores`, `dots` or `values`, or allow them: `metric_name_validation_scheme: utf8`.";
        reader.error(codes::INVALID_VALUE, node.place(), message, help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_names_have_letters_digits_and_groups() {
        let fit = ["a", "_a1", "A9_"];
        let with_groups = ["$1", "${1}", "a_$1", "${name}_b", "a$1b", "$1$2", "$a_b"];
        let neither = ["", "1a", "a-b", "é", "$", "${}", "x${", "a$-", "a b"];
        for name in fit {
            assert!(
                Names::Legacy.fit(name) && Names::Legacy.fit_with_groups(name),
                "{name}"
            );
        }
        for name in with_groups {
            assert!(
                !Names::Legacy.fit(name) && Names::Legacy.fit_with_groups(name),
                "{name}"
            );
        }
        for name in neither {
            assert!(
                !Names::Legacy.fit(name) && !Names::Legacy.fit_with_groups(name),
                "{name}"
            );
            assert_eq!(Names::Utf8.fit(name), !name.is_empty(), "{name}");
        }
    }
}

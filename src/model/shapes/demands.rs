//! What must hold of the fields of a mapping together.

use super::is_filled;
use crate::model::reader::{Fields, Reader, codes, first_line};
use crate::source::Node;

/// Something that must hold of the fields of a mapping.
#[derive(Clone, Copy)]
pub(in crate::model) enum Demand {
    /// One of these is filled; else this is said.
    OneOf(&'static [&'static str], &'static str),
    /// One of the first is filled here, or one of the second in `global`; else this is said.
    Inherits(&'static [&'static str], &'static [&'static str], &'static str),
    /// It is filled here, or the second is not cleared in `global`; else this is said.
    Defaults(&'static str, &'static str, &'static str),
    /// Not both one of the first and one of the second is filled.
    AtMostOne(&'static [&'static str], &'static [&'static str]),
    /// Not both of these are filled; else this is said.
    NotBoth(&'static str, &'static str, &'static str),
    /// The field has one of these values, where it is written; else this is said.
    Among(&'static str, &'static [&'static str], &'static str),
    /// The number is not 0; else this is said.
    NotZero(&'static str, &'static str),
    /// In the settings of the HTTP client there is an authorization, or one of these is filled; else this is
    /// said.
    Authorized(&'static [&'static str], &'static str),
    /// There is none, if one of these is filled; else this is said.
    NotAuthorized(&'static [&'static str], &'static str),
}

/// Checks what must hold of fields by themselves.
pub(in crate::model) fn check_demands(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    what: &str,
    demands: &[Demand],
) {
    let has = |key: &str| is_filled(fields, key);
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    let authorized = |fields: &Fields<'_>| {
        let http = fields.get("http_config");
        http.is_some_and(|http| http.get("authorization").is_some_and(|a| !a.is_null()))
    };
    for demand in demands {
        match demand {
            Demand::OneOf(keys, message) if !any(keys) => {
                let help = format!("{what} needs `{}`.", keys.join("` or `"));
                fault(reader, codes::MISSING_FIELD, fields, message, &help);
            }
            Demand::AtMostOne(first, second) if any(first) && any(second) => {
                let message = format!(
                    "at most one of {} & {} must be configured",
                    first.join("/"),
                    second.join("/")
                );
                not_both(reader, fields, &message);
            }
            Demand::NotBoth(first, second, message) if has(first) && has(second) => {
                not_both(reader, fields, message);
            }
            Demand::Among(key, known, message) => {
                let value = fields.get(key).filter(|node| !node.is_null());
                let Some(value) = value.and_then(Node::as_str) else {
                    continue;
                };
                if !known.contains(&value) {
                    let help = format!("Write one of {}.", known.join(", "));
                    fault(reader, codes::INVALID_VALUE, fields, message, &help);
                }
            }
            Demand::NotZero(key, message) if fields.get(key).and_then(Node::as_str) == Some("0") => {
                let help = format!("Write another number, or leave `{key}` out.");
                fault(reader, codes::INVALID_VALUE, fields, message, &help);
            }
            Demand::Authorized(keys, message) if !authorized(fields) && !any(keys) => {
                let help = "Write `http_config: {authorization: {credentials: …}}`.";
                fault(reader, codes::MISSING_FIELD, fields, message, help);
            }
            Demand::NotAuthorized(keys, message) if authorized(fields) && any(keys) => {
                not_both(reader, fields, message);
            }
            _ => {}
        }
    }
}

fn not_both(reader: &mut Reader<'_>, fields: &Fields<'_>, message: &str) {
    fault(
        reader,
        codes::INVALID_VALUE,
        fields,
        message,
        "Remove one of the two.",
    );
}

/// Reports what is wrong with a mapping, in the words of the program that reads it.
pub(in crate::model) fn fault(
    reader: &mut Reader<'_>,
    code: &'static str,
    fields: &Fields<'_>,
    message: &str,
    help: &str,
) {
    let message = format!("{message}: {} refuses the file", reader.consumer);
    let range = first_line(reader.file, fields.range.clone());
    reader.error(code, range, message, help);
}

//! Expressions that have a new value again and again: a raw path, an identifier, the text of an exception, a moment.
//!
//! They are told by how they are written, which three languages have in common: a chain of names
//! (`request.url.path`, `r.URL.Path`, `req.originalUrl`), by itself or as a part of a text. What a function of the
//! program makes of one is not known, and a condition may bound it: of both nothing is said.

use tree_sitter::Node;

use super::syntax::{Parsed, children, field};
use crate::catalog::metric::Unbounded;

/// How far an expression is followed into its parts and the names in it.
const DEEPEST: usize = 12;

/// Words for what a client asks for.
const REQUESTS: [&str; 6] = ["request", "req", "r", "ctx", "scope", "environ"];

/// Words for the address of a request, or a part of it.
const ADDRESSES: [&str; 3] = ["url", "relurl", "uri"];

/// Names of what identifies one thing among many, by themselves.
const IDENTIFIERS: [&str; 17] = [
    "userid",
    "requestid",
    "sessionid",
    "traceid",
    "spanid",
    "correlationid",
    "transactionid",
    "orderid",
    "customerid",
    "messageid",
    "email",
    "emailaddress",
    "uuid",
    "uuid4()",
    "clientip",
    "remoteaddr",
    "remoteip",
];

/// Things that have an `id` of their own, of which there are many.
const THINGS: [&str; 9] = [
    "user", "request", "req", "session", "order", "customer", "message", "trace", "span",
];

/// Names of caught exceptions.
const EXCEPTIONS: [&str; 7] = ["e", "ex", "exc", "err", "error", "exception", "cause"];

/// Functions whose result is as manifold as what they are given: the last names of them.
const CONVERSIONS: [&str; 8] = [
    "str", "repr", "string", "sprint", "sprintf", "tostring", "format", "int",
];

/// A node's replacement: what a name was given, where that is known.
pub(super) type Follow<'f, 't> = &'f dyn Fn(Node<'t>) -> Option<(&'t Parsed, Node<'t>)>;

/// What an expression is where nothing bounds how many values it has.
pub(super) fn unbounded<'t>(parsed: &'t Parsed, node: Node<'t>, follow: Follow<'_, 't>) -> Option<Unbounded> {
    within(parsed, node, follow, DEEPEST)
}

fn within<'t>(parsed: &'t Parsed, node: Node<'t>, follow: Follow<'_, 't>, depth: usize) -> Option<Unbounded> {
    let depth = depth.checked_sub(1)?;
    let mut parts = children(node);
    match node.kind() {
        "string"
        | "interpolation"
        | "template_string"
        | "template_substitution"
        | "concatenated_string"
        | "parenthesized_expression"
        | "await"
        | "await_expression"
        | "binary_operator"
        | "binary_expression"
        | "boolean_operator"
        | "argument_list"
        | "arguments"
        | "literal_element"
        | "as_expression"
        | "non_null_expression" => parts.find_map(|part| within(parsed, part, follow, depth)),
        "call" | "call_expression" => {
            let names = chain(parsed, node).unwrap_or_default();
            named(&names).or_else(|| converted(parsed, node, follow, depth))
        }
        _ => {
            let names = chain(parsed, node)?;
            let by_name = named(&names);
            let is_name = names.len() == 1;
            by_name.or_else(|| {
                let (other, value) = follow(node).filter(|_| is_name)?;
                within(other, value, follow, depth)
            })
        }
    }
}

/// A call that keeps the values of its arguments apart: `str(x)`, `fmt.Sprint(x)`, `x.lower()`, `x.toString()`.
fn converted<'t>(
    parsed: &'t Parsed,
    call: Node<'t>,
    follow: Follow<'_, 't>,
    depth: usize,
) -> Option<Unbounded> {
    let function = field(call, "function")?;
    let arguments = field(call, "arguments")?;
    let names = chain(parsed, function)?;
    let last = names.last()?.as_str();
    if CONVERSIONS.contains(&last) {
        let is_exception = |node: Node<'_>| EXCEPTIONS.contains(&parsed.text(node));
        if children(arguments).any(is_exception) {
            return Some(Unbounded::Message);
        }
        let of_arguments = within(parsed, arguments, follow, depth);
        return of_arguments.or_else(|| receiver(parsed, function, follow, depth));
    }
    let changes_letters = [
        "lower",
        "upper",
        "strip",
        "decode",
        "tolowercase",
        "touppercase",
        "trim",
    ];
    changes_letters
        .contains(&last)
        .then(|| receiver(parsed, function, follow, depth))
        .flatten()
}

/// What a method is called on.
fn receiver<'t>(
    parsed: &'t Parsed,
    function: Node<'t>,
    follow: Follow<'_, 't>,
    depth: usize,
) -> Option<Unbounded> {
    let object = ["object", "operand"]
        .iter()
        .find_map(|name| field(function, name))?;
    within(parsed, object, follow, depth)
}

/// The names of `a.b["c"].d()`, in small letters without `_`: `a`, `b`, `c`, `d()`.
fn chain(parsed: &Parsed, node: Node<'_>) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut node = node;
    loop {
        let plain = |node: Node<'_>| parsed.text(node).to_lowercase().replace('_', "");
        match node.kind() {
            "identifier" | "this" => {
                names.push(plain(node));
                names.reverse();
                return Some(names);
            }
            "attribute" | "selector_expression" | "member_expression" => {
                let member = ["attribute", "field", "property"];
                names.push(plain(member.iter().find_map(|name| field(node, name))?));
                node = ["object", "operand"].iter().find_map(|name| field(node, name))?;
            }
            "subscript" | "subscript_expression" | "index_expression" => {
                let index = ["subscript", "index"].iter().find_map(|name| field(node, name))?;
                names.push(plain(index).trim_matches(['"', '\'', '`']).to_owned());
                node = ["value", "object", "operand"]
                    .iter()
                    .find_map(|name| field(node, name))?;
            }
            "call" | "call_expression" => {
                if children(field(node, "arguments")?).next().is_some() {
                    return None;
                }
                let mut inner = chain(parsed, field(node, "function")?)?;
                inner.last_mut()?.push_str("()");
                inner.extend(names.into_iter().rev());
                return Some(inner);
            }
            _ => return None,
        }
    }
}

/// What a chain of names is.
fn named(names: &[String]) -> Option<Unbounded> {
    let (last, before) = names.split_last()?;
    let last = last.as_str();
    let before = before.last().map(String::as_str);
    let of_request = before.is_some_and(|before| REQUESTS.contains(&before));
    let of_address = before.is_some_and(|before| ADDRESSES.contains(&before));
    match last {
        "path" | "pathname" | "rawpath" | "string()" if of_address => Some(Unbounded::Path),
        "path" | "url" | "uri" | "fullpath" | "getfullpath()" | "pathinfo" | "originalurl" | "requesturi"
        | "rawpath"
            if of_request =>
        {
            Some(Unbounded::Path)
        }
        "ip" if of_request => Some(Unbounded::Identifier),
        "method" if of_request => Some(Unbounded::Method),
        "id" if before.is_some_and(|before| THINGS.contains(&before)) => Some(Unbounded::Identifier),
        "message" | "error()" | "detail" | "args" if before.is_some_and(|b| EXCEPTIONS.contains(&b)) => {
            Some(Unbounded::Message)
        }
        "time()" | "now()" | "utcnow()"
            if before.is_some_and(|b| matches!(b, "time" | "date" | "datetime")) =>
        {
            Some(Unbounded::Moment)
        }
        _ if IDENTIFIERS.contains(&last) => Some(Unbounded::Identifier),
        _ => None,
    }
}

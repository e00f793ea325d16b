//! Grafana's variables in queries: `$job`, `${job}`, `${job:regex}`, `[[job]]`.
//!
//! Grafana replaces them before it sends the query. To parse a query without knowing their values, each is
//! replaced by a stand-in of exactly its length, so that every range in the parsed query is one in the
//! written one.

use std::ops::Range;

use promql_syntax::{ParseError, Span};

/// A variable in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Byte range in the decoded query, signs and braces included.
    pub range: Range<usize>,
    /// The variable's name.
    pub name: String,
    /// What it was taken for.
    pub role: Role,
}

impl StandIn {
    /// Whether it is in this piece of the query.
    pub fn is_within(&self, span: Span) -> bool {
        span.start <= self.range.start && self.range.end <= span.end
    }

    /// Whether a piece of the query has something of it.
    pub fn touches(&self, span: Span) -> bool {
        span.start < self.range.end && self.range.start < span.end
    }
}

/// What a variable can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Text inside a string.
    Text,
    /// A duration.
    Duration,
    /// A number.
    Number,
    /// The name of a metric, a label or a function, or a part of one.
    Name,
    /// A whole matcher.
    Matcher,
    /// Nothing at all.
    Nothing,
}

/// There is no matcher in fewer bytes.
pub(super) const SHORTEST_MATCHER: usize = 4;

/// Replaces all variables; gives the query without them, and where they were. Where the surroundings leave the role
/// open, `check` decides: the stand-ins with the fewest faults are taken.
pub(super) fn replace(query: &str, check: impl Fn(&str) -> Vec<ParseError>) -> (String, Vec<StandIn>) {
    let found = mentioned(query);
    if found.is_empty() {
        return (query.to_owned(), Vec::new());
    }
    let mut roles: Vec<Role> = found.iter().map(|(range, _)| guess(query, range)).collect();
    let mut best = fill(query, &found, &roles);
    let mut faults = check(&best).len();
    for at in 0..found.len() {
        if faults == 0 {
            break;
        }
        if roles[at] == Role::Text {
            continue;
        }
        for role in [
            Role::Name,
            Role::Number,
            Role::Duration,
            Role::Matcher,
            Role::Nothing,
        ] {
            let before = std::mem::replace(&mut roles[at], role);
            let candidate = fill(query, &found, &roles);
            let candidate_faults = check(&candidate).len();
            if candidate_faults < faults {
                (best, faults) = (candidate, candidate_faults);
            } else {
                roles[at] = before;
            }
        }
    }
    let stand_ins = found.into_iter().zip(roles).map(|((range, name), role)| StandIn {
        range,
        name: name.to_owned(),
        role,
    });
    (best, stand_ins.collect())
}

/// The places of all variables in a text, with their names.
pub fn mentioned(query: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = query[at..].find(['$', '[']) {
        let start = at + offset;
        let rest = &query[start..];
        let (name, len) = if let Some(inner) = rest.strip_prefix("${") {
            (inner, inner.find('}').map(|end| end + 3))
        } else if let Some(inner) = rest.strip_prefix("[[") {
            (inner, inner.find("]]").map(|end| end + 4))
        } else if let Some(inner) = rest.strip_prefix('$') {
            (inner, Some(1 + name_len(inner)))
        } else {
            ("", None)
        };
        let name = &name[..name_len(name)];
        match len.filter(|_| !name.is_empty()) {
            Some(len) => {
                found.push((start..start + len, name));
                at = start + len;
            }
            None => at = start + 1,
        }
    }
    found
}

fn name_len(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.find(|c: char| c != '_' && !c.is_ascii_alphanumeric())
        .unwrap_or(text.len())
}

/// What a variable stands for as far as its surroundings tell.
fn guess(query: &str, range: &Range<usize>) -> Role {
    let mut quote = None;
    let mut brackets = 0i32;
    let mut braces = 0i32;
    let mut escaped = false;
    for c in query[..range.start].chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(q) if c == '\\' && q != '`' => escaped = true,
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None => match c {
                '"' | '\'' | '`' => quote = Some(c),
                '[' => brackets += 1,
                ']' => brackets -= 1,
                '{' => braces += 1,
                '}' => braces -= 1,
                _ => {}
            },
        }
    }
    if quote.is_some() {
        return Role::Text;
    }
    let before = query[..range.start].trim_end();
    let after = query[range.end..].trim_start();
    if brackets > 0 || before.ends_with("offset") {
        Role::Duration
    } else if braces > 0
        && before.ends_with(['{', ','])
        && (after.is_empty() || after.starts_with([',', '}']))
    {
        Role::Matcher
    } else {
        Role::Name
    }
}

fn fill(query: &str, found: &[(Range<usize>, &str)], roles: &[Role]) -> String {
    let mut out = String::with_capacity(query.len());
    let mut done = 0;
    for ((range, _), role) in found.iter().zip(roles) {
        out.push_str(&query[done..range.start]);
        // `${minutes}m`: the unit stands behind it.
        let has_unit = query[range.end..].starts_with(|c: char| c.is_ascii_alphabetic());
        out.push_str(&match role {
            Role::Duration if has_unit => format!("{}5", "0".repeat(range.len() - 1)),
            role => stand_in(*role, range.len()),
        });
        done = range.end;
    }
    out.push_str(&query[done..]);
    out
}

/// A stand-in of exactly `len` bytes, at least two.
fn stand_in(role: Role, len: usize) -> String {
    match role {
        Role::Text | Role::Name => "v".repeat(len),
        Role::Duration => format!("{}5m", "0".repeat(len.saturating_sub(2))),
        // Leading zeros would make the number octal; a fraction has room for any length.
        Role::Number if len >= 2 => format!("5.{}", "0".repeat(len - 2)),
        Role::Number => "5".to_owned(),
        Role::Matcher if len >= SHORTEST_MATCHER => format!("v=\"{}\"", "v".repeat(len - 4)),
        Role::Matcher | Role::Nothing => " ".repeat(len),
    }
}

#[cfg(test)]
mod tests {
    use promql_syntax::{ParseOptions, parse};

    #[test]
    fn queries_with_variables_parse_at_their_length() {
        let queries = [
            "rate(foo[$__rate_interval])",
            "rate(foo{job=~\"$job\",instance=\"${instance:regex}\"}[5m] offset $off)",
            "sum by ($group) (rate([[metric]]_total[[[interval]]]))",
            "topk($n, foo) > $threshold",
            "foo{$filter} + bar{a=\"b\", ${filters}}",
            "increase(foo[${__range_s}s])",
            "increase(foo[${minutes}m])",
            "foo[$__interval:$res]",
            "foo{a=\"b\"} * $__interval_ms / 1000",
            "$metric{job=\"x\"}",
            "histogram_quantile(0.$q, foo)",
        ];
        for query in queries {
            let (replaced, _) = super::replace(query, |q| parse(q, &ParseOptions::ALL).errors);
            assert_eq!(replaced.len(), query.len());
            assert_eq!(
                parse(&replaced, &ParseOptions::ALL).errors,
                [],
                "{query} became {replaced}"
            );
        }
    }

    #[test]
    fn what_is_no_variable_stays() {
        for query in [
            "foo{a=~\"x$\"}",
            "foo{a=~\"^(a|b)$|c\"}",
            "foo[5m]",
            "foo{a=~\"$1\"}",
        ] {
            assert_eq!(
                super::replace(query, |_| Vec::new()),
                (query.to_owned(), Vec::new())
            );
        }
    }
}

//! What expressions of Python are worth, where constants of the project decide it.

use tree_sitter::Node;

use super::super::syntax::{Parsed, children, field, unescape};
use super::super::value::{Possible, Value};
use super::modules::{At, Meaning, Modules, class_of};

/// How far an expression is followed into its parts and the names in it.
const DEEPEST: usize = 40;

/// The upper bounds of a histogram for which none are given.
pub(super) const DEFAULT_BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

impl<'t> Modules<'t> {
    /// The one value of an expression.
    pub(super) fn value(&self, at: At<'t>) -> Option<Value> {
        self.possible(at)?.single()
    }

    /// The values that an expression can have.
    pub(super) fn possible(&self, at: At<'t>) -> Option<Possible> {
        self.evaluate(at, DEEPEST)
    }

    fn evaluate(&self, at: At<'t>, depth: usize) -> Option<Possible> {
        let depth = depth.checked_sub(1)?;
        let parsed = self.list[at.module].parsed;
        let part = |node: Node<'t>| self.evaluate(At { node, ..at }, depth);
        let single = |node: Node<'t>| part(node).and_then(Possible::single);
        match at.node.kind() {
            "string" => self.string(at, depth).map(Possible::one),
            "concatenated_string" => {
                let pieces: Option<String> = children(at.node)
                    .map(|piece| single(piece)?.text().map(str::to_owned))
                    .collect();
                Some(Possible::one(Value::Text(pieces?)))
            }
            "integer" => whole(parsed.text(at.node)).map(|n| Possible::one(Value::Whole(n))),
            "float" => {
                let number = parsed.text(at.node).replace('_', "").parse().ok()?;
                Some(Possible::one(Value::Number(number)))
            }
            "true" => Some(Possible::one(Value::Truth(true))),
            "false" => Some(Possible::one(Value::Truth(false))),
            "none" => Some(Possible::one(Value::Nothing)),
            "parenthesized_expression" => part(children(at.node).next()?),
            "list" | "tuple" | "set" => {
                let mut elements = Vec::new();
                for element in children(at.node) {
                    match element.kind() {
                        "list_splat" => match single(children(element).next()?)? {
                            Value::List(more) => elements.extend(more),
                            _ => return None,
                        },
                        _ => elements.push(single(element)),
                    }
                }
                Some(Possible::one(Value::List(elements)))
            }
            "unary_operator" => {
                let negative = parsed.text(at.node).starts_with('-');
                let value = single(field(at.node, "argument")?)?;
                Some(Possible::one(match value {
                    Value::Whole(n) if negative => Value::Whole(n.checked_neg()?),
                    Value::Number(n) if negative => Value::Number(-n),
                    Value::Whole(_) | Value::Number(_) if parsed.text(at.node).starts_with('+') => value,
                    _ => return None,
                }))
            }
            "binary_operator" => {
                let left = single(field(at.node, "left")?)?;
                let right = single(field(at.node, "right")?)?;
                let operator = field(at.node, "operator")?;
                operation(&left, parsed.text(operator), &right).map(Possible::one)
            }
            "conditional_expression" => self.conditional(at, depth),
            "boolean_operator" => part(field(at.node, "left")?)?.or(part(field(at.node, "right")?)?),
            "identifier" => self.of_meanings(&self.meanings(at, parsed.text(at.node)), depth),
            "attribute" => self.attribute(at, depth),
            "call" => self.call(at, depth),
            _ => None,
        }
    }

    /// What any of these meanings stands for.
    fn of_meanings(&self, meanings: &[(usize, Meaning<'t>)], depth: usize) -> Option<Possible> {
        let mut all: Option<Possible> = None;
        for (module, meaning) in meanings {
            let module = *module;
            let one = match meaning {
                Meaning::Value(node) => self.evaluate(At { module, node: *node }, depth)?,
                Meaning::Element(node) => {
                    let lists = self.evaluate(At { module, node: *node }, depth)?;
                    let elements: Option<Vec<Vec<Value>>> =
                        lists.values().iter().map(Value::elements).collect();
                    Possible::any(elements?.into_iter().flatten())?
                }
                Meaning::Imported(import, name) if import.package() == "math" && name == "inf" => {
                    Possible::one(Value::Number(f64::INFINITY))
                }
                Meaning::Imported(import, name)
                    if import.package() == "prometheus_client" && name == "INF" =>
                {
                    Possible::one(Value::Number(f64::INFINITY))
                }
                _ => return None,
            };
            all = Some(match all {
                Some(before) => before.or(one)?,
                None => one,
            });
        }
        all
    }

    /// A string, with what stands in its braces where that is known.
    fn string(&self, at: At<'t>, depth: usize) -> Option<Value> {
        let parsed = self.list[at.module].parsed;
        let mut text = String::new();
        let mut raw = false;
        for piece in children(at.node) {
            match piece.kind() {
                "string_start" => {
                    let prefix = parsed.text(piece).to_ascii_lowercase();
                    if prefix.contains('b') {
                        return None;
                    }
                    raw = prefix.contains('r');
                }
                "string_content" if raw => text.push_str(parsed.text(piece)),
                "string_content" => text.push_str(&unescape(parsed.text(piece))),
                "interpolation" => {
                    let plain = children(piece).count() == 1;
                    let node = children(piece).next().filter(|_| plain)?;
                    let value = self.evaluate(At { node, ..at }, depth)?.single()?;
                    text.push_str(&shown(&value)?);
                }
                _ => {}
            }
        }
        Some(Value::Text(text))
    }

    /// `a if condition else b`: either; where the condition is `a in constants`, one of the constants or `b`.
    fn conditional(&self, at: At<'t>, depth: usize) -> Option<Possible> {
        let parsed = self.list[at.module].parsed;
        let [then, condition, otherwise] = children(at.node).collect::<Vec<_>>().try_into().ok()?;
        let otherwise = self.evaluate(
            At {
                node: otherwise,
                ..at
            },
            depth,
        )?;
        let is_in = condition.kind() == "comparison_operator"
            && condition.child(1).is_some_and(|operator| operator.kind() == "in");
        let sides: Vec<Node<'t>> = children(condition).collect();
        let then = match sides[..] {
            [element, list] if is_in && parsed.text(element) == parsed.text(then) => {
                let list = self.evaluate(At { node: list, ..at }, depth)?.single()?;
                Possible::any(list.elements()?)?
            }
            _ => self.evaluate(At { node: then, ..at }, depth)?,
        };
        then.or(otherwise)
    }

    /// `module.NAME`, `Class.NAME`, `self.NAME`, `Class.MEMBER.value`.
    fn attribute(&self, at: At<'t>, depth: usize) -> Option<Possible> {
        let parsed = self.list[at.module].parsed;
        let object = field(at.node, "object")?;
        let name = parsed.text(field(at.node, "attribute")?);
        if object.kind() == "attribute" && name == "value" {
            // What an enumeration's member stands for.
            return self.attribute(At { node: object, ..at }, depth.checked_sub(1)?);
        }
        if matches!(parsed.text(object), "math" | "np" | "numpy") && name == "inf" {
            return Some(Possible::one(Value::Number(f64::INFINITY)));
        }
        if name == "DEFAULT_BUCKETS" {
            let bounds = DEFAULT_BUCKETS.iter().map(|bound| Some(Value::Number(*bound)));
            return Some(Possible::one(Value::List(bounds.collect())));
        }
        self.of_meanings(&self.members_of(at, object, name), depth)
    }

    /// What a member of a module, a class or `self` means.
    pub(super) fn members_of(&self, at: At<'t>, object: Node<'t>, name: &str) -> Vec<(usize, Meaning<'t>)> {
        let parsed = self.list[at.module].parsed;
        let text = parsed.text(object);
        if matches!(text, "self" | "cls") {
            return class_of(object).map_or_else(Vec::new, |class| self.members(at.module, class, name));
        }
        if object.kind() != "identifier" {
            return Vec::new();
        }
        let meanings = self.meanings(at, text);
        let of_one = meanings.iter().flat_map(|(module, meaning)| match meaning {
            Meaning::Module(import) => match self.find(import) {
                Some(found) => self.members(found, self.list[found].parsed.root(), name),
                None => vec![(*module, Meaning::Imported(import.clone(), name.to_owned()))],
            },
            Meaning::Class(class) => self.members(*module, *class, name),
            _ => vec![(*module, Meaning::Anything)],
        });
        of_one.collect()
    }

    /// Calls of what every Python has: `list`, `tuple`, `sorted`, `float`, `int`, `str`, `range`, and the methods of
    /// text that change its letters.
    fn call(&self, at: At<'t>, depth: usize) -> Option<Possible> {
        let parsed = self.list[at.module].parsed;
        let function = field(at.node, "function")?;
        let arguments: Vec<Node<'t>> = children(field(at.node, "arguments")?).collect();
        if function.kind() == "attribute" {
            let object = field(function, "object")?;
            let method = parsed.text(field(function, "attribute")?);
            let change: fn(&str) -> String = match method {
                "lower" => str::to_lowercase,
                "upper" => str::to_uppercase,
                "strip" => |text| text.trim().to_owned(),
                _ => return None,
            };
            let possible = self.evaluate(At { node: object, ..at }, depth)?;
            let changed: Option<Vec<Value>> = possible
                .values()
                .iter()
                .map(|value| Some(Value::Text(change(value.text()?))))
                .collect();
            return Possible::any(changed?);
        }
        let name = parsed.text(function);
        if function.kind() != "identifier" || !self.meanings(at, name).is_empty() {
            return None;
        }
        let mut values = Vec::new();
        for argument in &arguments {
            values.push(
                self.evaluate(
                    At {
                        node: *argument,
                        ..at
                    },
                    depth,
                )?
                .single()?,
            );
        }
        let value = match (name, &values[..]) {
            ("list" | "tuple" | "set" | "frozenset", [list @ Value::List(_)]) => list.clone(),
            ("float", [one]) => Value::Number(one.number()?),
            ("int", [Value::Whole(n)]) => Value::Whole(*n),
            ("str", [one]) => Value::Text(shown(one)?),
            ("sorted", [list]) => {
                let mut texts = list.texts()?;
                texts.sort();
                Value::List(texts.into_iter().map(|text| Some(Value::Text(text))).collect())
            }
            ("range", _) => {
                let whole = |at: usize| match values.get(at) {
                    Some(Value::Whole(n)) => Some(*n),
                    _ => None,
                };
                let (start, end) = match values.len() {
                    1 => (0, whole(0)?),
                    2 => (whole(0)?, whole(1)?),
                    _ => return None,
                };
                let few = end.saturating_sub(start) <= 256;
                let numbers = few.then(|| (start..end).map(|n| Some(Value::Whole(n))).collect())?;
                Value::List(numbers)
            }
            _ => return None,
        };
        Some(Possible::one(value))
    }
}

/// A whole number as written: decimal, hexadecimal, octal, binary.
fn whole(written: &str) -> Option<i64> {
    let plain = written.replace('_', "").to_ascii_lowercase();
    let prefixed = [("0x", 16), ("0o", 8), ("0b", 2)]
        .iter()
        .find_map(|(prefix, radix)| {
            let digits = plain.strip_prefix(prefix)?;
            i64::from_str_radix(digits, *radix).ok()
        });
    prefixed.or_else(|| plain.parse().ok())
}

fn operation(left: &Value, operator: &str, right: &Value) -> Option<Value> {
    match (left, operator, right) {
        (Value::Text(a), "+", Value::Text(b)) => Some(Value::Text(format!("{a}{b}"))),
        (Value::List(a), "+", Value::List(b)) => Some(Value::List([a.as_slice(), b].concat())),
        (Value::Text(template), "%", value) => {
            let mut pieces = template.split("%s");
            let (before, after) = (pieces.next()?, pieces.next()?);
            let plain = pieces.next().is_none() && !before.contains('%') && !after.contains('%');
            plain.then(|| Some(Value::Text(format!("{before}{}{after}", shown(value)?))))?
        }
        (Value::Whole(a), "+", Value::Whole(b)) => a.checked_add(*b).map(Value::Whole),
        (Value::Whole(a), "-", Value::Whole(b)) => a.checked_sub(*b).map(Value::Whole),
        (Value::Whole(a), "*", Value::Whole(b)) => a.checked_mul(*b).map(Value::Whole),
        (Value::Whole(a), "**", Value::Whole(b)) => a.checked_pow(u32::try_from(*b).ok()?).map(Value::Whole),
        (Value::Whole(_) | Value::Number(_), _, Value::Whole(_) | Value::Number(_)) => {
            let (a, b) = (left.number()?, right.number()?);
            Some(Value::Number(match operator {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" if b != 0.0 => a / b,
                _ => return None,
            }))
        }
        _ => None,
    }
}

/// A value as Python's `str` shows it.
pub(super) fn shown(value: &Value) -> Option<String> {
    Some(match value {
        Value::Text(text) => text.clone(),
        Value::Whole(number) => number.to_string(),
        Value::Number(number) if number.is_finite() && (1e-4..1e16).contains(&number.abs()) => {
            let plain = number.to_string();
            if plain.contains('.') { plain } else { plain + ".0" }
        }
        Value::Truth(true) => "True".to_owned(),
        Value::Truth(false) => "False".to_owned(),
        Value::Nothing => "None".to_owned(),
        Value::Number(_) | Value::List(_) => return None,
    })
}

/// The arguments of a call: those by place, those by name, and whether there are others (`*more`, `**more`).
pub(super) struct Arguments<'t> {
    pub(super) by_place: Vec<Node<'t>>,
    pub(super) by_name: Vec<(String, Node<'t>)>,
    pub(super) open: bool,
}

impl<'t> Arguments<'t> {
    pub(super) fn of(parsed: &Parsed, call: Node<'t>) -> Option<Arguments<'t>> {
        let list = field(call, "arguments").filter(|list| list.kind() == "argument_list")?;
        let mut arguments = Arguments {
            by_place: Vec::new(),
            by_name: Vec::new(),
            open: false,
        };
        for node in children(list) {
            match node.kind() {
                "keyword_argument" => {
                    let (name, value) = (field(node, "name")?, field(node, "value")?);
                    arguments.by_name.push((parsed.text(name).to_owned(), value));
                }
                "list_splat" | "dictionary_splat" => arguments.open = true,
                _ => arguments.by_place.push(node),
            }
        }
        Some(arguments)
    }

    /// An argument by its name, or by its place.
    pub(super) fn get(&self, name: &str, place: Option<usize>) -> Option<Node<'t>> {
        let named = self.by_name.iter().find(|(known, _)| known == name);
        named
            .map(|(_, node)| *node)
            .or_else(|| place.and_then(|place| self.by_place.get(place).copied()))
    }
}

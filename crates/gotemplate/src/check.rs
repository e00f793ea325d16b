//! Looks at a template without running it: what is wrong, and what it uses.

use std::ops::Range;

use crate::parser;
use crate::prometheus::{DEFINITIONS, into_text, shift, template_name};
use crate::scope::Scope;
use crate::syntax::{Command, Expr, ExprKind, Name, Op, Pipe, Program};
use crate::{FunctionSet, ParseError};

/// What a template uses and what is wrong with it. Ranges are bytes of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateUse {
    /// Errors; the first is the one that Prometheus reports.
    pub errors: Vec<ParseError>,
    /// Labels that are read by name.
    pub labels: Vec<Use>,
    /// Where the labels of the alert are used as a whole, so that any of them may matter.
    pub whole_labels: Vec<Range<usize>>,
    /// Where the alert's value is used, other than to decide what is shown.
    pub values: Vec<Range<usize>>,
    /// Where the alert's value decides what is shown: in a condition.
    pub deciding_values: Vec<Range<usize>>,
    /// Functions that are called.
    pub functions: Vec<Literal>,
    /// Variables that are read, with their dollar sign.
    pub variables: Vec<Literal>,
    /// Expressions that are given to `query` as literals; the range is that of the literal with its quotes.
    pub queries: Vec<Literal>,
}

/// A word or literal of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// Its value.
    pub text: String,
    /// Where it is.
    pub range: Range<usize>,
}

/// A label that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The label's name.
    pub label: String,
    /// Where the name is.
    pub range: Range<usize>,
    /// Whose label it is.
    pub source: LabelSource,
}

/// Whose labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelSource {
    /// The alert's: those of the series that its expression returned.
    Alert,
    /// The external labels of Prometheus.
    External,
    /// Those of something else, such as an element of a query's result.
    Other,
}

/// What is known of a value without running the template.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    /// The data of the alert.
    Data,
    Labels,
    ExternalLabels,
    /// The labels of something else.
    OtherLabels,
    AlertValue,
    Unknown,
}

impl Known {
    fn is_labels(self) -> bool {
        matches!(self, Known::Labels | Known::ExternalLabels | Known::OtherLabels)
    }
}

/// Checks the template of a label or annotation of an alert.
#[must_use]
pub fn check_alert_template(alert: &str, text: &str) -> TemplateUse {
    if !text.contains("{{") {
        return TemplateUse::default();
    }
    let source = format!("{DEFINITIONS}{text}");
    let functions = FunctionSet::prometheus();
    let (program, errors) = parser::parse_leniently(&template_name(alert), &source, &functions);
    let mut finder = Finder {
        found: TemplateUse {
            errors: errors.into_iter().map(into_text).collect(),
            ..TemplateUse::default()
        },
        variables: Scope::new("$", Known::Data),
        dots: Vec::new(),
        dot: Known::Data,
    };
    finder.program(&program);
    finder.found
}

struct Finder {
    found: TemplateUse,
    /// What variables hold.
    variables: Scope<Known>,
    /// The dots outside of the blocks that are open, and how many variables there were.
    dots: Vec<(Known, usize)>,
    dot: Known,
}

impl Finder {
    fn program(&mut self, program: &Program) {
        let main = program.body(&program.name);
        for (index, body) in program.bodies.iter().enumerate() {
            let main = main == Some(index);
            // What a defined template is called with is not looked at.
            self.dot = if main { Known::Data } else { Known::Unknown };
            self.variables = Scope::new("$", self.dot);
            self.dots.clear();
            // The definitions that Prometheus adds are not the author's.
            let skip = main && program.source.starts_with(DEFINITIONS);
            let own = if skip { 4.min(body.ops.len()) } else { 0 };
            if skip {
                self.define();
            }
            for op in &body.ops[own..] {
                self.op(op);
            }
        }
    }

    fn define(&mut self) {
        let known = [
            ("$labels", Known::Labels),
            ("$externalLabels", Known::ExternalLabels),
            ("$externalURL", Known::Unknown),
            ("$value", Known::AlertValue),
        ];
        for (name, known) in known {
            self.variables.declare(name, known);
        }
    }

    fn op(&mut self, op: &Op) {
        match op {
            Op::Text(_) | Op::Break | Op::Continue => {}
            Op::Action(pipe) => {
                let known = self.pipe(pipe);
                // A value that is only given a name is not used yet.
                if pipe.declared.is_empty() {
                    self.whole(known, pipe);
                }
            }
            Op::If { pipe, .. } => {
                self.dots.push((self.dot, self.variables.len()));
                let shown = self.found.values.len();
                let known = self.pipe(pipe);
                let deciding = self.found.values.split_off(shown);
                self.found.deciding_values.extend(deciding);
                self.whole(known, pipe);
            }
            Op::With { pipe, .. } => {
                let outer = self.dot;
                self.dots.push((outer, self.variables.len()));
                self.dot = self.pipe(pipe);
            }
            Op::Range { pipe, .. } => {
                let outer = self.dot;
                self.dots.push((outer, self.variables.len()));
                let known = self.pipe(pipe);
                self.whole(known, pipe);
                for declared in &pipe.declared {
                    self.variables.set(&declared.text, Known::Unknown);
                }
                self.dot = Known::Unknown;
            }
            Op::Else { .. } => {
                if let Some((outer, _)) = self.dots.last() {
                    self.dot = *outer;
                }
            }
            Op::End => {
                if let Some((outer, variables)) = self.dots.pop() {
                    self.dot = outer;
                    self.variables.truncate(variables);
                }
            }
            Op::Template(call) => {
                if let Some(pipe) = &call.pipe {
                    let known = self.pipe(pipe);
                    self.whole(known, pipe);
                }
            }
        }
    }

    fn pipe(&mut self, pipe: &Pipe) -> Known {
        let mut known = Known::Unknown;
        for (index, command) in pipe.commands.iter().enumerate() {
            known = self.command(command, index > 0);
        }
        for declared in &pipe.declared {
            if pipe.assigns {
                self.variables.set(&declared.text, known);
            } else {
                self.variables.declare(&declared.text, known);
            }
        }
        known
    }

    /// Notes that labels are used as a whole.
    fn whole(&mut self, known: Known, pipe: &Pipe) {
        let Some(last) = pipe.commands.last().and_then(|command| command.words.first()) else {
            return;
        };
        if matches!(known, Known::Labels | Known::Data) && pipe.commands.len() == 1 {
            self.found.whole_labels.push(shift(&last.range));
        }
    }

    fn command(&mut self, command: &Command, piped: bool) -> Known {
        let Some((first, arguments)) = command.words.split_first() else {
            return Known::Unknown;
        };
        let ExprKind::Function(function) = &first.kind else {
            let known = self.expr(first);
            for argument in arguments {
                self.expr(argument);
            }
            return known;
        };
        self.found.functions.push(literal(function));
        match (function.text.as_str(), arguments) {
            ("index", [map, key, ..]) => {
                let known = self.expr(map);
                match text(key) {
                    Some(name) if known.is_labels() => self.label(known, name, &key.range),
                    Some(_) => {}
                    None => {
                        self.expr(key);
                        self.used_as_a_whole(known, map);
                    }
                }
                arguments[2..].iter().for_each(|argument| {
                    self.expr(argument);
                });
            }
            ("label", [key, rest @ ..]) => {
                match text(key) {
                    Some(name) => self.label(Known::Unknown, name, &key.range),
                    None => {
                        self.expr(key);
                    }
                }
                rest.iter().for_each(|argument| {
                    self.expr(argument);
                });
            }
            ("query", [query]) if !piped => match text(query) {
                Some(text) => self.found.queries.push(Literal {
                    text,
                    range: shift(&query.range),
                }),
                None => {
                    self.expr(query);
                }
            },
            _ => {
                for argument in arguments {
                    let known = self.expr(argument);
                    self.used_as_a_whole(known, argument);
                }
            }
        }
        Known::Unknown
    }

    fn used_as_a_whole(&mut self, known: Known, expr: &Expr) {
        if matches!(known, Known::Labels | Known::Data) {
            self.found.whole_labels.push(shift(&expr.range));
        }
    }

    fn expr(&mut self, expr: &Expr) -> Known {
        match &expr.kind {
            ExprKind::Dot => {
                if self.dot == Known::AlertValue {
                    self.found.values.push(shift(&expr.range));
                }
                self.dot
            }
            ExprKind::Field(fields) => self.fields(self.dot, fields, expr),
            ExprKind::Variable(name, fields) => {
                self.found.variables.push(literal(name));
                let known = self.variables.get(&name.text).unwrap_or(Known::Unknown);
                if known == Known::AlertValue && fields.is_empty() {
                    self.found.values.push(shift(&expr.range));
                }
                self.fields(known, fields, expr)
            }
            ExprKind::Chain(head, fields) => {
                let known = self.expr(head);
                self.fields(known, fields, expr)
            }
            ExprKind::Function(name) => {
                self.found.functions.push(literal(name));
                Known::Unknown
            }
            ExprKind::Pipe(pipe) => self.pipe(pipe),
            ExprKind::Nil | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Str { .. } => Known::Unknown,
        }
    }

    /// What `known.a.b` is, noting the labels on the way.
    fn fields(&mut self, known: Known, fields: &[Name], expr: &Expr) -> Known {
        let mut known = known;
        for field in fields {
            known = match (known, field.text.as_str()) {
                (Known::Data, "Labels") => Known::Labels,
                (Known::Data, "ExternalLabels") => Known::ExternalLabels,
                (Known::Data, "Value") => {
                    self.found.values.push(shift(&expr.range));
                    Known::AlertValue
                }
                (labels, name) if labels.is_labels() => {
                    self.label(labels, name.to_owned(), &field.range);
                    Known::Unknown
                }
                (Known::Unknown, "Labels") => Known::OtherLabels,
                _ => Known::Unknown,
            };
        }
        known
    }

    fn label(&mut self, known: Known, label: String, range: &Range<usize>) {
        let source = match known {
            Known::Labels => LabelSource::Alert,
            Known::ExternalLabels => LabelSource::External,
            _ => LabelSource::Other,
        };
        self.found.labels.push(Use {
            label,
            range: shift(range),
            source,
        });
    }
}

fn literal(name: &Name) -> Literal {
    Literal {
        text: name.text.clone(),
        range: shift(&name.range),
    }
}

/// The value of a string literal.
fn text(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Str { value, .. } => Some(String::from_utf8_lossy(value).into_owned()),
        _ => None,
    }
}

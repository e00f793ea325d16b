//! The labels of series that are yet to be chosen: variables that matchers restrict and that vector matching
//! makes equal. Knows nothing of expressions.

use std::collections::BTreeMap;

use super::words::{Demand, words};

/// A label's value that is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Var(usize);

/// The labels of a sample; a label that is not here is absent.
pub(super) type Env = BTreeMap<String, Var>;

/// Why no data is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    /// The reason, in words.
    pub(super) reason: String,
    /// Whether it holds for all data.
    pub(super) certain: bool,
}

impl Clash {
    /// A reason that is certain.
    fn certain(reason: String) -> Clash {
        Clash {
            reason,
            certain: true,
        }
    }

    /// A reason for which there may be a way out.
    pub(super) fn open(reason: impl Into<String>) -> Clash {
        Clash {
            reason: reason.into(),
            certain: false,
        }
    }
}

/// What is known of variables that are equal.
#[derive(Clone, Debug, Default)]
struct Class {
    label: String,
    demands: Vec<Demand>,
    /// The value, where it is fixed; the empty one is an absent label.
    fixed: Option<String>,
    /// Whether somebody wants to see it, so that it is set where it may be.
    named: bool,
    /// Which of the possible values is meant, where several series are to differ in it.
    ordinal: Option<usize>,
    /// What it is computed from.
    source: Option<Source>,
}

impl Class {
    /// The value, where it is certain.
    fn known(&self) -> Option<&str> {
        let equality = || self.demands.iter().find(|d| d.is_equality()).map(Demand::value);
        self.fixed.as_deref().or_else(equality)
    }
}

/// A label that is computed from others.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// The others.
    pub(super) from: Vec<Var>,
    /// How.
    pub(super) how: Computed,
}

/// How a label is computed.
#[derive(Clone, Debug)]
pub(super) enum Computed {
    /// As `label_replace` does: the expanded template where the expression matches.
    Replace {
        /// The anchored regular expression.
        regex: regex::Regex,
        /// The template.
        template: String,
        /// The value where it does not match.
        otherwise: Var,
    },
    /// As `label_join` does.
    Join(String),
}

/// All variables.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    parents: Vec<usize>,
    classes: Vec<Class>,
}

impl Labels {
    /// A variable that nothing restricts yet.
    pub(super) fn fresh(&mut self, label: &str) -> Var {
        self.add(Class {
            label: label.to_owned(),
            ..Class::default()
        })
    }

    /// A value that is known; the empty one is an absent label.
    pub(super) fn constant(&mut self, label: &str, value: &str) -> Var {
        self.add(Class {
            label: label.to_owned(),
            fixed: Some(value.to_owned()),
            ..Class::default()
        })
    }

    /// A label that is computed from others.
    pub(super) fn computed(&mut self, label: &str, source: Source) -> Var {
        self.add(Class {
            label: label.to_owned(),
            source: Some(source),
            ..Class::default()
        })
    }

    fn add(&mut self, class: Class) -> Var {
        self.parents.push(self.parents.len());
        self.classes.push(class);
        Var(self.parents.len() - 1)
    }

    fn root(&self, var: Var) -> usize {
        let mut at = var.0;
        while self.parents[at] != at {
            at = self.parents[at];
        }
        at
    }

    /// Asks for a value where one is possible.
    pub(super) fn name(&mut self, var: Var) {
        let root = self.root(var);
        self.classes[root].named = true;
    }

    /// Whether the value is open: neither fixed nor given by an equality, nor computed from one that is.
    pub(super) fn is_open(&self, var: Var) -> bool {
        let class = &self.classes[self.root(var)];
        match class.source.as_ref().and_then(|source| source.from.first()) {
            Some(from) => self.is_open(*from),
            None => class.known().is_none(),
        }
    }

    /// Restricts a variable by a matcher.
    pub(super) fn demand(&mut self, var: Var, demand: Demand) -> Result<(), Clash> {
        let root = self.root(var);
        self.classes[root].demands.push(demand);
        self.check(root)
    }

    /// Says which of the possible values is meant.
    pub(super) fn choose(&mut self, var: Var, ordinal: usize) -> Result<(), Clash> {
        let root = self.root(var);
        if let Some(from) = self.classes[root]
            .source
            .as_ref()
            .and_then(|source| source.from.first().copied())
        {
            return self.choose(from, ordinal);
        }
        let class = &mut self.classes[root];
        class.named = true;
        if class.ordinal.is_some_and(|known| known != ordinal) {
            return Err(Clash::open(format!(
                "two series cannot differ in the label {}",
                class.label
            )));
        }
        class.ordinal = Some(ordinal);
        self.check(root)
    }

    /// Makes two variables equal. Where that cannot be, neither is changed for the better: use a copy to try.
    pub(super) fn unify(&mut self, a: Var, b: Var) -> Result<(), Clash> {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return Ok(());
        }
        if let (Some(one), Some(two)) = (self.classes[a].known(), self.classes[b].known())
            && one != two
        {
            let (label, one, two) = (&self.classes[a].label, or_none(one), or_none(two));
            return Err(Clash::certain(format!(
                "labels that must be equal never are: {label} is {one} on one side and {two} on the other"
            )));
        }
        let other = std::mem::take(&mut self.classes[b]);
        self.parents[b] = a;
        let class = &mut self.classes[a];
        if class.ordinal.is_some() && other.ordinal.is_some() && class.ordinal != other.ordinal {
            return Err(Clash::open(format!(
                "two series cannot differ in the label {}",
                other.label
            )));
        }
        class.fixed = class.fixed.take().or(other.fixed);
        class.ordinal = class.ordinal.or(other.ordinal);
        class.source = class.source.take().or(other.source);
        class.named |= other.named;
        class.demands.extend(other.demands);
        self.check(a)
    }

    /// Whether a value is possible at all.
    fn check(&self, root: usize) -> Result<(), Clash> {
        let class = &self.classes[root];
        if class.source.is_some() {
            // Checked when it is computed.
            return Ok(());
        }
        self.pick(class).map(drop).ok_or_else(|| self.clash(class))
    }

    fn clash(&self, class: &Class) -> Clash {
        let demands = class
            .demands
            .iter()
            .map(|d| format!("{}{}", class.label, d.shown()));
        let fixed = class.fixed.as_ref().map(|value| match value.is_empty() {
            true => format!("there is no label {}", class.label),
            false => format!("{} is {value:?}", class.label),
        });
        let mut all: Vec<String> = fixed.into_iter().chain(demands).collect();
        all.dedup();
        let reason = format!(
            "no value of the label {} satisfies {}",
            class.label,
            all.join(" and ")
        );
        let nothing = class.demands.iter().any(Demand::accepts_nothing);
        // Regular expressions may match words that were not thought of.
        match nothing || class.known().is_some() {
            true => Clash::certain(reason),
            false => Clash::open(reason),
        }
    }

    /// The value that a class comes to have.
    fn pick(&self, class: &Class) -> Option<String> {
        let accepted = |value: &str| class.demands.iter().all(|d| d.accepts(value));
        if let Some(fixed) = &class.fixed {
            return accepted(fixed).then(|| fixed.clone());
        }
        if let Some(equal) = class.known() {
            return accepted(equal).then(|| equal.to_owned());
        }
        if accepted("") && !class.named {
            return Some(String::new());
        }
        words(&class.label, &class.demands)
            .nth(class.ordinal.unwrap_or(0))
            .or_else(|| (accepted("") && class.ordinal.is_none()).then(String::new))
    }

    /// The value of a variable, which is then fixed.
    pub(super) fn resolve(&mut self, var: Var) -> Result<String, Clash> {
        let root = self.root(var);
        if let Some(source) = self.classes[root].source.take() {
            let value = self.compute(&source)?;
            let class = &mut self.classes[root];
            if class.fixed.as_ref().is_some_and(|fixed| *fixed != value) {
                return Err(Clash::open(format!(
                    "the label {} comes out as {value:?}",
                    class.label
                )));
            }
            class.fixed = Some(value);
        }
        let class = &self.classes[root];
        let value = self.pick(class).ok_or_else(|| self.clash(class))?;
        self.classes[root].fixed = Some(value.clone());
        Ok(value)
    }

    fn compute(&mut self, source: &Source) -> Result<String, Clash> {
        let from: Result<Vec<String>, Clash> = source.from.iter().map(|var| self.resolve(*var)).collect();
        let from = from?;
        match &source.how {
            Computed::Join(separator) => Ok(from.join(separator)),
            Computed::Replace {
                regex,
                template,
                otherwise,
            } => {
                let source = from.first().map_or("", String::as_str);
                match regex.captures(source) {
                    Some(captures) => {
                        let mut value = String::new();
                        captures.expand(template, &mut value);
                        Ok(value)
                    }
                    None => self.resolve(*otherwise),
                }
            }
        }
    }
}

fn or_none(value: &str) -> String {
    match value.is_empty() {
        true => "none".to_owned(),
        false => format!("{value:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skeleton::words::Demands;
    use promql_syntax::ast::MatchOp;

    fn demand(op: MatchOp, value: &str) -> Demand {
        Demands::default().get("l", op, value).expect("a matcher")
    }

    #[test]
    fn equal_variables_share_their_demands() {
        let mut labels = Labels::default();
        let (a, b) = (labels.fresh("job"), labels.fresh("job"));
        labels
            .demand(a, demand(MatchOp::Regex, "api|web"))
            .expect("possible");
        labels
            .demand(b, demand(MatchOp::NotEqual, "api"))
            .expect("possible");
        labels.unify(a, b).expect("possible");
        assert_eq!(labels.resolve(a), Ok("web".to_owned()));
        assert_eq!(labels.resolve(b), Ok("web".to_owned()));
    }

    #[test]
    fn a_label_is_set_where_it_is_named_or_must_be() {
        let mut labels = Labels::default();
        let (free, named, needed) = (labels.fresh("pod"), labels.fresh("pod"), labels.fresh("pod"));
        labels.name(named);
        labels
            .demand(needed, demand(MatchOp::NotEqual, ""))
            .expect("possible");
        assert_eq!(labels.resolve(free), Ok(String::new()));
        assert_eq!(labels.resolve(named), Ok("pod-a".to_owned()));
        assert_eq!(labels.resolve(needed), Ok("pod-a".to_owned()));
    }

    #[test]
    fn contradictions_are_told() {
        let mut labels = Labels::default();
        let var = labels.fresh("job");
        labels.demand(var, demand(MatchOp::Equal, "a")).expect("possible");
        let clash = labels
            .demand(var, demand(MatchOp::NotRegex, "a|b"))
            .expect_err("impossible");
        assert_eq!(
            clash.reason,
            "no value of the label job satisfies job=\"a\" and job!~\"a|b\""
        );
    }
}

//! Functions that templates can call: their signatures, and what they may reach while they run.

use crate::builtins;
use crate::prometheus;
use crate::regexp::RegexCache;
use crate::types::Type;
use crate::value::Value;

/// The functions that a template may use.
#[derive(Clone, Copy)]
pub struct FunctionSet {
    tables: &'static [&'static [Function]],
}

impl FunctionSet {
    /// Those of Go's text/template.
    #[must_use]
    pub fn go() -> Self {
        Self {
            tables: &[builtins::FUNCTIONS],
        }
    }

    /// Those of Prometheus' alert templates: Go's and its own.
    #[must_use]
    pub fn prometheus() -> Self {
        Self {
            tables: &[prometheus::FUNCTIONS, builtins::FUNCTIONS],
        }
    }

    /// Whether there is a function of the name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The names, in no particular order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.tables
            .iter()
            .flat_map(|table| table.iter())
            .map(|function| function.name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'static Function> {
        let all = self.tables.iter().flat_map(|table| table.iter());
        all.into_iter().find(|function| function.name == name)
    }
}

impl std::fmt::Debug for FunctionSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// A function with its Go signature.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) params: &'static [Type],
    /// The last parameter takes any number of arguments.
    pub(crate) variadic: bool,
    pub(crate) body: Body,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What a function does with arguments that fit its parameters.
#[derive(Clone, Copy)]
pub(crate) enum Body {
    Run(fn(&mut Env<'_>, &[Value]) -> Result<Value, String>),
    /// `and` and `or`, which evaluate no more arguments than they need.
    And,
    Or,
    /// `call`, whose message names what was to be called.
    Call,
}

impl Function {
    pub(crate) const fn new(
        name: &'static str,
        params: &'static [Type],
        body: fn(&mut Env<'_>, &[Value]) -> Result<Value, String>,
    ) -> Self {
        Self {
            name,
            params,
            variadic: false,
            body: Body::Run(body),
        }
    }

    pub(crate) const fn variadic(name: &'static str, params: &'static [Type], body: Body) -> Self {
        Self {
            name,
            params,
            variadic: true,
            body,
        }
    }
}

/// What functions may reach: the outside world, and how much they may still spend.
pub(crate) struct Env<'e> {
    pub(crate) query: &'e mut dyn prometheus::Query,
    pub(crate) timestamp_ms: i64,
    pub(crate) server_url: Option<&'e str>,
    pub(crate) regexes: &'e RegexCache,
    /// Instructions and function calls that are left.
    pub(crate) steps: u64,
    /// Bytes of text that may still be made.
    pub(crate) bytes: usize,
    /// The budget is used up.
    pub(crate) exceeded: bool,
}

impl Env<'_> {
    /// Counts steps.
    pub(crate) fn spend_steps(&mut self, steps: u64) -> Result<(), String> {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(self.exceed("too many steps")),
        }
    }

    /// Counts text.
    pub(crate) fn spend_bytes(&mut self, bytes: usize) -> Result<(), String> {
        match self.bytes.checked_sub(bytes) {
            Some(left) => {
                self.bytes = left;
                Ok(())
            }
            None => Err(self.exceed("too much text")),
        }
    }

    /// Text that a function made, once it is counted.
    pub(crate) fn text(&mut self, text: impl AsRef<[u8]>) -> Result<Value, String> {
        self.spend_bytes(text.as_ref().len())?;
        Ok(Value::string(text))
    }

    pub(crate) fn exceed(&mut self, what: &str) -> String {
        self.exceeded = true;
        format!("{what}: the template was stopped")
    }
}

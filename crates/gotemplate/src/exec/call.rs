//! Calls functions: the number and types of arguments, and what is said when they fail.

use super::{Executed, Machine};
use crate::functions::{Body, Function};
use crate::syntax::{Expr, Name, Node};
use crate::types::{Kind, Type};
use crate::value::Value;

impl<'t> Machine<'t, '_, '_> {
    /// Calls a function. `caller` is what a message names if the function fails.
    pub(super) fn function(
        &mut self,
        name: &Name,
        caller: Node<'t>,
        arguments: &'t [Expr],
        last: Option<Value>,
    ) -> Executed<Value> {
        let Some(function) = self.program.functions.get(&name.text) else {
            let shown = crate::strconv::quote_str(&name.text);
            return self.fail(format!("{shown} is not a defined function"));
        };
        if let Body::And | Body::Or = function.body {
            return self.short_circuit(function, arguments, last);
        }
        let callee = match (function.body, arguments.first(), &last) {
            (Body::Call, Some(first), _) => first.to_string(),
            (Body::Call, None, Some(value)) => reflect_string(value),
            _ => String::new(),
        };
        let values = self.arguments(function.name, function.params, function.variadic, arguments, last)?;
        let result = match function.body {
            Body::Run(body) => body(self.env, &values),
            _ => Err(not_callable(&callee, values.into_iter().next())),
        };
        result.or_else(|reason| {
            self.node = Some(caller);
            if self.env.exceeded {
                return self.fail(reason);
            }
            self.fail(format!("error calling {}: {reason}", function.name))
        })
    }

    /// Evaluates arguments for parameters.
    pub(super) fn arguments(
        &mut self,
        name: &str,
        params: &[Type],
        variadic: bool,
        arguments: &'t [Expr],
        last: Option<Value>,
    ) -> Executed<Vec<Value>> {
        let given = arguments.len() + usize::from(last.is_some());
        if variadic {
            let fixed = params.len() - 1;
            if given < fixed {
                let got = arguments.len();
                return self.fail(format!(
                    "wrong number of args for {name}: want at least {fixed} got {got}"
                ));
            }
        } else if given != params.len() {
            let want = params.len();
            return self.fail(format!(
                "wrong number of args for {name}: want {want} got {given}"
            ));
        }
        let param = |index: usize| {
            params
                .get(index)
                .or(params.last())
                .copied()
                .unwrap_or(Type::Reflect)
        };
        let mut values = Vec::with_capacity(given);
        for (index, argument) in arguments.iter().enumerate() {
            values.push(self.argument(param(index), argument)?);
        }
        if let Some(last) = last {
            let target = param(values.len());
            values.push(self.validate(last, target)?);
        }
        Ok(values)
    }

    /// `and` and `or` stop at the first argument that decides.
    fn short_circuit(
        &mut self,
        function: &Function,
        arguments: &'t [Expr],
        last: Option<Value>,
    ) -> Executed<Value> {
        if arguments.is_empty() && last.is_none() {
            return self.fail(format!(
                "wrong number of args for {}: want at least 1 got 0",
                function.name
            ));
        }
        let decisive = matches!(function.body, Body::Or);
        let mut value = Value::Nil;
        for argument in arguments {
            value = self.argument(Type::Reflect, argument)?;
            if value.truth() == decisive {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }
}

/// What Go says of a value that is no function; none of Prometheus' values is one.
fn not_callable(name: &str, value: Option<Value>) -> String {
    match value.unwrap_or(Value::Nil).out_of_interface() {
        Value::Nil => "call of nil".to_owned(),
        value => format!("non-function {name} of type {}", value.type_name()),
    }
}

/// Go's `reflect.Value.String`, which shows only strings.
fn reflect_string(value: &Value) -> String {
    match value.kind() {
        Kind::Invalid => "<invalid Value>".to_owned(),
        Kind::String => String::from_utf8_lossy(value.bytes()).into_owned(),
        _ => format!("<{} Value>", value.type_name()),
    }
}

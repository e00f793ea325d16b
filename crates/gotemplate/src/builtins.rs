//! The functions of Go's text/template.

mod compare;
mod escape;
mod index;

pub(crate) use escape::query_escape;

use crate::exec::printable;
use crate::fmt;
use crate::functions::{Body, Env, Function};
use crate::types::Type;
use crate::value::Value;

const ANY: Type = Type::Reflect;

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::variadic("and", &[ANY, ANY], Body::And),
    Function::variadic("or", &[ANY, ANY], Body::Or),
    Function::variadic("call", &[ANY, ANY], Body::Call),
    Function::variadic("html", &[Type::Interface], Body::Run(html)),
    Function::variadic("js", &[Type::Interface], Body::Run(js)),
    Function::variadic("urlquery", &[Type::Interface], Body::Run(urlquery)),
    Function::variadic("index", &[ANY, ANY], Body::Run(|_, args| index::index(args))),
    Function::variadic("slice", &[ANY, ANY], Body::Run(|_, args| index::slice(args))),
    Function::new("len", &[ANY], |_, args| index::length(args)),
    Function::new("not", &[ANY], |_, args| {
        Ok(Value::Bool(!args.first().is_some_and(Value::truth)))
    }),
    Function::variadic("print", &[Type::Interface], Body::Run(print)),
    Function::variadic("println", &[Type::Interface], Body::Run(println)),
    Function::variadic("printf", &[Type::String, Type::Interface], Body::Run(printf)),
    Function::variadic("eq", &[ANY, ANY], Body::Run(|_, args| bool(compare::eq(args)))),
    Function::new("ne", &[ANY, ANY], |_, args| {
        bool(compare::eq(args).map(|equal| !equal))
    }),
    Function::new("lt", &[ANY, ANY], |_, args| bool(compare::lt(args))),
    Function::new("le", &[ANY, ANY], |_, args| bool(compare::le(args))),
    Function::new("gt", &[ANY, ANY], |_, args| bool(compare::le(args).map(|le| !le))),
    Function::new("ge", &[ANY, ANY], |_, args| bool(compare::lt(args).map(|lt| !lt))),
];

fn bool(result: Result<bool, String>) -> Result<Value, String> {
    result.map(Value::Bool)
}

/// Counts text that `fmt` made.
fn printed(env: &mut Env<'_>, text: Result<Vec<u8>, fmt::TooLong>) -> Result<Value, String> {
    match text {
        Ok(text) => env.text(text),
        Err(fmt::TooLong) => Err(env.exceed("too much text")),
    }
}

fn print(env: &mut Env<'_>, args: &[Value]) -> Result<Value, String> {
    let text = fmt::sprint(args, env.bytes);
    printed(env, text)
}

fn println(env: &mut Env<'_>, args: &[Value]) -> Result<Value, String> {
    let text = fmt::sprintln(args, env.bytes);
    printed(env, text)
}

fn printf(env: &mut Env<'_>, args: &[Value]) -> Result<Value, String> {
    let Some((format, values)) = args.split_first() else {
        return env.text("");
    };
    let text = fmt::sprintf(format.bytes(), values, env.bytes);
    printed(env, text)
}

/// The arguments as text, as they would be printed in a template.
fn as_text(env: &mut Env<'_>, args: &[Value]) -> Result<Vec<u8>, String> {
    let values: Vec<Value> = args.iter().cloned().map(printable).collect();
    fmt::sprint(&values, env.bytes).map_err(|fmt::TooLong| env.exceed("too much text"))
}

fn html(env: &mut Env<'_>, args: &[Value]) -> Result<Value, String> {
    let text = as_text(env, args)?;
    env.text(escape::html(&text))
}

fn js(env: &mut Env<'_>, args: &[Value]) -> Result<Value, String> {
    let text = as_text(env, args)?;
    env.text(escape::js(&text))
}

fn urlquery(env: &mut Env<'_>, args: &[Value]) -> Result<Value, String> {
    let text = as_text(env, args)?;
    env.text(query_escape(&text))
}

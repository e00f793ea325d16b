//! The functions, except the arithmetic and parsing that some of them need.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{SAMPLE, duration, hosts, humanize, title};
use crate::builtins::query_escape;
use crate::functions::{Body, Env, Function};
use crate::regexp;
use crate::time::{DURATION, SECOND, TIME, Time};
use crate::types::{Named, Type};
use crate::value::{ANY_MAP, Map, Slice, Value};

/// How many steps a query costs, which takes longer than anything else that a template can do.
const QUERY_STEPS: u64 = 100;
/// How deep the results of `args` may nest. Go sets no limit but its stack.
const MAX_DEPTH: usize = 50;

static RESULT_NAMED: Named = Named {
    name: "template.queryResult",
    underlying: Type::Slice(&Type::Ptr(&SAMPLE)),
    methods: || &[],
    pointer_methods: false,
};
const RESULT: Type = Type::Named(&RESULT_NAMED);
const SAMPLE_POINTER: Type = Type::Ptr(&SAMPLE);

static HTML_NAMED: Named = Named {
    name: "template.HTML",
    underlying: Type::String,
    methods: || &[],
    pointer_methods: false,
};

static TIME_TYPE: Type = Type::Named(&TIME);
static DURATION_TYPE: Type = Type::Named(&DURATION);

const TEXT: Type = Type::String;
const ANY: Type = Type::Interface;

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::new("query", &[TEXT], query),
    Function::new("first", &[RESULT], |_, args| first(args)),
    Function::new("label", &[TEXT, SAMPLE_POINTER], |_, args| {
        Ok(label(sample_field(args.get(1), 0)?, bytes(args, 0)))
    }),
    Function::new("value", &[SAMPLE_POINTER], |_, args| {
        Ok(sample_field(args.first(), 1)?.out_of_interface())
    }),
    Function::new("strvalue", &[SAMPLE_POINTER], |_, args| {
        Ok(label(sample_field(args.first(), 0)?, b"__value__"))
    }),
    Function::variadic("args", &[ANY], Body::Run(args_map)),
    Function::new("reReplaceAll", &[TEXT, TEXT, TEXT], replace_all),
    Function::new("safeHtml", &[TEXT], |_, args| {
        Ok(Value::Str(Type::Named(&HTML_NAMED), bytes(args, 0).into()))
    }),
    Function::new("match", &[TEXT, TEXT], |env, args| {
        env.spend_bytes(bytes(args, 1).len())?;
        let regex = env.regexes.get(bytes(args, 0))?;
        Ok(Value::Bool(regex.is_match(bytes(args, 1))))
    }),
    Function::new("title", &[TEXT], |env, args| {
        env.text(title::title(&text(args, 0)))
    }),
    Function::new("toUpper", &[TEXT], |env, args| {
        env.text(title::upper(&text(args, 0)))
    }),
    Function::new("toLower", &[TEXT], |env, args| {
        env.text(title::lower(&text(args, 0)))
    }),
    Function::new("graphLink", &[TEXT], |env, args| env.text(link(args, 0))),
    Function::new("tableLink", &[TEXT], |env, args| env.text(link(args, 1))),
    Function::new("sortByLabel", &[TEXT, RESULT], |_, args| Ok(sort_by_label(args))),
    Function::new("stripPort", &[TEXT], |env, args| {
        env.text(hosts::strip_port(&text(args, 0)))
    }),
    Function::new("stripDomain", &[TEXT], |env, args| {
        env.text(hosts::strip_domain(&text(args, 0)))
    }),
    Function::new("humanize", &[ANY], |_, args| {
        Ok(Value::string(humanize::decimal(humanize::number(args)?)))
    }),
    Function::new("humanize1024", &[ANY], |_, args| {
        Ok(Value::string(humanize::binary(humanize::number(args)?)))
    }),
    Function::new("humanizeDuration", &[ANY], |_, args| {
        Ok(Value::string(humanize::duration(humanize::number(args)?)))
    }),
    Function::new("humanizePercentage", &[ANY], |_, args| {
        Ok(Value::string(humanize::percentage(humanize::number(args)?)))
    }),
    Function::new("humanizeTimestamp", &[ANY], |_, args| {
        let seconds = humanize::number(args)?;
        if !seconds.is_finite() {
            return Ok(Value::string(humanize::significant(seconds)));
        }
        Ok(Value::string(time(seconds)?.text()))
    }),
    Function::new("toTime", &[ANY], |_, args| {
        let time = time(humanize::number(args)?)?;
        Ok(Value::pointer_to(&TIME_TYPE, Value::Time(time)))
    }),
    Function::new("toDuration", &[ANY], |_, args| {
        let nanos = humanize::to_int(humanize::number(args)? * SECOND as f64);
        Ok(Value::pointer_to(
            &DURATION_TYPE,
            Value::Int(DURATION_TYPE, nanos),
        ))
    }),
    Function::new("now", &[], |env, _| {
        Ok(Value::Float(env.timestamp_ms as f64 / 1000.0))
    }),
    Function::new("pathPrefix", &[], |env, _| {
        let url = env.server_url.ok_or(NIL_POINTER)?;
        env.text(hosts::path(url))
    }),
    Function::new("externalURL", &[], |env, _| {
        let url = env.server_url.ok_or(NIL_POINTER)?;
        env.text(url)
    }),
    Function::new("parseDuration", &[TEXT], |_, args| {
        let nanos = duration::parse(bytes(args, 0))?;
        Ok(Value::Float(nanos as f64 / SECOND as f64))
    }),
    Function::new("urlQueryEscape", &[TEXT], |env, args| {
        env.text(query_escape(bytes(args, 0)))
    }),
];

/// What Go's runtime says.
const NIL_POINTER: &str = "runtime error: invalid memory address or nil pointer dereference";

fn bytes(args: &[Value], index: usize) -> &[u8] {
    args.get(index).map_or(&[], Value::bytes)
}

fn text(args: &[Value], index: usize) -> String {
    String::from_utf8_lossy(bytes(args, index)).into_owned()
}

fn query(env: &mut Env<'_>, args: &[Value]) -> Result<Value, String> {
    env.spend_steps(QUERY_STEPS)?;
    let samples = env.query.query(&text(args, 0), env.timestamp_ms)?;
    let elements = samples.iter().map(super::sample).collect();
    Ok(Value::Slice(Slice::new(RESULT, elements)))
}

fn first(args: &[Value]) -> Result<Value, String> {
    match args.first() {
        Some(Value::Slice(slice)) => slice.get(0),
        _ => None,
    }
    .ok_or_else(|| "first() called on vector with no elements".to_owned())
}

fn sample_field(sample: Option<&Value>, index: usize) -> Result<Value, String> {
    match sample {
        Some(Value::Ptr(_, Some(target))) => match &**target {
            Value::Struct(_, fields) => Ok(fields.get(index).cloned().unwrap_or(Value::Nil)),
            _ => Err(NIL_POINTER.to_owned()),
        },
        _ => Err(NIL_POINTER.to_owned()),
    }
}

fn label(labels: Value, name: &[u8]) -> Value {
    match labels {
        Value::Map(map) => map.entries.get(name).cloned(),
        _ => None,
    }
    .unwrap_or_else(|| Value::string(""))
}

/// The arguments as a map with the keys `arg0`, `arg1`, …
fn args_map(env: &mut Env<'_>, args: &[Value]) -> Result<Value, String> {
    let depth = 1 + args
        .iter()
        .map(|value| match value {
            Value::Map(map) => map.depth,
            _ => 0,
        })
        .max()
        .unwrap_or(0);
    if depth > MAX_DEPTH {
        return Err(env.exceed("values nested too deeply"));
    }
    let entries: BTreeMap<_, _> = args
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let key: Rc<[u8]> = format!("arg{index}").into_bytes().into();
            (key, Value::in_interface(value.clone()))
        })
        .collect();
    Ok(Value::Map(Map {
        ty: ANY_MAP,
        entries: Rc::new(entries),
        depth,
    }))
}

fn replace_all(env: &mut Env<'_>, args: &[Value]) -> Result<Value, String> {
    env.spend_bytes(bytes(args, 2).len())?;
    let pattern = bytes(args, 0);
    let regex = env
        .regexes
        .get(pattern)
        .map_err(|reason| regexp::must_compile_message(pattern, &reason))?;
    match regexp::replace_all(&regex, bytes(args, 1), bytes(args, 2), env.bytes) {
        Some(text) => env.text(text),
        None => Err(env.exceed("too much text")),
    }
}

fn link(args: &[Value], tab: u8) -> String {
    format!("/graph?g0.expr={}&g0.tab={tab}", query_escape(bytes(args, 0)))
}

/// Sorts in place, so that everything that shares the elements sees them sorted.
fn sort_by_label(args: &[Value]) -> Value {
    let Some(Value::Slice(slice)) = args.get(1) else {
        return Value::Nil;
    };
    let name = bytes(args, 0);
    if let Some(elements) = &slice.elements
        && let Some(part) = elements.borrow_mut().get_mut(slice.range.clone())
    {
        part.sort_by_cached_key(|sample| match sample_field(Some(sample), 0) {
            Ok(labels) => label(labels, name).bytes().to_vec(),
            Err(_) => Vec::new(),
        });
    }
    Value::Slice(slice.clone())
}

/// The time a number of seconds after 1970, to the millisecond.
fn time(seconds: f64) -> Result<Time, String> {
    if !seconds.is_finite() {
        return Err("value is NaN or Inf".to_owned());
    }
    let nanos = seconds * SECOND as f64;
    if nanos > i64::MAX as f64 || nanos < i64::MIN as f64 {
        let shown = crate::strconv::format_float(seconds, 'g', None);
        return Err(format!(
            "{shown} cannot be represented as a nanoseconds timestamp since it overflows int64"
        ));
    }
    Ok(Time::from_millis(humanize::to_int(nanos) / 1_000_000))
}

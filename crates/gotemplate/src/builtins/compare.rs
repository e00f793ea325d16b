//! `eq`, `lt` and what follows from them.

use std::rc::Rc;

use crate::fmt;
use crate::types::Kind;
use crate::value::Value;

const BAD_TYPE: &str = "invalid type for comparison";
/// How much text a message shows of a value, beyond which it shows none.
const MAX_SHOWN: usize = 1 << 20;
const MISSING: &str = "missing argument for comparison";

/// Whether values of the kind can be compared as such; of the others, only identity.
fn is_basic(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, Bool | Int | Uint | Float | Complex | String)
}

fn incompatible(a: &Value, b: &Value) -> String {
    format!(
        "incompatible types for comparison: {} and {}",
        a.type_name(),
        b.type_name()
    )
}

/// Whether the first equals one of the others.
pub(super) fn eq(args: &[Value]) -> Result<bool, String> {
    let Some((first, others)) = args.split_first() else {
        return Err(MISSING.to_owned());
    };
    if others.is_empty() {
        return Err(MISSING.to_owned());
    }
    let first = first.clone().out_of_interface();
    for other in others {
        if equal(&first, &other.clone().out_of_interface())? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal(a: &Value, b: &Value) -> Result<bool, String> {
    Ok(match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(_, a), Value::Int(_, b)) => a == b,
        (Value::Uint(_, a), Value::Uint(_, b)) => a == b,
        (Value::Int(_, int), Value::Uint(_, uint)) | (Value::Uint(_, uint), Value::Int(_, int)) => {
            u64::try_from(*int).is_ok_and(|int| int == *uint)
        }
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Complex(a, b), Value::Complex(c, d)) => a == c && b == d,
        (Value::Str(_, a), Value::Str(_, b)) => a == b,
        (a, b) if is_basic(a.kind()) != is_basic(b.kind()) || is_basic(a.kind()) => {
            if matches!(a, Value::Nil) || matches!(b, Value::Nil) {
                return Ok(false);
            }
            return Err(incompatible(a, b));
        }
        (a, b) => return identical(a, b),
    })
}

/// Compares values of no basic kind.
fn identical(a: &Value, b: &Value) -> Result<bool, String> {
    let (kind_a, kind_b) = (a.kind(), b.kind());
    if kind_a != kind_b && kind_a != Kind::Invalid && kind_b != Kind::Invalid {
        return Err(format!(
            "non-comparable types {}: {}, {}: {}",
            shown(b"%s", a),
            a.type_name(),
            b.type_name(),
            shown(b"%v", b)
        ));
    }
    if is_nil(a) || is_nil(b) {
        return Ok(is_nil(a) == is_nil(b));
    }
    if b.ty().is_some_and(|ty| !ty.comparable()) {
        return Err(format!(
            "non-comparable type {}: {}",
            shown(b"%s", b),
            b.type_name()
        ));
    }
    if a.ty() != b.ty() {
        return Ok(false);
    }
    match (a, b) {
        (Value::Ptr(_, Some(a)), Value::Ptr(_, Some(b))) => Ok(Rc::ptr_eq(a, b)),
        (Value::Time(a), Value::Time(b)) => Ok(a == b),
        (Value::Struct(_, a), Value::Struct(_, b)) => {
            let mut fields = a.iter().zip(b.iter());
            Ok(fields.all(|(a, b)| equal(a, b).unwrap_or(false)))
        }
        _ => Ok(false),
    }
}

/// A value in a message.
fn shown(format: &[u8], value: &Value) -> String {
    let text = fmt::sprintf(format, std::slice::from_ref(value), MAX_SHOWN).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}

fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil | Value::Interface(None) | Value::Ptr(_, None) => true,
        Value::Slice(slice) => slice.elements.is_none(),
        _ => false,
    }
}

fn pair(args: &[Value]) -> (Value, Value) {
    let get = |index: usize| args.get(index).cloned().unwrap_or(Value::Nil).out_of_interface();
    (get(0), get(1))
}

pub(super) fn lt(args: &[Value]) -> Result<bool, String> {
    let (a, b) = pair(args);
    if !is_basic(a.kind()) || !is_basic(b.kind()) {
        return Err(BAD_TYPE.to_owned());
    }
    Ok(match (&a, &b) {
        (Value::Int(_, a), Value::Int(_, b)) => a < b,
        (Value::Uint(_, a), Value::Uint(_, b)) => a < b,
        (Value::Int(_, a), Value::Uint(_, b)) => u64::try_from(*a).map_or(true, |a| a < *b),
        (Value::Uint(_, a), Value::Int(_, b)) => u64::try_from(*b).is_ok_and(|b| *a < b),
        (Value::Float(a), Value::Float(b)) => a < b,
        (Value::Str(_, a), Value::Str(_, b)) => a < b,
        (Value::Bool(_), Value::Bool(_)) | (Value::Complex(..), Value::Complex(..)) => {
            return Err(BAD_TYPE.to_owned());
        }
        _ => return Err(incompatible(&a, &b)),
    })
}

pub(super) fn le(args: &[Value]) -> Result<bool, String> {
    Ok(lt(args)? || eq(args)?)
}

//! `index`, `slice` and `len`.

use std::rc::Rc;

use crate::types::{Kind, Type};
use crate::value::{Slice, Value};

/// An index into something that may be indexed up to `bound`, inclusive.
fn position(index: &Value, bound: usize) -> Result<usize, String> {
    let number = match index {
        Value::Int(_, number) => *number,
        Value::Uint(_, number) => *number as i64,
        Value::Nil => return Err("cannot index slice/array with nil".to_owned()),
        other => {
            return Err(format!(
                "cannot index slice/array with type {}",
                other.type_name()
            ));
        }
    };
    match usize::try_from(number) {
        Ok(position) if position <= bound => Ok(position),
        _ => Err(format!("index out of range: {number}")),
    }
}

/// What Go's runtime says when an index is just behind the end.
fn out_of_range(kind: &str) -> String {
    format!("reflect: {kind} index out of range")
}

/// `index x 1 "a"` is `x[1]["a"]`.
pub(super) fn index(args: &[Value]) -> Result<Value, String> {
    let Some((item, indexes)) = args.split_first() else {
        return Err("index of untyped nil".to_owned());
    };
    let mut item = item.clone().out_of_interface();
    if matches!(item, Value::Nil) {
        return Err("index of untyped nil".to_owned());
    }
    for index in indexes {
        let index = index.clone().out_of_interface();
        let (target, nil) = item.indirect();
        if nil {
            return Err("index of nil pointer".to_owned());
        }
        item = match &target {
            Value::Str(_, text) => {
                let at = position(&index, text.len())?;
                let byte = text.get(at).ok_or_else(|| out_of_range("string"))?;
                Value::Uint(Type::Uint8, u64::from(*byte))
            }
            Value::Slice(slice) => {
                let at = position(&index, slice.len())?;
                slice.get(at).ok_or_else(|| out_of_range("slice"))?
            }
            Value::Map(map) => {
                let key = match &index {
                    Value::Str(Type::String, key) => key,
                    Value::Nil => return Err("value is nil; should be of type string".to_owned()),
                    other => {
                        return Err(format!("value has type {}; should be string", other.type_name()));
                    }
                };
                let zero = || map.ty.element().map_or(Value::Nil, Value::zero);
                map.entries.get(key).cloned().unwrap_or_else(zero)
            }
            other => return Err(format!("can't index item of type {}", other.type_name())),
        };
    }
    Ok(item)
}

/// `slice x 1 2` is `x[1:2]`.
pub(super) fn slice(args: &[Value]) -> Result<Value, String> {
    let Some((item, indexes)) = args.split_first() else {
        return Err("slice of untyped nil".to_owned());
    };
    let item = item.clone().out_of_interface();
    if matches!(item, Value::Nil) {
        return Err("slice of untyped nil".to_owned());
    }
    let (item, nil) = item.indirect();
    if nil {
        return Err("slice of nil pointer".to_owned());
    }
    if indexes.len() > 3 {
        return Err(format!("too many slice indexes: {}", indexes.len()));
    }
    let (length, capacity) = match &item {
        Value::Str(..) if indexes.len() == 3 => return Err("cannot 3-index slice a string".to_owned()),
        Value::Str(_, text) => (text.len(), text.len()),
        Value::Slice(slice) => (slice.len(), slice.capacity),
        other => return Err(format!("can't slice item of type {}", other.type_name())),
    };
    let mut bounds = [0, length, capacity];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        *bound = position(index, capacity)?;
    }
    let [start, end, capacity] = bounds;
    if start > end {
        return Err(format!("invalid slice index: {start} > {end}"));
    }
    if end > capacity {
        return Err(format!("invalid slice index: {end} > {capacity}"));
    }
    Ok(match item {
        Value::Str(ty, text) => Value::Str(ty, Rc::from(&text[start..end])),
        Value::Slice(slice) => {
            let first = slice.range.start;
            Value::Slice(Slice {
                range: first + start..first + end,
                capacity: capacity - start,
                ..slice
            })
        }
        other => other,
    })
}

/// `len`
pub(super) fn length(args: &[Value]) -> Result<Value, String> {
    let (item, nil) = args.first().cloned().unwrap_or(Value::Nil).indirect();
    if nil {
        return Err("len of nil pointer".to_owned());
    }
    match &item {
        Value::Str(_, text) => Ok(Value::length(text.len())),
        Value::Slice(slice) => Ok(Value::length(slice.len())),
        Value::Map(map) => Ok(Value::length(map.entries.len())),
        // Go asks for the type of no value, which panics.
        other if other.kind() == Kind::Invalid => {
            Err("reflect: call of reflect.Value.Type on zero Value".to_owned())
        }
        other => Err(format!("len of type {}", other.type_name())),
    }
}

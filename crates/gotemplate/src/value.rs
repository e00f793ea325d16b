//! Values of a running template. Each knows its Go type, because messages, comparisons and the printing of
//! verbs depend on it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use crate::time::Time;
use crate::types::{Kind, MethodBody, Type};

/// The bytes of a Go string, usually UTF-8.
pub(crate) type Bytes = Rc<[u8]>;

/// A value, or none.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// No value: nil without a type, a missing field, what an empty interface holds.
    Nil,
    Bool(bool),
    Int(Type, i64),
    Uint(Type, u64),
    Float(f64),
    /// Real and imaginary part.
    Complex(f64, f64),
    Str(Type, Bytes),
    Slice(Slice),
    Map(Map),
    /// The fields in the order of the type's.
    Struct(Type, Rc<[Value]>),
    /// A `time.Time`, which is a struct whose fields nobody outside Go's library sees.
    Time(Time),
    /// The type pointed to, and what is there.
    Ptr(&'static Type, Option<Rc<Value>>),
    /// A value that was found in a place of type `interface {}`.
    Interface(Option<Rc<Value>>),
}

/// A slice. Slices of slices share their elements, as sorting in place shows.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    pub(crate) ty: Type,
    /// `None` in a nil slice.
    pub(crate) elements: Option<Rc<RefCell<Vec<Value>>>>,
    /// Which of the elements belong to it.
    pub(crate) range: Range<usize>,
    /// How far it can be extended.
    pub(crate) capacity: usize,
}

impl Slice {
    pub(crate) fn new(ty: Type, elements: Vec<Value>) -> Self {
        let length = elements.len();
        Self {
            ty,
            elements: Some(Rc::new(RefCell::new(elements))),
            range: 0..length,
            capacity: length,
        }
    }

    pub(crate) fn nil(ty: Type) -> Self {
        Self {
            ty,
            elements: None,
            range: 0..0,
            capacity: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.range.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<Value> {
        if index >= self.len() {
            return None;
        }
        let elements = self.elements.as_ref()?;
        elements.borrow().get(self.range.start + index).cloned()
    }

    /// The elements, copied.
    pub(crate) fn to_vec(&self) -> Vec<Value> {
        (0..self.len()).filter_map(|index| self.get(index)).collect()
    }
}

/// A map from strings, never nil.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    pub(crate) ty: Type,
    pub(crate) entries: Rc<BTreeMap<Bytes, Value>>,
    /// How many maps deep its values are nested.
    pub(crate) depth: usize,
}

/// `map[string]string`
pub(crate) static LABELS: Type = Type::Map(&Type::String);
/// `map[string]interface {}`
pub(crate) static ANY_MAP: Type = Type::Map(&Type::Interface);

impl Value {
    pub(crate) fn string(text: impl AsRef<[u8]>) -> Self {
        Value::Str(Type::String, Rc::from(text.as_ref()))
    }

    pub(crate) fn int(value: i64) -> Self {
        Value::Int(Type::Int, value)
    }

    pub(crate) fn length(value: usize) -> Self {
        Value::int(i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// A `map[string]string`.
    pub(crate) fn labels<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let entries = pairs
            .into_iter()
            .map(|(name, value)| (Rc::from(name.as_bytes()), Value::string(value)))
            .collect();
        Value::Map(Map {
            ty: LABELS,
            entries: Rc::new(entries),
            depth: 1,
        })
    }

    pub(crate) fn pointer_to(ty: &'static Type, value: Value) -> Self {
        Value::Ptr(ty, Some(Rc::new(value)))
    }

    pub(crate) fn in_interface(value: Value) -> Self {
        match value {
            Value::Nil => Value::Interface(None),
            value => Value::Interface(Some(Rc::new(value))),
        }
    }

    /// The zero value of a type.
    pub(crate) fn zero(ty: Type) -> Self {
        match ty {
            Type::Interface => return Value::Interface(None),
            Type::Reflect => return Value::Nil,
            Type::Ptr(element) => return Value::Ptr(element, None),
            _ => {}
        }
        match ty.kind() {
            Kind::Bool => Value::Bool(false),
            Kind::Int => Value::Int(ty, 0),
            Kind::Uint => Value::Uint(ty, 0),
            Kind::Float => Value::Float(0.0),
            Kind::Complex => Value::Complex(0.0, 0.0),
            Kind::String => Value::Str(ty, Rc::from([])),
            Kind::Slice => Value::Slice(Slice::nil(ty)),
            Kind::Map => Value::Map(Map {
                ty,
                entries: Rc::default(),
                depth: 1,
            }),
            Kind::Struct => Value::Struct(
                ty,
                ty.fields().iter().map(|field| Value::zero(field.ty)).collect(),
            ),
            Kind::Invalid | Kind::Ptr | Kind::Interface => Value::Nil,
        }
    }

    /// The type, or `None` of no value.
    pub(crate) fn ty(&self) -> Option<Type> {
        Some(match self {
            Value::Nil => return None,
            Value::Bool(_) => Type::Bool,
            Value::Int(ty, _) | Value::Uint(ty, _) | Value::Str(ty, _) | Value::Struct(ty, _) => *ty,
            Value::Float(_) => Type::Float64,
            Value::Complex(..) => Type::Complex128,
            Value::Slice(slice) => slice.ty,
            Value::Map(map) => map.ty,
            Value::Time(_) => Type::Named(&crate::time::TIME),
            Value::Ptr(element, _) => Type::Ptr(element),
            Value::Interface(_) => Type::Interface,
        })
    }

    /// The type's name in messages.
    pub(crate) fn type_name(&self) -> String {
        self.ty().map_or_else(|| "<nil>".to_owned(), |ty| ty.to_string())
    }

    pub(crate) fn kind(&self) -> Kind {
        self.ty().map_or(Kind::Invalid, Type::kind)
    }

    /// What an interface holds; any other value as it is.
    pub(crate) fn out_of_interface(self) -> Self {
        match self {
            Value::Interface(None) => Value::Nil,
            Value::Interface(Some(inner)) => (*inner).clone(),
            value => value,
        }
    }

    /// Follows pointers and interfaces to the end. The flag says that the end is a nil one of them.
    pub(crate) fn indirect(self) -> (Self, bool) {
        let mut value = self;
        loop {
            value = match value {
                Value::Ptr(_, None) | Value::Interface(None) => return (value, true),
                Value::Ptr(_, Some(inner)) | Value::Interface(Some(inner)) => (*inner).clone(),
                value => return (value, false),
            }
        }
    }

    /// Whether `if` takes it for true: whether it is not the zero of its type, and not empty.
    pub(crate) fn truth(&self) -> bool {
        match self {
            Value::Nil => false,
            Value::Bool(value) => *value,
            Value::Int(_, value) => *value != 0,
            Value::Uint(_, value) => *value != 0,
            Value::Float(value) => *value != 0.0,
            Value::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Value::Str(_, text) => !text.is_empty(),
            Value::Slice(slice) => slice.len() > 0,
            Value::Map(map) => !map.entries.is_empty(),
            Value::Struct(..) | Value::Time(_) => true,
            Value::Ptr(_, target) => target.is_some(),
            Value::Interface(inner) => inner.as_ref().is_some_and(|inner| inner.truth()),
        }
    }

    /// The bytes of a string, whatever its type.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Value::Str(_, text) => text,
            _ => &[],
        }
    }

    /// What the value's `String` method returns, if it has one. A struct that is reached through a pointer
    /// has those of the pointer.
    pub(crate) fn to_text(&self) -> Option<Vec<u8>> {
        let (ty, target) = match self {
            Value::Ptr(element, target) => (**element, target.as_deref()),
            value => (value.ty()?, Some(value)),
        };
        let Type::Named(named) = ty else { return None };
        let method = (named.methods)().iter().find(|method| method.name == "String")?;
        match target {
            // A method that is called on a nil pointer panics, which is printed like this.
            None => Some(b"<nil>".to_vec()),
            Some(target) => match method.body {
                MethodBody::Run(body) => Some(body(target, &[]).bytes().to_vec()),
                MethodBody::Refuse(_) => None,
            },
        }
    }
}

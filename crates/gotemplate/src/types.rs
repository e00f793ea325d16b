//! Go's types, as far as values of a template have them: their names in messages, what kind they are, what
//! may be assigned to what.

use std::fmt;

use crate::value::Value;

/// A Go type.
#[derive(Clone, Copy)]
pub(crate) enum Type {
    Bool,
    Int,
    Int32,
    Int64,
    Uint8,
    Uint64,
    Float64,
    Complex128,
    String,
    /// `interface {}`, which holds a value of any type.
    Interface,
    /// `reflect.Value`: a parameter that takes anything, and sees whether it came in an interface.
    Reflect,
    Slice(&'static Type),
    /// A map whose keys are strings; Prometheus has no other.
    Map(&'static Type),
    Ptr(&'static Type),
    /// A struct without a name.
    Struct(&'static [Field]),
    Named(&'static Named),
}

/// A field of a struct.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) ty: Type,
}

/// A type with a name, and so perhaps with methods.
pub(crate) struct Named {
    /// With its package: `time.Duration`.
    pub(crate) name: &'static str,
    pub(crate) underlying: Type,
    /// A function, since the types of its parameters may be the type itself.
    pub(crate) methods: fn() -> &'static [Method],
    /// Whether the methods need a pointer, as `func (h *FloatHistogram) String()` does.
    pub(crate) pointer_methods: bool,
}

/// A method that templates may call.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) params: &'static [Type],
    pub(crate) body: MethodBody,
}

/// What a method does.
#[derive(Clone, Copy)]
pub(crate) enum MethodBody {
    /// Takes the receiver without its pointer, and the arguments.
    Run(fn(&Value, &[Value]) -> Value),
    /// Templates may not call it, because of what it returns; the message.
    Refuse(&'static str),
}

/// What a type is made of, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No value at all.
    Invalid,
    Bool,
    Int,
    Uint,
    Float,
    Complex,
    String,
    Slice,
    Map,
    Ptr,
    Interface,
    Struct,
}

impl Type {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Type::Bool => Kind::Bool,
            Type::Int | Type::Int32 | Type::Int64 => Kind::Int,
            Type::Uint8 | Type::Uint64 => Kind::Uint,
            Type::Float64 => Kind::Float,
            Type::Complex128 => Kind::Complex,
            Type::String => Kind::String,
            Type::Interface => Kind::Interface,
            Type::Reflect | Type::Struct(_) => Kind::Struct,
            Type::Slice(_) => Kind::Slice,
            Type::Map(_) => Kind::Map,
            Type::Ptr(_) => Kind::Ptr,
            Type::Named(named) => named.underlying.kind(),
        }
    }

    /// Whether an untyped nil can stand for a value of the type.
    pub(crate) fn can_be_nil(self) -> bool {
        matches!(self, Type::Reflect)
            || matches!(self.kind(), Kind::Interface | Kind::Map | Kind::Ptr | Kind::Slice)
    }

    /// Whether a value of this type can be passed where `target` is wanted.
    pub(crate) fn assignable_to(self, target: Type) -> bool {
        matches!(target, Type::Interface) || self == target
    }

    /// Whether `==` is defined.
    pub(crate) fn comparable(self) -> bool {
        match self {
            Type::Slice(_) | Type::Map(_) => false,
            Type::Struct(fields) => fields.iter().all(|field| field.ty.comparable()),
            Type::Named(named) => named.underlying.comparable(),
            _ => true,
        }
    }

    /// The type of the elements of a slice or map, or of what a pointer points to.
    pub(crate) fn element(self) -> Option<Type> {
        match self {
            Type::Slice(element) | Type::Map(element) | Type::Ptr(element) => Some(*element),
            Type::Named(named) => named.underlying.element(),
            _ => None,
        }
    }

    /// The fields of a struct.
    pub(crate) fn fields(self) -> &'static [Field] {
        match self {
            Type::Struct(fields) => fields,
            Type::Named(named) => named.underlying.fields(),
            _ => &[],
        }
    }

    /// The method that a value of the type has; a pointer has those of what it points to.
    pub(crate) fn method(self, name: &str) -> Option<&'static Method> {
        let (named, pointer) = match self {
            Type::Named(named) => (named, false),
            Type::Ptr(Type::Named(named)) => (*named, true),
            _ => return None,
        };
        if named.pointer_methods && !pointer {
            return None;
        }
        (named.methods)().iter().find(|method| method.name == name)
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Type::Slice(a), Type::Slice(b))
            | (Type::Map(a), Type::Map(b))
            | (Type::Ptr(a), Type::Ptr(b)) => a == b,
            (Type::Struct(a), Type::Struct(b)) => std::ptr::eq(*a, *b),
            (Type::Named(a), Type::Named(b)) => a.name == b.name,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Int32 => f.write_str("int32"),
            Type::Int64 => f.write_str("int64"),
            Type::Uint8 => f.write_str("uint8"),
            Type::Uint64 => f.write_str("uint64"),
            Type::Float64 => f.write_str("float64"),
            Type::Complex128 => f.write_str("complex128"),
            Type::String => f.write_str("string"),
            Type::Interface => f.write_str("interface {}"),
            Type::Reflect => f.write_str("reflect.Value"),
            Type::Slice(element) => write!(f, "[]{element}"),
            Type::Map(element) => write!(f, "map[string]{element}"),
            Type::Ptr(element) => write!(f, "*{element}"),
            Type::Struct(fields) => {
                f.write_str("struct {")?;
                for (index, field) in fields.iter().enumerate() {
                    let separator = if index == 0 { " " } else { "; " };
                    write!(f, "{separator}{} {}", field.name, field.ty)?;
                }
                f.write_str(" }")
            }
            Type::Named(named) => f.write_str(named.name),
        }
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

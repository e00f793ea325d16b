//! What the mappings of rulecheck's own file formats are made of, as tables. One table is all there is to know of a
//! mapping: the reader takes the known fields from it, and the JSON schema that editors use is drawn from it.

mod json_schema;

pub use json_schema::json_schema;

/// A mapping of a format.
#[derive(Debug)]
pub struct Shape {
    /// Its name among the definitions of a schema, in CamelCase.
    pub name: &'static str,
    /// What it is, for messages: `an alert test`.
    pub what: &'static str,
    /// What it is for: a sentence or two.
    pub about: &'static str,
    /// Its fields, in the order in which people write them.
    pub fields: &'static [Field],
}

/// A field of a mapping.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What may stand there.
    pub value: Value,
    /// What it means: a sentence or two.
    pub about: &'static str,
    /// Whether it must be there.
    pub required: bool,
}

/// What may stand in a field.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// Text; numbers and truth values count as the text that they are written with.
    Text,
    /// A duration: `1h30m`.
    Duration,
    /// A number.
    Number,
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Boolean,
    /// A moment: seconds since the epoch, or a time in RFC 3339.
    Time,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list.
    List(&'static Value),
    /// A mapping whose keys are free.
    Map(&'static Value),
    /// A mapping with fields.
    Fields(&'static Shape),
    /// Any of these.
    Any(&'static [Value]),
}

impl Shape {
    /// The names of the fields.
    pub fn names(&self) -> Vec<&'static str> {
        self.fields.iter().map(|field| field.name).collect()
    }
}

impl Field {
    /// A field that may be left out.
    pub const fn new(name: &'static str, value: Value, about: &'static str) -> Field {
        Field {
            name,
            value,
            about,
            required: false,
        }
    }

    /// A field that must be there.
    pub const fn required(name: &'static str, value: Value, about: &'static str) -> Field {
        Field {
            required: true,
            ..Field::new(name, value, about)
        }
    }
}

//! The JSON schema (2020-12) of a format, for editors.

use serde_json::{Map, Value as Json, json};

use super::{Field, Shape, Value};

/// What `promql_syntax::parse_duration` takes, but for the order of the units.
const DURATION: &str = r"^(0|([0-9]+(ms|[smhdwy]))+)$";

/// The schema of documents of this shape.
pub fn json_schema(shape: &'static Shape) -> Json {
    let mut definitions = Map::new();
    let mut open = vec![shape];
    while let Some(next) = open.pop() {
        if definitions.contains_key(next.name) {
            continue;
        }
        definitions.insert(next.name.to_owned(), object(next));
        for field in next.fields {
            shapes_in(&field.value, &mut open);
        }
    }
    let root = definitions.remove(shape.name);
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".to_owned(), json!(shape.what));
    if let Some(Json::Object(root)) = root {
        schema.extend(root);
    }
    if !definitions.is_empty() {
        schema.insert("$defs".to_owned(), Json::Object(definitions));
    }
    Json::Object(schema)
}

fn shapes_in(value: &Value, found: &mut Vec<&'static Shape>) {
    match value {
        Value::Fields(shape) => found.push(shape),
        Value::List(inner) | Value::Map(inner) => shapes_in(inner, found),
        Value::Any(values) => values.iter().for_each(|value| shapes_in(value, found)),
        _ => {}
    }
}

fn object(shape: &Shape) -> Json {
    let property = |field: &Field| (field.name.to_owned(), described(&field.value, field.about));
    let properties: Map<String, Json> = shape.fields.iter().map(property).collect();
    let required: Vec<&str> = shape
        .fields
        .iter()
        .filter(|field| field.required)
        .map(|field| field.name)
        .collect();
    let mut object = json!({
        "description": shape.about,
        "type": if required.is_empty() { json!(["object", "null"]) } else { json!("object") },
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn described(value: &Value, about: &str) -> Json {
    let mut schema = schema(value);
    schema["description"] = json!(about);
    schema
}

/// Nothing may stand for anything, as for Go's reader; a text with a parameter in it may become anything.
fn schema(value: &Value) -> Json {
    let or_parameter = |types: &[&str]| {
        let mut types = types.to_vec();
        types.extend(["string", "null"]);
        json!({"type": types, "pattern": r"\$\{"})
    };
    match value {
        Value::Text => json!({"type": ["string", "number", "boolean", "null"]}),
        Value::Duration => json!({
            "type": ["string", "integer", "null"],
            "pattern": format!(r"{DURATION}|\$\{{"),
            "minimum": 0,
            "maximum": 0,
        }),
        Value::Number => or_parameter(&["number"]),
        Value::Whole => or_parameter(&["integer"]),
        Value::Boolean => or_parameter(&["boolean"]),
        Value::Time => json!({"type": ["string", "number", "null"]}),
        Value::Choice(words) => json!({"anyOf": [{"enum": words}, or_parameter(&[])]}),
        Value::List(inner) => json!({"type": ["array", "null"], "items": schema(inner)}),
        Value::Map(inner) => json!({"type": ["object", "null"], "additionalProperties": schema(inner)}),
        Value::Fields(shape) => json!({"$ref": format!("#/$defs/{}", shape.name)}),
        Value::Any(values) => json!({"anyOf": values.iter().map(schema).collect::<Vec<_>>()}),
    }
}

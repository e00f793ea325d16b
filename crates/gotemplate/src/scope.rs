//! Names that blocks bring in and take away again, found without looking through all of them.

use std::collections::HashMap;

/// Variables with what is known of them.
#[derive(Debug)]
pub(crate) struct Scope<T> {
    /// In the order of their declaration.
    names: Vec<String>,
    /// The last is the one that is visible.
    values: HashMap<String, Vec<T>>,
}

impl<T: Copy> Scope<T> {
    pub(crate) fn new(name: &str, value: T) -> Self {
        let mut scope = Self {
            names: Vec::new(),
            values: HashMap::new(),
        };
        scope.declare(name, value);
        scope
    }

    pub(crate) fn declare(&mut self, name: &str, value: T) {
        self.names.push(name.to_owned());
        self.values.entry(name.to_owned()).or_default().push(value);
    }

    pub(crate) fn get(&self, name: &str) -> Option<T> {
        self.values.get(name)?.last().copied()
    }

    /// Gives a variable another value, and declares it if there is none.
    pub(crate) fn set(&mut self, name: &str, value: T) {
        match self.values.get_mut(name).and_then(|values| values.last_mut()) {
            Some(place) => *place = value,
            None => self.declare(name, value),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Forgets what was declared after there were `length` variables.
    pub(crate) fn truncate(&mut self, length: usize) {
        for name in self.names.drain(length.min(self.names.len())..) {
            if let Some(values) = self.values.get_mut(&name) {
                values.pop();
            }
        }
    }
}

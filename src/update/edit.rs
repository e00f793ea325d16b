//! Changes to pieces of a YAML text: entries of mappings and items of lists, in blocks and on one line.

use std::ops::Range;

use super::yaml::{Yaml, scalar, scalar_like};
use crate::source::scalar::Style;
use crate::source::{Node, NodeKind};

/// Why a piece cannot be changed.
pub(super) type Refusal = &'static str;

const BY_ALIAS: Refusal = "it comes by an alias, so that what is written stands for something else too";
const LAYOUT: Refusal = "the layout of its lines is too unusual to be changed safely";

/// Changes that do not overlap.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.0.push((range, text.into()));
    }

    /// Takes the changes of one assertion, unless they are in the way of others.
    pub(super) fn merge(&mut self, others: Edits) -> Result<(), Refusal> {
        let overlap = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
        for (range, text) in &others.0 {
            let clash = |(known, with): &&(Range<usize>, String)| {
                (overlap(known, range) || known == range) && (known != range || with != text)
            };
            if self.0.iter().any(|known| clash(&known)) {
                return Err("another assertion changes the same text");
            }
        }
        for edit in others.0 {
            if !self.0.contains(&edit) {
                self.0.push(edit);
            }
        }
        Ok(())
    }

    /// The text with the changes.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut edits: Vec<_> = self.0.iter().collect();
        // What is inserted where something ends comes behind it.
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut applied = String::with_capacity(text.len());
        let mut done = 0;
        for (range, with) in edits {
            applied.push_str(&text[done.min(range.start)..range.start]);
            applied.push_str(with);
            done = done.max(range.end);
        }
        applied.push_str(&text[done..]);
        applied
    }
}

/// Changes one text.
pub(super) struct Editor<'t> {
    text: &'t str,
    /// What was changed.
    pub(super) edits: Edits,
}

impl<'t> Editor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Editor {
            text,
            edits: Edits::default(),
        }
    }

    /// Gives an entry of a mapping, by its number, another text.
    pub(super) fn set_text(&mut self, mapping: &Node, number: usize, text: &str) -> Result<(), Refusal> {
        self.set_value(mapping, number, |style, block| scalar_like(text, style, block))
    }

    /// Gives an entry of a mapping, by its number, another number.
    pub(super) fn set_plain(&mut self, mapping: &Node, number: usize, plain: &str) -> Result<(), Refusal> {
        self.set_value(mapping, number, |_, _| plain.to_owned())
    }

    fn set_value(
        &mut self,
        mapping: &Node,
        number: usize,
        written: impl Fn(Style, Option<usize>) -> String,
    ) -> Result<(), Refusal> {
        let entry = &mapping.as_mapping().ok_or(LAYOUT)?[number];
        if entry.key.alias.is_some() || mapping.alias.is_some() {
            return Err(BY_ALIAS);
        }
        let block = (!self.is_flow(mapping)).then(|| self.column(entry.key.range.start) + 2);
        let NodeKind::Scalar(value) = &entry.value.kind else {
            return Err(LAYOUT);
        };
        if entry.value.is_null() && entry.value.range.is_empty() {
            let colon = self.colon(entry.key.range.end)?;
            self.edits
                .replace(colon..colon, format!(" {}", written(Style::Plain, block)));
            return Ok(());
        }
        // An alias is replaced by a value of its own.
        let range = self.trimmed(&entry.value.place());
        self.edits.replace(range, written(value.style, block));
        Ok(())
    }

    /// Removes entries of a mapping, by their numbers, and adds others.
    pub(super) fn change_mapping(
        &mut self,
        mapping: &Node,
        remove: &[usize],
        add: &[(String, Yaml)],
    ) -> Result<(), Refusal> {
        if remove.is_empty() && add.is_empty() {
            return Ok(());
        }
        let entries = mapping.as_mapping().ok_or(LAYOUT)?;
        if mapping.alias.is_some() || remove.iter().any(|number| entries[*number].key.alias.is_some()) {
            return Err(BY_ALIAS);
        }
        let parts: Vec<Range<usize>> = entries
            .iter()
            .map(|entry| {
                let value = self.trimmed(&entry.value.place());
                entry.key.range.start..value.end.max(entry.key.range.end)
            })
            .collect();
        if self.is_flow(mapping) || entries.is_empty() {
            let add: Vec<String> = add
                .iter()
                .map(|(key, value)| format!("{}: {}", scalar(key, None), value.flow()))
                .collect();
            return self.change_flow(mapping, &parts, remove, &add, ("{", "}"));
        }
        let indent = self.column(entries[0].key.range.start);
        let lines =
            |(key, value): &(String, Yaml)| format!("{}:{}", scalar(key, None), value.block(indent + 2));
        let add: Vec<String> = add.iter().map(lines).collect();
        if remove.len() == entries.len() {
            let space = " ".repeat(indent);
            let instead = match add.is_empty() {
                true => "{}".to_owned(),
                false => add.join(&format!("\n{space}")),
            };
            self.edits.replace(self.trimmed(&mapping.range), instead);
            return Ok(());
        }
        // The first entries may stand behind a dash: what follows them takes their place.
        let leading = (0..entries.len())
            .take_while(|number| remove.contains(number))
            .count();
        if leading > 0 {
            self.edits
                .replace(parts[0].start..parts[leading].start, String::new());
        }
        for number in remove.iter().filter(|number| **number >= leading) {
            self.edits.replace(self.lines(&parts[*number])?, String::new());
        }
        self.add_lines(parts[parts.len() - 1].end, indent, &add);
        Ok(())
    }

    /// Removes items of the list that is an entry of a mapping, by their numbers, and adds others. Where there is no
    /// list, it is made.
    pub(super) fn change_list(
        &mut self,
        mapping: &Node,
        key: &'static str,
        remove: &[usize],
        add: &[Yaml],
    ) -> Result<(), Refusal> {
        if remove.is_empty() && add.is_empty() {
            return Ok(());
        }
        if mapping.alias.is_some() {
            return Err(BY_ALIAS);
        }
        let flow = self.is_flow(mapping);
        let found = entry(mapping, key).map(|(_, entry)| entry);
        let items = found
            .and_then(|entry| entry.value.as_sequence())
            .unwrap_or_default();
        if found.is_some_and(|entry| entry.value.alias.is_some() || entry.key.alias.is_some()) {
            return Err(BY_ALIAS);
        }
        let flow_items: Vec<String> = add.iter().map(Yaml::flow).collect();
        let parts: Vec<Range<usize>> = items.iter().map(|item| self.trimmed(&item.place())).collect();
        match found {
            Some(entry) if !items.is_empty() && self.is_flow(&entry.value) => {
                self.change_flow(&entry.value, &parts, remove, &flow_items, ("[", "]"))
            }
            Some(entry) if !items.is_empty() => {
                let dashes: Result<Vec<usize>, Refusal> =
                    parts.iter().map(|part| self.dash(part.start)).collect();
                let dashes = dashes?;
                for number in remove {
                    let item = dashes[*number]..parts[*number].end;
                    self.edits.replace(self.lines(&item)?, String::new());
                }
                let indent = self.column(dashes[0]);
                if remove.len() == items.len() && add.is_empty() {
                    let colon = self.colon(entry.key.range.end)?;
                    self.edits.replace(colon..colon, " []");
                }
                let add: Vec<String> = add.iter().map(|item| item.item(indent)).collect();
                self.add_lines(parts[parts.len() - 1].end, indent, &add);
                Ok(())
            }
            Some(entry) => {
                let colon = self.colon(entry.key.range.end)?;
                let end = colon.max(self.trimmed(&entry.value.range).end);
                let value = if flow {
                    format!(" [{}]", flow_items.join(", "))
                } else {
                    self.block_list(self.column(entry.key.range.start), add)
                };
                self.edits.replace(colon..end, value);
                Ok(())
            }
            None => {
                let entries = mapping.as_mapping().ok_or(LAYOUT)?;
                let Some(last) = entries.last() else {
                    return Err(LAYOUT);
                };
                let end = self.trimmed(&last.value.place()).end.max(last.key.range.end);
                if flow {
                    let value = format!(", {key}: [{}]", flow_items.join(", "));
                    self.edits.replace(end..end, value);
                } else {
                    let indent = self.column(entries[0].key.range.start);
                    let list = format!("{key}:{}", self.block_list(indent, add));
                    self.add_lines(end, indent, &[list]);
                }
                Ok(())
            }
        }
    }

    fn block_list(&self, indent: usize, items: &[Yaml]) -> String {
        let dash = indent + 2;
        let space = " ".repeat(dash);
        let lines = items.iter().map(|item| format!("\n{space}{}", item.item(dash)));
        lines.collect()
    }

    /// Changes a list or mapping on one line.
    fn change_flow(
        &mut self,
        node: &Node,
        parts: &[Range<usize>],
        remove: &[usize],
        add: &[String],
        (open, close): (&str, &str),
    ) -> Result<(), Refusal> {
        let Some(last) = parts.last() else {
            let text = format!("{open}{}{close}", add.join(", "));
            self.edits.replace(node.range.clone(), text);
            return Ok(());
        };
        // What is removed at the end takes the comma before it along.
        let kept = (0..parts.len())
            .rev()
            .find(|number| !remove.contains(number))
            .map_or(0, |number| number + 1);
        for number in remove.iter().filter(|number| **number < kept) {
            self.edits
                .replace(parts[*number].start..parts[*number + 1].start, String::new());
        }
        if kept < parts.len() {
            let start = match kept {
                0 => parts[0].start,
                kept => parts[kept - 1].end,
            };
            self.edits.replace(start..last.end, String::new());
        }
        if !add.is_empty() {
            let comma = if kept == 0 { "" } else { ", " };
            self.edits
                .replace(last.end..last.end, format!("{comma}{}", add.join(", ")));
        }
        Ok(())
    }

    /// Adds lines behind the line on which something ends.
    fn add_lines(&mut self, end: usize, indent: usize, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let space = " ".repeat(indent);
        let lines = lines
            .iter()
            .map(|line| format!("{space}{line}"))
            .collect::<Vec<_>>()
            .join("\n");
        match self.text[end..].find('\n') {
            Some(length) => {
                let at = end + length + 1;
                self.edits.replace(at..at, format!("{lines}\n"));
            }
            None => {
                let at = self.text.len();
                self.edits.replace(at..at, format!("\n{lines}"));
            }
        }
    }

    /// The whole lines of something that has its lines for itself.
    fn lines(&self, range: &Range<usize>) -> Result<Range<usize>, Refusal> {
        let start = self.line_start(range.start);
        if !self.text[start..range.start].trim().is_empty() {
            return Err(LAYOUT);
        }
        let end = self.text[range.end..]
            .find('\n')
            .map_or(self.text.len(), |length| range.end + length + 1);
        Ok(start..end)
    }

    fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |at| at + 1)
    }

    /// How many characters stand before an offset on its line.
    fn column(&self, offset: usize) -> usize {
        self.text[self.line_start(offset)..offset].chars().count()
    }

    /// Behind the colon of a key that ends here.
    fn colon(&self, key_end: usize) -> Result<usize, Refusal> {
        let rest = &self.text[key_end..];
        let spaces = rest.len() - rest.trim_start_matches([' ', '"', '\'']).len();
        match rest[spaces..].starts_with(':') {
            true => Ok(key_end + spaces + 1),
            false => Err(LAYOUT),
        }
    }

    /// The dash of the item that starts here.
    fn dash(&self, item: usize) -> Result<usize, Refusal> {
        let start = self.line_start(item);
        let before = &self.text[start..item];
        let spaces = before.len() - before.trim_start_matches(' ').len();
        match before[spaces..].trim_end() {
            "-" => Ok(start + spaces),
            _ => Err(LAYOUT),
        }
    }

    /// A range without the spaces and line breaks at its end.
    fn trimmed(&self, range: &Range<usize>) -> Range<usize> {
        let length = self.text[range.clone()].trim_end().len();
        range.start..range.start + length
    }

    fn is_flow(&self, node: &Node) -> bool {
        self.text[node.range.clone()].starts_with(['{', '['])
    }
}

/// The entry of a mapping with this key, and its number.
pub(super) fn entry<'n>(mapping: &'n Node, key: &str) -> Option<(usize, &'n crate::source::node::Entry)> {
    let mut entries = mapping.as_mapping()?.iter().enumerate();
    entries.find(|(_, entry)| entry.key.as_str() == Some(key))
}

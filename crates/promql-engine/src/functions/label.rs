//! `label_replace` and `label_join`: new labels for each series, whatever its values.

use promql_syntax::compile_anchored;
use regex::{Captures, Regex};

use crate::call::{Call, Evaluated};
use crate::columns::SeriesSet;
use crate::error::EvalError;
use crate::labels::{Labels, METRIC_NAME, is_valid_label_name};

type Outcome = Result<Evaluated, EvalError>;

/// `label_replace(v, destination, replacement, source, pattern)`
pub(super) fn replace(call: &mut Call<'_>) -> Outcome {
    let (target, template) = (call.string(1)?, call.string(2)?);
    let (source, pattern) = (call.string(3)?, call.string(4)?);
    relabel(call, &target, || {
        let regex = compile_anchored(&pattern).map_err(|_| {
            EvalError::new(format!(
                "invalid regular expression in label_replace(): {pattern}"
            ))
        })?;
        if !is_valid_label_name(&target) {
            return Err(EvalError::new(format!(
                "invalid destination label name in label_replace(): {target}"
            )));
        }
        Ok(move |labels: &Labels| {
            let captures = regex.captures(labels.get(&source))?;
            let mut value = String::new();
            expand(&template, &regex, &captures, &mut value);
            Some(value)
        })
    })
}

/// `label_join(v, destination, separator, source…)`
pub(super) fn join(call: &mut Call<'_>) -> Outcome {
    let (target, separator) = (call.string(1)?, call.string(2)?);
    let sources = (3..call.args.len())
        .map(|i| call.string(i))
        .collect::<Result<Vec<_>, _>>()?;
    relabel(call, &target, || {
        if let Some(source) = sources.iter().find(|source| !is_valid_label_name(source)) {
            return Err(EvalError::new(format!(
                "invalid source label name in label_join(): {source}"
            )));
        }
        if !is_valid_label_name(&target) {
            return Err(EvalError::new(format!(
                "invalid destination label name in label_join(): {target}"
            )));
        }
        Ok(|labels: &Labels| {
            let values: Vec<&str> = sources.iter().map(|source| labels.get(source)).collect();
            Some(values.join(&separator))
        })
    })
}

/// Sets label `target` of each series to what a function makes of its labels, if anything. The function is prepared
/// only where the series are not those of the last evaluation.
fn relabel<F: Fn(&Labels) -> Option<String>>(
    call: &mut Call<'_>,
    target: &str,
    prepare: impl FnOnce() -> Result<F, EvalError>,
) -> Outcome {
    let mut columns = call.take_vector(0)?;
    let relabelled = call.memo.for_set(&columns.set, |set| {
        let value = prepare()?;
        let mut drop_names = set.drop_names.clone();
        let mut labels = set.labels.clone();
        for (series, labels) in labels.iter_mut().enumerate() {
            let Some(value) = value(labels) else { continue };
            *labels = labels.builder().set(target, &value).build();
            // A name that has just been given is not dropped at the end.
            if target == METRIC_NAME
                && let Some(drop_name) = drop_names.get_mut(series)
            {
                *drop_name = false;
            }
        }
        Ok(SeriesSet::with_drop_names(labels, drop_names))
    });
    columns.set = Result::<_, EvalError>::clone(&relabelled)?;
    Ok(Evaluated::Vector(columns))
}

/// Expands a template as Go does: `$1`, `$name` and `${name}` stand for groups (nothing where there is no such
/// group), `$$` for a dollar sign; any other `$` stays.
fn expand(template: &str, regex: &Regex, captures: &Captures<'_>, out: &mut String) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let Some((name, after)) = group_name(after) else {
            out.push('$');
            rest = after;
            continue;
        };
        let group = match group_number(name) {
            Some(number) => captures.get(number),
            // Of several groups with one name the first that took part counts.
            None => regex
                .capture_names()
                .enumerate()
                .filter(|(_, candidate)| *candidate == Some(name))
                .find_map(|(number, _)| captures.get(number)),
        };
        out.push_str(group.map_or("", |group| group.as_str()));
        rest = after;
    }
    out.push_str(rest);
}

/// The group's name behind a dollar sign, and what follows it.
fn group_name(text: &str) -> Option<(&str, &str)> {
    let braced = text.strip_prefix('{');
    let text = braced.unwrap_or(text);
    let end = text
        .find(|c: char| !(c == '_' || c.is_alphabetic() || c.is_numeric()))
        .unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    let after = if braced.is_some() {
        after.strip_prefix('}')?
    } else {
        after
    };
    (!name.is_empty()).then_some((name, after))
}

/// The number that a group's name is: digits without a leading zero, below 10^8.
fn group_number(name: &str) -> Option<usize> {
    let digits = name.len() <= 8 && name.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = name.len() > 1 && name.starts_with('0');
    (digits && !leading_zero).then(|| name.parse().ok())?
}

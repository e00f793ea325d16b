use super::*;

mod python;

/// What a project of these files declares, a line each: name, type, labels, buckets.
fn shown(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| {
            let language = Language::of(std::path::Path::new(path)).expect("a known ending");
            (language, Arc::new(SourceFile::new(*path, *text)))
        })
        .collect();
    let code = read(&files);
    let mut lines: Vec<String> = code.metrics.iter().map(line).collect();
    lines.extend(code.gaps.iter().map(|gap| format!("gap: {}", gap.what)));
    lines
}

fn line(metric: &Metric) -> String {
    use crate::catalog::labels::{Presence, Values};
    let mut line = format!("{} {:?}", metric.name, metric.kind);
    for (name, label) in metric.labels.iter() {
        let mark = if label.presence == Presence::Always {
            ""
        } else {
            "?"
        };
        let values = match &label.values {
            Values::Any => "*".to_owned(),
            Values::OneOf(known) => known.iter().cloned().collect::<Vec<_>>().join("|"),
        };
        line.push_str(&format!(" {name}{mark}={values}"));
    }
    if metric.labels.is_open() {
        line.push_str(" …");
    }
    if let Some(buckets) = &metric.buckets {
        line.push_str(&format!(" {buckets:?}"));
    }
    line
}

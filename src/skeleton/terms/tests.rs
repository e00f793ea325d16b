use promql_engine::{Engine, Labels, Query, SampleValue, Storage, Value};
use promql_syntax::{ParseOptions, parse_valid};

use super::*;
use crate::skeleton::choices::Choices;
use crate::skeleton::recorded::Recorded;
use crate::skeleton::witness::Search;
use crate::skeleton::words::Demands;

const INTERVAL: f64 = 60.0;
/// Samples before the start.
const BEFORE: i64 = 10;

/// What the model says of an expression over one series `x`, and what the engine says.
fn both(text: &str, course: Course, time: f64) -> (f64, f64) {
    let expr = parse_valid(text, &ParseOptions::default()).expect(text);
    let (recorded, demands, mut choices) = (Recorded::default(), Demands::default(), Choices::default());
    let names = recorded.label_names(&expr).into_iter().collect();
    let mut search = Search::new((&recorded, &demands), names, &mut choices);
    let mut term = search.whole(&expr).expect(text).value;
    term.renumber(&|_| 0);
    let scene = Scene {
        courses: vec![course],
        interval: INTERVAL,
        begin: -(BEFORE as f64) * INTERVAL,
        epoch: BEFORE as f64 * INTERVAL,
    };

    let mut storage = Storage::new();
    let labels = Labels::new([("__name__", "x")]);
    for number in 0..=BEFORE + (time / INTERVAL) as i64 {
        let value = match number - BEFORE {
            before if before < 0 => course.past.unwrap_or(course.level),
            passed => course.level + course.step * passed as f64,
        };
        storage.append(&labels, number * 60_000, value).expect("a sample");
    }
    let at = BEFORE * 60_000 + (time * 1000.0) as i64;
    let result = Engine::default()
        .instant(&storage, &Query::new(text, expr), at)
        .expect(text);
    let Value::Vector(samples) = result.value else {
        panic!("{text}: {:?}", result.value);
    };
    match samples.first().map(|sample| &sample.value) {
        Some(SampleValue::Float(value)) => (term.at(&scene, time), *value),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn the_model_agrees_with_the_engine() {
    let course = |level, step, past| Course { level, step, past };
    let courses = [
        course(5.0, 0.0, None),
        course(5.0, 0.0, Some(2.0)),
        course(0.0, 30.0, None),
        course(1000.0, -7.0, None),
        course(50.0, -7.0, Some(100.0)),
    ];
    let exprs = [
        "x",
        "x offset 5m",
        "-x + 3 * x ^ 2",
        "delta(x[5m])",
        "idelta(x[5m])",
        "deriv(x[5m])",
        "predict_linear(x[5m], 3600)",
        "changes(x[5m])",
        "resets(x[5m])",
        "avg_over_time(x[5m])",
        "min_over_time(x[5m])",
        "max_over_time(x[7m])",
        "sum_over_time(x[5m])",
        "count_over_time(x[5m])",
        "quantile_over_time(0.3, x[5m])",
        "stddev_over_time(x[5m])",
        "last_over_time(x[5m])",
        "first_over_time(x[5m])",
        "sum(x) - avg(x) * max(x)",
        "count(x) + group(x)",
        "round(x / 7, 0.5)",
        "clamp(x, 3, 40)",
        "max_over_time(avg_over_time(x[3m])[4m:1m])",
        "x - time()",
    ];
    for text in exprs {
        for course in courses {
            let (model, engine) = both(text, course, 480.0);
            let close = (model - engine).abs() <= 1e-6 * engine.abs().max(1.0);
            assert!(close, "{text} of {course:?}: {model} rather than {engine}");
        }
    }
    // Counters, which begin at the quiet level and only grow.
    for text in [
        "rate(x[5m])",
        "increase(x[5m])",
        "irate(x[5m])",
        "rate(x[1h]) * 3600",
    ] {
        for course in [course(0.0, 30.0, None), course(7.0, 0.0, None)] {
            let (model, engine) = both(text, course, 480.0);
            let close = (model - engine).abs() <= 0.05 * engine.abs();
            assert!(close, "{text} of {course:?}: {model} rather than {engine}");
        }
    }
}

//! Generated expressions over generated series, evaluated by promtool and by the engine: every result must be the same
//! to the last bit, every error the same text.
//!
//! promtool is found through the variable `PROMTOOL` or the search path; without it the test is skipped. It compares a
//! few hundred expressions, or as many as the variable `DIFFERENTIAL_EXPRESSIONS` says, beginning with the seed
//! `DIFFERENTIAL_SEED`. Expressions keep to what the oldest promtool in use (3.5) knows.

#[path = "differential/data.rs"]
mod data;
#[path = "differential/expressions.rs"]
mod expressions;
#[path = "differential/known.rs"]
mod known;
#[path = "differential/promtool.rs"]
mod promtool;
#[path = "differential/random.rs"]
mod random;

use std::collections::BTreeMap;

use promql_engine::{Engine, EngineOptions, EvalError, Query, SampleValue, Value};
use promql_syntax::ParseOptions;

use data::Data;
use promtool::{Answer, Number, Promtool, Question, same};
use random::Random;

/// How many expressions share their series and one run of promtool.
const BATCH: usize = 200;

#[test]
fn agrees_with_promtool() {
    let Some(promtool) = Promtool::find() else {
        println!("skipped: there is no promtool");
        return;
    };
    let expressions = number("DIFFERENTIAL_EXPRESSIONS").unwrap_or(400);
    let first_seed = number("DIFFERENTIAL_SEED").unwrap_or(1);
    let mut disagreements = Vec::new();
    let mut explained: BTreeMap<&str, usize> = BTreeMap::new();
    let mut compared = 0;
    for seed in first_seed.. {
        if compared >= expressions {
            break;
        }
        let mut random = Random::new(seed as u64);
        let mut data = Data::generate(&mut random);
        let questions: Vec<Question> = (0..BATCH)
            .map(|_| Question {
                expression: expressions::generate(&mut random),
                time_seconds: random.below(64) as i64 * 15,
            })
            .collect();
        let delayed_name_removal = random.chance(1, 2);
        let answers = promtool.ask(&data, &questions, delayed_name_removal);
        let engine = Engine::new(EngineOptions {
            delayed_name_removal,
            ..EngineOptions::default()
        });
        let storage = data.storage();
        for (question, theirs) in questions.iter().zip(answers) {
            let ours = ask(&engine, &storage, question);
            compared += 1;
            if promtool::beyond_its_limits(&theirs) || same(&ours, &theirs) {
                continue;
            }
            if let Some(why) = known::change(&question.expression, &ours) {
                *explained.entry(why).or_default() += 1;
            } else if promtool.wavers(&data, question, delayed_name_removal, &ours, &theirs)
                || depends_on_order(&engine, &mut data, &mut random, question, &theirs)
            {
                *explained
                    .entry("the answer depends on the order of series, which is random in promtool")
                    .or_default() += 1;
            } else {
                disagreements.push(format!(
                    "seed {seed}{}: {} at {} s\n  promtool: {theirs}\n  engine:   {ours}",
                    if delayed_name_removal {
                        ", names removed late"
                    } else {
                        ""
                    },
                    question.expression,
                    question.time_seconds
                ));
            }
        }
    }
    println!(
        "{compared} expressions compared, {} disagreements",
        disagreements.len()
    );
    for (why, count) in explained {
        println!("{count} differ because {why}");
    }
    assert!(
        disagreements.is_empty(),
        "{} of {compared}:\n{}",
        disagreements.len(),
        disagreements.join("\n")
    );
}

/// Whether the engine gives promtool's answer where the series come in some other order.
fn depends_on_order(
    engine: &Engine,
    data: &mut Data,
    random: &mut Random,
    question: &Question,
    theirs: &Answer,
) -> bool {
    (0..200).any(|_| {
        data.shuffle(random);
        same(&ask(engine, &data.storage(), question), theirs)
    })
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

fn ask(engine: &Engine, storage: &promql_engine::Storage, question: &Question) -> Answer {
    let options = ParseOptions {
        experimental_functions: true,
        ..ParseOptions::default()
    };
    let expr = match promql_syntax::parse_valid(&question.expression, &options) {
        Ok(expr) => expr,
        Err(errors) => {
            return Answer::Error(
                errors
                    .into_iter()
                    .next()
                    .map_or(String::new(), |error| error.message),
            );
        }
    };
    let query = Query::new(question.expression.as_str(), expr);
    match engine.instant(storage, &query, question.time_seconds * 1000) {
        Err(EvalError::Execution(message)) => Answer::Error(message),
        Err(error) => Answer::Error(error.to_string()),
        Ok(result) => match result.value {
            Value::Scalar { value, .. } => Answer::Samples(vec![("{}".into(), Number::Float(value))]),
            Value::Vector(samples) => {
                let mut samples = samples;
                samples.sort_by(|a, b| a.labels.cmp(&b.labels));
                let samples = samples.into_iter().map(|sample| {
                    let number = match sample.value {
                        SampleValue::Float(value) => Number::Float(value),
                        SampleValue::Histogram(histogram) => {
                            Number::Histogram(promtool::without_hint(&histogram.test_expression()))
                        }
                    };
                    (sample.labels.to_string(), number)
                });
                Answer::Samples(samples.collect())
            }
            other => Answer::Error(format!("unexpected {other:?}")),
        },
    }
}

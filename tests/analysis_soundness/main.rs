//! What the analysis claims holds for all data that the catalog allows: random expressions over random data that agree
//! with a random catalog are evaluated, and no value leaves its interval, no label appears that was said to be absent or
//! with a value that it cannot have, none is missing that was said to be there, nothing comes of what was said to be
//! empty, something of what was said to be present, comparisons come out as they were said to, and what cannot match
//! does not.
//!
//! A few thousand evaluations, or as many as the variable `SOUNDNESS_EVALUATIONS` says, beginning with the seed
//! `SOUNDNESS_SEED`.

mod check;
mod expressions;
#[path = "../../crates/promql-engine/tests/differential/random.rs"]
mod random;
mod world;

use std::collections::BTreeMap;

use check::Outcome;
use promql_syntax::ast::AggregateOp;
use promql_syntax::functions::FUNCTIONS;
use random::Random;
use world::World;

/// How many expressions share a catalog and its data.
const PER_WORLD: usize = 150;

#[test]
fn what_is_claimed_holds() {
    let wanted = number("SOUNDNESS_EVALUATIONS").unwrap_or(6_000);
    let first_seed = number("SOUNDNESS_SEED").unwrap_or(1);
    let mut outcome = Outcome::default();
    for seed in first_seed.. {
        if outcome.evaluations >= wanted || outcome.wrong.len() > 20 {
            break;
        }
        let mut random = Random::new(seed as u64);
        let world = World::generate(&mut random);
        for _ in 0..PER_WORLD {
            let text = expressions::generate(&mut random, &world);
            check::expression(&text, &world, seed, &mut random, &mut outcome);
        }
    }
    println!(
        "{} evaluations of {} expressions",
        outcome.evaluations, outcome.expressions
    );
    for (claim, count) in &outcome.claims {
        println!("{count} × {claim}");
    }
    println!("{} functions and operators", outcome.seen.len());
    let unseen: Vec<&str> = FUNCTIONS
        .iter()
        .map(|function| function.name)
        .chain(AggregateOp::ALL.iter().map(|op| op.text()))
        .filter(|name| !outcome.seen.contains_key(*name))
        .collect();
    println!("not among them: {unseen:?}");
    assert!(outcome.wrong.is_empty(), "{}", outcome.wrong.join("\n"));
    let rare: BTreeMap<_, _> = outcome.claims.iter().filter(|(_, count)| **count == 0).collect();
    assert!(rare.is_empty(), "never claimed: {rare:?}");
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

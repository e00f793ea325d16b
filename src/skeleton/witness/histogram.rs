//! Histograms, classic ones as series of buckets and native ones.

use promql_syntax::ast::{BinaryOp, Call, Expr};

use super::call::selectors;
use super::{Clash, Hint, Search, Surroundings, Witness};
use crate::skeleton::numbers::shortest_between;
use crate::skeleton::terms::{Constraint, Term};

impl Search<'_> {
    pub(super) fn histogram(&mut self, call: &Call, around: &Surroundings) -> Result<Witness, Clash> {
        match (call.name.as_str(), call.args.as_slice()) {
            ("histogram_quantiles", _) => Err(Clash::open("histograms with several quantiles are not made")),
            ("histogram_quantile", [quantile, of]) if !is_native(of) => {
                let quantile = self.scalar(quantile, around)?;
                self.classic_quantile(quantile, of, around)
            }
            (name, args) => {
                let Some(of) = args.last() else {
                    return Err(Clash::open(format!("what {name} needs is not known")));
                };
                self.native(name, args, of, around)
            }
        }
    }

    /// All observations lie in one bucket, above or below where the value should be.
    fn classic_quantile(
        &mut self,
        quantile: Term,
        of: &Expr,
        around: &Surroundings,
    ) -> Result<Witness, Clash> {
        let layouts = layouts(around.hint);
        let layout = &layouts[self.choices.pick(layouts.len())];
        let open = self.closed.len();
        let mut found: Vec<(f64, Witness)> = Vec::new();
        let mut full: Option<Term> = None;
        for (bound, is_full) in layout {
            let mut around = around.hinted(Hint::default());
            around.bucket = Some(shown(*bound));
            let before = self.leaves.len();
            let bucket = self.sample(of, &around)?;
            self.closed.push(before..self.leaves.len());
            if !bucket.env.contains_key("le") {
                return Err(Clash::open("the histogram has lost its label le"));
            }
            if let Some((_, first)) = found.first() {
                let (first, own) = (first.env.clone(), bucket.env.clone());
                let names: Vec<String> = first
                    .keys()
                    .chain(own.keys())
                    .filter(|n| *n != "le")
                    .cloned()
                    .collect();
                self.equate(&first, &own, names.iter())?;
            }
            let (op, rhs) = match (&full, is_full) {
                (_, false) => (BinaryOp::Eq, Term::Number(0.0)),
                (None, true) => (BinaryOp::Gt, Term::Number(0.0)),
                (Some(full), true) => (BinaryOp::Eq, full.clone()),
            };
            if *is_full && full.is_none() {
                full = Some(bucket.value.clone());
            }
            self.constraints.push(Constraint {
                lhs: bucket.value.clone(),
                op,
                rhs,
            });
            found.push((*bound, bucket));
        }
        self.closed.truncate(open);
        let Some((_, first)) = found.first().cloned() else {
            return Err(Clash::open("a histogram has buckets"));
        };
        let mut env = first.env;
        env.remove("le");
        env.remove("__name__");
        let buckets = found
            .into_iter()
            .map(|(bound, bucket)| (bound, bucket.value))
            .collect();
        Ok(Witness {
            env,
            origin: first.origin,
            value: Term::Buckets(Box::new(quantile), buckets),
            tag: None,
        })
    }

    /// A native histogram whose observations are all about equal: its level is where they lie, its step how many come
    /// with each sample.
    fn native(
        &mut self,
        name: &str,
        args: &[Expr],
        of: &Expr,
        around: &Surroundings,
    ) -> Result<Witness, Clash> {
        let mut around = around.hinted(Hint::default());
        around.native = true;
        let mut sample = self.sample(of, &around)?;
        sample.env.remove("__name__");
        let level = |sample: &Witness| {
            innermost(&sample.value)
                .cloned()
                .unwrap_or(Term::Number(f64::NAN))
        };
        sample.value = match name {
            "histogram_quantile" | "histogram_avg" => level(&sample),
            "histogram_count" => Term::Number(1.0),
            "histogram_sum" => level(&sample),
            "histogram_fraction" => {
                let low = args.first().map(|low| self.scalar(low, &around)).transpose()?;
                let high = args.get(1).map(|high| self.scalar(high, &around)).transpose()?;
                let (low, high) = (
                    low.unwrap_or(Term::Number(0.0)),
                    high.unwrap_or(Term::Number(0.0)),
                );
                let at = Box::new(level(&sample));
                let above = Term::Binary(BinaryOp::Gt, at.clone(), Box::new(low));
                let below = Term::Binary(BinaryOp::Le, at, Box::new(high));
                Term::Binary(BinaryOp::Mul, Box::new(above), Box::new(below))
            }
            _ => Term::Number(0.0),
        };
        Ok(sample)
    }
}

/// The series that a term comes from.
fn innermost(term: &Term) -> Option<&Term> {
    match term {
        Term::Series { .. } => Some(term),
        Term::Map(_, of) | Term::Window(_, _, of) => innermost(of),
        Term::Aggregate(_, _, members) => members.iter().find_map(innermost),
        Term::Binary(_, a, b) => innermost(a).or_else(|| innermost(b)),
        Term::Buckets(..) | Term::Number(_) | Term::Time(_) => None,
    }
}

/// Whether the histograms of an expression are native ones: nothing in it speaks of buckets.
fn is_native(of: &Expr) -> bool {
    let mut found = Vec::new();
    selectors(of, &mut found);
    let bucket = |name: &str| name.ends_with("_bucket") || name.contains("_bucket:");
    let named = found
        .iter()
        .any(|selector| selector.name.as_ref().is_some_and(|name| bucket(&name.name)));
    let asked = found.iter().any(|selector| {
        selector
            .matchers
            .iter()
            .any(|m| m.name.name == "le" || bucket(&m.value))
    });
    let shown = of.to_string();
    let groups = shown.contains("(le)")
        || shown.contains("(le,")
        || shown.contains(", le)")
        || shown.contains(", le,");
    !named && !asked && !groups
}

/// Bounds of buckets, with whether the observations lie below.
fn layouts(hint: Hint) -> Vec<Vec<(f64, bool)>> {
    let usable = |bound: f64| (bound.is_finite() && bound > 0.0).then_some(bound);
    let around = usable(hint.low).or_else(|| usable(hint.high)).unwrap_or(1.0);
    let half = shortest_between(around * 0.4, around * 0.6);
    let double = shortest_between(around * 1.5, around * 2.0);
    let above = vec![(around, false), (double, true), (f64::INFINITY, true)];
    let below = vec![(half, true), (f64::INFINITY, true)];
    let far = vec![(around, false), (around * 10.0, true), (f64::INFINITY, true)];
    match hint.low.is_finite() {
        true => vec![above, far, below],
        false => vec![below, above, far],
    }
}

fn shown(bound: f64) -> String {
    match bound.is_infinite() {
        true => "+Inf".to_owned(),
        false => format!("{bound}"),
    }
}

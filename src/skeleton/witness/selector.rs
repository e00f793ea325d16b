//! Selectors: a series of their own, one that is there already, or what a recording rule writes.

use promql_syntax::ast::{AtModifier, AtTime, MatchOp, Matcher, Offset, VectorSelector};

use super::{Clash, DEEPEST, Env, Leaf, Search, Surroundings, Witness, seconds};
use crate::skeleton::recorded::RecordedRule;
use crate::skeleton::terms::Term;
use crate::skeleton::words::Demand;

/// How many selectors that are there already are tried as the same series.
const MOST_SHARED: usize = 3;

impl Search<'_> {
    /// The surroundings behind `offset` and `@`.
    pub(super) fn moved(
        &mut self,
        around: &Surroundings,
        offset: Option<&Offset>,
        at: Option<&AtModifier>,
    ) -> Surroundings {
        let mut around = around.clone();
        if let Some(at) = at {
            // `start()` and `end()` are the time of the evaluation.
            around.offset = 0.0;
            around.at = match at.time {
                AtTime::Timestamp(ms) => Some(ms as f64 / 1000.0),
                AtTime::Start | AtTime::End => None,
            };
        }
        around.offset += offset.map_or(0.0, |offset| seconds(&offset.value));
        if around.offset != 0.0 {
            self.offsets.push(around.offset);
        }
        around
    }

    pub(super) fn selector(
        &mut self,
        selector: &VectorSelector,
        around: &Surroundings,
    ) -> Result<Witness, Clash> {
        let around = self.moved(around, selector.offset.as_ref(), selector.at.as_ref());
        let demands = self.demanded(&selector.all_matchers())?;
        let recorded = self.recorded;
        let rules = selector
            .name
            .as_ref()
            .map_or(&[][..], |name| recorded.writing(&name.name));
        if !rules.is_empty() && self.depth < DEEPEST {
            // Last, the metric itself can be fed.
            let chosen = self.choices.pick(rules.len() + 1);
            if let Some(rule) = rules.get(chosen) {
                return self.written(rule, &demands, &around);
            }
        }
        self.leaf(demands, &around)
    }

    /// What matchers ask.
    pub(super) fn demanded(&self, matchers: &[Matcher]) -> Result<Vec<(String, Demand)>, Clash> {
        let demand = |matcher: &Matcher| {
            let label = matcher.name.name.clone();
            let demand = self.demands.get(&label, matcher.op, &matcher.value);
            let fault = || {
                Clash::open(format!(
                    "the expression of the matcher of {label} does not compile"
                ))
            };
            demand.ok_or_else(fault).map(|demand| (label, demand))
        };
        matchers.iter().map(demand).collect()
    }

    /// A series that a recording rule writes.
    fn written(
        &mut self,
        rule: &RecordedRule<'_>,
        demands: &[(String, Demand)],
        around: &Surroundings,
    ) -> Result<Witness, Clash> {
        self.depth += 1;
        let written = self.sample(rule.expr, around);
        self.depth -= 1;
        let mut written = written?;
        for (label, value) in &rule.labels {
            let var = self.labels.constant(label, value);
            written.env.insert(label.clone(), var);
        }
        let name = self.labels.constant("__name__", rule.name);
        written.env.insert("__name__".to_owned(), name);
        for (label, demand) in demands {
            let var = self.label(&written.env, label);
            self.labels.demand(var, demand.clone())?;
        }
        written.tag = None;
        Ok(written)
    }

    fn leaf(&mut self, mut demands: Vec<(String, Demand)>, around: &Surroundings) -> Result<Witness, Clash> {
        let asks_bucket = demands.iter().any(|(label, _)| label == "le");
        if let Some(bound) = around.bucket.as_ref().filter(|_| !asks_bucket) {
            demands.extend(
                self.demands
                    .get("le", MatchOp::Equal, bound)
                    .map(|demand| ("le".to_owned(), demand)),
            );
        }
        let mut env = Env::new();
        for name in &self.names {
            env.insert(name.clone(), self.labels.fresh(name));
        }
        for (label, demand) in &demands {
            let var = *env
                .entry(label.clone())
                .or_insert_with(|| self.labels.fresh(label));
            self.labels.demand(var, demand.clone())?;
        }
        self.share(&env, &demands)?;
        let id = self.leaves.len();
        self.leaves.push(Leaf {
            env: env.clone(),
            demands,
            divides: around.divides,
            native: around.native,
        });
        Ok(Witness {
            origin: env.clone(),
            env,
            value: Term::Series {
                id,
                offset: around.offset,
                at: around.at,
            },
            tag: None,
        })
    }

    /// Takes a selector for the same series as an earlier one, or makes sure that it finds another.
    fn share(&mut self, env: &Env, demands: &[(String, Demand)]) -> Result<(), Clash> {
        let mut shared = Vec::new();
        for (number, leaf) in self.leaves.iter().enumerate().rev() {
            let closed = self.closed.iter().any(|closed| closed.contains(&number));
            if closed || shared.len() >= MOST_SHARED || !same_metric(demands, &leaf.demands) {
                continue;
            }
            let mut labels = self.labels.clone();
            let equal = leaf.env.iter().try_for_each(|(name, var)| match env.get(name) {
                Some(own) => labels.unify(*own, *var),
                None => Ok(()),
            });
            if equal.is_ok() {
                shared.push((number, labels));
            }
        }
        if shared.is_empty() {
            return Ok(());
        }
        let chosen = self.choices.pick(shared.len() + 1);
        if chosen < shared.len() {
            self.labels = shared.swap_remove(chosen).1;
            return Ok(());
        }
        let other = self.leaves[shared[0].0].clone();
        for (label, demand) in &other.demands {
            let open = env.get(label).filter(|var| self.labels.is_open(**var));
            let (Some(var), Some(opposite)) = (open, self.demands.opposite(label, demand)) else {
                continue;
            };
            let var = *var;
            let mut labels = self.labels.clone();
            labels.name(var);
            if labels.demand(var, opposite).is_ok() {
                self.labels = labels;
                return Ok(());
            }
        }
        // Nothing tells them apart; a job of its own does.
        match env.get("job").filter(|var| self.labels.is_open(**var)) {
            Some(job) => self.labels.choose(*job, 1),
            None => Ok(()),
        }
    }
}

/// Whether two selectors ask for the same metric.
fn same_metric(a: &[(String, Demand)], b: &[(String, Demand)]) -> bool {
    let name = |demands: &[(String, Demand)]| {
        demands
            .iter()
            .find(|(label, _)| label == "__name__")
            .map(|(_, demand)| demand.shown())
    };
    name(a).is_some() && name(a) == name(b)
}

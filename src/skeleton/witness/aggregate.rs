//! Aggregations: how many samples they see, which labels those share, and in which they differ.

use promql_syntax::ast::{AggregateExpr, AggregateOp, BinaryOp, ExprKind};

use super::{Clash, Env, Hint, Search, Surroundings, Witness};
use crate::skeleton::terms::{Constraint, Term};

/// How many samples an aggregation is given at most.
const MOST_MEMBERS: f64 = 60.0;
/// Labels in which series of one metric usually differ.
const USUAL: [&str; 4] = ["instance", "pod", "node", "host"];

impl Search<'_> {
    pub(super) fn aggregate(
        &mut self,
        aggregate: &AggregateExpr,
        around: &Surroundings,
    ) -> Result<Witness, Clash> {
        let op = aggregate.op;
        let param = match &aggregate.param {
            Some(param) if !matches!(param.kind, ExprKind::String(_)) => self.scalar(param, around)?,
            _ => Term::Number(0.0),
        };
        if op == AggregateOp::Count && around.hint.low.is_finite() && around.hint.low >= MOST_MEMBERS {
            let low = around.hint.low;
            return Err(Clash::open(format!(
                "it takes more than {low} series: no more than {MOST_MEMBERS} are written"
            )));
        }
        let counts = members(op, around.hint);
        let count = counts[self.choices.pick(counts.len())];
        let inner = match op {
            AggregateOp::Count | AggregateOp::CountValues | AggregateOp::Group => Hint::default(),
            AggregateOp::Stddev | AggregateOp::Stdvar => Hint::default(),
            _ => around.hint,
        };
        let around = around.hinted(inner);
        let open = self.closed.len();
        let mut found: Vec<Witness> = Vec::with_capacity(count);
        for ordinal in 0..count {
            let before = self.leaves.len();
            let member = self.sample(&aggregate.expr, &around)?;
            self.closed.push(before..self.leaves.len());
            if let Some(first) = found.first() {
                let first = first.clone();
                self.agree(aggregate, &first, &member)?;
            }
            if count > 1 {
                self.differ(aggregate, &member, &found, ordinal)?;
            }
            found.push(member);
        }
        self.closed.truncate(open);
        let Some(first) = found.first().cloned() else {
            return Err(Clash::open("an aggregation of nothing returns nothing"));
        };
        let values = found.into_iter().map(|member| member.value).collect();
        Ok(self.aggregated(aggregate, first, param, values))
    }

    /// The sample that an aggregation of these values returns.
    fn aggregated(
        &mut self,
        aggregate: &AggregateExpr,
        first: Witness,
        param: Term,
        values: Vec<Term>,
    ) -> Witness {
        let op = aggregate.op;
        let mut env = first.env.clone();
        if !passes_labels(op) {
            match &aggregate.grouping {
                None => env.clear(),
                Some(grouping) if grouping.without => {
                    env.remove("__name__");
                    for label in &grouping.labels {
                        env.remove(&label.name);
                    }
                }
                Some(grouping) => {
                    env.retain(|name, _| grouping.labels.iter().any(|label| label.name == *name));
                    for label in &grouping.labels {
                        self.name(&env, &label.name);
                    }
                }
            }
        }
        let tag = (op == AggregateOp::CountValues).then(|| first.value.clone());
        if let (AggregateOp::CountValues, Some(ExprKind::String(label))) =
            (op, aggregate.param.as_ref().map(|param| &param.kind))
        {
            let var = self.labels.fresh(&label.value);
            env.insert(label.value.clone(), var);
        }
        Witness {
            env,
            origin: first.origin,
            value: Term::Aggregate(op, Box::new(param), values),
            tag,
        }
    }

    /// Puts two samples in one group.
    fn agree(&mut self, aggregate: &AggregateExpr, a: &Witness, b: &Witness) -> Result<(), Clash> {
        let names: Vec<String> = a.env.keys().chain(b.env.keys()).cloned().collect();
        let shared = names.iter().filter(|name| grouped(aggregate, name));
        self.equate(&a.env, &b.env, shared)
    }

    /// Makes a sample differ from the others of its group.
    fn differ(
        &mut self,
        aggregate: &AggregateExpr,
        member: &Witness,
        others: &[Witness],
        ordinal: usize,
    ) -> Result<(), Clash> {
        let env = match &member.tag {
            Some(tag) => {
                for other in others.iter().filter_map(|other| other.tag.clone()) {
                    self.constraints.push(Constraint {
                        lhs: tag.clone(),
                        op: BinaryOp::Ne,
                        rhs: other,
                    });
                }
                &member.origin
            }
            None => &member.env,
        };
        let Some(label) = self.distinguishing(aggregate, env) else {
            return Err(Clash::open("an aggregation sees a single series in each group"));
        };
        let var = self.label(env, &label);
        self.labels.choose(var, ordinal)
    }

    /// A label in which the series of one group may differ.
    fn distinguishing(&self, aggregate: &AggregateExpr, env: &Env) -> Option<String> {
        let may = |name: &&String| {
            let special = ["__name__", "le", "job", "alertname"].contains(&name.as_str());
            !special && !grouped(aggregate, name) && self.labels.is_open(env[*name])
        };
        let usual = USUAL
            .iter()
            .find_map(|usual| env.keys().filter(may).find(|name| name == usual));
        usual
            .or_else(|| env.keys().find(may))
            .or_else(|| {
                let job = |name: &&String| *name == "job" && !grouped(aggregate, name);
                env.keys()
                    .filter(job)
                    .find(|name| self.labels.is_open(env[*name]))
            })
            .cloned()
    }
}

/// Whether samples of one group have the same value of this label.
fn grouped(aggregate: &AggregateExpr, name: &str) -> bool {
    match &aggregate.grouping {
        None => false,
        Some(grouping) => {
            let listed = grouping.labels.iter().any(|label| label.name == name);
            listed != grouping.without && name != "__name__"
        }
    }
}

fn passes_labels(op: AggregateOp) -> bool {
    use AggregateOp::{Bottomk, LimitRatio, Limitk, Topk};
    matches!(op, Topk | Bottomk | Limitk | LimitRatio)
}

/// How many samples an aggregation could see, the likeliest first.
fn members(op: AggregateOp, hint: Hint) -> Vec<usize> {
    let mut counts = match op {
        AggregateOp::Count => {
            let mut counts = Vec::new();
            let within = |count: f64| (1.0..=MOST_MEMBERS).contains(&count);
            if hint.low.is_finite() {
                // Which of the two depends on whether the bound itself will do.
                let exact = hint.low == hint.high;
                let near = if exact {
                    [hint.low, hint.low + 1.0]
                } else {
                    [hint.low.floor() + 1.0, hint.low.ceil()]
                };
                counts.extend(near.into_iter().filter(|c| within(*c)).map(|c| c as usize));
            } else if hint.high.is_finite() {
                let near = [hint.high.ceil() - 1.0, hint.high.floor()];
                counts.extend(near.into_iter().filter(|c| within(*c)).map(|c| c as usize));
            }
            counts.extend([1, 2, 3]);
            counts
        }
        AggregateOp::Stddev | AggregateOp::Stdvar => vec![2, 1, 3],
        AggregateOp::Group | AggregateOp::CountValues => vec![1, 2],
        AggregateOp::Topk | AggregateOp::Bottomk | AggregateOp::Limitk | AggregateOp::LimitRatio => vec![1],
        _ => vec![1, 2],
    };
    let mut seen = std::collections::HashSet::new();
    counts.retain(|count| seen.insert(*count));
    counts
}

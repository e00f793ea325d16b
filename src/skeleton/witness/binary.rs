//! Binary operators: labels that must match, comparisons that must hold, sides to choose from.

use promql_syntax::ast::{BinaryExpr, BinaryOp, Expr, Side};

use super::{Clash, Env, Hint, Search, Surroundings, Witness, constant, is_scalar};
use crate::skeleton::terms::{Constraint, Term};

impl Search<'_> {
    pub(super) fn binary(&mut self, binary: &BinaryExpr, around: &Surroundings) -> Result<Witness, Clash> {
        match binary.op {
            BinaryOp::And => {
                let lhs = self.sample(&binary.lhs, around)?;
                let rhs = self.sample(&binary.rhs, &around.hinted(Hint::default()))?;
                self.join(binary, &lhs.env, &rhs.env)?;
                Ok(lhs)
            }
            BinaryOp::Or => match self.choices.pick(3) {
                0 => self.sample(&binary.lhs, around),
                1 => self.sample(&binary.rhs, around),
                _ => {
                    let rhs = self.sample(&binary.rhs, around)?;
                    self.refute(binary, &rhs.env, &binary.lhs, around)?;
                    Ok(rhs)
                }
            },
            BinaryOp::Unless => {
                let lhs = self.sample(&binary.lhs, around)?;
                if self.choices.pick(2) == 1 {
                    self.refute(binary, &lhs.env, &binary.rhs, around)?;
                }
                Ok(lhs)
            }
            _ => self.operation(binary, around),
        }
    }

    /// Lets a side find series whose values do not pass its comparisons.
    fn refute(
        &mut self,
        binary: &BinaryExpr,
        kept: &Env,
        refuted: &Expr,
        around: &Surroundings,
    ) -> Result<(), Clash> {
        let before = self.constraints.len();
        let side = self.sample(refuted, &around.hinted(Hint::default()))?;
        self.join(binary, kept, &side.env)?;
        let mut held = self.constraints.split_off(before);
        if held.is_empty() {
            return Err(Clash::open("a side that must return nothing compares nothing"));
        }
        let mut broken = held.swap_remove(self.choices.pick(held.len()));
        broken.op = opposite(broken.op);
        self.constraints.push(broken);
        Ok(())
    }

    fn operation(&mut self, binary: &BinaryExpr, around: &Surroundings) -> Result<Witness, Clash> {
        let op = binary.op;
        let filters = is_comparison(op) && binary.bool_modifier.is_none();
        let (left_hint, right_hint) = hints(binary, around.hint);
        let (left_scalar, right_scalar) = (is_scalar(&binary.lhs), is_scalar(&binary.rhs));
        let lhs = self.sample(&binary.lhs, &around.hinted(left_hint))?;
        let mut right = around.hinted(right_hint);
        right.divides |= op == BinaryOp::Div || (filters && !right_scalar);
        let rhs = self.sample(&binary.rhs, &right)?;
        let mut env = match (left_scalar, right_scalar) {
            (true, true) => Env::new(),
            (false, true) => lhs.env.clone(),
            (true, false) => rhs.env.clone(),
            (false, false) => self.join_one(binary, &lhs, &rhs)?,
        };
        let many = if left_scalar { &rhs } else { &lhs };
        let origin = many.origin.clone();
        if filters && !(left_scalar && right_scalar) {
            self.constraints.push(Constraint {
                lhs: lhs.value.clone(),
                op,
                rhs: rhs.value.clone(),
            });
            return Ok(Witness {
                env,
                origin,
                value: many.value.clone(),
                tag: None,
            });
        }
        env.remove("__name__");
        Ok(Witness {
            env,
            origin,
            value: Term::Binary(op, Box::new(lhs.value), Box::new(rhs.value)),
            tag: None,
        })
    }

    /// Makes the labels equal by which the sides are matched.
    fn join(&mut self, binary: &BinaryExpr, lhs: &Env, rhs: &Env) -> Result<(), Clash> {
        match &binary.matching.labels {
            Some(labels) if labels.on => {
                let names: Vec<String> = labels.labels.iter().map(|label| label.name.clone()).collect();
                for name in &names {
                    self.name(lhs, name);
                    self.name(rhs, name);
                }
                self.equate(lhs, rhs, names.iter())
            }
            other => {
                let ignored = |name: &String| {
                    let listed = other.iter().flat_map(|labels| &labels.labels);
                    name == "__name__" || listed.into_iter().any(|label| label.name == *name)
                };
                let names: std::collections::BTreeSet<String> = lhs
                    .keys()
                    .chain(rhs.keys())
                    .filter(|name| !ignored(name))
                    .cloned()
                    .collect();
                self.equate(lhs, rhs, names.iter())
            }
        }
    }

    /// Joins the sides of arithmetic or a comparison; answers the labels of the result.
    fn join_one(&mut self, binary: &BinaryExpr, lhs: &Witness, rhs: &Witness) -> Result<Env, Clash> {
        let fill = &binary.matching.fill;
        let joined = self.join(binary, &lhs.env, &rhs.env);
        // What is filled in needs no partner.
        joined.map_err(|clash| match fill.left.is_some() || fill.right.is_some() {
            true => Clash::open(clash.reason),
            false => clash,
        })?;
        if let Some(group) = &binary.matching.group {
            let (many, one) = match group.side {
                Side::Left => (&lhs.env, &rhs.env),
                Side::Right => (&rhs.env, &lhs.env),
            };
            let mut env = many.clone();
            for label in &group.include {
                self.name(one, &label.name);
                match one.get(&label.name) {
                    Some(var) => env.insert(label.name.clone(), *var),
                    None => env.remove(&label.name),
                };
            }
            return Ok(env);
        }
        let mut env = lhs.env.clone();
        if let Some(labels) = &binary.matching.labels {
            let listed = |name: &String| labels.labels.iter().any(|label| label.name == *name);
            env.retain(|name, _| listed(name) == labels.on);
        }
        Ok(env)
    }
}

/// Where the sides of an operator should be, given where the result should be.
fn hints(binary: &BinaryExpr, result: Hint) -> (Hint, Hint) {
    let (left, right) = (constant(&binary.lhs), constant(&binary.rhs));
    if is_comparison(binary.op) {
        let hint =
            |op: BinaryOp, bound: Option<f64>| bound.map_or(Hint::default(), |bound| compared(op, bound));
        return (hint(binary.op, right), hint(mirrored(binary.op), left));
    }
    let mut hints = (Hint::default(), Hint::default());
    if let Some(right) = right {
        hints.0 = match binary.op {
            BinaryOp::Add => result.map(|v| v - right),
            BinaryOp::Sub => result.map(|v| v + right),
            BinaryOp::Mul => result.map(|v| v / right),
            BinaryOp::Div => result.map(|v| v * right),
            _ => Hint::default(),
        };
    }
    if let Some(left) = left {
        hints.1 = match binary.op {
            BinaryOp::Add => result.map(|v| v - left),
            BinaryOp::Sub => result.map(|v| left - v),
            BinaryOp::Mul => result.map(|v| v / left),
            _ => Hint::default(),
        };
    }
    hints
}

/// Where the left side of a comparison with a number should be.
fn compared(op: BinaryOp, bound: f64) -> Hint {
    let everywhere = Hint::default();
    match op {
        BinaryOp::Gt | BinaryOp::Ge | BinaryOp::Ne => Hint {
            low: bound,
            ..everywhere
        },
        BinaryOp::Lt | BinaryOp::Le => Hint {
            high: bound,
            ..everywhere
        },
        BinaryOp::Eq => Hint {
            low: bound,
            high: bound,
        },
        _ => everywhere,
    }
}

/// Whether an operator compares.
pub(in crate::skeleton) fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
}

/// The comparison that holds where this one does not.
pub(in crate::skeleton) fn opposite(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Eq => BinaryOp::Ne,
        BinaryOp::Ne => BinaryOp::Eq,
        BinaryOp::Lt => BinaryOp::Ge,
        BinaryOp::Ge => BinaryOp::Lt,
        BinaryOp::Gt => BinaryOp::Le,
        BinaryOp::Le => BinaryOp::Gt,
        other => other,
    }
}

/// The comparison with its sides swapped.
pub(in crate::skeleton) fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

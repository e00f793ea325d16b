//! Binary operations.

use promql_syntax::ast::{BinaryExpr, BinaryOp, Expr, ExprKind, ValueType};

use super::Trust;
use super::age;
use super::facts::{Facts, Presence};
use super::interval::{Interval, Verdict};
use super::matching::{self, Matching};
use super::quantity::{Kind, Quantity, Unit};
use super::ratio;
use super::walk::Node;
use super::why::Why;

/// What is known of a binary operation.
pub(super) fn facts(expr: &Expr, binary: &BinaryExpr, lhs: &Node<'_>, rhs: &Node<'_>, trust: Trust) -> Facts {
    let types = (lhs.facts.value_type, rhs.facts.value_type);
    match types {
        (Some(ValueType::Scalar), Some(ValueType::Scalar)) => of_scalars(expr, binary, lhs, rhs, trust),
        (Some(ValueType::InstantVector), Some(ValueType::Scalar)) => {
            with_scalar(expr, binary, lhs, rhs, false, trust)
        }
        (Some(ValueType::Scalar), Some(ValueType::InstantVector)) => {
            with_scalar(expr, binary, lhs, rhs, true, trust)
        }
        (Some(ValueType::InstantVector), Some(ValueType::InstantVector)) => match binary.op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Unless => of_sets(expr, binary, lhs, rhs),
            _ => of_vectors(expr, binary, lhs, rhs, trust),
        },
        _ => Facts::unknown(None),
    }
}

fn of_scalars(expr: &Expr, binary: &BinaryExpr, lhs: &Node<'_>, rhs: &Node<'_>, trust: Trust) -> Facts {
    let mut facts = Facts::scalar(Interval::ANY);
    arithmetic_or_truth(&mut facts, expr, binary, lhs, rhs, trust);
    facts
}

/// The value, measure and verdict of an operation that keeps every pair.
fn arithmetic_or_truth(
    facts: &mut Facts,
    expr: &Expr,
    binary: &BinaryExpr,
    lhs: &Node<'_>,
    rhs: &Node<'_>,
    trust: Trust,
) {
    let (left, right) = (&*lhs.facts, &*rhs.facts);
    let same = lhs.identity == rhs.identity && binary.matching.fill.span.is_none();
    if binary.op.is_comparison() {
        let verdict = verdict(binary, lhs, rhs);
        facts.value = truth(verdict);
        facts.quantity = Quantity::boolean();
        facts.verdict = Some(verdict);
        facts.why_value = reason_of(verdict, expr, binary, left, right);
        return;
    }
    facts.value = left.value.arithmetic(binary.op, right.value);
    let factor = right.value.single();
    facts.quantity = match (binary.op, left.value.single()) {
        // `100 * ratio`
        (BinaryOp::Mul, Some(factor)) => right.quantity.arithmetic(binary.op, &left.quantity, Some(factor)),
        _ => left.quantity.arithmetic(binary.op, &right.quantity, factor),
    };
    facts.why_value = left.why_value.clone().or(&right.why_value);
    if same && let Some(value) = ratio::of_same(binary.op, left.value) {
        facts.value = value.and(facts.value);
        facts.why_value = Why::new(expr.span, "both sides are the same");
    }
    if let Some((value, factor, reason)) = ratio::of_part(binary, lhs, rhs, trust) {
        facts.value = value.and(facts.value);
        facts.why_value = Why::new(expr.span, reason);
        let unit = match factor {
            1.0 => Unit::Ratio,
            100.0 => Unit::Percent,
            _ => Unit::Unknown,
        };
        facts.quantity = Quantity::certain(Kind::Ratio, unit);
    }
}

fn truth(verdict: Verdict) -> Interval {
    match verdict {
        Verdict::Always => Interval::point(1.0),
        Verdict::Never => Interval::point(0.0),
        Verdict::Depends => Interval::UNIT,
    }
}

fn verdict(binary: &BinaryExpr, lhs: &Node<'_>, rhs: &Node<'_>) -> Verdict {
    if lhs.identity == rhs.identity && binary.matching.fill.span.is_none() {
        return ratio::compared_with_itself(binary.op, &lhs.facts);
    }
    lhs.facts.value.compare(binary.op, rhs.facts.value)
}

fn reason_of(verdict: Verdict, expr: &Expr, binary: &BinaryExpr, left: &Facts, right: &Facts) -> Why {
    let outcome = match verdict {
        Verdict::Always => "always holds",
        Verdict::Never => "never holds",
        Verdict::Depends => return left.why_value.clone().or(&right.why_value),
    };
    let op = binary.op.text();
    let reason = format!("{} {op} {} {outcome}", left.value, right.value);
    left.why_value
        .clone()
        .or(&right.why_value)
        .then(expr.span, reason)
}

/// Whether histograms may be compared at all.
fn compares_histograms(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Eq | BinaryOp::Ne)
}

/// A vector and a scalar.
fn with_scalar(
    expr: &Expr,
    binary: &BinaryExpr,
    lhs: &Node<'_>,
    rhs: &Node<'_>,
    scalar_first: bool,
    trust: Trust,
) -> Facts {
    let vector = if scalar_first { &*rhs.facts } else { &*lhs.facts };
    let mut facts = Facts {
        verdict: None,
        mismatches: Vec::new(),
        ..vector.clone()
    };
    let op = binary.op;
    if matching::changes_meaning(op) || binary.bool_modifier.is_some() {
        facts.labels.remove_metadata();
    }
    if matches!(op, BinaryOp::TrimLower | BinaryOp::TrimUpper) {
        // Histograms alone are trimmed, with the bound on the right.
        facts.value = Interval::NONE;
        facts.histograms &= !scalar_first;
        facts.presence = not_always(facts.presence);
        return facts;
    }
    if op.is_comparison() {
        // A histogram and a number do not compare.
        facts = facts.floats_only();
        let verdict = verdict(binary, lhs, rhs);
        let (left, right) = (&*lhs.facts, &*rhs.facts);
        facts.verdict = Some(verdict);
        if binary.bool_modifier.is_some() {
            facts.value = truth(verdict);
            facts.quantity = Quantity::boolean();
        } else {
            facts.value = match scalar_first {
                true => vector.value.filtered(mirrored(op), left.value),
                false => vector.value.filtered(op, right.value),
            };
            filter_presence(&mut facts, verdict);
        }
        let why = reason_of(verdict, expr, binary, left, right);
        if facts.presence == Presence::Never {
            facts.why_presence = why.clone();
        }
        facts.why_value = why;
        return facts;
    }
    let keeps_histograms = match op {
        BinaryOp::Mul => true,
        BinaryOp::Div => !scalar_first,
        _ => false,
    };
    if !keeps_histograms {
        facts = facts.floats_only();
    }
    let (lhs_value, rhs_value) = (lhs.facts.value, rhs.facts.value);
    facts.value = lhs_value.arithmetic(op, rhs_value);
    let age = age::is_age(binary, trust);
    if age {
        facts.value = facts.value.and(Interval::NOT_NEGATIVE.or_nan(true));
    }
    facts.quantity = match (op, scalar_first) {
        (BinaryOp::Mul, true) => vector
            .quantity
            .arithmetic(op, &lhs.facts.quantity, lhs_value.single()),
        (_, true) => lhs.facts.quantity.arithmetic(op, &vector.quantity, None),
        (_, false) => vector
            .quantity
            .arithmetic(op, &rhs.facts.quantity, rhs_value.single()),
    };
    facts.why_value = vector
        .why_value
        .clone()
        .or(&lhs.facts.why_value)
        .or(&rhs.facts.why_value);
    if age {
        facts.why_value = Why::new(expr.span, "what is over is not ahead");
    }
    facts
}

/// The comparison that holds for swapped sides.
fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

fn not_always(presence: Presence) -> Presence {
    match presence {
        Presence::Always => Presence::Maybe,
        other => other,
    }
}

/// What a comparison leaves.
fn filter_presence(facts: &mut Facts, verdict: Verdict) {
    facts.presence = match verdict {
        Verdict::Always => facts.presence,
        Verdict::Depends => not_always(facts.presence),
        Verdict::Never if facts.histograms => not_always(facts.presence),
        Verdict::Never => Presence::Never,
    };
}

/// Two vectors, matched series by series.
fn of_vectors(expr: &Expr, binary: &BinaryExpr, lhs: &Node<'_>, rhs: &Node<'_>, trust: Trust) -> Facts {
    let (left, right) = (&*lhs.facts, &*rhs.facts);
    let matching = Matching::of(binary);
    let same = lhs.identity == rhs.identity;
    let labels = matching.result(binary, &left.labels, &right.labels);
    let mut facts = Facts::vector(labels, Interval::ANY, Presence::Maybe);
    facts.mismatches = matching.mismatches(&left.labels, &right.labels);
    facts.presence = matching::presence(&matching, left, right, same);
    facts.why_presence = match facts.presence {
        Presence::Never => why_empty(expr, &facts, left, right),
        _ => left.why_presence.clone(),
    };
    facts.histograms = match binary.op {
        BinaryOp::Add | BinaryOp::Sub => left.histograms && right.histograms,
        BinaryOp::Eq | BinaryOp::Ne => left.histograms && right.histograms && binary.bool_modifier.is_none(),
        BinaryOp::Mul => left.histograms || right.histograms,
        BinaryOp::Div | BinaryOp::TrimLower | BinaryOp::TrimUpper => left.histograms,
        _ => false,
    };
    let mixed = left.histograms || right.histograms;
    if mixed {
        facts.presence = not_always(facts.presence);
    }
    if matches!(binary.op, BinaryOp::TrimLower | BinaryOp::TrimUpper) {
        facts.value = Interval::NONE;
    } else {
        arithmetic_or_truth(&mut facts, expr, binary, lhs, rhs, trust);
        if binary.op.is_comparison() && binary.bool_modifier.is_none() {
            let verdict = facts.verdict.unwrap_or(Verdict::Depends);
            facts.value = left.value.filtered(binary.op, right.value);
            facts.quantity = left.quantity.clone();
            filter_presence(&mut facts, verdict);
            if facts.presence == Presence::Never && facts.why_presence.is_empty() {
                facts.why_presence = facts.why_value.clone();
            }
        } else if mixed && compares_histograms(binary.op) {
            // Histograms may be equal or not whatever the floats are.
            facts.value = facts.value.hull(Interval::UNIT);
        }
    }
    if binary.matching.fill.span.is_some() {
        return filled(binary, &matching, left, right, facts);
    }
    facts
}

/// Fill values stand in for series that are missing, so anything may come of it.
fn filled(binary: &BinaryExpr, matching: &Matching<'_>, left: &Facts, right: &Facts, facts: Facts) -> Facts {
    let fill = |value: Option<f64>, of: Interval| value.map_or(of, |value| of.hull(Interval::point(value)));
    let sides = (
        fill(binary.matching.fill.left, left.value),
        fill(binary.matching.fill.right, right.value),
    );
    let comparison = binary.op.is_comparison();
    // Either fill value may stand on either side where the sides are swapped.
    let both = sides.0.hull(sides.1);
    let (a, b) = match matching.many {
        Some(_) => (both, both),
        None => sides,
    };
    let mut value = match (comparison, binary.bool_modifier.is_some()) {
        (true, true) => Interval::UNIT,
        (true, false) => a,
        (false, _) => a.arithmetic(binary.op, b),
    };
    if matches!(binary.op, BinaryOp::TrimLower | BinaryOp::TrimUpper) {
        value = Interval::NONE;
    }
    let presence = match (left.presence, right.presence) {
        (Presence::Never, Presence::Never) => Presence::Never,
        _ => Presence::Maybe,
    };
    Facts {
        labels: matching.filled(facts.labels, &left.labels, &right.labels),
        value,
        presence,
        histograms: left.histograms || right.histograms,
        verdict: None,
        mismatches: Vec::new(),
        why_value: Why::nothing(),
        why_presence: Why::nothing(),
        ..facts
    }
}

fn why_empty(expr: &Expr, facts: &Facts, left: &Facts, right: &Facts) -> Why {
    match facts.mismatches.first() {
        Some(mismatch) => {
            let reason = format!(
                "no series match: `{}` is {} on the left and {} on the right",
                mismatch.label, mismatch.left, mismatch.right
            );
            Why::new(expr.span, reason)
        }
        None if left.is_surely_empty() => left.why_presence.clone(),
        None => right.why_presence.clone(),
    }
}

/// Whether the left side of `or` is always there with all labels that the right side can have, so that this never adds
/// anything.
pub fn hides(or: &BinaryExpr, left: &Facts, right: &Facts) -> bool {
    left.presence == Presence::Always && Matching::of(or).surely_match(&left.labels, &right.labels)
}

/// `and`, `or`, `unless`: whole series are kept.
fn of_sets(expr: &Expr, binary: &BinaryExpr, lhs: &Node<'_>, rhs: &Node<'_>) -> Facts {
    use Presence::{Always, Never};
    let (left, right) = (&*lhs.facts, &*rhs.facts);
    let matching = Matching::of(binary);
    let same = lhs.identity == rhs.identity;
    let mut facts = Facts {
        verdict: None,
        mismatches: matching.mismatches(&left.labels, &right.labels),
        ..left.clone()
    };
    match binary.op {
        BinaryOp::And => {
            facts.presence = matching::presence(&matching, left, right, same);
            if facts.presence == Never {
                facts.why_presence = why_empty(expr, &facts, left, right);
            }
            facts.labels = matching.narrowed(left.labels.clone(), &left.labels, &right.labels);
        }
        BinaryOp::Unless => {
            let surely_taken = left.presence == Never
                || same
                || right.presence == Always && matching.surely_match(&left.labels, &right.labels);
            let surely_kept = right.presence == Never || !facts.mismatches.is_empty();
            facts.presence = match left.presence {
                _ if surely_taken => Never,
                presence if surely_kept => presence,
                presence => not_always(presence),
            };
            if facts.presence == Never {
                let reason = "`unless` takes everything away";
                facts.why_presence = right.why_presence.then(expr.span, reason);
            }
        }
        _ => {
            // Nothing of the right is added where all of it matches what is there already.
            let hidden = right.presence == Never || same || hides(binary, left, right);
            if left.presence == Never {
                let mismatches = facts.mismatches;
                facts = Facts {
                    mismatches,
                    verdict: None,
                    ..right.clone()
                };
            } else if !hidden {
                facts.labels = left.labels.or(&right.labels);
                facts.value = left.value.hull(right.value);
                facts.histograms = left.histograms || right.histograms;
                facts.quantity = left.quantity.or(&right.quantity);
                facts.why_value = match facts.value == Interval::ANY {
                    true => Why::nothing(),
                    false => left.why_value.clone().or(&right.why_value),
                };
            }
            if left.presence == Always {
                facts.presence = Always;
            } else if right.presence == Always {
                facts.presence = Always;
                facts.why_presence = right.why_presence.clone();
            } else if is_absence_of(lhs, rhs) || is_absence_of(rhs, lhs) {
                facts.presence = Always;
                facts.why_presence = Why::new(expr.span, "there is something, or its absence");
            }
        }
    }
    facts
}

/// Whether one side is `absent` of the other.
fn is_absence_of(side: &Node<'_>, other: &Node<'_>) -> bool {
    let ExprKind::Call(call) = &side.expr.bare().kind else {
        return false;
    };
    call.name == "absent"
        && side
            .operands
            .first()
            .is_some_and(|(identity, _)| *identity == other.identity)
}

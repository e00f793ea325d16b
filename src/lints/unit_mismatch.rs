//! `unit-mismatch`: numbers of different units put together or compared, and values shown in a unit that is not theirs.

use std::ops::Range;

use promql_syntax::Span;
use promql_syntax::ast::{BinaryExpr, BinaryOp, Expr, ExprKind, ValueType};

use super::analyses::{Known, finding};
use super::quantile::short;
use super::spoken_units::{self, Spoken};
use super::{Context, ExpressionAt, Lint, Place, RuleAt, describe};
use crate::analysis::Quantity;
use crate::analysis::quantity::{Dimension, Kind, Unit};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::text::Text;

/// See the module.
pub(super) struct UnitMismatch;

/// Words in the names of metrics that are about what somebody waits for, for seconds at most.
const ANSWERS: [&str; 9] = [
    "request",
    "requests",
    "response",
    "responses",
    "rpc",
    "grpc",
    "http",
    "latency",
    "query",
];

impl Lint for UnitMismatch {
    describe!(
        "unit-mismatch",
        Warning,
        "numbers in different units put together or compared, or a value shown in a unit that is not its own"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(known) = cx.analyses.get(at.expr) else {
            return;
        };
        for node in at.expr.parsed.expr.nodes() {
            if let ExprKind::Binary(binary) = &node.kind {
                found.extend(self.sides(known, at, binary));
                found.extend(self.percent_of_ratio(known, at, binary));
                let told = match at.place {
                    Place::Rule(rule) => self.limit_in_words(known, at, rule, binary),
                    Place::Target(_) | Place::Variable(_) => None,
                };
                found.extend(told.or_else(|| self.minutes_for_an_answer(known, at, binary)));
            }
        }
    }

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let (Some(_), Some(expr)) = (&at.rule.alert, &at.rule.expr) else {
            return;
        };
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        let quantity = &known.likely.root().quantity;
        for (_, text) in &at.rule.annotations {
            self.shown(cx, at, quantity, text, found);
        }
    }
}

impl UnitMismatch {
    fn found(&self, at: ExpressionAt<'_>, message: String, span: Span) -> Diagnostic {
        finding(self.code(), Severity::Warning, message, at.file, at.expr, span)
    }

    /// Two sides with different units of one kind.
    fn sides(&self, known: &Known<'_>, at: ExpressionAt<'_>, binary: &BinaryExpr) -> Option<Diagnostic> {
        let together = matches!(binary.op, BinaryOp::Add | BinaryOp::Sub) || binary.op.is_comparison();
        let [left, right] = [&binary.lhs, &binary.rhs].map(|side| known.likely.facts(side).quantity.clone());
        if !together || left.per_second != right.per_second {
            return None;
        }
        let ((dimension, a), (other, b)) = (left.unit.scale()?, right.unit.scale()?);
        if dimension != other || a == b {
            return None;
        }
        let message = format!("{} and {} are not the same", left.unit, right.unit);
        let at_side = |side: &Expr| at.expr.text.locate(at.file, side.span.into());
        Some(
            self.found(at, message, binary.op_span)
                .with_secondary(at.file, at_side(&binary.lhs), left.unit.to_string())
                .with_secondary(at.file, at_side(&binary.rhs), right.unit.to_string())
                .with_help(match dimension {
                    Dimension::Part => "100 percent are a ratio of 1: multiply one side.".to_owned(),
                    _ => format!(
                        "One {} is {} {}: multiply one side.",
                        singular(&left.unit),
                        short(a / b),
                        right.unit
                    ),
                }),
        )
    }

    /// `x_ratio > 90`
    fn percent_of_ratio(
        &self,
        known: &Known<'_>,
        at: ExpressionAt<'_>,
        binary: &BinaryExpr,
    ) -> Option<Diagnostic> {
        let limit = limit(known, binary).filter(|limit| *limit >= 5.0 && *limit <= 100.0)?;
        let side = known.likely.facts(&binary.lhs);
        let named = binary.lhs.selectors().iter().all(|selector| {
            let name = selector.name.as_ref();
            name.is_some_and(|name| name.name.ends_with("_ratio"))
        });
        let plain = matches!(
            binary.lhs.bare().kind,
            ExprKind::VectorSelector(_) | ExprKind::Aggregate(_) | ExprKind::Call(_)
        );
        let decided = side.verdict.is_some() || side.value.hi() <= 1.0;
        if side.quantity.unit != Unit::Ratio || !named || !plain || decided {
            return None;
        }
        let message = format!(
            "a ratio is a part of one, and this compares it with {}",
            short(limit)
        );
        Some(self.found(at, message, binary.rhs.span).with_help(format!(
            "{} % are {}.",
            short(limit),
            short(limit / 100.0)
        )))
    }

    /// `histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 500`
    fn minutes_for_an_answer(
        &self,
        known: &Known<'_>,
        at: ExpressionAt<'_>,
        binary: &BinaryExpr,
    ) -> Option<Diagnostic> {
        let limit = limit(known, binary).filter(|limit| *limit >= 100.0 && limit % 50.0 == 0.0)?;
        let quantity = known.likely.facts(&binary.lhs).quantity.clone();
        let answers = binary.lhs.selectors().iter().any(|selector| {
            let name = selector.name.as_ref().map_or("", |name| name.name.as_str());
            name.split('_').any(|word| ANSWERS.contains(&word))
        });
        let waits = quantity.unit == Unit::Named("seconds") && quantity.kind == Kind::Unknown;
        if !answers || !waits || quantity.per_second {
            return None;
        }
        let message = format!(
            "this is compared in seconds: {} are {} minutes, which is long for an answer",
            short(limit),
            short(limit / 60.0)
        );
        Some(self.found(at, message, binary.rhs.span).with_help(format!(
            "{} milliseconds are {} seconds.",
            short(limit),
            short(limit / 1000.0)
        )))
    }

    /// A limit that the texts of the alert give in another unit.
    fn limit_in_words(
        &self,
        known: &Known<'_>,
        at: ExpressionAt<'_>,
        rule: RuleAt<'_>,
        binary: &BinaryExpr,
    ) -> Option<Diagnostic> {
        let limit = limit(known, binary).filter(|limit| *limit != 0.0)?;
        let quantity = known.likely.facts(&binary.lhs).quantity.clone();
        let (dimension, scale) = quantity.unit.scale().filter(|_| !quantity.per_second)?;
        let said: Vec<(&Text, Spoken)> = rule
            .rule
            .annotations
            .iter()
            .flat_map(|(_, text)| {
                spoken_units::limits(text.as_str())
                    .into_iter()
                    .map(move |said| (text, said))
            })
            .filter(|(_, said)| said.unit.0 == dimension && !is_hold(said, rule))
            .collect();
        let same = |a: f64, b: f64| (a - b).abs() <= 1e-6 * b.abs();
        let amount = |said: &Spoken| said.value * said.unit.1;
        if said.iter().any(|(_, said)| same(amount(said), limit * scale)) {
            return None;
        }
        // The number is right in some other unit.
        let others = scales(dimension);
        let (text, said) = said.iter().find(|(_, said)| {
            let fits = |other: &&f64| same(limit * **other, amount(said));
            others.iter().any(|other| fits(&other))
        })?;
        let wanted = short(amount(said) / scale);
        let message = format!(
            "this is compared in {}: {} are not {}",
            quantity.unit,
            short(limit),
            &text.as_str()[said.range.clone()]
        );
        Some(
            self.found(at, message, binary.rhs.span)
                .with_secondary(
                    at.file,
                    text.locate(at.file, said.range.clone()),
                    "the limit as it is told",
                )
                .with_help(format!(
                    "{} are {wanted} {}.",
                    &text.as_str()[said.range.clone()],
                    quantity.unit
                )),
        )
    }

    /// Values of the alert in a text, with the unit behind them.
    fn shown(
        &self,
        cx: &Context<'_>,
        at: RuleAt<'_>,
        quantity: &Quantity,
        text: &Text,
        found: &mut Vec<Diagnostic>,
    ) {
        for value in &cx.templates.get(text).values {
            let Some(action) = Action::around(text.as_str(), value) else {
                continue;
            };
            if let Some((message, help)) = action.mismatch(quantity) {
                let range = text.locate(&at.file.file, action.range.clone());
                found.push(
                    Diagnostic::new(self.code(), Severity::Warning, message, &at.file.file, range)
                        .with_help(help),
                );
            }
        }
    }
}

/// Whether a time that is told is how long the condition has to hold: "for more than 15 minutes".
fn is_hold(said: &Spoken, at: RuleAt<'_>) -> bool {
    let hold = at.rule.hold.as_ref().map(|hold| hold.value as f64 / 1000.0);
    said.unit.0 == Dimension::Time && hold == Some(said.value * said.unit.1)
}

/// The number that the left side of a comparison is compared with.
fn limit(known: &Known<'_>, binary: &BinaryExpr) -> Option<f64> {
    let right = known.likely.facts(&binary.rhs);
    let is_scalar = right.value_type == Some(ValueType::Scalar);
    right
        .value
        .single()
        .filter(|_| binary.op.is_comparison() && is_scalar)
}

fn scales(dimension: Dimension) -> &'static [f64] {
    match dimension {
        Dimension::Part => &[1.0, 0.01],
        Dimension::Time => &[1.0, 1e-3, 60.0, 3600.0],
        Dimension::Data => &[1.0, 1e3, 1e6, 1e9],
    }
}

/// `second`, of `seconds`.
fn singular(unit: &Unit) -> String {
    let name = unit.to_string();
    name.strip_suffix('s').map_or(name.clone(), str::to_owned)
}

/// An action of a template that shows the value of the alert.
struct Action<'t> {
    range: Range<usize>,
    /// What stands between the braces.
    code: &'t str,
    /// What follows them.
    behind: &'t str,
}

impl<'t> Action<'t> {
    fn around(text: &'t str, value: &Range<usize>) -> Option<Action<'t>> {
        let start = text.get(..value.start)?.rfind("{{")?;
        let end = text.get(value.end..)?.find("}}")? + value.end + 2;
        let code = &text[start + 2..end - 2];
        let words = ["if", "else", "range", "with", "define", "block"];
        let first = code.trim_start_matches('-').split_whitespace().next()?;
        (!words.contains(&first) && !code.contains(":=")).then(|| Action {
            range: start..end,
            code,
            behind: &text[end..],
        })
    }

    fn calls(&self, function: &str) -> bool {
        let mut words = self.code.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| word == function)
    }

    /// What is wrong with how the value is shown, and the way out.
    fn mismatch(&self, quantity: &Quantity) -> Option<(String, String)> {
        let plain = !self.calls("humanizePercentage") && !self.calls("humanizeDuration");
        if self.calls("humanizePercentage") && quantity.unit == Unit::Percent {
            return Some((
                "the value is in percent already, and `humanizePercentage` shows a hundred times as much"
                    .to_owned(),
                "Write `{{ $value | humanize }}%`, or do not multiply by 100 in the expression.".to_owned(),
            ));
        }
        if quantity.per_second && quantity.kind == Kind::Rate {
            return self.told_as_total();
        }
        let (dimension, scale) = quantity.unit.scale().filter(|_| !quantity.per_second)?;
        if self.calls("humanizeDuration")
            && dimension == Dimension::Time
            && scale != 1.0
            && !quantity.per_second
        {
            return Some((
                format!(
                    "`humanizeDuration` takes seconds, and the value is in {}",
                    quantity.unit
                ),
                "Divide in the expression, or write the unit behind `{{ $value }}`.".to_owned(),
            ));
        }
        if !plain {
            return None;
        }
        let inside = self.code.contains("%%").then_some((Dimension::Part, 0.01));
        let gap = self.behind.strip_prefix(' ').unwrap_or(self.behind);
        let behind = || spoken_units::unit(gap).map(|(dimension, scale, _)| (dimension, scale));
        let (told, as_much) = inside.or_else(behind)?;
        if told != dimension || as_much == scale {
            return None;
        }
        let word = spoken_units::unit(gap).map_or("%", |(.., length)| &gap[..length]);
        let message = format!(
            "the value is in {}, and `{word}` is written behind it",
            named(&quantity.unit)
        );
        let help = match (dimension, quantity.unit == Unit::Ratio) {
            (Dimension::Part, true) => {
                "Write `{{ $value | humanizePercentage }}`, which multiplies by 100 and adds the sign."
                    .to_owned()
            }
            (Dimension::Time, _) if scale == 1.0 => {
                "Write `{{ $value | humanizeDuration }}`, which finds the unit itself.".to_owned()
            }
            _ => format!(
                "Write {} behind it, or convert it in the expression.",
                named(&quantity.unit)
            ),
        };
        Some((message, help))
    }
}

impl Action<'_> {
    /// A rate that the words behind it call a number of events.
    fn told_as_total(&self) -> Option<(String, String)> {
        let sentence = self
            .behind
            .split(['.', '\n', '{', ',', '('])
            .next()?
            .to_ascii_lowercase();
        let periods = [
            "per minute",
            "/min",
            "per hour",
            "/hour",
            "in the last",
            "within the last",
            "during the last",
        ];
        let seconds = ["per second", "/s", "rate", "average", "avg"];
        let period = periods.iter().find(|period| sentence.contains(**period))?;
        if seconds.iter().any(|word| sentence.contains(word)) {
            return None;
        }
        Some((
            format!("the value is a rate per second, and “{period}” is written behind it"),
            "Use `increase` over that time, multiply the rate, or write “per second”.".to_owned(),
        ))
    }
}

fn named(unit: &Unit) -> String {
    match unit {
        Unit::Ratio => "parts of one".to_owned(),
        other => other.to_string(),
    }
}

//! Functions.

use promql_syntax::ast::{Call, Expr, ExprKind, MatchOp};
use promql_syntax::compile_anchored;

use super::{Clash, Env, Hint, Search, Surroundings, Witness};
use crate::skeleton::labels::{Computed, Source};
use crate::skeleton::terms::{Term, WindowFunction, greatest, least, variance};

impl Search<'_> {
    pub(super) fn call(&mut self, call: &Call, around: &Surroundings) -> Result<Witness, Clash> {
        let name = call.name.as_str();
        let args = call.args.as_slice();
        match (name, args) {
            ("time" | "start" | "end", []) => {
                let now = match around.at {
                    Some(at) => Term::Number(at),
                    None => Term::Time(around.offset),
                };
                Ok(Witness::number(now))
            }
            ("pi", []) => Ok(Witness::number(Term::Number(std::f64::consts::PI))),
            ("step" | "range", []) => Ok(Witness::number(Term::Number(0.0))),
            ("vector", [of]) => self.scalar(of, around).map(Witness::number),
            ("scalar", [of]) => {
                let sample = self.sample(of, around)?;
                Ok(Witness::number(sample.value))
            }
            ("absent" | "absent_over_time", [of]) => self.absent(of),
            ("timestamp", [of]) => {
                let mut sample = self.sample(of, &around.hinted(Hint::default()))?;
                sample.env.remove("__name__");
                sample.value = Term::Time(around.offset);
                Ok(sample)
            }
            ("label_replace", [of, ..]) => self.label_replace(of, args, around),
            ("label_join", [of, ..]) => self.label_join(of, args, around),
            ("sort" | "sort_desc" | "sort_by_label" | "sort_by_label_desc" | "info", [of, ..]) => {
                self.sample(of, around)
            }
            ("clamp", [of, low, high]) => {
                let (low, high) = (self.scalar(low, around)?, self.scalar(high, around)?);
                self.bounded(of, Some(low), Some(high), around)
            }
            ("clamp_min", [of, low]) => {
                let low = self.scalar(low, around)?;
                self.bounded(of, Some(low), None, around)
            }
            ("clamp_max", [of, high]) => {
                let high = self.scalar(high, around)?;
                self.bounded(of, None, Some(high), around)
            }
            ("min_of" | "max_of", [a, b]) => {
                let (a, b) = (self.scalar(a, around)?, self.scalar(b, around)?);
                let op = match name {
                    "min_of" => promql_syntax::ast::AggregateOp::Min,
                    _ => promql_syntax::ast::AggregateOp::Max,
                };
                let value = Term::Aggregate(op, Box::new(Term::Number(0.0)), vec![a, b]);
                Ok(Witness::number(value))
            }
            ("round", [of, rest @ ..]) => {
                let to = rest.first().and_then(super::constant).unwrap_or(1.0);
                let mut sample = self.sample(of, around)?;
                sample.rounded(to);
                Ok(sample)
            }
            (_, _) if name.starts_with("histogram_") => self.histogram(call, around),
            (_, rest) if calendar(name).is_some() => self.calendar(name, rest, around),
            (_, [of]) if elementary(name).is_some() => {
                let function = elementary(name).unwrap_or(|v| v);
                let mut sample = self.sample(of, &around.hinted(Hint::default()))?;
                sample.map(function);
                Ok(sample)
            }
            _ => self.over_window(name, args, around),
        }
    }

    fn over_window(&mut self, name: &str, args: &[Expr], around: &Surroundings) -> Result<Witness, Clash> {
        let (of, parameter) = match (name, args) {
            ("quantile_over_time", [quantile, of]) => (of, Some(quantile)),
            (_, [of, rest @ ..]) => (of, rest.first()),
            _ => return Err(unknown(name)),
        };
        let number = parameter.and_then(super::constant);
        let Some(function) = window_function(name, number) else {
            return Err(unknown(name));
        };
        let keeps_name = matches!(name, "last_over_time" | "first_over_time");
        let hint = match function {
            WindowFunction::Fold(_) => around.hint,
            _ => Hint::default(),
        };
        let (mut sample, range) = self.window(of, &around.hinted(hint))?;
        if !keeps_name {
            sample.env.remove("__name__");
        }
        sample.value = Term::Window(function, range, Box::new(sample.value));
        Ok(sample)
    }

    /// A series is absent: its sample has the labels that the matchers name.
    fn absent(&mut self, of: &Expr) -> Result<Witness, Clash> {
        let mut env = Env::new();
        let selector = match &of.bare().kind {
            ExprKind::VectorSelector(selector) => Some(selector),
            ExprKind::MatrixSelector(matrix) => Some(&matrix.selector),
            _ => None,
        };
        let matchers = selector
            .map(|selector| selector.all_matchers())
            .unwrap_or_default();
        for matcher in matchers
            .iter()
            .filter(|m| m.op == MatchOp::Equal && m.name.name != "__name__")
        {
            let twice = matchers
                .iter()
                .filter(|m| m.name.name == matcher.name.name)
                .count()
                > 1;
            if !twice && !matcher.value.is_empty() {
                let var = self.labels.constant(&matcher.name.name, &matcher.value);
                env.insert(matcher.name.name.clone(), var);
            }
        }
        if let ExprKind::MatrixSelector(matrix) = &of.bare().kind {
            self.windows.push(super::seconds(&matrix.range));
        }
        let mut hidden = Vec::new();
        selectors(of, &mut hidden);
        if let Some(first) = hidden.first() {
            self.absences.push(self.demanded(&first.all_matchers())?);
        }
        Ok(Witness {
            origin: env.clone(),
            env,
            value: Term::Number(1.0),
            tag: None,
        })
    }

    fn bounded(
        &mut self,
        of: &Expr,
        low: Option<Term>,
        high: Option<Term>,
        around: &Surroundings,
    ) -> Result<Witness, Clash> {
        use promql_syntax::ast::AggregateOp::{Max, Min};
        let mut sample = self.sample(of, around)?;
        sample.env.remove("__name__");
        for (op, bound) in [(Max, low), (Min, high)] {
            if let Some(bound) = bound {
                sample.value = Term::Aggregate(op, Box::new(Term::Number(0.0)), vec![sample.value, bound]);
            }
        }
        Ok(sample)
    }

    fn calendar(&mut self, name: &str, args: &[Expr], around: &Surroundings) -> Result<Witness, Clash> {
        let mut sample = match args {
            [] => Witness::number(Term::Time(around.offset)),
            [of, ..] => self.sample(of, &around.hinted(Hint::default()))?,
        };
        sample.map(calendar(name).unwrap_or(|v| v));
        Ok(sample)
    }

    fn label_replace(&mut self, of: &Expr, args: &[Expr], around: &Surroundings) -> Result<Witness, Clash> {
        let mut sample = self.sample(of, around)?;
        let [_, target, template, source, pattern] = args else {
            return Err(unknown("label_replace"));
        };
        let texts = (text(target), text(template), text(source), text(pattern));
        let (Some(target), Some(template), Some(source), Some(pattern)) = texts else {
            return Err(unknown("label_replace"));
        };
        let from = self.label(&sample.env, source);
        let whole = ["(.*)", "(.+)", "^(.*)$", "^(.+)$"].contains(&pattern);
        if whole && ["$1", "${1}"].contains(&template) {
            if pattern.contains('+') && self.choices.pick(2) == 1 {
                // There is nothing to copy.
                let absent = self.labels.constant(source, "");
                self.labels.unify(from, absent)?;
                return Ok(sample);
            }
            self.labels.name(from);
            sample.env.insert(target.to_owned(), from);
            return Ok(sample);
        }
        let regex = compile_anchored(pattern).map_err(Clash::open)?;
        let otherwise = self.label(&sample.env, target);
        if self.choices.pick(2) == 0
            && let Some(demand) = self.demands.get(source, MatchOp::Regex, pattern)
        {
            self.labels.name(from);
            self.labels.demand(from, demand)?;
        }
        let var = self.labels.computed(
            target,
            Source {
                from: vec![from],
                how: Computed::Replace {
                    regex,
                    template: template.to_owned(),
                    otherwise,
                },
            },
        );
        sample.env.insert(target.to_owned(), var);
        Ok(sample)
    }

    fn label_join(&mut self, of: &Expr, args: &[Expr], around: &Surroundings) -> Result<Witness, Clash> {
        let mut sample = self.sample(of, around)?;
        let [_, target, separator, sources @ ..] = args else {
            return Err(unknown("label_join"));
        };
        let (Some(target), Some(separator)) = (text(target), text(separator)) else {
            return Err(unknown("label_join"));
        };
        let mut from = Vec::with_capacity(sources.len());
        for source in sources.iter().filter_map(text) {
            self.name(&sample.env, source);
            from.push(self.label(&sample.env, source));
        }
        let var = match from.as_slice() {
            [only] => *only,
            _ => self.labels.computed(
                target,
                Source {
                    from,
                    how: Computed::Join(separator.to_owned()),
                },
            ),
        };
        sample.env.insert(target.to_owned(), var);
        Ok(sample)
    }
}

impl Witness {
    /// Rounds to a multiple.
    fn rounded(&mut self, to: f64) {
        use promql_syntax::ast::BinaryOp::{Div, Mul};
        self.env.remove("__name__");
        let value = std::mem::replace(&mut self.value, Term::Number(0.0));
        let times = Term::Binary(Div, Box::new(value), Box::new(Term::Number(to)));
        let whole = Term::Map(|v| (v + 0.5).floor(), Box::new(times));
        self.value = Term::Binary(Mul, Box::new(whole), Box::new(Term::Number(to)));
    }
}

fn unknown(name: &str) -> Clash {
    Clash::open(format!("what {name} needs is not known"))
}

fn text(expr: &Expr) -> Option<&str> {
    match &expr.bare().kind {
        ExprKind::String(text) => Some(&text.value),
        _ => None,
    }
}

/// All selectors of an expression.
pub(in crate::skeleton) fn selectors<'e>(
    expr: &'e Expr,
    found: &mut Vec<&'e promql_syntax::ast::VectorSelector>,
) {
    match &expr.kind {
        ExprKind::VectorSelector(selector) => found.push(selector),
        ExprKind::MatrixSelector(matrix) => found.push(&matrix.selector),
        ExprKind::Paren(inner) => selectors(inner, found),
        ExprKind::Unary(unary) => selectors(&unary.expr, found),
        ExprKind::Subquery(subquery) => selectors(&subquery.expr, found),
        ExprKind::Binary(binary) => {
            selectors(&binary.lhs, found);
            selectors(&binary.rhs, found);
        }
        ExprKind::Aggregate(aggregate) => {
            aggregate.param.iter().for_each(|param| selectors(param, found));
            selectors(&aggregate.expr, found);
        }
        ExprKind::Call(call) => call.args.iter().for_each(|arg| selectors(arg, found)),
        ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Error => {}
    }
}

/// A function of the samples of a window, with its parameter.
fn window_function(name: &str, parameter: Option<f64>) -> Option<WindowFunction> {
    use WindowFunction as F;
    Some(match name {
        "rate" => F::Increase { per_second: true },
        "increase" => F::Increase { per_second: false },
        "irate" => F::LastRate,
        "delta" => F::Delta,
        "idelta" => F::LastDelta,
        "deriv" => F::Regression(None),
        "predict_linear" => F::Regression(parameter),
        "changes" => F::Changes,
        "resets" => F::Resets,
        "sum_over_time" => F::Sum,
        "count_over_time" => F::Count,
        "quantile_over_time" => F::Quantile(parameter?),
        "avg_over_time" => F::Fold(|v| v.iter().sum::<f64>() / v.len() as f64),
        "min_over_time" => F::Fold(least),
        "max_over_time" => F::Fold(greatest),
        "stddev_over_time" => F::Fold(|v| variance(v).sqrt()),
        "stdvar_over_time" => F::Fold(variance),
        "mad_over_time" => F::Fold(|v| {
            let middle = median(v);
            median(&v.iter().map(|x| (x - middle).abs()).collect::<Vec<_>>())
        }),
        "last_over_time" | "double_exponential_smoothing" => {
            F::Fold(|v| v.last().copied().unwrap_or(f64::NAN))
        }
        "first_over_time" => F::Fold(|v| v.first().copied().unwrap_or(f64::NAN)),
        "present_over_time" => F::Fold(|_| 1.0),
        _ => return None,
    })
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}

/// A function of one number.
fn elementary(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "abs" => f64::abs,
        "ceil" => f64::ceil,
        "floor" => f64::floor,
        "exp" => f64::exp,
        "ln" => f64::ln,
        "log2" => f64::log2,
        "log10" => f64::log10,
        "sqrt" => f64::sqrt,
        "sgn" => |v| if v == 0.0 { 0.0 } else { v.signum() },
        "deg" => f64::to_degrees,
        "rad" => f64::to_radians,
        "sin" => f64::sin,
        "cos" => f64::cos,
        "tan" => f64::tan,
        "asin" => f64::asin,
        "acos" => f64::acos,
        "atan" => f64::atan,
        "sinh" => f64::sinh,
        "cosh" => f64::cosh,
        "tanh" => f64::tanh,
        "asinh" => f64::asinh,
        "acosh" => f64::acosh,
        "atanh" => f64::atanh,
        _ => return None,
    })
}

/// A function of the date and the time of day.
fn calendar(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "minute" => |t| (t / 60.0).floor().rem_euclid(60.0),
        "hour" => |t| (t / 3600.0).floor().rem_euclid(24.0),
        "day_of_week" => |t| ((t / 86_400.0).floor() + 4.0).rem_euclid(7.0),
        "day_of_month" => |t| date(t).map_or(f64::NAN, |date| f64::from(date.day())),
        "day_of_year" => |t| date(t).map_or(f64::NAN, |date| f64::from(date.day_of_year())),
        "days_in_month" => |t| date(t).map_or(f64::NAN, |date| f64::from(date.days_in_month())),
        "month" => |t| date(t).map_or(f64::NAN, |date| f64::from(date.month())),
        "year" => |t| date(t).map_or(f64::NAN, |date| f64::from(date.year())),
        _ => return None,
    })
}

fn date(seconds: f64) -> Option<jiff::civil::Date> {
    let timestamp = jiff::Timestamp::from_second(seconds as i64).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(timestamp).date())
}

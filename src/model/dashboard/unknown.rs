//! Queries with variables as trees in which nothing is said that a variable decides.
//!
//! What is read from such a tree holds whatever the variables hold, so that whoever looks at expressions need not know
//! of variables:
//! - a matcher whose label or value has a variable lets everything through, as `=~ ".*|what is written"`: two that are
//!   written alike stay alike, two that are not stay apart; the same for the name of a metric;
//! - a duration is none ([`DurationKind::Error`]);
//! - a number, or what may be anything, is no expression ([`ExprKind::Error`]);
//! - what is made of operands in a way that a variable decides, such as `by ($label)`, is a call of the function without
//!   name, whose operands they are.

use promql_syntax::ast::{
    AtModifier, Call, DurationExpr, DurationKind, Expr, ExprKind, LabelName, MatchOp, Matcher, Offset,
    VectorSelector,
};
use promql_syntax::{Parsed, Span, with_enough_stack};

use super::stand_ins::{Role, SHORTEST_MATCHER, StandIn};

/// What is known of a query in whose place this was parsed.
pub(super) fn without_variables(query: &str, parsed: &Parsed, stand_ins: &[StandIn]) -> Parsed {
    let mut parsed = parsed.clone();
    if stand_ins.is_empty() {
        return parsed;
    }
    // A fault that comes of a stand-in is none of the query.
    let open = |stand_in: &&StandIn| !matches!(stand_in.role, Role::Text | Role::Duration);
    let first = stand_ins.iter().find(open).map(|stand_in| stand_in.range.start);
    let before = parsed.errors.len();
    parsed
        .errors
        .retain(|error| first.is_none_or(|first| error.span.end <= first));
    // Where nothing stands for a variable, anything may.
    let is_gap = |stand_in: &StandIn| match stand_in.role {
        Role::Matcher => stand_in.range.len() < SHORTEST_MATCHER,
        role => role == Role::Nothing,
    };
    if parsed.errors.len() < before || stand_ins.iter().any(is_gap) {
        parsed.expr.kind = ExprKind::Error;
    }
    let query = Query {
        text: query,
        stand_ins,
    };
    query.walk(&mut parsed.expr);
    parsed
}

struct Query<'q> {
    text: &'q str,
    stand_ins: &'q [StandIn],
}

impl Query<'_> {
    fn has_variable(&self, span: Span) -> bool {
        self.stand_ins.iter().any(|stand_in| stand_in.touches(span))
    }

    fn walk(&self, expr: &mut Expr) {
        if self.has_variable(expr.span) {
            with_enough_stack(|| self.step(expr));
        }
    }

    fn step(&self, expr: &mut Expr) {
        let span = expr.span;
        let decided = match &mut expr.kind {
            ExprKind::Number(_) => {
                expr.kind = ExprKind::Error;
                return;
            }
            ExprKind::Error | ExprKind::String(_) => return,
            ExprKind::Paren(inner) => {
                self.walk(inner);
                return;
            }
            ExprKind::Unary(unary) => {
                self.walk(&mut unary.expr);
                return;
            }
            ExprKind::VectorSelector(selector) => {
                let is_all = selector.name.as_ref().is_some_and(|name| name.span == span);
                if is_all || !self.selector(selector) {
                    expr.kind = ExprKind::Error;
                }
                return;
            }
            ExprKind::MatrixSelector(matrix) => {
                self.duration(&mut matrix.range);
                if !self.selector(&mut matrix.selector) {
                    expr.kind = ExprKind::Error;
                }
                return;
            }
            ExprKind::Subquery(subquery) => {
                self.walk(&mut subquery.expr);
                self.duration(&mut subquery.range);
                if let Some(step) = &mut subquery.step {
                    self.duration(step);
                }
                if !self.modifiers(subquery.offset.as_mut(), subquery.at.as_ref()) {
                    expr.kind = ExprKind::Error;
                }
                return;
            }
            ExprKind::Binary(binary) => {
                let matching = &binary.matching;
                self.has_variable(binary.op_span)
                    || matching
                        .labels
                        .as_ref()
                        .is_some_and(|l| self.has_variable(l.span))
                    || matching.group.as_ref().is_some_and(|g| self.has_variable(g.span))
                    || matching.fill.span.is_some_and(|span| self.has_variable(span))
            }
            ExprKind::Aggregate(aggregate) => {
                self.has_variable(aggregate.op_span)
                    || aggregate
                        .grouping
                        .as_ref()
                        .is_some_and(|g| self.has_variable(g.span))
                    || aggregate.param.as_ref().is_some_and(|param| self.is_text(param))
            }
            ExprKind::Call(call) => {
                self.has_variable(call.name_span)
                    || call.args.iter().any(|arg| self.is_text(arg))
                    // Its labels are those that the matchers name.
                    || matches!(call.name.as_str(), "absent" | "absent_over_time")
            }
        };
        let mut operands: Vec<&mut Expr> = match &mut expr.kind {
            ExprKind::Binary(binary) => vec![&mut binary.lhs, &mut binary.rhs],
            ExprKind::Aggregate(aggregate) => {
                let param = aggregate.param.as_deref_mut();
                param.into_iter().chain([&mut *aggregate.expr]).collect()
            }
            ExprKind::Call(call) => call.args.iter_mut().collect(),
            _ => Vec::new(),
        };
        for operand in &mut operands {
            self.walk(operand);
        }
        if decided {
            let args = operands.into_iter().map(|operand| operand.clone()).collect();
            expr.kind = ExprKind::Call(Call {
                name: String::new(),
                name_span: span,
                args,
            });
        }
    }

    /// Whether an argument is a text with a variable.
    fn is_text(&self, argument: &Expr) -> bool {
        matches!(argument.kind, ExprKind::String(_)) && self.has_variable(argument.span)
    }

    /// Takes what variables decide out of a selector; `false` where nothing is left.
    fn selector(&self, selector: &mut VectorSelector) -> bool {
        if let Some(name) = selector.name.take_if(|name| self.has_variable(name.span)) {
            selector.matchers.push(self.anything("__name__", name.span));
        }
        for matcher in &mut selector.matchers {
            if self.has_variable(matcher.name.span) {
                // Which label it is about is not known: of the name, nothing is said either.
                *matcher = self.anything("__name__", matcher.span);
            } else if self.has_variable(matcher.span) {
                *matcher = Matcher {
                    name: matcher.name.clone(),
                    value_span: matcher.value_span,
                    ..self.anything("", matcher.span)
                };
            }
        }
        self.modifiers(selector.offset.as_mut(), selector.at.as_ref())
    }

    fn modifiers(&self, offset: Option<&mut Offset>, at: Option<&AtModifier>) -> bool {
        if let Some(offset) = offset {
            self.duration(&mut offset.value);
        }
        !at.is_some_and(|at| self.has_variable(at.span))
    }

    fn duration(&self, duration: &mut DurationExpr) {
        if self.has_variable(duration.span) {
            duration.kind = DurationKind::Error;
        }
    }

    /// A matcher that lets everything through, and is like no other but one that is written alike.
    fn anything(&self, label: &str, span: Span) -> Matcher {
        Matcher {
            span,
            name: LabelName {
                name: label.to_owned(),
                span,
            },
            op: MatchOp::Regex,
            value: format!(".*|{}", regex::escape(span.of(self.text))),
            value_span: span,
        }
    }
}

#[cfg(test)]
mod tests {
    use promql_syntax::ParseOptions;

    use super::super::stand_ins;
    use super::*;

    fn read(query: &str) -> Parsed {
        let parse = |query: &str| promql_syntax::parse(query, &ParseOptions::ALL);
        let (replaced, stand_ins) = stand_ins::replace(query, |candidate| parse(candidate).errors);
        without_variables(query, &parse(&replaced), &stand_ins)
    }

    /// The tree in brackets: `?` where anything may be, `?(…)` what is made of operands in a way that is not known.
    fn show(expr: &Expr) -> String {
        let children: Vec<String> = expr.children().into_iter().map(show).collect();
        let inner = children.join(" ");
        match &expr.kind {
            ExprKind::Error => "?".to_owned(),
            ExprKind::Call(call) if call.name.is_empty() => format!("?({inner})"),
            ExprKind::Call(call) => format!("{}({inner})", call.name),
            ExprKind::Aggregate(aggregate) => format!("{}({inner})", aggregate.op.text()),
            ExprKind::Binary(binary) => format!("({inner} {})", binary.op.text()),
            ExprKind::VectorSelector(selector) => of_selector(selector),
            ExprKind::MatrixSelector(matrix) => {
                format!(
                    "{}[{}]",
                    of_selector(&matrix.selector),
                    of_duration(&matrix.range)
                )
            }
            ExprKind::Subquery(subquery) => format!("{inner}[{}]", of_duration(&subquery.range)),
            ExprKind::Number(number) => number.value.to_string(),
            ExprKind::String(string) => string.value.clone(),
            ExprKind::Paren(_) | ExprKind::Unary(_) => inner,
        }
    }

    fn of_duration(duration: &DurationExpr) -> String {
        match &duration.kind {
            DurationKind::Number(number) => number.value.to_string(),
            _ => "?".to_owned(),
        }
    }

    fn of_selector(selector: &VectorSelector) -> String {
        let name = selector.name.as_ref().map_or("", |name| name.name.as_str());
        let matchers = selector.matchers.iter();
        let matchers: Vec<String> = matchers.map(|m| format!("{}~{}", m.name.name, m.value)).collect();
        let offset = selector.offset.as_ref();
        let offset = offset.map_or(String::new(), |offset| {
            format!(" offset {}", of_duration(&offset.value))
        });
        format!("{name}{{{}}}{offset}", matchers.join(","))
    }

    #[test]
    fn what_variables_decide_is_left_open() {
        for (query, shown) in [
            ("up{job=\"a\"}", "up{job~a}"),
            ("up{job=\"$job\", a=\"b\"}", r#"up{job~.*|job="\$job",a~b}"#),
            ("up{$filters}", r"up{__name__~.*|\$filters}"),
            ("rate(x_total[$__rate_interval])", "rate(x_total{}[?])"),
            (
                "rate(x_total[${window}m] offset $back)",
                "rate(x_total{} offset ?[?])",
            ),
            ("max_over_time(up[1h:$step])", "max_over_time(up{}[3600])"),
            ("${metric}{a=\"b\"}", r"{a~b,__name__~.*|\$\{metric\}}"),
            ("${app}_total{a=\"b\"}", r"{a~b,__name__~.*|\$\{app\}_total}"),
            ("up > $limit", "(up{} ? >)"),
            ("topk($n, up)", "topk(? up{})"),
            ("sum by (job, $label) (up)", "?(up{})"),
            ("up * on ($label) up", "?(up{} up{})"),
            ("up * on (a) group_left ($label) up", "?(up{} up{})"),
            (
                "label_replace(up, \"$to\", \"$1\", \"job\", \"(.*)\")",
                "?(up{} vvv $1 job (.*))",
            ),
            ("absent(up{job=\"$job\"})", r#"?(up{job~.*|job="\$job"})"#),
            ("$aggregate by (job) (up)", "?"),
            ("$function(up)", "?"),
            ("up $rest", "?"),
        ] {
            let parsed = read(query);
            assert_eq!(parsed.errors, [], "{query}");
            assert_eq!(show(&parsed.expr), shown, "{query}");
        }
    }

    #[test]
    fn faults_are_those_of_the_query() {
        for query in [
            "sum(up{job=\"$job\"}",
            "rate(up[$__rate_interval]) +",
            "foo bar + $x",
        ] {
            assert!(!read(query).errors.is_empty(), "{query}");
        }
    }
}

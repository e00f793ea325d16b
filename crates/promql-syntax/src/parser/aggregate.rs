//! Aggregations.

use super::{Deep, Parser};
use crate::ast::{AggregateExpr, AggregateOp, Expr, ExprKind, Grouping};
use crate::error::ErrorKind;
use crate::span::Span;
use crate::token::{Keyword, TokenKind};

/// The aggregation that a keyword stands for.
pub(super) fn operator(keyword: Keyword) -> Option<AggregateOp> {
    Some(match keyword {
        Keyword::Sum => AggregateOp::Sum,
        Keyword::Avg => AggregateOp::Avg,
        Keyword::Count => AggregateOp::Count,
        Keyword::Min => AggregateOp::Min,
        Keyword::Max => AggregateOp::Max,
        Keyword::Group => AggregateOp::Group,
        Keyword::Stddev => AggregateOp::Stddev,
        Keyword::Stdvar => AggregateOp::Stdvar,
        Keyword::Topk => AggregateOp::Topk,
        Keyword::Bottomk => AggregateOp::Bottomk,
        Keyword::CountValues => AggregateOp::CountValues,
        Keyword::Quantile => AggregateOp::Quantile,
        Keyword::Limitk => AggregateOp::Limitk,
        Keyword::LimitRatio => AggregateOp::LimitRatio,
        _ => return None,
    })
}

impl Parser<'_> {
    pub(super) fn aggregation(&mut self, op: AggregateOp) -> Deep {
        let op_span = self.bump();
        let before = self.grouping();
        if self.peek() != TokenKind::LeftParen {
            self.unexpected(
                "aggregation",
                "",
                "Write what is to be aggregated in brackets: `sum by (job) (…)`.",
            );
            let span = Span::new(op_span.start, self.last_end());
            return (
                Expr {
                    span,
                    kind: ExprKind::Error,
                },
                1,
            );
        }
        let (mut args, end, depth) = self.arguments();
        let after = if before.is_none() { self.grouping() } else { None };
        let span = Span::new(op_span.start, end.max(after.as_ref().map_or(0, |g| g.span.end)));
        if op.is_experimental() && !self.options.experimental_functions {
            let message = format!(
                "{}() is experimental and must be enabled with --enable-feature=promql-experimental-functions",
                op.text()
            );
            let help = "Start Prometheus with that flag, or do without it.";
            self.error(ErrorKind::NotEnabled, op_span, message, help);
        }
        let wanted = if op.takes_parameter() { 2 } else { 1 };
        if args.is_empty() {
            let message = "no arguments for aggregate expression provided";
            self.error(
                ErrorKind::Type,
                span,
                message,
                "Write what is to be aggregated in the brackets.",
            );
        } else if args.len() != wanted {
            let message = format!(
                "wrong number of arguments for aggregate expression provided, expected {wanted}, got {}",
                args.len()
            );
            let help = if wanted == 2 {
                format!(
                    "`{}` takes a parameter and a vector: `{0}(parameter, vector)`.",
                    op.text()
                )
            } else {
                format!(
                    "`{}` takes one vector; labels to group by stand in `by (…)`.",
                    op.text()
                )
            };
            self.error(ErrorKind::Type, span, message, help);
        }
        let expr = match args.len() {
            0 => Expr {
                span: Span::new(end, end),
                kind: ExprKind::Error,
            },
            n => args.swap_remove(n.min(wanted) - 1),
        };
        let param = (wanted == 2 && !args.is_empty()).then(|| Box::new(args.swap_remove(0)));
        let grouping = before.or(after);
        let aggregate = AggregateExpr {
            op,
            op_span,
            grouping,
            param,
            expr: Box::new(expr),
        };
        self.deeper(
            Expr {
                span,
                kind: ExprKind::Aggregate(aggregate),
            },
            depth,
        )
    }

    fn grouping(&mut self) -> Option<Grouping> {
        let without = match self.peek() {
            TokenKind::Keyword(Keyword::By) => false,
            TokenKind::Keyword(Keyword::Without) => true,
            _ => return None,
        };
        let start = self.bump();
        let labels = self.label_list();
        Some(Grouping {
            span: Span::new(start.start, self.last_end()),
            without,
            labels,
        })
    }
}

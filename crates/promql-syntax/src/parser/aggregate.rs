//! Aggregations.

use super::{Context, Deep, Parser, missing};
use crate::ast::{AggregateExpr, AggregateOp, Expr, ExprKind, Grouping};
use crate::error::{ErrorKind, ParseError};
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
        let mut before = None;
        let read = self.within(Context::new("aggregation", ""), |parser| {
            before = parser.grouping();
            if parser.peek() == TokenKind::LeftParen {
                return Some(parser.arguments());
            }
            parser.unexpected("Write what is to be aggregated in brackets: `sum by (job) (…)`.");
            None
        });
        let Some((mut args, end, depth)) = read else {
            return (missing(Span::new(op_span.start, self.last_end())), 1);
        };
        let after = if before.is_none() { self.grouping() } else { None };
        // Whether a grouping follows shows only with the next word.
        let ahead = before.is_none() && after.is_none();
        let span = Span::new(op_span.start, end.max(after.as_ref().map_or(0, |g| g.span.end)));
        let mut faults = Vec::new();
        if op.is_experimental() && !self.options.experimental_functions {
            let message = format!(
                "{}() is experimental and must be enabled with --enable-feature=promql-experimental-functions",
                op.text()
            );
            let help = "Start Prometheus with that flag, or do without it.";
            faults.push(ParseError::new(ErrorKind::NotEnabled, op_span, message, help));
        }
        let wanted = if op.takes_parameter() { 2 } else { 1 };
        if args.is_empty() {
            let message = "no arguments for aggregate expression provided";
            let help = "Write what is to be aggregated in the brackets.";
            faults.insert(0, ParseError::new(ErrorKind::Type, span, message, help));
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
            faults.push(ParseError::new(ErrorKind::Type, span, message, help));
        }
        for fault in faults {
            if ahead {
                self.report_looking_ahead(fault);
            } else {
                self.report(fault);
            }
        }
        let expr = match args.len() {
            0 => missing(Span::new(end, end)),
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

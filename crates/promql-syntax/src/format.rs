//! Expressions laid out over lines, as `promtool promql format` does it: what is longer than a hundred bytes
//! is broken, its parts indented by two blanks. Unlike there, comments stay: each on a line of its own, before
//! what followed it.

use crate::ast::{AggregateExpr, BinaryExpr, Call, Expr, ExprKind};
use crate::parser::Parsed;
use crate::print::{heading, operator, subquery_suffix};
use crate::span::Span;

/// What may stand on one line, in bytes.
const LINE: usize = 100;
const INDENT: &str = "  ";

/// Lays out an expression that was parsed without fault from `text`, comments included.
pub fn format(text: &str, parsed: &Parsed) -> String {
    let mut formatter = Formatter {
        text,
        comments: &parsed.comments,
        out: String::new(),
    };
    formatter.expr(&parsed.expr, 0);
    while let Some((comment, rest)) = formatter.comments.split_first() {
        formatter.comments = rest;
        formatter.out.push('\n');
        formatter.out.push_str(comment.of(text).trim_end());
    }
    formatter.out
}

struct Formatter<'a> {
    text: &'a str,
    /// Comments that have not been written yet.
    comments: &'a [Span],
    out: String,
}

impl Formatter<'_> {
    /// Writes the comments before an offset, each on a line.
    fn comments_before(&mut self, offset: usize, level: usize) {
        while let Some((comment, rest)) = self.comments.split_first().filter(|(c, _)| c.start < offset) {
            self.comments = rest;
            self.indent(level);
            self.out.push_str(comment.of(self.text).trim_end());
            self.out.push('\n');
        }
    }

    fn indent(&mut self, level: usize) {
        self.out.push_str(&INDENT.repeat(level));
    }

    fn has_comment(&self, span: Span) -> bool {
        self.comments.first().is_some_and(|c| c.start < span.end)
    }

    fn expr(&mut self, expr: &Expr, level: usize) {
        self.comments_before(expr.span.start, level);
        let line = expr.to_string();
        let fits = line.len() <= LINE && !self.has_comment(expr.span);
        match &expr.kind {
            ExprKind::Paren(inner) if !fits => self.paren(expr, inner, level),
            ExprKind::Binary(binary) if !fits => self.binary(binary, level),
            ExprKind::Aggregate(aggregate) if !fits => self.aggregate(expr, aggregate, level),
            ExprKind::Call(call) if !fits && !call.args.is_empty() => self.call(expr, call, level),
            // These are broken inside, and their text joins what is inside on its first or last line.
            ExprKind::Unary(unary) if line.len() > LINE => {
                self.comments_before(expr.span.end, level);
                let start = self.out.len();
                self.expr(&unary.expr, level);
                let inner = self.out.split_off(start);
                self.indent(level);
                self.out.push_str(unary.op.text());
                self.out.push_str(inner.trim());
            }
            ExprKind::Subquery(subquery) if line.len() > LINE => {
                self.comments_before(expr.span.end, level);
                self.expr(&subquery.expr, level);
                self.out.push_str(&subquery_suffix(subquery));
            }
            // A subquery that fits has no indentation of its own.
            ExprKind::Subquery(_) => {
                self.comments_before(expr.span.end, level);
                self.out.push_str(&line);
            }
            _ => {
                self.comments_before(expr.span.end, level);
                self.indent(level);
                self.out.push_str(&line);
            }
        }
    }

    fn paren(&mut self, expr: &Expr, inner: &Expr, level: usize) {
        self.indent(level);
        self.out.push_str("(\n");
        self.expr(inner, level + 1);
        self.close(expr, level);
    }

    /// A new line with the bracket that ends `expr`, after the comments inside it.
    fn close(&mut self, expr: &Expr, level: usize) {
        self.out.push('\n');
        self.comments_before(expr.span.end, level + 1);
        self.indent(level);
        self.out.push(')');
    }

    fn binary(&mut self, binary: &BinaryExpr, level: usize) {
        self.expr(&binary.lhs, level + 1);
        self.out.push('\n');
        self.comments_before(binary.op_span.start, level);
        self.indent(level);
        self.out.push_str(&operator(binary));
        self.out.push('\n');
        self.expr(&binary.rhs, level + 1);
    }

    fn aggregate(&mut self, expr: &Expr, aggregate: &AggregateExpr, level: usize) {
        self.indent(level);
        self.out.push_str(&heading(aggregate));
        self.out.push_str("(\n");
        if let Some(param) = &aggregate.param {
            self.expr(param, level + 1);
            self.out.push_str(",\n");
        }
        self.expr(&aggregate.expr, level + 1);
        self.close(expr, level);
    }

    fn call(&mut self, expr: &Expr, call: &Call, level: usize) {
        self.indent(level);
        self.out.push_str(&call.name);
        self.out.push_str("(\n");
        for (at, arg) in call.args.iter().enumerate() {
            if at > 0 {
                self.out.push_str(",\n");
            }
            self.expr(arg, level + 1);
        }
        self.close(expr, level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ParseOptions;

    fn formatted(text: &str) -> String {
        let parsed = crate::parse(text, &ParseOptions::ALL);
        assert_eq!(parsed.errors, [], "{text}");
        format(text, &parsed)
    }

    #[test]
    fn comments_stay_before_what_followed_them() {
        let text = "# the ratio\nsum(rate(errors[5m])) # failed\n  /\n# all\nsum(rate(requests[5m]))\n# end";
        let expected =
            "# the ratio\n  sum(rate(errors[5m]))\n# failed\n/\n  # all\n  sum(rate(requests[5m]))\n# end";
        assert_eq!(formatted(text), expected);
    }

    #[test]
    fn comments_inside_break_the_line() {
        assert_eq!(formatted("sum(\n# inner\nup\n)"), "sum(\n  # inner\n  up\n)");
        assert_eq!(formatted("(up # last\n)"), "(\n  up\n  # last\n)");
        assert_eq!(formatted("up{ # which\njob=\"a\"}"), "# which\nup{job=\"a\"}");
        assert_eq!(
            formatted("clamp(up, # low\n0, 1)"),
            "clamp(\n  up,\n  # low\n  0,\n  1\n)"
        );
    }

    #[test]
    fn formatting_twice_changes_nothing() {
        let texts = [
            "# a\nup # b",
            "sum(# x\nup)",
            "-(up # y\n)",
            "up + # z\n-up",
            "(up # q\n)[5m:]",
        ];
        for text in texts {
            let once = formatted(text);
            assert_eq!(formatted(&once), once, "{text}");
        }
    }
}

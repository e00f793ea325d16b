//! `sum` and `avg` where histograms are among the values.

use promql_syntax::ast::AggregateOp;

use super::Evaluator;
use super::group::Groups;
use crate::columns::Columns;
use crate::plan::Aggregate;

impl Evaluator<'_> {
    pub(super) fn combine_histograms(
        &mut self,
        _op: AggregateOp,
        _aggregate: &Aggregate,
        _input: &Columns,
        _groups: &Groups,
        _result: &mut Columns,
    ) {
    }
}

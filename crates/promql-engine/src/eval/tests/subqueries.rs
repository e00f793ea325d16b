//! Subqueries.

use super::Table;
use crate::testing::load;

#[test]
fn steps_are_multiples_of_the_step() {
    let table = Table::new(load(10, "a 0+1x100"));
    table.at(
        95,
        &[
            ("a[30s:10s]", "a 7@70 8@80 9@90"),
            ("a[25s:10s]", "a 8@80 9@90"),
            ("a[30s:10s] offset 5s", "a 7@70 8@80 9@90"),
            ("a[30s:10s] @ 50", "a 3@30 4@40 5@50"),
            ("a[2m:]", "a 0@0 6@60"),
            ("sum_over_time(a[30s:10s])", "{} 24"),
            (
                "max_over_time(rate(a[20s])[30s:10s])",
                "{} 0.1 <PromQL info: metric might not be a counter, name does not end \
              in _total/_sum/_count/_bucket: \"a\" (1:20)>",
            ),
            ("(a @ 20)[20s:10s]", "a 2@80 2@90"),
            ("sum_over_time((a @ 20)[20s:10s])", "{} 4"),
        ],
    );
    table.over(
        (60, 100, 20),
        &[
            ("sum_over_time(a[20s:10s])", "{} 11@60 15@80 19@100"),
            ("sum_over_time(a[20s:10s] @ 20)", "{} 3@60 3@80 3@100"),
            (
                "sum_over_time(sum_over_time(a[10s:5s])[20s:10s])",
                "{} 20@60 28@80 36@100",
            ),
        ],
    );
    // Before the epoch the first step is the one after the multiple nearest to zero.
    table.at(5, &[("a[30s:10s] offset -10s", "a 0@0 1@10")]);
}

#[test]
fn names_of_what_is_inside_stay() {
    let table = Table::new(load(10, "a{i=\"1\"} 0+1x100"));
    table.at(
        100,
        &[
            ("last_over_time(a[30s:10s])", "a{i=\"1\"} 10"),
            ("last_over_time((a + 1)[30s:10s])", "{i=\"1\"} 11"),
        ],
    );
}

#[test]
fn a_step_below_a_millisecond_is_refused() {
    let table = Table::new(load(10, "a 1"));
    table.at(
        0,
        &[(
            "sum_over_time(a[5m:0.0001])",
            "error: unexpected error: runtime error: integer divide by zero",
        )],
    );
}

//! Operators between two vectors: matching, grouping, filling, set operators.

use super::Table;
use crate::testing::load;

fn table() -> Table {
    Table::new(load(
        60,
        "
        errors{path=\"/a\", code=\"500\"} 1
        errors{path=\"/a\", code=\"404\"} 4
        errors{path=\"/b\", code=\"500\"} 2
        requests{path=\"/a\"} 10
        requests{path=\"/b\"} 20
        requests{path=\"/c\"} 30
        owner{path=\"/a\", team=\"x\"} 1
        owner{path=\"/b\", team=\"y\"} 1
        ",
    ))
}

#[test]
fn one_to_one() {
    table().at(
        0,
        &[
            ("requests + requests", "{path=\"/a\"} 20 | {path=\"/b\"} 40 | {path=\"/c\"} 60"),
            ("errors{code=\"500\"} / ignoring(code) requests", "{path=\"/a\"} 0.1 | {path=\"/b\"} 0.1"),
            ("errors{code=\"500\"} / on(path) requests", "{path=\"/a\"} 0.1 | {path=\"/b\"} 0.1"),
            ("requests > on(path) errors{code=\"404\"}", "{path=\"/a\"} 10"),
            ("requests < ignoring(code) errors{code=\"404\"}", ""),
            ("requests > ignoring(code) errors{code=\"404\"}", "requests{path=\"/a\"} 10"),
            ("requests > bool ignoring(code) errors{code=\"404\"}", "{path=\"/a\"} 1"),
            ("sum(errors) / sum(requests)", "{} 0.11666666666666667"),
            ("requests * on() sum(errors)", "error: multiple matches for labels: many-to-one matching must be \
              explicit (group_left/group_right)"),
            ("errors / ignoring(code) requests", "error: multiple matches for labels: many-to-one matching must be \
              explicit (group_left/group_right)"),
            ("requests / ignoring(code) errors", "error: found duplicate series for the match group {path=\"/a\"} on \
              the right hand-side of the operation: [{__name__=\"errors\", code=\"404\", path=\"/a\"}, \
              {__name__=\"errors\", code=\"500\", path=\"/a\"}];many-to-many matching not allowed: matching labels \
              must be unique on one side"),
            ("nothing / requests", ""),
        ],
    );
}

#[test]
fn many_to_one_keeps_the_labels_of_the_many() {
    table().at(
        0,
        &[
            ("errors / ignoring(code) group_left requests", "{code=\"500\", path=\"/a\"} 0.1 | {code=\"404\", \
              path=\"/a\"} 0.4 | {code=\"500\", path=\"/b\"} 0.1"),
            ("requests / on(path) group_right errors{path=\"/b\"}", "{code=\"500\", path=\"/b\"} 10"),
            ("errors{path=\"/b\"} * on(path) group_left(team) owner", "{code=\"500\", path=\"/b\", team=\"y\"} 2"),
            ("errors{path=\"/b\"} > on(path) group_left(team) owner", "errors{code=\"500\", path=\"/b\", team=\"y\"} 2"),
            // A label that the one side does not have is removed.
            ("errors{path=\"/b\"} * on(path) group_left(code) owner", "{path=\"/b\"} 2"),
            ("errors * on(path) group_left(code) owner", "error: multiple matches for labels: grouping labels must \
              ensure unique matches"),
            ("owner * on(path) group_left errors", "error: found duplicate series for the match group \
              {path=\"/a\"} on the right hand-side of the operation: [{__name__=\"errors\", code=\"404\", \
              path=\"/a\"}, {__name__=\"errors\", code=\"500\", path=\"/a\"}];many-to-many matching not allowed: \
              matching labels must be unique on one side"),
            ("errors * on(path) group_right owner", "error: found duplicate series for the match group \
              {path=\"/a\"} on the left hand-side of the operation: [{__name__=\"errors\", code=\"404\", \
              path=\"/a\"}, {__name__=\"errors\", code=\"500\", path=\"/a\"}];many-to-many matching not allowed: \
              matching labels must be unique on one side"),
        ],
    );
}

#[test]
fn what_is_missing_can_be_filled_in() {
    table().at(
        0,
        &[
            (
                "requests + on(path) fill_right(0) owner",
                "{path=\"/a\"} 11 | {path=\"/b\"} 21 | {path=\"/c\"} 30",
            ),
            (
                "owner + on(path) fill_left(5) requests",
                "{path=\"/a\"} 11 | {path=\"/b\"} 21 | {path=\"/c\"} 35",
            ),
            (
                "errors{code=\"404\"} + ignoring(code) fill(0) requests",
                "{path=\"/a\"} 14 | {path=\"/b\"} 20 | \
              {path=\"/c\"} 30",
            ),
            (
                "nothing + on(path) fill(7) owner",
                "{path=\"/a\"} 8 | {path=\"/b\"} 8",
            ),
            (
                "errors - on(path) group_left fill_left(100) requests{path=~\"/[bc]\"}",
                "{code=\"500\", path=\"/b\"} -18 \
              | {path=\"/c\"} 70",
            ),
        ],
    );
}

#[test]
fn set_operators() {
    table().at(
        0,
        &[
            (
                "requests and on(path) errors{code=\"404\"}",
                "requests{path=\"/a\"} 10",
            ),
            ("requests unless on(path) errors", "requests{path=\"/c\"} 30"),
            (
                "errors{code=\"404\"} or requests{path=\"/a\"}",
                "errors{code=\"404\", path=\"/a\"} 4 | \
              requests{path=\"/a\"} 10",
            ),
            (
                "errors{code=\"404\"} or on(path) requests",
                "errors{code=\"404\", path=\"/a\"} 4 | \
              requests{path=\"/b\"} 20 | requests{path=\"/c\"} 30",
            ),
            ("nothing or requests{path=\"/c\"}", "requests{path=\"/c\"} 30"),
            (
                "requests unless nothing",
                "requests{path=\"/a\"} 10 | requests{path=\"/b\"} 20 | requests{path=\"/c\"} 30",
            ),
            ("requests and nothing", ""),
            (
                "requests > 15 or requests",
                "requests{path=\"/b\"} 20 | requests{path=\"/c\"} 30 | requests{path=\"/a\"} 10",
            ),
        ],
    );
}

#[test]
fn partners_may_change_from_step_to_step() {
    // The version label changes at a restart: at each time there is one series of each instance.
    let table = Table::new(load(
        60,
        "
        up{instance=\"1\", version=\"a\"} 1 1 stale
        up{instance=\"1\", version=\"b\"} _ _ 2 2
        build{instance=\"1\", build=\"a\"} 10 stale
        build{instance=\"1\", build=\"b\"} _ 20 20 20
        ",
    ));
    table.over(
        (0, 180, 60),
        &[
            ("up + on(instance) build", "{instance=\"1\"} 11@0 21@60 22@120 22@180"),
            (
                "up * on(instance) group_left(build) build",
                "{build=\"a\", instance=\"1\", version=\"a\"} 10@0 | {build=\"b\", instance=\"1\", version=\"a\"} 20@60 | \
                 {build=\"b\", instance=\"1\", version=\"b\"} 40@120 40@180",
            ),
            ("up > 1 or up", "up{instance=\"1\", version=\"a\"} 1@0 1@60 | up{instance=\"1\", version=\"b\"} 2@120 2@180"),
        ],
    );
}

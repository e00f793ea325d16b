//! Selectors, lookback, staleness, `offset` and `@`.

use super::Table;
use crate::testing::load;

#[test]
fn the_newest_sample_within_the_lookback_delta_counts() {
    let table = Table::new(load(60, "a 1 2 3\nb{x=\"1\"} 1 stale 3\nb{x=\"2\"} _ _ 5"));
    table.at(
        120,
        &[
            ("a", "a 3"),
            ("b", "b{x=\"1\"} 3 | b{x=\"2\"} 5"),
            ("b{x!=\"1\"}", "b{x=\"2\"} 5"),
            ("b{x=~\"[13]\"}", "b{x=\"1\"} 3"),
            ("{__name__=~\"a|b\", x!~\".+\"}", "a 3"),
            ("nothing", ""),
        ],
    );
    table.at(119, &[("a", "a 2"), ("b", "")]);
    table.at(419, &[("a", "a 3")]);
    table.at(420, &[("a", "")]);
    table.over(
        (0, 180, 60),
        &[("b", "b{x=\"1\"} 1@0 3@120 3@180 | b{x=\"2\"} 5@120 5@180")],
    );
}

#[test]
fn time_can_be_shifted_and_fixed() {
    let table = Table::new(load(60, "a 1 2 3"));
    table.at(
        60,
        &[
            ("a offset 1m", "a 1"),
            ("a offset -1m", "a 3"),
            ("a @ 0", "a 1"),
            ("a @ 120 offset 1m", "a 2"),
            ("a offset 1m @ 120", "a 2"),
            ("timestamp(a @ 119)", "{} 60"),
            // The time of a sample is looked up without the offset where it is fixed.
            ("timestamp(a @ 120 offset 1m)", "{} 120"),
            ("timestamp(a offset 1m)", "{} 0"),
            ("timestamp(-a)", "{} 60"),
        ],
    );
    table.over(
        (0, 120, 60),
        &[
            ("a @ end()", "a 3@0 3@60 3@120"),
            ("a @ start()", "a 1@0 1@60 1@120"),
            ("a - a @ start()", "{} 0@0 1@60 2@120"),
            ("timestamp(a @ 60)", "{} 60@0 60@60 60@120"),
            ("1 + step()", "{} 61@0 61@60 61@120"),
            ("end() - start() - range()", "{} 0@0 0@60 0@120"),
            ("count_over_time(a[1m:step()])", "{} 1@0 1@60 1@120"),
            ("a offset step()", "a 1@60 2@120"),
        ],
    );
}

#[test]
fn a_fixed_time_in_a_parameter_is_not_fixed() {
    // The parameter of an aggregation is evaluated as it stands: a time given as a number goes on with the steps, and
    // one given as start() or end() is not there.
    let table = Table::new(load(
        60,
        "k 1 2 3\nx{i=\"a\"} 1 1 1\nx{i=\"b\"} 2 2 2\nx{i=\"c\"} 3 3 3",
    ));
    table.over(
        (0, 120, 60),
        &[
            ("count(topk(scalar(k @ 0), x))", "{} 1@0 2@60 3@120"),
            ("count(topk(scalar(k @ start()), x))", "{} 1@0 2@60 3@120"),
            ("count(topk(scalar(k), x))", "{} 1@0 2@60 3@120"),
            ("count(topk(scalar(k), x @ 0))", "{} 1@0 1@60 1@120"),
        ],
    );
}

#[test]
fn a_range_holds_the_samples_after_its_start_up_to_its_end() {
    let table = Table::new(load(60, "a 1 2 stale 4 5"));
    table.at(
        240,
        &[
            ("a[2m]", "a 4@180 5@240"),
            ("a[4m] offset 1m", "a 1@0 2@60 4@180"),
            ("a[5m] @ 60", "a 1@0 2@60"),
            ("a[5m:2m]", "a 1@0 5@240"),
            ("count_over_time(a[4m])", "{} 3"),
            ("count_over_time(a[241s])", "{} 4"),
            ("count_over_time(nothing[4m])", ""),
        ],
    );
    table.over(
        (60, 240, 60),
        &[("count_over_time(a[2m])", "{} 2@60 1@120 1@180 2@240")],
    );
    table.over((0, 60, 60), &[("a[1m]", "error: invalid expression type \"range vector\" for range query, must be Scalar or instant Vector")]);
}

#[test]
fn smoothed_selectors_interpolate() {
    let table = Table::new(load(60, "a 1 _ 3 _ _ _ _ _ _ 10"));
    table.over((0, 120, 30), &[("a smoothed", "a 1@0 1.5@30 2@60 2.5@90 3@120")]);
    // The next sample is too far away until it comes within the lookback delta; then the last one is.
    table.over((180, 540, 120), &[("a smoothed", "a 3@180 6@300 10@540")]);
    table.at(-60, &[("a smoothed", "")]);
}

#[test]
fn extended_ranges_hold_values_at_their_ends() {
    let table = Table::new(load(60, "a 0+60x10\nb _x7 1\nh {{count:1}}x10"));
    table.at(
        330,
        &[
            ("a[2m] anchored", "a 180@210 240@240 300@300 300@330"),
            ("a[2m] smoothed", "a 210@210 240@240 300@300 330@330"),
            ("a[30s] anchored offset 30s", "a 240@270 300@300"),
            ("b[2m] anchored", ""),
            ("b[2m] smoothed", "b 1@210 1@330"),
            (
                "h[2m] anchored",
                "error: anchored modifier is not supported with histograms",
            ),
            (
                "h[2m] smoothed",
                "error: smoothed modifier is not supported with histograms",
            ),
        ],
    );
}

#[test]
fn extended_ranges_are_for_some_functions_only() {
    let table = Table::new(load(60, "a_total 0+60x10"));
    table.at(
        330,
        &[
            ("increase(a_total[2m] smoothed)", "{} 120"),
            ("increase(a_total[2m] anchored)", "{} 120"),
            (
                "sum_over_time(a_total[2m] anchored)",
                "error: anchored modifier can only be used with: changes, delta, increase, rate, resets - not with \
                 sum_over_time",
            ),
            (
                "changes(a_total[2m] smoothed)",
                "error: smoothed modifier can only be used with: delta, increase, rate - not with changes",
            ),
        ],
    );
}

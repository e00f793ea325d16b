//! Operators between scalars and between a vector and a scalar.

use super::Table;
use crate::testing::load;

fn table() -> Table {
    Table::new(load(60, "a{i=\"1\"} 7\na{i=\"2\"} -2\na{i=\"3\"} NaN\nb 3"))
}

#[test]
fn scalars() {
    table().at(
        0,
        &[
            ("1 + 2 * 3", "7"),
            ("2 ^ 3 ^ 2", "512"),
            ("-2 ^ 2", "-4"),
            ("7 % -3", "1"),
            ("-7 % 3", "-1"),
            ("1 / 0", "+Inf"),
            ("0 % 0", "NaN"),
            ("1 atan2 -1", "2.356194490192345"),
            ("1 == bool 1", "1"),
            ("1 != bool 1", "0"),
            ("NaN == bool NaN", "0"),
            ("2 < bool 3", "1"),
            ("2 >= bool 3", "0"),
            ("-(1 + 2)", "-3"),
            ("+3", "3"),
            ("\"text\"", "text"),
        ],
    );
    table().over(
        (0, 120, 60),
        &[
            ("time() / 60", "{} 0@0 1@60 2@120"),
            ("1 < bool time()", "{} 0@0 1@60 1@120"),
        ],
    );
}

#[test]
fn arithmetic_with_a_scalar_drops_the_name() {
    table().at(
        0,
        &[
            ("a + 1", "{i=\"1\"} 8 | {i=\"2\"} -1 | {i=\"3\"} NaN"),
            ("1 - a", "{i=\"1\"} -6 | {i=\"2\"} 3 | {i=\"3\"} NaN"),
            ("a{i=\"1\"} % 4", "{i=\"1\"} 3"),
            ("2 ^ a{i=\"2\"}", "{i=\"2\"} 0.25"),
            ("-a", "{i=\"1\"} -7 | {i=\"2\"} 2 | {i=\"3\"} NaN"),
            ("+a", "a{i=\"1\"} 7 | a{i=\"2\"} -2 | a{i=\"3\"} NaN"),
        ],
    );
}

#[test]
fn comparisons_filter_or_with_bool_judge() {
    table().at(
        0,
        &[
            ("a > 0", "a{i=\"1\"} 7"),
            ("0 > a", "a{i=\"2\"} -2"),
            ("a != 7", "a{i=\"2\"} -2 | a{i=\"3\"} NaN"),
            ("a == bool 7", "{i=\"1\"} 1 | {i=\"2\"} 0 | {i=\"3\"} 0"),
            ("7 <= bool a", "{i=\"1\"} 1 | {i=\"2\"} 0 | {i=\"3\"} 0"),
            ("a > 100", ""),
        ],
    );
}

#[test]
fn trimming_is_for_histograms() {
    table().at(
        0,
        &[(
            "a{i=\"1\"} </ 3",
            "<PromQL info: incompatible sample types encountered for binary operator \"</\": float </ float (1:1)>",
        )],
    );
}

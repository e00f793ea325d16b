//! `info()`.

use super::Table;
use crate::testing::load;

#[test]
fn series_get_the_labels_of_their_target() {
    let table = Table::new(load(
        60,
        "
        up{job=\"a\", instance=\"1\"} 1 1
        up{job=\"a\", instance=\"2\"} 1 1
        target_info{job=\"a\", instance=\"1\", version=\"7\", zone=\"x\"} 1 stale
        target_info{job=\"a\", instance=\"1\", version=\"8\", zone=\"x\"} _ 1
        build_info{job=\"a\", instance=\"1\", compiler=\"go\"} 1 1
        ",
    ));
    table.at(
        0,
        &[
            (
                "info(up)",
                "up{instance=\"1\", job=\"a\", version=\"7\", zone=\"x\"} 1 | up{instance=\"2\", job=\"a\"} 1",
            ),
            (
                "info(up, {version=~\".+\"})",
                "up{instance=\"1\", job=\"a\", version=\"7\"} 1",
            ),
            ("info(up, {version=~\".*\"})", "up{instance=\"1\", job=\"a\", version=\"7\"} 1 | up{instance=\"2\", job=\"a\"} 1"),
            (
                "info(up{instance=\"1\"}, {__name__=\"build_info\"})",
                "up{compiler=\"go\", instance=\"1\", job=\"a\"} 1",
            ),
            (
                "info(up{instance=\"1\"}, {__name__=~\".+_info\", zone=\"x\", compiler=~\".*\"})",
                "up{instance=\"1\", job=\"a\", zone=\"x\"} 1",
            ),
            ("info(build_info, {__name__=\"build_info\"})", "build_info{compiler=\"go\", instance=\"1\", job=\"a\"} 1"),
            ("info(sum(up))", "{} 2"),
        ],
    );
    table.over(
        (0, 60, 60),
        &[
            (
                "info(up{instance=\"1\"})",
                "up{instance=\"1\", job=\"a\", version=\"7\", zone=\"x\"} 1@0 | \
                 up{instance=\"1\", job=\"a\", version=\"8\", zone=\"x\"} 1@60",
            ),
            (
                "info(up{instance=\"1\"} @ 0)",
                "up{instance=\"1\", job=\"a\", version=\"7\", zone=\"x\"} 1@0 1@60",
            ),
        ],
    );
}

#[test]
fn of_two_info_series_the_newer_sample_counts() {
    let table = Table::new(load(
        60,
        "
        up{job=\"a\", instance=\"1\"} 1 1
        target_info{job=\"a\", instance=\"1\", version=\"7\"} 1
        target_info{job=\"a\", instance=\"1\", version=\"8\"} _ 1
        twice_info{job=\"a\", instance=\"1\", version=\"7\"} 1
        twice_info{job=\"a\", instance=\"1\", version=\"8\"} 1
        ",
    ));
    table.at(
        60,
        &[
            ("info(up)", "up{instance=\"1\", job=\"a\", version=\"8\"} 1"),
            (
                "info(up, {__name__=\"twice_info\"})",
                "error: found duplicate series for info metric: existing {__name__=\"twice_info\", instance=\"1\", \
                 job=\"a\", version=\"7\"} @ 0, new {__name__=\"twice_info\", instance=\"1\", job=\"a\", version=\"8\"} @ 0",
            ),
        ],
    );
}

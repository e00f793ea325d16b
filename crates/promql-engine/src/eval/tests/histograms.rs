//! Operators and aggregations over native histograms, and over histograms mixed with floats.

use super::Table;
use crate::testing::load;

/// Two counters of the same layout, one with custom buckets, one float, and a gauge.
fn table() -> Table {
    Table::new(load(
        60,
        "
        h{i=\"1\"} {{schema:0 count:4 sum:6 buckets:[1 2 1]}}+{{schema:0 count:4 sum:6 buckets:[1 2 1]}}x3
        h{i=\"2\"} {{schema:0 count:2 sum:1 buckets:[2]}}x3
        c{i=\"1\"} {{schema:-53 count:3 sum:5 custom_values:[1 2] buckets:[1 1 1]}}x3
        c{i=\"2\"} {{schema:-53 count:3 sum:5 custom_values:[1 3] buckets:[1 1 1]}}x3
        g{i=\"1\"} {{schema:0 count:4 sum:6 buckets:[1 2 1] counter_reset_hint:gauge}}x3
        f{i=\"1\"} 2 2 2 2
        ",
    ))
}

#[test]
fn operators() {
    table().at(
        0,
        &[
            ("h{i=\"1\"} * 2", "{i=\"1\"} {count:8, sum:12, (0.5,1]:2, (1,2]:4, (2,4]:2}"),
            ("2 * h{i=\"1\"}", "{i=\"1\"} {count:8, sum:12, (0.5,1]:2, (1,2]:4, (2,4]:2}"),
            ("h{i=\"1\"} / 2", "{i=\"1\"} {count:2, sum:3, (0.5,1]:0.5, (1,2]:1, (2,4]:0.5}"),
            ("-h{i=\"1\"}", "{i=\"1\"} {count:-4, sum:-6, (0.5,1]:-1, (1,2]:-2, (2,4]:-1}"),
            ("h{i=\"1\"} + 1", "<PromQL info: incompatible sample types encountered for binary operator \"+\": histogram + float (1:1)>"),
            ("1 - h{i=\"1\"}", "<PromQL info: incompatible sample types encountered for binary operator \"-\": float - histogram (1:1)>"),
            ("h + h", "{i=\"1\"} {count:8, sum:12, (0.5,1]:2, (1,2]:4, (2,4]:2} | {i=\"2\"} {count:4, sum:2, (0.5,1]:4}"),
            ("h - h", "{i=\"1\"} {count:0, sum:0} | {i=\"2\"} {count:0, sum:0}"),
            ("h + on(i) c", "<PromQL warning: incompatible bucket layout encountered for binary operator + (1:1)>"),
            ("c + on() group_left c{i=\"1\"}", "{i=\"1\"} {count:6, sum:10, [-Inf,1]:2, (1,2]:2, (2,+Inf]:2} | {i=\"2\"} {count:6, sum:10, [-Inf,1]:2, (1,+Inf]:4} <PromQL info: mismatched custom buckets were reconciled during addition (1:1)>"),
            ("h == h", "h{i=\"1\"} {count:4, sum:6, (0.5,1]:1, (1,2]:2, (2,4]:1} | h{i=\"2\"} {count:2, sum:1, (0.5,1]:2}"),
            ("h != h", ""),
            ("h == bool g", "{i=\"1\"} 1"),
            ("h > h", "<PromQL info: incompatible sample types encountered for binary operator \">\": histogram > histogram (1:1)>"),
            ("h * on(i) f", "{i=\"1\"} {count:8, sum:12, (0.5,1]:2, (1,2]:4, (2,4]:2}"),
            ("f / on(i) h", "<PromQL info: incompatible sample types encountered for binary operator \"/\": float / histogram (1:1)>"),
            ("h{i=\"1\"} </ 2", "h{i=\"1\"} {count:3, sum:3.5355339059327378, (0.5,1]:1, (1,2]:2}"),
            ("h{i=\"1\"} >/ 2", "h{i=\"1\"} {count:1, sum:2.8284271247461903, (2,4]:1}"),
            ("h and on(i) f", "h{i=\"1\"} {count:4, sum:6, (0.5,1]:1, (1,2]:2, (2,4]:1}"),
            ("f or h", "f{i=\"1\"} 2 | h{i=\"2\"} {count:2, sum:1, (0.5,1]:2}"),
        ],
    );
}

#[test]
fn aggregations() {
    table().at(
        60,
        &[
            ("sum(h)", "{} {count:10, sum:13, (0.5,1]:4, (1,2]:4, (2,4]:2}"),
            ("avg(h)", "{} {count:5, sum:6.5, (0.5,1]:2, (1,2]:2, (2,4]:1}"),
            ("sum({i=\"1\", __name__=~\"h|f\"})", "<PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)>"),
            ("avg({i=\"1\", __name__=~\"h|f\"})", "<PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)>"),
            ("sum({__name__=~\"h|c\"})", "<PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name \"c\" (1:5)>"),
            ("sum(c)", "{} {count:6, sum:10, [-Inf,1]:2, (1,+Inf]:4} <PromQL info: mismatched custom buckets were reconciled during aggregation (1:5)>"),
            ("count({i=\"1\"})", "{} 4"),
            ("group(h)", "{} 1"),
            ("min({i=\"1\", __name__=~\"h|f\"})", "{} 2 <PromQL info: ignored histogram in min aggregation (1:5)>"),
            ("max(h)", "<PromQL info: ignored histogram in max aggregation (1:5)>"),
            ("stddev({i=\"1\", __name__=~\"h|f\"})", "{} 0 <PromQL info: ignored histogram in stddev aggregation (1:8)>"),
            ("stdvar(h)", "<PromQL info: ignored histogram in stdvar aggregation (1:8)>"),
            ("quantile(0.5, {i=\"1\", __name__=~\"h|f\"})", "{} 2 <PromQL info: ignored histogram in quantile aggregation (1:15)>"),
            ("topk(1, {i=\"1\", __name__=~\"h|f\"})", "f{i=\"1\"} 2 <PromQL info: ignored histogram in topk aggregation (1:1)>"),
            ("bottomk(1, h)", "<PromQL info: ignored histogram in bottomk aggregation (1:1)>"),
            ("limitk(1, h)", "h{i=\"1\"} {count:8, sum:12, (0.5,1]:2, (1,2]:4, (2,4]:2}"),
            ("count_values(\"v\", h)", "{v=\"{count:8, sum:12, (0.5,1]:2, (1,2]:4, (2,4]:2}\"} 1 | {v=\"{count:2, sum:1, (0.5,1]:2}\"} 1"),
        ],
    );
}

#[test]
fn over_steps() {
    let table = Table::new(load(
        60,
        "
        h{i=\"1\"} {{schema:0 count:1 sum:1 buckets:[1]}} {{schema:0 count:3 sum:3 buckets:[3]}} _ {{schema:0 count:5 sum:5 buckets:[5]}}
        h{i=\"2\"} 7 stale {{schema:0 count:2 sum:2 buckets:[2]}} 7
        ",
    ));
    table.over(
        (0, 180, 60),
        &[
            ("h", "h{i=\"1\"} {count:1, sum:1, (0.5,1]:1}@0 {count:3, sum:3, (0.5,1]:3}@60 {count:3, sum:3, (0.5,1]:3}@120 {count:5, sum:5, (0.5,1]:5}@180 | h{i=\"2\"} 7@0 {count:2, sum:2, (0.5,1]:2}@120 7@180"),
            ("sum(h)", "{} {count:3, sum:3, (0.5,1]:3}@60 {count:5, sum:5, (0.5,1]:5}@120 <PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)>"),
            ("count(h)", "{} 2@0 1@60 2@120 2@180"),
            ("h + h", "{i=\"1\"} {count:2, sum:2, (0.5,1]:2}@0 {count:6, sum:6, (0.5,1]:6}@60 {count:6, sum:6, (0.5,1]:6}@120 {count:10, sum:10, (0.5,1]:10}@180 | {i=\"2\"} 14@0 {count:4, sum:4, (0.5,1]:4}@120 14@180"),
            ("-h", "{i=\"1\"} {count:-1, sum:-1, (0.5,1]:-1}@0 {count:-3, sum:-3, (0.5,1]:-3}@60 {count:-3, sum:-3, (0.5,1]:-3}@120 {count:-5, sum:-5, (0.5,1]:-5}@180 | {i=\"2\"} -7@0 {count:-2, sum:-2, (0.5,1]:-2}@120 -7@180"),
            ("h @ 120", "h{i=\"1\"} {count:3, sum:3, (0.5,1]:3}@0 {count:3, sum:3, (0.5,1]:3}@60 {count:3, sum:3, (0.5,1]:3}@120 {count:3, sum:3, (0.5,1]:3}@180 | h{i=\"2\"} {count:2, sum:2, (0.5,1]:2}@0 {count:2, sum:2, (0.5,1]:2}@60 {count:2, sum:2, (0.5,1]:2}@120 {count:2, sum:2, (0.5,1]:2}@180"),
            ("topk(1, h)", "h{i=\"2\"} 7@0 7@180 <PromQL info: ignored histogram in topk aggregation (1:1)>"),
            ("limitk(1, h)", "h{i=\"1\"} {count:1, sum:1, (0.5,1]:1}@0 {count:3, sum:3, (0.5,1]:3}@60 {count:3, sum:3, (0.5,1]:3}@120 {count:5, sum:5, (0.5,1]:5}@180"),
            ("histogram_sum(sum_over_time(h[2m:1m]))", "{i=\"1\"} 1@0 4@60 6@120 8@180 | {i=\"2\"} 2@120 <PromQL warning: encountered a mix of histograms and floats for metric name \"h\" (1:29)>"),
            ("timestamp(h)", "{i=\"1\"} 0@0 60@60 60@120 180@180 | {i=\"2\"} 0@0 120@120 180@180"),
            ("h > bool 3", "{i=\"2\"} 1@0 1@180 <PromQL info: incompatible sample types encountered for binary operator \">\": histogram > float (1:1)>"),
        ],
    );
}

#[test]
fn hints_about_counter_resets() {
    // The first series is reset at 120s, the second never; the third says so of itself.
    let table = Table::new(load(
        60,
        "
        h{i=\"1\"} {{schema:0 count:4 sum:4 buckets:[4]}} {{schema:0 count:5 sum:5 buckets:[5]}} {{schema:0 count:1 sum:1 buckets:[1]}} {{schema:0 count:2 sum:2 buckets:[2]}}
        h{i=\"2\"} {{schema:0 count:4 sum:4 buckets:[4]}}x3
        r {{schema:0 count:4 sum:4 buckets:[4]}} {{schema:0 count:5 sum:5 buckets:[5] counter_reset_hint:reset}}
        ",
    ));
    table.over(
        (60, 180, 60),
        &[
            ("histogram_count(sum(h))", "{} 9@60 5@120 6@180 <PromQL warning: conflicting counter resets during histogram aggregation (1:21)>"),
            ("resets(h[3m])", "{i=\"1\"} 0@60 1@120 1@180 | {i=\"2\"} 0@60 0@120 0@180"),
            ("histogram_count(increase(h[2m]))", "{i=\"1\"} 2@60 2@120 2@180 | {i=\"2\"} 0@60 0@120 0@180"),
            ("histogram_count(increase(r[2m]))", "{} 2@60"),
            ("histogram_sum(h{i=\"2\"} - h{i=\"2\"})", "{i=\"2\"} 0@60 0@120 0@180"),
        ],
    );
}

#[test]
fn smoothed_histograms_are_interpolated() {
    let table = Table::new(load(
        60,
        "
        h {{schema:0 count:2 sum:2 buckets:[2]}} {{schema:0 count:4 sum:6 buckets:[2 2]}} _ {{schema:0 count:2 sum:1 buckets:[1 1]}}
        m {{schema:0 count:2 sum:2 buckets:[2]}} 5
        x {{schema:0 count:2 sum:2 buckets:[2]}} {{schema:-53 count:1 sum:1 custom_values:[1] buckets:[1]}}
        ",
    ));
    table.over((0, 240, 30), &[("h smoothed", "h {count:2, sum:2, (0.5,1]:2}@0 {count:3, sum:4, (0.5,1]:2, (1,2]:1}@30 {count:4, sum:6, (0.5,1]:2, (1,2]:2}@60 {count:0.5, sum:0.25, (0.5,1]:0.25, (1,2]:0.25}@90 {count:1, sum:0.5, (0.5,1]:0.5, (1,2]:0.5}@120 {count:1.5, sum:0.75, (0.5,1]:0.75, (1,2]:0.75}@150 {count:2, sum:1, (0.5,1]:1, (1,2]:1}@180 {count:2, sum:1, (0.5,1]:1, (1,2]:1}@210 {count:2, sum:1, (0.5,1]:1, (1,2]:1}@240")]);
    table.at(30, &[("m smoothed", "<PromQL warning: encountered a mix of histograms and floats for metric name \"m\" (1:1)>"), ("x smoothed", "<PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name \"x\" (1:1)>")]);
}

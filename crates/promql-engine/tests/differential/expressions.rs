//! Generated expressions over the series of `data`: every function, operator and modifier comes up.

use crate::random::Random;

/// An expression whose value is an instant vector, or now and then a scalar.
pub(crate) fn generate(random: &mut Random) -> String {
    let depth = 1 + random.below(3);
    if random.chance(1, 25) {
        scalar(random, depth)
    } else {
        vector(random, depth)
    }
}

fn vector(random: &mut Random, depth: usize) -> String {
    if depth == 0 || random.chance(1, 8) {
        return selector(random);
    }
    let depth = depth - 1;
    match random.below(16) {
        0..6 => range_function(random, depth),
        6 => math(random, depth),
        7 => vector_function(random, depth),
        8..11 => aggregation(random, depth),
        11..14 => binary(random, depth),
        14 => histogram_function(random, depth),
        _ => match random.below(5) {
            0 => format!("-{}", vector(random, depth)),
            1 => format!("({})", vector(random, depth)),
            2 => format!("vector({})", scalar(random, depth)),
            3 => format!("timestamp({})", vector(random, depth)),
            _ => format!("absent({})", vector(random, depth)),
        },
    }
}

const METRICS: &[&str] = &[
    "temperature",
    "pressure",
    "requests_total",
    "errors_total",
    "limit",
    "latency",
    "duration_bucket",
    "size",
    "mixed",
    "missing",
];

fn matchers(random: &mut Random) -> &'static str {
    random.pick(&[
        "",
        "",
        "",
        "",
        "{job=\"api\"}",
        "{job!=\"api\"}",
        "{instance=~\"a|c\"}",
        "{instance!~\"a.*\",job=\"web\"}",
        "{instance=\"\"}",
    ])
}

fn selector(random: &mut Random) -> String {
    let metric = random.pick(METRICS);
    let matchers = matchers(random);
    let modifiers = modifiers(random);
    format!("{metric}{matchers}{modifiers}")
}

fn modifiers(random: &mut Random) -> &'static str {
    random.pick(&[
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        " offset 1m",
        " offset -40s",
        " offset 6m",
        " @ 300",
        " @ 470.5 offset 15s",
        " @ start()",
        " @ end()",
    ])
}

fn range(random: &mut Random, depth: usize) -> String {
    let length = random.pick(&["1m", "45s", "2m", "5m", "15s", "10m", "100ms", "1m30s"]);
    if depth > 0 && random.chance(1, 4) {
        let inner = vector(random, depth - 1);
        let step = random.pick(&["", "15s", "30s", "1m", "50s"]);
        let modifiers = modifiers(random);
        return format!("({inner})[{length}:{step}]{modifiers}");
    }
    let metric = random.pick(METRICS);
    let matchers = matchers(random);
    let modifiers = modifiers(random);
    format!("{metric}{matchers}[{length}]{modifiers}")
}

fn range_function(random: &mut Random, depth: usize) -> String {
    let range = range(random, depth);
    match random.below(9) {
        0 => format!("quantile_over_time({}, {range})", quantile(random)),
        1 => format!(
            "predict_linear({range}, {})",
            random.pick(&["60", "-30", "3600", "0.5"])
        ),
        2 if random.chance(1, 2) => {
            format!(
                "double_exponential_smoothing({range}, {}, {})",
                factor(random),
                factor(random)
            )
        }
        3 if random.chance(1, 2) => format!("absent_over_time({range})"),
        _ => {
            let name = random.pick(&[
                "rate",
                "rate",
                "increase",
                "delta",
                "irate",
                "idelta",
                "deriv",
                "changes",
                "resets",
                "avg_over_time",
                "sum_over_time",
                "count_over_time",
                "min_over_time",
                "max_over_time",
                "last_over_time",
                "present_over_time",
                "stddev_over_time",
                "stdvar_over_time",
                "mad_over_time",
                "ts_of_max_over_time",
                "ts_of_min_over_time",
                "ts_of_last_over_time",
            ]);
            format!("{name}({range})")
        }
    }
}

fn quantile(random: &mut Random) -> &'static str {
    random.pick(&["0", "0.1", "0.5", "0.9", "0.99", "1", "1.5", "-1", "NaN"])
}

fn factor(random: &mut Random) -> &'static str {
    random.pick(&["0.1", "0.5", "0.9", "0.33"])
}

fn math(random: &mut Random, depth: usize) -> String {
    let name = random.pick(&[
        "abs",
        "ceil",
        "floor",
        "exp",
        "sqrt",
        "ln",
        "log2",
        "log10",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "rad",
        "deg",
        "sgn",
        "round",
        "hour",
        "minute",
        "month",
        "year",
        "day_of_month",
        "day_of_week",
        "day_of_year",
        "days_in_month",
    ]);
    format!("{name}({})", vector(random, depth))
}

fn vector_function(random: &mut Random, depth: usize) -> String {
    let inner = vector(random, depth);
    match random.below(8) {
        0 => format!(
            "clamp({inner}, {}, {})",
            scalar(random, depth),
            scalar(random, depth)
        ),
        1 => format!("clamp_min({inner}, {})", scalar(random, depth)),
        2 => format!("clamp_max({inner}, {})", scalar(random, depth)),
        3 => format!(
            "round({inner}, {})",
            random.pick(&["0.1", "5", "0.25", "-3", "0"])
        ),
        4 => format!(
            "label_replace({inner}, \"{}\", \"{}\", \"{}\", \"{}\")",
            random.pick(&["job", "new", "instance", "__name__"]),
            random.pick(&["$1", "x-$1", "${1}y", "", "constant"]),
            random.pick(&["job", "instance", "missing", "__name__"]),
            random.pick(&["(.*)", "(a).*", ".*(e|i)", "nothing", ""])
        ),
        5 => format!(
            "label_join({inner}, \"{}\", \"{}\", \"job\", \"instance\")",
            random.pick(&["new", "job", "__name__"]),
            random.pick(&["-", ""])
        ),
        6 => format!("{}({inner})", random.pick(&["sort", "sort_desc"])),
        _ => format!(
            "{}({inner}, \"instance\")",
            random.pick(&["sort_by_label", "sort_by_label_desc"])
        ),
    }
}

fn histogram_function(random: &mut Random, depth: usize) -> String {
    let histograms = match random.below(6) {
        0 => "latency".to_owned(),
        1 => "rate(latency[2m])".to_owned(),
        2 => "rate(duration_bucket[2m])".to_owned(),
        3 => "sum by (le) (duration_bucket)".to_owned(),
        4 => "size".to_owned(),
        _ => vector(random, depth),
    };
    match random.below(4) {
        0 | 1 => format!("histogram_quantile({}, {histograms})", quantile(random)),
        2 => format!(
            "histogram_fraction({}, {}, {histograms})",
            random.pick(&["0", "-Inf", "0.3", "1"]),
            random.pick(&["0.5", "Inf", "2", "-1"])
        ),
        _ => {
            let name = random.pick(&[
                "histogram_count",
                "histogram_sum",
                "histogram_avg",
                "histogram_stddev",
                "histogram_stdvar",
            ]);
            format!("{name}({histograms})")
        }
    }
}

fn aggregation(random: &mut Random, depth: usize) -> String {
    let inner = vector(random, depth);
    let grouping = random.pick(&[
        "",
        "",
        " by (job)",
        " by (instance)",
        " by (job, instance)",
        " without (instance)",
        " without (job, le)",
        " by (le)",
        " by (__name__)",
    ]);
    match random.below(8) {
        0 => format!("quantile{grouping} ({}, {inner})", quantile(random)),
        1 => format!(
            "{}{grouping} ({}, {inner})",
            random.pick(&["topk", "bottomk"]),
            random.below(4)
        ),
        2 => format!("count_values{grouping} (\"value\", {inner})"),
        3 if random.chance(1, 2) => format!("count (limitk{grouping} ({}, {inner}))", random.below(4)),
        3 => format!(
            "limit_ratio{grouping} ({}, {inner})",
            random.pick(&["0.5", "-0.3", "1", "0"])
        ),
        _ => {
            let name = random.pick(&["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]);
            format!("{name}{grouping} ({inner})")
        }
    }
}

fn binary(random: &mut Random, depth: usize) -> String {
    let operator = random.pick(&[
        "+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "<", ">=", "<=", "and", "or", "unless",
    ]);
    let set = matches!(operator, "and" | "or" | "unless");
    let compares = operator.starts_with(['=', '!', '<', '>']);
    let bool_modifier = if compares && random.chance(1, 3) {
        " bool"
    } else {
        ""
    };
    if !set && random.chance(1, 3) {
        let (vector, scalar) = (vector(random, depth), scalar(random, depth));
        return if random.chance(1, 2) {
            format!("({vector} {operator}{bool_modifier} {scalar})")
        } else {
            format!("({scalar} {operator}{bool_modifier} {vector})")
        };
    }
    let (left, right) = (vector(random, depth), vector(random, depth));
    let matching = random.pick(&[
        "",
        "",
        "",
        " on (job)",
        " on (job, instance)",
        " ignoring (instance)",
        " on ()",
    ]);
    let group = match (set || matching.is_empty(), random.below(4)) {
        (false, 0) => " group_left",
        (false, 1) => " group_right",
        (false, 2) => " group_left (instance)",
        _ => "",
    };
    format!("({left} {operator}{bool_modifier}{matching}{group} {right})")
}

fn scalar(random: &mut Random, depth: usize) -> String {
    match random.below(if depth == 0 { 4 } else { 7 }) {
        0 => random
            .pick(&["0", "1", "2.5", "-3", "100", "1e3", "0x1f", "5m", "Inf", "NaN"])
            .to_string(),
        1 => random
            .pick(&[
                "pi()",
                "time()",
                "(1 + 2 * 3)",
                "-2 ^ 2",
                "(7 % 4)",
                "(2 > bool 1)",
            ])
            .to_string(),
        2 | 3 => format!("{}", random.below(30)),
        4 => format!("scalar({})", vector(random, depth - 1)),
        5 => format!("scalar(sum({}))", vector(random, depth - 1)),
        _ => format!("({} + {})", scalar(random, depth - 1), scalar(random, depth - 1)),
    }
}

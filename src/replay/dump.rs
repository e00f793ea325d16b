//! All series of a test at its end, in the form in which promtool dumps them with `--debug`.

use promql_engine::gofmt::float_f;
use promql_engine::{Query, Value};
use promql_syntax::ParseOptions;

use super::schedule::Schedule;
use super::world::World;
use crate::model::unit_tests::TestGroup;

/// Everything that was fed and written: promtool asks for the samples between the start, excluded, and the whole second
/// after the last assertion.
pub(super) fn of(world: &World<'_>, schedule: Schedule, test: &TestGroup) -> String {
    let alerts = test.alert_rule_test.iter().map(|test| test.eval_time.value);
    let expressions = test.promql_expr_test.iter().map(|test| test.eval_time.value);
    let last = schedule.elapsed(schedule.count.saturating_sub(1));
    let last = alerts.chain(expressions).fold(last, i64::max);
    let length = (last.div_euclid(1000) + 1) * 1000;
    let text = format!("{{__name__=~\".+\"}}[{}s]", length / 1000);
    let header = format!(
        "Dump of all data (input_series and rules) at {}:",
        go_duration(length)
    );
    let result = promql_syntax::parse_valid(&text, &ParseOptions::ALL)
        .map_err(|_| text.clone())
        .and_then(|expr| {
            let query = Query::new(&text, expr);
            let result =
                world
                    .engine
                    .instant(&world.storage, &query, schedule.start_ms.saturating_add(length));
            result.map_err(|error| error.to_string())
        });
    let series = match result.map(|result| result.value) {
        Ok(Value::Matrix(series)) => series,
        Ok(_) => Vec::new(),
        Err(message) => return format!("Failed query exec, expr: {text:?}, err: {message}\n"),
    };
    let mut dump = header;
    dump.push('\n');
    if series.is_empty() {
        dump.push('\n');
    }
    for series in series {
        dump.push_str(&format!("{} =>\n", series.labels));
        for (at, value) in &series.floats {
            dump.push_str(&format!("{} @[{at}]\n", float_f(*value)));
        }
        for (at, histogram) in &series.histograms {
            dump.push_str(&format!("{histogram} @[{at}]\n"));
        }
    }
    dump
}

/// A duration of whole seconds as Go prints it: `2s`, `3m1s`, `1h0m1s`.
fn go_duration(ms: i64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds}s"),
        _ => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::go_duration;

    #[test]
    fn durations_have_all_units_below_the_greatest() {
        for (seconds, expected) in [(2, "2s"), (181, "3m1s"), (3600, "1h0m0s"), (90061, "25h1m1s")] {
            assert_eq!(go_duration(seconds * 1000), expected);
        }
    }
}

use super::*;
use crate::sample::STALE_NAN;
use crate::testing::labels;
use promql_syntax::ast::MatchOp;

fn histogram(count: f64) -> FloatHistogram {
    FloatHistogram {
        count,
        zero_count: count,
        ..FloatHistogram::default()
    }
}

#[test]
fn samples_come_in_order_of_time() {
    let mut storage = Storage::new();
    let a = labels("a");
    let mut append = |timestamp: i64, value: SampleValue| storage.append(&a, timestamp, value).map(|_| ());
    assert_eq!(append(10, 1.0.into()), Ok(()));
    // The same again is no error, another value is.
    assert_eq!(append(10, 1.0.into()), Ok(()));
    let duplicate = append(10, 2.5.into()).map_err(|error| error.to_string());
    let message = "duplicate sample for timestamp 10; overrides not allowed: existing 1, new value 2.5";
    assert_eq!(duplicate, Err(message.to_owned()));
    assert_eq!(append(9, 1.0.into()), Err(AppendError::OutOfOrder));
    assert_eq!(
        append(10, histogram(1.0).into()),
        Err(AppendError::DuplicateHistogram)
    );
    assert_eq!(append(20, histogram(1.0).into()), Ok(()));
    assert_eq!(append(20, histogram(1.0).into()), Ok(()));
    assert_eq!(
        append(20, histogram(2.0).into()),
        Err(AppendError::DuplicateHistogram)
    );
    let overwritten = append(20, 1.0.into()).map_err(|error| error.to_string());
    let message =
        "duplicate sample for timestamp 20; overrides not allowed: existing is a histogram, new value 1";
    assert_eq!(overwritten, Err(message.to_owned()));
    assert_eq!(append(30, STALE_NAN.into()), Ok(()));
    assert_eq!(append(30, STALE_NAN.into()), Ok(()));
    let invalid = FloatHistogram {
        count: -1.0,
        ..FloatHistogram::default()
    };
    assert!(matches!(
        append(40, invalid.into()),
        Err(AppendError::InvalidHistogram(_))
    ));

    let id = storage.series_id(&a);
    let samples = storage.samples(id);
    assert_eq!(samples.times, [10]);
    assert_eq!(samples.histogram_times, [20]);
    assert_eq!(storage.stale(id), [30]);
    assert_eq!(storage.newest(id).map(|(timestamp, _)| *timestamp), Some(30));
}

#[test]
fn start_timestamps_are_kept_where_there_are_any() {
    let mut storage = Storage::new();
    let id = storage.series_id(&labels("a"));
    for (timestamp, start) in [(10, 0), (20, 15), (30, 0)] {
        assert_eq!(storage.append_to(id, timestamp, 1.0, start), Ok(()));
    }
    assert_eq!(storage.samples(id).starts, [0, 15, 0]);
    let other = storage.series_id(&labels("b"));
    assert_eq!(storage.append_to(other, 10, 1.0, 0), Ok(()));
    assert!(storage.samples(other).starts.is_empty());
}

#[test]
fn series_are_selected_in_the_order_of_their_appearance() {
    let mut storage = Storage::new();
    for series in ["b{x=\"1\"}", "a{x=\"1\"}", "a{x=\"2\", y=\"3\"}", "{x=\"4\"}"] {
        storage.series_id(&labels(series));
    }
    let select = |matchers: &[(&str, MatchOp, &str)]| -> Vec<String> {
        let compiled = matchers
            .iter()
            .map(|(name, op, value)| Matcher::new(name, *op, value));
        let compiled: Vec<_> = compiled
            .map(|matcher| matcher.expect("the pattern is valid"))
            .collect();
        let ids = storage.select(&compiled);
        ids.into_iter()
            .map(|id| storage.labels(id).metric_form())
            .collect()
    };
    let name = "__name__";
    assert_eq!(
        select(&[(name, MatchOp::Equal, "a")]),
        ["a{x=\"1\"}", "a{x=\"2\", y=\"3\"}"]
    );
    assert_eq!(
        select(&[("x", MatchOp::Equal, "1")]),
        ["b{x=\"1\"}", "a{x=\"1\"}"]
    );
    assert_eq!(
        select(&[(name, MatchOp::Regex, "[ab]"), ("y", MatchOp::NotRegex, ".+")]),
        ["b{x=\"1\"}", "a{x=\"1\"}"]
    );
    // A regular expression matches the whole value; a missing label has the empty one.
    assert_eq!(select(&[(name, MatchOp::Regex, "|a.")]), ["{x=\"4\"}"]);
    assert_eq!(select(&[(name, MatchOp::Equal, "")]), ["{x=\"4\"}"]);
    assert_eq!(select(&[("y", MatchOp::NotEqual, "")]), ["a{x=\"2\", y=\"3\"}"]);
    assert_eq!(select(&[(name, MatchOp::Equal, "c")]), [""; 0]);
}

#[test]
fn a_guess_is_used_only_where_it_is_right() {
    let times = [10, 20, 30];
    for time in [0, 10, 15, 30, 40] {
        let expected = times.iter().filter(|candidate| **candidate <= time).count();
        for guess in 0..6 {
            assert_eq!(
                count_until(&times, time, guess),
                expected,
                "{time}, guess {guess}"
            );
        }
    }
}

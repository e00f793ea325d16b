use crate::model::alertmanager::tests::config;

/// Whether an interval, written as the entries of its list, holds a moment.
fn holds(entry: &str, moment: &str) -> bool {
    let text = format!("time_intervals: [{{name: t, time_intervals: [{entry}]}}]");
    let (config, found) = config(&text);
    assert!(found.iter().all(|f| !f.contains("time")), "{found:?}");
    let at: jiff::Timestamp = moment.parse().expect("a moment");
    config.time_intervals[0].contains(at.as_millisecond())
}

#[test]
fn conditions_are_met_together_and_their_entries_apart() {
    // 2026-11-24 is a Tuesday.
    for (entry, moment, wanted) in [
        ("{}", "2026-11-24T12:00:00Z", true),
        (
            "{times: [{start_time: '09:00', end_time: '17:00'}]}",
            "2026-11-24T09:00:00Z",
            true,
        ),
        (
            "{times: [{start_time: '09:00', end_time: '17:00'}]}",
            "2026-11-24T17:00:00Z",
            false,
        ),
        (
            "{times: [{start_time: '22:00', end_time: '24:00'}, {start_time: '00:00', end_time: '06:00'}]}",
            "2026-11-24T23:59:59Z",
            true,
        ),
        ("{times: []}", "2026-11-24T12:00:00Z", false),
        ("{weekdays: ['monday:friday']}", "2026-11-24T12:00:00Z", true),
        ("{weekdays: [saturday, Sunday]}", "2026-11-24T12:00:00Z", false),
        ("{weekdays: [sunday]}", "2026-11-22T12:00:00Z", true),
        ("{days_of_month: ['-1']}", "2026-11-30T12:00:00Z", true),
        ("{days_of_month: ['-1']}", "2026-11-29T12:00:00Z", false),
        ("{days_of_month: ['29:31']}", "2026-02-28T12:00:00Z", false),
        ("{days_of_month: ['20:31']}", "2026-02-28T12:00:00Z", true),
        ("{months: ['november:december']}", "2026-11-24T12:00:00Z", true),
        ("{months: ['1:10']}", "2026-11-24T12:00:00Z", false),
        ("{years: ['2025:2026']}", "2026-11-24T12:00:00Z", true),
        ("{years: ['2025']}", "2026-11-24T12:00:00Z", false),
        (
            "{weekdays: [tuesday], months: [may]}",
            "2026-11-24T12:00:00Z",
            false,
        ),
        (
            "{weekdays: [tuesday]}, {months: [may]}",
            "2026-11-24T12:00:00Z",
            true,
        ),
    ] {
        assert_eq!(holds(entry, moment), wanted, "{entry} at {moment}");
    }
}

#[test]
fn the_clock_hangs_where_the_location_says() {
    let nine_to_five =
        |zone: &str| format!("{{times: [{{start_time: '09:00', end_time: '17:00'}}], location: {zone}}}");
    // Half past eight in UTC: winter time in Berlin is an hour ahead, summer time two.
    assert!(holds(&nine_to_five("Europe/Berlin"), "2026-11-24T08:30:00Z"));
    assert!(!holds(&nine_to_five("Europe/Berlin"), "2026-11-24T16:30:00Z"));
    assert!(holds(&nine_to_five("Europe/Berlin"), "2026-07-24T07:30:00Z"));
    assert!(!holds(&nine_to_five("UTC"), "2026-11-24T08:30:00Z"));
    // The day of the week changes with the place too.
    assert!(holds(
        "{weekdays: [wednesday], location: Asia/Tokyo}",
        "2026-11-24T15:00:00Z"
    ));
}

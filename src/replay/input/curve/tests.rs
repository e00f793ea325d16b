use super::*;

fn points(list: &[(i64, f64)]) -> Vec<Point> {
    list.iter()
        .map(|(minutes, value)| Point {
            at_ms: minutes * 60_000,
            value: *value,
        })
        .collect()
}

/// The values at these minutes.
fn values(generator: Generator, sampling: &Sampling, minutes: &[i64]) -> Vec<f64> {
    let mut curve = parts(&generator)[0].curve(sampling, "x");
    minutes.iter().map(|minute| curve.at(minute * 60_000)).collect()
}

#[test]
fn each_shape_goes_as_described() {
    let plain = Sampling::default();
    let list = points(&[(0, 0.0), (10, 100.0)]);
    let cases = [
        (Generator::Steps(list.clone()), [0.0, 0.0, 100.0, 100.0]),
        (Generator::Ramp(list.clone()), [0.0, 50.0, 100.0, 100.0]),
        (
            Generator::Counter(points(&[(0, 1.0), (10, 2.0)])),
            [0.0, 300.0, 600.0, 1800.0],
        ),
    ];
    for (generator, expected) in cases {
        assert_eq!(
            values(generator.clone(), &plain, &[0, 5, 10, 20]),
            expected,
            "{generator:?}"
        );
    }
    let sine = Generator::Sine(Sine {
        mean: 50.0,
        amplitude: 10.0,
        period_ms: 40 * 60_000,
        shift_ms: 0,
    });
    let got = values(sine, &plain, &[0, 10, 20, 30, 40]);
    for (got, expected) in got.iter().zip([50.0, 60.0, 50.0, 40.0, 50.0]) {
        assert!((got - expected).abs() < 1e-9, "{got} {expected}");
    }
}

#[test]
fn a_counter_begins_again_at_zero() {
    let sampling = Sampling {
        from_ms: 60_000,
        resets: vec![300_000],
        ..Sampling::default()
    };
    let counter = Generator::Counter(points(&[(0, 1.0)]));
    assert_eq!(values(counter, &sampling, &[1, 4, 5, 6]), [0.0, 180.0, 0.0, 60.0]);
}

#[test]
fn noise_keeps_to_its_bounds_and_counters_do_not_fall() {
    let noise = |least, most| Sampling {
        noise: Some(Noise {
            deviation: 5.0,
            least,
            most,
        }),
        ..Sampling::default()
    };
    let minutes: Vec<i64> = (0..500).collect();
    let counter = values(
        Generator::Counter(points(&[(0, 1.0)])),
        &noise(None, None),
        &minutes,
    );
    assert!(counter.is_sorted(), "{counter:?}");
    let gauge = values(
        Generator::Steps(points(&[(0, 50.0)])),
        &noise(Some(45.0), Some(60.0)),
        &minutes,
    );
    assert!(gauge.iter().all(|v| (45.0..=60.0).contains(v)) && gauge[0] != gauge[1]);
}

#[test]
fn histograms_have_the_quantiles_that_were_asked_for() {
    let phase = Phase {
        from_ms: 0,
        rate: 10.0,
        quantiles: vec![(0.5, 1.0), (0.9, 3.0)],
    };
    let spread = Distribution::of(&phase);
    assert_eq!(spread.knots, [(0.0, 0.0), (0.5, 1.0), (0.9, 3.0), (1.0, 3.5)]);
    for (bound, share) in [
        (-1.0, 0.0),
        (0.5, 0.25),
        (1.0, 0.5),
        (2.0, 0.7),
        (3.0, 0.9),
        (9.0, 1.0),
    ] {
        assert!((spread.share_up_to(bound) - share).abs() < 1e-12, "{bound}");
    }
    assert!((spread.mean() - (0.5 * 0.5 + 0.4 * 2.0 + 0.1 * 3.25)).abs() < 1e-12);
    let histogram = Histogram {
        bounds: vec![(1.0, "1".to_owned())],
        phases: vec![phase],
    };
    let made = parts(&Generator::Histogram(histogram));
    let names: Vec<_> = made
        .iter()
        .map(|part| (part.suffix, part.le.as_deref()))
        .collect();
    assert_eq!(
        names,
        [
            ("_bucket", Some("1")),
            ("_bucket", Some("+Inf")),
            ("_sum", None),
            ("_count", None)
        ]
    );
    let minute: Vec<f64> = made
        .iter()
        .map(|part| part.curve(&Sampling::default(), "x").at(60_000))
        .collect();
    assert_eq!(minute[..2], [300.0, 600.0]);
    assert_eq!(minute[3], 600.0);
}

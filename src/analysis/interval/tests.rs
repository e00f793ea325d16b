use proptest::prelude::*;

use super::*;
use promql_engine::gomath;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(-0.0),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(1.0),
        Just(-1.0),
        Just(f64::MIN_POSITIVE),
        Just(1e300),
        -10.0..10.0,
        any::<f64>().prop_filter("a number", |x| !x.is_nan()),
    ]
}

/// An interval and one of its values.
fn member() -> impl Strategy<Value = (Interval, f64)> {
    (number(), number(), number(), any::<bool>(), 0..8).prop_map(|(a, b, c, nan, kind)| {
        let mut sorted = [a, b, c];
        sorted.sort_by(f64::total_cmp);
        let [lo, value, hi] = sorted;
        match kind {
            0 => (Interval::point(value), value),
            1 => (Interval::new(lo, hi).or_nan(true), f64::NAN),
            _ => (Interval::new(lo, hi).or_nan(nan), value),
        }
    })
}

/// An operator with what it does to two numbers.
type Operation<T> = (BinaryOp, fn(f64, f64) -> T);

const ARITHMETIC: [Operation<f64>; 7] = [
    (BinaryOp::Add, |a, b| a + b),
    (BinaryOp::Sub, |a, b| a - b),
    (BinaryOp::Mul, |a, b| a * b),
    (BinaryOp::Div, |a, b| a / b),
    (BinaryOp::Mod, |a, b| a % b),
    (BinaryOp::Pow, gomath::pow),
    (BinaryOp::Atan2, gomath::atan2),
];

const COMPARISONS: [Operation<bool>; 6] = [
    (BinaryOp::Eq, |a, b| a == b),
    (BinaryOp::Ne, |a, b| a != b),
    (BinaryOp::Lt, |a, b| a < b),
    (BinaryOp::Le, |a, b| a <= b),
    (BinaryOp::Gt, |a, b| a > b),
    (BinaryOp::Ge, |a, b| a >= b),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn operations_stay_within_the_operation_on_intervals((a, x) in member(), (b, y) in member()) {
        for (op, f) in ARITHMETIC {
            let result = a.arithmetic(op, b);
            prop_assert!(result.contains(f(x, y)), "{a:?} {op:?} {b:?} = {result:?}, but {x:?}, {y:?} give {:?}", f(x, y));
        }
        for (name, f, result) in [
            ("max", gomath::max(x, y), a.max(b)),
            ("min", gomath::min(x, y), a.min(b)),
            ("hull", x, a.hull(b)),
            ("abs", x.abs(), a.absolute()),
            ("neg", -x, -a),
            ("sqrt", x.sqrt(), a.rising_on(Interval::new(-0.0, f64::INFINITY), f64::sqrt)),
            ("ln", gomath::ln(x), a.rising_on(Interval::new(-0.0, f64::INFINITY), gomath::ln)),
            ("exp", gomath::exp(x), a.rising_on(Interval::ANY, gomath::exp)),
            ("floor", x.floor(), a.rising(f64::floor)),
            ("widened", x, a.widened().widened_by(1.0)),
        ] {
            prop_assert!(result.contains(f), "{name} of {a:?}, {b:?}: {result:?}, but {x:?}, {y:?} give {f:?}");
        }
    }

    #[test]
    fn comparisons_are_judged_rightly((a, x) in member(), (b, y) in member()) {
        for (op, holds) in COMPARISONS {
            let verdict = a.compare(op, b);
            let wanted = if holds(x, y) { Verdict::Never } else { Verdict::Always };
            prop_assert_ne!(verdict, wanted, "{:?} {:?} {:?}: {:?}, {:?}", a, op, b, x, y);
            if holds(x, y) {
                let kept = a.filtered(op, b);
                prop_assert!(kept.contains(x), "{a:?} {op:?} {b:?} keeps {kept:?}, but {x:?}, {y:?}");
            }
        }
    }
}

#[test]
fn ends_belong_to_an_interval_or_do_not() {
    let counter = Interval::COUNTER;
    let ratio = Interval::UNIT;
    let at = Interval::point;
    let cases = [
        (ratio.compare(BinaryOp::Gt, at(1.0)), Verdict::Never),
        (ratio.compare(BinaryOp::Ge, at(1.0)), Verdict::Depends),
        (ratio.compare(BinaryOp::Le, at(1.0)), Verdict::Always),
        (
            ratio.or_nan(true).compare(BinaryOp::Le, at(1.0)),
            Verdict::Depends,
        ),
        (ratio.compare(BinaryOp::Lt, at(1.0)), Verdict::Depends),
        (counter.compare(BinaryOp::Lt, at(0.0)), Verdict::Never),
        (counter.compare(BinaryOp::Ge, at(0.0)), Verdict::Always),
        (counter.compare(BinaryOp::Eq, at(-1.0)), Verdict::Never),
        (counter.compare(BinaryOp::Ne, at(-1.0)), Verdict::Always),
        (Interval::NAN.compare(BinaryOp::Eq, at(1.0)), Verdict::Never),
        (Interval::NAN.compare(BinaryOp::Ne, at(1.0)), Verdict::Always),
        (at(0.0).compare(BinaryOp::Eq, at(-0.0)), Verdict::Always),
        (at(f64::INFINITY).compare(BinaryOp::Gt, at(1.0)), Verdict::Always),
        (at(5.0).compare(BinaryOp::Gt, at(f64::INFINITY)), Verdict::Never),
    ];
    for (number, (verdict, wanted)) in cases.into_iter().enumerate() {
        assert_eq!(verdict, wanted, "case {number}");
    }
}

#[test]
fn intervals_read_well() {
    let at = Interval::point;
    let any = Interval::ANY;
    for (interval, text) in [
        (any, "any"),
        (any.numbers(), "any"),
        (Interval::COUNTER, "≥0"),
        (Interval::UNIT.or_nan(true), "0…1 or NaN"),
        (any.filtered(BinaryOp::Gt, at(0.5)), ">0.5"),
        (Interval::UNIT.filtered(BinaryOp::Lt, at(1.0)), "0…<1"),
        (any.filtered(BinaryOp::Le, at(-3.0)), "≤-3"),
        (at(1.0), "=1"),
        (Interval::NAN, "NaN"),
        (Interval::NONE, "nothing"),
        (Interval::UNIT.arithmetic(BinaryOp::Mul, at(100.0)), "0…100"),
        (at(1.0).arithmetic(BinaryOp::Sub, Interval::UNIT), "0…1"),
        (
            Interval::COUNTER.arithmetic(BinaryOp::Div, Interval::COUNTER),
            "≥0 or NaN",
        ),
    ] {
        assert_eq!(interval.to_string(), text);
    }
}

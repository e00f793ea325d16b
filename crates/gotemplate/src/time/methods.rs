//! The methods that templates can call on times, durations, months, weekdays and locations.

use super::{Date, SECOND, Time, UNIX_EPOCH, duration_text, month_name, weekday_name};
use crate::types::{Field, Method, MethodBody, Named, Type};
use crate::value::{Slice, Value};

pub(crate) static TIME: Named = Named {
    name: "time.Time",
    underlying: Type::Struct(&[
        Field {
            name: "wall",
            ty: Type::Uint64,
        },
        Field {
            name: "ext",
            ty: Type::Int64,
        },
        Field {
            name: "loc",
            ty: Type::Ptr(&LOCATION_TYPE),
        },
    ]),
    methods: || TIME_METHODS,
    pointer_methods: false,
};

pub(crate) static DURATION: Named = Named {
    name: "time.Duration",
    underlying: Type::Int64,
    methods: || DURATION_METHODS,
    pointer_methods: false,
};

static MONTH: Named = Named {
    name: "time.Month",
    underlying: Type::Int,
    methods: || {
        const METHODS: &[Method] = &[getter("String", |month, _| {
            Value::string(month_name(number(month)))
        })];
        METHODS
    },
    pointer_methods: false,
};

static WEEKDAY: Named = Named {
    name: "time.Weekday",
    underlying: Type::Int,
    methods: || {
        const METHODS: &[Method] = &[getter("String", |day, _| {
            Value::string(weekday_name(number(day)))
        })];
        METHODS
    },
    pointer_methods: false,
};

static LOCATION: Named = Named {
    name: "time.Location",
    underlying: Type::Struct(&[]),
    methods: || {
        const METHODS: &[Method] = &[getter("String", |_, _| Value::string("UTC"))];
        METHODS
    },
    pointer_methods: true,
};
pub(super) static LOCATION_TYPE: Type = Type::Named(&LOCATION);

const TIME_TYPE: Type = Type::Named(&TIME);
const DURATION_TYPE: Type = Type::Named(&DURATION);

fn time(value: &Value) -> Time {
    match value {
        Value::Time(time) => *time,
        _ => Time::from_millis(0),
    }
}

/// An argument; the types of the parameters have been checked.
fn argument(arguments: &[Value], index: usize) -> &Value {
    arguments.get(index).unwrap_or(&Value::Nil)
}

fn number(value: &Value) -> i64 {
    match value {
        Value::Int(_, number) => *number,
        _ => 0,
    }
}

fn duration(nanos: i64) -> Value {
    Value::Int(DURATION_TYPE, nanos)
}

fn int64(value: i64) -> Value {
    Value::Int(Type::Int64, value)
}

fn bytes(text: &str) -> Value {
    let bytes = text.bytes().map(|byte| Value::Uint(Type::Uint8, byte.into()));
    Value::Slice(Slice::new(Type::Slice(&Type::Uint8), bytes.collect()))
}

const fn method(name: &'static str, params: &'static [Type], body: fn(&Value, &[Value]) -> Value) -> Method {
    Method {
        name,
        params,
        body: MethodBody::Run(body),
    }
}

/// A method without parameters.
const fn getter(name: &'static str, body: fn(&Value, &[Value]) -> Value) -> Method {
    method(name, &[], body)
}

/// A method that templates may not call.
const fn refused(name: &'static str, message: &'static str) -> Method {
    Method {
        name,
        params: &[],
        body: MethodBody::Refuse(message),
    }
}

const TIME_METHODS: &[Method] = &[
    method("Add", &[DURATION_TYPE], |this, args| {
        Value::Time(time(this).add(number(argument(args, 0))))
    }),
    method("AddDate", &[Type::Int, Type::Int, Type::Int], |this, args| {
        Value::Time(add_date(time(this), args))
    }),
    method("After", &[TIME_TYPE], |this, args| {
        Value::Bool(time(this) > time(argument(args, 0)))
    }),
    method("Before", &[TIME_TYPE], |this, args| {
        Value::Bool(time(this) < time(argument(args, 0)))
    }),
    method("Compare", &[TIME_TYPE], |this, args| {
        Value::int(time(this).cmp(&time(argument(args, 0))) as i64)
    }),
    method("Equal", &[TIME_TYPE], |this, args| {
        Value::Bool(time(this) == time(argument(args, 0)))
    }),
    method("Format", &[Type::String], |this, args| {
        let layout = String::from_utf8_lossy(argument(args, 0).bytes());
        Value::string(time(this).format(&layout))
    }),
    method("Round", &[DURATION_TYPE], |this, args| {
        Value::Time(time(this).round(number(argument(args, 0))))
    }),
    method("Sub", &[TIME_TYPE], |this, args| {
        duration(time(this).since(time(argument(args, 0))))
    }),
    method("Truncate", &[DURATION_TYPE], |this, args| {
        Value::Time(time(this).truncate(number(argument(args, 0))))
    }),
    getter("Day", |this, _| Value::int(time(this).date().day)),
    getter("GoString", |this, _| Value::string(time(this).go_string())),
    getter("Hour", |this, _| Value::int(time(this).second_of_day() / 3600)),
    getter("IsDST", |_, _| Value::Bool(false)),
    getter("IsZero", |this, _| {
        let time = time(this);
        Value::Bool(time.seconds == -UNIX_EPOCH && time.nanos == 0)
    }),
    getter("Local", |this, _| this.clone()),
    getter("Location", |_, _| {
        Value::pointer_to(&LOCATION_TYPE, Value::zero(LOCATION_TYPE))
    }),
    getter("MarshalJSON", |this, _| {
        bytes(&format!("\"{}\"", time(this).format(RFC3339_NANO)))
    }),
    getter("MarshalText", |this, _| bytes(&time(this).format(RFC3339_NANO))),
    getter("Minute", |this, _| {
        Value::int(time(this).second_of_day() / 60 % 60)
    }),
    getter("Month", |this, _| {
        Value::Int(Type::Named(&MONTH), time(this).date().month)
    }),
    getter("Nanosecond", |this, _| Value::int(time(this).nanos)),
    getter("Second", |this, _| Value::int(time(this).second_of_day() % 60)),
    getter("String", |this, _| Value::string(time(this).text())),
    getter("UTC", |this, _| this.clone()),
    getter("Unix", |this, _| int64(time(this).seconds)),
    getter("UnixMicro", |this, _| int64(since_epoch(time(this), 1000))),
    getter("UnixMilli", |this, _| int64(since_epoch(time(this), 1_000_000))),
    getter("UnixNano", |this, _| int64(since_epoch(time(this), 1))),
    getter("Weekday", |this, _| {
        Value::Int(Type::Named(&WEEKDAY), time(this).weekday())
    }),
    getter("Year", |this, _| Value::int(time(this).date().year)),
    getter("YearDay", |this, _| Value::int(time(this).day_of_year())),
    refused("Clock", "function Clock has 3 return values; should be 1 or 2"),
    refused("Date", "function Date has 3 return values; should be 1 or 2"),
    refused(
        "ISOWeek",
        "invalid function signature for ISOWeek: second return value should be error; is int",
    ),
    refused(
        "Zone",
        "invalid function signature for Zone: second return value should be error; is int",
    ),
];

const RFC3339_NANO: &str = "2006-01-02T15:04:05.999999999Z07:00";

const DURATION_METHODS: &[Method] = &[
    method("Round", &[DURATION_TYPE], |this, args| {
        duration(round(number(this), number(argument(args, 0))))
    }),
    method("Truncate", &[DURATION_TYPE], |this, args| {
        let (nanos, unit) = (number(this), number(argument(args, 0)));
        duration(if unit <= 0 { nanos } else { nanos - nanos % unit })
    }),
    getter("Abs", |this, _| duration(number(this).saturating_abs())),
    getter("Hours", |this, _| in_unit(this, 3600 * SECOND)),
    getter("Microseconds", |this, _| int64(number(this) / 1000)),
    getter("Milliseconds", |this, _| int64(number(this) / 1_000_000)),
    getter("Minutes", |this, _| in_unit(this, 60 * SECOND)),
    getter("Nanoseconds", |this, _| int64(number(this))),
    getter("Seconds", |this, _| in_unit(this, SECOND)),
    getter("String", |this, _| Value::string(duration_text(number(this)))),
];

/// Whole units and the rest are divided apart, as Go does, which decides the last bits.
fn in_unit(value: &Value, unit: i64) -> Value {
    let nanos = number(value);
    Value::Float((nanos / unit) as f64 + (nanos % unit) as f64 / unit as f64)
}

/// To the nearest multiple of the unit, away from zero in the middle.
fn round(nanos: i64, unit: i64) -> i64 {
    if unit <= 0 {
        return nanos;
    }
    let rest = nanos % unit;
    if rest.unsigned_abs() < unit.unsigned_abs() - rest.unsigned_abs() {
        nanos - rest
    } else {
        (nanos - rest).saturating_add(unit * nanos.signum())
    }
}

fn since_epoch(time: Time, unit: i64) -> i64 {
    let per_second = SECOND / unit;
    time.seconds
        .wrapping_mul(per_second)
        .wrapping_add(time.nanos / unit)
}

fn add_date(time: Time, arguments: &[Value]) -> Time {
    let [years, months, days] = [0, 1, 2].map(|index| number(argument(arguments, index)));
    let date = time.date();
    // Beyond this there is no calendar; Go's arithmetic overflows.
    let bound = |value: i64| value.clamp(-1_000_000, 1_000_000);
    let shifted = Date {
        year: date.year + bound(years),
        month: date.month + bound(months),
        day: date.day + bound(days),
    };
    Time {
        seconds: super::days_from_date(shifted) * 86_400 + time.second_of_day(),
        ..time
    }
}

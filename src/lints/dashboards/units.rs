//! Grafana's units: their names, and what numbers with them measure.

use crate::analysis::Quantity;
use crate::analysis::quantity::{Kind, Unit};

/// What a unit says of the numbers that it is shown with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Nothing.
    Plain,
    /// That they are so much of this, per second or not.
    Of(Base, bool),
    /// That they are a point in time, in milliseconds since the epoch.
    Date,
    /// Something that metrics do not say of themselves.
    Other,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// Time in units of this name.
    Time(&'static str),
    /// Bytes, or many at once.
    Bytes(&'static str),
    /// Bits, or many at once.
    Bits,
    /// Parts of one.
    Ratio,
    /// Parts of a hundred.
    Percent,
    /// Things.
    Things,
}

/// The units that Grafana has.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "Bps", "EHs", "GBs", "GHs", "Gbits", "GiBs", "Gibits", "Hs", "KBs", "KHs", "Kbits", "KiBs", "Kibits",
    "MBs", "MHs", "Mbits", "MiBs", "Mibits", "Mohm", "Nm3", "PBs", "PHs", "Pbits", "PiBs", "Pibits", "TBs",
    "THs", "Tbits", "TiBs", "Tibits", "Wm2", "accFS2", "accG", "accMS2", "amp", "amph", "arcmin", "arcsec",
    "areaF2", "areaM2", "areaMI2", "binBps", "binbps", "bits", "bool", "bool_on_off", "bool_yes_no", "bps",
    "bytes", "celsius", "clockms", "clocks", "congNm3", "congm3", "conmgNm3", "conmgdL", "conmgm3",
    "conmmolL", "conngNm3", "conngm3", "conppb", "conμgNm3", "conμgm3", "cpm", "cps", "currencyBRL",
    "currencyBTC", "currencyCHF", "currencyCZK", "currencyDKK", "currencyEUR", "currencyGBP", "currencyIDR",
    "currencyINR", "currencyISK", "currencyJPY", "currencyKRW", "currencyNOK", "currencyPHP", "currencyPLN",
    "currencyRUB", "currencySEK", "currencyUAH", "currencyUSD", "currencyVND", "currencyZAR",
    "currencymBTC", "currencyμBTC", "d", "dB", "dBm", "dateTimeAsIso", "dateTimeAsIsoNoDateIfToday",
    "dateTimeAsLocal", "dateTimeAsLocalNoDateIfToday", "dateTimeAsSystem", "dateTimeAsUS",
    "dateTimeAsUSNoDateIfToday", "dateTimeFromNow", "decbits", "decbytes", "decgbytes", "deckbytes",
    "decmbytes", "decpbytes", "dectbytes", "degree", "dm3", "dtdhms", "dtdurationms", "dtdurations",
    "dthms", "eflops", "ev", "fahrenheit", "farad", "ffarad", "flops", "flowcfm", "flowcfs", "flowcms",
    "flowgpm", "flowlpm", "flowmlpm", "forceN", "forceNm", "forcekN", "forcekNm", "gallons", "gbytes",
    "gflops", "grad", "gwatt", "h", "henry", "hertz", "hex", "hex0x", "humidity", "iops", "joule", "kamp",
    "kamph", "kbytes", "kelvin", "kohm", "kvolt", "kvoltamp", "kvoltampreact", "kwatt", "kwatth", "kwattm",
    "lengthft", "lengthin", "lengthkm", "lengthm", "lengthmi", "lengthmm", "litre", "litreh", "locale",
    "lumens", "lux", "m", "m3", "mamp", "mamph", "massg", "masskg", "masslb", "massmg", "masst", "mbytes",
    "megwatt", "mflops", "mhenry", "mlitre", "mpm", "mps", "ms", "mvolt", "mwatt", "nfarad", "none", "ns",
    "ohm", "opm", "ops", "pbytes", "percent", "percentunit", "pfarad", "pflops", "pixel", "ppm", "pps",
    "pressurebar", "pressurehg", "pressurehpa", "pressurekbar", "pressurekpa", "pressurembar", "pressurepa",
    "pressurepsi", "radbq", "radci", "radexpckg", "radgy", "radian", "radmsv", "radmsvh", "radr", "radrad",
    "radrem", "radsv", "radsvh", "radusv", "radusvh", "reqps", "rotdegs", "rothz", "rotrads", "rotrpm",
    "rpm", "rps", "s", "sci", "short", "string", "tbytes", "tflops", "timeticks", "velocitykmh",
    "velocityknot", "velocitymph", "velocityms", "volt", "voltamp", "voltampreact", "watt", "watth",
    "watthperkg", "wpm", "wps", "yflops", "zflops", "µfarad", "µhenry", "µs",
];

/// What makes a unit of one's own of a text.
const OWN: [&str; 6] = ["suffix:", "prefix:", "time:", "si:", "count:", "currency:"];

/// Whether Grafana has the unit, or it is said to be one's own.
pub(super) fn is_known(unit: &str) -> bool {
    NAMES.contains(&unit) || OWN.iter().any(|own| unit.starts_with(own))
}

/// The unit that was probably meant.
pub(super) fn near(unit: &str) -> Option<&'static str> {
    let spelt_out = match unit.to_ascii_lowercase().as_str() {
        "seconds" | "second" | "sec" | "secs" => Some("s"),
        "milliseconds" | "millisecond" | "msec" => Some("ms"),
        "minutes" | "minute" | "min" => Some("m"),
        "hours" | "hour" => Some("h"),
        "days" | "day" => Some("d"),
        "%" | "percentage" => Some("percent"),
        "ratio" => Some("percentunit"),
        "b" | "byte" => Some("bytes"),
        "req/s" | "rps/s" | "requests" => Some("reqps"),
        "ops/s" | "opsps" => Some("ops"),
        _ => None,
    };
    let near = |name: &&str| name.len() > 3 && strsim::damerau_levenshtein(name, unit) <= 1;
    spelt_out
        .or_else(|| NAMES.iter().find(|name| name.eq_ignore_ascii_case(unit)).copied())
        .or_else(|| NAMES.iter().copied().find(|name| near(name)))
}

/// What a unit says.
pub(super) fn measure(unit: &str) -> Measure {
    use Base::{Bits, Bytes, Percent, Ratio, Things, Time};
    let of = Measure::Of;
    match unit {
        "" | "none" | "short" | "string" | "sci" | "locale" => Measure::Plain,
        "s" | "dtdurations" | "dthms" | "dtdhms" | "clocks" => of(Time("seconds"), false),
        "ms" | "dtdurationms" | "clockms" => of(Time("milliseconds"), false),
        "µs" => of(Time("microseconds"), false),
        "ns" => of(Time("nanoseconds"), false),
        "m" => of(Time("minutes"), false),
        "h" => of(Time("hours"), false),
        "d" => of(Time("days"), false),
        "bytes" | "decbytes" => of(Bytes("bytes"), false),
        "kbytes" | "deckbytes" => of(Bytes("kilobytes"), false),
        "mbytes" | "decmbytes" => of(Bytes("megabytes"), false),
        "gbytes" | "decgbytes" => of(Bytes("gigabytes"), false),
        "Bps" | "binBps" => of(Bytes("bytes"), true),
        "KBs" | "KiBs" => of(Bytes("kilobytes"), true),
        "MBs" | "MiBs" => of(Bytes("megabytes"), true),
        "GBs" | "GiBs" => of(Bytes("gigabytes"), true),
        "bits" | "decbits" => of(Bits, false),
        "bps" | "binbps" => of(Bits, true),
        "percent" => of(Percent, false),
        "percentunit" => of(Ratio, false),
        "ops" | "reqps" | "rps" | "wps" | "iops" | "cps" | "pps" | "mps" | "hertz" => of(Things, true),
        _ if unit.starts_with("dateTime") => Measure::Date,
        _ => Measure::Other,
    }
}

/// What a quantity is, as far as a unit can say it.
pub(super) fn of_quantity(quantity: &Quantity) -> Measure {
    let per_second = quantity.per_second;
    match (&quantity.unit, quantity.kind) {
        (_, Kind::Timestamp) => Measure::Date,
        // How often something is the case, as CPU time is.
        (Unit::Named("seconds" | "milliseconds" | "microseconds" | "nanoseconds"), _) if per_second => {
            Measure::Other
        }
        (
            Unit::Named(
                name @ ("seconds" | "milliseconds" | "microseconds" | "nanoseconds" | "minutes" | "hours"
                | "days"),
            ),
            _,
        ) => Measure::Of(Base::Time(name), false),
        (Unit::Named(name @ ("bytes" | "kilobytes" | "megabytes" | "gigabytes")), _) => {
            Measure::Of(Base::Bytes(name), per_second)
        }
        (Unit::Named("bits"), _) => Measure::Of(Base::Bits, per_second),
        (Unit::Ratio, _) if !per_second => Measure::Of(Base::Ratio, false),
        (Unit::Percent, _) if !per_second => Measure::Of(Base::Percent, false),
        (Unit::Count, _) => Measure::Of(Base::Things, per_second),
        _ => Measure::Other,
    }
}

impl Base {
    /// For people: `bytes`, `parts of one`.
    fn text(self) -> &'static str {
        match self {
            Base::Time(name) | Base::Bytes(name) => name,
            Base::Bits => "bits",
            Base::Ratio => "parts of one",
            Base::Percent => "parts of a hundred",
            Base::Things => "counts",
        }
    }
}

impl Measure {
    /// For people: `bytes per second`.
    pub(super) fn text(self) -> String {
        match self {
            Measure::Of(base, true) => format!("{} per second", base.text()),
            Measure::Of(base, false) => base.text().to_owned(),
            Measure::Date => "points in time".to_owned(),
            Measure::Plain | Measure::Other => "plain numbers".to_owned(),
        }
    }

    /// The unit for it.
    pub(super) fn unit(self) -> Option<&'static str> {
        Some(match self {
            Measure::Of(Base::Time(name), false) => match name {
                "seconds" => "s",
                "milliseconds" => "ms",
                "microseconds" => "µs",
                "nanoseconds" => "ns",
                "minutes" => "m",
                "hours" => "h",
                _ => "d",
            },
            Measure::Of(Base::Bytes("bytes"), false) => "bytes",
            Measure::Of(Base::Bytes("kilobytes"), false) => "kbytes",
            Measure::Of(Base::Bytes("megabytes"), false) => "mbytes",
            Measure::Of(Base::Bytes("gigabytes"), false) => "gbytes",
            Measure::Of(Base::Bytes("bytes"), true) => "Bps",
            Measure::Of(Base::Bits, false) => "bits",
            Measure::Of(Base::Bits, true) => "bps",
            Measure::Of(Base::Ratio, _) => "percentunit",
            Measure::Of(Base::Percent, _) => "percent",
            Measure::Of(Base::Things, true) => "ops",
            _ => return None,
        })
    }
}

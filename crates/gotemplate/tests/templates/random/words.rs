//! What random templates are made of.

/// Operands of commands.
#[rustfmt::skip]
pub(super) const OPERANDS: &[&str] = &[
    "1", "0", "-3", "42", "'a'", "0x1F", "1.5", "0.1", "1e6", "-2.5e-7", "123456789.123", "1e300", "2i",
    "true", "false", "nil", ".", "$", "\"\"", "\"abc\"", "\"12.5\"", "\"a b<c>&'d'\"", "\"é\\n\"",
    "`raw\\n`", "\"%d|%5.2f|%-6s|%q|%v|%x\"", "\"%s %T\"", "\"5m\"", "\"host.example.org:80\"", "\"job\"",
    "$labels", "$value", "$labels.job", "$labels.nope", "$labels.instance", "$externalLabels",
    "$externalURL", ".Labels", ".Value", ".Labels.job", "$.Labels.job", ".Nope", "$labels.job.more", "$x",
    "$y", "(toTime 1700000000.25)", "(args 1 \"a\")", "(query \"sort_desc(up)\")",
    "(query \"sum(up)\" | first)", "(query \"nothing\")", "(safeHtml \"<b>\")", "(index \"abc\" 1)",
    "(toTime 0).Month", "(toTime 0).Unix",
];

/// Functions, and one that there is not.
#[rustfmt::skip]
pub(super) const FUNCTIONS: &[&str] = &[
    "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "len", "index", "slice", "print", "println",
    "printf", "html", "js", "urlquery", "call", "query", "first", "label", "value", "strvalue", "args",
    "reReplaceAll", "safeHtml", "match", "title", "toUpper", "toLower", "graphLink", "tableLink",
    "sortByLabel", "stripPort", "stripDomain", "humanize", "humanize1024", "humanizeDuration",
    "humanizePercentage", "humanizeTimestamp", "toTime", "pathPrefix", "externalURL", "parseDuration",
    "nope",
];

/// What may stand behind parentheses.
#[rustfmt::skip]
pub(super) const METHODS: &[&str] = &[
    ".Year", ".Unix", ".Format \"2006-01-02\"", ".x", ".Labels", ".Value", ".arg0", ".String",
];

/// Things to put where they do not belong.
#[rustfmt::skip]
pub(super) const NOISE: &[&str] = &[
    "{{", "}}", "{{-", "-}}", "(", ")", "|", "\"", "`", "'", ":=", "=", ",", ".", "$", " ", "\n", "end",
    "else", "if", "1", "{{end}}", "{{else}}", "/*", "*/", "x", "é", "#", "\\",
];

/// Verbs of formats, right and wrong.
#[rustfmt::skip]
pub(super) const VERBS: &[&str] = &[
    "v", "v", "d", "s", "q", "x", "X", "f", "F", "e", "E", "g", "G", "t", "T", "c", "U", "b", "o", "O",
    "z", "%",
];

/// Parts of a time's layout.
#[rustfmt::skip]
pub(super) const LAYOUT: &[&str] = &[
    "2006", "06", "01", "1", "Jan", "January", "02", "2", "_2", "002", "__2", "15", "03", "3", "04", "4",
    "05", "5", "PM", "pm", "MST", "-0700", "Z07:00", "Z0700", ".000", ".999", ",00", "Mon", "Monday", "-",
    ":", " ", "T", "x", "0", "7", "_",
];

/// Pieces of numbers.
#[rustfmt::skip]
pub(super) const NUMBER_PIECES: &[&str] = &[
    "0", "1", "7", "9", "a", "f", "x", "X", "o", "b", "_", ".", "e", "E", "p", "i", "+", "-", "0x", "0b1",
    "0o7", "1e9",
];

/// Pieces of string literals.
#[rustfmt::skip]
pub(super) const STRING_PIECES: &[&str] = &[
    "a", "\\n", "\\\\", "\\\"", "\\'", "\\x4", "\\x41", "\\u00e9", "\\u12", "\\U0001F600", "\\101",
    "\\400", "\\8", "\\q", "é", "{{", "'", "`", " ", "\\ud800", "\\xff",
];

/// Methods of times and durations, some with wrong arguments.
#[rustfmt::skip]
pub(super) const TIME_METHODS: &[&str] = &[
    "UTC", "Year", "Month", "Day", "Hour", "Minute", "Second", "Nanosecond", "Weekday", "YearDay", "Unix",
    "UnixMilli", "UnixMicro", "UnixNano", "String", "IsZero", "IsDST", "Location", "Date", "Clock",
    "ISOWeek", "Zone", "GoString", "Add 1500000000", "Add -7200000000000", "AddDate 0 1 0",
    "AddDate -1 0 31", "AddDate 1 2", "Sub (toTime 86400.5)", "After (toTime 0)", "Before (toTime 0)",
    "Equal (toTime 0)", "Compare (toTime 0)", "Truncate 3600000000000", "Round 7000000000", "Round 0",
    "Sub 1", "Add \"1\"", "Hours", "Minutes", "Seconds", "Milliseconds", "Microseconds", "Nanoseconds",
    "Abs", "Nope", "wall", "Format \"15:04\"",
];

/// Characters that functions of text treat differently.
#[rustfmt::skip]
pub(super) const CHARACTERS: &[&str] = &[
    "a", "B", "c", "é", "ß", "ǆ", "Σ", "ς", "1", "_", "-", ".", ":", "'", "’", " ", "\u{a0}", "\u{301}",
    "日", "ก", "😀", "<", "&", "%", "/", "=", "[", "]", "::1", "10.0.0.1", ":80", "\\n", "\\x00", "\\xff",
    "\u{200b}", "http://", "\u{2028}", "\\\"",
];

/// Functions that take one text.
#[rustfmt::skip]
pub(super) const TEXT_FUNCTIONS: &[&str] = &[
    "title", "toUpper", "toLower", "html", "js", "urlquery", "stripPort", "stripDomain", "graphLink",
    "tableLink", "printf \"%q\"", "printf \"%+q\"", "printf \"%#q\"", "printf \"%x\"", "printf \"%.3s\"",
    "printf \"%9s|\"", "len", "safeHtml", "parseDuration", "humanize", "printf \"%#v\"", "slice", "print",
];

/// Pieces of regular expressions.
#[rustfmt::skip]
pub(super) const REGEX_PIECES: &[&str] = &[
    "a", "b", "ab", ".", "*", "+", "?", "{2}", "{1,}", "{", "}", "{,3}", "{2,1}", "(", ")", "(?:",
    "(?P<n>", "(?i)", "(?s:", "(?=", "[", "]", "[a-c]", "[^b]", "[[:alpha:]]", "[[:x:]]", "-", "^", "$",
    "|", "\\d", "\\w", "\\s", "\\S", "\\b", "\\B", "\\.", "\\-", "\\", "\\x41", "\\x{42}", "\\1", "\\101",
    "\\pL", "\\p{Greek}", "\\Qa.\\E", "\\A", "\\z", "\\Z", "\\y", "é", "&&", "--", "~~", "#", " ", "<",
    ">", "/", ":",
];

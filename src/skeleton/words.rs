//! Label values that matchers accept. Knows labels and regular expressions, nothing of series.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use promql_engine::Matcher;
use promql_syntax::ast::MatchOp;
use promql_syntax::compile_anchored;
use regex_syntax::hir::{Class, Hir, HirKind};

/// A matcher, as written and ready to be applied.
#[derive(Clone, Debug)]
pub(super) struct Demand(Rc<Compiled>);

#[derive(Debug)]
struct Compiled {
    op: MatchOp,
    value: String,
    test: Matcher,
    /// Words that a regular expression matches; found when they are needed.
    words: OnceCell<Vec<String>>,
}

/// Matchers that have been compiled: a search meets the same ones again and again.
#[derive(Debug, Default)]
pub(super) struct Demands {
    known: RefCell<HashMap<(String, MatchOp, String), Option<Demand>>>,
}

impl Demands {
    /// A matcher; `None` where its regular expression does not compile.
    pub(super) fn get(&self, label: &str, op: MatchOp, value: &str) -> Option<Demand> {
        let key = (label.to_owned(), op, value.to_owned());
        let mut known = self.known.borrow_mut();
        known
            .entry(key)
            .or_insert_with(|| Demand::new(label, op, value))
            .clone()
    }

    /// What accepts the values that a demand does not.
    pub(super) fn opposite(&self, label: &str, demand: &Demand) -> Option<Demand> {
        let op = match demand.0.op {
            MatchOp::Equal => MatchOp::NotEqual,
            MatchOp::NotEqual => MatchOp::Equal,
            MatchOp::Regex => MatchOp::NotRegex,
            MatchOp::NotRegex => MatchOp::Regex,
        };
        self.get(label, op, &demand.0.value)
    }
}

/// How many words of one regular expression are tried.
const MOST_WORDS: usize = 48;
/// How many values of one label are thought of.
const MOST_SERIES: usize = 80;
/// How long a word may become.
const LONGEST_WORD: usize = 300;

impl Demand {
    fn new(label: &str, op: MatchOp, value: &str) -> Option<Demand> {
        let test = Matcher::new(label, op, value).ok()?;
        Some(Demand(Rc::new(Compiled {
            op,
            value: value.to_owned(),
            test,
            words: OnceCell::new(),
        })))
    }

    /// Words that it may accept.
    fn words(&self) -> &[String] {
        match self.0.op {
            MatchOp::Equal => std::slice::from_ref(&self.0.value),
            MatchOp::Regex => self.0.words.get_or_init(|| {
                let mut words = words_of(&self.0.value);
                // A status is 500 rather than 5aa.
                words.sort_by_key(|word| mixes(word));
                words
            }),
            MatchOp::NotEqual | MatchOp::NotRegex => &[],
        }
    }

    /// Whether it names the one value that it accepts.
    pub(super) fn is_equality(&self) -> bool {
        self.0.op == MatchOp::Equal
    }

    /// Whether no value is accepted, an absent label neither.
    pub(super) fn accepts_nothing(&self) -> bool {
        self.0.op == MatchOp::NotRegex && [".*", "(.*)", "^.*$"].contains(&self.0.value.as_str())
    }

    /// The value or the expression that it compares with.
    pub(super) fn value(&self) -> &str {
        &self.0.value
    }

    /// Whether a value is accepted.
    pub(super) fn accepts(&self, value: &str) -> bool {
        self.0.test.matches(value)
    }

    /// As it is written behind the name of the label.
    pub(super) fn shown(&self) -> String {
        let op = match self.0.op {
            MatchOp::Equal => "=",
            MatchOp::NotEqual => "!=",
            MatchOp::Regex => "=~",
            MatchOp::NotRegex => "!~",
        };
        format!("{op}{}", promql_syntax::go_quote(&self.0.value))
    }
}

/// Values of a label that all demands accept, the best first; the empty value is not among them.
pub(super) fn words<'d>(label: &'d str, demands: &'d [Demand]) -> impl Iterator<Item = String> + 'd {
    let asked = demands.iter().flat_map(|demand| demand.words().iter().cloned());
    let mut seen = HashSet::new();
    asked.chain(usual(label)).filter(move |word| {
        let fits = !word.is_empty() && demands.iter().all(|d| d.accepts(word));
        fits && seen.insert(word.clone())
    })
}

/// Whether a letter stands beside a digit.
fn mixes(word: &str) -> bool {
    word.as_bytes().windows(2).any(|pair| {
        let digits = pair.iter().filter(|b| b.is_ascii_digit()).count();
        let letters = pair.iter().filter(|b| b.is_ascii_alphabetic()).count();
        digits == 1 && letters == 1
    })
}

/// Values that the label could have in a real system.
fn usual(label: &str) -> impl Iterator<Item = String> + '_ {
    let first: &[&str] = match label {
        "instance" => &["a:9100", "b:9100", "c:9100", "d:9100", "e:9100"],
        "job" => &["app", "app-b", "app-c"],
        "namespace" | "exported_namespace" => &["default", "other"],
        "device" => &["sda", "sdb", "sdc"],
        "mountpoint" => &["/data", "/srv"],
        "cpu" | "core" | "shard" | "partition" => &["0", "1", "2", "3"],
        "code" | "status" | "status_code" | "http_status_code" | "response_code" | "return_code" => {
            &["200", "404", "500"]
        }
        "method" | "verb" => &["GET", "POST"],
        "le" => &["+Inf", "1", "0.5"],
        "quantile" => &["0.5", "0.99"],
        "severity" => &["warning", "critical"],
        "alertstate" => &["firing", "pending"],
        "__name__" => &["metric"],
        _ => &[],
    };
    let numbered = (0..MOST_SERIES).map(move |n| match (label, n) {
        ("instance", _) => format!("host-{n}:9100"),
        ("__name__", _) => format!("metric_{n}"),
        (_, 0..26) => format!("{label}-{}", char::from(b'a' + n as u8)),
        _ => format!("{label}-{n}"),
    });
    first.iter().map(|word| (*word).to_owned()).chain(numbered)
}

/// Some words that a regular expression matches whole, short ones first.
fn words_of(pattern: &str) -> Vec<String> {
    let Ok(regex) = compile_anchored(pattern) else {
        return Vec::new();
    };
    match regex_syntax::parse(regex.as_str()) {
        Ok(hir) => some_words(&hir),
        Err(_) => Vec::new(),
    }
}

fn some_words(hir: &Hir) -> Vec<String> {
    let words = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8_lossy(&literal.0).into_owned()],
        HirKind::Class(class) => some_chars(class),
        HirKind::Capture(capture) => some_words(&capture.sub),
        HirKind::Alternation(branches) => {
            let lists: Vec<Vec<String>> = branches.iter().map(some_words).collect();
            let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
            // The first word of each branch, then the second of each.
            let by_rank = |rank: usize| lists.iter().filter_map(move |list| list.get(rank).cloned());
            (0..longest).flat_map(by_rank).collect()
        }
        HirKind::Concat(parts) => parts.iter().fold(vec![String::new()], |heads, part| {
            let tails = some_words(part);
            pairs(&heads, &tails)
        }),
        HirKind::Repetition(repetition) => {
            let one = some_words(&repetition.sub);
            let most = repetition.max.unwrap_or(u32::MAX);
            let counts = (repetition.min..=repetition.min.saturating_add(3).min(most)).take(4);
            let mut words = Vec::new();
            for count in counts {
                let mut word = vec![String::new()];
                for _ in 0..count.min(64) {
                    word = pairs(&word, &one);
                }
                words.extend(word.into_iter().take(12));
            }
            words
        }
    };
    let fits = words.into_iter().filter(|word| word.len() <= LONGEST_WORD);
    fits.take(MOST_WORDS).collect()
}

/// All heads with the first tail, the first head with all tails, and so on, as many as are wanted.
fn pairs(heads: &[String], tails: &[String]) -> Vec<String> {
    let mut pairs = Vec::new();
    for diagonal in 0..heads.len() + tails.len() {
        for head in 0..=diagonal.min(heads.len().saturating_sub(1)) {
            let (Some(a), Some(b)) = (heads.get(head), tails.get(diagonal - head)) else {
                continue;
            };
            if a.len() + b.len() <= LONGEST_WORD {
                pairs.push(format!("{a}{b}"));
            }
            if pairs.len() >= MOST_WORDS {
                return pairs;
            }
        }
    }
    pairs
}

/// Characters of a class, readable ones first.
fn some_chars(class: &Class) -> Vec<String> {
    let contains = |c: char| match class {
        Class::Unicode(class) => class.iter().any(|range| range.start() <= c && c <= range.end()),
        Class::Bytes(class) => class
            .iter()
            .any(|range| u32::from(range.start()) <= u32::from(c) && u32::from(c) <= u32::from(range.end())),
    };
    let mut chars: Vec<char> = "a0b1c2zA5Z9-_./: xyd3".chars().filter(|c| contains(*c)).collect();
    let starts: Vec<char> = match class {
        Class::Unicode(class) => class
            .iter()
            .flat_map(|range| [range.start(), range.end()])
            .take(8)
            .collect(),
        Class::Bytes(class) => class
            .iter()
            .map(|range| char::from(range.start()))
            .take(8)
            .collect(),
    };
    if chars.is_empty() {
        chars = starts;
        // Either case of a letter: the small one.
        chars.sort_by_key(|c| !c.is_lowercase());
    }
    chars.into_iter().map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(op: MatchOp, value: &str) -> Demand {
        Demands::default().get("l", op, value).expect("a matcher")
    }

    fn first(label: &str, demands: &[(MatchOp, &str)]) -> Option<String> {
        let demands: Vec<Demand> = demands.iter().map(|(op, value)| demand(*op, value)).collect();
        words(label, &demands).next()
    }

    #[test]
    fn the_first_word_that_all_matchers_accept() {
        use MatchOp::{Equal, NotEqual, NotRegex, Regex};
        type Case<'c> = (&'c str, &'c [(MatchOp, &'c str)], Option<&'c str>);
        let cases: &[Case<'_>] = &[
            ("job", &[], Some("app")),
            ("job", &[(Equal, "x")], Some("x")),
            ("job", &[(Equal, "x"), (NotEqual, "x")], None),
            ("job", &[(Equal, "")], None),
            ("job", &[(Regex, "api|web"), (NotEqual, "api")], Some("web")),
            ("job", &[(Regex, ".*mimir.*")], Some("mimir")),
            ("code", &[(Regex, "5..")], Some("500")),
            ("code", &[(NotRegex, "2[0-9][0-9]")], Some("404")),
            ("job", &[(NotRegex, ".*")], None),
            ("job", &[(NotRegex, ".+")], None),
            ("job", &[(Regex, "(?i)API")], Some("api")),
            ("job", &[(Regex, "x{2,3}y?")], Some("xx")),
            ("mode", &[(Regex, "\\d+")], Some("0")),
            ("mode", &[(Regex, "")], None),
            ("reason", &[(NotEqual, "Forced")], Some("reason-a")),
        ];
        for (label, demands, expected) in cases {
            assert_eq!(first(label, demands).as_deref(), *expected, "{label} {demands:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn words_match_the_expression_they_come_from(pattern in "[a-c0-2(){}\\[\\]*+?|.^$-]{0,12}") {
            if let Some(demand) = Demands::default().get("l", MatchOp::Regex, &pattern) {
                for word in words("l", std::slice::from_ref(&demand)) {
                    proptest::prop_assert!(demand.accepts(&word));
                }
            }
        }
    }
}

//! The words of PromQL.

use crate::span::Span;

/// A word with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// The kinds of word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TokenKind {
    /// What the lexer could not read; the error is reported by the lexer.
    Error,
    Eof,
    Identifier,
    /// An identifier with a colon in it.
    MetricIdentifier,
    Keyword(Keyword),
    String,
    Number,
    Duration,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    At,
    Assign,
    EqlRegex,
    NeqRegex,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Eql,
    Neq,
    Lte,
    Lss,
    Gte,
    Gtr,
    TrimUpper,
    TrimLower,
}

macro_rules! keywords {
    ($($name:ident $text:literal),* $(,)?) => {
        /// Words with a meaning of their own. All may stand as metric or label names where the grammar
        /// leaves no doubt.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Keyword { $($name),* }

        impl Keyword {
            /// The keyword as Prometheus prints it.
            pub(crate) fn text(self) -> &'static str {
                match self { $(Keyword::$name => $text),* }
            }

            /// Recognises a keyword in any case.
            pub(crate) fn from_word(word: &str) -> Option<Keyword> {
                if word.len() > 12 {
                    return None;
                }
                $(if word.eq_ignore_ascii_case($text) { return Some(Keyword::$name); })*
                None
            }
        }
    };
}

keywords! {
    And "and", Or "or", Unless "unless", Atan2 "atan2",
    Sum "sum", Avg "avg", Count "count", Min "min", Max "max", Group "group", Stddev "stddev",
    Stdvar "stdvar", Topk "topk", Bottomk "bottomk", CountValues "count_values", Quantile "quantile",
    Limitk "limitk", LimitRatio "limit_ratio",
    Offset "offset", Smoothed "smoothed", Anchored "anchored", By "by", Without "without", On "on",
    Ignoring "ignoring", GroupLeft "group_left", GroupRight "group_right", Fill "fill",
    FillLeft "fill_left", FillRight "fill_right", Bool "bool",
    Start "start", End "end", Step "step", Range "range", MaxOf "max_of", MinOf "min_of",
}

impl Keyword {
    /// Whether a function is called so as well.
    pub(crate) fn is_function(self) -> bool {
        matches!(
            self,
            Keyword::Start | Keyword::End | Keyword::Step | Keyword::Range | Keyword::MaxOf | Keyword::MinOf
        )
    }
}

impl TokenKind {
    /// Whether the word may be the name of a metric.
    pub(crate) fn may_name_metric(self) -> bool {
        match self {
            TokenKind::Identifier | TokenKind::MetricIdentifier => true,
            TokenKind::Keyword(keyword) => !matches!(
                keyword,
                Keyword::Bool
                    | Keyword::On
                    | Keyword::Ignoring
                    | Keyword::GroupLeft
                    | Keyword::GroupRight
                    | Keyword::Atan2
            ),
            _ => false,
        }
    }
}

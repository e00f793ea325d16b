//! Regular expressions in Go's dialect, which is RE2's, rewritten for the `regex` crate.
//!
//! The two dialects differ in small things that occur in real matchers: a `{` that begins no repetition is a literal
//! (`/api/{id}`), `\d`, `\s`, `\w` and `\b` are about ASCII, `[` and `&&` within brackets are literals, `\Q…\E` quotes, `\<`
//! is a `<`. Faults are reported in Go's words.

/// A pattern for the `regex` crate that matches what `pattern` matches in Go, with the same groups.
///
/// # Errors
/// What is wrong with it, as Go says it after `error parsing regexp: `.
pub(crate) fn translate(pattern: &str) -> Result<String, String> {
    let mut translator = Translator {
        pattern,
        rest: pattern,
        out: String::with_capacity(pattern.len() + 16),
        depth: 0,
        last: Last::Nothing,
    };
    translator.run()?;
    Ok(translator.out)
}

/// The greatest count of a repetition.
const MAX_REPEAT: u32 = 1000;

/// How deep groups may nest.
const MAX_NESTING: usize = 200;

/// What stands before the current place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last<'p> {
    /// Nothing that could be repeated.
    Nothing,
    /// Something that can be repeated.
    Item,
    /// A repetition, from here on.
    Repetition(&'p str),
}

struct Translator<'p> {
    pattern: &'p str,
    rest: &'p str,
    out: String,
    depth: usize,
    last: Last<'p>,
}

type Outcome<T = ()> = Result<T, String>;

fn fault<T>(what: &str, text: &str) -> Outcome<T> {
    Err(format!("{what}: `{text}`"))
}

impl<'p> Translator<'p> {
    fn run(&mut self) -> Outcome {
        while let Some(c) = self.rest.chars().next() {
            match c {
                '(' => self.open()?,
                ')' => {
                    if self.depth == 0 {
                        return fault("unexpected )", self.pattern);
                    }
                    self.depth -= 1;
                    self.copy(c, Last::Item);
                }
                '|' => self.copy(c, Last::Nothing),
                '^' | '$' | '.' => self.copy(c, Last::Item),
                '[' => self.class()?,
                '*' | '+' | '?' => {
                    let start = self.rest;
                    self.rest = &self.rest[1..];
                    self.repetition(start, &start[..1])?;
                }
                '{' => match bounds(self.rest) {
                    Some((min, max, length)) => {
                        let start = self.rest;
                        let text = &start[..length];
                        self.rest = &start[length..];
                        if min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT || max < min) {
                            return fault("invalid repeat count", text);
                        }
                        self.repetition(start, text)?;
                    }
                    None => self.literal(c),
                },
                '\\' => self.escape()?,
                _ => self.literal(c),
            }
        }
        if self.depth > 0 {
            return fault("missing closing )", self.pattern);
        }
        Ok(())
    }

    /// Takes over a character that means the same.
    fn copy(&mut self, c: char, last: Last<'p>) {
        self.out.push(c);
        self.rest = &self.rest[c.len_utf8()..];
        self.last = last;
    }

    fn literal(&mut self, c: char) {
        self.rest = &self.rest[c.len_utf8()..];
        self.push_literal(c);
    }

    fn push_literal(&mut self, c: char) {
        self.out
            .push_str(&regex_syntax::escape(c.encode_utf8(&mut [0; 4])));
        self.last = Last::Item;
    }

    /// A repetition `text`, which begins at `start` and has been read.
    fn repetition(&mut self, start: &'p str, text: &str) -> Outcome {
        self.out.push_str(text);
        if let Some(rest) = self.rest.strip_prefix('?') {
            self.rest = rest;
            self.out.push('?');
        }
        let written = |from: &'p str, rest: &str| &from[..from.len() - rest.len()];
        match self.last {
            Last::Nothing => fault(
                "missing argument to repetition operator",
                written(start, self.rest),
            ),
            Last::Repetition(first) => fault("invalid nested repetition operator", written(first, self.rest)),
            Last::Item => {
                self.last = Last::Repetition(start);
                Ok(())
            }
        }
    }

    /// `(`, `(?:`, `(?flags)`, `(?P<name>`.
    fn open(&mut self) -> Outcome {
        let Some(inside) = self.rest.strip_prefix("(?") else {
            self.copy('(', Last::Nothing);
            return self.deeper();
        };
        if inside.starts_with("P<") || inside.starts_with('<') {
            let name_at = inside.find('<').map_or(0, |at| at + 1);
            let Some(end) = inside.find('>') else {
                return fault("invalid named capture", self.rest);
            };
            let name = inside.get(name_at..end).unwrap_or_default();
            let written = &self.rest[..2 + end + 1];
            if name.is_empty() || !name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) {
                return fault("invalid named capture", written);
            }
            if name.starts_with(|c: char| c.is_ascii_digit()) {
                // The `regex` crate wants a letter first; nobody can tell, as a number is looked up as one.
                self.out.push('(');
            } else {
                self.out.push_str("(?P<");
                self.out.push_str(name);
                self.out.push('>');
            }
            self.rest = &self.rest[written.len()..];
            self.last = Last::Nothing;
            return self.deeper();
        }
        let flags = inside
            .find(|c: char| !matches!(c, 'i' | 'm' | 's' | 'U' | '-'))
            .unwrap_or(inside.len());
        let end = inside[flags..].chars().next();
        let negations = inside[..flags].matches('-').count();
        let is_sound = matches!(end, Some(':' | ')')) && negations <= 1 && !inside[..flags].ends_with('-');
        if !is_sound {
            let through = inside[flags..].chars().next().map_or(0, char::len_utf8);
            return match end {
                None => fault("missing closing )", self.pattern),
                Some(_) => fault(
                    "invalid or unsupported Perl syntax",
                    &self.rest[..2 + flags + through],
                ),
            };
        }
        let written = &self.rest[..2 + flags + 1];
        self.rest = &self.rest[written.len()..];
        if written == "(?)" {
            return Ok(());
        }
        self.out.push_str(written);
        self.last = Last::Nothing;
        if end == Some(':') { self.deeper() } else { Ok(()) }
    }

    fn deeper(&mut self) -> Outcome {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return fault("expression nests too deeply", self.pattern);
        }
        Ok(())
    }

    /// An escape outside of brackets.
    fn escape(&mut self) -> Outcome {
        let mut after = self.rest[1..].chars();
        let kept = match after.next() {
            Some('A') => "\\A",
            Some('z') => "\\z",
            Some('b') => "(?-u:\\b)",
            Some('B') => "(?-u:\\B)",
            Some('Q') => {
                let quoted = &self.rest[2..];
                let (quoted, rest) = quoted.split_once("\\E").unwrap_or((quoted, ""));
                for c in quoted.chars() {
                    self.push_literal(c);
                }
                self.rest = rest;
                return Ok(());
            }
            Some('C') => return fault("invalid escape sequence", &self.rest[..2]),
            _ => {
                if let Some(class) = self.named_class()? {
                    self.out.push_str(&class);
                } else {
                    let c = self.escaped()?;
                    self.push_literal(c);
                }
                self.last = Last::Item;
                return Ok(());
            }
        };
        self.out.push_str(kept);
        self.rest = after.as_str();
        self.last = Last::Item;
        Ok(())
    }

    /// `\d`, `\pL` and the like, as a class of its own; reads nothing where there is none.
    fn named_class(&mut self) -> Outcome<Option<String>> {
        let mut after = self.rest[1..].chars();
        let class = match after.next() {
            Some('d') => "[0-9]",
            Some('D') => "[^0-9]",
            Some('s') => "[\\t\\n\\f\\r ]",
            Some('S') => "[^\\t\\n\\f\\r ]",
            Some('w') => "[0-9A-Za-z_]",
            Some('W') => "[^0-9A-Za-z_]",
            Some('p' | 'P') => {
                let name = match after.next() {
                    Some('{') => match after.as_str().find('}') {
                        Some(end) => {
                            let name = &after.as_str()[..end];
                            after = after.as_str()[end + 1..].chars();
                            name.trim_start_matches('^')
                        }
                        None => return fault("invalid character class range", self.rest),
                    },
                    Some(c) => {
                        let end = 2 + c.len_utf8();
                        &self.rest[2..end]
                    }
                    None => return fault("invalid character class range", self.rest),
                };
                let written = &self.rest[..self.rest.len() - after.as_str().len()];
                let known = name == "Any"
                    || regex_syntax::Parser::new()
                        .parse(&format!("\\p{{{name}}}"))
                        .is_ok();
                if !known {
                    return fault("invalid character class range", written);
                }
                let class = written.to_owned();
                self.rest = after.as_str();
                return Ok(Some(class));
            }
            _ => return Ok(None),
        };
        self.rest = after.as_str();
        Ok(Some(class.to_owned()))
    }

    /// The character that an escape stands for.
    fn escaped(&mut self) -> Outcome<char> {
        let start = self.rest;
        let mut after = start[1..].chars();
        let Some(c) = after.next() else {
            return fault("trailing backslash at end of expression", "");
        };
        let invalid = |length: usize| {
            let length = (length..=start.len())
                .find(|end| start.is_char_boundary(*end))
                .unwrap_or(start.len());
            fault("invalid escape sequence", &start[..length])
        };
        let meant = match c {
            '0'..='7' => {
                let digits = after
                    .as_str()
                    .bytes()
                    .take(2)
                    .take_while(|b| (b'0'..=b'7').contains(b))
                    .count();
                // A single digit other than zero would be a reference to a group.
                if c != '0' && digits == 0 {
                    return invalid(2);
                }
                let code = u32::from_str_radix(&start[1..2 + digits], 8).ok();
                after = after.as_str()[digits..].chars();
                code.and_then(char::from_u32)
            }
            'x' => {
                let digits = match after.as_str().strip_prefix('{') {
                    Some(braced) => match braced.split_once('}') {
                        Some((digits, rest)) => {
                            after = rest.chars();
                            digits
                        }
                        None => return invalid(start.len()),
                    },
                    None => {
                        let digits = after.as_str().get(..2).unwrap_or_default();
                        after = after.as_str()[digits.len()..].chars();
                        if digits.is_empty() {
                            return invalid(start.len().min(3));
                        }
                        digits
                    }
                };
                u32::from_str_radix(digits, 16)
                    .ok()
                    .filter(|_| !digits.starts_with('+'))
                    .and_then(char::from_u32)
            }
            'a' => Some('\x07'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c),
            _ => return invalid(1 + c.len_utf8()),
        };
        match meant {
            Some(meant) => {
                self.rest = after.as_str();
                Ok(meant)
            }
            None => invalid(start.len() - after.as_str().len()),
        }
    }

    /// `[…]`.
    fn class(&mut self) -> Outcome {
        let whole = self.rest;
        self.out.push('[');
        self.rest = &self.rest[1..];
        if let Some(rest) = self.rest.strip_prefix('^') {
            self.out.push('^');
            self.rest = rest;
        }
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            if self.rest.is_empty() {
                return fault("missing closing ]", whole);
            }
            first = false;
            if let Some(named) = self.rest.strip_prefix("[:")
                && let Some(end) = named.find(":]")
            {
                let written = &self.rest[..end + 4];
                let name = named[..end].trim_start_matches('^');
                let known = [
                    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
                    "space", "upper", "word", "xdigit",
                ];
                if !known.contains(&name) {
                    return fault("invalid character class range", written);
                }
                self.out.push_str(written);
                self.rest = &self.rest[written.len()..];
                continue;
            }
            if self.rest.starts_with('\\')
                && let Some(class) = self.named_class()?
            {
                self.out.push_str(&class);
                continue;
            }
            self.class_range(whole)?;
        }
        self.rest = &self.rest[1..];
        self.out.push(']');
        self.last = Last::Item;
        Ok(())
    }

    /// A character of a class, or a range of them.
    fn class_range(&mut self, whole: &str) -> Outcome {
        let start = self.rest;
        let low = self.class_char(whole)?;
        let mut high = low;
        if let Some(after) = self.rest.strip_prefix('-')
            && !after.is_empty()
            && !after.starts_with(']')
        {
            self.rest = after;
            high = self.class_char(whole)?;
            if high < low {
                let written = &start[..start.len() - self.rest.len()];
                return fault("invalid character class range", written);
            }
        }
        self.out.push_str(&format!("\\x{{{:x}}}", u32::from(low)));
        if high != low {
            self.out.push_str(&format!("-\\x{{{:x}}}", u32::from(high)));
        }
        Ok(())
    }

    fn class_char(&mut self, whole: &str) -> Outcome<char> {
        match self.rest.chars().next() {
            None => fault("missing closing ]", whole),
            Some('\\') => self.escaped(),
            Some(c) => {
                self.rest = &self.rest[c.len_utf8()..];
                Ok(c)
            }
        }
    }
}

/// The counts of `{n}`, `{n,}` or `{n,m}` and the length of the text; anything else that begins with `{` is literal.
fn bounds(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let end = text.find('}')?;
    let number = |digits: &str| -> Option<u32> {
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let padded = digits.len() > 1 && digits.starts_with('0');
        // A number too large for any count is a count all the same, and refused as such.
        (plain && !padded).then(|| digits.parse().unwrap_or(u32::MAX))
    };
    let inside = &text[1..end];
    let (min, max) = match inside.split_once(',') {
        None => (number(inside)?, Some(number(inside)?)),
        Some((min, "")) => (number(min)?, None),
        Some((min, max)) => (number(min)?, Some(number(max)?)),
    };
    Some((min, max, end + 1))
}

#[cfg(test)]
mod tests {
    use super::translate;
    use crate::compile_anchored;

    #[test]
    fn patterns_match_what_they_match_in_go() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("/api/{id}", &["/api/{id}"], &["/api/id"]),
            ("a{2}", &["aa"], &["a", "a{2}"]),
            ("a{,2}", &["a{,2}"], &["aa"]),
            ("a{1,2}b}", &["ab}", "aab}"], &["b}"]),
            ("a{02}", &["a{02}"], &["aa"]),
            ("\\d+", &["12"], &["٣"]),
            ("\\w", &["a", "_"], &["é"]),
            ("[^\\w]", &["é"], &["a"]),
            ("[\\d-]+", &["1-2"], &["a"]),
            ("\\s", &[" ", "\t"], &["\u{a0}", "\u{b}"]),
            ("[a&&b]+", &["a&b"], &["c"]),
            ("[[]", &["["], &["a"]),
            ("[]a]+", &["]a"], &["b"]),
            ("[^]]", &["a"], &["]"]),
            ("[a-c-]+", &["ab-"], &["d"]),
            ("[[:alpha:]-]+", &["a-b"], &["1"]),
            ("\\Qa.b*\\E+", &["a.b*", "a.b**"], &["axb"]),
            ("\\<b\\>", &["<b>"], &["b"]),
            ("\\101\\x42\\x{43}", &["ABC"], &["abc"]),
            ("\\-\\_\\/", &["-_/"], &[]),
            ("\\pL\\p{Greek}\\PL", &["aα1"], &["αa1"]),
            ("(?i)abc", &["ABC"], &["abd"]),
            ("(?i:a)b", &["Ab"], &["AB"]),
            ("(?P<x>a)(?<y>b)(?:c)", &["abc"], &["ab"]),
            ("a.b", &["a\nb"], &["ab"]),
            ("a|b|", &["a", "b", ""], &["ab"]),
            ("a*?b+?c??", &["aabb", "bc"], &["a"]),
            ("a\\b.*", &["a-b"], &["ab"]),
            ("a\\B.*", &["ab"], &["a-b"]),
            ("^a$", &["a"], &["a\n"]),
            ("}]", &["}]"], &[]),
            ("#~ &-", &["#~ &-"], &[]),
        ];
        for (pattern, matched, unmatched) in cases {
            let regex = compile_anchored(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            for text in *matched {
                assert!(regex.is_match(text), "{pattern} matches {text:?}");
            }
            for text in *unmatched {
                assert!(!regex.is_match(text), "{pattern} does not match {text:?}");
            }
        }
    }

    #[test]
    fn faults_are_told_in_the_words_of_go() {
        let cases = [
            ("a(b", "missing closing ): `a(b`"),
            ("a)b", "unexpected ): `a)b`"),
            ("x[a", "missing closing ]: `[a`"),
            ("[b-a]", "invalid character class range: `b-a`"),
            ("[[:no:]]", "invalid character class range: `[:no:]`"),
            ("\\p{No_Such}", "invalid character class range: `\\p{No_Such}`"),
            ("*a", "missing argument to repetition operator: `*`"),
            ("a|+", "missing argument to repetition operator: `+`"),
            ("(?i)*", "missing argument to repetition operator: `*`"),
            ("a**", "invalid nested repetition operator: `**`"),
            ("a+?{2}", "invalid nested repetition operator: `+?{2}`"),
            ("a{1001}", "invalid repeat count: `{1001}`"),
            ("a{3,2}", "invalid repeat count: `{3,2}`"),
            ("a{99999999999}", "invalid repeat count: `{99999999999}`"),
            ("\\", "trailing backslash at end of expression: ``"),
            ("\\y", "invalid escape sequence: `\\y`"),
            ("\\1", "invalid escape sequence: `\\1`"),
            ("\\C", "invalid escape sequence: `\\C`"),
            ("\\x{110000}", "invalid escape sequence: `\\x{110000}`"),
            ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
            ("(?i-)", "invalid or unsupported Perl syntax: `(?i-)`"),
            ("(?P<n", "invalid named capture: `(?P<n`"),
            ("(?P<a-b>c)", "invalid named capture: `(?P<a-b>`"),
            ("(?i", "missing closing ): `(?i`"),
        ];
        for (pattern, message) in cases {
            assert_eq!(translate(pattern), Err(message.to_owned()), "{pattern}");
        }
        let deep = "(".repeat(500) + &")".repeat(500);
        assert!(translate(&deep).is_err());
    }

    proptest::proptest! {
        #[test]
        fn what_is_translated_compiles(pattern in "[a-c(){}\\[\\]*+?|\\\\.^$:,0-9dwsQEpLx&~<>P!=iU-]{0,16}") {
            if let Ok(translated) = translate(&pattern) {
                let compiled = regex::Regex::new(&translated);
                let too_large = matches!(compiled, Err(regex::Error::CompiledTooBig(_)));
                proptest::prop_assert!(compiled.is_ok() || too_large, "{} as {}", pattern, translated);
            }
        }
    }
}

//! Random templates, right and wrong, which this crate and promtool must treat alike.
//!
//! The environment variable TEMPLATES says how many, SEED where to begin.

mod words;

use crate::promtool::{ask, promtool};
use crate::world::{NO_ANSWER, answer};
use crate::{Differences, Outcome, Question};
use words::*;

/// Where randomness comes from: the same for the same seed, on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap_or(0)
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.roll(choices.len())]
    }
}

fn operand(dice: &mut Dice, depth: usize) -> String {
    if depth > 0 && dice.roll(4) == 0 {
        let inner = pipeline(dice, depth - 1);
        let method = if dice.roll(4) == 0 { dice.pick(METHODS) } else { "" };
        return format!("({inner}){method}");
    }
    dice.pick(OPERANDS).to_owned()
}

fn command(dice: &mut Dice, depth: usize) -> String {
    if dice.roll(3) == 0 {
        return operand(dice, depth);
    }
    let mut out = dice.pick(FUNCTIONS).to_owned();
    for _ in 0..dice.roll(4) {
        out.push(' ');
        out.push_str(&operand(dice, depth));
    }
    out
}

fn pipeline(dice: &mut Dice, depth: usize) -> String {
    let mut out = command(dice, depth);
    while dice.roll(3) == 0 {
        out.push_str(" | ");
        out.push_str(&command(dice, depth));
    }
    out
}

fn action(dice: &mut Dice, depth: usize, out: &mut String) {
    let (left, right) = [("{{", "}}"), ("{{ ", " }}"), ("{{- ", " -}}"), ("{{- ", "}}")][dice.roll(4)];
    let kind = if depth == 0 { dice.roll(8) } else { dice.roll(16) };
    let inner = pipeline(dice, 2);
    match kind {
        0..5 => out.push_str(&format!("{left}{inner}{right}")),
        5 => out.push_str(&format!("{left}$x := {inner}{right}")),
        6 => out.push_str(&format!("{left}$x = {inner}{right}")),
        7 => out.push_str(
            &format!("{left}/* {inner} */{right}")
                .replace("{{ /*", "{{/*")
                .replace("*/ }}", "*/}}"),
        ),
        8..10 => {
            out.push_str(&format!("{left}if {inner}{right}"));
            body(dice, depth - 1, out);
            if dice.roll(2) == 0 {
                out.push_str(["{{else}}", "{{else if $value}}", "{{else if 0}}"][dice.roll(3)]);
                body(dice, depth - 1, out);
            }
            out.push_str("{{end}}");
        }
        10..12 => {
            out.push_str(&format!("{left}with {inner}{right}"));
            body(dice, depth - 1, out);
            if dice.roll(2) == 0 {
                out.push_str(["{{else}}", "{{else with $labels}}"][dice.roll(2)]);
                body(dice, depth - 1, out);
            }
            out.push_str("{{end}}");
        }
        12..15 => {
            let variables = dice.pick(&["", "$x := ", "$x, $y := ", "$x = ", "$y, $x = "]);
            out.push_str(&format!("{left}range {variables}{inner}{right}"));
            body(dice, depth - 1, out);
            out.push_str(dice.pick(&["", "{{break}}", "{{continue}}", "{{else}}none"]));
            out.push_str("{{end}}");
        }
        _ => {
            out.push_str(&format!("{left}block \"b\" {inner}{right}"));
            body(dice, depth - 1, out);
            out.push_str("{{end}}");
        }
    }
}

fn body(dice: &mut Dice, depth: usize, out: &mut String) {
    for _ in 0..dice.roll(3) {
        out.push_str(dice.pick(&["", " ", "text", " \n ", "é\n", "<b>"]));
        action(dice, depth, out);
    }
}

/// A template, sometimes damaged.
fn template(dice: &mut Dice) -> String {
    let mut out = String::new();
    out.push_str(dice.pick(&["", "", "{{ $x := 1 }}{{ $y := \"s\" }}", "text\n"]));
    action(dice, 2, &mut out);
    body(dice, 2, &mut out);
    if dice.roll(4) == 0 {
        for _ in 0..=dice.roll(2) {
            let mut at = dice.roll(out.len() + 1);
            while !out.is_char_boundary(at) {
                at -= 1;
            }
            if dice.roll(3) == 0 {
                out.truncate(at);
            } else {
                out.insert_str(at, dice.pick(NOISE));
            }
        }
    }
    out
}

/// A format with arguments.
fn format(dice: &mut Dice) -> String {
    let mut out = String::from("{{ printf \"");
    for _ in 0..=dice.roll(3) {
        out.push_str(dice.pick(&["", "x", "|"]));
        out.push('%');
        for _ in 0..dice.roll(3) {
            out.push_str(dice.pick(&["#", "0", "+", "-", " "]));
        }
        out.push_str(dice.pick(&["", "", "", "[1]", "[2]", "[9]", "["]));
        out.push_str(dice.pick(&["", "", "", "1", "8", "12", "*"]));
        out.push_str(dice.pick(&["", "", "", ".", ".0", ".1", ".3", ".10", ".25", ".*"]));
        out.push_str(dice.pick(VERBS));
    }
    out.push('"');
    for _ in 0..dice.roll(4) {
        out.push(' ');
        if dice.roll(3) == 0 {
            out.push_str(dice.pick(OPERANDS));
        } else {
            out.push_str(&number(dice));
        }
    }
    out.push_str(" }}");
    out
}

/// A number of any size, in any form.
fn number(dice: &mut Dice) -> String {
    let digits = |dice: &mut Dice| -> String {
        let count = 1 + dice.roll(18);
        let digits: String = (0..count)
            .map(|_| dice.pick(&["0", "0", "1", "2", "4", "5", "9"]))
            .collect();
        match digits.trim_start_matches('0') {
            "" => "0".to_owned(),
            digits => digits.to_owned(),
        }
    };
    let sign = dice.pick(&["", "", "-"]);
    let whole = digits(dice);
    match dice.roll(4) {
        0 => format!("{sign}{whole}"),
        1 => format!("{sign}{whole}.{}", digits(dice)),
        2 => format!("{sign}0.{}{}", "0".repeat(dice.roll(7)), digits(dice)),
        _ => format!(
            "{sign}{}.{}e{}",
            dice.roll(10),
            digits(dice),
            dice.roll(600) as i64 - 300
        ),
    }
}

/// A call of a function that makes numbers readable, or of a time.
fn readable(dice: &mut Dice) -> String {
    let number = number(dice);
    match dice.roll(8) {
        0 => format!("{{{{ humanize {number} }}}}"),
        1 => format!("{{{{ humanize1024 {number} }}}}"),
        2 => format!("{{{{ humanizeDuration {number} }}}}"),
        3 => format!("{{{{ humanizePercentage {number} }}}}"),
        4 => format!("{{{{ humanizeTimestamp {number} }}}}"),
        5 => format!("{{{{ {number} }}}} {{{{ print {number} }}}}"),
        6 => format!("{{{{ humanize \"{number}\" }}}}"),
        _ => {
            let mut layout = String::new();
            for _ in 0..=dice.roll(5) {
                layout.push_str(dice.pick(LAYOUT));
            }
            let seconds = dice.roll(4_000_000_000) as i64 - 1_000_000_000;
            format!(
                "{{{{ (toTime {seconds}.{}).Format \"{layout}\" }}}}",
                dice.roll(1000)
            )
        }
    }
}

/// A literal, right or wrong.
fn literal(dice: &mut Dice) -> String {
    let mut literal = String::new();
    let pieces: &[&str] = match dice.roll(3) {
        0 => NUMBER_PIECES,
        1 => {
            literal.push('"');
            STRING_PIECES
        }
        _ => {
            literal.push('\'');
            &[
                "a", "\\n", "\\''", "\\\"", "\\x41", "\\u00e9", "é", "\"", "\\377", "",
            ]
        }
    };
    let quote: String = literal.clone();
    for _ in 0..=dice.roll(if quote == "'" { 2 } else { 6 }) {
        literal.push_str(dice.pick(pieces));
    }
    literal.push_str(&quote);
    let after = dice.pick(&["", "", " | print", ".x", " 1"]);
    match dice.roll(3) {
        0 => format!("{{{{ {literal}{after} }}}}"),
        1 => format!("{{{{ printf \"%T %v %q\" {literal} {literal} {literal} }}}}"),
        _ => format!("{{{{ print {literal}{after} }}}}"),
    }
}

/// A chain of methods of times and durations.
fn methods(dice: &mut Dice) -> String {
    let mut value = format!("(toTime {})", number(dice));
    for _ in 0..=dice.roll(3) {
        let method = dice.pick(TIME_METHODS);
        value = format!("({value}.{method})");
    }
    let format = dice.pick(&["%v", "%T", "%q", "%s"]);
    format!("{{{{ printf \"{format}\" {value} }}}}")
}

/// A function of text on random characters.
fn text_function(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..dice.roll(12) {
        text.push_str(dice.pick(CHARACTERS));
    }
    let function = dice.pick(TEXT_FUNCTIONS);
    format!("{{{{ {function} \"{text}\" }}}}")
}

/// A regular expression, right or wrong, on some text.
fn regex(dice: &mut Dice) -> String {
    let mut pattern = String::new();
    for _ in 0..=dice.roll(8) {
        pattern.push_str(dice.pick(REGEX_PIECES));
    }
    let text = dice.pick(&[
        "",
        "a",
        "ab",
        "aab",
        "abcab",
        "a.b",
        "A1 b-2_é",
        "ab\\nab",
        "{2} [a] (b)",
        "aaa&&--",
    ]);
    let replacement = dice.pick(&["", "x", "<$0>", "$1", "${1}-", "$n", "${n}", "$$", "$1x", "$"]);
    if dice.roll(2) == 0 {
        format!("{{{{ match `{pattern}` \"{text}\" }}}}")
    } else {
        format!("{{{{ reReplaceAll `{pattern}` \"{replacement}\" \"{text}\" }}}}")
    }
}

/// Whether this crate shows an address, which is always the same, where Go shows another one every time.
fn has_address(outcome: &Outcome) -> bool {
    let (Outcome::Text(text) | Outcome::Error(text) | Outcome::Bad(text)) = outcome;
    const ADDRESS: u64 = 0xc00_0000_0000;
    let forms = [
        format!("{ADDRESS:x}"),
        format!("{ADDRESS:X}"),
        format!("{ADDRESS}"),
        format!("{ADDRESS:o}"),
        format!("{ADDRESS:b}"),
    ];
    forms.iter().any(|form| text.contains(form))
}

#[test]
fn promtool_agrees_on_random_templates() {
    let Some(promtool) = promtool() else {
        println!("skipped: no promtool; set PROMTOOL or put it on the path");
        return;
    };
    let setting = |name: &str, default: usize| {
        std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let mut dice = Dice(setting("SEED", 1) as u64);
    let questions: Vec<Question> = (0..setting("TEMPLATES", 500))
        .map(|index| match index % 12 {
            0 => format(&mut dice),
            1 => readable(&mut dice),
            2 => regex(&mut dice),
            3 => literal(&mut dice),
            4 => methods(&mut dice),
            5 => text_function(&mut dice),
            _ => template(&mut dice),
        })
        .map(|template| Question::new("X", template))
        .collect();
    let theirs = ask(&promtool, "random", &questions);
    let mut differences = Differences::default();
    for (question, theirs) in questions.iter().zip(&theirs) {
        let ours = answer(question);
        let unknown = matches!(&ours, Outcome::Error(message) if message.contains(NO_ANSWER));
        // Promtool 3.5 has no negative durations.
        let newer = matches!(theirs, Outcome::Error(message) if message.contains("duration string: \"-"));
        if !unknown && !newer && !has_address(&ours) {
            differences.compare(
                "random",
                &question.template,
                ("ours    ", &ours),
                ("promtool", theirs),
            );
        }
    }
    differences.assert_none();
}

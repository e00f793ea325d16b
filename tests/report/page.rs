//! The page in a browser: it reads well for eyes, keyboards and screen readers, in both colours and all widths.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use serde_json::{Value, json};

use super::browser::{Browser, ENTER, RIGHT, TAB};
use super::written::Written;

/// Texts whose contrast with what is behind them is too low.
const LOW_CONTRAST: &str = r"
const parts = (text) => (text.match(/[\d.]+/g) || []).map(Number);
const channel = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const behind = (element) => {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    const [r, g, b, a = 1] = parts(getComputedStyle(e).backgroundColor);
    if (r === undefined || a === 0) continue;
    layers.push([r, g, b, a]);
    if (a === 1) break;
  }
  return layers.reverse().reduce((under, [r, g, b, a]) =>
    [r, g, b].map((c, n) => c * a + under[n] * (1 - a)), [255, 255, 255]);
};
const low = new Map();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode, element = node.parentElement;
  if (!node.data.trim() || element.closest('script, style, svg, .unseen, [hidden], dialog:not([open])')) continue;
  const box = element.getBoundingClientRect();
  if (!box.width || !box.height) continue;
  const one = light(parts(getComputedStyle(element).color)), other = light(behind(element));
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (ratio < 4.5) low.set(element.className + ' ' + element.tagName, node.data.trim().slice(0, 30) + ' ' + ratio.toFixed(2));
}
return [...low];
";

/// What a screen reader would stumble over.
const INACCESSIBLE: &str = r##"
const wrong = [];
const all = (selector) => [...document.querySelectorAll(selector)];
for (const svg of all('svg')) {
  const names = (svg.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id));
  const name = names.every(Boolean) && names.map((n) => n.textContent).join(' ').trim();
  if (svg.getAttribute('role') !== 'img' || !name) wrong.push('a picture without a name: ' + svg.outerHTML.slice(0, 100));
}
let level = 0;
for (const heading of all('h1, h2, h3, h4, h5, h6').filter((h) => !h.closest('dialog'))) {
  const own = Number(heading.tagName[1]);
  if (own > level + 1) wrong.push('a heading skips a level: ' + heading.textContent);
  level = own;
}
if (all('h1').length !== 1) wrong.push('not one h1');
for (const landmark of ['header', 'nav', 'main', 'footer']) {
  if (all(landmark).length !== 1) wrong.push('not one ' + landmark);
}
const ids = all('[id]').map((e) => e.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push('twice: ' + id);
for (const link of all('a[href^="#"]')) {
  if (!document.getElementById(decodeURIComponent(link.hash.slice(1)))) wrong.push('leads nowhere: ' + link.outerHTML);
}
for (const named of all('[aria-labelledby]')) {
  for (const id of named.getAttribute('aria-labelledby').split(' ')) {
    if (!document.getElementById(id)) wrong.push('no name: ' + id);
  }
}
for (const control of all('input, select')) {
  if (!control.labels.length) wrong.push('a control without a label: ' + control.outerHTML);
}
for (const button of all('button, a, summary')) {
  if (!button.textContent.trim()) wrong.push('nothing to read: ' + button.outerHTML.slice(0, 100));
}
for (const table of all('table:not(.lines)')) {
  if (!table.querySelector('th')) wrong.push('a table without headings: ' + table.outerHTML.slice(0, 100));
}
if (!document.documentElement.lang || !document.title) wrong.push('no language or title');
return wrong;
"##;

/// How far the page is wider than the window, in pixels, and what sticks out.
const TOO_WIDE: &str = r"
const room = document.documentElement.clientWidth, wide = document.documentElement.scrollWidth;
if (wide <= room) return [];
return [wide - room, ...[...document.querySelectorAll('body *')]
  .filter((e) => e.getBoundingClientRect().right > room + 1).slice(-5).map((e) => e.outerHTML.slice(0, 80))];
";

const OPEN_ALL: &str = "for (const d of document.querySelectorAll('details')) d.open = true;";

/// Something that holds of the page when it has just been opened.
type Case = (&'static str, fn(&Browser, &Path));

const CASES: [Case; 10] = [
    (
        "it_opens_from_disk_without_a_word_and_without_a_network",
        it_opens_from_disk_without_a_word_and_without_a_network,
    ),
    ("screen_readers_find_their_way", screen_readers_find_their_way),
    ("texts_stand_out_in_both_colours", texts_stand_out_in_both_colours),
    ("no_width_is_too_narrow", no_width_is_too_narrow),
    ("the_keyboard_reaches_every_test", the_keyboard_reaches_every_test),
    ("the_arrow_keys_read_a_chart", the_arrow_keys_read_a_chart),
    ("words_and_verdicts_choose_tests", words_and_verdicts_choose_tests),
    ("what_failed_is_there_to_see", what_failed_is_there_to_see),
    (
        "colours_follow_the_system_until_they_are_chosen",
        colours_follow_the_system_until_they_are_chosen,
    ),
    (
        "links_lead_into_what_is_folded_away",
        links_lead_into_what_is_folded_away,
    ),
];

/// All of them in one browser, which takes a while to start.
#[test]
fn in_a_browser() {
    let Some(browser) = Browser::start() else { return };
    let written = Written::with(&["--coverage", "--mutate"]);
    let page = written.path();
    let mut failed = Vec::new();
    for (name, case) in CASES {
        browser.look(1200, false);
        browser.open(&page);
        if catch_unwind(AssertUnwindSafe(|| case(&browser, &page))).is_err() {
            failed.push(name);
        }
    }
    assert_eq!(failed, Vec::<&str>::new());
}

fn texts(value: &Value) -> Vec<String> {
    let texts = value.as_array().expect("a list").iter();
    texts
        .map(|text| text.as_str().expect("text").to_owned())
        .collect()
}

fn it_opens_from_disk_without_a_word_and_without_a_network(browser: &Browser, page: &Path) {
    browser.ask(OPEN_ALL);
    assert_eq!(browser.log("browser"), Vec::<Value>::new());
    let asked: BTreeSet<String> = browser
        .log("performance")
        .iter()
        .filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok())
        .filter(|entry| entry["message"]["method"] == "Network.requestWillBeSent")
        .filter_map(|entry| Some(entry["message"]["params"]["request"]["url"].as_str()?.to_owned()))
        // Those of the empty page that a browser begins with are its own.
        .filter(|url| !url.starts_with("data:") && !url.starts_with("chrome:"))
        .collect();
    assert_eq!(asked, BTreeSet::from([format!("file://{}", page.display())]));
    // The script ran, and nothing of the input did.
    assert_eq!(
        browser.ask("return document.querySelector('#theme').hidden"),
        json!(false)
    );
    assert_eq!(
        browser.ask("return document.querySelectorAll('script, b, img').length"),
        json!(1)
    );
}

fn screen_readers_find_their_way(browser: &Browser, _page: &Path) {
    browser.complains_of_nothing(INACCESSIBLE);
}

fn texts_stand_out_in_both_colours(browser: &Browser, _page: &Path) {
    for dark in [false, true] {
        browser.look(1200, dark);
        browser.ask(OPEN_ALL);
        browser.complains_of_nothing(LOW_CONTRAST);
    }
}

fn no_width_is_too_narrow(browser: &Browser, _page: &Path) {
    browser.ask(OPEN_ALL);
    for width in [320, 400, 768, 1200, 2400] {
        browser.look(width, false);
        browser.complains_of_nothing(TOO_WIDE);
    }
}

fn the_keyboard_reaches_every_test(browser: &Browser, _page: &Path) {
    let here = "const d = document.activeElement.closest('details.test'); return d && d.querySelector('h4').textContent";
    let tests = texts(
        &browser.ask("return [...document.querySelectorAll('details.test h4')].map((h) => h.textContent)"),
    );
    assert_eq!(tests.len(), 6);
    // From one to the next with a key of its own, and round again.
    let mut reached = Vec::new();
    for _ in 0..=tests.len() {
        browser.press(&["j"]);
        reached.push(browser.ask(here).as_str().expect("a test").to_owned());
    }
    assert_eq!(reached[..tests.len()], tests);
    assert_eq!(reached[tests.len()], tests[0]);
    browser.press(&["f"]);
    assert_eq!(browser.ask(here), json!(tests[1]));
    // With the key that every page knows.
    browser.ask("document.activeElement.blur(); for (const d of document.querySelectorAll('details')) d.open = false;");
    let mut tabbed = BTreeSet::new();
    for _ in 0..60 {
        browser.press(&[TAB]);
        tabbed.extend(browser.ask(here).as_str().map(str::to_owned));
    }
    assert_eq!(tabbed, tests.iter().cloned().collect());
    // Closed and opened. The last tab may have led into the search, where keys are text.
    browser.ask("document.activeElement.blur()");
    browser.press(&["j"]);
    let open = "return document.activeElement.closest('details').open";
    let before = browser.ask(open);
    browser.press(&[ENTER]);
    assert_ne!(browser.ask(open), before);
    browser.press(&["e"]);
    assert_eq!(browser.ask(open), before);
}

fn the_arrow_keys_read_a_chart(browser: &Browser, _page: &Path) {
    browser.ask("document.querySelector('#t0 .area').focus()");
    for _ in 0..30 {
        browser.press(&[RIGHT]);
    }
    let said = browser.ask("return document.activeElement.getAttribute('aria-valuetext')");
    // At 15m, both series.
    assert_eq!(said, json!("15m: 0.118943, 0"));
    let shown = browser
        .ask("return [...document.querySelector('#t0 .rule').querySelectorAll('.legend .value')].map((v) => v.textContent)");
    assert_eq!(shown, json!(["0.118943", "0"]));
}

fn words_and_verdicts_choose_tests(browser: &Browser, _page: &Path) {
    let shown = || {
        let names = "return [...document.querySelectorAll('details.test:not([hidden]) h4')].map((h) => h.textContent)";
        texts(&browser.ask(names))
    };
    browser.press(&["/"]);
    browser.press(&["w", "e", "l", "l"]);
    assert_eq!(shown(), ["all is well"]);
    let said = browser.ask("return document.querySelector('#chosen').textContent");
    assert_eq!(said, json!("1 of 6 tests shown"));
    // What a search hides is no longer on the way.
    browser.press(&["\u{e00c}"]);
    assert_eq!(shown().len(), 6);
    let choose = "const s = document.querySelector('#status'); s.value = 'failed'; s.dispatchEvent(new Event('change'));";
    browser.ask(choose);
    assert_eq!(shown().len(), 3);
}

fn what_failed_is_there_to_see(browser: &Browser, _page: &Path) {
    let visible = "return [...document.querySelectorAll('#t0 .failure')].map((f) => f.checkVisibility() && f.innerText)";
    let failures = texts(&browser.ask(visible));
    assert_eq!(failures.len(), 2);
    for (failure, words) in failures.iter().zip([
        ["HighErrorRate", "12.5%", "api.test.yml:17"],
        ["HighErrorRate", "3%", "api.test.yml:22"],
    ]) {
        for word in words {
            assert!(failure.contains(word), "{word} in {failure}");
        }
    }
    let marks = browser.ask(
        "return [...document.querySelector('#t0 .marks').querySelectorAll('li')].map((m) => m.className)",
    );
    assert_eq!(marks, json!(["held", "failed", "failed", "held"]));
    let states = browser.ask(
        "return [...document.querySelector('#t0 .states').querySelectorAll('li')].map((s) => s.className)",
    );
    assert_eq!(states, json!(["inactive", "pending", "firing", "inactive"]));
}

fn colours_follow_the_system_until_they_are_chosen(browser: &Browser, _page: &Path) {
    let paper = || browser.ask("return getComputedStyle(document.body).backgroundColor");
    let light = paper();
    browser.look(1200, true);
    let dark = paper();
    assert_ne!(light, dark);
    browser.press(&["t"]);
    assert_eq!(paper(), light);
    browser.press(&["t"]);
    browser.look(1200, false);
    assert_eq!(paper(), dark);
    browser.ask("document.querySelector('#theme').click()");
    assert_eq!(paper(), light);
    assert_eq!(
        browser.ask("return document.querySelector('#theme').textContent"),
        json!("Colours: as the system")
    );
}

fn links_lead_into_what_is_folded_away(browser: &Browser, _page: &Path) {
    let open = "return document.querySelector(location.hash).open";
    browser.ask("document.querySelector('#overview table a[href^=\"#r-\"]').click()");
    assert_eq!(browser.ask(open), json!(true));
    browser.ask("const t = document.querySelector('#t2'); t.open = false; location.hash = '#t2';");
    assert_eq!(browser.ask(open), json!(true));
}

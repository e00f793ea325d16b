"use strict";
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector, from = document) => from.querySelector(selector);
  const tests = all("details.test");
  const search = one("#search"), status = one("#status"), chosen = one("#chosen"), keys = one("#keys");

  // Colours: as the system says, or as chosen. The choice is kept where the browser lets a page from disk keep it.
  const themes = ["system", "light", "dark"], theme = one("#theme");
  const remembered = () => { try { return localStorage.getItem("rulecheck-theme"); } catch { return null; } };
  const setTheme = (name) => {
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    theme.textContent = "Colours: " + (name === "system" ? "as the system" : name);
    theme.dataset.chosen = name;
    try { localStorage.setItem("rulecheck-theme", name); } catch { /* then for this visit */ }
  };
  const nextTheme = () => setTheme(themes[(themes.indexOf(theme.dataset.chosen) + 1) % themes.length]);
  setTheme(themes.includes(remembered()) ? remembered() : "system");
  theme.hidden = false;
  theme.addEventListener("click", nextTheme);

  // Choosing tests by words and by how they ended.
  const texts = new Map(tests.map((test) => [test, test.textContent.toLowerCase()]));
  const weight = (test) => Number(test.dataset.count || 1);
  const total = tests.reduce((sum, test) => sum + weight(test), 0);
  const choose = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const test of tests) {
      const passed = test.dataset.status === "passed";
      const fits = (!status.value || (status.value === "passed") === passed)
        && words.every((word) => texts.get(test).includes(word));
      test.hidden = !fits;
      if (fits) shown += weight(test);
    }
    for (const file of all("#tests .file")) file.hidden = !one("details.test:not([hidden])", file);
    chosen.textContent = shown === total ? "" : `${shown} of ${total} tests shown`;
  };
  one(".choice").hidden = false;
  one(".choice").addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", choose);
  status.addEventListener("change", choose);
  const visible = () => tests.filter((test) => !test.hidden);
  const toggleAll = () => {
    const open = visible().some((test) => !test.open);
    for (const test of visible()) test.open = open;
    one("#open-all").textContent = open ? "Close all" : "Open all";
  };
  one("#open-all").addEventListener("click", toggleAll);
  one("#show-keys").addEventListener("click", () => keys.showModal());

  // A link to something that is folded away opens it.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const folded = target.closest("details");
    if (folded) { folded.open = true; folded.hidden = false; }
    target.scrollIntoView();
    const summary = one("summary", target);
    if (summary && target.matches("details")) summary.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  reveal();
  addEventListener("beforeprint", () => { for (const test of tests) test.open = true; });

  // Keys.
  const step = (by, fits = () => true) => {
    const list = visible().filter(fits);
    if (!list.length) return;
    const here = document.activeElement && document.activeElement.closest("details.test");
    let next;
    if (here && list.includes(here)) next = list[list.indexOf(here) + by];
    else if (here) {
      const after = list.filter((test) => here.compareDocumentPosition(test) & Node.DOCUMENT_POSITION_FOLLOWING);
      next = by > 0 ? after[0] : list[list.length - after.length - 1];
    } else next = by > 0 ? list[0] : list[list.length - 1];
    next = next || (by > 0 ? list[0] : list[list.length - 1]);
    one("summary", next).focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const actions = {
    "/": () => search.focus(),
    j: () => step(1),
    k: () => step(-1),
    f: () => step(1, (test) => test.dataset.status !== "passed"),
    e: () => {
      const here = document.activeElement && document.activeElement.closest("details.test");
      if (here) here.open = !here.open;
    },
    a: toggleAll,
    t: nextTheme,
    "?": () => keys.showModal(),
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
    if (event.target.matches("input, select, textarea")) {
      if (event.key === "Escape" && event.target === search) { search.value = ""; choose(); search.blur(); }
      return;
    }
    const action = actions[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  // Values under the pointer, or at the evaluation that the arrow keys go to.
  const duration = (ms) => {
    let rest = Math.round(ms), text = "";
    for (const [unit, size] of [["d", 864e5], ["h", 36e5], ["m", 6e4], ["s", 1e3], ["ms", 1]]) {
      const count = Math.floor(rest / size);
      rest -= count * size;
      if (count) text += count + unit;
    }
    return text || "0s";
  };
  const shown = (value) => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
    return String(Number(value.toPrecision(6))).replace("-", "−");
  };
  const parse = (text) => text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text);
  const curves = new WeakMap();
  const points = (path) => {
    if (!curves.has(path)) {
      const words = path.dataset.points.split(" "), list = [];
      for (let n = 0; n + 1 < words.length; n += 2) {
        list.push([Number(words[n]), words[n + 1] === "-" ? null : parse(words[n + 1])]);
      }
      curves.set(path, list);
    }
    return curves.get(path);
  };
  const valueAt = (list, at) => {
    let low = 0, high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle][0] <= at) low = middle + 1; else high = middle;
    }
    const before = list[low - 1], after = list[low];
    if (!before || before[1] === null) return null;
    if (before[0] === at) return before[1];
    if (!after || after[1] === null) return null;
    return before[1] + (after[1] - before[1]) * (at - before[0]) / (after[0] - before[0]);
  };
  for (const chart of all(".chart")) {
    const area = one(".area", chart), end = Number(chart.dataset.end), every = Number(chart.dataset.every);
    const paths = all("path.curve", area), values = all(".legend .value", chart);
    if (!paths.length) continue;
    let cursor = null, at = 0;
    const show = (time) => {
      at = Math.max(0, Math.min(end - every, Math.round(time / every) * every));
      if (!cursor) {
        cursor = document.createElement("div");
        cursor.className = "cursor";
        cursor.append(document.createElement("span"));
        area.append(cursor);
      }
      cursor.style.left = 100 * at / end + "%";
      cursor.firstChild.textContent = duration(at);
      const said = paths.map((path, n) => {
        const value = valueAt(points(path), at);
        const text = value === null ? "–" : shown(value);
        if (values[n]) values[n].textContent = text;
        return text;
      });
      return `${duration(at)}: ${said.join(", ")}`;
    };
    const hide = () => {
      if (cursor) cursor.remove();
      cursor = null;
      for (const value of values) value.textContent = "";
    };
    area.addEventListener("pointermove", (event) => {
      const box = area.getBoundingClientRect();
      show(end * (event.clientX - box.left) / box.width);
    });
    area.addEventListener("pointerleave", hide);
    area.tabIndex = 0;
    area.setAttribute("role", "slider");
    area.setAttribute("aria-label", one("title", area).textContent + ": evaluation");
    area.setAttribute("aria-valuemin", "0");
    area.setAttribute("aria-valuemax", String(end - every));
    const say = (time) => {
      area.setAttribute("aria-valuetext", show(time));
      area.setAttribute("aria-valuenow", String(at));
    };
    area.setAttribute("aria-valuenow", "0");
    area.addEventListener("focus", () => say(at));
    area.addEventListener("blur", hide);
    area.addEventListener("keydown", (event) => {
      const to = { ArrowLeft: at - every, ArrowRight: at + every, Home: 0, End: end }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      say(to);
    });
  }
})();

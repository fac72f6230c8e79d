"use strict";
const $ = id => document.getElementById(id);
const SIGNS = {passed: "\u2713", failed: "\u2717", flaky: "\u21bb", skipped: "\u2013", error: "!"};
const sheet = $("sheet"), body = $("sheet-body");
const cells = [...document.querySelectorAll("#matrix td button")];
let unpacked, shown = "all", current = null, opener = null;

/* ---- what is packed: the record, logs, sources */

async function data() {
  unpacked ??= (async () => {
    const bytes = Uint8Array.from(atob($("data").textContent), char => char.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(plain).json();
  })();
  return unpacked;
}

/* Children are text or nodes: nothing of a board's output is ever taken for HTML. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(name, value);
  node.append(...children.filter(child => child !== null && child !== ""));
  return node;
}

function span(s) {
  if (s < 0.0995) return `${Math.round(s * 1000)} ms`;
  return s < 99.5 ? `${s.toFixed(s < 9.95 ? 2 : 1)} s` : `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

/* ---- groups of rows that open */

function foldable(group) {
  const label = group.rows[0].cells[0], button = make("button", {}, ...label.childNodes);
  const fold = {group, isOpen: !group.classList.contains("closed"), show(open) {
    if (open) prepare(group);
    group.classList.toggle("closed", !open);
    button.setAttribute("aria-expanded", open);
  }};
  button.onclick = () => fold.show(fold.isOpen = button.getAttribute("aria-expanded") === "false");
  label.replaceChildren(button);
  fold.show(fold.isOpen);
  return fold;
}

/* ---- the table */

function prepare(group) {
  if (group.dataset.ready || !group.closest("#matrix")) return;
  group.dataset.ready = 1;
  for (const row of group.rows) {
    const name = row.cells[0].textContent;
    for (const button of row.querySelectorAll("td button")) {
      button.setAttribute("aria-label", `${button.className}: ${name}, ${boards[button.parentNode.cellIndex]}`);
      button.tabIndex = -1;
    }
  }
}

const boards = [...document.querySelectorAll("#matrix thead th")].map(head => head.textContent);
const folds = [...document.querySelectorAll("#matrix tbody")].map(foldable);
document.querySelectorAll("#matrix td").forEach(cell => { cell.dataset.b = boards[cell.cellIndex] });
const visible = () => cells.filter(cell => cell.offsetParent !== null);
let roved = null;
function roving(cell) {
  if (roved) roved.tabIndex = -1;
  roved = cell ?? null;
  if (roved) roved.tabIndex = 0;
}

/* What is asked for is shown even in a group that is closed; afterwards each is as it was. */
function filter() {
  const words = $("find").value.toLowerCase().split(/\s+/).filter(Boolean);
  const asked = words.length > 0 || shown !== "all";
  let any = false;
  folds.forEach(fold => {
    const [head, ...tests] = fold.group.rows, label = head.cells[0].textContent.toLowerCase();
    let rows = 0;
    tests.forEach(row => {
      const name = `${label} ${row.cells[0].textContent.toLowerCase()}`;
      const fits = words.every(word => name.includes(word))
        && (shown === "all" || row.querySelector(`button.${shown}`));
      row.hidden = !fits;
      rows += Boolean(fits);
    });
    fold.group.hidden = !rows;
    fold.show(asked ? rows > 0 : fold.isOpen);
    any ||= rows > 0;
  });
  $("none").hidden = any;
  roving(visible()[0]);
}
document.querySelectorAll(".filter button").forEach(button => {
  button.onclick = () => {
    shown = button.dataset.show;
    document.querySelectorAll(".filter button").forEach(other => other.setAttribute("aria-pressed", other === button));
    filter();
  };
});
$("find").oninput = filter;
if (folds.some(fold => !fold.isOpen)) {
  const all = make("button", {id: "fold"}, "Open all");
  all.onclick = () => {
    const open = all.textContent === "Open all";
    folds.forEach(fold => fold.show(fold.isOpen = open));
    all.textContent = open ? "Close all" : "Open all";
    roving(visible()[0]);
  };
  document.querySelector(".filter").after(all);
}

function move(cell, key) {
  const at = cell.closest("td").cellIndex, rows = visible().map(one => one.closest("tr"));
  const row = cell.closest("tr");
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const side = key === "ArrowLeft" ? -1 : 1;
    return row.cells[at + side]?.querySelector("button");
  }
  const lines = [...new Set(rows)], from = lines.indexOf(row);
  const to = {ArrowUp: from - 1, ArrowDown: from + 1, Home: 0, End: lines.length - 1}[key];
  const next = lines[to];
  return next && (next.cells[at]?.querySelector("button") ?? next.querySelector("button"));
}
$("matrix").onclick = () => { if (!roved?.offsetParent) roving(visible()[0]) };
$("matrix").onkeydown = event => {
  if (!event.target.matches("td button")) return;
  const next = move(event.target, event.key);
  if (!next) return;
  event.preventDefault();
  roving(next);
  next.focus();
};

document.querySelectorAll(".coverage tbody").forEach(foldable);

/* ---- the sheet: a test, or a source */

function facts(pairs) {
  const list = make("dl", {"aria-label": "Facts"});
  for (const [name, value] of pairs) if (value) list.append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  return list;
}

function logList(text, log) {
  const list = make("ol", {class: "log"});
  text.replace(/\n$/, "").split("\n").forEach((line, index) => {
    const [, at, rest] = /^\[ *([\d.]+)\] (.*)$/s.exec(line) ?? [null, "", line];
    const event = rest.startsWith("--- "), blamed = index + 1 === log.failing_line;
    const item = make("li", {class: blamed ? "blamed" : event ? "event" : null},
      make("time", {}, at), make("span", {}, event ? rest.slice(4) : rest));
    if (blamed) item.lastChild.append(make("small", {}, log.why));
    list.append(item);
  });
  return list;
}

function attempt(one, number, many, run, logs) {
  const part = document.createDocumentFragment(), image = run.images[one.image];
  if (many) part.append(make("h3", {class: one.outcome}, `Try ${number + 1}: ${SIGNS[one.outcome]} ${one.outcome}`));
  part.append(facts([
    ["Ran on", [one.on, one.where].filter(Boolean).join(": ")],
    ["Image", image ? `${one.image}, SHA-256 ${image.sha256}` : ""],
    ["Boot", one.boot_s === undefined ? "" : span(one.boot_s)],
    ["Setup, test, teardown", [one.setup_s, one.call_s, one.teardown_s].map(s => span(s ?? 0)).join(", ")],
    ["Time", one.virtual_time ? "virtual: only instructions take time" : ""],
    ["Console", one.log ? `bytes ${one.log.begin_bytes} to ${one.log.end_bytes}` : ""],
    ...(one.measurements ?? []).map(value => [value.name, `${value.value.toLocaleString()} ${value.unit ?? ""}`]),
  ]));
  if (one.message) part.append(make("h3", {}, one.outcome === "skipped" ? "Why it was skipped" : "What went wrong"), make("pre", {tabindex: 0}, one.message));
  if (one.log) {
    const text = logs[one.log.file];
    part.append(make("h3", {}, "Console"), text === undefined
      ? make("p", {class: "quiet"}, `${one.log.file} is not there.`)
      : text ? logList(text, one.log) : make("p", {class: "quiet"}, "The board printed nothing."));
  }
  return part;
}

function show(place, title, outcome) {
  $("sheet-place").textContent = place;
  $("sheet-title").replaceChildren(...(outcome ? [make("span", {class: outcome}, `${SIGNS[outcome]} ${outcome} `)] : []), title);
  body.replaceChildren();
  if (!sheet.open) sheet.showModal();
}

async function openTest(index) {
  const {run, logs} = await data(), test = run.tests[index];
  if (!test) return;
  current = index;
  show(`${test.board} \u00b7 ${test.file}`, test.name, test.outcome);
  for (const id of ["before", "next"]) $(id).hidden = false;
  test.attempts.forEach((one, number) => body.append(attempt(one, number, test.attempts.length > 1, run, logs)));
  history.replaceState(null, "", `#test-${index}`);
  const blamed = body.querySelector(".blamed");
  if (blamed) blamed.scrollIntoView({block: "center"}); else body.scrollTop = 0;
  body.focus({preventScroll: true});
}

function lineNumbers(text) {
  const lines = new Set();
  for (const part of (text ?? "").split(",").filter(Boolean)) {
    const [first, last] = part.split("-").map(Number);
    for (let line = first; line <= (last ?? first); line++) lines.add(line);
  }
  return lines;
}

async function openSource(name) {
  const {run, sources} = await data(), covered = run.coverage[name];
  if (!covered) return;
  current = null;
  const ran = lineNumbers(covered.ran), missed = lineNumbers(covered.missed);
  show("Coverage", name, "");
  for (const id of ["before", "next"]) $(id).hidden = true;
  const never = (covered.functions ?? []).filter(one => !one.ran).map(one => one.name);
  body.append(facts([["Lines", `${ran.size} of ${ran.size + missed.size} ran`], ["Functions that never ran", never.join(", ")]]));
  if (sources[name] === undefined) body.append(make("p", {class: "quiet"}, "Its source was not there when this page was made."));
  const list = make("ol", {class: "source"});
  (sources[name] ?? "").split("\n").forEach((text, index) => {
    const state = ran.has(index + 1) ? "ran" : missed.has(index + 1) ? "missed" : null;
    list.append(make("li", {class: state}, make("b", {}, `${index + 1}`),
      make("i", {}, state === "ran" ? SIGNS.passed : state ? SIGNS.failed : " "), make("span", {}, text || " ")));
  });
  if (sources[name] !== undefined) body.append(list);
  body.scrollTop = 0;
  history.replaceState(null, "", `#file-${encodeURIComponent(name)}`);
  body.focus({preventScroll: true});
}

function step(by) {
  const fits = cells.filter(cell => !cell.closest("tr").hidden);
  const order = fits.map(cell => Number(cell.dataset.t)), at = order.indexOf(current);
  const to = order[at + by];
  if (current !== null && to !== undefined) openTest(to);
}

document.addEventListener("click", event => {
  const button = event.target.closest("[data-t], [data-f]");
  if (!button) return;
  opener = button;
  if (button.closest("#matrix")) roving(button);
  if (button.dataset.t) openTest(Number(button.dataset.t)); else openSource(button.dataset.f);
});
$("close").onclick = () => sheet.close();
$("next").onclick = () => step(1);
$("before").onclick = () => step(-1);
sheet.onclick = event => { if (event.target === sheet) sheet.close() };
sheet.onclose = () => {
  history.replaceState(null, "", location.pathname + location.search);
  const cell = current === null ? null : cells.find(one => Number(one.dataset.t) === current);
  const there = cell?.offsetParent ? cell : null;
  (opener?.closest("#matrix") && there ? there : opener)?.focus();
};
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
  if (event.key === "/" && !sheet.open) { event.preventDefault(); $("find").focus() }
  if (sheet.open && event.key === "j") step(1);
  if (sheet.open && event.key === "k") step(-1);
});

function follow() {
  const [, test, file] = /^#(?:test-(\d+)|file-(.+))$/.exec(location.hash) ?? [];
  if (test) openTest(Number(test));
  if (file) openSource(decodeURIComponent(file));
}
onhashchange = follow;
roving(visible()[0]);
follow();

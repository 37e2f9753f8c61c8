// A lesson's page: what is known of it, how it is shown, and what its buttons do.
import { Editor } from "./editor.js";
import { Keeping } from "./keeping.js";
import { FIRST, Python } from "./python.js";
import { element, plain, story } from "./telling.js";
import { shelve } from "./shelf.js";
import { Training } from "./training.js";

const $ = (id) => document.getElementById(`page-${id}`);
const { lesson: opened, lessons } = JSON.parse($("data").textContent);
const known = new Map(lessons.map((lesson) => [lesson.name, lesson]));
const last = lessons.at(-1).name;
const KEEP_AFTER = 300; // milliseconds without a key
const BADGES = { right: "Right", wrong: "Wrong", unwritten: "Not written yet", partial: "Not finished" };
const INTRODUCTION = "Read the lesson, fill in the functions, then run the checks: "
  + "they say what is right, and what is wrong with the rest.";

const narrow = matchMedia("(max-width: 60rem)"); // as page.css has it
const keeping = new Keeping();
const pages = new Map(); // title, article and stub of the lessons that were shown
let here = opened.name; // the lesson that is shown
let running = null; // lesson, done, of and failed, while checks are run
let loading = FIRST; // null when it is there; lost, if it cannot be
let said = ""; // what else there is to say, until something is done

// ------------------------------------------------------------------------------ what is shown

/** Show all that is known. */
function show() {
  const { row = {}, story: lines = [] } = keeping.lesson(here);
  showTable();
  showKept();
  showLoading();
  $("stop").hidden = !running;
  $("run").setAttribute("aria-disabled", Boolean(running));
  fill($("status"), statusOf(row, lines), status);
  fill($("story"), running?.lesson === here ? soFar(running) : lines, told);
  fill($("next"), running || !lines.length ? [] : [row.verdict, row.next ?? []], next);
  $("results").classList.toggle("stale", !running && lines.length > 0 && row.verdict === "unchecked");
  $("training").hidden = here !== last || row.verdict !== "right";
  reach();
}

/** Put what `make` makes of something into a place, unless it is there already. */
function fill(place, what, make) {
  const key = JSON.stringify([here, what]);
  if (place.dataset.shows === key) return;
  place.dataset.shows = key;
  place.replaceChildren(...make(what));
}

function showTable() {
  for (const link of $("lessons").querySelectorAll("a")) {
    const { verdict = "unwritten", passed, checks } = keeping.lesson(link.dataset.lesson).row ?? {};
    link.dataset.verdict = verdict;
    link.querySelector(".verdict").textContent = verdict;
    link.querySelector(".counts").textContent = verdict !== "right" && passed ? `${passed} of ${checks}` : "";
    if (link.dataset.lesson === here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function showKept() {
  const { problem } = keeping;
  $("kept").textContent = problem ? "not kept" : keeping.written(here) ? "kept" : "";
  $("where").textContent = problem
    ? `This browser does not keep your text (${problem}). Download it before you leave.`
    : "What you write is kept in this browser, on this device, and is sent nowhere.";
  $("where").classList.toggle("bad", Boolean(problem));
}

function showLoading() {
  const { step, of, what, lost } = loading ?? {};
  const [value, max] = running ? [running.done, running.of] : [step - 0.5, of];
  if (max) Object.assign($("progress"), { value, max });
  else $("progress").removeAttribute("value");
  $("progress").hidden = !running && (!loading || lost !== undefined);
  $("loading").hidden = !loading;
  $("loading").classList.toggle("bad", lost !== undefined);
  fill($("loading"), loading, () => {
    if (!loading) return [];
    if (lost === undefined) return [`Loading Python (${step} of ${of}): ${what}`];
    const again = element("button", { type: "button", onclick: () => python.end("") }, "Try again");
    return [`Python could not be loaded${lost && ` (${lost})`}. Is there a connection? `, again];
  });
}

/** What the checks have come to: a verdict and a sentence. */
function statusOf(row, lines) {
  if (running) {
    const wait = loading ? "Your checks run as soon as Python is there." : "";
    return { text: wait || `Checking lesson ${known.get(running.lesson).number} ...` };
  }
  if (said) return { text: said };
  if (!lines.length) return { text: row.verdict === "unchecked" ? "This text has not been checked." : INTRODUCTION };
  if (!(row.verdict in BADGES)) return { text: "Your text has not been checked as it is now. Below is what was said before." };
  const counts = row.verdict !== "right" && row.passed ? `${row.passed} of ${row.checks} checks pass.` : "";
  return { verdict: row.verdict, text: counts, spoken: row.sentence };
}

function status({ verdict, text, spoken }) {
  const badge = verdict ? [element("strong", { class: `badge ${verdict}` }, BADGES[verdict])] : [];
  return [...badge, ` ${text} `, element("span", { class: "spoken" }, spoken ?? "")];
}

function soFar({ done, of, failed }) {
  if (!of) return [];
  const looking = failed && done === of ? "\n\nLooking for the line ..." : "";
  return plain(`${done} of ${of} checks${failed && `\n\n${failed}`}${looking}`);
}

const told = (lines) => story(lines, (line) => editor.goTo(line));

/** What can be done after a verdict. */
function next([verdict, steps] = []) {
  const after = lessons[known.get(here).number];
  if (verdict === "right" && after) {
    return [element("button", { type: "button", class: "chief", onclick: () => go(after.name) }, `Next: ${after.title}`)];
  }
  if (verdict !== "wrong") return [];
  if (!steps.length) return ["There is no more to tell."];
  return [element("button", { type: "button", onclick: hint }, "Hint"), ` tells ${steps[0]}.`];
}

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

/** Let the keys reach what can be scrolled. */
function reach() {
  for (const box of document.querySelectorAll("#page-read pre, .table-wrapper, .math-wrapper, #page-story")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

// ------------------------------------------------------------------------------ the texts

let keepSoon = 0;

function edited() {
  clearTimeout(keepSoon);
  keepSoon = setTimeout(keep, KEEP_AFTER);
}

/** Keep the text that is shown. */
function keep() {
  clearTimeout(keepSoon);
  const { text, stub } = keeping.lesson(here);
  const now = pages.get(here).stub;
  if (editor.text === (text ?? now)) return;
  said = "";
  keeping.note(here, { text: editor.text, stub: keeping.written(here) ? stub : now, row: unknown(editor.text, now) });
  look([here]);
  show();
}

const unknown = (text, stub) => ({ verdict: text === stub ? "unwritten" : "unchecked" });

/** The text of a lesson, if there is one that is not the stub's. */
const own = (name) => (keeping.written(name) ? keeping.lesson(name).text : undefined);

/** Put a text in a lesson's place, and keep the one that was there. What became of that one: kept, or why not. */
function replace(name, text, why) {
  if (name === here) keep();
  const before = own(name);
  if (before !== undefined && before !== text && !keeping.addVersion(name, before, why)) {
    return { problem: `${known.get(name).file} is as it was: this browser cannot keep your text as an earlier version `
      + `(${keeping.problem}). Delete some of those, then try again.` };
  }
  const stub = pages.get(name)?.stub;
  keeping.note(name, { text, stub, row: unknown(text, stub), story: [] });
  editor.put(known.get(name).file, text);
  look([name]);
  show();
  return { kept: before !== undefined && before !== text };
}

/** Let Python see texts that have changed, and say how their lessons stand. */
async function look(names) {
  if (loading) return;
  const texts = textsOf(names);
  try {
    take(texts, await python.ask({ do: "look", files: texts }));
  } catch {
    // it has ended, and begins again with all texts
  }
}

const textsOf = (names) => Object.fromEntries(names.flatMap((name) => {
  const { text, found } = keeping.lesson(name);
  return text === undefined ? [] : [[name, { text, found }]];
}));

/** Take in how lessons stand, where the texts are still those that were looked at. */
function take(texts, { rows }) {
  for (const [name, row] of Object.entries(rows)) {
    const { text, row: before } = keeping.lesson(name);
    const ended = before?.ended && row.verdict === "unchecked"; // Python ended with that verdict
    if (text === texts[name].text && !ended) keeping.note(name, { row });
  }
  show();
}

// ------------------------------------------------------------------------------ the checks

async function run() {
  if (running) return;
  keep();
  notice("");
  said = "";
  running = { lesson: here, done: 0, of: 0, failed: "" };
  const { lesson } = running;
  const text = editor.text;
  const stub = pages.get(here).stub;
  part("work");
  show();
  if (narrow.matches) $("results").scrollIntoView();
  try {
    const { row, found, story: lines } = await python.ask({ do: "check", lesson, text }, (far) => {
      running = { lesson, ...far };
      show();
    });
    const same = (keeping.lesson(lesson).text ?? stub) === text;
    keeping.note(lesson, { found, story: lines, row: same ? row : unknown(text, "") });
  } catch (error) {
    said = error.wrong ? "" : error.message;
    const row = { verdict: "wrong", sentence: error.message, ended: true };
    keeping.note(lesson, error.wrong ? { row, story: plain(error.message) } : { row: unknown(text, stub), story: [] });
  }
  running = null;
  show();
  if (narrow.matches && lesson === here) $("results").scrollIntoView();
}

async function hint() {
  const lesson = here;
  try {
    const { text, found, row } = await python.ask({ do: "hint", lesson });
    const { story: lines } = keeping.lesson(lesson);
    keeping.note(lesson, { found, row, story: [...lines, ...plain(`\n${text}`)] });
  } catch (error) {
    said = error.message;
  }
  show();
  $("next").scrollIntoView({ block: "nearest" });
  $("next").querySelector("button")?.focus();
}

// ------------------------------------------------------------------------------ Python

function heard(word) {
  if (word.about === "loading") loading = word;
  if (word.about === "lost") loading = { lost: word.why };
  if (word.about === "ready") {
    loading = null;
    take(word.texts, word);
    prepare();
  }
  show();
}

/** Let Python get ready for the checks of the lesson that is shown. */
function prepare() {
  if (!loading && !running) python.ask({ do: "prepare", lesson: here }).catch(() => {}); // a run tells what is wrong
}

// ------------------------------------------------------------------------------ other lessons

let asked = here; // the lesson that was asked for last

/** Show another lesson in this page, so that Python stays loaded. */
async function go(name, push = true) {
  const { href } = document.querySelector(`a[data-lesson="${name}"]`);
  asked = name;
  try {
    if (!pages.has(name)) pages.set(name, await fetched(href));
  } catch {
    location.assign(href); // the browser says what is wrong
    return;
  }
  if (name !== asked) return;
  keep();
  pages.get(here).scrolled = $("read").scrollTop;
  if (push) history.pushState(null, "", href);
  here = name;
  said = "";
  part("read");
  enter();
  prepare();
  $("read").focus({ preventScroll: true });
}

async function fetched(href) {
  const response = await fetch(href);
  if (!response.ok) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const { stub } = JSON.parse(page.getElementById("page-data").textContent).lesson;
  const article = document.adoptNode(page.querySelector("#page-read > article"));
  return { title: page.title, article: prepared(article), stub };
}

/** Let links to lessons stay in this page, and others open beside it. */
function prepared(article) {
  for (const link of article.querySelectorAll("a[href]")) {
    const [, lesson] = link.getAttribute("href").match(/^\.\.\/(\d\d_\w+)\/README\.html$/) ?? [];
    if (lesson) {
      link.href = `../${lesson}/write.html`;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        go(lesson);
      });
    } else if (!link.matches(".to-read, [href^='#']")) {
      link.target = "_blank";
      link.append(element("span", { class: "spoken" }, " (in a new tab)"));
    }
  }
  return article;
}

/** Show the lesson that was chosen: its text, its file, what is known of it. */
function enter() {
  const { title, article, stub, scrolled = 0 } = pages.get(here);
  const { text, stub: begun } = keeping.lesson(here);
  document.title = title;
  $("read").replaceChildren(article);
  $("read").scrollTop = scrolled;
  $("file").textContent = known.get(here).file;
  if (text !== undefined && !keeping.written(here)) keeping.note(here, { text: stub, stub });
  editor.show(known.get(here).file, own(here) ?? stub);
  notice(own(here) !== undefined && begun !== undefined && begun !== stub
    ? "The stub of this lesson has changed since you began. Your text is as you left it."
    : "");
  show();
}

/** Show the text or the work, where there is no room for both. */
function part(name) {
  document.querySelector("main").dataset.part = name;
  for (const button of document.querySelectorAll(".switch button")) {
    button.setAttribute("aria-pressed", button.dataset.part === name);
  }
  reach();
}

// ------------------------------------------------------------------------------ the beginning

pages.set(here, { title: document.title, article: prepared($("read").firstElementChild), stub: opened.stub });
const editor = new Editor($("code"), edited);
const python = new Python(heard, () => textsOf(lessons.map(({ name }) => name)));
shelve({ $, lessons, keeping, replace, notice, here: () => here, stub: (name) => pages.get(name)?.stub, text: () => editor.text, keep });
new Training($("training"), async (request, stuck) => {
  if (request.do === "train") await look(lessons.map(({ name }) => name));
  return python.ask(request, undefined, stuck);
});
enter();

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  part("work");
  $("work").focus();
});
$("run").addEventListener("click", run);
$("stop").addEventListener("click", () => python.end("Stopped. Python begins anew."));
$("theme").addEventListener("click", () => theme({ auto: "light", light: "dark", dark: "auto" }[document.body.dataset.theme]));
for (const button of document.querySelectorAll(".switch button")) {
  button.addEventListener("click", () => part(button.dataset.part));
}
$("lessons").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.lesson !== here) go(link.dataset.lesson);
});
addEventListener("popstate", () => {
  const name = location.pathname.match(/(\d\d_\w+)\/write/)?.[1];
  if (known.has(name) && name !== here) go(name, false);
});
addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.stopPropagation();
  run();
}, true);
addEventListener("pagehide", keep);
addEventListener("beforeunload", (event) => {
  keep();
  if (keeping.problem && lessons.some(({ name }) => keeping.written(name))) event.preventDefault();
});
addEventListener("resize", reach);
keeping.follow((name) => {
  const { text } = keeping.lesson(name);
  if (known.has(name) && text !== undefined) {
    editor.put(known.get(name).file, text);
    look([name]);
  }
  show();
});

/** Choose light or dark as the other pages of the site do. */
function theme(name) {
  document.body.dataset.theme = name;
  $("theme").textContent = `Theme: ${name}`;
  try {
    localStorage.setItem("theme", name);
  } catch {
    // it lasts as long as the page
  }
}
theme(document.body.dataset.theme || "auto");
if (/Mac|iP/.test(navigator.platform)) $("run").querySelector("kbd").textContent = "Cmd-Enter";

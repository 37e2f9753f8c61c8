"""The lessons in Chromium, cut off from the network: what a terminal says, a page says too.

`python -m tests.browser --all` compares every answer that is known.
"""

import hashlib
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.running.story import following
from tests.browser import (
    STYLES,
    Answer,
    Window,
    at_home,
    mistake,
    opened,
    same,
    served,
    solution,
    stub,
)
from tests.lessons_run import Run, run_lessons
from tests.test_site import build, chromium, runtime_module

AXE = "axe-core@4.14.1"
AXE_SHA = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
COLOURS = {"31": "red", "32": "green", "33": "yellow", "36": "cyan"}
of_each_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda each: each.name)
FORWARD, BACKWARD, TRAINING = (LESSONS[n] for n in ("02_forward", "04_backward", "08_training"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site that needs nothing but itself, served."""
    folder, runtime = tmp_path_factory.mktemp("hosted").resolve(), runtime_module()
    chromium()
    try:
        runtime.put(folder / "tried", True)
    except runtime.Unavailable as problem:
        pytest.skip(f"Lessons were not tried in a browser. {problem}")
    built = build(folder / "site", "-D", "self_hosted=1")
    assert built.returncode == 0, built.stderr
    with served(folder / "site") as address:
        yield address


@pytest.fixture(scope="module")
def only(address: str) -> Iterator[Window]:
    """A lesson's page with Python in it."""
    with opened(chromium(), address) as window:
        window.open(FORWARD)
        yield window


@pytest.fixture
def window(only: Window) -> Iterator[Window]:
    """The page in which one test after another is done; none may reach out, or break it."""
    only.page.set_viewport_size({"width": 1400, "height": 900})
    yield only
    assert len(only.asked) > 10 and only.faults == []
    assert [x for x in only.asked if not x.startswith((only.address, "data:", "blob:"))] == []


Terminal = Callable[..., "Future[Run]"]


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """What a terminal says of an answer, in which its file is as the page names it."""

    def told(answer: Answer, explain: str) -> Run:
        folder = tmp_path_factory.mktemp("answer")
        path = folder / answer.lesson.file
        path.write_text(answer.text, encoding="utf-8", newline="\n")
        room = f"lessons/{answer.lesson.name}"
        options = (f"--solution={folder}", f"--explain={explain}", "--color=yes")
        run = run_lessons(room, *options)
        return run._replace(printed=at_home(run.printed, folder, answer.lesson))

    with ThreadPoolExecutor(1) as aside:
        yield lambda answer, explain="line": aside.submit(told, answer, explain)


def plain(printed: str) -> str:
    """What was printed, without colours and without what is to be run next."""
    words = same(re.sub(r"\x1b\[\d+m", "", printed))
    return re.sub(r" (Read \S+ Write \w+ in \S+ )?Then run: \S+ -m pytest .*$", "", words)


@of_each_lesson
def test_a_stub_is_not_written_yet_and_the_worked_solution_is_right(
    window: Window, terminal: Terminal, lesson: Lesson
) -> None:
    answers = (stub(lesson), solution(lesson, "reference"))
    untouched, right = [terminal(answer) for answer in answers]
    for answer, coming in zip(answers, (untouched, right), strict=True):
        told, run = window.check(answer), coming.result()
        next_lesson = " ".join(following(lesson)) * (answer.name == "reference")
        assert told.verdict == run.lessons[lesson.name]["verdict"]
        assert f"{told.words} {next_lesson}".strip() == plain(run.printed)


@of_each_lesson
def test_right_answers_are_right_whatever_their_style(window: Window, lesson: Lesson) -> None:
    for style in STYLES[1:]:
        told = window.check(solution(lesson, style))
        assert told.verdict == "right", told.words


@of_each_lesson
def test_a_mistake_is_told_as_in_a_terminal_and_in_its_colours(
    window: Window, terminal: Terminal, lesson: Lesson
) -> None:
    answers = [mistake(lesson, number) for number in (7, 33)]
    for answer, coming in zip(answers, [terminal(a) for a in answers], strict=True):
        told, run = window.check(answer), coming.result()
        assert told.verdict == "wrong", answer.name
        assert told.words == plain(run.printed)
        coloured = re.findall(r"\x1b\[(\d+)m(.*?)\x1b\[0m", run.printed)
        pieces = [(name, text.strip()) for text, name, _ in told.pieces if name]
        assert pieces == [(COLOURS[code], text.strip()) for code, text in coloured]
        seen = {(name, colour) for _, name, colour in told.pieces}
        assert len(seen) == len(dict(seen)) == len({colour for _, colour in seen}) > 1


SOFTMAX = "\n\ndef softmax(z):\n    {}\n"


def test_a_loop_without_end_is_ended_and_what_comes_after_works(
    window: Window, terminal: Terminal
) -> None:
    right = solution(FORWARD, "reference")
    endless = ("while True: pass", "return sum(range(10**15))")  # the second one within C
    answers = [Answer(FORWARD, how, right.text + SOFTMAX.format(how)) for how in endless]
    in_python, in_c = [terminal(answer) for answer in answers]
    told = window.check(answers[0])
    assert told.verdict == "wrong"
    assert told.words == plain(in_python.result().printed)
    told = window.check(answers[1])
    assert told.verdict == "wrong"
    assert told.words and told.words in plain(in_c.result().printed)
    assert window.check(right).verdict == "right"


def test_a_run_can_be_stopped(window: Window) -> None:
    window.turn_to(FORWARD)
    window.write("while True: pass")
    window.page.keyboard.press("ControlOrMeta+Enter")
    window.press("Stop")
    window.page.locator("#page-stop").wait_for(state="hidden")
    assert window.said("status") == "Stopped. Python begins anew."
    assert window.check(solution(FORWARD, "loops")).verdict == "right"


def test_a_reload_keeps_the_text_and_a_stub_put_back_keeps_an_earlier_version(
    window: Window,
) -> None:
    with window.another() as fresh:
        fresh.open(FORWARD)
        fresh.write("mine = 1")
        fresh.page.reload()
        assert fresh.editor.inner_text() == "mine = 1" == fresh.text
        fresh.press("Start again")
        assert "softmax" in fresh.editor.inner_text() and fresh.text == stub(FORWARD).text
        fresh.page.reload()
        fresh.press("Earlier versions")
        fresh.press("Put back")
        assert fresh.editor.inner_text() == "mine = 1" == fresh.text


def test_hints_tell_a_step_at_a_time_what_a_terminal_tells(
    window: Window, terminal: Terminal
) -> None:
    answer = mistake(BACKWARD, 20)
    coming = terminal(answer, "name")
    window.check(answer)
    every = plain(coming.result().printed)
    steps = []
    while "Hint" in window.said("next"):
        steps.append(window.hint())
        assert len(steps[-1]) > 20 and steps[-1] in every
    assert len(steps) == 2 and window.said("next") == "There is no more to tell."


def test_lessons_change_in_one_page_with_python_in_it_and_the_table_knows_all(
    window: Window,
) -> None:
    def known() -> dict[str, str]:
        links = window.page.locator("#page-lessons a").all()
        return {x.get_attribute("data-lesson"): x.get_attribute("data-verdict") for x in links}

    window.check(mistake(FORWARD, 3))
    loaded = sum("worker.js" in url for url in window.asked)
    for lesson in LESSONS.values():
        window.turn_to(lesson)
        assert window.page.locator("h1#page-file").inner_text() == lesson.file
        assert lesson.functions[0] in window.page.locator("#page-read article").inner_text()
    window.page.go_back()
    window.page.wait_for_url(window.url([*LESSONS.values()][-2]))
    window.check(stub(BACKWARD))
    window.check(solution(LESSONS["06_adagrad"], "einsum"))
    table = known()
    assert (table["02_forward"], table["04_backward"]) == ("wrong", "unwritten")
    assert (table["06_adagrad"], [*table]) == ("right", [*LESSONS])
    assert sum("worker.js" in url for url in window.asked) == loaded


def test_what_is_downloaded_has_the_same_verdicts_in_a_clone_and_can_be_opened_again(
    window: Window, tmp_path: Path
) -> None:
    three = [
        solution(FORWARD, "loops"),
        mistake(BACKWARD, 4),
        solution(LESSONS["06_adagrad"], "unusual"),
    ]
    for answer in three:
        (tmp_path / answer.lesson.file).write_bytes(answer.text.encode())
    with window.another() as fresh:
        fresh.open(FORWARD)
        fresh.put_in(*(tmp_path / answer.lesson.file for answer in three))
        here = {}
        for answer in three:
            fresh.turn_to(answer.lesson)
            here[answer.lesson.name] = fresh.run().verdict
        with fresh.page.expect_download() as download:
            fresh.press("Download all (.zip)")
        download.value.save_as(tmp_path / "mine.zip")
    assert [*here.values()] == ["right", "wrong", "right"]
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    zipfile.ZipFile(tmp_path / "mine.zip").extractall(clone)
    there = run_lessons("lessons", cwd=clone).lessons
    assert {name: room["verdict"] for name, room in there.items()} == (
        dict.fromkeys(LESSONS, "unwritten") | here
    )
    with window.another() as fresh:
        fresh.open(FORWARD)
        fresh.put_in(tmp_path / "mine.zip")
        for answer in three:
            fresh.turn_to(answer.lesson)
            assert fresh.text == answer.text


FOCUS = """(x => [x.id, ...x.classList, x.matches("button") ? x.textContent : ""])(
  document.activeElement)"""


def tab_to(window: Window, wanted: str, most: int) -> None:
    """Press Tab until what has this id, class or text has the focus."""
    passed: list[list[str]] = []
    while not passed or wanted not in passed[-1]:
        assert len(passed) < most, passed
        window.page.keyboard.press("Tab")
        passed.append(window.page.evaluate(FOCUS))


def test_the_keyboard_is_enough(window: Window) -> None:
    window.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.open(BACKWARD)
    keys = window.page.keyboard
    answer = mistake(BACKWARD, 12)
    window.page.evaluate("text => navigator.clipboard.writeText(text)", answer.text)
    tab_to(window, "skip", 1)
    keys.press("Enter")
    tab_to(window, "cm-content", 4)
    keys.press("ControlOrMeta+a")
    keys.press("ControlOrMeta+v")
    keys.press("Tab")
    assert "cm-content" in window.page.evaluate(FOCUS)
    keys.press("Shift+Tab")
    keys.press("ControlOrMeta+Enter")
    assert window.ended().verdict == "wrong"
    assert window.text == answer.text
    keys.press("Escape")
    keys.press("Tab")
    assert "cm-content" not in window.page.evaluate(FOCUS)
    tab_to(window, "Hint", 9)
    before = window.said("next")
    keys.press("Enter")
    window.page.wait_for_function(
        "before => document.getElementById('page-next').innerText.trim() !== before", arg=before
    )


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core's script, from npm and kept in the cache."""
    folder = runtime_module().CACHE / AXE
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--fetch-retries=1")
        command = [npm or "npm", "install", *options, "--prefix", str(folder), AXE]
        if npm is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip(f"{AXE} could not be had from npm: it was not asked about the pages")
    assert hashlib.sha256(script.read_bytes()).hexdigest() == AXE_SHA
    return script.read_text(encoding="utf-8")


TOO_WIDE = """() => {
  const inBox = x => x.id !== "page-work" && x.id !== "page-read" && x.parentElement &&
    (getComputedStyle(x).overflowX !== "visible" || inBox(x.parentElement));
  return [...document.querySelectorAll("body *")]
    .filter(x => x.getBoundingClientRect().right > innerWidth + 0.5 && x.offsetParent
      && !inBox(x.parentElement))
    .map(x => x.outerHTML.slice(0, 200));
}"""


def test_axe_finds_nothing_and_nothing_overflows(window: Window, axe: str) -> None:
    page = window.page
    assert window.check(mistake(BACKWARD, 8)).verdict == "wrong"
    assert window.hint()
    for width, scheme in product((400, 1400), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", ground)[:3])) < 3 * 128) == (scheme == "dark")
        for part in ("Read", "Write") if width == 400 else ("",):
            if part:
                window.press(part)
            assert page.evaluate("document.scrollingElement.scrollWidth") <= width
            assert page.evaluate(TOO_WIDE) == []
            page.evaluate(axe)
            found = page.evaluate("axe.run(document)")
            faults = [(x["id"], [n["html"] for n in x["nodes"]]) for x in found["violations"]]
            assert faults == [] and len(found["passes"]) > 20
    page.emulate_media(color_scheme="light")


def test_ones_own_network_learns_in_the_page_and_can_be_stopped(window: Window) -> None:
    assert window.check(solution(TRAINING, "reference")).verdict == "right"
    page, reached = window.page, window.page.locator("#page-training .reached")
    points = "document.querySelector('.curve .own').getAttribute('points').split(' ').length"

    def steps() -> int:
        return int(re.sub(r"\D", "", reached.inner_text().partition(" of ")[0]))

    window.press("Train your network")
    page.wait_for_function(f"document.querySelector('.curve .own') && {points} > 5", timeout=90_000)
    page.locator("#page-training .texts pre").first.wait_for()
    window.press("Pause")
    go_on = page.get_by_role("button", name="Go on", exact=True)
    go_on.wait_for()
    before, drawn = steps(), page.evaluate(points)
    assert before >= drawn > 5
    assert window.check(stub(FORWARD)).verdict == "unwritten"
    window.turn_to(TRAINING)
    assert steps() == before
    go_on.click()
    page.wait_for_function(f"{points} > {drawn}", timeout=90_000)
    window.press("Pause")
    go_on.wait_for()
    assert steps() > before


REFUSED = """Object.defineProperty(window, "localStorage", {get() {
  throw new DOMException("switched off", "SecurityError");
}})"""
FILLED = """() => {
  let piece = "x".repeat(1 << 20), k = 0;
  while (piece) {
    try {
      localStorage.setItem(`others/${k++}`, piece);
    } catch {
      piece = piece.slice(piece.length / 2 + 1);
    }
  }
}"""


@pytest.mark.parametrize(
    ("at_start", "then", "why"),
    [
        (REFUSED, "() => {}", "its storage is switched off"),
        ("", FILLED, "its storage is full"),
    ],
)
def test_storage_that_is_full_or_refused_is_said(
    window: Window, at_start: str, then: str, why: str
) -> None:
    with window.another(at_start) as fresh:
        fresh.open(FORWARD)
        fresh.page.evaluate(then)
        fresh.write("mine = 1\n" * 1000)
        fresh.page.get_by_text(f"does not keep your text ({why})").wait_for()
        assert fresh.said("kept") == "not kept"
        with fresh.page.expect_download() as download:
            fresh.press("Download this file")
        assert Path(download.value.path()).read_text(encoding="utf-8") == "mine = 1\n" * 1000

"""Lessons' pages in Chromium, as a reader uses them, beside a terminal with the same answers.

python -m tests.browser [--all] [LESSON ...]

tries known answers, a fair sample or all, one after another in one page, and says where the verdict
or a word is another than in a terminal.
"""

import argparse
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT, from_here
from tests.edits import ANSWERS, table
from tests.everything import BROWSERS
from tests.lessons_run import run_lessons

STYLES = ("reference", "einsum", "loops", "unusual")
SAMPLE = 40  # a sample has the first, the 41st, ... known mistake of a lesson
OWN_WORDS = ("in_set_order",)  # tell of an order that each Python has of its own
ALONE = (  # nothing but this machine is reached
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
WIDE = {"width": 1400, "height": 900}
LINES = """() => [...document.querySelectorAll("#page-story > div")].map(line =>
  [...line.querySelectorAll("span")].map(piece =>
    [piece.textContent, piece.className, getComputedStyle(piece).color]))"""
PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
  document.querySelector(".cm-content").dispatchEvent(event);
}"""


class Answer(NamedTuple):
    """A text for a lesson's file."""

    lesson: Lesson
    name: str
    text: str


class Told(NamedTuple):
    """What a page shows after a run: the words, and pieces with their class and their colour."""

    verdict: str
    words: str
    pieces: list[tuple[str, str, str]]


@dataclass
class Window:
    """A lesson's page in a browser's window; `asked` is what was asked for, `faults` its errors."""

    page: Any
    address: str
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    @contextmanager
    def another(self, at_start: str = "") -> Iterator["Window"]:
        """A window that knows nothing of this one; a script may be run before its pages' own."""
        context = self.page.context.browser.new_context(viewport=WIDE)
        context.add_init_script(at_start)
        yield Window(context.new_page(), self.address, self.asked, self.faults)
        context.close()

    def url(self, lesson: Lesson) -> str:
        return f"{self.address}lessons/{lesson.name}/write.html"

    def open(self, lesson: Lesson) -> None:
        """Load a lesson's page."""
        self.page.goto(self.url(lesson))
        self.editor.wait_for()

    def turn_to(self, lesson: Lesson) -> None:
        """Change to a lesson within the page."""
        if self.page.url.partition("#")[0] != self.url(lesson):
            self.page.locator(f"#page-lessons a[data-lesson='{lesson.name}']").click()
            self.page.wait_for_url(self.url(lesson))

    @property
    def editor(self) -> Any:
        return self.page.locator(".cm-content")

    @property
    def text(self) -> str:
        """What this browser keeps of the lesson's text."""
        name = self.page.url.split("/")[-2]
        kept: str = self.page.evaluate(f"JSON.parse(localStorage['unrolled/{name}']).text")
        return kept

    def put_in(self, *files: Path) -> None:
        """Open files of the reader's disk."""
        self.page.locator("#page-chosen").set_input_files(files)
        self.page.get_by_text("Opened ").wait_for()

    def write(self, text: str) -> None:
        """Paste a text in the place of all there is."""
        self.editor.focus()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.evaluate(PASTE, text)

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def said(self, part: str) -> str:
        """The text of a part of the page."""
        text: str = self.page.locator(f"#page-{part}").inner_text()
        return " ".join(text.split())

    def run(self) -> Told:
        """Run the checks on what is written, and wait for the end."""
        self.page.locator("#page-run").click()
        return self.ended()

    def ended(self) -> Told:
        """Wait for the end of a run; what is shown."""
        over = "document.getElementById('page-stop').hidden"
        self.page.wait_for_function(over, timeout=120_000)
        lines = self.page.evaluate(LINES)
        pieces = [(text, *look) for line in lines for text, *look in line]
        words = " ".join("".join(text for text, *_ in line) for line in lines)
        table = self.page.locator("#page-lessons a[aria-current] .verdict").inner_text()
        return Told(table, same(words), pieces)

    def hint(self) -> str:
        """Ask for a hint; what is told."""
        lines = self.page.locator("#page-story > div")
        before = lines.count()
        self.press("Hint")
        lines.nth(before).wait_for(state="attached")
        return same("\n".join(lines.all_inner_texts()[before:]))

    def check(self, answer: Answer) -> Told:
        """Write an answer for its lesson, and run the checks."""
        self.turn_to(answer.lesson)
        self.write(answer.text)
        return self.run()


def same(words: str) -> str:
    """Words without line breaks, and without what differs from run to run or by the last bit."""
    words = re.sub(r"\(\d+\.\d s\)", "(... s)", " ".join(words.split()))
    return re.sub(r"largest error [\d.e-]+\d", "largest error ...", words)


@contextmanager
def opened(browser: str, address: str) -> Iterator[Window]:
    """A window of a browser in which nothing is kept yet."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        program = player.chromium.launch(executable_path=browser, args=ALONE)
        yield Window(program.new_context(viewport=WIDE).new_page(), address)
        program.close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; its address."""
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def solution(lesson: Lesson, style: str) -> Answer:
    """A right answer."""
    folder = ROOT / "reference" if style == "reference" else ANSWERS / style
    return Answer(lesson, style, (folder / lesson.file).read_text(encoding="utf-8"))


def stub(lesson: Lesson) -> Answer:
    """What a reader begins with."""
    return Answer(lesson, "stub", (lesson.folder / "stub.txt").read_text(encoding="utf-8"))


def mistake(lesson: Lesson, number: int) -> Answer:
    """A known mistake, by its number in the lesson's table."""
    name, row = [*table(lesson).items()][number % len(table(lesson))]
    return Answer(lesson, name, row.edited(solution(lesson, row.style).text))


def known_answers(lesson: Lesson, every: int = 1) -> Iterator[Answer]:
    """The stub, the right answers, odd right ones, and known mistakes in steps of `every`."""
    from tests import test_isolation as hostile

    yield stub(lesson)
    yield from (solution(lesson, style) for style in STYLES)
    if every == 1:
        for folder in ("drifting", "wrong"):
            if (ANSWERS / folder / lesson.file).exists():
                yield solution(lesson, folder)
        for odd in hostile.ODD[1:]:  # the first one starts processes
            with tempfile.TemporaryDirectory() as made:
                answers = Path(made, "answers")
                hostile.write(hostile.Submission(odd, {lesson.name: odd}), answers)
                yield Answer(lesson, odd, (answers / lesson.file).read_text(encoding="utf-8"))
    yield from (mistake(lesson, k) for k in range(0, len(table(lesson)), every))


def in_terminal(folder: Path, answers: list[Answer]) -> dict[str, tuple[str, str]]:
    """The verdict and the words of `pytest lessons/...`, by lesson, on an answer of each."""
    for answer in answers:
        (folder / answer.lesson.file).write_text(answer.text, encoding="utf-8", newline="\n")
    rooms = [f"lessons/{answer.lesson.name}" for answer in answers]
    run = run_lessons(*rooms, f"--solution={folder}")
    return {
        name: (room["verdict"], same(at_home(room["told"], folder, LESSONS[name])))
        for name, room in run.lessons.items()
    }


def at_home(words: str, folder: Path, lesson: Lesson) -> str:
    """Words about a file of a folder, as if it were in its lesson's place."""
    path = folder / lesson.file
    return words.replace(from_here(path), from_here(lesson.folder / lesson.file))


def main(arguments: list[str] | None = None) -> int:
    """Compare page and terminal; 1 if they differ."""
    parser = argparse.ArgumentParser("python -m tests.browser", description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", default=[*LESSONS])
    parser.add_argument("--all", action="store_true", help="all answers, not a sample")
    options = parser.parse_args(arguments)
    from tests.test_site import build

    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return print("There is no Chromium here.", file=sys.stderr) or 2
    every = 1 if options.all else SAMPLE
    columns = [known_answers(LESSONS[name], every) for name in options.lessons]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        if (built := build(folder / "site", "-D", "self_hosted=1")).returncode:
            return print(built.stderr, file=sys.stderr) or 2
        with (
            ThreadPoolExecutor(1) as aside,
            served(folder / "site") as address,
            opened(browser, address) as window,
        ):
            rows = [[answer for answer in row if answer] for row in zip_longest(*columns)]
            folders = [Path(tempfile.mkdtemp(dir=folder)) for _ in rows]
            there = [*map(partial(aside.submit, in_terminal), folders, rows)]
            window.open(rows[0][0].lesson)
            count = differ = 0
            for row, coming in zip(rows, there, strict=True):
                here = {answer.lesson.name: window.check(answer) for answer in row}
                for answer in row:
                    name, count = answer.lesson.name, count + 1
                    verdict, words = coming.result()[name]
                    told = here[name]
                    other = told.verdict != verdict
                    if other or (told.words != words and answer.name not in OWN_WORDS):
                        differ += 1
                        what = "verdict" if other else "words"
                        print(f"{name}, {answer.name}: another {what}")
                        print(f"  page: {told.verdict}: {told.words}")
                        print(f"  terminal: {verdict}: {words}", flush=True)
                print(f"{count} answers, {differ} differ", flush=True)
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())

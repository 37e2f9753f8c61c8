"""`unrolled class`: judge all that a class has handed in, and make one page of it."""

import argparse
import shutil
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from lessons.checking.answering.rooms import from_here
from lessons.checking.isolating.walls import WALLS
from lessons.command.words import fitted
from lessons.grading.classes import alike, store, submissions, tables
from lessons.grading.classes.engine import GOES_ON, Where, broken, connected, judge_all
from lessons.grading.classes.names import Disguise, read_key, write_key
from lessons.grading.classes.page import page, plural
from lessons.grading.classes.showing import Showing
from lessons.grading.classes.submissions import Handed, Submission
from lessons.grading.classes.summary import Summary
from lessons.grading.classes.worker import JUDGE, Task
from lessons.grading.grade import add_ways, asked_of
from lessons.grading.judging import Asked
from reference.program.checkpoint import write_atomically
from reference.program.cli import UserError, number

KEPT = "submissions"  # the folder of results, in that of the report
CLOSING = """\
SUBMISSIONS is a folder that holds a folder for each
student, or a zip as Moodle, Canvas, Blackboard or
Gradescope export it. A folder that holds backward.py or
another lesson's file is a submission.

REPORT gets
  report.html    the page to open: who has what right, which
                 mistakes were made, what students are told
  verdicts.csv   a row for each student
  mistakes.csv   a row for each mistake
  submissions/   a file for each submission, so that nothing
                 is judged twice: after Ctrl-C or a crash,
                 and when there are new submissions, give
                 the same command again

How to let a cluster judge stands in docs/instructors.md.

The exit code is 0 if all were judged, 1 if some could not
be, 2 for bad input."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = CLOSING
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    add("submissions", metavar="SUBMISSIONS", help="what the class handed in: a folder or a zip")
    add("--out", metavar="REPORT", default="class-report", help="a folder; default: class-report")
    add_ways(parser)
    add("--anonymous", action="store_true", help="numbers in the place of names, all over REPORT")
    add("--key", metavar="FILE", help="with --anonymous: keep who has which number, outside REPORT")
    add(
        "--workers",
        type=number(int, 1, 1024),
        metavar="N",
        help="how many are judged at a time; default: one a core",
    )
    add("--scheduler", metavar="ADDRESS", help="let a cluster judge, as tls://host:8786")
    add("--tls-ca", metavar="FILE", help="the authority's certificate, for the cluster")
    add("--tls-cert", metavar="FILE", help="your certificate")
    add("--tls-key", metavar="FILE", help="its key")


def run(options: argparse.Namespace) -> int:
    """Judge a class; the exit code."""
    out, key = Path(options.out), Path(options.key) if options.key else None
    given = (options.tls_ca, options.tls_cert, options.tls_key)
    tls = [Path(one) if one else None for one in given]
    if key and not options.anonymous:
        raise UserError("--key goes with --anonymous.")
    if key and key.resolve().is_relative_to(out.resolve()):
        raise UserError(f"--key {key}: keep it outside {out}, which you may want to hand on.")
    if any(tls) and not options.scheduler:
        raise UserError("--tls-ca, --tls-cert and --tls-key go with --scheduler.")
    where = Where(options.workers, options.scheduler, *tls)
    handed = submissions.read(Path(options.submissions))
    made = Class(handed, out, asked_of(options), known_numbers(options.anonymous, key))
    with alone(out):
        if key and made.disguise:
            write_key(key, made.disguise.numbers)
        made.judge(where)
        made.report()
    for sentence in made.closing():
        print(fitted(sentence, shutil.get_terminal_size().columns))
    return int(bool(made.unjudged))


def known_numbers(anonymous: bool, key: Path | None) -> dict[str, str] | None:
    """The numbers that students had before; None if names are shown."""
    if not anonymous:
        return None
    return read_key(key) if key else {}


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """The folder of a report, in which no other run is at work."""
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file: name a folder with --out.")
    (out / KEPT).mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(out / KEPT / ".lock", timeout=0):
            yield
    except Timeout:
        raise UserError(f"Another run is at work in {out}: wait for its end.") from None


class Class:
    """What a class has handed in, and the report on it.

    Parameters
    ----------
    handed : Handed
        The submissions.
    out : Path
        The folder of the report.
    asked : Asked
        How they are judged.
    numbers : dict, optional
        Numbers that students had before, if none is to be named.
    """

    def __init__(
        self, handed: Handed, out: Path, asked: Asked, numbers: dict[str, str] | None = None
    ) -> None:
        self.handed, self.out, self.asked = handed, out, asked
        self.kept = out / KEPT
        self.disguise = None if numbers is None else Disguise(handed.submissions, numbers)
        self.whose: dict[str, list[Submission]] = defaultdict(list)  # by what names the result
        for one in handed.submissions:
            self.whose[store.key_of(one.files, asked)].append(one)
        self.summary = Summary([room.name for room in asked.rooms])

    def judge(self, where: Where, judge: str = JUDGE) -> None:
        """Judge what has not been judged."""
        new = [key for key in self.whose if not store.settled(store.found(self.kept, key))]
        total, many = len(self.whose), len(self.handed.submissions)
        differ = f", {total:,} of them different" * (total < many)
        before = f"; {total - len(new):,} judged before" * (len(new) < total)
        print(f"{plural(many, 'submission')}{differ}{before}.", flush=True)
        if not new:
            return
        if not where.scheduler and self.asked.isolation in WALLS:
            if problem := WALLS[self.asked.isolation][1]():
                raise UserError(f"--isolation={self.asked.isolation}: {problem}")
        run = uuid.uuid4().hex
        how, limit = asdict(self.asked), self.asked.run_limit
        tasks = [Task(key, self.whose[key][0].files, how, limit, run, judge) for key in new]
        showing = Showing(total, total - len(new))

        def take(task: Task, result: dict[str, Any], workers: int) -> None:
            self.keep(task.key, result)
            showing.judged(workers)

        try:
            with connected(where) as client, showing:
                if not client.nthreads():
                    showing.say(f"No worker has come to {where.scheduler} yet; waiting for one.")
                judge_all(tasks, client, take)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"Stopped: {showing.done:,} of {total:,} are judged and kept. {GOES_ON}"
            ) from None

    def keep(self, key: str, result: dict[str, Any]) -> None:
        """Write a result down, without names if there are to be none."""
        if self.disguise:
            result = self.disguise.result([one.name for one in self.whose[key]], result)
        store.keep(self.kept, key, result)

    def report(self) -> None:
        """Write the tables and the page, from what was judged."""
        shown = {one.name: one.name for one in self.handed.submissions}
        if self.disguise:
            shown = self.disguise.numbers
            self.take_names_out()
        for key, those in self.whose.items():
            result = store.found(self.kept, key)
            for one in those:
                self.add(shown[one.name], one, result or broken("It was not judged."))
        self.summary.students.sort(key=lambda student: (student.name.casefold(), student.name))
        like = alike.find((shown[one.name], one.files) for one in self.handed.submissions)
        named = self.disguise is None
        title = "Class report" + f": {self.handed.name}" * named
        html = page(self.summary, like, title, self.handed.left_out(named=named))
        self.write("verdicts.csv", tables.verdicts(self.summary))
        self.write("mistakes.csv", tables.mistakes(self.summary))
        self.write("report.html", html.encode())

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the report."""
        write_atomically(self.out / name, lambda file: file.write(content))

    def add(self, name: str, submission: Submission, result: dict[str, Any]) -> None:
        """Take one student in."""
        files, notes = submission.files, submission.notes
        if self.disguise:
            hide = partial(self.disguise.text, submission.name)
            files = {
                file: hide(content.decode("utf-8", "replace")).encode()
                for file, content in files.items()
            }
            notes = [hide(note) for note in notes]
        self.summary.add(name, files, notes, result)

    def take_names_out(self) -> None:
        """Results that were kept with names lose them; those of older files are taken away."""
        for key in self.whose:
            if known := store.found(self.kept, key):
                self.keep(key, known)
        mine = {store.path_of(self.kept, key) for key in self.whose}
        for path in set(self.kept.glob("*.json")) - mine:
            path.unlink()

    @property
    def unjudged(self) -> list[str]:
        """Those who have no whole report."""
        return [student.name for student in self.summary.students if student.problem]

    def closing(self) -> Iterator[str]:
        """What there is to say at the end."""
        left = self.handed.left_out(named=True)
        yield from left[:5]
        if len(left) > 5:
            yield "The page has more that was left out."
        if self.unjudged:
            yield (
                f"There was trouble with {plural(len(self.unjudged), 'submission')}: the page says "
                "what it was, and the same command tries again where that may help."
            )
        students = self.summary.students
        right = sum(student.right == len(self.summary.lessons) for student in students)
        yield f"{right:,} of {plural(len(students), 'submission')} are right throughout."
        yield f"Open {from_here(self.out / 'report.html')}"

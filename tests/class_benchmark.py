"""How fast a class is judged, what that costs beside the judging, and what a kill loses.

python -m tests.class_benchmark --submissions 2000 makes submissions out of right and wrong answers,
judges them, ends the run with a kill in the middle as often as --kills says, and prints figures.
A submission has all lessons, or those that --lesson names: a class hands in one after the other.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.grading.classes import store, submissions, worker
from lessons.grading.classes.command import Class, alone
from lessons.grading.classes.engine import Where, cores
from lessons.grading.judging import Asked, judge
from tests.edits import ANSWERS, table

STYLES = ("loops", "einsum", "unusual")
JUDGE = "tests.class_benchmark:logged"
MEGA = 1e6


def make(folder: Path, count: int, lessons: list[Lesson]) -> None:
    """Submissions of which one lesson in three is wrong, and some are not written."""
    rng = random.Random(count)
    for k in range(count):
        place = folder / f"Student {k:04}"
        place.mkdir(parents=True)
        for lesson in lessons:
            if (draw := rng.random()) > 0.05 or len(lessons) == 1:
                text = answer(lesson, draw, rng) + f"\n# {k}\n"
                (place / lesson.file).write_text(text, encoding="utf-8", newline="\n")


def answer(lesson: Lesson, draw: float, rng: random.Random) -> str:
    """One answer to a lesson."""
    if draw < 0.15:
        return (lesson.folder / "stub.txt").read_text(encoding="utf-8")
    if draw < 0.5:
        wrong = table(lesson)[rng.choice(sorted(table(lesson)))]
        return wrong.edited((ANSWERS / wrong.style / lesson.file).read_text(encoding="utf-8"))
    return (ANSWERS / rng.choice(STYLES) / lesson.file).read_text(encoding="utf-8")


def logged(folder: Path, asked: Asked) -> dict[str, Any]:
    """Judge a submission and note that, with a line for the beginning and one for the end."""
    name = store.key_of({path.name: path.read_bytes() for path in folder.iterdir()}, asked)
    with Path(os.environ["JUDGED"]).open("a", encoding="utf-8") as file:
        print("begins", name, file=file, flush=True)
        report = judge(folder, asked)
        print("ends", name, file=file, flush=True)
    return report


def judge_class(place: Path, workers: int, asked: Asked) -> Class:
    """One run, or what is left of one."""
    handed = submissions.read(place / "in")
    made = Class(handed, place / "out", asked)
    with alone(made.out):
        made.judge(Where(workers), JUDGE)
        made.report()
    return made


class Watched(NamedTuple):
    """A run as it was seen from outside."""

    seconds: float
    own: int  # bytes that the run itself had at most
    every: int  # with all that it has started


def watch(place: Path, workers: int, asked: Asked, kill_at: int | None) -> Watched:
    """Run until the end, or until there are so many results."""
    began = time.monotonic()
    arguments = [str(place), str(workers), asked.isolation, *asked.lessons]
    command = [sys.executable, "-m", "tests.class_benchmark", "--run", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"JUDGED": str(place / "log")}, stdout=sys.stderr
    )
    seen, own, every = psutil.Process(process.pid), 0, 0
    while process.poll() is None:
        try:
            own = max(own, seen.memory_info().rss)
            below = sum(one.memory_info().rss for one in seen.children(recursive=True))
            every = max(every, own + below)
        except psutil.Error:
            pass
        if kill_at is not None and len(kept(place)) >= kill_at:
            process.kill()
            break
        time.sleep(0.5)
    process.wait()
    return Watched(time.monotonic() - began, own, every)


def kept(place: Path) -> set[str]:
    """The names of the results."""
    return {path.stem for path in (place / "out" / "submissions").glob("*.json")}


def begun(place: Path) -> Counter[str]:
    """How often the judging of each submission has begun."""
    log = place / "log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return Counter(line.split()[1][:32] for line in lines if line.startswith("begins"))


def measure(place: Path, count: int, workers: int, asked: Asked, kills: int) -> dict[str, Any]:
    """Judge a class, with kills in the middle, and gather the figures."""
    make(place / "in", count, asked.rooms)
    runs, twice, under_way = [], 0, 0
    for kill in range(kills + 1):
        at = count * (kill + 1) // (kills + 1) if kill < kills else None
        before, there = begun(place), kept(place)
        runs.append(watch(place, workers, asked, at))
        twice += sum(begun(place)[name] > before[name] for name in there)
        if at is not None:
            under_way += len(begun(place).keys() - kept(place))
    results = [worker.read(path) for path in (place / "out" / "submissions").glob("*.json")]
    wall = sum(run.seconds for run in runs)
    children = sum(result["seconds"] for result in results)
    lessons = [one for result in results for one in (result["report"] or {})["lessons"].values()]
    checks = sum(one["seconds"] for one in lessons)
    return {
        "submissions": count,
        "results": len(results),
        "workers": workers,
        "isolation": asked.isolation,
        "lessons": [lesson.name for lesson in asked.rooms],
        "kills": kills,
        "lost": count - len(results),
        "judged twice though kept": twice,
        "under way at a kill, and judged again": under_way,
        "seconds": round(wall, 1),
        "submissions a second": round(count / wall, 3),
        "share that is not the judging processes'": round(1 - children / wall / workers, 4),
        "share that is not the checks'": round(1 - checks / wall / workers, 4),
        "megabytes of the run itself": round(max(run.own for run in runs) / MEGA),
        "megabytes of all processes": round(max(run.every for run in runs) / MEGA),
        "megabytes of report.html": round((place / "out/report.html").stat().st_size / MEGA, 2),
        "verdicts": Counter(one["verdict"] for one in lessons),
        "trouble": sum(bool(result["problem"]) for result in results),
    }


def main() -> None:
    """Measure, or be the run that is measured."""
    if sys.argv[1:2] == ["--run"]:
        place, workers, isolation, *lessons = sys.argv[2:]
        asked = Asked(tuple(lessons), isolation=isolation)
        judge_class(Path(place), int(workers), asked)
        return
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--workers", type=int, default=cores())
    parser.add_argument("--kills", type=int, default=1)
    parser.add_argument("--isolation", default="auto")
    parser.add_argument("--lesson", action="append", default=[], choices=LESSONS)
    parser.add_argument("--keep", type=Path, help="a new folder for submissions and report")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = options.keep or Path(name)
        place.mkdir(exist_ok=True)
        asked = Asked(tuple(options.lesson), isolation=options.isolation)
        found = measure(place, options.submissions, options.workers, asked, options.kills)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()

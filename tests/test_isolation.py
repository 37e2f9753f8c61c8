"""Behind a wall, no answer that goes to work against the checks gets anywhere.

tests/hostile/attacks.toml holds what they try; eight of them are the eight files of one submission.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.isolating import walls
from lessons.checking.isolating.wire import ANSWER, CHECKS, LARGEST, Exchange, Malformed
from tests.edits import ANSWERS, table
from tests.lessons_run import Run, run_lessons

TABLE = tomllib.loads((ROOT / "tests/hostile/attacks.toml").read_text(encoding="utf-8"))
ATTACKS = [name for name, row in TABLE.items() if not row.get("right")]
ODD = [name for name, row in TABLE.items() if row.get("right")]
OUTWARD = [  # what another user has to be kept from
    "reads_the_rest",
    "writes_elsewhere",
    "kills_others",
    "outlives_its_run",
    "takes_all_memory",
    "forks_without_end",
    "works_in_C_without_end",
    "stops_itself",
]
WITHOUT_BOUNDARY = [  # what a plain process withstands, and leaves the machine as it was
    "exits_in_a_call",
    "crashes",
    "rigged_arrays",
    "looks_for_expected_values",
    "answers_twice",
    "says_nonsense",
    "closes_its_files",
    "outlives_its_run",
]
SECRET = "a-SECRET-of-the-grader"
PROGRAM = """{right}

{helper}

{code}

def hostile(function):
    return lambda *arguments, **options: attack(function, *arguments, **options)

for name in {names} if "attack" in globals() else ():
    globals()[name].__name__ = name
    globals()[name] = hostile(globals()[name])
"""
HELPER = """
def wrong(value):
    import numpy
    if isinstance(value, dict):
        return {key: wrong(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(wrong, value))
    if isinstance(value, numpy.ndarray | float):
        return value + 1
    return value + "x" if isinstance(value, str) else value + 1 if isinstance(value, int) else None
"""


class Submission(NamedTuple):
    """The attacks that are tried in one run, by lesson."""

    name: str
    attacks: dict[str, str]


def submissions(names: list[str]) -> Iterator[Submission]:
    """The attacks, up to eight a run, and each in the lesson where it has to be tried."""
    left = list(names)
    while left:
        chosen: dict[str, str] = {}
        for lesson in LESSONS:
            fitting = [name for name in left if TABLE[name].get("lesson", lesson) == lesson]
            own = [name for name in fitting if "lesson" in TABLE[name]]
            for name in (own or fitting)[:1]:
                chosen[lesson] = name
                left.remove(name)
        yield Submission(f"{next(iter(chosen.values()))}_and_others", chosen)


def write(submission: Submission, folder: Path, **put_in: object) -> None:
    """Write the files of a submission."""
    folder.mkdir()
    for lesson, attack in submission.attacks.items():
        room, code = LESSONS[lesson], TABLE[attack]["code"]
        for name, value in put_in.items():
            code = code.replace(name, str(value))
        right = (ANSWERS / "loops" / room.file).read_text(encoding="utf-8")
        text = PROGRAM.format(right=right, helper=HELPER, code=code, names=room.functions)
        (folder / room.file).write_text(text, encoding="utf-8", newline="\n")


def had(wall: str) -> str:
    """A wall, if it can be had here; else the test is skipped, and the last lines say so."""
    try:
        return walls.wall_of(wall).name
    except walls.NoWall as error:
        pytest.skip(str(error))


TRIED = [
    *(("bubblewrap", submission) for submission in submissions(ATTACKS)),
    *(("user", submission) for submission in submissions(OUTWARD)),
    *(("process", submission) for submission in submissions(WITHOUT_BOUNDARY)),
]


@pytest.mark.parametrize(("wall", "submission"), TRIED, ids=lambda v: getattr(v, "name", v))
def test_no_attack_gets_anywhere(wall: str, submission: Submission, tmp_path: Path) -> None:
    """None is right, ends the run, reaches out, or outlives it."""
    had(wall)
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o700)
    (outside / "secret").write_text(SECRET, encoding="utf-8")
    mark = f"mark-{os.getpid()}-{tmp_path.name}"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.01)
        write(
            submission,
            tmp_path / "answers",
            OUTSIDE=outside,
            PORT=server.getsockname()[1],
            MARK=mark,
            ROOT=ROOT,
        )
        rooms = [f"lessons/{lesson}" for lesson in submission.attacks]
        options = ["--call-limit=1", f"--isolation={wall}", f"--solution={tmp_path / 'answers'}"]
        run = run_lessons(*rooms, *options, THE_SECRET=SECRET)
        with pytest.raises(TimeoutError):
            server.accept()
    assert run.code == 1, run.printed
    assert [*run.lessons] == [*submission.attacks]
    for lesson, attack in submission.attacks.items():
        room = run.lessons[lesson]
        assert room["verdict"] == "wrong", (attack, room)
        assert len(room["checks"]) == collected()[lesson], attack
        for check in room["checks"]:
            assert "This check broke" not in str(check["message"]), (attack, check)
    assert [*outside.iterdir()] == [outside / "secret"]
    assert marked(mark) == []
    if wall != "process":
        places = [ROOT, ROOT / "lessons", Path.home(), Path("/dev/shm"), Path("/var/tmp")]
        assert [path for place in places for path in place.glob(f"*{mark}*")] == []


@cache
def collected() -> Counter[str]:
    """How many checks each lesson has."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "lessons", "--collect-only", "-q"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return Counter(re.findall(r"^lessons/(\w+)/.*::", done.stdout, re.MULTILINE))


def marked(mark: str) -> list[bytes]:
    """The processes that bear a mark."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes())
        except OSError:
            continue
    return [command for command in found if mark.encode() in command]


@pytest.mark.parametrize("wall", ["process", "bubblewrap"])
def test_odd_ways_of_being_right_are_right(wall: str, tmp_path: Path) -> None:
    had(wall)
    odd = Submission("odd", dict(zip(LESSONS, ODD * 2, strict=True)))
    write(odd, tmp_path / "answers")
    run = run_lessons("lessons", f"--solution={tmp_path / 'answers'}", f"--isolation={wall}")
    verdicts = {name: room["verdict"] for name, room in run.lessons.items()}
    assert verdicts == dict.fromkeys(LESSONS, "right"), run.printed


def test_the_words_are_those_of_one_process(tmp_path: Path) -> None:
    """Of a known mistake in each lesson, and of one that the answer's own exception tells."""
    for lesson in LESSONS.values():
        rows = [*table(lesson).values()]
        row = rows[11 % len(rows)]
        source = (ANSWERS / row.style / lesson.file).read_text(encoding="utf-8")
        (tmp_path / lesson.file).write_text(row.edited(source), encoding="utf-8", newline="\n")
    here, there = (
        run_lessons("lessons", f"--solution={tmp_path}", f"--isolation={wall}", "--explain=name")
        for wall in ("none", "process")
    )
    assert {room["verdict"] for room in here.lessons.values()} == {"wrong"}
    assert words(there) == words(here)


def words(run: Run) -> str:
    """What was printed, without times."""
    return re.sub(r"\(\d+\.\d s\)", "", run.printed)


ONE = {"memory": [[3, 8]]}  # memory of one number
ARRAY = ["a", 3, "<f8", [1], "C", True]
NONSENSE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a value that is not tagged": {"value": {"a": 1}},
    "no tag": {"value": []},
    "a tag that is none": {"value": ["z"]},
    "a number with too many digits": {"value": int("9" * 4000)},
    "an unknown object": {"value": ["r", 4]},
    "a function": {"value": ["c", 3, False]},
    "a number of the checks'": {"value": ["l", 4, []]},
    "a length that is a text": ONE | {"value": ["a", 3, "<f8", ["a", 10**10], "C", True]},
    "a length that is a list": ONE | {"value": ["a", 3, "<f8", [[1], 10**10], "C", True]},
    "many lengths": {"value": ["O", [10**300] * 100_000]},
    "negative lengths": {"value": ["O", [-1, -1]]},
    "no type": ONE | {"value": ["a", 3, None, [1], "C", True]},
    "a type of objects": ONE | {"value": ["a", 3, "O", [1], "C", True]},
    "a type of records": ONE | {"value": ["a", 3, [["a", "<f8"]], [1], "C", True]},
    "texts that are none": {"value": ["n", "<U1", "ffffffff"]},
    "a view of too much": ONE
    | {"value": ["t", [ARRAY, ["v", 5, 3, "<f8", [10**6, 10**6], [0, 0], 0, True]]]},
    "a view beyond the end": ONE | {"value": ["t", [ARRAY, ["v", 5, 3, "<f8", [9], [8], 0, True]]]},
    "a view before the start": ONE
    | {"value": ["t", [ARRAY, ["v", 5, 3, "<f8", [1], [8], -8, True]]]},
    "many large views": ONE
    | {
        "value": [
            "t",
            [
                ARRAY,
                *(["v", 5 + 2 * k, 3, "<f8", [LARGEST // 8], [0], 0, True] for k in range(9)),
            ],
        ]
    },
    "memory that was not sent": {"memory": [[3, 9]], "value": 1},
    "a list in itself": {"value": ["l", 3, [["r", 3]]]},
    "two lists in each other": {
        "changed": [["l", 3, []], ["l", 5, [["r", 3]]], ["l", 3, [["r", 5]]]],
        "value": None,
    },
    "lists of lists of lists": {
        "changed": [["l", 3 + 2 * k, [["r", 1 + 2 * k]] * 2 if k else []] for k in range(39)],
        "value": ["r", 79],
    },
    "a generator beyond its buffer": {
        "value": [
            "g",
            3,
            [
                "MT19937",
                {
                    "bit_generator": "MT19937",
                    "state": {"key": {"array": "<u4", "of": [1] * 624}, "pos": 10**6},
                },
            ],
        ]
    },
}


@pytest.mark.parametrize("message", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_no_message_and_costs_nothing(message: dict[str, Any]) -> None:
    exchange = Exchange(CHECKS, ("loss",), lambda *_: None)
    with pytest.raises(Malformed):
        exchange.take(message, bytes(8))


def test_what_was_given_in_an_earlier_call_is_out_of_reach() -> None:
    """The answer's side may say that it has changed; here it stays as it was."""
    checks = Exchange(CHECKS, (), lambda *_: None)
    answer = Exchange(ANSWER, (), lambda *_: None)
    given, kept = np.ones(3), [1, 2]
    text, raw = checks.compose((given, kept))
    theirs, other = answer.take(json.loads(text), b"".join(raw))
    for expected in (7.0, 1.0):  # in the call itself, and in a later one
        given[:] = 1.0
        checks.compose(None)
        theirs[:] = 7.0
        other.append(3)
        text, raw = answer.compose(None)
        checks.take(json.loads(text), b"".join(raw))
        assert given[0] == expected
        checks.turn += 1
    assert kept == [1, 2, 3]


LOOK_AROUND = """
import ctypes, os
status = open("/proc/self/status").read()
found = [status.split("CapEff:")[1].split()[0].strip("0")]
for place in ("/", "/dev", "/proc/sys/kernel", "/usr", *[ROOT] * (not ROOT.startswith("/tmp/"))):
    for name in ("core_pattern", "x"):
        try:
            os.close(os.open(place + "/" + name, os.O_WRONLY | os.O_CREAT))
            found.append(place)
        except OSError:
            pass
found += [name for name in os.environ if "SECRET" in name]
found += [name for name in os.listdir(ROOT) if name not in PYTHONS] if os.path.isdir(ROOT) else []
found += [fd for fd in os.listdir("/proc/self/fd") if int(fd) > 3]
found.append(ctypes.CDLL(None).umount2(b"/tmp", 2) == 0)
print([what for what in found if what])
"""


def test_bubblewrap_leaves_nothing_to_write_to_and_no_capability(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    had("bubblewrap")
    monkeypatch.setenv("THE_SECRET", SECRET)
    pythons = [Path(place) for place in walls.pythons()]
    within = [place.relative_to(ROOT).parts[0] for place in pythons if place.is_relative_to(ROOT)]
    program = LOOK_AROUND.replace("ROOT", repr(str(ROOT))).replace("PYTHONS", repr(within))
    command = walls.bubblewrapped(None, [sys.executable, "-I", "-c", program])
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""The pytest plugin: the lessons' options, and how many examples a check tries."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lessons.checking.explaining import STEPS
from lessons.checking.running import supervising
from lessons.checking.running.answers import Answers, about_lessons

QUICK, DEEP = 25, 200  # random examples a check
ANSWERS = pytest.StashKey[Answers]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the lessons' options."""
    group = parser.getgroup("unrolled", "the lessons")
    group.addoption(
        "--solution",
        metavar="DIR",
        help="check the files in DIR, or those of the reference, instead of the rooms' own",
    )
    group.addoption("--deep", action="store_true", help=f"{DEEP} examples a check, not {QUICK}")
    group.addoption(
        "--call-limit",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="how long one call of an answer may take (default: 10)",
    )
    group.addoption(
        "--explain",
        choices=STEPS,
        help="how much a failure tells, each with those before it: where it goes wrong, also the "
        "line in which to look (the default), also a hint, also the name of a known mistake",
    )
    group.addoption(
        "--show-work",
        action="store_true",
        help="show the whole computation of the case that fails, entry by entry",
    )
    group.addoption(
        "--isolation",
        choices=("none", "auto", "bubblewrap", "user", "process"),
        default="none",
        help="run the answer in a process of its own, behind this wall: auto is the strongest that "
        "this machine has, process is no boundary (default: none)",
    )
    group.addoption(
        "--isolated",
        dest="isolation",
        action="store_const",
        const="auto",
        help="the same as --isolation=auto",
    )
    parser.addini("explain", "what --explain is when it is not given", default="line")
    group.addoption("--report", metavar="FILE", help="write the verdicts to FILE as JSON")


@contextmanager
def imported_once() -> Iterator[None]:
    """Import what a run needs, and nothing looks at it again.

    What is loaded stays, so that no collection of garbage need look at it. And pytest rewrites the
    asserts of whatever is imported, Hypothesis included; that takes half a second at every start
    where no bytecode is kept, and nothing here needs it.
    """
    if "lessons.checking.running.session" in sys.modules:  # a run after another one
        yield
        return
    gc.disable()
    finders = sys.meta_path[:]
    sys.meta_path[:] = [f for f in finders if type(f).__module__ != "_pytest.assertion.rewrite"]
    yield
    sys.meta_path[:] = finders
    gc.freeze()
    gc.set_threshold(20_000)  # checks leave few cycles
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Give Hypothesis a seed, before it reads its options, and run lessons in a fork.

    Behind a wall the process of an answer starts while the rest of the checks is imported.
    """
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = "0"  # a word, as from the command line: 0 would be none
    answers = config.stash[ANSWERS] = Answers(config)
    limit = answers.calls.watchdog.limit
    with imported_once():
        from lessons.checking.running import session  # noqa: F401
    if limit > 0 and about_lessons(config) and supervising.wanted(config):
        return supervising.supervise(config, limit)
    return None


def draw_no_literals() -> None:
    """Let the same examples be drawn for each answer, and wherever it runs.

    Newer versions of Hypothesis also draw numbers and texts that stand in the modules beside it,
    the answer's among them, and read all their code for that at each start.
    """
    from hypothesis.internal.conjecture import providers

    if hasattr(providers, "is_local_module_file"):
        providers.is_local_module_file = lambda path: False


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set the examples up, and take over what is shown if nothing but lessons is run."""
    import hypothesis
    from hypothesis import HealthCheck, Phase

    from lessons.checking.running.session import Lessons

    draw_no_literals()
    deep = config.getoption("--deep")
    hypothesis.settings.register_profile(
        "lessons",
        max_examples=DEEP if deep else QUICK,
        derandomize=not deep,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    answers = config.stash.get(ANSWERS, None) or Answers(config)  # xdist's workers have no main
    lessons = Lessons(config, answers)
    config.pluginmanager.register(lessons, "unrolled-lessons")
    if lessons.telling and config.pluginmanager.has_plugin("logging-plugin"):
        config.pluginmanager.unregister(name="logging-plugin")  # what it keeps is not shown

"""The pytest plugin: the lessons' options, and how many examples a check tries."""

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase

from lessons.checking.explaining.explanation import STEPS
from lessons.checking.running import supervising
from lessons.checking.running.session import Lessons, about_lessons

QUICK, DEEP = 25, 200  # random examples a check


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


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Give Hypothesis a seed, before it reads its options, and run lessons in a fork."""
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = "0"  # a word, as from the command line: 0 would be none
    limit = config.getoption("--call-limit")
    if limit > 0 and about_lessons(config) and supervising.wanted(config):
        return supervising.supervise(config, limit)
    return None


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set the examples up, and take over what is shown if nothing but lessons is run."""
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
    lessons = Lessons(config)
    config.pluginmanager.register(lessons, "unrolled-lessons")
    if lessons.telling and config.pluginmanager.has_plugin("logging-plugin"):
        config.pluginmanager.unregister(name="logging-plugin")  # what it keeps is not shown

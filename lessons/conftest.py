"""Makes `pytest lessons/04_backward` what it is; the work is done in checking/."""

import gc
import sys

# what is loaded now stays, so that no collection of garbage need look at it, now or later
gc.disable()
# pytest rewrites the asserts of whatever is imported now, Hypothesis included; that takes half
# a second at every start where no bytecode is kept, and nothing here needs it
finders = sys.meta_path[:]
sys.meta_path[:] = [f for f in finders if type(f).__module__ != "_pytest.assertion.rewrite"]

from lessons.checking.running.plugin import (  # noqa: E402
    pytest_addoption,
    pytest_cmdline_main,
    pytest_configure,
)

sys.meta_path[:] = finders
gc.freeze()
gc.set_threshold(20_000)  # checks leave few cycles
gc.enable()

__all__ = ["pytest_addoption", "pytest_cmdline_main", "pytest_configure"]

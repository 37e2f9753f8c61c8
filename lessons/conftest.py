"""Makes `pytest lessons/04_backward` what it is; the work is done in checking/."""

from lessons.checking.running.plugin import (
    pytest_addoption,
    pytest_cmdline_main,
    pytest_configure,
)

__all__ = ["pytest_addoption", "pytest_cmdline_main", "pytest_configure"]

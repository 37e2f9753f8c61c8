"""What the Python that runs the checks can do; in a browser there are no processes and threads."""

import sys
from collections.abc import Callable
from typing import Any

BROWSER = sys.platform == "emscripten"
PROCESSES = THREADS = not BROWSER
NEVER = ("can't start new thread", "does not support processes", "_multiprocessing")
OTHERWISE = "do without, or check the file in a terminal"


def every(seconds: float, look: Callable[[], None] | None) -> None:
    """Let `look` be called again and again between two steps of what runs; None ends that.

    A browser's Python asks now and then, even in the middle of a loop, whether a signal has come.
    """
    if BROWSER:
        import signal

        from pyodide.code import run_js  # type: ignore[import-not-found]
        from pyodide_js import setInterruptBuffer  # type: ignore[import-not-found]

        signals: Any = None
        if look is not None:
            signal.signal(signal.SIGALRM, lambda *_: look())
            signals = run_js(SIGNALS)(signal.SIGALRM, 1000 * seconds)
        setInterruptBuffer(signals)


def said_by(error: BaseException) -> str:
    """An exception's message, without what a browser's Python adds for those who run it."""
    return str(error).partition("\nThe module '")[0] if BROWSER else str(error)


def lacking(error: BaseException) -> str:
    """The sentence for an exception that comes from what a browser does not have, or ""."""
    if BROWSER and any(words in str(error) for words in NEVER):
        return f"There are no threads and processes in the browser: {OTHERWISE}."
    if BROWSER and isinstance(error, ModuleNotFoundError):
        return f"There is no {error.name} in the browser: {OTHERWISE}."
    return ""


SIGNALS = """
(signal, pause) => {
  let next = performance.now() + pause;
  return {
    get 0() {
      const now = performance.now();
      if (now < next) return 0;
      next = now + pause;
      return signal;
    },
    set 0(_) {},
  };
}
"""

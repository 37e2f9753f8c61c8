"""What the Python that runs the checks can do; in a browser there are no processes and threads."""

import sys
from collections.abc import Callable
from typing import Any

BROWSER = sys.platform == "emscripten"
PROCESSES = THREADS = not BROWSER


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

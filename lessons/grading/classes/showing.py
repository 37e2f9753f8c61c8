"""What a run shows while it works: a bar in a terminal, plain lines elsewhere."""

import time

from rich.progress import BarColumn, Progress, TextColumn

from reference.program.display import LINE_EVERY, Terminal


class Showing:
    """Tells how many submissions are judged, and how long the rest may take."""

    def __init__(self, total: int, done: int) -> None:
        self.console = Terminal(highlight=False, markup=False)
        self.total, self.done, self.before = total, done, done
        self.began = time.monotonic()
        self.due = self.began
        self.bar = Progress(
            TextColumn("{task.completed:,.0f} of {task.total:,.0f} judged", style=""),
            BarColumn(bar_width=None),
            TextColumn("{task.description}", style=""),
            console=self.console,
            disable=not self.console.is_terminal,
            expand=True,
        )
        self.task = self.bar.add_task("", total=total, completed=done)

    def __enter__(self) -> "Showing":
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def judged(self, workers: int) -> None:
        """One more is judged."""
        self.done += 1
        now = time.monotonic()
        each = (now - self.began) / (self.done - self.before)
        minutes, seconds = divmod(round(each * (self.total - self.done)), 60)
        at_work = "1 worker" if workers == 1 else f"{workers:,} workers"
        figures = f"{at_work}  {minutes}:{seconds:02d} left"
        self.bar.update(self.task, completed=self.done, description=figures)
        if not self.console.is_terminal and (now >= self.due or self.done == self.total):
            self.due = now + LINE_EVERY
            self.say(f"{self.done:,} of {self.total:,} judged  {figures}")

    def say(self, text: str) -> None:
        """Print a sentence, above the bar where there is one."""
        self.console.print(text, soft_wrap=True)

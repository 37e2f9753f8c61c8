"""What a run shows while it works: a bar in a terminal, plain lines elsewhere."""

import os
import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

LINE_EVERY = 5.0  # seconds between plain lines
REFRESH_EVERY = 0.1  # seconds between redraws of the bar
WIDE = 80  # columns that the bar needs for all figures


class Terminal(Console):
    """A console that falls silent when nobody reads it any more, as after `| head`."""

    def on_broken_pipe(self) -> None:
        """Show nothing from now on; the run goes on."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Display:
    """Shows steps and samples; shows nothing at all when `quiet`."""

    def __init__(self, *, quiet: bool, done: int, total: int, epochs: int) -> None:
        self.console = Terminal(quiet=quiet, highlight=False, markup=False)
        self.total, self.epochs = total, epochs
        self.began, self.done_before = time.monotonic(), done
        self.due = self.began
        self.bar = Progress(
            TextColumn("step {task.completed:,.0f} of {task.total:,.0f}", style=""),
            BarColumn(bar_width=None),
            TextColumn("{task.description}", style=""),
            TimeRemainingColumn(compact=True),
            TextColumn("left", style=""),
            console=self.console,
            auto_refresh=False,
            disable=quiet or not self.console.is_terminal,
            expand=True,
        )
        self.task = self.bar.add_task("", total=total, completed=done)

    def __enter__(self) -> "Display":
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.refresh()
        self.bar.stop()

    def step(self, done: int, epoch: int, smooth_loss: float) -> None:
        """Tell how far the run is; cheap unless it is time to show something."""
        now = time.monotonic()
        if now < self.due and done != self.total:
            return
        rate = (done - self.done_before) / max(now - self.began, 1e-9)
        figures = f"epoch {epoch + 1}/{self.epochs}  loss {smooth_loss:.2f}"
        if self.console.width >= WIDE or not self.console.is_terminal:
            figures += f"  {rate:,.0f} steps/s"
        if self.console.is_terminal:
            self.bar.update(self.task, completed=done, description=figures)
            self.bar.refresh()
            self.due = now + REFRESH_EVERY
        else:
            left = (self.total - done) / max(rate, 1e-9)
            minutes, seconds = divmod(round(left), 60)
            self.say(f"step {done:,} of {self.total:,}  {figures}  {minutes}:{seconds:02d} left")
            self.due = now + LINE_EVERY

    def say(self, text: str) -> None:
        """Print `text` as it is, above the bar where there is one."""
        self.console.print(text, soft_wrap=True)

    def sample(self, title: str, text: str) -> None:
        """Print a text that the network wrote, under its title."""
        self.say(f"\n--- {title}\n{text}\n")

    def compare(self, rows: list[tuple[int, float, float]], title: str) -> None:
        """Print the table (step, published smoothed loss, this run's)."""
        self.say(title)
        table = Table()
        for heading in ("step", "published", "this run"):
            table.add_column(heading, justify="right")
        for step, published, own in rows:
            table.add_row(f"{step:,}", f"{published:.2f}", f"{own:.2f}")
        self.console.print(table)

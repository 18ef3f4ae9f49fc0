"""How far a long command is, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from time import monotonic

Progress = Callable[[str, float, int], None]
"""Called with what is being done, the parts done, and the parts in all."""

PATIENCE = 1.0
"""Seconds before progress is shown."""

PAUSE = 10.0
"""Seconds between lines that say how far the same part is."""


@contextmanager
def shown_progress(*, lines: bool = True) -> Iterator[Progress]:
    """Progress on standard error: a bar with the time left after a second; off a terminal a line per part,
    and one every ten seconds that says how much of a long part is done.

    lines: False for a command that is mostly done at once; off a terminal nothing is then shown.
    """
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Display

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _told_in_lines() if lines else _untold
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    display = Display(*columns, console=console, transient=True)
    task = display.add_task("working", total=None)

    def progress(description: str, done: float, total: int) -> None:
        display.update(task, description=description, completed=done, total=total)

    patience = Timer(PATIENCE, display.start)
    patience.start()
    try:
        yield progress
    finally:
        patience.cancel()
        patience.join()
        display.stop()


def _told_in_lines() -> Progress:
    """A line for every part that is begun, "verifying decay_rate (17 of 31)"; with ", 40 %" for one that goes on."""
    last, told = "", monotonic()

    def progress(description: str, done: float, total: int) -> None:
        nonlocal last, told
        part, now = int(done), monotonic()
        line = f"{description} ({part + 1} of {total})"
        if description == last:
            if now < told + PAUSE or part == done:
                return
            line += f", {100 * (done - part):.0f} %"
        last, told = description, now
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - a person, or a log, reads it

    return progress


def _untold(_: str, __: float, ___: int) -> None:
    pass

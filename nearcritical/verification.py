"""Many verifications in a row or side by side, with the time that is left."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from multiprocessing import get_context
from threading import Timer
from typing import TYPE_CHECKING

from nearcritical.model_file import Model
from nearcritical.records import Record, exponent_record, verdict_record

if TYPE_CHECKING:
    from analytics.law import Law
    from derivations.theory import Theory

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the parts done, and the parts in all."""

PATIENCE = 1.0
"""Seconds before progress is shown."""


def verdict_records(model: Model, names: Sequence[str], digits: int, jobs: int = 1) -> list[Record]:
    """The verdicts of the laws of those names, or all, in `jobs` processes, in the order of the laws."""
    chosen = [law.name for law in model.laws(names)]
    judge = partial(_verdict, model, digits)
    with shown_progress() as progress:
        if jobs == 1:
            return [record for _, record in _counted(map(judge, enumerate(chosen)), chosen, progress)]
        with get_context("spawn").Pool(min(jobs, len(chosen)), _leave_interrupts_to_the_parent) as pool:
            found = _counted(pool.imap_unordered(judge, enumerate(chosen)), chosen, progress)
            return [record for _, record in sorted(found, key=lambda pair: pair[0])]


def exponent_records(model: Model, names: Sequence[str], digits: int) -> list[Record]:
    """Measured exponents of the observables of those names, or of all that have one."""
    from numerics.exponents import exponent

    chosen = scaling_laws(model.theory(), names)
    with shown_progress() as progress:
        found = []
        for done, law in enumerate(chosen):
            progress(f"exponent of {law.observable}", done, len(chosen))
            found.append(exponent_record(exponent(law, digits), digits))
        return found


def scaling_laws(theory: Theory, names: Sequence[str]) -> list[Law]:
    raise NotImplementedError


def _verdict(model: Model, digits: int, place: tuple[int, str]) -> tuple[int, Record]:
    """The verdict of one law, with its place in the list; runs in any process."""
    from numerics.verify import verify

    index, name = place
    return index, verdict_record(verify(_theory(model)[name], digits=digits), digits)


@cache
def _theory(model: Model) -> Theory:
    return model.theory()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _counted(
    records: Iterator[tuple[int, Record]], names: Sequence[str], progress: Progress
) -> Iterator[tuple[int, Record]]:
    """The records as they come, each one told to `progress`."""
    progress("verifying", 0, len(names))
    for done, (index, record) in enumerate(records, start=1):
        progress("verifying", done, len(names))
        yield index, record


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Progress with the time left on standard error, once a second has passed; silent off a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Display

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda task, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    display = Display(*columns, console=console, transient=True)
    task = display.add_task("", total=None)

    def progress(description: str, done: int, total: int) -> None:
        display.update(task, description=description, completed=done, total=total)

    patience = Timer(PATIENCE, display.start)
    patience.start()
    try:
        yield progress
    finally:
        patience.cancel()
        patience.join()
        display.stop()

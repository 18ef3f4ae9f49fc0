"""The same work on many things, in as many processes as there are cores."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool
from threading import current_thread, main_thread
from typing import TypeVar

Task = TypeVar("Task")
Found = TypeVar("Found")

FEW = 5
"""So many things are not worth a process, which takes a second to begin."""


def processes(count: int, jobs: int | None) -> int:
    """How many work on `count` things: `jobs`, or where that is None, as many as there are cores; 1 for a few."""
    if jobs is not None:
        return max(1, min(jobs, count))
    return 1 if count <= FEW else min(cores(), count)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(
    work: Callable[[Task], Found], tasks: Sequence[Task], count: int, told: Callable[[Task, int], None]
) -> list[Found]:
    """What `work`, a function that other processes can import, makes of each task, in order, in `count` processes.

    told: called with a task that is done, and how many were done before it.
    """
    found: dict[int, Found] = {}
    with kept_processes() as kept:
        pool = kept.processes(count)
        for place, record in pool.imap_unordered(partial(_placed, work), enumerate(tasks)):
            told(tasks[place], len(found))
            found[place] = record
    return [found[place] for place in range(len(tasks))]


@dataclass(slots=True)
class Kept:
    """Processes that are begun when they are needed first, and end with `until`."""

    until: ExitStack
    pool: Pool | None = None

    def processes(self, count: int) -> Pool:
        """Those that there are, or else so many."""
        if self.pool is None:
            self.until.enter_context(_ended_in_order())
            self.pool = self.until.enter_context(get_context("spawn").Pool(count, _begin))
        return self.pool


_kept: ContextVar[Kept | None] = ContextVar("kept", default=None)


@contextmanager
def kept_processes() -> Iterator[Kept]:
    """Inside, the same processes do all that this thread has done side by side: they know what they derived before."""
    if (outer := _kept.get()) is not None:
        yield outer
        return
    with ExitStack() as stack:
        kept = Kept(stack)
        stack.callback(_kept.reset, _kept.set(kept))
        yield kept


def _placed(work: Callable[[Task], Found], task: tuple[int, Task]) -> tuple[int, Found]:
    place, given = task
    return place, work(given)


def _begin() -> None:
    """Interrupts are left to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_rarely()


def collect_rarely() -> None:
    """Look for garbage less often in this process: to look through all of a theory's expressions takes long."""
    gc.set_threshold(50_000, 20, 50)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """When the system ends this process, an exception is raised inside, so that the other processes end first."""
    if current_thread() is not main_thread():  # others may not handle signals
        yield
        return

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

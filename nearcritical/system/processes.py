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
from threading import active_count, current_thread, main_thread
from typing import TypeVar
from warnings import catch_warnings, simplefilter

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


def begun(work: Callable[[Task], Found], tasks: Sequence[Task], count: int) -> Iterator[tuple[Task, Found]]:
    """Each task with what `work`, a function that other processes can import, makes of it, as they are finished.

    The kept processes, `count` where none are there yet, begin at once, with the first task first. Where `count` is 1,
    each is done when it is asked for, in this process.
    """
    paired = partial(_paired, work)
    kept = _kept.get()
    return (
        map(paired, tasks)
        if kept is None or count == 1
        else kept.processes(count).imap_unordered(paired, tasks)
    )


@dataclass(slots=True)
class Kept:
    """Processes that are begun when they are needed first, and end with `until`."""

    until: ExitStack
    pool: Pool | None = None

    def processes(self, count: int) -> Pool:
        """Those that there are, or else so many."""
        if self.pool is None:
            self.until.enter_context(_ended_in_order())
            with (
                catch_warnings()
            ):  # of threads that are not Python's: those of OpenBLAS end before a copy is made
                simplefilter("ignore", DeprecationWarning)
                self.pool = self.until.enter_context(get_context(start_method()).Pool(count, _begin))
        return self.pool


_kept: ContextVar[Kept | None] = ContextVar("kept", default=None)


@contextmanager
def kept_processes() -> Iterator[Kept]:
    """Inside, the same processes do all that this thread has `begun`: they know what they derived before."""
    if (outer := _kept.get()) is not None:
        yield outer
        return
    with ExitStack() as stack:
        kept = Kept(stack)
        stack.callback(_kept.reset, _kept.set(kept))
        yield kept


def _paired(work: Callable[[Task], Found], task: Task) -> tuple[Task, Found]:
    return task, work(task)


def start_method() -> str:
    """How processes begin: as copies of this one, which know what it knows, where no other thread could hold a lock."""
    return "fork" if sys.platform == "linux" and active_count() == 1 else "spawn"


def _begin() -> None:
    """Interrupts are left to the parent, which ends this process by a signal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
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

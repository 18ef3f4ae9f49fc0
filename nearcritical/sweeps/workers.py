"""Who answers: this process, processes beside it, or a Dask cluster; all through `concurrent.futures`."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from typing import Any

from analytics.errors import SweepError

AHEAD = 4
"""Points handed out for each worker, so that none waits and few are lost when the program is killed."""

FEWEST = 2
"""Workers for which points are handed out at least: others may come."""

PATIENCE = 20
"""Seconds in which a scheduler must answer."""


@dataclass(frozen=True, slots=True)
class Workers:
    """An executor, and how many points it is given at once."""

    executor: Executor
    ahead: int


class Here(Executor):
    """Answers in this process, when asked."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def workers(jobs: int, scheduler: str | None) -> Iterator[Workers]:
    """So many processes here, or the workers of the Dask scheduler at that address.

    Raises SweepError where Dask is not installed, or nothing answers at the address.
    """
    if scheduler is not None:
        with _cluster(scheduler) as found:
            yield found
    elif jobs == 1:
        yield Workers(Here(), 1)
    else:
        with _processes(jobs) as pool:
            yield Workers(pool, AHEAD * jobs)


@contextmanager
def _processes(jobs: int) -> Iterator[Executor]:
    """Processes that end with this one, however it ends."""
    before = set(active_children())
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - before:
            process.terminate()
        raise


def _begin() -> None:
    """Leave interrupts to the parent, and end when it has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _cluster(address: str) -> Iterator[Workers]:
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        need = "a sweep past one machine needs Dask"
        raise SweepError("sweeping", need, error, "Install nearcritical[cluster].") from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # a TimeoutError is an OSError too
        need = f"a Dask scheduler must answer at {address}"
        raise SweepError("sweeping", need, error, "Start one with 'dask scheduler'.") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
            threads = sum(client.nthreads().values())
            yield Workers(client.get_executor(pure=False), AHEAD * max(threads, FEWEST))
        except TimeoutError as error:
            need = f"the Dask scheduler at {address} must have workers"
            raise SweepError("sweeping", need, "none", "Start one with 'dask worker'.") from error
        except KilledWorker as error:
            need = "the workers must last"
            raise SweepError("sweeping", need, error, "Start it again: it continues.") from error

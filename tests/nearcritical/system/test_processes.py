"""Work in several processes, which begin at once, and none for a few things."""

from __future__ import annotations

import math
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nearcritical.system.processes import FEW, begun, cores, kept_processes, processes, start_method


def test_as_many_as_there_are_cores_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nearcritical.system.processes.cores", lambda: 8)
    assert [processes(count, None) for count in (0, 1, FEW, FEW + 1, 8, 100)] == [1, 1, 1, FEW + 1, 8, 8]
    assert [processes(count, 3) for count in (0, 1, 2, 100)] == [1, 1, 2, 3]


def test_a_core_at_least() -> None:
    assert cores() >= 1


def test_each_task_comes_with_what_is_found() -> None:
    tasks = [20_000, 3, 1, 5_000, 7]  # the first takes longest
    with kept_processes():
        found = dict(begun(math.factorial, tasks, 2))
    assert found == {n: math.factorial(n) for n in tasks}


def test_an_error_of_a_process_is_raised() -> None:
    with pytest.raises(ValueError, match="negative"), kept_processes():
        list(begun(math.factorial, [3, -1], 2))
    with kept_processes():
        assert list(begun(math.factorial, [3], 2)) == [(3, 6)]


def test_one_process_does_in_order_what_it_is_asked_for() -> None:
    done: list[int] = []
    with kept_processes():
        running = begun(done.append, [2, 1], 1)
        assert not done
        next(running)
        assert done == [2]


def test_what_is_begun_first_is_done_first_though_nobody_waits_for_it(tmp_path: Path) -> None:
    with kept_processes() as kept:
        kept.processes(1)
        begun((tmp_path / "done").write_text, ["by another"], 2)
        assert list(begun(math.factorial, [5], 2)) == [(5, 120)]
        assert (tmp_path / "done").read_text() == "by another"


def test_kept_processes_are_the_same_ones_again() -> None:
    """A process is told by its mask of permissions, of which each call gives the one before."""

    def masks(mask: int) -> list[int]:
        with kept_processes() as kept:
            return kept.processes(1).map(os.umask, [mask])

    with kept_processes():
        masks(0o071)
        with kept_processes():
            assert masks(0o072) == [0o071]
        assert masks(0o073) == [0o072]
    assert masks(0o074) != [0o073]


def test_processes_are_copies_of_one_that_has_no_other_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that another thread holds would be held for ever in a copy."""
    monkeypatch.setattr("nearcritical.system.processes.active_count", lambda: 1)
    assert start_method() == ("fork" if sys.platform == "linux" else "spawn")
    monkeypatch.undo()
    with ThreadPoolExecutor(1) as other:
        other.submit(int).result()
        assert start_method() == "spawn"


@pytest.mark.parametrize("threads", [1, 2])
def test_processes_of_both_kinds_find_the_same(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr("nearcritical.system.processes.active_count", lambda: threads)
    with kept_processes():
        assert sorted(begun(math.factorial, [3, 4], 2)) == [(3, 6), (4, 24)]

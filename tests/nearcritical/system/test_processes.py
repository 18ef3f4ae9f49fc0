"""Work in several processes: in order, told of as it is done, and none for a few things."""

from __future__ import annotations

import math
import os

import pytest

from nearcritical.system.processes import FEW, cores, kept_processes, processes, side_by_side


def test_as_many_as_there_are_cores_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nearcritical.system.processes.cores", lambda: 8)
    assert [processes(count, None) for count in (0, 1, FEW, FEW + 1, 8, 100)] == [1, 1, 1, FEW + 1, 8, 8]
    assert [processes(count, 3) for count in (0, 1, 2, 100)] == [1, 1, 2, 3]


def test_a_core_at_least() -> None:
    assert cores() >= 1


def test_what_is_found_is_in_the_order_of_the_tasks() -> None:
    told: list[tuple[int, int]] = []
    tasks = [20_000, 3, 1, 5_000, 7]  # the first takes longest
    found = side_by_side(math.factorial, tasks, 2, lambda task, done: told.append((task, done)))
    assert found == [math.factorial(n) for n in tasks]
    assert sorted(task for task, _ in told) == sorted(tasks) and [done for _, done in told] == [0, 1, 2, 3, 4]


def test_an_error_of_a_process_is_raised() -> None:
    with pytest.raises(ValueError, match="negative"):
        side_by_side(math.factorial, [3, -1], 2, lambda task, done: None)


def test_kept_processes_are_the_same_ones_again() -> None:
    """A process is told by its mask of permissions, of which each call gives the one before."""

    def masks(mask: int) -> list[int]:
        return side_by_side(os.umask, [mask], 1, lambda task, done: None)

    with kept_processes():
        masks(0o071)
        with kept_processes():
            assert masks(0o072) == [0o071]
        assert masks(0o073) == [0o072]
    assert masks(0o074) != [0o073]


def test_an_error_ends_kept_processes() -> None:
    with pytest.raises(ValueError, match="negative"), kept_processes():
        side_by_side(math.factorial, [3, -1], 2, lambda task, done: None)
    assert side_by_side(math.factorial, [3], 1, lambda task, done: None) == [6]

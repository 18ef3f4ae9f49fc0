"""Roots of many elements at once, from a table of a few: the same as those found one by one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analytics.arrays import table
from analytics.arrays.table import tabulated
from nearcritical import Theory

LAWS = {
    "forced_amplitude": (("F", 1e-8, 10.0), ("delta", -3.0, 3.0)),
    "resonant_amplitude_exact": (("F", 1e-12, 1e2),),
    "background_amplitude": (("I0", 1e-12, 1e3),),
    "radial_gain": (("I0", 1e-6, 1.0),),
    "exceptional_point": (("q", 0.1, 3.0),),
    "propagation_length": (("I0", 1e-6, 1e-2), ("Omega", 0.05, 1.1)),
}
"""Law -> ranges of its arguments."""


def drawn(name: str, low: float, high: float, size: int, seed: int) -> np.ndarray:
    random = np.random.default_rng([seed, *name.encode()])
    return (
        np.exp(random.uniform(np.log(low), np.log(high), size))
        if low > 0
        else random.uniform(low, high, size)
    )


@pytest.mark.parametrize("activation", ["algebraic", "tanh", "arctan", "erf", "quartic", "r/(1+r**6)**(1/6)"])
@pytest.mark.parametrize("name", LAWS)
def test_many_are_as_few(name: str, activation: str, theory_of: Callable[..., Theory]) -> None:
    """A law on 5,000 points drawn at random, against pieces too small for a table."""
    compiled = theory_of(activation)[name].compile()
    arguments = [drawn(which, low, high, 5_000, len(activation)) for which, low, high in LAWS[name]]
    together = compiled(*arguments)
    pieces = [
        compiled(*(array[start : start + 500] for array in arguments)) for start in range(0, 5_000, 500)
    ]
    apart = np.concatenate(pieces)
    assert np.array_equal(np.isnan(together), np.isnan(apart))
    assert np.nanmax(np.abs(together - apart) / np.abs(apart)) < 64 * 2.0**-52


def test_a_jump_is_left_to_the_whole_search() -> None:
    """x^3 = a below a = 1, x^3 = 1000 a from there on: no root is read across the jump."""

    def residual(x: np.ndarray, given: tuple[np.ndarray, ...]) -> np.ndarray:
        return x**3 - np.where(given[0] < 1, given[0], 1000 * given[0])

    asked: list[int] = []

    def solve(given: tuple[np.ndarray, ...]) -> np.ndarray:
        asked.append(given[0].size)
        return np.cbrt(np.where(given[0] < 1, given[0], 1000 * given[0]))

    at = np.random.default_rng(1).uniform(0.1, 2, 20_000)
    with np.errstate(all="ignore"):
        found = tabulated(solve, residual, (at,), np.inf)
    assert asked[0] == table.ALONG
    assert 0 < sum(asked[1:]) < 200
    exact = np.cbrt(
        np.where(at < 1, 1, 1000) * at.astype(np.longdouble)
    )  # a double's cbrt may be 3 units off
    assert np.abs(found / exact - 1).max() < 4e-16


def test_what_has_no_root_has_none_from_a_table() -> None:
    """x = 1/a - 1 lies in (0, oo) for a < 1 alone."""

    def solve(given: tuple[np.ndarray, ...]) -> np.ndarray:
        return np.where(given[0] < 1, 1 / given[0] - 1, np.nan)

    at = np.random.default_rng(2).uniform(0.5, 1.5, 10_000)
    with np.errstate(all="ignore"):
        found = tabulated(solve, lambda x, given: (1 + x) * given[0] - 1, (at,), np.inf)
    assert np.array_equal(np.isnan(found), at >= 1)
    assert np.nanmax(np.abs(found * at - (1 - at))) < 1e-15

"""How many digits to carry.

What a measurement loses is seen in its result alone: where that is too much, the measurement is made again with more.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, inf
from typing import TypeVar

from analytics.errors import ConvergenceError, PrecisionError
from analytics.evaluation.mpmath_types import Number

GUARD = 6
"""Digits carried beyond those asked for and those lost."""

MARGIN = 2
"""The estimated error has to be this many digits below the last one wanted."""

MOST_DIGITS = 4000
"""Digits carried at most, beside twice those at first: what would take more is not told from 0."""

MOST_ROUNDS = 12

FIXED_DIGITS = 15
"""Digits that the engine "double" carries, no more and no fewer."""

Found = TypeVar("Found")


def carried_digits(engine: str, digits: int, guard: int) -> int:
    """Digits to compute in for `digits` of the result: `guard` more, but always 15 in double precision.

    Raises PrecisionError where these leave none to guard with.
    """
    if engine != "double":
        return digits + guard
    if digits > FIXED_DIGITS - 2:
        raise PrecisionError(
            "engine 'double'",
            f"at most {FIXED_DIGITS - 2} digits of a result can be asked for",
            digits,
            "Use the engine 'ball'.",
        )
    return FIXED_DIGITS


def require_small(
    operation: str, remedy: str, residual: Number, tolerance: Number, iterations: int = 1
) -> None:
    """Raise ConvergenceError unless a residual is at most its tolerance."""
    if not residual <= tolerance:
        raise ConvergenceError(
            operation, remedy, residual=residual, tolerance=tolerance, iterations=iterations
        )


def sharpened(
    operation: str,
    compute: Callable[[int, Found | None], Found],
    needed: Callable[[Found, int], float],
    first: int,
    *,
    growth: float = inf,
    rounds: int = MOST_ROUNDS,
    remedy: str = "Ask for fewer digits.",
) -> Found:
    """What `compute` finds with as many digits as it turns out to need.

    compute: what is found carrying so many digits, begun from what was found with fewer, None at first.
    needed: the digits that would have been enough, seen in what was found with so many; inf where it is not seen.
    first: digits to begin with; later rounds carry GUARD more than needed. growth: the digits grow by no larger factor.
    rounds: the most there are.

    Raises PrecisionError where more than MOST_DIGITS + 2 `first` digits are needed, ConvergenceError where those
    needed grow from round to round, or are not reached in the last one.
    """
    carried, found, most = first, None, MOST_DIGITS + 2 * first
    for _ in range(rounds):
        found = compute(carried, found)
        enough = needed(found, carried)
        if enough <= carried:
            return found
        carried = ceil(min(enough + GUARD, growth * carried))
        if carried > most:
            raise PrecisionError(
                operation,
                f"at most {most} digits are carried to tell it from 0",
                f"{carried} needed: the state is close to saturation",
                "Choose a weaker input, or fewer digits.",
            )
    raise ConvergenceError(
        operation,
        remedy,
        residual=f"{carried} digits carried",
        tolerance=f"{enough} needed" if enough < inf else "more needed",
        iterations=rounds,
    )

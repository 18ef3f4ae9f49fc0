"""Unknowns that vary smoothly with a place: at a new place Newton's method goes on from those beside.

Of several values at every place each is followed by itself, as a family.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import inf, tau

import sympy as sp

from analytics.errors import OutOfReachError
from analytics.evaluation.contexts import SPARE, kept_context, published
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.numeric import Numeric

NEAR = 0.02
"""An unknown lies so near to the middle of its neighbours, relative, that no other root is meant."""

STEPS = 12
"""Of Newton's method at most; from 0.02 five lead to 60 digits."""


class Followed:
    """u_1, u_2, ... with f_1(s, u_1) = 0, f_2(s, u_1, u_2) = 0, ... at places s."""

    def __init__(
        self,
        equations: Sequence[tuple[sp.Expr, sp.Symbol]],
        place: sp.Symbol,
        point: Mapping[sp.Symbol, sp.Expr],
    ) -> None:
        free: tuple[sp.Symbol, ...] = (place,)
        self._pairs: list[tuple[Numeric, Numeric]] = []
        for function, unknown in equations:
            free = (*free, unknown)
            slope = sp.diff(function, unknown)
            self._pairs.append((Numeric(function, point, free), Numeric(slope, point, free)))

    def between(
        self, s: sp.Rational, before: Sequence[Number], after: Sequence[Number], digits: int
    ) -> tuple[Number, ...] | None:
        """The unknowns at a place in the middle of two others, to `digits` digits.

        They are computed with twice the digits, and with a few more the remaining step is seen to be small enough.
        None where one is not near the middle of its neighbours, or Newton's method does not settle.
        """
        working = 2 * digits + 20
        context = kept_context(working)
        enough = context.mpf(10) ** -(digits + SPARE)
        found = [context.mpf(s.p) / s.q]
        for (function, slope), left, right in zip(self._pairs, before, after, strict=True):
            start = (context.convert(left) + context.convert(right)) / 2
            unknown, settled = start, False
            for _ in range(STEPS):
                value, rise = (part(working, *found, unknown) for part in (function, slope))
                if value is None or not rise:
                    return None
                step = value / rise
                unknown -= step
                if not abs(unknown - start) <= NEAR * abs(start):
                    return None
                if settled:
                    break
                settled = abs(step) <= enough * abs(unknown)
            else:
                return None
            value, rise = (part(working + 20, *found, unknown) for part in (function, slope))
            if value is None or not rise or not abs(value / rise) <= enough**1.5 * abs(unknown):
                return None
            found.append(unknown)
        return tuple(published(value, digits + SPARE) for value in found[1:])


Values = Callable[[sp.Rational], Sequence[complex]]
"""All values at a place, in doubles; the real part of each is known up to multiples of 2 pi."""

CLEAR = 4
"""The value that is meant lies so many times nearer than any other one."""

DOUBLINGS = 3
"""Of the places at which families are to be told apart."""

CLOSED = 1e-6
"""By so much, relative, a family may miss itself after a period."""


class Family:
    """One of several values, followed over the period 1, in doubles: continuous, and at 1 what it is at 0."""

    def __init__(self, values: Values, known: Mapping[sp.Rational, complex]) -> None:
        self._values = values
        self._known: dict[sp.Rational, complex] = dict(known)
        self._places = sorted(known)  # from 0 to 1, both of them

    def __call__(self, s: sp.Rational) -> complex:
        """Its value at 0 <= s <= 1, that which is clearly nearest to the line between those beside.

        Raises OutOfReachError if none is.
        """
        if s not in self._known:
            after = bisect(self._places, s)
            left, right = self._places[after - 1], self._places[after]
            share = float((s - left) / (right - left))
            row = self._values(s)
            near = clearly_nearest((1 - share) * self._known[left] + share * self._known[right], row)
            if near is None:
                raise _not_apart(len(row))
            insort(self._places, s)
            self._known[s] = near[1]
        return self._known[s]


def families(values: Values, ceiling: float, places: int) -> tuple[Family, ...]:
    """The values at 0 that are followed over a period, by so many places or a few doublings of them.

    ceiling: all values have an imaginary part below it, and those that reach it are not there. Some end there, some
    meet, or turn into one another along the period. Whatever becomes of these, the mean of an imaginary part is at
    least that of the lowest of them at every place. Raises OutOfReachError where no family lies below that.
    """
    for number in (places << doubling for doubling in range(DOUBLINGS + 1)):
        grid = [sp.Rational(j, number) for j in range(number + 1)]
        rows = [values(s % 1) for s in grid]
        paths = _closed(rows)
        lowest = min((sum(value.imag for _, value in path[1:]) for path in paths), default=inf)
        others = [
            min((row[i].imag for i in {*range(len(row))} - {path[j][0] for path in paths}), default=ceiling)
            for j, row in enumerate(rows)
        ]
        if lowest < sum(others[1:]):
            return tuple(
                Family(values, {s: value for s, (_, value) in zip(grid, path, strict=True)}) for path in paths
            )
    raise _not_apart(len(rows[0]))


def _closed(rows: Sequence[Sequence[complex]]) -> list[list[tuple[int, complex]]]:
    """Number and value in every row of what is the same value in the last row as in the first."""
    paths = [[start] for start in enumerate(rows[0])]
    for before, row in pairwise(rows):
        back = [clearly_nearest(value, before) for value in row]
        found = [(path, clearly_nearest(path[-1][1], row)) for path in paths]
        paths = [
            [*path, near]
            for path, near in found
            if near and (other := back[near[0]]) and other[0] == path[-1][0]
        ]
    return [path for path in paths if abs(path[-1][1] - path[0][1]) < CLOSED * abs(path[0][1])]


def clearly_nearest(meant: complex, values: Sequence[complex]) -> tuple[int, complex] | None:
    """The number of the value next to `meant`, and its multiple of 2 pi there; None where another is almost as near."""
    near = [value + tau * round((meant - value).real / tau) for value in values]
    by_distance = sorted(range(len(near)), key=lambda i: abs(near[i] - meant))
    if not near or any(
        abs(near[i] - meant) <= CLEAR * abs(near[by_distance[0]] - meant) for i in by_distance[1:]
    ):
        return None
    return by_distance[0], near[by_distance[0]]


def _not_apart(count: int) -> OutOfReachError:
    return OutOfReachError(
        "following waves over a period",
        "the least damped one must stay apart from the others, and be itself again after the period",
        f"{count} waves, none of which does",
        "Choose a gentler modulation, or another frequency.",
    )

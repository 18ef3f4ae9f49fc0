"""Unknowns that vary smoothly with a place: at a new place Newton's method goes on from those beside.

Of several values at every place each is followed by itself, as a family.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Callable, Mapping, Sequence
from math import tau

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

DOUBLINGS = 4
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


def families(values: Values, places: int) -> tuple[Family, ...]:
    """Each value at 0 followed over a period, by so many places or a few doublings of them.

    Raises OutOfReachError where values are not told apart, where there are not as many of them everywhere, and where
    one is another one after a period, or itself and a multiple of 2 pi.
    """
    for number in (places << doubling for doubling in range(DOUBLINGS + 1)):
        grid = [sp.Rational(j, number) for j in range(number + 1)]
        rows = [values(s % 1) for s in grid]
        paths = _paths(rows)
        if paths is not None:
            return tuple(Family(values, dict(zip(grid, path, strict=True))) for path in paths)
    raise _not_apart(len(rows[0]))


def _paths(rows: Sequence[Sequence[complex]]) -> list[list[complex]] | None:
    """What belongs together in the rows, a path for each value of the first; None where that is not clear."""
    if any(len(row) != len(rows[0]) for row in rows):
        raise _not_apart(len(rows[0]))
    paths = [[start] for start in rows[0]]
    for row in rows[1:]:
        found = [near for path in paths if (near := clearly_nearest(path[-1], row))]
        if len({index for index, _ in found}) < len(row):
            return None
        for path, (_, value) in zip(paths, found, strict=True):
            path.append(value)
    if any(abs(path[-1] - path[0]) > CLOSED * abs(path[0]) for path in paths):
        raise _not_apart(len(paths))
    return paths


def clearly_nearest(meant: complex, values: Sequence[complex]) -> tuple[int, complex] | None:
    """The number of the value next to `meant`, and its multiple of 2 pi there; None where another is almost as near."""
    near = [value + tau * round((meant - value).real / tau) for value in values]
    first, *others = sorted(range(len(near)), key=lambda i: abs(near[i] - meant))
    distance = CLEAR * abs(near[first] - meant)
    return (first, near[first]) if all(distance < abs(near[i] - meant) for i in others) else None


def _not_apart(count: int) -> OutOfReachError:
    return OutOfReachError(
        "following waves over a period",
        "each of them must stay apart from the others, and be itself again after the period",
        f"{count} waves of which this does not hold",
        "Choose a gentler modulation, or another frequency.",
    )

"""Unknowns that vary smoothly with a place: at a new place Newton's method goes on from those beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy as sp

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

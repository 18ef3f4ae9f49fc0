"""Is a value what the judge says, to the accuracy that an outlet claims?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import mpmath

from numerics.judging.judge import Real
from numerics.judging.judged_laws import Order

UNIT = 2.0**-52
FEW = 8
"""Units in the last place that are a few, for each that rounding explains."""

NUDGE = 25
"""-log10 of the relative change of an argument that stands for its derivative."""

TINY = mpmath.mpf(2) ** -1000
"""A double below this has lost digits to underflow."""


NOISE = 5
"""Digits that the judge's own rounding can cost: sin(pi) of its pi is none but 0."""


def noise(mp: Any) -> Real:
    """Below this no value of the judge is told from 0."""
    return mp.mpf(10) ** (NOISE - mp.dps)


def distances(found: Sequence[Any], wanted: Sequence[Real], order: Order, mp: Any) -> list[Real]:
    """How far each wanted value is from that found in its place; as sets in the best order of the found ones."""
    values = [mp.mpmathify(value) for value in found]
    orders = permutations(values) if order is Order.AS_A_SET else [values]
    candidates = [[_apart(a, b, order, mp) for a, b in zip(one, wanted, strict=True)] for one in orders]
    return min(candidates, key=lambda one: max(a / (abs(b) or 1) for a, b in zip(one, wanted, strict=True)))


def _apart(found: Real, wanted: Real, order: Order, mp: Any) -> Real:
    difference = found - wanted
    if order is Order.MODULO_A_TURN:
        difference -= 2 * mp.pi * mp.nint(difference / (2 * mp.pi))
    return abs(difference)


def sizes(wanted: Sequence[Real], order: Order, mp: Any) -> list[Real]:
    """What a relative error is relative to: the value, of an angle at least 1."""
    return [max(abs(value), mp.one) if order is Order.MODULO_A_TURN else abs(value) for value in wanted]


def agrees(found: Sequence[Any], wanted: Sequence[Real], order: Order, digits: int, mp: Any) -> bool:
    """To so many digits."""
    apart, size = distances(found, wanted, order, mp), sizes(wanted, order, mp)
    return all(a <= s * mp.mpf(10) ** -digits + noise(mp) for a, s in zip(apart, size, strict=True))


def is_right_double(
    found: Sequence[complex],
    wanted: Sequence[Real],
    order: Order,
    nudged: Callable[[], Sequence[Sequence[Real]]],
    mp: Any,
) -> bool:
    """Is each double off by a few units, and as many more as rounding the arguments explains?

    nudged: the wanted values with one argument after the other changed by 10**-NUDGE of itself; asked for where
    a few units do not suffice.
    """
    finite = all(abs(value) < float("inf") for value in found)
    if not finite:
        return all(
            abs(value) > mp.mpf(2) ** 1023
            for value, one in zip(wanted, found, strict=True)
            if abs(one) == float("inf")
        )
    apart, size = distances(found, wanted, order, mp), sizes(wanted, order, mp)
    allowed = [FEW * UNIT * s + TINY + noise(mp) for s in size]
    if all(a <= most for a, most in zip(apart, allowed, strict=True)):
        return True
    changes = [distances(values, wanted, order, mp) for values in nudged() if len(values) == len(wanted)]
    for place in range(len(wanted)):
        explained = sum((change[place] for change in changes), mp.zero) * mp.mpf(10) ** NUDGE
        allowed[place] += FEW * UNIT * explained
    return all(a <= most for a, most in zip(apart, allowed, strict=True))

"""Roots of an equation for whole arrays of parameters at once, to the last digits of a double."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

TINY = 1e-300
"""Below every root that is not 0."""

Array = NDArray[Any]

Residual = Callable[[Array, tuple[Array, ...]], Array]


@dataclass(frozen=True, slots=True)
class _Knots:
    """Increasing points of an interval, x = end + sign * distance; `first` to `last` are scanned one by one.

    Below and above these one knot per decade leads to either end of the interval.
    """

    end: Array
    sign: Array
    distance: Array
    first: int
    last: int


def share(total: Array, scale: Array) -> Array:
    """total / scale, 0 where both are, and -1 or 1 where both are infinite."""
    return np.where(total == 0, 0.0, np.where(np.isinf(total), np.sign(total), total / scale))


def _knots(domain: sp.Interval) -> _Knots:
    low, high = float(domain.start), float(domain.end)
    if domain.end.is_finite:
        width = high - low
        far = np.arange(-320.0, -3.0) if low == 0 else np.arange(-17.0, -3.0)
        tail = np.append(10.0 ** np.arange(-4.0, -16.0, -1.0), 2.0**-53)
        middle = np.concatenate([[1e-3, 1e-2], np.arange(1, 16) / 16])
        distance = np.concatenate([width * 10.0**far, width * middle, width * tail])
        upper = np.arange(distance.size) >= far.size + 9
        inside = (np.arange(distance.size) >= far.size) & (np.arange(distance.size) < far.size + middle.size)
        distance = np.where(upper & inside, width - distance, distance)
        return _Knots(
            np.where(upper, high, low),
            np.where(upper, -1.0, 1.0),
            distance,
            far.size,
            far.size + middle.size - 1,
        )
    decades = np.concatenate([np.arange(-320.0, -3.0), np.arange(-12, 13) / 4, np.arange(4.0, 309.0)])
    ones = np.ones_like(decades)
    return _Knots(low * ones, ones, 10.0**decades, 317, 341)


def interval_of(domain: sp.Interval) -> tuple[float, float, float]:
    """Both ends of an interval as doubles, and the last double that lies in it."""
    low, high = float(domain.start), float(domain.end)
    return low, high, float(np.nextafter(high, -np.inf)) if domain.right_open else high


@dataclass(frozen=True, slots=True)
class Solver:
    """The search of one interval from `low` to `high`.

    top: the last double in it; pole: sign of the residual where it is unbounded towards `high`, or 0.
    """

    knots: _Knots
    low: float
    high: float
    top: float
    pole: int
    low_is_closed: bool

    def solve(self, residual: Residual, given: tuple[Array, ...]) -> Array:
        """A root for each element of `given`: scan, halve the decades, then Chandrupatla's method."""
        knots, size = self.knots, given[0].size if given else 1
        is_positive = self.signs(residual, given)
        last = knots.distance.size - 1
        # beyond some 1e150 squares overflow and signs mislead: stop on the way there
        outwards = [knots.last + step for step in (4, 16, 48, 140) if knots.last + step < last]
        scanned = [0, *range(knots.first, knots.last + 1), *outwards, last]
        left, right = np.full(size, -1), np.full(size, -1)
        before = is_positive(np.zeros(size, dtype=np.int64))
        for earlier, index in pairwise(scanned):
            now = is_positive(np.full(size, index))
            fresh = (now != before) & (left < 0)
            left[fresh], right[fresh] = earlier, index
            before = now
        at_high = (
            np.full(size, self.pole > 0) if self.pole else residual(np.full(size, self.high), given) >= 0
        )
        found = np.where(before != at_high, self.top, np.nan)
        inside = left >= 0
        if inside.any():
            narrowed = tuple(array[inside] for array in given)
            found[inside] = self.closed_in(residual, narrowed, left[inside], right[inside])
        at_low = residual(np.full(size, self.low), given)
        return np.where((at_low == 0) & (self.low_is_closed | ~inside), self.low, found)

    def signs(self, residual: Residual, given: tuple[Array, ...]) -> Callable[[Array], Array]:
        """Knots, by index -> is the residual positive there?"""
        return lambda index: self.at(residual, given, index) >= 0

    def at(self, residual: Residual, given: tuple[Array, ...], index: Array) -> Array:
        """The residual at knots."""
        knots = self.knots
        return residual(knots.end[index] + knots.sign[index] * knots.distance[index], given)

    def closed_in(self, residual: Residual, given: tuple[Array, ...], left: Array, right: Array) -> Array:
        """Roots between knots, by index, where the residual's signs differ; NaN at the end of where it is known."""
        knots, is_positive = self.knots, self.signs(residual, given)
        side = is_positive(left)
        while np.any(right - left > 1):
            middle = (left + right) // 2
            same = (is_positive(middle) == side) & (middle > left)
            left, right = np.where(same, middle, left), np.where(same | (middle == left), right, middle)
        known = ~np.isnan(self.at(residual, given, left) + self.at(residual, given, right))
        end, sign = knots.end[right], knots.sign[right]  # from which both distances are counted
        seen_alike = knots.end[left] == end
        far = np.where(seen_alike, knots.distance[left], np.abs(end - knots.end[left]) - knots.distance[left])
        distance = _chandrupatla(
            lambda y, given: residual(end + sign * y, given), given, far, knots.distance[right]
        )
        return np.where(known, end + sign * distance, np.nan)


def solver_in(domain: sp.Interval, pole: int) -> Solver:
    """The search of `domain`; pole: see `Solver`."""
    low, high, top = interval_of(domain)
    return Solver(_knots(domain), low, high, top, pole, not domain.left_open)


def _chandrupatla(residual: Residual, given: tuple[Array, ...], one: Array, other: Array) -> Array:
    """Roots between positive points with different signs, all elements at once, geometric in the points."""

    def height(x: Array) -> Array:
        # (a - b)/(a + b) is tanh of half the logarithm of a/b: undo it, and power laws are straight lines
        found: Array = np.arctanh(np.clip(residual(x, given), -1 + 1e-15, 1 - 1e-15))
        return found

    newest, opposite = one.copy(), other.copy()
    at_newest, at_opposite = height(newest), height(opposite)
    share = np.full_like(newest, 0.5)
    best = newest
    for _ in range(80):
        trial = newest * (opposite / newest) ** share
        at_trial = height(trial)
        same = (at_trial >= 0) == (at_newest >= 0)
        oldest, at_oldest = np.where(same, newest, opposite), np.where(same, at_newest, at_opposite)
        opposite, at_opposite = np.where(same, opposite, newest), np.where(same, at_opposite, at_newest)
        newest, at_newest = trial, at_trial
        best = np.where(np.abs(at_newest) < np.abs(at_opposite), newest, opposite)
        width = np.abs(opposite - newest)
        least = 2.0**-53 * best
        if np.all((width <= 4 * least) | (at_newest == 0) | (at_opposite == 0) | np.isnan(at_newest)):
            break
        position = np.log(newest / opposite) / np.log(oldest / opposite)
        level = (at_newest - at_opposite) / (at_oldest - at_opposite)
        inside = (level * level < position) & ((1 - level) ** 2 < 1 - position)
        quadratic = at_newest / (at_opposite - at_newest) * at_oldest / (at_opposite - at_oldest) + (
            np.log(oldest / newest) / np.log(opposite / newest)
        ) * at_newest / (at_oldest - at_newest) * at_opposite / (at_oldest - at_opposite)
        share = np.where(inside & np.isfinite(quadratic), quadratic, 0.5)
        edge = np.clip(2 * least / width, 0, 0.5)
        share = np.clip(share, edge, 1 - edge)
    return best


AMBIGUOUS = 2.0**-48
"""Share of a residual at a fold below which its sign is not known."""


def before_folds(residual: Residual, given: tuple[Array, ...], found: Array, folds: Array) -> Array:
    """The lowest root for each element: `found`, or one before a fold, of which there are an increasing row each.

    folds: shape (number, elements), NaN where there is none. NaN where a fold is met to within rounding.
    """
    lowest = np.full_like(found, TINY)
    side = residual(lowest, given) >= 0
    for fold in folds:
        there = residual(fold, given)
        passed = (found >= fold) & ((there >= 0) != side)
        if passed.any():
            narrowed = tuple(array[passed] for array in given)
            found[passed] = _chandrupatla(residual, narrowed, lowest[passed], fold[passed])
        found = np.where((found >= fold) & (np.abs(there) < AMBIGUOUS), np.nan, found)
        lowest = np.where(np.isnan(fold), lowest, fold)
    return found


def halved(bend: Callable[[Array], Array], level: Array, knots: Sequence[float]) -> Array:
    """Where `bend` equals each element of `level`, a row for each two neighbouring knots, NaN where it does not."""
    rows = []
    for low, high in pairwise(knots):
        left, right = np.full_like(level, low), np.full_like(level, high)
        rising = bend(right) > level
        crosses = (bend(left) > level) != rising
        for _ in range(60):
            middle = np.sqrt(left * right)
            above = (bend(middle) > level) == rising
            left, right = np.where(above, left, middle), np.where(above, middle, right)
        rows.append(np.where(crosses, right, np.nan))
    return np.array(rows)

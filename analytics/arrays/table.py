"""Roots at many parameters from those at a few: a table, a start from it between its entries, and a few secants.

A root depends smoothly on one or two parameters that vary. Each start is refined until its steps are rounding alone;
where they are not, or where the table jumps, the whole search is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from analytics.arrays.search import Array, Residual

LEAST = 4096
"""Elements from which on a table is worth its while."""

ALONG, ACROSS = 513, 65
"""Entries of a table over one parameter, and along each side of one over two."""

PIECE = 8192
"""Elements that are refined together: what they need stays in the cache."""

FIRST, MORE = 3, 10
"""Secants that all elements take at most, and those that need more."""

CLOSE = 2.0**-30
"""A step of this size relative to the root leaves rounding alone to the next one."""

ROUNDING = 2.0**-42
"""Residuals at points so close, relative to the root, differ by rounding, and a slope taken from them is none."""

SURE = 2.0**-44
"""Relative distance from a root at which, by its slope, the residual may be left."""

FEW = 256
"""One in so many may be left to the whole search."""

JUMP = 4.0
"""Ratio of neighbouring entries beyond which nothing is read between them."""

EDGE = 0.99
"""Share of a finite interval beyond which its end is too close for a start."""

Solve = Callable[[tuple[Array, ...]], Array]


def tabulated(solve: Solve, residual: Residual, given: tuple[Array, ...], high: float) -> Array:
    """What `solve` finds for each element of `given`, to rounding, in less time where there are many.

    high: the upper end of the interval of the roots, which are positive.
    """
    varying = [place for place, array in enumerate(given) if array.size >= LEAST and np.ptp(array) != 0]
    if not 1 <= len(varying) <= 2:
        return solve(given)
    table = _Table(solve, given, varying)
    found = np.empty_like(given[0])
    for start in range(0, found.size, PIECE):
        piece = tuple(array[start : start + PIECE] for array in given)
        found[start : start + PIECE] = _refined(residual, piece, *table.read(piece), high)
    missing = np.isnan(found)
    if missing.any():
        found[missing] = solve(tuple(array[missing] for array in given))
    return found


class _Table:
    """Logarithms of roots over one or two parameters, evenly in these or, if positive, in their logarithms."""

    def __init__(self, solve: Solve, given: tuple[Array, ...], varying: Sequence[int]) -> None:
        self.varying = varying
        self.count = ALONG if len(varying) == 1 else ACROSS
        ends = [(given[place].min(), given[place].max()) for place in varying]
        self.scales = [(np.log, np.exp) if low > 0 else (np.positive, np.positive) for low, _ in ends]
        self.ends = [
            (there(low), there(high)) for (low, high), (there, _) in zip(ends, self.scales, strict=True)
        ]
        knots = [np.linspace(low, high, self.count) for low, high in self.ends]
        grid = np.meshgrid(
            *(back(row) for row, (_, back) in zip(knots, self.scales, strict=True)), indexing="ij"
        )
        entries = [np.full(grid[0].size, array[0]) for array in given]
        for axis, place in enumerate(varying):
            entries[place] = grid[axis].ravel()
        self.logs = np.log(solve(tuple(entries))).reshape(grid[0].shape)

    def read(self, given: tuple[Array, ...]) -> tuple[Array, Array, Array]:
        """Starts, and the least and the largest of the entries around; NaN where the table jumps or has none."""
        places, shares = [], []
        for (low, high), place, (there, _) in zip(self.ends, self.varying, self.scales, strict=True):
            step = (there(given[place]) - low) * ((self.count - 1) / (high - low))
            index = np.clip(step.astype(np.int64), 0, self.count - 2)
            places.append(index)
            shares.append(step - index)
        if len(places) == 1:
            around = [self.logs[places[0]], self.logs[places[0] + 1]]
            start = around[0] + shares[0] * (around[1] - around[0])
        else:
            (i, j), (s, t) = places, shares
            around = [self.logs[i, j], self.logs[i + 1, j], self.logs[i, j + 1], self.logs[i + 1, j + 1]]
            low, high = (one + s * (other - one) for one, other in (around[:2], around[2:]))
            start = low + t * (high - low)
        least, most = np.minimum.reduce(around), np.maximum.reduce(around)
        start = np.where(most - least < np.log(JUMP), start, np.nan)
        return np.exp(start), np.exp(least), np.exp(most)


def _refined(
    residual: Residual,
    given: tuple[Array, ...],
    start: Array,
    least: Array,
    most: Array,
    high: float,
    steps: int = FIRST,
) -> Array:
    """Roots near `start`, between `least` and `most` but for a tenth; NaN where none is sure."""
    x, beside = start, start * (1 + 2.0**-16)
    height = residual(x, given)
    slope = (residual(beside, given) - height) / (beside - x)
    for _ in range(steps):
        following = x - height / slope
        there, gap = residual(following, given), following - x
        slope = np.where(np.abs(gap) > ROUNDING * x, (there - height) / gap, slope)
        x, height = following, there
        close = np.abs(gap) <= CLOSE * x
        if np.count_nonzero(~close) <= x.size // FEW:
            break
    root = x - height / slope
    sure = close & (np.abs(residual(root, given) / slope) <= SURE * root)
    sure &= (root > 0.9 * least) & (root < 1.1 * most) & (root < EDGE * high)
    found = np.where(sure, root, np.nan)
    rest = ~close & (x > 0)
    if steps == FIRST and rest.any():
        some = tuple(array[rest] for array in given)
        found[rest] = _refined(residual, some, x[rest], least[rest], most[rest], high, MORE)
    return found

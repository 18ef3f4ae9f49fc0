"""Z -> U (*) Z of complex doubles, and what is done with the result while a piece of it is in the cache.

`Whole` takes any symbol. Along an axis of large strides a transform misses the cache at every site: of several axes
the last one is transformed row by row, the others on strips of some columns.

`Blocks` is for a kernel on a ring that is narrow: overlapping blocks of L sites are convolved each by its own
transform, and h sites at both ends, where the block's periodicity shows, are left out. With a = sum over x != 0 of
|A(x)| and s the reach of A, only the terms of exp(A) beyond the n-th, convolutions of A with itself, leave h = s n:

    sum over |x| > h of |U(x)|  <=  sum_(m > n) a^m/m!  <=  a^(n + 1)/(n + 1)! e^a.

n is the least for which this is below 2^-60, so that nothing is left out that a double would show.

Memory that is touched for the first time costs as much as a transform: a result is put `into` an array that is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import log

import numpy as np

from numerics.doubles.pieces import PIECE, in_pieces
from numerics.doubles.transforms import Doubles, quickest_transforms

Finish = Callable[[Doubles, slice], None]
"""Changes in place the part of a result that stands at a slice of the first axis."""

Taps = Sequence[tuple[int, complex]]
"""(offset, coefficient) of a stencil on a ring."""

STRIP = 32
"""Columns of a strip."""

UNSEEN = 2.0**-60

BLOCKS = ((64, 1024), (512, 4096))
"""(h, L): blocks of L sites for kernels up to h wide on either side, the shortest that is wide enough."""

BLOCKED_SITES = 1 << 13
"""A ring of fewer sites is transformed as a whole."""


class Whole:
    """The inverse transform of `symbol`, an array of the lattice's shape, times the transform of Z."""

    def __init__(self, symbol: Doubles, threads: int = 1) -> None:
        self.symbol = symbol
        self.threads = threads
        self.transforms = quickest_transforms()
        self.axes = tuple(range(symbol.ndim))
        self.is_small = symbol.ndim == 1 or symbol.size <= 2 * PIECE

    def __call__(self, state: Doubles, finish: Finish | None = None, into: Doubles | None = None) -> Doubles:
        found: Doubles = np.empty(self.symbol.shape, dtype=np.complex128) if into is None else into
        if self.is_small:
            self._at_once(state, finish, found)
        else:
            self._by_rows(state, finish, found)
        return found

    def _at_once(self, state: Doubles, finish: Finish | None, found: Doubles) -> None:
        spectrum = self.transforms.forth(state, self.axes, self.threads)
        spectrum *= self.symbol
        found[:] = self.transforms.back(spectrum, self.axes, self.threads)
        if finish is not None:
            in_pieces(lambda at: finish(found[at], at), len(found), self._step(found), self.threads)

    def _by_rows(self, state: Doubles, finish: Finish | None, found: Doubles) -> None:
        *others, last = self.axes
        transforms = self.transforms

        def forth(at: slice) -> None:
            found[at] = transforms.forth(state[at], (last,), 1)

        def strip(at: slice) -> None:
            columns = transforms.forth(found[..., at], others, 1)
            columns *= self.symbol[..., at]
            found[..., at] = transforms.back(columns, others, 1)

        def back(at: slice) -> None:
            rows = transforms.back(found[at], (last,), 1)
            if finish is not None:
                finish(rows, at)
            found[at] = rows

        in_pieces(forth, len(found), self._step(found), self.threads)
        in_pieces(strip, found.shape[-1], STRIP, self.threads)
        in_pieces(back, len(found), self._step(found), self.threads)

    def _step(self, found: Doubles) -> int:
        """Indices of the first axis that make up a piece."""
        return max(1, PIECE * len(found) // found.size)


class Blocks:
    """exp_(*)(A) (*) Z on a ring, block by block."""

    def __init__(self, taps: Taps, overlap: int, length: int, threads: int = 1) -> None:
        self.overlap, self.length = overlap, length
        self.threads = threads
        self.transforms = quickest_transforms()
        self.symbol = np.exp(np.fft.fft(wrapped(taps, length)))

    def __call__(self, state: Doubles, finish: Finish | None = None, into: Doubles | None = None) -> Doubles:
        sites, inner = len(state), self.length - 2 * self.overlap
        found: Doubles = np.empty(sites, dtype=np.complex128) if into is None else into
        count = -(-sites // inner)

        def blocks(at: slice) -> Doubles:
            start = at.start * inner - self.overlap
            stop = (at.stop - 1) * inner - self.overlap + self.length
            is_inside = start >= 0 and stop <= sites
            part = state[start:stop] if is_inside else state.take(np.arange(start, stop), mode="wrap")
            windows: Doubles = np.lib.stride_tricks.sliding_window_view(part, self.length)
            return windows[::inner]

        def block(at: slice) -> None:
            spectrum = self.transforms.forth(blocks(at), (1,), 1)
            spectrum *= self.symbol
            convolved = self.transforms.back(spectrum, (1,), 1)[:, self.overlap : -self.overlap]
            place = slice(at.start * inner, min(at.stop * inner, sites))
            piece = found[place]
            whole, rest = divmod(len(piece), inner)
            piece[: whole * inner].reshape(whole, inner)[:] = convolved[:whole]
            if rest:
                piece[-rest:] = convolved[whole, :rest]
            if finish is not None:
                finish(piece, place)

        in_pieces(block, count, max(1, PIECE // self.length), self.threads)
        return found


Convolution = Whole | Blocks


def kernel_on_ring(taps: Taps, sites: int, threads: int = 1) -> Convolution:
    """The convolution with exp_(*)(A), the quicker way."""
    overlap = half_width(taps)
    for most, length in BLOCKS:
        if overlap <= most and sites >= max(BLOCKED_SITES, length):
            return Blocks(taps, overlap, length, threads)
    return Whole(np.exp(np.fft.fft(wrapped(taps, sites))), threads)


def kernel_on_torus(
    taps: Sequence[tuple[tuple[int, ...], complex]], shape: tuple[int, ...], threads: int
) -> Whole:
    """The same in several dimensions.

    exp turns sums into products: what couples along one axis gives a factor that depends on the wavenumber along that
    axis alone. Only the other couplings need a transform and an exponential of all sites.
    """
    factors = []
    for axis, length in enumerate(shape):
        along = [(x[axis], value) for x, value in taps if _axis(x) == axis]
        factors.append(np.exp(np.fft.fft(wrapped(along, length))))
    symbol: Doubles = reduce(np.multiply, np.ix_(*factors))
    skew = np.zeros(shape, dtype=np.complex128)
    for x, value in taps:
        if _axis(x) is None:
            skew[tuple(np.mod(x, shape))] += value
    if skew.any():
        symbol *= np.exp(np.fft.fftn(skew))
    return Whole(symbol, threads)


def _axis(offset: tuple[int, ...]) -> int | None:
    """The axis along which an offset points, the first for 0; None for another direction."""
    along = [axis for axis, x in enumerate(offset) if x]
    return None if len(along) > 1 else (*along, 0)[0]


def half_width(taps: Taps) -> int:
    """h: sites beyond which U is too small to be seen in doubles."""
    reach = max(abs(offset) for offset, _ in taps)
    total = sum(abs(value) for offset, value in taps if offset)
    order, logarithm = 0, total  # of the bound at n = 0, divided by a
    while total and logarithm + log(total) >= log(UNSEEN):
        order += 1
        logarithm += log(total / (order + 1))
    return reach * max(1, order)


def wrapped(taps: Taps, sites: int) -> Doubles:
    """The stencil on a ring of so many sites."""
    values = np.zeros(sites, dtype=np.complex128)
    for offset, coefficient in taps:
        values[offset % sites] += coefficient
    return values

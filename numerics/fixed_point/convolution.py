"""The convolution of integers, exact, by the Fourier transform of doubles.

The digits of Z at all sites and those of U are integers, so that every digit of their product, before it is carried, is
one too: a transform that errs by less than 1/2 gives it exactly once it is rounded.

**The bound.** u = 2^-53. In one pass of radix p a transform errs, relative to the norm of what it is given, by at most
d_p u: 7 for p = 2, a butterfly and a rounded twiddle (Higham, Accuracy and Stability, 24.1); sqrt(p) (p + 9)/2 + 4
for an odd p, where the sums and differences of (p - 1)/2 pairs are weighted and added, (p + 9)/2 roundings on the way
of each term, the norm of the sums of moduli being at most sqrt(p) times larger, and a twiddle follows. So with
D = sum of d_p over the prime factors of n

    |X~ - X| <= D u |X|,      |X| = sqrt(n) |x|.

At each wavenumber k the digits of U act by a matrix T(k): digit i of the product is sum_j U_(i-j)(k) X_j(k). Either the
L terms are added one by one, and M = max_k of the norm of a row; or the digits are one more axis of the transform, M
is the largest modulus of U's, and L = 1. One transform forth, the product and one transform back give

    |z~ - z|_inf <= |z~ - z|_2 <= |x|_2 M (2 D + 2 L + 12) u.

U's own transform is made in the longest format of the machine and then rounded; its error, D times the unit of that
format relative to |U|_1, is added to M. |x|_2 <= 2^w sqrt(2 n (0.28 L + 4)) for balanced digits of w bits, the leading
one below 2^(w + 1). The widest digits are taken for which this is below 1/2.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, inf, log2, prod, sqrt
from typing import cast

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from analytics.errors import PrecisionError
from numerics.fixed_point.digits import (
    EXACT,
    WIDTH,
    Fixed,
    Rows,
    fixed,
    grouped,
    padded,
    regrouped,
    rejoined,
    shifted_rows,
)

WIDTHS = (16, 12, 8, 6)
"""Bits of a digit that is transformed; each a part of GROUP."""

UNIT = float(np.finfo(np.float64).eps / 2)

LONGEST_UNIT = float(np.finfo(np.longdouble).eps / 2)

SAFE = 0.45

Lines = NDArray[np.complexfloating]

DENSE_ROWS = 24
"""Up to so many digits their terms are added one by one, which is quicker than one more axis of the transform."""

DENSE_BYTES = 1 << 27

TOGETHER = 8
"""Digits whose places are exchanged with those of the sites at a time, so that they stay in the cache."""

FACTORS = (2, 3, 5, 7, 11)
"""Prime factors of a length for which SciPy's transform goes by the passes that the bound is about."""


class Convolution:
    """Z -> U (*) Z on the periodic lattice of `shape`, to `bits` bits relative to the largest, in `keep` digits.

    kernel: U at all sites. Sites that are more than the lattice's are several states, one after the other.

    Beside `bits` there are digits for what may be lost: the leading one may be 2, and its group need not be full.

    Raises PrecisionError where no width of digits is proved.
    """

    def __init__(self, kernel: Fixed, shape: tuple[int, ...], bits: int, keep: int) -> None:
        self.shape, self.keep = shape, keep
        passes = error_of_passes(shape)
        for self.width in WIDTHS:
            lost = WIDTH + WIDTH - _empty(1, self.width) * self.width
            self.count = ceil((bits + lost) / self.width)
            digits, self.low = self._digits(kernel)
            lines = np.empty((self.count, *shape), dtype=np.clongdouble)
            lines.real, lines.imag = _parts(digits, lines)
            total = float(np.abs(lines).sum())
            spectrum = self._transformed(lines).reshape(self.count, -1)
            self.is_dense = self.count <= DENSE_ROWS and 16 * spectrum.size * self.count <= DENSE_BYTES
            if self.is_dense:
                norm = float(np.sqrt((np.abs(spectrum) ** 2).sum(axis=0)).max())
            else:
                length = scipy.fft.next_fast_len(2 * self.count - 1, real=True)  # 7 and 11 take longer
                passes = error_of_passes([*shape, length])
                spectrum = scipy.fft.fft(spectrum, n=length, axis=0)
                norm = float(np.abs(spectrum).max())
            norm += LONGEST_UNIT * passes * sqrt(self.count) * total
            largest = max(norm, 1.0) * 2.0**self.width * sqrt(2 * prod(shape) * (0.28 * self.count + 4))
            terms = self.count if self.is_dense else 1
            self.error = largest * (2 * passes + 2 * terms + 12) * UNIT
            if self.error < SAFE:
                break
        else:
            raise PrecisionError(
                f"convolution of integers on {shape} sites",
                f"rounding must be proved to err by less than {SAFE}",
                f"{self.error:.3g} with digits of {self.width} bits",
                "Use the engine 'ball'.",
            )
        self.bits = ceil(log2(largest))
        # the digits dropped reach up so far, and U may spread a site's number over all
        dropped = self.bits + log2(prod(shape)) / 2 - lost + 6
        self.first = self.count - max(1, ceil(dropped / self.width))
        self.taken = 2 * self.count - 1 - self.first
        spectrum = spectrum.astype(np.complex128)
        if self.is_dense:
            rows = shifted_rows(spectrum, self.first, self.taken, self.count)
            self.spectrum = np.ascontiguousarray(rows.transpose(2, 0, 1))
        else:
            self.spectrum = np.ascontiguousarray(spectrum.T)

    def __call__(self, state: Fixed, drive: Fixed | None = None) -> Fixed:
        """U (*) Z, or U (*) Z + I, which is carried once."""
        digits, low = self._digits(state)
        found = np.empty((self.taken, 2, digits.shape[-1]))
        self._multiply(digits, found)
        rows, first = rejoined(found, low + self.low + self.first * self.width, self.width, self.bits, drive)
        return fixed(rows, first, EXACT, self.keep)

    def _digits(self, number: Fixed) -> tuple[Rows, int]:
        """Its leading digits of the transform's width, and the bits that the first of them counts."""
        rows, low = grouped(number)
        digits = regrouped(rows, WIDTH, self.width)
        digits = digits[: digits.shape[0] - _empty(low + rows.shape[0] - number.top, self.width)]
        missing = self.count - digits.shape[0]
        return padded(digits[max(0, -missing) :], max(0, missing), 0), low * WIDTH - missing * self.width

    def _multiply(self, digits: Rows, found: Rows) -> None:
        """Put the digits from `first` on of the product, not yet carried, into `found`; shape (taken, 2, M)."""
        sites = digits.shape[-1]
        lines = np.empty((self.count, sites // prod(self.shape), *self.shape), dtype=np.complex128)
        lines.real, lines.imag = _parts(digits, lines)
        spectrum = self._transformed(lines).reshape(*lines.shape[:2], -1)
        if self.is_dense:
            product = np.matmul(self.spectrum, np.ascontiguousarray(spectrum.transpose(2, 0, 1)))
            spectrum = np.ascontiguousarray(product.transpose(1, 2, 0))
        else:
            spectrum = self._along_digits(spectrum)
        lines = spectrum.reshape(self.taken, -1, *self.shape)
        lines = self._transformed(lines, back=True).reshape(self.taken, sites)
        np.rint(lines.real, out=found[:, 0])
        np.rint(lines.imag, out=found[:, 1])

    def _along_digits(self, spectrum: Lines) -> Lines:
        """The product where the digits are one more axis: the last one while it is transformed, since a long stride
        costs a multiple.
        """
        sites, length = self.spectrum.shape
        lines = np.zeros((spectrum.shape[1], sites, length), dtype=np.complex128)
        for i in range(0, self.count, TOGETHER):
            lines[..., i : min(i + TOGETHER, self.count)] = spectrum[i : i + TOGETHER].transpose(1, 2, 0)
        lines = scipy.fft.fft(lines, axis=-1, overwrite_x=True)
        lines *= self.spectrum
        lines = scipy.fft.ifft(lines, axis=-1, overwrite_x=True)
        return np.ascontiguousarray(lines[..., self.first : self.first + self.taken].transpose(2, 0, 1))

    def _transformed(self, lines: Lines, *, back: bool = False) -> Lines:
        """Forth or back along the axes of the lattice, the last ones; `lines` is used up."""
        if len(self.shape) == 1:  # less is looked at before the work begins
            along = scipy.fft.ifft if back else scipy.fft.fft
            return cast("Lines", along(lines, axis=-1, overwrite_x=True))
        axes = tuple(range(-len(self.shape), 0))
        return cast(
            "Lines", (scipy.fft.ifftn if back else scipy.fft.fftn)(lines, axes=axes, overwrite_x=True)
        )


def _parts(digits: Rows, lines: Lines) -> tuple[Rows, Rows]:
    """Those of the real and those of the imaginary parts, in the shape of `lines`."""
    return digits[:, 0].reshape(lines.shape), digits[:, 1].reshape(lines.shape)


def _empty(count: int, width: int) -> int:
    """Digits of `width` bits that are 0 after a leading digit below 2^(WIDTH + 1), where `count` of WIDTH bits are."""
    return max(0, (WIDTH * count - 2) // width)


def error_of_passes(lengths: Sequence[int]) -> float:
    """D of a transform along axes of these lengths; inf where the bound does not hold."""
    total = 0.0
    for length in lengths:
        for p in FACTORS:
            while length % p == 0:
                length //= p
                total += 7 if p == 2 else sqrt(p) * (p + 9) / 2 + 4
        if length > 1:
            return inf
    return total

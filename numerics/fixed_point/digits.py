"""Digits of all sites as doubles that hold integers, so that sums and products of them are exact.

    value = sum_i rows[i] 2^(w (top - R + i)),      i = 0, ..., R - 1

The last row leads. Digits are balanced, |d| <= 2^(w - 1) (1 + 2^-6), the leading one |d| <= 2^(w + 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, lcm
from typing import Any, TypeVar, cast

import numpy as np
from gmpy2 import mpz
from numpy.typing import NDArray

Rows = NDArray[np.float64]
"""Digits of shape (R, ..., M) for M sites: a part of them is a part of memory, which counts most on few sites."""

Numbers = TypeVar("Numbers", bound=NDArray[Any])

WIDTH = 24
"""Bits of a digit: a product of two has 46, and 64 of them are added within the 53 of a double."""

GROUP = 48
"""Bits that digits of every width are grouped in, when they become digits of another."""

SUMMED = 12
"""Bits of a digit whose products are added over the sites: 2^30 of them stay exact."""

EXACT = 53

MOST_SHIFTED = 51
"""Bits up to which a digit is moved within a row whole: with others it stays below 2^EXACT."""

MOST_ROWS = 60
"""Digits before the point that are kept beside those after it."""

EXACT_ROWS = 48
"""So many products of digits of two parts are added exactly, twice, and with them two of a leading digit each."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Complex numbers of M sites; rows: real and imaginary parts, shape (R, 2, M), digits of WIDTH bits."""

    rows: Rows
    top: int

    @property
    def low(self) -> int:
        """The last row kept counts 2^(WIDTH low)."""
        return self.top - int(self.rows.shape[0])


def carried(rows: Rows, bits: int, width: int = WIDTH) -> Rows:
    """The same numbers in balanced digits, put in place; the last row takes what is carried to it.

    bits: |rows| < 2^bits, at most 53.

    x + 3 2^(51 + width) is x to the nearest multiple of 2^width, and that much more.
    """
    shift, unit = 3 * 2.0 ** (51 + width), 2.0**-width
    inner, outer = rows[:-1], rows[1:]
    over = np.empty(inner.shape)
    for _ in range(ceil((bits - width + 8) / width)):
        np.add(inner, shift, out=over)
        over -= shift
        inner -= over
        over *= unit
        outer += over
    return rows


def fixed(rows: Rows, low: int, bits: int, keep: int) -> Fixed:
    """Numbers in `keep` digits, from the first that one of them has or from the point where that is lower.

    rows: shape (R, 2, M), |rows| < 2^bits, the first counting 2^(WIDTH low).
    """
    rows = carried(rows, bits)
    while (sizes := _leading(rows))[-1] > 2.0 ** (WIDTH + 1):
        rows = carried(padded(rows, 0, 1), EXACT)
    while sizes[-1] <= 1 and rows.shape[0] > 1:  # the digit before it can hold it
        if sizes.pop():
            rows[-2] += rows[-1] * 2.0**WIDTH
            sizes = []
        rows = rows[:-1]
        sizes = sizes or _leading(rows)
    count = rows.shape[0]
    top = low + count if sizes[-1] else 0
    wanted = keep + top - digits_from_point(top)
    kept = rows[max(0, count - wanted) :]
    return Fixed(padded(kept, wanted - kept.shape[0], 0), top)


def _leading(rows: Rows) -> list[float]:
    """The largest moduli in the leading rows, that of the last row at the end."""
    sizes: list[float] = np.maximum.reduce(np.abs(rows[-3:]), axis=(1, 2)).tolist()
    return sizes


def digits_from_point(top: int) -> int:
    """The digit that those kept are counted from: a step of the map forgets how large its numbers were.

    Beyond MOST_ROWS digits before the point it does not.
    """
    return min(top, max(0, top - MOST_ROWS))


def added(numbers: Sequence[Fixed], keep: int) -> Fixed:
    """Their sum; at most 64 of them."""
    low, top = min(number.low for number in numbers), max(number.top for number in numbers)
    if all(number.low == low and number.top == top for number in numbers):
        total = sum((number.rows for number in numbers[1:]), start=numbers[0].rows + 0)
    else:
        total = np.zeros((top - low, *numbers[0].rows.shape[1:]))
        for number in numbers:
            total[number.low - low : number.top - low] += number.rows
    return fixed(total, low, WIDTH + 8, keep)


def joined(numbers: Sequence[Fixed]) -> Fixed:
    """The sites of all, one number's after another's, in the digits that one of them has."""
    low, top = min(number.low for number in numbers), max(number.top for number in numbers)
    rows = [padded(number.rows, number.low - low, top - number.top) for number in numbers]
    return Fixed(rows[0] if len(rows) == 1 else np.concatenate(rows, axis=2), top)


def parted(number: Fixed, count: int) -> list[Fixed]:
    """So many numbers whose sites are joined in one."""
    return [Fixed(rows, number.top) for rows in np.split(number.rows, count, axis=2)]


def leads_everywhere(number: Fixed, count: int) -> bool:
    """Would each of so many numbers that are joined in one begin with the same digit, if it were `fixed` alone?"""
    leading = np.abs(number.rows[-1]).reshape(2, count, -1)
    return bool((np.maximum.reduce(leading, axis=(0, 2)) > 1).all())


def scaled(number: Fixed, factor: Fixed, keep: int) -> Fixed:
    """A complex factor, itself the number of one site, times the numbers of all.

    Digits of the factor make a matrix that is applied to those of all sites, EXACT_ROWS of them at a time.
    """
    count, length = factor.rows.shape[0], number.rows.shape[0]
    first = max(0, count - 3)
    wanted = length + count - 1 - first
    matrix = shifted_rows(factor.rows, first, wanted, length)[..., 0].transpose(2, 0, 1)
    total = np.zeros((wanted, *number.rows.shape[1:]))
    for start in range(0, length, EXACT_ROWS):
        digits = number.rows[start : start + EXACT_ROWS]
        reached = min(wanted, start + len(digits) + count - 1 - first)
        part = np.ascontiguousarray(matrix[:, :reached, start : start + EXACT_ROWS])
        products = (part @ digits.reshape(len(digits), -1)).reshape(2, reached, 2, -1)
        rows = np.empty((reached, *number.rows.shape[1:]))
        np.subtract(products[0, :, 0], products[1, :, 1], out=rows[:, 0])
        np.add(products[0, :, 1], products[1, :, 0], out=rows[:, 1])
        total[:reached] += carried(rows, EXACT)
    return fixed(total, number.low + factor.low + first, EXACT, keep)


def inner_product(left: Fixed, right: Fixed) -> tuple[int, int, int]:
    """sum over sites of conj(a) b, exactly: real part, imaginary part and b of the integers times 2^b."""
    (a, low), (b, other) = grouped(left), grouped(right)
    a, b = regrouped(a, WIDTH, SUMMED), regrouped(b, WIDTH, SUMMED)
    products = np.einsum("ipn,jqn->pqij", a, b, optimize=True)
    real = products[0, 0] + products[1, 1]
    imaginary = products[0, 1] - products[1, 0]
    return _along_diagonals(real), _along_diagonals(imaginary), WIDTH * (low + other)


def _along_diagonals(products: Rows) -> int:
    """sum_ij p_ij 2^(SUMMED (i + j))."""
    rows, columns = products.shape
    skewed = np.zeros((rows, rows + columns))
    skewed[:, :columns] = products
    sums = skewed.ravel()[:-rows].reshape(rows, rows + columns - 1).astype(np.int64).sum(axis=0)
    return sum(value << (SUMMED * k) for k, value in enumerate(sums.tolist()))


def shifted_rows(rows: Numbers, first: int, count: int, width: int) -> Numbers:
    """T[i, j] = rows[first + i - j] for i < count, j < width, 0 beyond the rows.

    sum_j T_ij b_j are digits first, ..., first + count - 1 of the product with b, before they are carried.
    """
    start, stop = first - width + 1, first + count
    wider = np.zeros((stop - start, *rows.shape[1:]), dtype=rows.dtype)
    inside = slice(max(start, 0), max(min(stop, rows.shape[0]), max(start, 0)))
    wider[inside.start - start : inside.stop - start] = rows[inside]
    row, *inner = wider.strides
    shape = (count, width, *rows.shape[1:])
    found = np.ndarray(shape, rows.dtype, wider, (width - 1) * row, (row, -row, *inner))
    return cast("Numbers", found)


def regrouped(rows: Rows, width: int, other: int) -> Rows:
    """Digits of `width` bits as digits of `other` bits; the rows fill whole groups, each of digits of both widths."""
    many, few = lcm(width, other) // width, lcm(width, other) // other
    count, *inner = rows.shape
    parts = rows.reshape(count // many, many, *inner)
    groups = parts[:, 0].copy()
    for i in range(1, many):
        groups += parts[:, i] * 2.0 ** (width * i)
    found = np.empty((count // many, few, *inner))
    for i in range(few - 1, 0, -1):
        np.rint(groups * 2.0 ** (-other * i), out=found[:, i])
        groups -= found[:, i] * 2.0 ** (other * i)
    found[:, 0] = groups
    return found.reshape(count // many * few, *inner)


def rejoined(
    digits: Rows, exponent: int, width: int, bits: int, other: Fixed | None = None
) -> tuple[Rows, int]:
    """Digits of `width` bits that are not carried, |d| < 2^bits, and another number, as one of WIDTH bits, not carried.

    exponent: bits that the first digit counts. Returns the rows, |d| < 2^EXACT, and what the first of them counts.
    """
    count = digits.shape[0]
    low, top = exponent // WIDTH, (exponent + (count - 1) * width + bits) // WIDTH + 2
    if other is not None:
        low, top = min(low, other.low), max(top, other.top + 1)
    rows = np.zeros((top - low, *digits.shape[1:]))
    if other is not None:
        rows[other.low - low : other.top - low] = other.rows
    every = lcm(width, WIDTH) // width
    for start in range(min(every, count)):
        at, shift = divmod(exponent + start * width - low * WIDTH, WIDTH)
        part = digits[start::every]
        places = range(at, at + part.shape[0] * every * width // WIDTH, every * width // WIDTH)
        if bits + shift > MOST_SHIFTED:
            unit = 3 * 2.0 ** (51 + WIDTH - shift)
            over = part + unit
            over -= unit
            part = part - over
            over *= 2.0 ** (shift - WIDTH)
            rows[places.start + 1 : places.stop + 1 : places.step] += over
        rows[places.start : places.stop : places.step] += part * 2.0**shift if shift else part
    return rows, low


def grouped(number: Fixed) -> tuple[Rows, int]:
    """Its rows, filled up to whole groups, and what the first of them counts, a multiple of a group."""
    pair = GROUP // WIDTH
    return padded(number.rows, number.low % pair, -number.top % pair), number.low - number.low % pair


def from_doubles(values: NDArray[np.complex128], least: int, most: int) -> Fixed:
    """Finite doubles, `values` of shape (M,): exact where `most` digits are enough, in `least` digits or more."""
    rest = np.stack([values.real, values.imag])
    exponents = np.frexp(rest)[1][rest != 0].tolist() or [0]
    top = max(exponents) // WIDTH + 1
    keep = min(most, max(least, top - (min(exponents) - EXACT) // WIDTH))
    rows = np.empty((keep + 1, *rest.shape))
    rest = np.ldexp(rest, -WIDTH * top)
    for row in reversed(rows):
        rest *= 2.0**WIDTH
        np.rint(rest, out=row)
        rest -= row
    return fixed(rows, top - keep - 1, 0, keep)


def integers(number: Fixed) -> tuple[list[mpz], list[mpz], int]:
    """Real parts, imaginary parts and b: the numbers are those integers times 2^b."""
    rows, low = grouped(number)
    digits = regrouped(padded(rows, 0, GROUP // WIDTH), WIDTH, GROUP).astype(np.int64)
    digits += 1 << (GROUP - 1)
    while (over := digits >> GROUP).any():
        digits -= over << GROUP
        digits[1:] += over[:-1]
    count = digits.shape[0]
    size, offset = count * GROUP // 8, _middle(count)
    kept = np.ascontiguousarray(digits.transpose(1, 2, 0), dtype="<i8")
    text = _in_parts(kept.view("<u2").reshape(-1, 4), 3).tobytes()
    found = [mpz.from_bytes(text[at : at + size], "little") - offset for at in range(0, len(text), size)]
    return found[: len(found) // 2], found[len(found) // 2 :], low * WIDTH


def from_integers(
    real: Iterable[mpz], imaginary: Iterable[mpz], exponent: int, bits: int, keep: int
) -> Fixed:
    """Numbers that are integers below 2^bits in modulus, times 2^exponent; exponent: a multiple of WIDTH."""
    count = (bits + 1) // GROUP + 1
    size, offset = count * GROUP // 8, _middle(count)
    text = b"".join(
        [(value + offset).to_bytes(size, "little") for part in (real, imaginary) for value in part]
    )
    kept = _in_parts(np.frombuffer(text, dtype="<u2").reshape(-1, 3), 4).view("<i8")
    digits = kept.astype(np.int64) - (1 << (GROUP - 1))
    groups = digits.reshape(2, -1, count).transpose(2, 0, 1).astype(np.float64, order="C")
    return fixed(regrouped(groups, GROUP, WIDTH), exponent // WIDTH, 0, keep)


def _in_parts(groups: NDArray[np.uint16], parts: int) -> NDArray[np.uint16]:
    """The same groups of 48 bits in 3 or, the last of them 0, in 4 parts; copied part by part, which is quicker."""
    found = np.zeros((groups.shape[0], parts), dtype=groups.dtype)
    for i in range(3):
        found[:, i] = groups[:, i]
    return found


def _middle(count: int) -> mpz:
    """What is added to a number of so many groups, so that none of its digits is negative."""
    return mpz(sum(1 << (GROUP * i + GROUP - 1) for i in range(count)))


def padded(rows: Rows, below: int, above: int) -> Rows:
    """The same with so many digits 0 before the first and after the last."""
    if not below and not above:
        return rows
    count, *inner = rows.shape
    wider = np.zeros((below + count + above, *inner))
    wider[below : below + count] = rows
    return wider

"""Numbers at a working precision: contexts of one's own, sizes, agreement.

Every thread has mpmath contexts of its own: threads do not meet, and ``mpmath.mp`` stays as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import sympy as sp
from mpmath import MPContext, mp
from mpmath.libmp import dps_to_prec

from analytics.evaluation.mpmath_types import Context, Number, Operand
from analytics.exclusive import mpmath_kept

SPARE = 5
"""Digits returned beyond those asked for."""

KEPT = 512
"""Contexts kept per thread, of 40 kB: making one takes longer than most evaluations."""


def bits_of(digits: float) -> int:
    """Bits that carry `digits` decimal digits."""
    return int(digits * 3.3219281) + 4


def digits_of(bits: int) -> int:
    """Decimal digits that `bits` bits are worth, rounded down."""
    return bits * 302 // 1000


def new_context(digits: int) -> Context:
    """An mpmath context of its own, with `digits` digits, for whoever goes on to change its precision."""
    context: Context = MPContext()
    context.dps = digits
    return context


class _Kept(threading.local):
    """The contexts of one thread, by their bits."""

    def __init__(self) -> None:
        self.contexts: dict[int, Context] = {}


_kept = _Kept()


def kept_context(digits: int) -> Context:
    """This thread's context with `digits` digits; whoever changes its precision puts it back."""
    return kept_bits(dps_to_prec(digits))


def kept_bits(bits: int) -> Context:
    """The same with `bits` bits."""
    contexts = _kept.contexts
    if bits not in contexts:
        if len(contexts) >= KEPT:
            contexts.clear()
        contexts[bits] = MPContext()
    context = contexts[bits]
    context.prec = bits  # a function of mpmath that failed may have left another precision
    return context


def decades(number: sp.Expr) -> int:
    """|log10 |number||, rounded up; 0 for 0 and for complex numbers of modulus about 1."""
    if number == 0:
        return 0
    if number.is_Rational:
        return digits_of(abs(int(abs(number.p)).bit_length() - int(number.q).bit_length())) + 1
    sizes = [part.as_coeff_Mul() for part in sp.Add.make_args(number)]
    if all(rest in (sp.S.One, sp.I) for _, rest in sizes):  # a + b I of rational numbers
        return decades(sp.Add(*(size**2 for size, _ in sizes))) // 2 + 1
    with mpmath_kept():
        size = abs(number.evalf(5))
        return abs(int(sp.floor(sp.log(size, 10).evalf(5)))) + 1 if size.is_comparable and size > 0 else 0


def magnitude(point: Mapping[sp.Symbol, Any]) -> int:
    """Decades that the exact numbers of a point lie away from 1, at most: |log10 |x||."""
    return max((decades(value) for value in point.values() if isinstance(value, sp.Expr)), default=0)


def published(number: Number, digits: int) -> Number:
    """`number` rounded to `digits` digits, as a number of mpmath's own context whatever its precision is."""
    context = kept_context(digits)
    rounded = +context.convert(number)
    is_complex = hasattr(rounded, "_mpc_")
    result: Number = mp.make_mpc(rounded._mpc_) if is_complex else mp.make_mpf(rounded._mpf_)
    return result


def parts(number: Number) -> tuple[Number, Number]:
    return number.real, number.imag


def is_finite(number: Number) -> bool:
    return all(part._mpf_[1] or not part._mpf_[2] for part in parts(number))


def exponent_of(number: Number) -> int:
    """Decimal exponent of |number|; very negative for 0."""
    sizes = [
        digits_of(mantissa_exponent[2] + mantissa_exponent[3])
        for mantissa_exponent in (part._mpf_ for part in parts(number))
        if mantissa_exponent[1]
    ]
    return max(sizes, default=-(10**9))


def matching_digits(context: Context, difference: Number, scale: Operand, most: float) -> float:
    """To how many digits numbers that differ so agree: -log10 |difference / scale|, from 0 to `most`."""
    if not difference:
        return float(most)
    return min(most, max(0.0, -float(context.log10(abs(difference) / scale)))) if scale else 0.0


def agreed(one: Number | None, other: Number | None, digits: int) -> Number | None:
    """`other` where both are finite numbers that agree to `digits` digits in each part, else None.

    A part that does not, but is below 10**-(digits + 8) of the whole in both, is rounding and becomes 0.
    """
    if one is None or other is None or not is_finite(other):
        return None
    context = kept_context(digits + 10)
    left, right = context.convert(one), context.convert(other)
    bound, noise = context.mpf(10) ** -(digits + 1), context.mpf(10) ** -(digits + 8) * abs(right)
    stays = []
    for before, now in zip(parts(left), parts(right), strict=True):
        if abs(before - now) <= bound * abs(now):
            stays.append(True)
        elif abs(before) <= noise and abs(now) <= noise:
            stays.append(False)
        else:
            return None
    if all(stays):
        return other if other.imag else other.real
    return other.real if stays[0] else context.mpc(0, other.imag)  # that of `other` may be of fewer digits

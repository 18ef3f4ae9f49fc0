"""Numbers in and out of an engine: exact SymPy numbers in, mpmath numbers out, no digit lost between.

A raw real is mpmath's own pair of a mantissa and a power of two; every arithmetic here can read it.
"""

from __future__ import annotations

from functools import lru_cache

import mpmath
import sympy as sp
from mpmath.libmp import dps_to_prec, from_float, from_int, from_rational, fzero, round_nearest

from analytics.evaluation.contexts import kept_context
from analytics.evaluation.mpmath_types import Context, Number, Operand, Raw, Stored
from analytics.exclusive import mpmath_kept


def raw_parts(value: object, digits: int) -> tuple[Raw, Raw]:
    """Real and imaginary part of a number: a SymPy number evaluated to `digits` digits, others exactly."""
    if isinstance(value, sp.Expr):
        return _evaluated(value, digits)
    if (real := getattr(value, "_mpf_", None)) is not None:
        return real, fzero
    if (parts := getattr(value, "_mpc_", None)) is not None:
        return parts[0], parts[1]
    if isinstance(value, int):
        return from_int(value), fzero
    double = complex(value)  # type: ignore[call-overload]
    return from_float(double.real), from_float(double.imag)


@lru_cache(maxsize=2048)
def _evaluated(value: sp.Expr, digits: int) -> tuple[Raw, Raw]:
    size, rest = value.as_coeff_Mul()
    if size.is_Rational and rest in (sp.S.One, sp.I):
        number = from_rational(int(size.p), int(size.q), dps_to_prec(digits), round_nearest)
        return (number, fzero) if rest == sp.S.One else (fzero, number)
    with mpmath_kept():
        real, imaginary = value.evalf(digits).as_real_imag()
    return sp.Float(real, digits)._mpf_, sp.Float(imaginary, digits)._mpf_


def number_in(context: Context, value: object, digits: int) -> Number:
    """A number, real where its imaginary part is 0; a SymPy number is evaluated to `digits` digits."""
    real, imaginary = raw_parts(value, digits)
    number = context.make_mpc((real, imaginary))
    return +number if number.imag else +number.real


def real_out(value: Stored) -> Number:
    """A real scalar as `mpmath.mp.mpf` with all its digits, whatever the precision of `mpmath.mp`."""
    number: Number = mpmath.mp.make_mpf(value._mpf_)
    return number


def complex_out(parts: tuple[Raw, Raw]) -> Number:
    """Raw parts as `mpmath.mp.mpc` with all their digits, whatever the precision of `mpmath.mp`."""
    number: Number = mpmath.mp.make_mpc(parts)
    return number


def number_out(value: Number) -> Number:
    """A scalar, real or complex, as one of `mpmath.mp` with all its digits."""
    return complex_out(value._mpc_) if hasattr(value, "_mpc_") else real_out(value)


def phase_factor(context: Context, angle: sp.Expr) -> Number:
    """e^(i angle) of an exact angle, to the precision of `context`."""
    return context.expj(context.make_mpf(raw_parts(angle, context.dps + 5)[0]))


def decades_of(value: Operand) -> float:
    """log10 of a positive mpmath number, to the digits of a double whatever the precision of `mpmath.mp`."""
    context = kept_context(15)
    return float(context.log10(context.convert(value)))

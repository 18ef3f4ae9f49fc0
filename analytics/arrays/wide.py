"""Arrays of doubles with exponents of 64 bits: F**2 neither overflows at F = 1e300 nor vanishes at 1e-300."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from analytics.arrays.arithmetic import arithmetic, constant, near
from analytics.arrays.cancellation import Piece, chebyshev_sum
from analytics.evaluation.translation import Arithmetic, Function

_NOTHING = -(2**40)
"""Exponent of 0: below every other."""


class Wide:
    """mantissa * 2**exponent, mantissa a double with 1/2 <= |mantissa| < 1, or 0, infinite or NaN."""

    __slots__ = ("exponent", "mantissa")

    def __init__(self, mantissa: Any, exponent: Any = 0) -> None:
        self.mantissa, shift = np.frexp(mantissa)
        self.exponent = np.where(self.mantissa == 0, _NOTHING, shift + np.asarray(exponent, dtype=np.int64))

    def double(self) -> Any:
        """The nearest doubles: infinite or 0 outside their range."""
        return np.ldexp(self.mantissa, np.clip(self.exponent, -5000, 5000).astype(np.int32))

    def __add__(self, other: Any) -> Wide:
        other = wide(other)
        top = np.maximum(self.exponent, other.exponent)
        return Wide(self._below(top) + other._below(top), top)

    def _below(self, top: Any) -> Any:
        return np.ldexp(self.mantissa, np.maximum(self.exponent - top, -5000).astype(np.int32))

    def __mul__(self, other: Any) -> Wide:
        other = wide(other)
        return Wide(self.mantissa * other.mantissa, self.exponent + other.exponent)

    def __truediv__(self, other: Any) -> Wide:
        other = wide(other)
        return Wide(self.mantissa / other.mantissa, self.exponent - other.exponent)

    def __pow__(self, power: int) -> Wide:
        return Wide(self.mantissa**power, self.exponent * power)

    def __neg__(self) -> Wide:
        return Wide(-self.mantissa, self.exponent)

    def __sub__(self, other: Any) -> Wide:
        return self + (-wide(other))

    def __rsub__(self, other: Any) -> Wide:
        return wide(other) + (-self)

    def __rtruediv__(self, other: Any) -> Wide:
        return wide(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def root(self, degree: int) -> Wide:
        """The real root; NaN for negative numbers."""
        whole = self.exponent // degree
        rest = np.ldexp(self.mantissa, (self.exponent - degree * whole).astype(np.int32))
        return Wide(np.power(rest, 1 / degree) if degree > 2 else np.sqrt(rest), whole)

    def __le__(self, other: Any) -> Any:
        return (self - other).mantissa <= 0

    def __lt__(self, other: Any) -> Any:
        return (self - other).mantissa < 0

    def __ge__(self, other: Any) -> Any:
        return (self - other).mantissa >= 0

    def __gt__(self, other: Any) -> Any:
        return (self - other).mantissa > 0

    def __abs__(self) -> Wide:
        return Wide(np.abs(self.mantissa), self.exponent)


def wide(number: Any) -> Wide:
    """`number`, an array or a scalar of any kind, as a Wide."""
    return number if isinstance(number, Wide) else Wide(np.asarray(number, dtype=float))


def wide_arithmetic(pieces: Mapping[str, Piece], psi: Callable[[sp.Lambda], Function]) -> Arithmetic:
    """Wide numbers; functions other than roots and powers take and give the range of doubles; psi: see `arithmetic`."""
    doubles = arithmetic(pieces, psi).functions
    functions: dict[str, Function] = {name: _through_doubles(function) for name, function in doubles.items()}
    functions["sqrt"] = lambda x: wide(x).root(2)
    functions["root"] = lambda x, degree: wide(x).root(degree)
    functions["Abs"] = lambda x: abs(wide(x))
    functions["InverseProfile"] = lambda profile: _through_doubles(psi(profile))
    functions["where"] = lambda test, chosen, other: _where(test, wide(chosen), wide(other))
    for name, piece in pieces.items():
        functions[name] = _piece_function(piece, doubles[name])
    return Arithmetic(constant, functions)


def _through_doubles(function: Function) -> Function:
    def lifted(*arguments: Any) -> Wide:
        return wide(function(*(x.double() if isinstance(x, Wide) else x for x in arguments)))

    return lifted


def _where(test: Any, chosen: Wide, other: Wide) -> Wide:
    return Wide(
        np.where(test, chosen.mantissa, other.mantissa), np.where(test, chosen.exponent, other.exponent)
    )


def _piece_function(piece: Piece, double: Function) -> Function:
    def function(x: Any) -> Wide:
        argument = wide(x)
        value = argument.double()
        close = argument**piece.power * chebyshev_sum(piece, value)
        beyond = wide(double(value))
        here = near(piece, value)
        return _where(here, close, beyond)

    return function

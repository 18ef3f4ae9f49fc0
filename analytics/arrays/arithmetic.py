"""The doubles' arithmetic: the functions of NumPy arrays that an expression is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp
from numpy.lib import scimath
from scipy import special

from analytics.arrays.cancellation import Piece, chebyshev_sum
from analytics.evaluation.translation import Arithmetic, Function, function_of
from analytics.evaluation.values import value_at

SMALLEST, LARGEST = 1e-40, 1e18
"""Of arguments of such sizes no power up to the 7th vanishes, and none up to the 17th overflows."""


def is_ordinary(arrays: Sequence[Any]) -> Any:
    """Where all of `arrays`, which broadcast, are 0 or of a size from SMALLEST to LARGEST; True where all are."""
    inside = np.True_
    for array in arrays:
        size = np.abs(array)
        if np.size(size) == 0 or not (np.min(size) >= SMALLEST and np.max(size) <= LARGEST):
            inside = inside & (((size >= SMALLEST) & (size <= LARGEST)) | (size == 0))
    return inside


def arithmetic(
    pieces: Mapping[str, Piece], psi: Callable[[sp.Lambda], Function], *, complex_values: bool = False
) -> Arithmetic:
    """Arrays of doubles; with complex_values, roots and logarithms of negative numbers are complex.

    psi: the Lambda of rho to the function psi, where no closed form inverts rho.
    """
    plain: dict[str, Function] = {
        **{
            name: getattr(np, name)
            for name in "sqrt exp log sin cos tan sinh cosh tanh sign where power".split()
        },
        **{name: getattr(np, "arc" + name[1:]) for name in "asin acos atan atan2 asinh acosh atanh".split()},
        **{name: getattr(special, name) for name in "erf erfc erfinv".split()},
        "cot": lambda x: 1 / np.tan(x),
        "coth": lambda x: 1 / np.tanh(x),
        "Abs": np.abs,
        "re": np.real,
        "im": np.imag,
        "arg": np.angle,
        "conjugate": np.conj,
        "Min": np.minimum,
        "Max": np.maximum,
        "root": root,
        "undefined": lambda: np.nan,
        "up_to": lambda x, last, value: np.where(x <= last, value, np.nan),
        "InverseProfile": psi,
        "near_log": near_log,
        "smaller_difference": smaller_difference,
    }
    if complex_values:
        plain |= {"sqrt": scimath.sqrt, "log": scimath.log, "power": scimath.power}
        plain |= {"acos": scimath.arccos, "asin": scimath.arcsin, "atanh": scimath.arctanh}
        plain["root"] = lambda x, n: scimath.power(x, 1 / n)
    for name, piece in pieces.items():  # a piece may use the ones before it
        plain[name] = _piece_function(piece, dict(plain))
    return Arithmetic(constant, plain)


def constant(value: sp.Expr) -> Any:
    """An exact constant rounded to a double, or to two."""
    found = value_at(value, {}, 25)
    return complex(found) if found.imag else float(found.real)


def _piece_function(piece: Piece, functions: Mapping[str, Function]) -> Function:
    direct = function_of((piece.variable,), piece.direct, Arithmetic(constant, functions))

    def function(x: Any) -> Any:
        x = np.asarray(x)
        inside = near(piece, x)
        if not inside.any():
            return direct(x)
        if inside.all():
            return x**piece.power * chebyshev_sum(piece, x)
        found, some = np.empty_like(x), x[inside]
        found[inside] = some**piece.power * chebyshev_sum(piece, some)
        found[~inside] = direct(x[~inside])
        return found

    return function


def near(piece: Piece, x: Any) -> Any:
    """Where the piece's replacement holds."""
    t = x * x if piece.even else x
    return (t >= piece.low) & (t <= piece.high)


def root(x: Any, degree: int) -> Any:
    """The real root of x >= 0, NaN for negative x; the exponent is split off, so 1/degree costs no digits."""
    if degree == 3:
        found, negative = np.cbrt(x), np.asarray(x) < 0
        return np.where(negative, np.nan, found) if negative.any() else found
    mantissa, exponent = np.frexp(x)
    whole = exponent // degree
    return np.ldexp(np.power(np.ldexp(mantissa, exponent - degree * whole), 1 / degree), whole)


def near_log(x: Any, excess: Any) -> Any:
    """ln x for excess = x - 1."""
    return np.where(np.abs(excess) < 0.5, np.log1p(excess), np.log(x))


def smaller_difference(a: Any, b: Any, c: Any, d: Any) -> Any:
    """a - b = c - d, from the two whose sum is smaller."""
    return np.where(a + b <= c + d, a - b, c - d)

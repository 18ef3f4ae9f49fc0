"""Expressions to functions of NumPy arrays, accurate to a few units in the last place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from analytics.arrays.cancellation import Piece, chebyshev_sum, stable
from analytics.evaluation.translation import Arithmetic, Function, function_of

ORDINARY = 1e40
"""Arguments from 1/ORDINARY to ORDINARY are computed with in doubles, others with wider exponents."""


def numpy_function(
    arguments: Sequence[sp.Symbol], expression: sp.Expr | sp.Tuple, *, complex_values: bool = False
) -> Function:
    """The function arguments -> `expression` of arrays of doubles, which broadcast; of scalars a scalar.

    The values of a Tuple of two or more stand along a new first axis. Parts of one symbol that cancel or are
    0/0 near 0 are replaced there (see `cancellation`). No warnings: a pole is infinite, outside its real
    domain an expression without I is NaN. With complex_values all values are complex numbers. Of real values
    none is lost to a square on the way that overflows or vanishes.
    """
    import numpy as np

    from analytics.arrays.wide import Wide, wide, wide_arithmetic

    entries = expression if isinstance(expression, sp.Tuple) else sp.Tuple(expression)
    rewritten, pieces = stable(entries, double)
    is_complex = complex_values or entries.has(sp.I)
    body = function_of(arguments, rewritten, arithmetic(pieces, complex_values=is_complex))
    extreme = None if is_complex else function_of(arguments, rewritten, wide_arithmetic(pieces))

    def function(*values: Any) -> Any:
        arrays: list[Any] = [np.asarray(value, dtype=_kind(value)) for value in values]
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
        with np.errstate(all="ignore"):
            found = [np.broadcast_to(np.asarray(entry), shape) for entry in body(*arrays)]
            beyond = np.broadcast_to(~is_ordinary(arrays), shape)
            if extreme is not None and beyond.any() and not any(map(np.iscomplexobj, arrays)):
                chosen = [Wide(np.broadcast_to(array, shape)[beyond]) for array in arrays]
                found = [np.array(entry) for entry in found]
                for entry, value in zip(found, extreme(*chosen), strict=True):
                    entry[beyond] = wide(value).double()
        stacked = np.stack(found) if len(found) > 1 else found[0].copy()
        return (stacked.astype(complex) if complex_values else stacked)[()]

    return function


def is_ordinary(arrays: Sequence[Any]) -> Any:
    """Where all of `arrays`, which broadcast, are 0, not finite or of ordinary size."""
    import numpy as np

    inside = np.True_
    for array in arrays:
        size = np.abs(array)
        inside = inside & (((size > 1 / ORDINARY) & (size < ORDINARY)) | (size == 0) | ~np.isfinite(size))
    return inside


def _kind(value: Any) -> type:
    import numpy as np

    return complex if np.iscomplexobj(value) else float


def double(symbol: sp.Symbol, expression: sp.Expr, pieces: Mapping[str, Piece]) -> Function:
    """The function of one symbol in doubles, as `cancellation.stable` measures it."""
    import numpy as np

    body = function_of((symbol,), expression, arithmetic(pieces, complex_values=expression.has(sp.I)))

    def function(x: Any) -> Any:
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(body(x)), x.shape)

    return function


def arithmetic(pieces: Mapping[str, Piece], *, complex_values: bool = False) -> Arithmetic:
    """Arrays of doubles; with complex_values, roots and logarithms of negative numbers are complex."""
    import numpy as np
    from scipy import special

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
        "InverseProfile": inverse_profile,
        "near_log": near_log,
    }
    if complex_values:
        from numpy.lib import scimath

        plain |= {"sqrt": scimath.sqrt, "log": scimath.log, "power": scimath.power}
        plain |= {"acos": scimath.arccos, "asin": scimath.arcsin, "atanh": scimath.arctanh}
        plain["root"] = lambda x, n: scimath.power(x, 1 / n)
    for name, piece in pieces.items():  # a piece may use the ones before it
        plain[name] = _piece_function(piece, dict(plain))
    return Arithmetic(constant, plain)


def constant(value: sp.Expr) -> Any:
    """An exact constant rounded to a double, or to two."""
    from analytics.evaluation.values import value as evaluated

    found = evaluated(value, {}, 25)
    return complex(found) if found.imag else float(found.real)


def _piece_function(piece: Piece, functions: Mapping[str, Function]) -> Function:
    import numpy as np

    direct = function_of((piece.variable,), piece.direct, Arithmetic(constant, functions))

    def function(x: Any) -> Any:
        x = np.asarray(x)
        return np.where(near(piece, x), x**piece.power * chebyshev_sum(piece, x), direct(x))

    return function


def near(piece: Piece, x: Any) -> Any:
    """Where the piece's replacement holds."""
    t = x * x if piece.even else x
    return (t >= piece.low) & (t <= piece.high)


def root(x: Any, degree: int) -> Any:
    """The real root of x >= 0, NaN for negative x; the exponent is split off, so 1/degree costs no digits."""
    import numpy as np

    if degree == 3:
        return np.where(np.asarray(x) < 0, np.nan, np.cbrt(x))
    mantissa, exponent = np.frexp(x)
    whole = exponent // degree
    return np.ldexp(np.power(np.ldexp(mantissa, exponent - degree * whole), 1 / degree), whole)


def near_log(x: Any, excess: Any) -> Any:
    """ln x for excess = x - 1."""
    import numpy as np

    return np.where(np.abs(excess) < 0.5, np.log1p(excess), np.log(x))


def inverse_profile(profile: sp.Lambda) -> Function:
    """psi, odd, infinite from the saturation on."""
    import numpy as np

    from analytics.arrays.search import numpy_root

    (modulus,) = profile.variables
    output = sp.Symbol("R", positive=True)
    positive = numpy_root((output,), sp.Eq(profile.expr, output), modulus, sp.Interval.open(0, sp.oo))

    def psi(x: Any) -> Any:
        x = np.asarray(x, dtype=float)
        return np.where(np.abs(x) < 1e-12, x, np.sign(x) * positive(np.abs(x)))  # psi(R) - R = O(R**3)

    return psi

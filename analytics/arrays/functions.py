"""Expressions and equations to functions of NumPy arrays, accurate to a few units in the last place.

psi without a closed form is a root of rho(P) = R, and the search for a root computes with psi: the two meet here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import sympy as sp

from analytics.arrays.arithmetic import arithmetic
from analytics.arrays.cancellation import Piece, stable
from analytics.arrays.folds import Folds
from analytics.arrays.search import before_folds, halved, share, solver_in
from analytics.arrays.table import tabulated
from analytics.errors import LawError
from analytics.evaluation.arithmetic import mpmath_arithmetic
from analytics.evaluation.contexts import new_context
from analytics.evaluation.numeric import Numeric
from analytics.evaluation.translation import Function, function_of


def numpy_function(
    arguments: Sequence[sp.Symbol], expression: sp.Expr | sp.Tuple, *, complex_values: bool = False
) -> Function:
    """The function arguments -> `expression` of arrays of doubles, which broadcast; of scalars a scalar.

    The values of a Tuple of two or more stand along a new first axis. Parts of one symbol that cancel or are
    0/0 near 0 are replaced there (see `cancellation`). No warnings: a pole is infinite, outside its real
    domain an expression without I is NaN. With complex_values all values are complex numbers. Digits are lost
    where a power on the way overflows or vanishes: see `arithmetic.is_ordinary`.
    """
    entries = expression if isinstance(expression, sp.Tuple) else sp.Tuple(expression)
    rewritten, pieces = stable(entries, double)
    is_complex = complex_values or entries.has(sp.I)
    body = function_of(arguments, rewritten, arithmetic(pieces, inverse_profile, complex_values=is_complex))

    def function(*values: Any) -> Any:
        kinds = (complex if np.iscomplexobj(value) else float for value in values)
        arrays: list[Any] = [np.asarray(value, dtype=kind) for value, kind in zip(values, kinds)]
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
        with np.errstate(all="ignore"):
            found = [np.broadcast_to(np.asarray(entry), shape) for entry in body(*arrays)]
        stacked = np.stack(found) if len(found) > 1 else found[0].copy()
        return (stacked.astype(complex) if complex_values else stacked)[()]

    return function


def numpy_root(
    arguments: Sequence[sp.Symbol],
    equation: sp.Eq,
    unknown: sp.Symbol,
    domain: sp.Set,
    *,
    folds: Folds | None = None,
) -> Function:
    """The function arguments -> root of `equation` for `unknown` in the interval `domain`, of arrays.

    Arrays of doubles broadcast; of scalars a scalar. Of several roots the first, which a scan in sixteen steps
    shows, or the `folds` of the equation; NaN where there is none, and at a fold. A root nearer to an open end of
    the domain than doubles resolve is the last double before it. Accurate to a few units in the last place as far
    as the equation is.
    """
    if not isinstance(domain, sp.Interval) or not domain.start.is_finite:
        raise LawError(
            "compiling an equation",
            "the unknown must lie in an interval with a finite lower end",
            domain,
            "Solve for another unknown.",
        )
    terms, pieces = stable(equation.lhs - equation.rhs, double)
    parts = sp.Add.make_args(terms)
    doubles = arithmetic(pieces, inverse_profile)
    bodies = [function_of((unknown, *arguments), part, doubles) for part in parts]
    whole = function_of((unknown, *arguments), terms, doubles)
    solver = solver_in(domain, pole(equation, unknown, domain))
    turns = None if folds is None else _turns(arguments, folds)

    def residual(x: Any, given: tuple[Any, ...]) -> Any:
        values = [body(x, *given) for body in bodies]
        return share(sum(values), sum(map(np.abs, values)))

    def function(*values: Any) -> Any:
        arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values))
        shape = arrays[0].shape if arrays else ()
        given = tuple(array.ravel() for array in arrays)
        with np.errstate(all="ignore"):
            if turns is None and solver.low == 0:
                found = tabulated(
                    partial(solver.solve, residual), lambda x, given: whole(x, *given), given, solver.high
                )
            else:
                found = solver.solve(residual, given)
            if turns is not None:
                found = before_folds(residual, given, found, turns(*given))
        return np.minimum(found, solver.top).reshape(shape)[()]

    return function


def _turns(arguments: Sequence[sp.Symbol], folds: Folds) -> Function:
    """arguments -> the folds there, a row for each two neighbouring knots."""
    bend, level = numpy_function((folds.unknown,), folds.bend), numpy_function(arguments, folds.level)
    return lambda *given: halved(bend, np.atleast_1d(level(*given)), folds.knots)


def double(symbol: sp.Symbol, expression: sp.Expr, pieces: Mapping[str, Piece]) -> Function:
    """The function of one symbol in doubles, as `cancellation.stable` measures it."""
    body = function_of(
        (symbol,), expression, arithmetic(pieces, inverse_profile, complex_values=expression.has(sp.I))
    )

    def function(x: Any) -> Any:
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(body(x)), x.shape)

    return function


def inverse_profile(profile: sp.Lambda) -> Function:
    """psi, odd, infinite from the saturation on."""
    (modulus,) = profile.variables
    output = sp.Symbol("R", positive=True)
    positive = numpy_root((output,), sp.Eq(profile.expr, output), modulus, sp.Interval.open(0, sp.oo))

    def psi(x: Any) -> Any:
        x = np.asarray(x, dtype=float)
        return np.where(np.abs(x) < 1e-12, x, np.sign(x) * positive(np.abs(x)))  # psi(R) - R = O(R**3)

    return psi


def pole(equation: sp.Eq, unknown: sp.Symbol, domain: sp.Interval) -> int:
    """Sign of lhs - rhs where it grows without bound towards the upper end of the domain, else 0."""
    if not domain.end.is_finite:
        return 0
    others = (equation.lhs - equation.rhs).free_symbols - {unknown}
    point = {symbol: sp.Rational(3, 7) for symbol in others}
    residual = Numeric(equation.lhs - equation.rhs, point, (unknown,))
    context = new_context(450)
    end = mpmath_arithmetic(context).constant(domain.end)
    near, nearer = (residual(450, end - context.mpf(10) ** -decade) for decade in (20, 200))
    if near is None or nearer is None or abs(nearer) < 1.5 * abs(near):
        return 0
    return 1 if nearer > 0 else -1

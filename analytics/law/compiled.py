"""A law as a function of its parameters, for arrays of doubles or for mpmath numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Any

import numpy as np
import sympy as sp
from mpmath import mp

from analytics.arrays import functions, quadratic
from analytics.arrays.arithmetic import is_ordinary
from analytics.errors import LawError, ParameterError, unknown_name
from analytics.evaluation.translation import Function
from analytics.exclusive import PRECISION_LOCK
from analytics.law.display import display
from analytics.law.driven import driven, folds
from analytics.law.lines import lines_text
from analytics.law.statement import Kind, Statement
from analytics.law.values import branches

PIECE = 16384
"""Elements that are computed together: what a formula needs on the way stays in the cache."""


def mpmath_function(law: Statement) -> Callable[..., Any]:
    """Numbers to numbers, to the precision of `mpmath.mp`; of a law of several values a tuple."""
    valued = law.valued

    def function(*values: Any, **named: Any) -> Any:
        with PRECISION_LOCK:  # else it may be the one at which SymPy evaluates for another thread
            digits = mp.dps
        point = _given(law, values, named)
        found = branches(valued.at(point), point, digits)
        return found if law.is_several_valued else found[0]

    return _documented(law, function)


def numpy_function(law: Statement) -> Callable[..., Any]:
    """Arrays of doubles to arrays, the values of a law that has several along a new first axis."""
    whole = driven(law.valued)
    body, others = _body(whole), _others(whole)
    defaults = {p.symbol: float(p.default) for p in law.parameters if p.default is not None}

    def piece(*arrays: Any) -> Any:
        found = _into_codomain(law, body(*arrays))
        ordinary = is_ordinary(arrays[: len(law.symbols)])
        return found if ordinary is np.True_ else np.where(ordinary, found, np.nan)

    def function(*values: Any, **named: Any) -> Any:
        point = defaults | _given(law, values, named)
        if len(point) < len(law.symbols):
            raise _wrong_number(law, values)
        given = [_numbers(law, symbol, point[symbol]) for symbol in law.symbols]
        arrays = [*given, *others(given)]
        return (piece(*arrays) if whole.kind in SEARCHED else _in_pieces(piece, arrays))[()]

    return _documented(law, function)


LONGEST_SHOWN = 40
"""Characters of a wrong value in a message."""

SEARCHED = (Kind.REAL_ROOTS, Kind.STEADY_STATES)
"""Laws whose values at many points are found from those at a few."""


def _in_pieces(body: Function, given: Sequence[Any]) -> Any:
    """body(*given), PIECE elements at a time where all arrays have one shape."""
    arrays = [np.asarray(value) for value in given]
    shapes = {array.shape for array in arrays if array.ndim}
    size = max((array.size for array in arrays), default=1)
    if len(shapes) != 1 or size <= PIECE:
        return body(*arrays)
    (shape,) = shapes
    flat = [array.ravel() if array.ndim else array for array in arrays]
    found = None
    for start in range(0, size, PIECE):
        place = slice(start, start + PIECE)
        part = body(*(array[place] if array.ndim else array for array in flat))
        if found is None:
            found = np.empty((*part.shape[:-1], size), part.dtype)
        found[..., place] = part
    assert found is not None
    return found.reshape(*found.shape[:-1], *shape)


def _given(law: Statement, values: Sequence[Any], named: Mapping[str, Any]) -> dict[sp.Symbol, Any]:
    """Parameter -> value, of those given by place or by name."""
    operation = f"law '{law.name}'"
    symbols = {parameter.name: parameter.symbol for parameter in law.parameters}
    if len(values) > len(symbols):
        raise _wrong_number(law, values)
    point = dict(zip(symbols.values(), values, strict=False))
    for name, value in named.items():
        if name not in symbols:
            raise unknown_name(operation, "parameter", name, symbols)
        if symbols[name] in point:
            raise ParameterError(
                operation, f"{name} is given once", "it twice", "Give it by place or by name."
            )
        point[symbols[name]] = value
    return point


def _numbers(law: Statement, symbol: sp.Symbol, value: Any) -> Any:
    """The values of a parameter as doubles."""
    try:
        found = np.asarray(value)
        if found.dtype.kind in "biuf":
            return found.astype(np.float64, copy=False)
        if found.dtype == object:  # exact numbers, or those of mpmath
            return np.array([float(number) for number in found.ravel()]).reshape(found.shape)
    except (TypeError, ValueError):
        pass
    raise ParameterError(
        f"law '{law.name}'",
        f"{symbol} must be a real number, or an array of them",
        repr(value)[:LONGEST_SHOWN],
        f"Give {symbol}=0.1, or {symbol}=numpy.linspace(0.1, 0.2, 100).",
    )


def _others(law: Statement) -> Callable[[Sequence[Any]], list[Any]]:
    """What the laws of `where` give, as a function of the values of the parameters."""
    parts = []
    for other in law.where:
        body, others = _body(other), _others(other)
        places = [law.symbols.index(symbol) for symbol in other.symbols]
        parts.append((body, others, places))

    def function(given: Sequence[Any]) -> list[Any]:
        found = []
        for body, others, places in parts:
            own = [given[place] for place in places]
            found.append(body(*own, *others(own)))
        return found

    return function


def _body(law: Statement) -> Function:
    """The values as a function of the parameters and of the unknowns that the laws of `where` give."""
    arguments = (*law.symbols, *(other.subject for other in law.where))
    match law.kind:
        case Kind.EXPLICIT:
            return functions.numpy_function(arguments, law.equation.rhs, complex_values=law.is_complex)
        case Kind.REAL_ROOTS | Kind.STEADY_STATES:
            return functions.numpy_root(arguments, law.equation, law.subject, law.codomain, folds=folds(law))
        case Kind.COMPLEX_ROOTS:
            return quadratic.numpy_quadratic(arguments, law.equation, law.subject)
        case Kind.MEAN:
            raise LawError(
                f"compiling '{law.name}' for arrays",
                "its values must follow from the point alone",
                "a mean over a period, at each place of which another law is solved",
                "Use evaluate, point by point, or compile('mpmath').",
            )
        case Kind.WAVES:
            raise LawError(
                f"compiling '{law.name}' for arrays",
                "the number of its values must be the same everywhere",
                "one with as many waves as the point has",
                "Use evaluate or branches, point by point, or compile('mpmath').",
            )


def _wrong_number(law: Statement, values: Sequence[Any]) -> ParameterError:
    return ParameterError(
        f"law '{law.name}'",
        f"the arguments are {', '.join(map(str, law.symbols))}",
        f"{len(values)} of them",
        "Only those with a default may be left out.",
    )


def _documented(law: Statement, function: Callable[..., Any]) -> Callable[..., Any]:
    """With the name, the parameters and the equation of the law, as a person writes it."""
    function.__name__ = function.__qualname__ = law.name
    equation = [f"    {line}" for line in lines_text(display(law), law.remainder)]
    lines = [f"{p.name}: {p.meaning}{f', in {p.unit}' if p.unit else ''}." for p in law.parameters]
    if law.condition != sp.true:
        lines.append(f"Holds where {law.condition_text}.")
    function.__doc__ = "\n".join(
        [f"{law.meaning}.", "", *equation, "", *lines, "The domains are not checked."]
    )
    kind = Parameter.POSITIONAL_OR_KEYWORD
    function.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(p.name, kind, default=Parameter.empty if p.default is None else float(p.default))
            for p in sorted(law.parameters, key=lambda p: p.default is not None)
        ]
    )
    return function


def _into_codomain(law: Statement, angle: Any) -> Any:
    """`angle` less the periods that bring it into the principal interval; as it is where there is none."""
    if law.period is None or law.principal is None:
        return angle
    period, end = float(law.period), float(law.principal.end)
    return angle - period * np.ceil((angle - end) / period)

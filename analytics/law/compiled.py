"""A law as a function of its parameters, for arrays of doubles or for mpmath numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy as sp
from mpmath import mp

from analytics.arrays import functions, quadratic
from analytics.arrays.arithmetic import is_ordinary
from analytics.errors import LawError, ParameterError
from analytics.evaluation.translation import Function
from analytics.exclusive import PRECISION_LOCK
from analytics.law.driven import driven, folds
from analytics.law.statement import Kind, Statement
from analytics.law.values import branches


def mpmath_function(law: Statement) -> Callable[..., Any]:
    """Numbers to numbers, to the precision of `mpmath.mp`; of a law of several values a tuple."""
    valued = law.valued

    def function(*values: Any) -> Any:
        if len(values) > len(law.symbols):
            raise _wrong_number(law, values)
        with PRECISION_LOCK:  # else it may be the one at which SymPy evaluates for another thread
            digits = mp.dps
        point = dict(zip(law.symbols, values, strict=False))
        found = branches(valued.at(point), point, digits)
        return found if law.is_several_valued else found[0]

    return _documented(law, function)


def numpy_function(law: Statement) -> Callable[..., Any]:
    """Arrays of doubles to arrays, the values of a law that has several along a new first axis."""
    body = _values(driven(law.valued))
    defaults = [parameter.default for parameter in law.parameters]

    def function(*values: Any) -> Any:
        missing = [default for default in defaults[len(values) :] if default is not None]
        if len(values) + len(missing) != len(defaults):
            raise _wrong_number(law, values)
        given = [*values, *(float(value) for value in missing)]
        return np.where(is_ordinary(given), _into_codomain(law, body(*given)), np.nan)[()]

    return _documented(law, function)


def _values(law: Statement) -> Function:
    """The values of a driven law as a function of its parameters."""
    body = _body(law)
    others = [
        (_values(other), [law.symbols.index(symbol) for symbol in other.symbols]) for other in law.where
    ]

    def function(*given: Any) -> Any:
        return body(*given, *(other(*(given[place] for place in places)) for other, places in others))

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
        case Kind.WAVES:
            raise LawError(
                f"compiling '{law.name}' for arrays",
                "the number of its values must be the same everywhere",
                f"all roots in {law.codomain}",
                "Use evaluate or branches, point by point, or compile('mpmath').",
            )


def _wrong_number(law: Statement, values: Sequence[Any]) -> ParameterError:
    return ParameterError(
        f"law '{law.name}'",
        f"the arguments are {', '.join(map(str, law.symbols))}",
        f"{len(values)} of them",
        "Only trailing arguments with a default may be left out.",
    )


def _documented(law: Statement, function: Callable[..., Any]) -> Callable[..., Any]:
    function.__name__ = function.__qualname__ = law.name
    lines = [f"{p.name}: {p.meaning}{f', in {p.unit}' if p.unit else ''}." for p in law.parameters]
    if law.condition != sp.true:
        lines.append(f"Holds where {law.condition_text}.")
    function.__doc__ = "\n".join([f"{law.meaning}: {law.equation}.", "", *lines])
    return function


def _into_codomain(law: Statement, angle: Any) -> Any:
    """`angle` less the periods that bring it into the principal interval; as it is where there is none."""
    if law.period is None or law.principal is None:
        return angle
    period, end = float(law.period), float(law.principal.end)
    return angle - period * np.ceil((angle - end) / period)

"""To how many digits the ways to a law's value agree with mpmath, each law at one point.

The ways: exact SymPy, arrays of doubles, exported source in each language, ball arithmetic, measurement on the
simulated lattice.

    digits = -log10 max |x / y - 1|  over the values of the law, y by mpmath
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
from mpmath import mp

from analytics.errors import LawError, NearCriticalError, PrecisionError
from analytics.expressions.parameter import Point, read_point
from analytics.law.statement import Kind
from nearcritical.report.exact_values import exact_digits
from nearcritical.report.matching import digits_left, shared_digits
from nearcritical.report.programs import Call, c_functions, function_name, javascript_values, python_values
from nearcritical.results.written import Record, text_or_none

if TYPE_CHECKING:
    from analytics.law.law import Law
    from derivations.theory import Theory
    from nearcritical.system.progress import Progress

DOUBLE = 16
"""Digits of a double."""

Values = Sequence[Any]
Programs = Mapping[str, Callable[..., Values]]
"""Name of a law's function in exported source -> the function."""

LANGUAGES = ("python", "numpy", "c", "javascript")
"""Formats of exported source."""


def agreement(
    law: Law,
    point: Point,
    digits: int,
    *,
    simulation: float | None = None,
    programs: Mapping[str, Programs] | None = None,
) -> Record:
    """The digits to which each way agrees with mpmath, None where there is no such way.

    Compared is the version of `law` that has the parameters of an exact `point`. sympy: see `exact_digits`; not of a
    mean over a period. numpy, and python_source to javascript_source: at the doubles nearest to the point; programs: by
    language, the functions of exported source. mpmath: two evaluations, one with twice the digits. ball: the midpoint,
    and no more than the radius proves. simulation: the measurement, given its digits; it differs from a law with a
    remainder by this remainder.
    """
    version = law.at({str(symbol): value for symbol, value in point.items()})
    values = version.branches(dict(point), digits)
    name = function_name(law, version)
    doubles = doubles_of(version, point)
    truths = _truths(version, doubles)
    return {
        "law": law.name,
        "point": {str(symbol): str(point[symbol]) for symbol in version.symbols},
        "values": len(values),
        "remainder": text_or_none(law.remainder),
        "digits": {
            "sympy": None if law.kind is Kind.MEAN else exact_digits(version, point, digits),
            "numpy": None if law.count is None else _of_doubles(version, version.compile(), doubles, truths),
            **{
                f"{language}_source": _of_doubles(
                    version, (programs or {}).get(language, {}).get(name), doubles, truths
                )
                for language in LANGUAGES
            },
            "mpmath": _least(version, values, version.branches(dict(point), 2 * digits), digits),
            "ball": _of_balls(version, point, values, digits),
            "simulation": None if simulation is None else float(min(digits, simulation)),
        },
    }


def doubles_of(version: Law, point: Point) -> tuple[float, ...]:
    """The doubles nearest to an exact point, in argument order."""
    return tuple(float(point[symbol]) for symbol in version.symbols)


def _least(law: Law, ones: Values, others: Values, digits: int) -> float:
    return min(shared_digits(law, one, other, digits) for one, other in zip(ones, others, strict=True))


def _of_balls(law: Law, point: Point, values: Values, digits: int) -> float | None:
    """The digits of a value that its ball proves; None where there is no ball."""
    try:
        balls = law.branches(dict(point), digits, enclosure=True)
    except (LawError, PrecisionError):
        return None
    if len(balls) != len(values):
        return 0.0
    proved = [digits_left(law, ball.radius, ball.midpoint or mp.one, digits) for ball in balls]
    return min(_least(law, [ball.midpoint for ball in balls], values, digits), *proved)


def _truths(law: Law, doubles: tuple[float, ...]) -> Values | None:
    """The values of the law at these very doubles; None where the law is not defined there."""
    if law.count is None:
        return None
    try:
        at = {s: sp.Rational(x) for s, x in zip(law.symbols, doubles, strict=True)}
        truths = law.states(at, 2 * DOUBLE)[0].values
    except NearCriticalError:  # e.g. sin(q) = 0 at q = pi, which no double is
        return None
    return truths if law.is_several_valued else truths[:1]


def _of_doubles(
    law: Law, function: Callable[..., Any] | None, doubles: tuple[float, ...], truths: Values | None
) -> float | None:
    """The digits to which a function of doubles agrees with `truths`; None where either is missing."""
    if function is None or truths is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = np.ravel(np.asarray(function(*doubles)))
    values = [mp.mpc(complex(x)) if np.iscomplexobj(found) else mp.mpf(float(x)) for x in found]
    return min(DOUBLE, _least(law, values, truths, 2 * DOUBLE))


def agreement_records(
    theory: Theory,
    verdicts: Sequence[Record],
    digits: int,
    *,
    sources: Mapping[str, str],
    progress: Progress | None = None,
) -> list[Record]:
    """The agreement on every law at one point of its verdict, the first at which no value is 0; digits rounded down to
    a tenth.

    sources: by language, exported source of these laws; progress: told of each law.
    """
    chosen: list[tuple[Law, dict[sp.Symbol, sp.Expr], float]] = []
    for verdict in verdicts:
        law = theory[verdict["law"]]
        own = [one for one in verdict["points"] if not one["constants"]]
        if (place := _telling(own)) is not None:
            version = law.at(place).valued
            point = read_point(f"law '{law.name}'", version.parameters, place)
            seen = [one["digits_agreed"] for one in own if one["point"] == place]
            chosen.append((law, point, min(seen)))
    calls = []
    for law, point, _ in chosen:
        if law.count is not None:
            version = law.at({str(symbol): value for symbol, value in point.items()})
            calls.append((function_name(law, version), doubles_of(version, point)))
    programs = _run(sources, calls) if calls else {}
    records = []
    with c_functions(sources["c"], [law for law, _, _ in chosen]) as compiled:
        for done, (law, point, simulated) in enumerate(chosen):
            if progress:
                progress(f"comparing {law.name}", done, len(chosen))
            found = agreement(law, point, digits, simulation=simulated, programs=programs | {"c": compiled})
            tenths = {way: None if n is None else int(10 * n) / 10 for way, n in found["digits"].items()}
            records.append(found | {"digits": tenths})
    return records


def _run(sources: Mapping[str, str], calls: Sequence[Call]) -> dict[str, Programs]:
    """By language other than C, the functions that return what exported source returned at their one call."""
    found = {
        "python": python_values(sources["python"], calls),
        "numpy": python_values(sources["numpy"], calls, arrays=True),
        "javascript": javascript_values(sources["javascript"], calls),
    }
    return {
        language: {
            name: _returning(values)
            for (name, _), values in zip(calls, returned or (), strict=False)
            if not isinstance(values, str)
        }
        for language, returned in found.items()
    }


def _telling(points: Sequence[Record]) -> Mapping[str, str] | None:
    """The first point at which no value is 0, else the first."""
    places = [one["point"] for one in points]
    zero = [
        one["point"]
        for one in points
        if not any(c in "123456789" for c in one["predicted"].partition("e")[0])
    ]
    return next((place for place in places if place not in zero), places[0] if places else None)


def _returning(values: Values) -> Callable[..., Values]:
    return lambda *_: values

"""Parameters of laws and observables, and the exact reading of the points given for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from numbers import Integral, Real

import sympy as sp

from analytics.errors import ParameterError, unknown_name
from analytics.exclusive import in_turn
from analytics.expressions import grammar
from analytics.expressions.intervals import sign, vanishes

Value = str | int | Fraction | Decimal | sp.Expr
"""What a parameter may be given as; mpmath numbers as well. All are read exactly; a float is refused."""

LARGEST_EXPONENT = 10**6
"""Decimal and mpmath numbers of a larger exponent are not written out as fractions."""

Point = Mapping[sp.Symbol, sp.Expr]
"""Exact values of symbols."""


def point_text(point: Mapping[sp.Symbol, object]) -> str:
    """``c = 3/10, F = 20``; "any point" of an empty one."""
    return ", ".join(f"{symbol} = {value}" for symbol, value in point.items()) or "any point"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A quantity that the experimenter sets.

    symbol: as it stands in equations; its name is the name in ``--at``.
    unit: "" for a pure number, else "rad/step", "rad/site", "steps", "sites".
    domain: real values that make sense; default: the value taken when none is given.
    """

    symbol: sp.Symbol
    meaning: str
    unit: str
    domain: sp.Set
    default: sp.Expr | None = None

    @property
    def name(self) -> str:
        return str(self.symbol.name)


@in_turn
def exact_number(value: object, operation: str = "reading a number") -> sp.Expr:
    """`value` as an exact SymPy number; `operation` opens the message of an error.

    Text is read by the grammar ("0.01" is 1/100). An mpmath number, or a SymPy Float, is the binary fraction
    that it is. A float, NumPy's too, is refused: 0.01 is no longer the 1/100 that was meant.
    Raises GrammarError for text, ParameterError for anything else that is not a finite exact number.
    """
    if isinstance(value, str):
        return grammar.number(value)
    if isinstance(value, sp.Expr) and not value.free_symbols and not value.has(sp.Float):
        if value.is_finite:
            return value
    elif isinstance(value, sp.Float):
        return exact_number(value._to_mpmath(value._prec), operation)
    elif isinstance(value, Integral | Fraction) and not isinstance(value, bool):
        return sp.Rational(int(value.numerator), int(value.denominator))
    elif isinstance(value, Decimal):
        if value.is_finite() and abs(value.adjusted()) < LARGEST_EXPONENT:
            return sp.Rational(*value.as_integer_ratio())
    elif (parts := getattr(value, "_mpf_", None)) is not None:
        sign, mantissa, exponent, _ = parts
        # infinities and NaN have no mantissa but an exponent
        if (mantissa or not exponent) and abs(exponent) < LARGEST_EXPONENT:
            scaled = sp.Integer(int(mantissa)) * sp.Integer(2) ** exponent
            return -scaled if sign else scaled
    elif hasattr(value, "_mpi_"):  # an interval, though it calls itself a real number
        pass
    elif isinstance(value, Real) and not isinstance(value, bool) and isfinite(value):
        raise ParameterError(
            operation,
            "an exact number is needed, not a float, which is a binary fraction near it",
            f"{float(value)!r}",
            f"Write it as text, '{float(value)!r}', or as a Fraction.",
        )
    raise ParameterError(
        operation,
        "a finite exact number is needed",
        repr(value),
        "Give text such as '1/100' or '1e-40', an int, a Fraction or a SymPy number.",
    )


def require_point(operation: str, point: object) -> None:
    """Raise ParameterError unless `point` is a mapping."""
    if not isinstance(point, Mapping):
        raise ParameterError(
            operation, "the point is a mapping of names to values", repr(point), 'Give {"F": "1/100"}, or {}.'
        )


@in_turn
def read_point(
    operation: str, parameters: Sequence[Parameter], point: Mapping[str, object] | Mapping[sp.Symbol, object]
) -> dict[sp.Symbol, sp.Expr]:
    """Exact values of all `parameters`: those given in `point` by name or symbol, else their defaults.

    Raises ParameterError for a missing value or one outside its domain, UnknownNameError for a name
    that is no parameter; `operation` opens the message.
    """
    require_point(operation, point)
    given = {str(name): value for name, value in point.items()}
    names = [parameter.name for parameter in parameters]
    for name in given:
        if name not in names:
            raise unknown_name(operation, "parameter", name, names)
    values: dict[sp.Symbol, sp.Expr] = {}
    for parameter in parameters:
        if parameter.name in given:
            values[parameter.symbol] = _value_in_domain(operation, parameter, given[parameter.name])
        elif parameter.default is not None:
            values[parameter.symbol] = parameter.default
    if missing := [parameter for parameter in parameters if parameter.symbol not in values]:
        raise ParameterError(
            operation,
            f"{', '.join(f'{parameter.name} ({parameter.meaning})' for parameter in missing)} must be given",
            f"values for {', '.join(given)}" if given else "no value",
            f"Add {' '.join(f'{parameter.name}=VALUE' for parameter in missing)}.",
        )
    return values


def _value_in_domain(operation: str, parameter: Parameter, value: object) -> sp.Expr:
    given = exact_number(value, f"{operation}: {parameter.name}")
    number, rest = given.as_real_imag() if given.has(sp.I) else (given, sp.S.Zero)
    inside = lies_in(number, parameter.domain) if vanishes(rest) else False
    if inside is None:
        raise ParameterError(
            operation,
            f"{parameter.name} ({parameter.meaning}) must be told from the ends of {describe(parameter.domain)} "
            "by its first 1000 digits",
            value,
            "Simplify it.",
        )
    if not inside:
        whole = parameter.domain in WHOLE_NUMBERS
        raise ParameterError(
            operation,
            f"{parameter.name} ({parameter.meaning}) must {'be' if whole else 'lie in'} {describe(parameter.domain)}",
            value,
            f"Choose {parameter.name} {'so' if whole else 'inside that domain'}.",
        )
    return number


def lies_in(number: sp.Expr, domain: sp.Set) -> bool | None:
    """Does a real number lie in a set of real ones? None where it is not told from an end of it; see `intervals`."""
    if domain == sp.S.Reals:
        return True
    if isinstance(domain, sp.Union):
        found = [lies_in(number, piece) for piece in domain.args]
        return True if True in found else None if None in found else False
    if not isinstance(domain, sp.Interval):
        return bool(domain.contains(number) == sp.true)
    above = _above(domain.start, number, domain.left_open)
    below = _above(number, domain.end, domain.right_open)
    return False if False in (above, below) else None if None in (above, below) else True


def _above(low: sp.Expr, high: sp.Expr, is_open: bool) -> bool | None:
    """low < high, or low <= high."""
    if low == -sp.oo or high == sp.oo:
        return True
    order = sign(high - low)
    return None if order is None else order > 0 or (order == 0 and not is_open)


WHOLE_NUMBERS: dict[sp.Set, str] = {
    sp.S.Integers: "a whole number",
    sp.S.Naturals0: "a whole number, 0 or more",
    sp.S.Naturals: "a whole number, 1 or more",
}
"""Sets of whole numbers, in words."""


def describe(domain: sp.Set) -> str:
    """A set of real numbers in plain words, e.g. ``[-pi, 0) or (0, pi]``."""
    if domain in WHOLE_NUMBERS:
        return WHOLE_NUMBERS[domain]
    if domain == sp.S.Reals:
        return "the real numbers"
    if isinstance(domain, sp.Interval):
        left = "(" if domain.left_open else "["
        right = ")" if domain.right_open else "]"
        return f"{left}{domain.start}, {domain.end}{right}"
    if isinstance(domain, sp.Union):
        return " or ".join(describe(piece) for piece in sorted(domain.args, key=lambda piece: piece.inf))
    if isinstance(domain, sp.Complement):
        return f"{describe(domain.args[0])} without {domain.args[1]}"
    return str(domain)

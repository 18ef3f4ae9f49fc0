"""Parameters of laws and observables, and the exact reading of the points given for them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import sympy as sp

from analytics import grammar
from analytics.errors import ParameterError, unknown_name

Value = str | int | float | Fraction | Decimal | sp.Expr
"""What a parameter may be given as; mpmath numbers as well. Text and exact types are read exactly."""

LARGEST_EXPONENT = 10**6
"""Decimal and mpmath numbers of a larger exponent are not written out as fractions."""

Point = Mapping[sp.Symbol, sp.Expr]
"""Exact values of symbols."""


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


def exact_number(value: object) -> sp.Expr:
    """`value` as an exact SymPy number.

    Text is read by the grammar ("0.01" is 1/100). A float or an mpmath number is taken as the binary
    fraction that it is: 0.01 given as a float is not 1/100, so give text where that matters.
    Raises GrammarError for text, ParameterError for anything else that is not a finite number.
    """
    if isinstance(value, str):
        return grammar.number(value)
    if isinstance(value, sp.Expr) and not value.free_symbols and not value.has(sp.Float):
        if value.is_finite:
            return value
    elif isinstance(value, sp.Float):
        return exact_number(value._to_mpmath(value._prec))
    elif isinstance(value, Decimal):
        if value.is_finite() and abs(value.adjusted()) < LARGEST_EXPONENT:
            return sp.Rational(*value.as_integer_ratio())
    elif isinstance(value, int | Fraction | float) and not isinstance(value, bool):
        if not isinstance(value, float) or math.isfinite(value):
            return sp.Rational(*value.as_integer_ratio())
    elif (parts := getattr(value, "_mpf_", None)) is not None:
        sign, mantissa, exponent, _ = parts
        # infinities and NaN have no mantissa but an exponent
        if (mantissa or not exponent) and abs(exponent) < LARGEST_EXPONENT:
            scaled = sp.Integer(int(mantissa)) * sp.Integer(2) ** exponent
            return -scaled if sign else scaled
    raise ParameterError(
        "reading a number",
        "a finite exact number is needed",
        repr(value),
        "Give text such as '1/100' or '1e-40', an int, a Fraction or a SymPy number.",
    )


def read_point(
    operation: str, parameters: Sequence[Parameter], point: Mapping[str, object] | Mapping[sp.Symbol, object]
) -> dict[sp.Symbol, sp.Expr]:
    """Exact values of all `parameters`: those given in `point` by name or symbol, else their defaults.

    Raises ParameterError for a missing value or one outside its domain, UnknownNameError for a name
    that is no parameter; `operation` opens the message.
    """
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
        else:
            raise ParameterError(
                operation,
                f"{parameter.name} ({parameter.meaning}) must be given",
                f"values for {', '.join(given) or 'nothing'}",
                f"Add {parameter.name}=VALUE.",
            )
    return values


def _value_in_domain(operation: str, parameter: Parameter, value: object) -> sp.Expr:
    number = exact_number(value)
    if number.is_real is not True or parameter.domain.contains(number) is not sp.true:
        raise ParameterError(
            operation,
            f"{parameter.name} ({parameter.meaning}) must lie in {describe(parameter.domain)}",
            value,
            f"Choose {parameter.name} inside that domain.",
        )
    return number


def describe(domain: sp.Set) -> str:
    """A set of real numbers in plain words, e.g. ``[-pi, 0) or (0, pi]``."""
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

"""A formula that a person writes of an observable, read as a law of a network without derivation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp

from analytics.errors import GrammarError, VerificationError, unknown_name
from analytics.expressions import grammar
from analytics.expressions.notation import EXPERIMENTAL
from analytics.expressions.parameter import Parameter, exact_number
from analytics.law.law import Law
from analytics.network.network import Network
from numerics.observables.record import Observable

LONGEST = 2_000
"""Characters of a formula."""


@dataclass(frozen=True, slots=True)
class Formula:
    """law: the formula; fixed: exact values of the parameters it is asked about at; free: the others' names."""

    law: Law
    fixed: Mapping[str, sp.Expr]
    free: tuple[str, ...]


def read_formula(
    equation: str, observable: Observable, network: Network, at: Mapping[str, object], names: tuple[str, ...]
) -> Formula:
    """The law that `equation`, ``left = right``, states of `observable` in the parameters that it is measured at.

    Read by the grammar, in the observable's symbol, its parameters and the network's
    constants, with the profile ``rho(r)`` and its inverse ``psi(R)``. at: values of parameters. names: further
    names of parameters that the caller speaks of; where an observable is measured either on a background or on
    an oscillation, the names that occur tell which.
    Raises GrammarError, UnknownNameError or ParameterError for what cannot be read.
    """
    operation = f"reading a formula of {observable.name}"
    if not isinstance(equation, str) or len(equation) > LONGEST:
        raise GrammarError(
            operation, f"text of at most {LONGEST} characters is needed", repr(equation), "Shorten it."
        )
    equation = re.sub(r"\blambda\b", "lambda_", equation)
    sides = equation.split("=")
    if len(sides) != 2 or sides[0].rstrip()[-1:] in ("<", ">", "!"):
        subject = grammar.word(observable.symbol)
        raise GrammarError(
            operation, "one equation, left = right, is needed", repr(equation), f"Write {subject} = ..."
        )
    given = {str(name): exact_number(value, f"{operation}: {name}") for name, value in at.items()}
    occurring = [*grammar.names_in(equation), *given, *names]
    parameters = tuple(
        parameter
        for parameter in observable.parameters_at(network, occurring)
        if parameter.symbol not in EXPERIMENTAL or parameter.name in occurring
    )
    known = [parameter.name for parameter in parameters]
    for name in (*given, *names):
        if name not in known:
            raise unknown_name(operation, "parameter", name, known)
    left, right = (_side(side, observable, network, parameters) for side in sides)
    if right == observable.symbol:
        left, right = right, left
    if not (left.has(observable.symbol) or right.has(observable.symbol)):
        raise GrammarError(
            operation,
            f"the equation must speak of {grammar.word(observable.symbol)}, {observable.meaning}",
            repr(equation),
            f"Write {grammar.word(observable.symbol)} = ...",
        )
    law = Law(
        name="formula",
        meaning=f"what is asked about {observable.name}",
        observable=observable.name,
        network=network,
        subject=observable.symbol,
        equation=sp.Eq(left, right, evaluate=False),
        parameters=parameters,
        codomain=_codomain(observable.symbol),
        remainder=None,
        limit=None,
        validity="as asked",
        source="as given",
        steps=(),
        period=observable.period,
    )
    return Formula(law, given, tuple(name for name in known if name not in given))


def read_power(remainder: str, formula: Formula) -> tuple[sp.Symbol, sp.Expr]:
    """A remainder such as ``F``, ``F**(5/3)`` or ``O(R**3)`` as its base and its power, an exact rational."""
    law = formula.law
    text = remainder.strip() if isinstance(remainder, str) else remainder
    if isinstance(text, str) and text.startswith("O(") and text.endswith(")"):
        text = text[2:-1]
    symbols = {grammar.word(symbol): symbol for symbol in (law.subject, *law.symbols)}
    base, power = grammar.parse(text, symbols=symbols).as_base_exp()
    if base not in symbols.values() or not power.is_Rational:
        raise VerificationError(
            f"reading a remainder of {law.observable}",
            "a rational power of a parameter or of the observable is needed",
            repr(remainder),
            "Write F**(5/3).",
        )
    return base, power


def _side(text: str, observable: Observable, network: Network, parameters: tuple[Parameter, ...]) -> sp.Expr:
    known = (
        *network.constants,
        *network.open,
        *(parameter.symbol for parameter in parameters),
        observable.symbol,
    )
    activation = network.activation
    eliminated = {str(relation.lhs): relation.rhs for relation in network.relations}
    return grammar.parse(
        text,
        symbols={grammar.word(symbol): symbol for symbol in known} | eliminated,
        functions={"psi": activation.psi, "rho": activation.rho},
    )


def _codomain(symbol: sp.Symbol) -> sp.Set:
    if symbol.is_positive:
        return sp.Interval(0, sp.oo)
    return sp.S.Reals if symbol.is_real else sp.S.Complexes

"""Laws whose constants are parameters too, so that a page can move them.

A constant of the kernel stands in formulas that keep their digits for all its values. Those of the activation do so in
numbers alone, but a constant that sets the unit of amplitudes enters by a factor u: amplitudes are R(u F, u I0, ...)/u.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from analytics.expressions.notation import I0, F, R, r
from analytics.expressions.parameter import Parameter

if TYPE_CHECKING:
    from analytics.law.law import Law
    from analytics.network.network import Network


PREFIX = "constant_"
"""Before the name of a constant that is a parameter."""

IN_UNITS = {symbol: sp.Symbol(f"{symbol}_in_units", positive=True) for symbol in (F, I0, r)}
"""Inputs of a law -> the same times u."""

AMPLITUDE = sp.Symbol("amplitude", positive=True)
"""An amplitude divided by u."""

EXACT: dict[str, Any] = {"remainder": None, "limit": None, "companions": ()}
"""What a law has of which no remainder is told."""

Constants = dict[sp.Symbol, Parameter]
Powers = dict[Parameter, sp.Expr]
"""Constants that set the unit -> powers a of u = (b/value)^a."""


def movable(network: Network) -> Constants:
    """The constants that can be parameters: scales of the activation, and those of the kernel that are not 0.

    Not one that stands in both parts, or is tied to another by a relation. A parameter is a symbol of its own, with
    the sign of the constant, and a name that no language has: constant_c.
    """
    kernel, activation = dict(network.kernel.constants), dict(network.activation.constants)
    steady = tied(network) | {symbol.name for symbol in kernel.keys() & activation.keys()}
    parts = (
        ("activation", {symbol: activation[symbol] for symbol in network.activation.scales}),
        ("kernel", kernel),
    )
    return {
        symbol: _parameter(symbol, value, part)
        for part, constants in parts
        for symbol, value in constants.items()
        if symbol.name not in steady and value != 0
    }


def tied(network: Network) -> set[str]:
    """Names of the constants of which a relation speaks."""
    return {symbol.name for relation in network.relations for symbol in relation.free_symbols}


def _parameter(symbol: sp.Symbol, value: sp.Expr, part: str) -> Parameter:
    sign, domain = (
        ({"positive": True}, sp.Interval.open(0, sp.oo))
        if value > 0
        else ({"negative": True}, sp.Interval.open(-sp.oo, 0))
    )
    return Parameter(
        sp.Symbol(f"{PREFIX}{symbol}", **sign), f"constant {symbol} of the {part}", "", domain, value
    )


def opened(law: Law) -> Law:
    """`law` with the `movable` constants that it needs as its last parameters, their values as defaults.

    What a page does not need is left out: alternatives, steps, the exact law beside one with a remainder.
    """
    constants, scales = movable(law.network), law.network.activation.scales
    found = _opened(law, {symbol: one for symbol, one in constants.items() if symbol not in scales})
    powers = {one: scales[symbol] for symbol, one in constants.items() if symbol in scales}
    if not powers:
        return found
    inside = _in_units(found, powers)
    return inside if inside.subject != R else _divided(inside, powers)


def _opened(law: Law, constants: Constants) -> Law:
    renamed = {symbol: parameter.symbol for symbol, parameter in constants.items()}
    where = tuple(_opened(other, constants) for other in law.where)
    equation = sp.Eq(*(side.xreplace(renamed) for side in law.equation.args), evaluate=False)
    needed = equation.free_symbols.union(*(other.symbols for other in where))
    return replace(
        law,
        equation=equation,
        parameters=(*law.parameters, *(one for one in constants.values() if one.symbol in needed)),
        where=where,
        condition=law.condition.xreplace(renamed),
        alternatives=(),
        growth=None,
        exact=None,
        dropped=(),
        steps=(),
    )


def _in_units(law: Law, powers: Powers) -> Law:
    """The law for inputs u F in place of F, which has an amplitude of the same unit."""
    where = tuple(_in_units(other, powers) for other in law.where)
    asked = {symbol: IN_UNITS[symbol] for symbol in law.equation.free_symbols & IN_UNITS.keys()}
    if not asked and where == law.where:
        return law
    inputs = (
        _beside(
            law,
            f"scaled_{symbol}",
            sp.Eq(inside, _unit(powers) * symbol, evaluate=False),
            parameters=(*(one for one in law.parameters if one.symbol == symbol), *powers),
            condition=sp.true,
        )
        for symbol, inside in asked.items()
    )
    return replace(
        law,
        equation=sp.Eq(*(side.xreplace(asked) for side in law.equation.args), evaluate=False),
        parameters=(*law.parameters, *powers),
        where=(*where, *inputs),
        condition=law.condition.xreplace(asked),
        **EXACT,
    )


def _divided(law: Law, powers: Powers) -> Law:
    """The amplitude of a law in units, divided by u."""
    inside = replace(law, name=f"{law.name}_in_units")
    equation = sp.Eq(AMPLITUDE, law.subject / _unit(powers), evaluate=False)
    return _beside(law, law.name, equation, parameters=law.parameters, where=(inside,))


def _beside(law: Law, name: str, equation: sp.Eq, **given: Any) -> Law:
    """An explicit law of a number beside `law`."""
    return replace(
        law,
        name=name,
        subject=equation.lhs,
        equation=equation,
        codomain=sp.Interval.open(0, sp.oo),
        **(EXACT | {"where": ()} | given),
    )


def _unit(powers: Powers) -> sp.Expr:
    """u"""
    return sp.Mul(*((one.symbol / one.default) ** power for one, power in powers.items()))

"""Instances: what a law of the general network says of a network whose activation is known."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from analytics.errors import LawError
from analytics.expressions import printing, series
from analytics.law.law import Law
from analytics.network.activation import COEFFICIENTS, ORDER
from analytics.network.network import Network
from derivations.theory import derive


def instance(law: Law, network: Network) -> Law:
    """A law of the general network with the coefficients, and the order, of the activation of `network`.

    Where what the general law drops may vanish for the network, the order of the remainder is that of the law derived
    for the network with as many terms.
    Raises LawError where the orders or the kernels differ, and where psi has other powers.
    """
    _require_fit(law, network)
    values = _coefficients(law, network)
    given = ", ".join(f"{symbol} = {printing.text(value)}" for symbol, value in values.items())

    def within(part: Law) -> Law:
        return replace(
            part,
            network=network,
            equation=sp.Eq(*(side.xreplace(values) for side in part.equation.args), evaluate=False),
            remainder=part.remainder and part.remainder.xreplace(values),
            dropped=tuple(term.xreplace(values) for term in part.dropped),
            exact=None,
            condition=part.condition.xreplace(values),
            validity=f"{part.validity}; here {given}",
            where=tuple(map(within, part.where)),
            alternatives=tuple(map(within, part.alternatives)),
            steps=(),
        )

    found = within(law)
    if law.is_exact or (found.dropped and all(term != 0 for term in found.dropped)):
        return found
    return _with_remainder(found)


def _require_fit(law: Law, network: Network) -> None:
    studied, order = law.network, law.network.activation.order
    if not (
        studied.activation.is_general
        and studied.kernel == network.kernel
        and order in (ORDER, network.activation.order)
    ):
        raise LawError(
            f"instance of '{law.name}'",
            "a general law of the same kernel and of the same or of open order is needed",
            f"{studied.name} with p = {order} for {network.name} with p = {network.activation.order}",
            "Derive it for that kernel and order.",
        )


def _coefficients(law: Law, network: Network) -> dict[sp.Symbol, sp.Expr]:
    """The values of the coefficients of psi."""
    order = network.activation.order
    inverse = network.activation.inverse_taylor(len(COEFFICIENTS) * order + 1)
    powers = [n * order + 1 for n in range(len(COEFFICIENTS) + 1)]
    if strange := set(series.nonzero_powers(inverse)) - set(powers):
        raise LawError(
            f"instance of '{law.name}'",
            f"psi may have the powers {', '.join(map(str, powers))} of R alone",
            f"R**{min(strange)} in that of {network.activation.name}",
            "Use the law derived for the network.",
        )
    found = {symbol: inverse[power] for symbol, power in zip(COEFFICIENTS, powers[1:], strict=True)}
    return ({ORDER: sp.Integer(order)} if law.network.activation.has_open_order else {}) | found


def _with_remainder(found: Law) -> Law:
    """The instance with remainder and dropped term of the law derived for its network, of as many terms."""
    theory = derive(found.network)
    kept = len(found.exponents) - 1
    own = theory[found.name]
    if kept > 0 and theory.has_terms(found.name):
        own = theory.law(found.name, terms=kept)
    if own.is_exact:
        return found
    others = {other.signature: other for other in own.versions}

    def stated(part: Law) -> Law:
        like = others[part.signature]
        return replace(part, remainder=like.remainder, dropped=like.dropped)

    return replace(stated(found), alternatives=tuple(map(stated, found.alternatives)))

"""Instances: what a law of the general network says of a network whose activation is known."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from analytics.errors import LawError
from analytics.expressions import printing, series
from analytics.law.law import Law
from analytics.network.activation import COEFFICIENTS, ORDER
from analytics.network.kernel import VELOCITY, Kernel
from analytics.network.network import Network
from derivations.general import frame_condition, inserted, of_kernel
from derivations.lengths import has_simple_band, is_even, undamped_wave
from derivations.theory import derive


def instance(law: Law, network: Network) -> Law:
    """A law of the general network with what the activation, and the kernel, of `network` have for its symbols.

    Where what the general law drops may vanish for the network, the order of the remainder is that of the law derived
    for the network with as many terms.
    Raises LawError where the orders or the kernels differ, and where psi has other powers.
    """
    _require_fit(law, network)
    values = _coefficients(law, network)
    given = ", ".join(f"{symbol} = {printing.text(value)}" for symbol, value in values.items())
    if law.network.kernel.is_general:
        law, values = _of_kernel(law, network), values | of_kernel(network)
    found = inserted(law, network, values)
    versions = (replace(part, validity=f"{part.validity}; here {given}", steps=()) for part in found.versions)
    first, *others = versions
    found = replace(first, alternatives=tuple(others))
    if law.is_exact or (found.dropped and all(term != 0 for term in found.dropped)):
        return found
    return _with_remainder(found)


def _of_kernel(law: Law, network: Network) -> Law:
    """A law for a general kernel in the frequencies of a known one, with the wave at which its velocity is taken."""
    versions = (replace(part, condition=frame_condition(network, part)) for part in law.versions)
    first, *others = versions
    if first.equation.has(VELOCITY):
        wave = undamped_wave(network)
        first = replace(first, where=(wave,), parameters=(*first.parameters, *wave.parameters))
    return replace(first, alternatives=tuple(others))


def _require_fit(law: Law, network: Network) -> None:
    studied, order = law.network, law.network.activation.order
    if not (
        studied.activation.is_general
        and (
            _is_such(studied.kernel, network)
            if studied.kernel.is_general
            else studied.kernel == network.kernel
        )
        and order in (ORDER, network.activation.order)
    ):
        raise LawError(
            f"instance of '{law.name}'",
            "a general law of the same kernel and of the same or of open order is needed",
            f"{studied.name} with p = {order} for {network.name} with p = {network.activation.order}",
            "Derive it for that kernel and order.",
        )


def _is_such(general: Kernel, network: Network) -> bool:
    """Has the network a simple band of the parity of a general kernel?"""
    return has_simple_band(network) and is_even(network) != general.is_real


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

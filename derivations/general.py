"""The general network: laws that need no more of an activation than the first coefficients of psi, and their instances.

psi(R) = R + c R^(p+1) + d R^(2p+1) + ...
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from analytics.errors import LawError
from analytics.expressions import printing
from analytics.law.law import Law
from analytics.network.activation import COEFFICIENTS
from analytics.network.network import Network

OF_THE_KERNEL = ("kernel_frequency", "group_velocity")
OF_COEFFICIENTS = (
    "activation_taylor",
    "forced_amplitude_taylor",
    "resonant_amplitude",
    "detuned_amplitude",
    "resonance_bandwidth",
    "decay_rate_underdamped",
    "decay_rate_overdamped",
    "relaxation_time_resonant",
    "decay_rate_detuned",
    "relaxation_time_detuned",
    "propagation_length",
    "evanescent_length",
    "free_relaxation",
    "two_tone_amplitudes",
    "combination_tone_amplitudes",
    "real_decay_rate_small",
    "real_propagation_length",
    "real_cosine_amplitude",
)
"""Laws for weak activity or late times."""

MOST_TERMS = len(COEFFICIENTS) - 1
"""Of a law, with a further coefficient for the order of the remainder."""


def holds_in_general(name: str) -> bool:
    """Does the law of that name need no more of the activation than its coefficients?"""
    return name in OF_COEFFICIENTS or name in OF_THE_KERNEL


def instance(law: Law, network: Network) -> Law:
    """A law of the general network with the coefficients of the activation of `network`.

    Raises LawError where the orders or the kernels differ.
    """
    studied, order = law.network, law.network.activation.order
    if not (
        studied.activation.is_general
        and studied.kernel == network.kernel
        and network.activation.order == order
    ):
        raise LawError(
            f"instance of '{law.name}'",
            "a general law of the same order and kernel is needed",
            f"{studied.name} with p = {order} for {network.name} with p = {network.activation.order}",
            "Derive it for that kernel and order.",
        )
    inverse = network.activation.inverse_taylor(len(COEFFICIENTS) * order + 1)
    values = {symbol: inverse[n * order + 1] for n, symbol in enumerate(COEFFICIENTS, start=1)}
    given = ", ".join(f"{symbol} = {printing.text(value)}" for symbol, value in values.items())

    def within(part: Law) -> Law:
        return replace(
            part,
            network=network,
            equation=sp.Eq(*(side.xreplace(values) for side in part.equation.args), evaluate=False),
            condition=part.condition.xreplace(values),
            validity=f"{part.validity}; here {given}",
            where=tuple(map(within, part.where)),
            alternatives=tuple(map(within, part.alternatives)),
            steps=(),
        )

    return within(law)

"""The general network: laws that need no more of an activation than the first coefficients of psi.

psi(R) = R + c R^(p+1) + d R^(2p+1) + ...
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from analytics.expressions.notation import F, delta, perturbation_wavenumbers
from analytics.law.law import Law
from analytics.network.activation import COEFFICIENTS
from analytics.network.kernel import EDGE, EDGE_ORDER, TURN, VELOCITY, kernel
from analytics.network.network import Network
from derivations.lengths import band_edge, is_even, undamped_wave

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

OF_NUMBERED_ORDER = {
    "two_tone_amplitudes": "a number for p, for its balance is a sum over the p/2 + 1 pairs of waves",
    "combination_tone_amplitudes": "a number for p, for its balance is a sum over the p/2 + 1 pairs of waves",
    "real_cosine_amplitude": "a number for p, for its harmonics are counted up to the order p + 1",
}
"""Those of them that need p as a number, and why."""

MOST_TERMS = len(COEFFICIENTS) - 1
"""Of a law, with a further coefficient for the order of the remainder."""


OF_KNOWN_KERNEL = (
    *OF_THE_KERNEL,
    "combination_tone_amplitudes",
    "real_cosine_amplitude",
    "static_leak",
    "leak_phase_slope",
)
"""Laws in the frequencies of a kernel, at wavenumbers of one's own choice, or about an edge of known order."""


def lacking(name: str, network: Network) -> str | None:
    """What the law of that name needs beyond what is known of the network; None where that is enough."""
    activation = network.activation
    if network.kernel.is_general and name in OF_KNOWN_KERNEL:
        return "a kernel whose frequencies are known"
    if not activation.is_general or name in OF_THE_KERNEL:
        return None
    if name not in OF_COEFFICIENTS:
        return "an activation that is known as a whole, not by its first coefficients"
    return OF_NUMBERED_ORDER.get(name) if activation.has_open_order else None


def stand_in(network: Network) -> Network:
    """A network with a kernel that is known, and even or odd as a general one, in place of that."""
    if not network.kernel.is_general:
        return network
    return replace(network, kernel=kernel("advection" if network.kernel.is_real else "laplacian"))


def of_kernel(network: Network) -> dict[sp.Symbol, sp.Expr]:
    """kappa, m and v_g of the kernel of `network`, v_g at the wave of `lengths.undamped_wave`."""
    wave = undamped_wave(network)
    found = {VELOCITY: sp.Abs(sp.diff(wave.equation.lhs, wave.subject))}
    if not is_even(network):
        return found
    curvature, edge, _ = band_edge(network)
    return found | {EDGE: sp.Abs(curvature), EDGE_ORDER: sp.Integer(edge)}


def frame_condition(network: Network, law: Law) -> sp.Basic:
    """The condition on sin(omega_+), of a law of perturbations, in the frequencies of `network`; others as they are."""
    if not (isinstance(law.condition, sp.Ne | sp.Eq) and law.condition.lhs.has(sp.sin)):
        return law.condition
    if network.kernel.is_general:
        return law.condition.func(sp.sin(TURN), 0)
    kernel, wavevector = network.kernel, perturbation_wavenumbers(network.dimension)
    carrier = kernel.wavenumbers if F in law.symbols else None
    frequency = sp.S.Zero if carrier is None else kernel.frequency(carrier)
    frequency += delta if delta in law.symbols else 0
    return law.condition.func(sp.sin(kernel.even_part(wavevector, carrier) - frequency), 0)


def inserted(law: Law, network: Network, values: dict[sp.Symbol, sp.Expr]) -> Law:
    """The law with values of what it leaves open, on `network`."""

    def within(part: Law) -> Law:
        return replace(
            part,
            network=network,
            equation=sp.Eq(*(side.xreplace(values) for side in part.equation.args), evaluate=False),
            remainder=part.remainder and part.remainder.xreplace(values),
            dropped=tuple(term.xreplace(values) for term in part.dropped),
            exact=None,
            condition=part.condition.xreplace(values),
            where=tuple(map(within, part.where)),
            alternatives=tuple(map(within, part.alternatives)),
        )

    return within(law)

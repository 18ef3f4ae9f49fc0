"""The general network: laws that need no more of an activation than the first coefficients of psi.

psi(R) = R + c R^(p+1) + d R^(2p+1) + ...
"""

from __future__ import annotations

from analytics.network.activation import COEFFICIENTS, Activation

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


def lacking(name: str, activation: Activation) -> str | None:
    """What the law of that name needs of an activation beyond what is known of it; None where that is enough."""
    if not activation.is_general or name in OF_THE_KERNEL:
        return None
    if name not in OF_COEFFICIENTS:
        return "an activation that is known as a whole, not by its first coefficients"
    return OF_NUMBERED_ORDER.get(name) if activation.has_open_order else None

"""The general network: laws that need no more of an activation than the first coefficients of psi.

psi(R) = R + c R^(p+1) + d R^(2p+1) + ...
"""

from __future__ import annotations

from analytics.network.activation import COEFFICIENTS

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

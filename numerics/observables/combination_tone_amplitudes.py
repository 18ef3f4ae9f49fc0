"""The amplitudes of the waves at 2 k1 - k2 and 2 k2 - k1 in the steady response to two oscillations."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import C
from analytics.network.network import Network
from numerics.observables.record import Observable, Reading
from numerics.observables.two_tones import two_forcing_parameters, two_forcing_settings, two_tone_reading


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    return two_tone_reading(network, point, (-1, 2), digits, engine)


OBSERVABLE = Observable(
    name="combination_tone_amplitudes",
    symbol=C,
    meaning=(
        "amplitudes, in the steady response to I_n = F1 e^(i (k1 x + omega(k1) n)) + F2 e^(i (k2 x + omega(k2) n)), "
        "of the waves of wavenumber 2 k1 - k2, frequency 2 omega(k1) - omega(k2), and with 1 and 2 exchanged"
    ),
    unit="",
    parameters=two_forcing_parameters,
    measure=_measure,
    settings=two_forcing_settings,
)

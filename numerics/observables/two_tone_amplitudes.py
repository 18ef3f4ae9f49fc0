"""The amplitudes R1, R2 of the steady response at two forcings, each resonant."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import R
from analytics.network.network import Network
from numerics.observables.record import Observable, Reading
from numerics.observables.two_tones import two_forcing_parameters, two_forcing_settings, two_tone_reading


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    return two_tone_reading(network, point, (0, 1), digits, engine)


OBSERVABLE = Observable(
    name="two_tone_amplitudes",
    symbol=R,
    meaning=(
        "amplitudes, in the steady response to I_n = F1 e^(i (k1 x + omega(k1) n)) + F2 e^(i (k2 x + omega(k2) n)), "
        "of the waves of wavenumber and frequency k1, omega(k1) and k2, omega(k2)"
    ),
    unit="",
    parameters=two_forcing_parameters,
    measure=_measure,
    settings=two_forcing_settings,
)

"""The modulus of the steady response to one oscillation."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import R
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.observables.forcing import forcing_parameters, forcing_settings, steady_reading
from numerics.observables.ongoing import steady_response
from numerics.observables.record import Observable, Reading, Setting

CARRIER = sp.pi / 4
"""Wavenumber of the oscillation along each axis unless one is given; the frequency follows it."""


def _parameters(network: Network) -> tuple[Parameter, ...]:
    return forcing_parameters(network, CARRIER)


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    return steady_reading("amplitude", steady_response(network, point, digits, engine))


def _settings(network: Network) -> tuple[Setting, ...]:
    return forcing_settings(network)


OBSERVABLE = Observable(
    name="forced_amplitude",
    symbol=R,
    meaning="modulus of the steady response to I_n = F e^(i (k.x + omega n)), omega = omega(k) + delta",
    unit="",
    parameters=_parameters,
    measure=_measure,
    settings=_settings,
)

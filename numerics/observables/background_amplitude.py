"""The modulus of the steady response to a uniform, constant background."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import R
from analytics.network.network import Network
from numerics.observables.forcing import bistable_settings, steady_reading
from numerics.observables.ongoing import steady_response, uniform_parameters
from numerics.observables.record import Observable, Reading, Setting


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    return steady_reading("amplitude", steady_response(network, point, digits, engine))


def _settings(network: Network) -> tuple[Setting, ...]:
    amplitudes = (sp.Rational(1, 10**12), sp.Rational(1, 1000), sp.Rational(1, 3), sp.Integer(4))
    several = tuple({"I0": setting["F"]} for setting in bistable_settings(network)[:1])
    return (*({"I0": amplitude} for amplitude in amplitudes), *several)


OBSERVABLE = Observable(
    name="background_amplitude",
    symbol=R,
    meaning="modulus of the steady response to I_n = I0, uniform and constant",
    unit="",
    parameters=uniform_parameters,
    measure=_measure,
    settings=_settings,
)

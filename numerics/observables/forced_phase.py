"""The phase of the steady response to one oscillation, against the forcing."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import theta
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.observables.forcing import forcing_parameters, forcing_settings, steady_reading
from numerics.observables.ongoing import steady_response
from numerics.observables.record import Observable, Reading, Setting


def _parameters(network: Network) -> tuple[Parameter, ...]:
    return forcing_parameters(network, sp.S.Zero)


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    return steady_reading("phase", steady_response(network, point, digits, engine))


def _settings(network: Network) -> tuple[Setting, ...]:
    """The settings of the amplitude, each at another wavenumber."""
    turns = (sp.Rational(0), sp.Rational(1, 8), sp.Rational(-3, 16), sp.Rational(1, 2))
    symbols = network.kernel.wavenumbers
    return tuple(
        {**point, **{str(s): 2 * sp.pi * turns[(place + axis) % 4] for axis, s in enumerate(symbols)}}
        for place, point in enumerate(forcing_settings(network))
    )


OBSERVABLE = Observable(
    name="forced_phase",
    symbol=theta,
    meaning="phase in (-pi, pi] of the steady response to I_n = F e^(i (k.x + omega n)) against the forcing",
    unit="rad",
    parameters=_parameters,
    measure=_measure,
    settings=_settings,
    period=2 * sp.pi,
)

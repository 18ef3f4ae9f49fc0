"""The steady state of a real network under a uniform, constant background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy as sp

from analytics.expressions.notation import R
from analytics.network.network import Network
from numerics.lattice.real_lattice import reality_check, require_real
from numerics.observables import background_amplitude
from numerics.observables.forcing import steady_reading
from numerics.observables.ongoing import steady_response
from numerics.observables.record import Observable, Reading


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    require_real("measuring real_background_amplitude", network)
    found = steady_response(network, point, digits, engine)
    reading = steady_reading("amplitude", found)
    return replace(reading, checks=(*reading.checks, reality_check(found.state.state, digits)))


OBSERVABLE = Observable(
    name="real_background_amplitude",
    symbol=R,
    meaning="value of the steady state of a real network under I_n = I0, uniform and constant",
    unit="",
    parameters=background_amplitude.OBSERVABLE.parameters,
    measure=_measure,
    settings=background_amplitude.OBSERVABLE.settings,
)

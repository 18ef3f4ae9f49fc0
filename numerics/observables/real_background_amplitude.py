"""The steady state of a real network under a uniform, constant background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy as sp

from analytics.network import Network
from analytics.notation import I0, R, start
from numerics.commensurate import commensurate_lattice
from numerics.inputs import Background
from numerics.observables import background_amplitude
from numerics.observables.forcing import steady_reading
from numerics.observables.record import Observable, Reading
from numerics.real_lattice import reality_check, require_real
from numerics.response import response


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    require_real("measuring real_background_amplitude", network)
    still = (sp.S.Zero,) * network.dimension
    lattice = commensurate_lattice(network, (still,))
    found = response(
        lattice,
        Background(point[I0]),
        still,
        digits=digits,
        engine=engine,
        near=point[start],
        watched=True,
    )
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

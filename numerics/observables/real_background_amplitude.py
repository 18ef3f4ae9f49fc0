"""The steady state of a real network under a uniform, constant background."""

from __future__ import annotations

from dataclasses import replace

from analytics.expressions.notation import R
from numerics.lattice.real_lattice import reality_check, require_real
from numerics.observables.forced_response import background_settings
from numerics.observables.forcing import steady_reading
from numerics.observables.ongoing import steady_response, uniform_parameters
from numerics.observables.record import Observable, Reading, Request


def _measure(request: Request) -> Reading:
    require_real("measuring real_background_amplitude", request.network)
    found = steady_response(request)
    reading = steady_reading("amplitude", found)
    return replace(reading, checks=(*reading.checks, reality_check(found.state.state, request.digits)))


OBSERVABLES = (
    Observable(
        name="real_background_amplitude",
        symbol=R,
        meaning="value of the steady state of a real network under I_n = I0, uniform and constant",
        parameters=uniform_parameters,
        measure=_measure,
        settings=background_settings,
    ),
)

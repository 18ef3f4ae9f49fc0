"""The response of a real network to a resonant cosine: the amplitude of its fundamental, and of higher harmonics."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import sympy as sp

from analytics.errors import ParameterError
from analytics.expressions.notation import F, harmonic
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines.numbers import real_out
from numerics.observables.forcing import FORCING
from numerics.observables.ongoing import carrier_at, joined, spread
from numerics.observables.record import Observable, Reading, Request, Setting, state_reading
from numerics.steady_states.cosine_response import cosine_response

CARRIER = sp.pi / 4
"""Wavenumber of the cosine along each axis unless one is given."""

HARMONIC = Parameter(harmonic, "number of the harmonic, odd", "", sp.Interval(3, sp.oo), sp.Integer(3))


def _parameters(network: Network) -> tuple[Parameter, ...]:
    """F, and the wavenumber k, or k1, k2, ..."""
    wavenumbers = (
        Parameter(symbol, "wavenumber of the cosine, a fraction of 2 pi", "rad/site", sp.S.Reals, CARRIER)
        for symbol in network.kernel.wavenumbers
    )
    return (FORCING, *wavenumbers)


def _settings(network: Network) -> tuple[Setting, ...]:
    """Weak to moderate, at long and short waves to either side."""
    q = sp.Rational
    points = ((q(1, 10**9), q(-1, 5)), (q(1, 1000), q(1, 8)), (q(1, 200), q(3, 8)))
    return tuple({"F": amplitude, **spread(network.kernel.wavenumbers, turn)} for amplitude, turn in points)


def _higher_harmonic(request: Request) -> Reading:
    which = request.point[harmonic]
    if not which.is_odd:
        raise ParameterError(
            "measuring real_cosine_harmonics",
            "an odd activation answers a cosine in odd harmonics",
            which,
            "Choose h = 3, 5, 7, ...",
        )
    return _amplitude(request, int(which))


def _amplitude(request: Request, which: int) -> Reading:
    """The amplitude of a harmonic of the steady response."""
    found = cosine_response(
        request.network,
        request.point[F],
        carrier_at(request),
        harmonic=which,
        digits=request.digits,
        engine=request.engine,
    )
    state = found.state
    relative = found.amplitude(1) / found.amplitude(which)
    reading = state_reading(
        state,
        [real_out(found.amplitude(which))],
        real_out(found.context.convert(state.error) * relative),
        f"moving profile at {state.lattice.sites} phases by {state.method}; a harmonic of it by projection",
        found.checks,
    )
    return replace(reading, sites=found.sites)


OBSERVABLES = (
    Observable(
        name="real_cosine_amplitude",
        symbol=sp.Symbol("R1", positive=True),
        meaning=(
            "amplitude R1 of R1 cos(k.x + omega n + theta) in the steady response of a real network to "
            "I_n = F cos(k.x + omega n), omega = omega(k)"
        ),
        parameters=_parameters,
        measure=partial(_amplitude, which=1),
        settings=_settings,
    ),
    Observable(
        name="real_cosine_harmonics",
        symbol=sp.Symbol("R_h", positive=True),
        meaning=(
            "amplitude R_h of R_h cos(h (k.x + omega n) + theta) in the steady response of a real network to "
            "I_n = F cos(k.x + omega n), omega = omega(k)"
        ),
        parameters=joined(_parameters, lambda _: (HARMONIC,)),
        measure=_higher_harmonic,
        settings=_settings,
    ),
)

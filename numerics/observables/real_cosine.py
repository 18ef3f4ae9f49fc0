"""The amplitude of the fundamental in the response of a real network to a resonant cosine."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import F
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines.numbers import real_out
from numerics.observables.forcing import FORCING
from numerics.observables.ongoing import spread
from numerics.observables.record import Observable, Reading, Setting
from numerics.steady_states.cosine_response import CosineResponse, cosine_response

CARRIER = sp.pi / 4
"""Wavenumber of the cosine along each axis unless one is given."""


def cosine_parameters(network: Network) -> tuple[Parameter, ...]:
    """F, and the wavenumber k, or k1, k2, ..."""
    wavenumbers = (
        Parameter(symbol, "wavenumber of the cosine, a fraction of 2 pi", "rad/site", sp.S.Reals, CARRIER)
        for symbol in network.kernel.wavenumbers
    )
    return (FORCING, *wavenumbers)


def cosine_settings(network: Network) -> tuple[Setting, ...]:
    """Weak to moderate, at long and short waves to either side."""
    q = sp.Rational
    points = ((q(1, 10**9), q(-1, 5)), (q(1, 1000), q(1, 8)), (q(1, 200), q(3, 8)))
    return tuple({"F": amplitude, **spread(network.kernel.wavenumbers, turn)} for amplitude, turn in points)


def measured_harmonic(
    network: Network, point: Mapping[sp.Symbol, sp.Expr], harmonic: int, digits: int, engine: str
) -> Reading:
    """The amplitude of a harmonic of the steady response."""
    wavevector = tuple(point[symbol] for symbol in network.kernel.wavenumbers)
    found = cosine_response(network, point[F], wavevector, harmonic=harmonic, digits=digits, engine=engine)
    return _reading(found, harmonic)


def _reading(found: CosineResponse, harmonic: int) -> Reading:
    state = found.state
    relative = found.amplitude(1) / found.amplitude(harmonic)
    return Reading(
        value=real_out(found.amplitude(harmonic)),
        error=real_out(found.context.convert(state.error) * relative),
        sites=found.sites,
        method=f"moving profile at {state.lattice.sites} phases by {state.method}; a harmonic of it by projection",
        iterations=state.iterations,
        residual=state.residual,
        tolerance=state.tolerance,
        checks=found.checks,
    )


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    return measured_harmonic(network, point, 1, digits, engine)


OBSERVABLE = Observable(
    name="real_cosine_amplitude",
    symbol=sp.Symbol("R1", positive=True),
    meaning=(
        "amplitude R1 of R1 cos(k.x + omega n + theta) in the steady response of a real network to "
        "I_n = F cos(k.x + omega n), omega = omega(k)"
    ),
    unit="",
    parameters=cosine_parameters,
    measure=_measure,
    settings=cosine_settings,
)

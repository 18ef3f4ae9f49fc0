"""What the observables of a steady response share: parameters, points of their domain, the reading."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import sympy as sp

from analytics.expressions.notation import F, delta, start
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.certificates.evidence import Evidence
from numerics.observables.record import Reading, Setting, state_reading
from numerics.steady_states.ramp import bistable_forcing
from numerics.steady_states.response import Response

FORCING = Parameter(F, "amplitude of the forcing", "", sp.Interval.open(0, sp.oo))

DETUNING = Parameter(delta, "detuning, omega - omega(k)", "rad/step", sp.S.Reals, sp.S.Zero)


START = Parameter(
    start,
    "modulus of the wave that the simulation starts from; of several steady states the one next to it is measured",
    "",
    sp.Interval(0, sp.oo),
    sp.S.Zero,
)
"""0 is rest, and what is measured where nothing is given."""


def forcing_parameters(network: Network, carrier: sp.Expr) -> tuple[Parameter, ...]:
    """F, delta = 0, the wavenumber k, or k1, k2, ..., with the default `carrier` along each axis, and start = 0."""
    wavenumbers = (
        Parameter(symbol, "wavenumber of the forcing, a fraction of 2 pi", "rad/site", sp.S.Reals, carrier)
        for symbol in network.kernel.wavenumbers
    )
    return (FORCING, DETUNING, *wavenumbers, START)


def bistable_settings(network: Network) -> tuple[Setting, ...]:
    """On and beside resonance, where a ramp of the forcing shows two stable responses; none where it does not."""
    amplitude = bistable_forcing(network)
    if amplitude is None:
        return ()
    return tuple({"F": amplitude, "delta": detuning} for detuning in (sp.S.Zero, amplitude / 10))


def forcing_settings(network: Network) -> tuple[Setting, ...]:
    """Weak and strong, resonant, slightly and far detuned to both sides, and where the two regimes meet; and where
    there are several steady states."""
    q = sp.Rational
    points = (
        (q(1, 100), q(0)),
        (q(1, 100), q(1, 10)),
        (q(1, 10**12), q(0)),
        (q(1, 10**9), q(-1, 10**6)),
        (q(1, 3), q(-3)),
        (q(5), q(2)),
    )
    settings = tuple({"F": amplitude, "delta": detuning} for amplitude, detuning in points)
    return (*settings, *bistable_settings(network))


def steady_reading(part: Literal["amplitude", "phase"], found: Response) -> Reading:
    """That part of a steady response, with the record of how that was reached."""
    state = found.state
    reading = state_reading(state, [getattr(found.wave, part)], state.error, state.method, found.checks)
    return replace(reading, stays=found.stays, evidence=Evidence(state, found.indices, part))

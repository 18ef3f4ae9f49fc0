"""What the observables of a steady response share: parameters, points of their domain, the reading."""

from __future__ import annotations

from typing import Literal

import sympy as sp

from analytics.network import Network
from analytics.notation import F, delta
from analytics.parameter import Parameter
from numerics.enclosed_reading import Evidence
from numerics.observables.record import Reading, Setting
from numerics.response import Response

FORCING = Parameter(F, "amplitude of the forcing", "", sp.Interval.open(0, sp.oo))

DETUNING = Parameter(delta, "detuning, omega - omega(k)", "rad/step", sp.S.Reals, sp.S.Zero)


def forcing_parameters(network: Network, carrier: sp.Expr) -> tuple[Parameter, ...]:
    """F, delta = 0, and the wavenumber k, or k1, k2, ..., with the default `carrier` along each axis."""
    wavenumbers = (
        Parameter(symbol, "wavenumber of the forcing, a fraction of 2 pi", "rad/site", sp.S.Reals, carrier)
        for symbol in network.kernel.wavenumbers
    )
    return (FORCING, DETUNING, *wavenumbers)


def forcing_settings() -> tuple[Setting, ...]:
    """Weak and strong, resonant, slightly and far detuned to both sides, and where the two regimes meet."""
    q = sp.Rational
    points = (
        (q(1, 100), q(0)),
        (q(1, 100), q(1, 10)),
        (q(1, 10**12), q(0)),
        (q(1, 10**9), q(-1, 10**6)),
        (q(1, 3), q(-3)),
        (q(5), q(2)),
    )
    return tuple({"F": amplitude, "delta": detuning} for amplitude, detuning in points)


def steady_reading(part: Literal["amplitude", "phase"], found: Response) -> Reading:
    """That part of a steady response, with the record of how that was reached."""
    return Reading(
        value=getattr(found.wave, part),
        error=found.state.error,
        sites=found.state.lattice.shape,
        method=found.state.method,
        iterations=found.state.iterations,
        residual=found.state.residual,
        tolerance=found.state.tolerance,
        checks=(found.wave.check,),
        evidence=Evidence(found.state, found.indices, part),
    )

"""The complex wavenumbers of the tail that a weak drive of one site leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from analytics.expressions.notation import Omega
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines.numbers import complex_out, real_out
from numerics.observables.kernel import OBSERVABLE as KERNEL_FREQUENCY
from numerics.observables.ongoing import activity_at, forced_parameters, uniform_parameters
from numerics.observables.record import Observable, Reading, Setting
from numerics.tails.record import Tail
from numerics.tails.tail import measured_tail

PROBE = Parameter(Omega, "frequency of the probe, relative to the carrier", "rad/step", sp.S.Reals)

WAVES = 2
"""Wavenumbers that are read off."""

USUAL = 0.3
"""A band that reaches this far, in rad/step, is not narrow."""

GRID = 16
"""Wavenumbers at which it is looked how far a band reaches."""


def _uniform(network: Network) -> tuple[Parameter, ...]:
    return (*uniform_parameters(network), PROBE)


def _forced(network: Network) -> tuple[Parameter, ...]:
    return (*forced_parameters(network), PROBE)


def tail_reading(values: list[Any], tail: Tail) -> Reading:
    """`values` read off a tail, with the record of how that was measured."""
    return Reading(
        value=values[0],
        others=tuple(values[1:]),
        error=real_out(tail.error),
        sites=tail.sites,
        method=tail.method,
        iterations=tail.iterations,
        residual=real_out(tail.residual),
        tolerance=real_out(tail.tolerance),
        checks=tail.checks,
    )


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    tail = measured_tail(
        network,
        activity_at(network, point),
        point[Omega],
        digits=digits,
        engine=engine,
        count=WAVES,
        of_damping=False,
    )
    values = [complex_out(tail.context.mpc(wavenumber)._mpc_) for wavenumber in tail.wavenumbers]
    return tail_reading(values, tail)


def tail_settings(network: Network) -> tuple[Setting, ...]:
    """Weak to strong backgrounds and oscillations; static, in the middle of a band and beyond its edge.

    On a kernel of a narrow band frequencies are scaled down with it, inputs with its square: else all waves
    would be damped within a site.
    """
    q, scale = sp.Rational, narrowness(network)
    uniform = (
        (q(1, 1000), q(3, 10)),
        (q(1, 10**9), q(1, 5)),
        (q(1, 3), q(0)),
        (q(1), q(1, 4)),
        (q(1, 50), q(3, 2)),
    )
    oscillations = ((q(1, 100), q(0), q(1, 4)), (q(1, 5), q(1, 10), q(0)))
    return (
        *({"I0": amplitude * scale**2, "Omega": frequency * scale} for amplitude, frequency in uniform),
        *(
            {"F": amplitude * scale**2, "delta": detuning * scale, "Omega": frequency * scale}
            for amplitude, detuning, frequency in oscillations
        ),
    )


def narrowness(network: Network) -> sp.Expr:
    """The highest frequency measured of waves along the first axis over `USUAL`, to two digits; 1 at most."""
    first, *others = network.kernel.wavenumbers
    still = dict.fromkeys(others, sp.S.Zero)
    waves = ({first: 2 * sp.pi * sp.Rational(m, GRID), **still} for m in range(GRID))
    highest = max(abs(KERNEL_FREQUENCY.measure(network, wave, 15, "ball").value) for wave in waves)
    share = sp.Rational(f"{float(highest / USUAL):.2g}")
    return min(share, sp.S.One) if share > 0 else sp.S.One


OBSERVABLE = Observable(
    name="complex_wavenumber",
    symbol=sp.Symbol("q"),
    meaning=(
        "the two least damped wavenumbers, Re q in (-pi, pi], of the response alpha(x) e^(i Omega n) + "
        "conj(beta(x)) e^(-i Omega n) to a weak drive of one site, or of a line across the first axis, towards "
        "larger x; of two damped equally the one of larger Re q first"
    ),
    unit="rad/site",
    parameters=_uniform,
    forced=_forced,
    measure=_measure,
    settings=tail_settings,
    lasting=True,
)
